package graph

import (
	"testing"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// Products with wide matrices of data have the values and gradients of those as they are written, and no sum over lanes
// for each column.
func TestTurned_IsTheSameProduct(t *testing.T) {
	const rows, cols = 3, 41
	values := make([]float64, rows*cols)
	for i := range values {
		values[i] = 0.1 * float64(i*i%17-8)
	}
	data := expr.Data("m", tensor.Shape{rows, cols}, values)
	for name, product := range map[string]expr.Expr{
		"times a vector":     expr.MulVec(data, vector("x", 0, cols)),
		"transpose":          expr.MulVecT(data, vector("x", 0, rows)),
		"computed from data": expr.MulVec(expr.Mul(2, data), vector("x", 0, cols)),
	} {
		t.Run(name, func(t *testing.T) {
			dim := cols
			if product.Trans {
				dim = rows
			}
			e := expr.Sum(expr.Sin(product))
			q := point(dim)
			value, grad, p := evaluated(t, e, q)
			want, wantGrad, _ := evaluated(t, e, q, Algebra)
			check.Close(t, value, want, check.Rel)
			check.CloseSlice(t, grad, wantGrad, check.Rel)
			for _, r := range p.Body {
				if l, ok := r.(*ir.Loop); ok && l.N == rows {
					for _, in := range l.Body {
						if in.Op == ir.RowAxpy || in.Op == ir.RowDot {
							t.Errorf("%v over %d rows:\n%s", in.Op, rows, p.Format())
						}
					}
				}
			}
		})
	}
}

func evaluated(t *testing.T, e expr.Expr, q []float64, without ...string) (float64, []float64, *ir.Program) {
	t.Helper()
	p, in, _, err := CompileDensityWithout(without, e, len(q))
	if err != nil {
		t.Fatal(err)
	}
	code, err := interp.New(p)
	if err != nil {
		t.Fatal(err)
	}
	x, err := code.Bind(in)
	if err != nil {
		t.Fatal(err)
	}
	grad := make([]float64, len(q))
	value, err := x.LogDensityGrad(grad, q)
	if err != nil {
		t.Fatal(err)
	}
	return value, grad, p
}
