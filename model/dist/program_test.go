package dist

import (
	"testing"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// bind returns the interpreted program with its data.
func bind(t *testing.T, p *ir.Program, in *ir.Inputs, err error) *interp.Executable {
	t.Helper()
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
	return e
}

// values evaluates expressions at q and returns all elements.
func values(t *testing.T, q []float64, list ...expr.Expr) []float64 {
	t.Helper()
	n := 0
	for _, e := range list {
		if e.Err() != nil {
			t.Fatal(e.Err())
		}
		n += e.Size()
	}
	p, in, err := graph.CompileValues(list, len(q))
	dst := make([]float64, n)
	bind(t, p, in, err).Values(dst, q)
	return dst
}

// function compiles a scalar expression over q with its gradient.
func function(t *testing.T, e expr.Expr, dim int) *interp.Executable {
	t.Helper()
	p, in, err := graph.CompileDensity(e, dim)
	return bind(t, p, in, err)
}

// parameter returns element i of q.
func parameter(i int) expr.Expr { return expr.Unconstrained("q", i, nil) }

// vector returns elements off … off + n − 1 of q.
func vector(off, n int) expr.Expr { return expr.Unconstrained("q", off, tensor.Shape{n}) }
