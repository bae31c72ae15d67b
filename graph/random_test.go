package graph

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/kernels/cpu"
	"github.com/quatre-ppl/quatre/kernels/kerneltest"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// gardener grows random expressions over a few parameters and data.
type gardener struct {
	src     *rng.Stream
	vectors map[int][]expr.Expr // by length
	scalars []expr.Expr
}

const gardenDim = 17

func newGardener(seed uint64) *gardener {
	g := &gardener{src: rng.NewKey(seed).Child("garden").Stream(), vectors: make(map[int][]expr.Expr)}
	g.scalars = []expr.Expr{real("a", 0), real("b", 1), expr.Const(0.7)}
	off := 2
	for _, n := range []int{3, 4, 8} {
		values := make([]float64, n)
		for i := range values {
			values[i] = g.src.Normal()
		}
		g.vectors[n] = []expr.Expr{vector("v", off, n), expr.Data(fmt.Sprint("d", n), tensor.Shape{n}, values)}
		off += n
	}
	return g
}

func (g *gardener) length() int { return []int{3, 4, 8}[g.src.Intn(3)] }

func (g *gardener) scalar() expr.Expr { return g.scalars[g.src.Intn(len(g.scalars))] }

func (g *gardener) vector(n int) expr.Expr {
	list := g.vectors[n]
	return list[g.src.Intn(len(list))]
}

// operand is a vector of that length or, now and then, a scalar.
func (g *gardener) operand(n int) expr.Expr {
	if g.src.Float64() < 0.25 {
		return g.scalar()
	}
	return g.vector(n)
}

// mild are functions that are smooth and finite everywhere, so that values
// stay small however deep the expression gets.
var mild = []ir.Op{ir.Sin, ir.Cos, ir.Tanh, ir.Atan, ir.InvLogit, ir.Erf, ir.NormCDF}

func (g *gardener) grow() {
	n := g.length()
	var v expr.Expr
	switch g.src.Intn(11) {
	case 0, 1:
		v = expr.Apply(mild[g.src.Intn(len(mild))], g.vector(n))
	case 2:
		v = expr.Add(g.vector(n), g.operand(n))
	case 3:
		v = expr.Mul(expr.Sin(g.vector(n)), g.operand(n))
	case 4:
		v = expr.Div(g.vector(n), expr.Add(2, expr.Square(g.operand(n))))
	case 5:
		from := g.length()
		idx := make([]int, n)
		for i := range idx {
			idx[i] = g.src.Intn(from)
		}
		v = expr.Elements(g.vector(from), idx)
	case 6:
		v = expr.Where(expr.Less(g.vector(n), g.operand(n)), g.operand(n), g.vector(n))
	case 7:
		n = 8
		v = expr.Concat(g.vector(4), expr.At(g.vector(3), 1), g.vector(3))
	case 8:
		n = 3
		v = expr.Part(g.vector(8), g.src.Intn(6), 3)
	case 9:
		v = expr.Tanh(expr.CumulativeSum(g.vector(n)))
	case 10:
		g.scalars = append(g.scalars, expr.Tanh(expr.Sum(expr.Mul(g.vector(n), g.operand(n)))))
		return
	}
	g.vectors[n] = append(g.vectors[n], v)
}

// density grows an expression of the given number of steps and sums it up.
func (g *gardener) density(steps int) expr.Expr {
	for range steps {
		g.grow()
	}
	total := g.scalars[len(g.scalars)-1]
	for _, n := range []int{3, 4, 8} {
		list := g.vectors[n]
		total = expr.Add(total, expr.Sum(expr.Sin(list[len(list)-1])))
		total = expr.Add(total, expr.Dot(list[len(list)-1], list[len(list)/2]))
	}
	return total
}

// TestRandomExpressions_MatchTapeMachine holds schedules of all shapes against
// Gorgonia's own machine.
func TestRandomExpressions_MatchTapeMachine(t *testing.T) {
	for seed := range uint64(60) {
		d := density{fmt.Sprint("seed ", seed), gardenDim, func() expr.Expr { return newGardener(seed).density(5 + int(seed)%25) }}
		_, e := compile(t, d)
		tape := newTape(t, d)
		src := rng.NewKey(seed).Child("point").Stream()
		q, grad := make([]float64, d.dim), make([]float64, d.dim)
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
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// TestRandomExpressions_NativeCodeHasTheSameBits compiles some of them.
func TestRandomExpressions_NativeCodeHasTheSameBits(t *testing.T) {
	b, err := cpu.New(cpu.Options{CacheDir: t.TempDir()})
	if errors.Is(err, kernels.ErrUnavailable) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	count := uint64(12)
	if testing.Short() {
		count = 2
	}
	for seed := range count {
		p, in, err := CompileDensity(newGardener(seed).density(30), gardenDim)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Compile(context.Background(), p); err != nil {
			t.Fatal(err)
		}
		kerneltest.Compare(t, b, p, in, kerneltest.Points)
	}
}
