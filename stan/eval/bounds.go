package eval

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
)

// boundsTerm makes the density zero where a transformed parameter breaks its declared bounds, unless it is clear that it
// never does. Sets such as simplex are not checked.
func (ev *evaluator) boundsTerm(sym *types.Symbol, v *Value) error {
	if !v.IsSym() {
		return ev.checkConstraint(sym, v)
	}
	if v.Size() == 0 {
		return nil
	}
	for _, bound := range []struct {
		e     types.Expr
		upper bool
	}{{sym.Decl.Lower, false}, {sym.Decl.Upper, true}} {
		if bound.e == nil {
			continue
		}
		b, err := ev.eval(bound.e)
		if err != nil {
			return err
		}
		limit, err := ev.eachElement(b, v.Dims, bound.e)
		if err != nil {
			return err
		}
		x := ev.flat(v)
		holds := expr.LessEq(limit, x)
		word := "lower"
		if bound.upper {
			holds, word = expr.LessEq(x, limit), "upper"
		} else if low, ok := limit.ConstValue(); ok && low <= 0 && neverNegative(x, make(map[expr.Expr]bool)) {
			continue
		}
		term := expr.Sum(expr.Where(holds, 0, negativeInfinity))
		site := func() string { return ev.siteText(sym.Name+" within its "+word+" bound", sym.At) }
		if err := ev.addTotal(sym.At, site, term, nil); err != nil {
			return err
		}
	}
	return nil
}

// neverNegative reports whether it is clear from its operations that no element of x is below 0; NaN counts as clear where
// only arguments that are NaN or out of range lead to it.
func neverNegative(x expr.Expr, known map[expr.Expr]bool) bool {
	if sure, ok := known[x]; ok {
		return sure
	}
	known[x] = false
	sure := clearlyNotNegative(x, known)
	known[x] = sure
	return sure
}

func clearlyNotNegative(x expr.Expr, known map[expr.Expr]bool) bool {
	all := func(list []expr.Expr) bool {
		for _, a := range list {
			if !neverNegative(a, known) {
				return false
			}
		}
		return true
	}
	switch x.Kind {
	case expr.Literal, expr.Datum:
		for _, v := range x.Values {
			if !(v >= 0) {
				return false
			}
		}
		return true
	case expr.Fill, expr.Slice, expr.Gather, expr.Assemble, expr.SumAll, expr.SegSum, expr.CumSum, expr.Stop:
		return all(x.In)
	case expr.Map:
		switch x.Fn {
		case ir.Exp, ir.Square, ir.Sqrt, ir.Abs, ir.InvLogit, ir.Log1pExp:
			return true
		case ir.Add, ir.Mul, ir.Div, ir.Inv, ir.Min, ir.Pow:
			return all(x.In)
		case ir.Max:
			return neverNegative(x.In[0], known) || neverNegative(x.In[1], known)
		case ir.Select:
			return all(x.In[1:])
		}
	}
	return false
}
