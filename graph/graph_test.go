package graph

import (
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	gtensor "gorgonia.org/tensor"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// density is a log density for tests.
type density struct {
	name string
	dim  int
	make func() expr.Expr
}

func vector(name string, off, n int) expr.Expr {
	return expr.Unconstrained(name, off, tensor.Shape{n})
}

func real(name string, off int) expr.Expr { return expr.Unconstrained(name, off, nil) }

func normalLog(x, mu, sigma expr.Expr) expr.Expr {
	z := expr.Div(expr.Sub(x, mu), sigma)
	return expr.Sub(expr.Mul(-0.5, expr.Square(z)), expr.Log(sigma))
}

var densities = []density{
	{"eight schools", 10, func() expr.Expr {
		mu, logTau := real("mu", 0), real("tau", 1)
		theta := vector("theta", 2, 8)
		tau := expr.Exp(logTau)
		y := expr.Data("y", tensor.Shape{8}, []float64{28, 8, -3, 7, -1, 1, 18, 12})
		sigma := expr.Data("sigma", tensor.Shape{8}, []float64{15, 10, 16, 11, 9, 11, 10, 18})
		lp := expr.Add(normalLog(mu, expr.Const(0), expr.Const(5)), normalLog(tau, expr.Const(0), expr.Const(5)))
		lp = expr.Add(lp, logTau)
		lp = expr.Add(lp, expr.Sum(normalLog(theta, mu, tau)))
		return expr.Add(lp, expr.Sum(normalLog(y, theta, sigma)))
	}},
	{"gathers and segments", 7, func() expr.Expr {
		a, b := vector("a", 0, 3), vector("b", 3, 4)
		ga := expr.Elements(a, []int{2, 0, 1, 1, 2})
		gb := expr.Elements(expr.Exp(b), []int{3, 3, 1, 0, 0})
		s := expr.SumBy(expr.Mul(ga, gb), &expr.Index{Values: []int32{0, 1, 1, 0, 1}, Max: 2}, 2)
		return expr.Sum(expr.Square(s))
	}},
	{"lags and pieces", 9, func() expr.Expr {
		s := vector("s", 1, 8)
		sigma := expr.Exp(real("sigma", 0))
		d := expr.Sub(expr.Part(s, 1, 7), expr.Part(s, 0, 7))
		c := expr.Concat(expr.At(s, 0), expr.Mul(2, expr.Part(s, 2, 3)), expr.At(s, 7))
		lp := expr.Add(expr.Sum(normalLog(d, expr.Const(0), sigma)), expr.Sum(expr.Sin(c)))
		return expr.Add(lp, expr.Sum(expr.Square(expr.CumulativeSum(s))))
	}},
	{"recurrence", 17, func() expr.Expr {
		a, b := vector("a", 1, 8), expr.Tanh(vector("b", 9, 8))
		x := expr.Recurrence(expr.Mul(a, expr.Exp(real("s", 0))), b)
		return expr.Add(expr.Sum(expr.Sin(x)), expr.Dot(expr.Part(x, 0, 8), b))
	}},
	{"recurrence of one", 3, func() expr.Expr {
		return expr.Sum(expr.Sin(expr.Recurrence(vector("a", 1, 1), vector("b", 2, 1))))
	}},
	{"derivatives by hand", 9, func() expr.Expr {
		a, v := real("a", 0), vector("v", 1, 8)
		e := expr.Exp(expr.Mul(a, v))
		x := expr.WithDerivatives(e, expr.Derivative{Of: a, By: expr.Mul(v, e)}, expr.Derivative{Of: v, By: expr.Mul(a, e)})
		y := expr.WithDerivatives(expr.Square(a), expr.Derivative{Of: a, By: expr.Mul(2, a)})
		return expr.Add(y, expr.Sum(expr.Sin(x)))
	}},
	{"hypotenuse", 9, func() expr.Expr {
		return expr.Sum(expr.Hypot(expr.Exp(real("a", 0)), expr.Exp(vector("v", 1, 8))))
	}},
	{"matrices", 9, func() expr.Expr {
		x := expr.Rows("X", [][]float64{{1, 2, 0.5}, {-1, 0.3, 2}, {0.2, 0.1, -0.4}, {1, -1, 1}})
		beta := vector("beta", 0, 3)
		eta := expr.MulVec(x, beta)
		lp := expr.Neg(expr.Sum(expr.Log1pExp(eta)))
		m := expr.Reshape(vector("m", 3, 6), tensor.Shape{3, 2})
		lp = expr.Add(lp, expr.Sum(expr.Tanh(expr.MatMul(x, expr.Exp(m)))))
		k := expr.MatMul(expr.Transpose(x), x)
		a := expr.Add(k, expr.OuterProduct(beta, beta))
		l := expr.Cholesky(a)
		w := expr.SolveLower(l, expr.Sin(beta))
		u := expr.SolveLowerT(l, expr.Exp(m))
		lp = expr.Add(lp, expr.Sum(expr.Log(expr.Diagonal(l))))
		return expr.Add(lp, expr.Add(expr.Dot(w, w), expr.Sum(expr.Mul(u, u))))
	}},
	{"scan", 7, func() expr.Expr {
		z := vector("z", 2, 5)
		phi, s := expr.Tanh(real("phi", 0)), expr.Exp(real("s", 1))
		outs, last := expr.Scan(5, []expr.Expr{expr.Const(0.5), expr.Const(1)}, []expr.Expr{z}, []expr.Expr{phi, s},
			func(c, x, g []expr.Expr) ([]expr.Expr, []expr.Expr) {
				h := expr.Add(expr.Mul(g[0], c[0]), expr.Mul(g[1], x[0]))
				v := expr.Add(expr.Mul(0.3, c[1]), expr.Square(c[0]))
				return []expr.Expr{h, v}, []expr.Expr{h, expr.Mul(h, c[1])}
			})
		lp := expr.Neg(expr.Sum(expr.Square(outs[0])))
		return expr.Add(lp, expr.Add(expr.Sum(expr.Sin(outs[1])), expr.Mul(last[0], last[1])))
	}},
	{"scan of many", 7, func() expr.Expr { // more carries than a Jacobian is stored for
		z := vector("z", 1, 6)
		s := expr.Exp(real("s", 0))
		first := []expr.Expr{expr.Const(0.1), expr.Const(0.2), expr.Const(0.3), s, expr.Const(0.5)}
		_, last := expr.Scan(6, first, []expr.Expr{z}, []expr.Expr{s}, func(c, x, g []expr.Expr) ([]expr.Expr, []expr.Expr) {
			h := expr.Tanh(expr.Add(expr.Mul(c[4], x[0]), expr.Mul(g[0], c[0])))
			return []expr.Expr{c[1], c[2], c[3], c[4], h}, nil
		})
		return expr.Sub(expr.Mul(last[4], last[1]), expr.Square(last[0]))
	}},
	{"mixtures", 4, func() expr.Expr {
		mu := vector("mu", 0, 2)
		theta := expr.InvLogit(real("theta", 2))
		sigma := expr.Exp(real("sigma", 3))
		y := expr.Of([]float64{-1, 0.3, 2, 5})
		a := expr.Add(expr.Log(theta), normalLog(y, expr.At(mu, 0), sigma))
		b := expr.Add(expr.Log1p(expr.Neg(theta)), normalLog(y, expr.At(mu, 1), sigma))
		lp := expr.Sum(expr.LogAddExp(a, b))
		return expr.Add(lp, expr.Add(expr.LogSumExp(expr.Mul(y, theta)), expr.Sum(expr.Where(expr.Less(y, theta), expr.Exp(expr.At(mu, 0)), y))))
	}},
}

func compile(t *testing.T, d density) (*ir.Program, *interp.Executable) {
	t.Helper()
	p, in, err := CompileDensity(d.make(), d.dim)
	if err != nil {
		t.Fatal(err)
	}
	code, err := interp.New(p)
	if err != nil {
		t.Fatal(err)
	}
	e, err := code.BindValues(in)
	if err != nil {
		t.Fatal(err)
	}
	return p, e
}

func TestGradient_MatchesCentralDifferences(t *testing.T) {
	for _, d := range densities {
		t.Run(d.name, func(t *testing.T) {
			_, e := compile(t, d)
			src := rng.NewKey(1).Child(d.name).Stream()
			q, grad := make([]float64, d.dim), make([]float64, d.dim)
			for range 5 {
				for i := range q {
					q[i] = 0.4 * src.Normal() // mild, for the differences' sake
				}
				if _, err := e.LogDensityGrad(grad, q); err != nil {
					t.Fatal(err)
				}
				scratch := make([]float64, d.dim)
				check.Gradient(t, grad, q, func(x []float64) float64 {
					v, _ := e.LogDensityGrad(scratch, x)
					return v
				}, check.FD, d.name)
			}
		})
	}
}

// TestProgram_MatchesTapeMachine runs the same graph on Gorgonia's own machine
// with the standard library's functions.
func TestProgram_MatchesTapeMachine(t *testing.T) {
	for _, d := range densities {
		t.Run(d.name, func(t *testing.T) {
			_, e := compile(t, d)
			tape := newTape(t, d)
			src := rng.NewKey(2).Child(d.name).Stream()
			q, grad := make([]float64, d.dim), make([]float64, d.dim)
			for range 3 {
				for i := range q {
					q[i] = src.Normal()
				}
				got, _ := e.LogDensityGrad(grad, q)
				want, wantGrad := tape.run(t, q)
				closeTo(t, got, want, math.Abs(want))
				scale := 0.0
				for _, g := range wantGrad {
					scale = math.Max(scale, math.Abs(g))
				}
				for i := range grad {
					closeTo(t, grad[i], wantGrad[i], scale)
				}
			}
		})
	}
}

func closeTo(t *testing.T, got, want, scale float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12*math.Max(1, scale) {
		t.Errorf("got %.17g, want %.17g (relative to %g)", got, want, scale)
	}
}

// tape is the oracle: Gorgonia's machine over the same graph.
type tape struct {
	b      *builder
	leaves []*G.Node
	cost   *G.Node
	grads  []*G.Node
	dim    int
}

func newTape(t *testing.T, d density) *tape {
	t.Helper()
	b := newBuilder()
	cost, err := b.build(d.make())
	if err != nil {
		t.Fatal(err)
	}
	leaves := b.parameters()
	grads, err := b.gradient(cost, leaves)
	if err != nil {
		t.Fatal(err)
	}
	for i := range grads {
		grads[i] = b.full(grads[i], b.extent(leaves[i]))
	}
	return &tape{b, leaves, cost, grads, d.dim}
}

func (o *tape) run(t *testing.T, q []float64) (float64, []float64) {
	t.Helper()
	for n, e := range o.b.leaves {
		values := e.Values
		if e.Kind == expr.Param {
			values = q[e.Off : e.Off+e.Size()]
		}
		if o.b.extent(n) == scalar {
			v := G.F64(values[0])
			if err := G.Let(n, &v); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := G.Let(n, gtensor.New(gtensor.WithShape(len(values)), gtensor.WithBacking(append([]float64{}, values...)))); err != nil {
			t.Fatal(err)
		}
	}
	var cost G.Value
	G.Read(o.cost, &cost)
	grads := make([]G.Value, len(o.grads))
	for i, g := range o.grads {
		G.Read(g, &grads[i])
	}
	vm := G.NewTapeMachine(o.b.g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	grad := make([]float64, o.dim)
	for i, leaf := range o.leaves {
		copy(grad[o.b.leaves[leaf].Off:], floats(grads[i]))
	}
	return floats(cost)[0], grad
}

func TestGradient_NoAllocations(t *testing.T) {
	for _, d := range densities {
		_, e := compile(t, d)
		q, grad := make([]float64, d.dim), make([]float64, d.dim)
		if n := testing.AllocsPerRun(10, func() { e.LogDensityGrad(grad, q) }); n != 0 {
			t.Errorf("%s: %g allocations per gradient", d.name, n)
		}
	}
}

func TestProgram_SharesOneLoop(t *testing.T) {
	p, _ := compile(t, densities[0])
	loops := 0
	for _, r := range p.Body {
		if _, ok := r.(*ir.Loop); ok {
			loops++
		}
	}
	if loops != 1 {
		t.Errorf("eight schools has %d loops, want 1:\n%s", loops, p.Format())
	}
}
