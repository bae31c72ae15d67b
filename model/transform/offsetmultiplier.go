package transform

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

type offsetMultiplier struct {
	offset, multiplier expr.Expr
	err                error
}

// OffsetMultiplier returns the affine transform, element by element:
//
//	x = offset + multiplier·u,  log |dx/du| = log multiplier,
//	u = (x − offset)/multiplier.
//
// Both are numbers or arrays of the parameter's shape and may depend on other
// parameters; the multiplier must be > 0 (elsewhere the Jacobian is NaN or
// infinite).
func OffsetMultiplier(offset, multiplier any) Transform {
	t := offsetMultiplier{offset: expr.Of(offset), multiplier: expr.Of(multiplier)}
	for _, v := range known(t.offset) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.err = fmt.Errorf("transform offset_multiplier: the offset is %v; it must be finite", v)
		}
	}
	for _, v := range known(t.multiplier) {
		if !(v > 0 && v < infinity) {
			t.err = fmt.Errorf("transform offset_multiplier: the multiplier is %v; it must be positive and finite", v)
		}
	}
	return t
}

func (t offsetMultiplier) Name() string { return "offset_multiplier" }

func (t offsetMultiplier) Unconstrained(shape tensor.Shape) (int, error) {
	if err := t.fits(shape); err != nil {
		return 0, err
	}
	return shape.Size(), nil
}

func (t offsetMultiplier) fits(shape tensor.Shape) error {
	if t.err != nil {
		return t.err
	}
	if err := eachFits(t.Name(), "offset", t.offset, shape); err != nil {
		return err
	}
	return eachFits(t.Name(), "multiplier", t.multiplier, shape)
}

func (t offsetMultiplier) Constrain(u expr.Expr, shape tensor.Shape) (x, logJacobian expr.Expr) {
	if err := t.fits(shape); err != nil {
		return failed(err)
	}
	x = expr.Add(t.offset, expr.Mul(t.multiplier, expr.Reshape(u, shape)))
	return x, expr.SumOver(expr.Log(t.multiplier), shape.Size())
}

func (t offsetMultiplier) Unconstrain(x expr.Expr) expr.Expr {
	if x.Err() != nil {
		return x
	}
	if err := t.fits(x.Shape); err != nil {
		return expr.Error(err)
	}
	return flat(expr.Div(expr.Sub(x, t.offset), t.multiplier))
}
