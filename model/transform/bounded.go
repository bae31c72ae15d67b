package transform

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// bounded is the transform of values between two bounds, either of which may
// be infinite, in some elements of an array only if need be.
type bounded struct {
	name         string
	lower, upper expr.Expr
	err          error
}

func newBounded(name string, lower, upper expr.Expr) Transform {
	t := bounded{name: name, lower: lower, upper: upper}
	t.err = t.check()
	return t
}

func (t bounded) check() error {
	for _, end := range []struct {
		what   string
		e      expr.Expr
		beyond float64
	}{{"lower bound", t.lower, infinity}, {"upper bound", t.upper, -infinity}} {
		if err := end.e.Err(); err != nil {
			return fmt.Errorf("transform %s: %s: %w", t.name, end.what, err)
		}
		for _, v := range known(end.e) {
			if math.IsNaN(v) || v == end.beyond {
				return fmt.Errorf("transform %s: the %s is %v; it must leave room for values", t.name, end.what, v)
			}
		}
	}
	low, high := known(t.lower), known(t.upper)
	if len(low) == 0 || len(high) == 0 || len(low) != len(high) && len(low) > 1 && len(high) > 1 {
		return nil // parameters, or shapes for which a later check has the better words
	}
	for i := range max(len(low), len(high)) {
		if a, b := low[i%len(low)], high[i%len(high)]; a >= b {
			return fmt.Errorf("transform %s: the lower bound %v is not below the upper bound %v", t.name, a, b)
		}
	}
	return nil
}

func (t bounded) Name() string { return t.name }

func (t bounded) Unconstrained(shape tensor.Shape) (int, error) {
	if err := t.fits(shape); err != nil {
		return 0, err
	}
	return shape.Size(), nil
}

func (t bounded) fits(shape tensor.Shape) error {
	if t.err != nil {
		return t.err
	}
	if err := eachFits(t.name, "lower bound", t.lower, shape); err != nil {
		return err
	}
	return eachFits(t.name, "upper bound", t.upper, shape)
}

func (t bounded) Constrain(u expr.Expr, shape tensor.Shape) (x, logJacobian expr.Expr) {
	if err := t.fits(shape); err != nil {
		return failed(err)
	}
	logJacobian = expr.Const(0)
	x = t.piecewise(expr.Reshape(u, shape), func(m kind, u, a, b expr.Expr) expr.Expr {
		x, j := m.constrain(u, a, b)
		logJacobian = expr.Add(logJacobian, expr.SumOver(j, u.Size()))
		return x
	})
	return expr.Reshape(x, shape), logJacobian
}

func (t bounded) Unconstrain(x expr.Expr) expr.Expr {
	if err := x.Err(); err != nil {
		return x
	}
	if err := t.fits(x.Shape); err != nil {
		return expr.Error(err)
	}
	return flat(t.piecewise(x, kind.unconstrain))
}

// kind tells which of two bounds are finite.
type kind uint8

const (
	unbounded kind = iota
	below          // a lower bound only
	above          // an upper bound only
	between
)

func (m kind) constrain(u, a, b expr.Expr) (x, logJacobian expr.Expr) {
	switch m {
	case below:
		return lowerConstrain(u, a)
	case above:
		return upperConstrain(u, b)
	case between:
		return intervalConstrain(u, a, b)
	}
	return u, expr.Const(0)
}

func (m kind) unconstrain(x, a, b expr.Expr) expr.Expr {
	switch m {
	case below:
		return lowerUnconstrain(x, a)
	case above:
		return upperUnconstrain(x, b)
	case between:
		return intervalUnconstrain(x, a, b)
	}
	return x
}

// piecewise applies f to the elements of each kind together and puts the
// results back in order. As a rule all are of one kind.
func (t bounded) piecewise(v expr.Expr, f func(m kind, v, a, b expr.Expr) expr.Expr) expr.Expr {
	if v.Err() != nil || v.Size() == 0 {
		return v
	}
	members := t.members(v.Size())
	for m, list := range members {
		if len(list) == v.Size() {
			return f(kind(m), v, t.lower, t.upper)
		}
	}
	var parts []expr.Expr
	order := make([]int32, v.Size())
	next := int32(0)
	for m, list := range members {
		if len(list) == 0 {
			continue
		}
		pick := func(e expr.Expr) expr.Expr {
			if e.IsScalar() {
				return e
			}
			return expr.Pick(e, &expr.Index{Values: list, Max: v.Size(), Fixed: true})
		}
		parts = append(parts, f(kind(m), pick(v), pick(t.lower), pick(t.upper)))
		for _, i := range list {
			order[i] = next
			next++
		}
	}
	back := &expr.Index{Values: order, Max: v.Size(), Fixed: true}
	return expr.Reshape(expr.Pick(expr.Concat(parts...), back), v.Shape)
}

// members lists the positions of the elements of each kind.
func (t bounded) members(n int) [4][]int32 {
	var list [4][]int32
	low, high := known(t.lower), known(t.upper)
	for i := range n {
		m := between
		if len(low) > 0 && math.IsInf(low[i%len(low)], -1) {
			m &^= below
		}
		if len(high) > 0 && math.IsInf(high[i%len(high)], 1) {
			m &^= above
		}
		list[m] = append(list[m], int32(i))
	}
	return list
}
