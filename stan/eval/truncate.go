package eval

import (
	"strings"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// truncated runs value ~ distribution(…) T[lower, upper]: the log density less the log of the probability that a value lies
// between the bounds, both included. Values outside have log density −∞.
func (ev *evaluator) truncated(s *types.Tilde, site func() string) error {
	args, err := ev.evalAll(s.Density.Args)
	if err != nil {
		return err
	}
	bounds := make([]*Value, 2)
	for i, e := range []types.Expr{s.Lower, s.Upper} {
		if e == nil {
			continue
		}
		if bounds[i], err = ev.eval(e); err != nil {
			return err
		}
	}
	around := ev.lanes
	defer func() { ev.lanes = around }()
	if args, err = ev.elementsAsLanes(s.Pos(), args); err != nil {
		return err
	}
	density, err := ev.invoke(s.Density, ev.newCall(s.Density, args))
	if err != nil {
		return err
	}
	logMass, err := ev.logMass(s, args, bounds[0], bounds[1])
	if err != nil {
		return err
	}
	l := innermost(append([]*Value{density, logMass}, args...))
	x := expr.Sub(ev.across(density, l), ev.across(logMass, l))
	y := ev.across(args[0].asReal(), l)
	if b := bounds[0]; b != nil && !ev.within(b, args[0]) {
		x = expr.Where(expr.LessEq(ev.across(b.asReal(), l), y), x, negativeInfinity)
	}
	if b := bounds[1]; b != nil && !ev.within(args[0], b) {
		x = expr.Where(expr.LessEq(y, ev.across(b.asReal(), l)), x, negativeInfinity)
	}
	if x.Err() != nil {
		return ev.errorf(s.Pos(), "", "%v", x.Err())
	}
	return ev.addTerm(s.Pos(), site, symIn(realType, nil, l, full(x, laneCount(l), nil, l)))
}

// elementsAsLanes turns containers among the arguments of a density into scalars in lanes, one for each element, and makes
// these ev.lanes.
func (ev *evaluator) elementsAsLanes(at syntax.Span, args []*Value) ([]*Value, error) {
	size, found := 0, false
	for _, a := range args {
		if len(a.Dims) > 0 {
			if found && a.Size() != size {
				return nil, ev.errorf(at, "", "the arguments have different sizes, %s and %s", sizesText(args[0]), sizesText(a))
			}
			size, found = a.Size(), true
		}
	}
	switch {
	case !found:
		return args, nil
	case ev.lanes != nil:
		return nil, notTogether{"a truncated density of several values"}
	}
	ev.lanes = &lanes{n: size}
	out := make([]*Value, len(args))
	for i, a := range args {
		out[i] = a
		if len(a.Dims) > 0 {
			w := *a
			w.Type, w.Dims, w.Lanes = realType, nil, ev.lanes
			if a.Type.IsInt() {
				w.Type = intType
			}
			out[i] = &w
		}
	}
	return out, nil
}

// logMass returns the log of the probability that lies between the bounds.
func (ev *evaluator) logMass(s *types.Tilde, args []*Value, lower, upper *Value) (*Value, error) {
	if lower != nil && strings.HasSuffix(s.Density.Name, "_lpmf") {
		below := *lower // the probability of the bound itself counts too
		below.Ints = make([]int, len(lower.Ints))
		for i, n := range lower.Ints {
			below.Ints[i] = n - 1
		}
		lower = &below
	}
	switch {
	case lower == nil:
		return ev.tail(s, "_lcdf", upper, args)
	case upper == nil:
		return ev.tail(s, "_lccdf", lower, args)
	}
	high, err := ev.tail(s, "_lcdf", upper, args)
	if err != nil {
		return nil, err
	}
	low, err := ev.tail(s, "_lcdf", lower, args)
	if err != nil {
		return nil, err
	}
	l := innermost([]*Value{high, low})
	x := expr.LogDiffExp(ev.across(high, l), ev.across(low, l))
	return symIn(realType, nil, l, full(x, laneCount(l), nil, l)), nil
}

// tail calls a distribution function at a bound.
func (ev *evaluator) tail(s *types.Tilde, suffix string, bound *Value, args []*Value) (*Value, error) {
	c := &call{ev: ev, at: s.Pos(), name: s.Dist + suffix, args: append([]*Value{bound}, args[1:]...), result: realType}
	for _, f := range ev.program.Functions {
		if f.Name == c.name && len(f.Params) == len(c.args) {
			return ev.callFunction(f, c)
		}
	}
	return ev.apply(c)
}

// within reports whether x ≤ y is known for all elements.
func (ev *evaluator) within(x, y *Value) bool {
	if x.IsSym() || y.IsSym() {
		return false
	}
	a, b := x.Floats(), y.Floats()
	for i := range max(len(a), len(b)) {
		if !(a[min(i, len(a)-1)] <= b[min(i, len(b)-1)]) {
			return false
		}
	}
	return true
}
