package eval

import (
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// eval returns the value of an expression.
func (ev *evaluator) eval(e types.Expr) (*Value, error) {
	switch e := e.(type) {
	case *types.Const:
		return ev.constant(e)
	case *types.Var:
		return ev.variable(e)
	case *types.Promote:
		return ev.promoted(e)
	case *types.Unary:
		return ev.operate(e.Pos(), string(e.Op), e.Type(), e.X)
	case *types.Binary:
		if e.Op == syntax.OpAnd || e.Op == syntax.OpOr {
			return ev.logical(e)
		}
		return ev.operate(e.Pos(), string(e.Op), e.Type(), e.X, e.Y)
	case *types.Cond:
		return ev.choice(e)
	case *types.Index:
		return ev.indexed(e)
	case *types.Field:
		v, err := ev.eval(e.X)
		if err != nil {
			return nil, err
		}
		return v.Parts[e.N], nil
	case *types.ArrayLit:
		return ev.literal(e.Elems, e.Type())
	case *types.RowLit:
		return ev.literal(e.Elems, e.Type())
	case *types.TupleLit:
		parts, err := ev.evalAll(e.Elems)
		if err != nil {
			return nil, err
		}
		return &Value{Type: e.Type(), Lanes: innermost(parts), Parts: parts}, nil
	case *types.Call:
		return ev.call(e)
	case *types.TargetValue:
		return ev.targetValue(e)
	}
	return nil, ev.errorf(e.Pos(), "", "a %s has no value here", e.Type())
}

func (ev *evaluator) evalAll(list []types.Expr) ([]*Value, error) {
	values := make([]*Value, len(list))
	for i, e := range list {
		v, err := ev.eval(e)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

func (ev *evaluator) constant(e *types.Const) (*Value, error) {
	switch e.Type().Base {
	case types.Int:
		return &Value{Type: intType, Ints: []int{e.Int}, Fixed: true}, nil
	case types.Real:
		return &Value{Type: realType, Reals: []float64{e.Real}, Fixed: true}, nil
	}
	return nil, ev.unavailable(e.Pos(), "complex numbers are")
}

// unavailable says that the evaluator does not know something that the language has.
func (ev *evaluator) unavailable(at syntax.Span, what string) error {
	return ev.errorf(at, "", "%s not available yet", what)
}

func (ev *evaluator) variable(e *types.Var) (*Value, error) {
	v := ev.frame.vars[e.Sym.Slot]
	if err := ev.readable(v, e.Pos()); err != nil {
		return nil, err
	}
	value, err := ev.loadWhole(v)
	if err != nil {
		return nil, err
	}
	return ev.restrict(value), nil
}

// readable reports a variable that cannot be read now.
func (ev *evaluator) readable(v *variable, at syntax.Span) error {
	if v.refuse != "" {
		return notTogether{v.refuse}
	}
	return nil
}

func (ev *evaluator) promoted(e *types.Promote) (*Value, error) {
	v, err := ev.eval(e.X)
	if err != nil {
		return nil, err
	}
	return ev.promoteTo(v, e.Type(), e.Pos())
}

func (ev *evaluator) promoteTo(v *Value, t types.Type, at syntax.Span) (*Value, error) {
	switch {
	case v.Parts != nil:
		w := *v
		w.Type, w.Parts = t, make([]*Value, len(v.Parts))
		for i, p := range v.Parts {
			var err error
			if w.Parts[i], err = ev.promoteTo(p, t.Elems[i], at); err != nil {
				return nil, err
			}
		}
		return &w, nil
	case t.Base == types.Real || v.Type.Equal(t):
		return v.asReal(), nil
	}
	return nil, ev.unavailable(at, "complex numbers are")
}

// operate applies an operator of the library.
func (ev *evaluator) operate(at syntax.Span, op string, result types.Type, operands ...types.Expr) (*Value, error) {
	args, err := ev.evalAll(operands)
	if err != nil {
		return nil, err
	}
	return ev.apply(&call{ev: ev, at: at, name: op, args: args, result: result})
}

// apply calls a function of the library. One that does not know lanes is called for each of them.
func (ev *evaluator) apply(c *call) (*Value, error) {
	f, ok := ev.library[c.name]
	if !ok {
		return nil, ev.unavailable(c.at, missingText(c.name))
	}
	if ev.drawings != nil && !c.takesDrawn() {
		return nil, c.errorf("", "its ints must be known")
	}
	l := c.lanes()
	if l == nil || f.lanes {
		return f.eval(c)
	}
	if !c.known() {
		return nil, notTogether{c.name + " has no form for several iterations"}
	}
	results := make([]*Value, l.n)
	spread := make([]*Value, len(c.args))
	for i, a := range c.args {
		spread[i] = a
		if a.Lanes != nil {
			spread[i] = ev.spread(a, l)
		}
	}
	for b := range results {
		one := *c
		one.args = make([]*Value, len(spread))
		for i, a := range spread {
			one.args[i] = a.lane(b)
		}
		v, err := f.eval(&one)
		if err != nil {
			return nil, err
		}
		if b > 0 && !slices.Equal(v.Dims, results[0].Dims) {
			return nil, notTogether{c.name + " gives values of different sizes"}
		}
		results[b] = v
	}
	return stack(results, l), nil
}

func missingText(name string) string {
	if startsWithLetter(name) {
		return "the function " + name + " is"
	}
	return "the operator " + name + " is"
}

// startsWithLetter tells the names of functions from operators.
func startsWithLetter(name string) bool {
	return name[0] >= 'a' && name[0] <= 'z' || name[0] >= 'A' && name[0] <= 'Z'
}

// logical evaluates && and ||. The right side is left alone where the left one decides.
func (ev *evaluator) logical(e *types.Binary) (*Value, error) {
	x, err := ev.eval(e.X)
	if err != nil {
		return nil, err
	}
	and := e.Op == syntax.OpAnd
	if !x.IsSym() && x.Lanes == nil && (x.Real() != 0) != and {
		return newTruth(!and), nil
	}
	var y *Value
	if !x.IsSym() && x.Lanes != nil {
		decided := newTruth(!and)
		return ev.split(x, func() (*Value, error) { return ev.truthOf(e.Y, and, decided) },
			func() (*Value, error) { return ev.truthOf(e.Y, !and, decided) })
	}
	if y, err = ev.eval(e.Y); err != nil {
		return nil, err
	}
	if !x.IsSym() {
		return ev.truth(y), nil
	}
	l := innermost([]*Value{x, y})
	a, b := ev.truth(x), ev.truth(y)
	if and {
		return symIn(intType, nil, l, expr.Mul(ev.across(a, l), ev.across(b, l))), nil
	}
	return symIn(intType, nil, l, expr.Max(ev.across(a, l), ev.across(b, l))), nil
}

// truthOf evaluates the right side of && or || where the left one does not decide.
func (ev *evaluator) truthOf(e types.Expr, open bool, decided *Value) (*Value, error) {
	if !open {
		return decided, nil
	}
	y, err := ev.eval(e)
	if err != nil {
		return nil, err
	}
	return ev.truth(y), nil
}

// truth returns 1 where v is not 0.
func (ev *evaluator) truth(v *Value) *Value {
	if v.IsSym() {
		return symIn(intType, nil, v.Lanes, expr.Sub(1, expr.Equal(v.Sym, 0)))
	}
	x := v.Floats()
	w := newInts(intType, nil, make([]int, len(x)))
	w.Lanes, w.Fixed = v.Lanes, v.Fixed
	for i := range x {
		if x[i] != 0 {
			w.Ints[i] = 1
		}
	}
	return w
}

// across returns a value as an expression that combines element by element with values in the lanes l.
func (ev *evaluator) across(v *Value, l *lanes) expr.Expr {
	if v.Lanes == nil && v.IsScalar() {
		return ev.flat(v)
	}
	return ev.flat(ev.spread(v, l))
}

// choice evaluates c ? x : y.
func (ev *evaluator) choice(e *types.Cond) (*Value, error) {
	c, err := ev.eval(e.If)
	if err != nil {
		return nil, err
	}
	then := func() (*Value, error) { return ev.eval(e.Then) }
	otherwise := func() (*Value, error) { return ev.eval(e.Else) }
	switch {
	case c.IsSym():
		x, err := then()
		if err != nil {
			return nil, err
		}
		y, err := otherwise()
		if err != nil {
			return nil, err
		}
		return ev.where(e.Pos(), c, x, y)
	case c.Lanes != nil:
		return ev.split(c, then, otherwise)
	case c.Real() != 0:
		return then()
	}
	return otherwise()
}

// where returns x where the condition, which depends on parameters, holds, else y.
func (ev *evaluator) where(at syntax.Span, c, x, y *Value) (*Value, error) {
	if x.Parts != nil {
		w := &Value{Type: x.Type, Parts: make([]*Value, len(x.Parts))}
		for i := range w.Parts {
			var err error
			if w.Parts[i], err = ev.where(at, c, x.Parts[i], y.Parts[i]); err != nil {
				return nil, err
			}
		}
		w.Lanes = innermost(w.Parts)
		return w, nil
	}
	if !slices.Equal(x.Dims, y.Dims) {
		return nil, ev.errorf(at, "", "the two values of a choice that depends on parameters have different sizes, %s and %s", sizesText(x), sizesText(y))
	}
	l := innermost([]*Value{c, x, y})
	cond := ev.across(c, l)
	if l != nil && x.Size() != 1 && !cond.IsScalar() {
		cond = repeatVector(cond, x.Size())
	}
	z := expr.Where(cond, ev.across(x, l), ev.across(y, l))
	if z.Err() != nil {
		return nil, ev.errorf(at, "", "%v", z.Err())
	}
	return symIn(x.Type, x.Dims, l, full(z, x.Size()*laneCount(l), x.Dims, l)), nil
}

// literal evaluates {…} and […].
func (ev *evaluator) literal(elems []types.Expr, t types.Type) (*Value, error) {
	list, err := ev.evalAll(elems)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return newReals(t, []int{0}, nil), nil
	}
	if list[0].Parts != nil {
		return nil, ev.unavailable(elems[0].Pos(), "arrays of tuples are")
	}
	for i, v := range list[1:] {
		if !slices.Equal(v.Dims, list[0].Dims) {
			return nil, ev.errorf(elems[i+1].Pos(), "", "the elements have different sizes, %s and %s", sizesText(list[0]), sizesText(v))
		}
	}
	dims := append([]int{len(list)}, list[0].Dims...)
	l := innermost(list)
	refs := make([]ref, 0, product(dims)*laneCount(l))
	fixed := true
	for i, v := range list {
		if l != nil {
			list[i] = ev.spread(v, l)
		}
		fixed = fixed && v.Fixed
		for e := range v.Size() * laneCount(l) {
			refs = append(refs, ref{int32(i), int32(e)})
		}
	}
	if t.Base == types.Matrix && t.Rank == 0 {
		refs = byColumns(refs, dims[0], dims[1], laneCount(l))
	}
	v := ev.shaped(ev.compose(list, refs), t, dims, l)
	v.Fixed = fixed
	return v, nil
}

// byColumns reorders the elements of a matrix from rows to columns, n for each element.
func byColumns(refs []ref, rows, cols, n int) []ref {
	out := make([]ref, 0, len(refs))
	for j := range cols {
		for i := range rows {
			out = append(out, refs[(i*cols+j)*n:][:n]...)
		}
	}
	return out
}

// knownInts evaluates an expression of ints that must not depend on parameters.
func (ev *evaluator) knownInts(e types.Expr, what string) (*Value, error) {
	v, err := ev.eval(e)
	if err != nil {
		return nil, err
	}
	if v.IsSym() {
		return nil, ev.errorf(e.Pos(), "", "%s must not depend on parameters", what)
	}
	return v, nil
}

// knownInt evaluates an int that is known and the same in all lanes.
func (ev *evaluator) knownInt(e types.Expr, what string) (int, error) {
	v, err := ev.knownInts(e, what)
	if err != nil {
		return 0, err
	}
	for _, n := range v.Ints {
		if n != v.Ints[0] {
			return 0, notTogether{what + " differs"}
		}
	}
	return v.Ints[0], nil
}
