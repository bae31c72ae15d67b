package eval

import (
	"fmt"

	"github.com/quatre-ppl/quatre/stan/types"
)

// supported reports a variable of a type that the evaluator does not have.
func (ev *evaluator) supported(sym *types.Symbol) error {
	switch {
	case anyComplex(sym.Type):
		return ev.unavailable(sym.At, "complex numbers are")
	case sym.Type.Base == types.Tuple && sym.Type.Rank > 0:
		return ev.unavailable(sym.At, "arrays of tuples are")
	}
	return nil
}

// declare brings a variable to life.
func (ev *evaluator) declare(s *types.Decl) error {
	if err := ev.supported(s.Sym); err != nil {
		return err
	}
	dims, err := ev.sizes(s.Sym.Decl, s.Sym.Name)
	if err != nil {
		return err
	}
	v := &variable{sym: s.Sym, typ: s.Sym.Type, dims: dims, home: ev.lanes, guards: len(ev.guards)}
	ev.frame.vars[s.Sym.Slot] = v
	if s.Init == nil {
		v.value, err = ev.undefinedOf(s.Sym.Decl, s.Sym.Name)
		return err
	}
	value, err := ev.eval(s.Init)
	if err != nil {
		return err
	}
	if value.Parts == nil {
		if err := ev.sameSizes(s.Sym.Name, v.typ, dims, value, s.Pos()); err != nil {
			return err
		}
		value = value.as(v.typ, dims)
	}
	v.value = value
	return nil
}

// undefinedOf returns the content of a variable before the first assignment.
func (ev *evaluator) undefinedOf(d *types.VarType, name string) (*Value, error) {
	dims, err := ev.sizes(d, name)
	if err != nil {
		return nil, err
	}
	if d.Type.Base != types.Tuple {
		return undefined(d.Type, dims), nil
	}
	v := &Value{Type: d.Type}
	for i, part := range d.Elems {
		p, err := ev.undefinedOf(part, fmt.Sprintf("%s.%d", name, i+1))
		if err != nil {
			return nil, err
		}
		v.Parts = append(v.Parts, p)
	}
	return v, nil
}

// sizes evaluates the declared sizes of a variable.
func (ev *evaluator) sizes(d *types.VarType, name string) ([]int, error) {
	var dims []int
	for _, e := range append(append([]types.Expr{}, d.Array...), d.Sizes...) {
		n, err := ev.knownInt(e, "a size")
		if err != nil {
			return nil, err
		}
		if n < 0 {
			return nil, ev.errorf(e.Pos(), "", "the size of %s is %d; a size cannot be negative", name, n)
		}
		dims = append(dims, n)
	}
	if len(dims) < depth(d.Type) { // one size for rows and columns
		dims = append(dims, dims[len(dims)-1])
	}
	return dims, nil
}

// anyComplex reports whether some part of t is complex.
func anyComplex(t types.Type) bool {
	for _, part := range t.Elems {
		if anyComplex(part) {
			return true
		}
	}
	return isComplex(t)
}

func isComplex(t types.Type) bool {
	return t.Base == types.Complex || t.Base >= types.ComplexVector && t.Base <= types.ComplexMatrix
}
