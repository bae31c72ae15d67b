package graph

import (
	"testing"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// count returns how often each operation occurs in the body of p.
func count(p *ir.Program) map[ir.Op]int {
	n := make(map[ir.Op]int)
	for _, r := range p.Body {
		switch r := r.(type) {
		case *ir.Scalar:
			for _, in := range r.Body {
				n[in.Op]++
			}
		case *ir.Loop:
			for _, in := range r.Body {
				n[in.Op]++
			}
		}
	}
	return n
}

func TestRewrite_RemovesOperations(t *testing.T) {
	x, v := real("x", 0), vector("v", 1, 20)
	d := expr.Data("d", tensor.Shape{20}, make([]float64, 20))
	ks := make([]int, 20)
	for i := range ks {
		ks[i] = i * i % 20
	}
	for _, c := range []struct {
		name   string
		e      expr.Expr
		absent []ir.Op
	}{
		{"log of exp", expr.Log(expr.Exp(x)), []ir.Op{ir.Log, ir.Exp, ir.Div}},
		{"log of sqrt of exp", expr.Log(expr.Sqrt(expr.Exp(x))), []ir.Op{ir.Log, ir.Exp, ir.Sqrt, ir.Div}},
		{"log of a logistic function", expr.Log(expr.InvLogit(x)), []ir.Op{ir.Log}},
		{"log of its complement", expr.Mul(x, expr.Log1p(expr.Neg(expr.InvLogit(x)))), []ir.Op{ir.Log}},
		{"division by exp", expr.Sum(expr.Div(d, expr.Exp(v))), []ir.Op{ir.Div}},
		{"picked scales", expr.Sum(expr.Sub(expr.Div(d, expr.Elements(expr.Exp(v), ks)), expr.Log(expr.Elements(expr.Exp(v), ks)))), []ir.Op{ir.Div, ir.Log}},
		{"one scale of many", expr.Add(expr.Log(expr.At(expr.Exp(v), 3)), expr.Inv(expr.At(expr.Exp(v), 3))), []ir.Op{ir.Div, ir.Log}},
		{"division by a power of two", expr.Div(expr.Sin(x), expr.Const(-8)), []ir.Op{ir.Div}},
		{"signs", expr.Sum(expr.Mul(expr.Neg(v), expr.Sub(d, expr.Neg(v)))), []ir.Op{ir.Sub}},
		{"squares of signs", expr.Square(expr.Neg(expr.Sin(x))), []ir.Op{ir.Neg}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, e := compile(t, density{c.name, 21, func() expr.Expr { return c.e }})
			n := count(p)
			for _, op := range c.absent {
				if n[op] > 0 {
					t.Errorf("%v is left:\n%s", op, p.Format())
				}
			}
			q, grad := point(21), make([]float64, 21)
			e.LogDensityGrad(grad, q)
			check.Gradient(t, grad, q, func(q []float64) float64 {
				f, _ := e.LogDensityGrad(make([]float64, 21), q)
				return f
			}, check.FD)
		})
	}
}

// Scalar factors leave sums, so that Σ((v−m)/s)² and its derivatives in s and m
// share two sums.
func TestSum_ScalarFactorsAreOutside(t *testing.T) {
	p, _ := compile(t, density{"scale", 22, func() expr.Expr {
		d := expr.Data("d", tensor.Shape{50}, make([]float64, 50))
		return expr.Sum(normalLog(d, real("m", 0), expr.Exp(real("s", 1))))
	}})
	if n := count(p)[ir.Sum]; n != 2 {
		t.Errorf("%d sums, want 2:\n%s", n, p.Format())
	}
}

func point(n int) []float64 {
	q := make([]float64, n)
	for i := range q {
		q[i] = 0.3 + 0.05*float64(i)
	}
	return q
}
