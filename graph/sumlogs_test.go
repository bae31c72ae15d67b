package graph

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// Logarithms that are terms of a sum become one, whatever stands around them;
// those that are needed one by one, as factors of other sums, stay.
func TestSumLogs_TakesLogarithmsOutOfSums(t *testing.T) {
	const n = 37
	v, s := vector("v", 1, n), real("s", 0)
	counts := make([]float64, n)
	for i := range counts {
		counts[i] = float64(i % 2)
	}
	d := expr.Data("d", tensor.Shape{n}, counts)
	positive := expr.Add(expr.Square(v), 0.5)
	for _, c := range []struct {
		name   string
		e      expr.Expr
		absent []ir.Op // from loops
		logs   int
	}{
		{"log", expr.Sum(expr.Sub(v, expr.Log(positive))), []ir.Op{ir.Log}, 1},
		{"negative log", expr.Sum(expr.Sub(v, expr.Neg(expr.Log(positive)))), []ir.Op{ir.Log}, 1},
		{"log1p", expr.Sum(expr.Mul(expr.Neg(s), expr.Log1p(positive))), []ir.Op{ir.Log1p}, 1},
		{"scaled within a sum", expr.Sum(expr.Add(expr.Mul(s, expr.Add(v, expr.Log1p(positive))), expr.Sin(v))), []ir.Op{ir.Log1p}, 1},
		{"logistic", expr.Sum(expr.Sub(expr.Mul(d, v), expr.Log1pExp(v))), []ir.Op{ir.Log1p}, 1},
		{"one by one", expr.Add(expr.Sum(expr.Log1p(expr.Neg(expr.Exp(expr.Neg(v))))), expr.Sum(expr.Mul(d, expr.Log1p(expr.Neg(expr.Exp(expr.Neg(v))))))), []ir.Op{ir.SumLog}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, e := compile(t, density{c.name, n + 1, func() expr.Expr { return c.e }})
			logs := 0
			for _, r := range p.Body {
				l, ok := r.(*ir.Loop)
				if !ok {
					continue
				}
				for _, in := range l.Body {
					if in.Op == ir.SumLog {
						logs++
					}
					for _, op := range c.absent {
						if in.Op == op {
							t.Errorf("%v is left:\n%s", op, p.Format())
						}
					}
				}
			}
			if logs != c.logs {
				t.Errorf("%d sums of logarithms, want %d:\n%s", logs, c.logs, p.Format())
			}
			q, grad := point(n+1), make([]float64, n+1)
			e.LogDensityGrad(grad, q)
			check.Gradient(t, grad, q, func(q []float64) float64 {
				f, _ := e.LogDensityGrad(make([]float64, n+1), q)
				return f
			}, check.FD)
		})
	}
}

// Rows of a Bernoulli that are certain cost nothing, far out too.
func TestSumLogs_CertainRowsCancel(t *testing.T) {
	const n = 9
	ones := make([]float64, n)
	q := make([]float64, n)
	for i := range ones {
		ones[i], q[i] = 1, 300*float64(i+1)
	}
	_, e := compile(t, density{"certain", n, func() expr.Expr {
		v := vector("v", 0, n)
		return expr.Sum(expr.Sub(expr.Mul(expr.Data("d", tensor.Shape{n}, ones), v), expr.Log1pExp(v)))
	}})
	grad := make([]float64, n)
	f, _ := e.LogDensityGrad(grad, q)
	if math.Abs(f) > 1e-15 {
		t.Errorf("log density %g, want 0", f)
	}
	for i, g := range grad {
		if math.Abs(g) > 1e-100 {
			t.Errorf("derivative %d is %g, want almost 0", i, g)
		}
	}
}
