package eval

import (
	"errors"
	"fmt"
	"slices"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/stan/data"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// readData gives the variables of the data block their values.
func (ev *evaluator) readData(symbols []*types.Symbol, set *data.Set) error {
	for _, sym := range symbols {
		value, err := ev.readVariable(sym, set)
		if err != nil {
			return err
		}
		ev.frame.vars[sym.Slot] = &variable{sym: sym, typ: sym.Type, dims: value.Dims, value: value}
		if len(value.Dims) > 0 {
			ev.nodes.name(sym.Name, value.Floats())
		}
		if err := ev.checkConstraint(sym, value); err != nil {
			if given, getErr := set.Get(sym.Name); getErr == nil && given.Place() != "" {
				err = fmt.Errorf("%s: %w", given.Place(), err)
			}
			return err
		}
	}
	return nil
}

func (ev *evaluator) readVariable(sym *types.Symbol, set *data.Set) (*Value, error) {
	if err := ev.supported(sym); err != nil {
		return nil, err
	}
	if sym.Type.Base == types.Tuple {
		return nil, ev.unavailable(sym.At, "tuples in the data block are")
	}
	dims, err := ev.sizes(sym.Decl, sym.Name)
	if err != nil {
		return nil, err
	}
	given, err := set.Get(sym.Name)
	switch {
	case errors.Is(err, data.ErrMissing) && product(dims) == 0 && len(dims) > 0:
		return ev.fromRows(sym.Type, dims, nil, nil), nil
	case errors.Is(err, data.ErrMissing):
		return nil, fmt.Errorf("%w; line %d declares %s", err, ev.source.LineOf(sym.At.Start), ev.declaredText(sym, dims))
	case err != nil:
		return nil, err
	}
	if !slices.Equal([]int(given.Shape), dims) && !(given.Shape.Size() == 0 && product(dims) == 0 && len(dims) > 0) {
		return nil, ev.withPlace(given, fmt.Errorf("%s has shape %v, but line %d declares %s",
			sym.Name, given.Shape, ev.source.LineOf(sym.At.Start), ev.declaredText(sym, dims)))
	}
	if sym.Type.IsInt() {
		ints, err := given.Ints()
		if err != nil {
			return nil, fmt.Errorf("%w; line %d declares %s", err, ev.source.LineOf(sym.At.Start), ev.declaredText(sym, dims))
		}
		return ev.fromRows(sym.Type, dims, ints, nil), nil
	}
	return ev.fromRows(sym.Type, dims, nil, given.Reals), nil
}

func (ev *evaluator) withPlace(given *data.Value, err error) error {
	if given.Place() == "" {
		return err
	}
	return fmt.Errorf("%s: %w", given.Place(), err)
}

// declaredText writes a declaration as the program has it and, where its sizes are names, what they are.
func (ev *evaluator) declaredText(sym *types.Symbol, dims []int) string {
	text := typeText(sym.Type, dims) + " " + sym.Name
	if declared := ev.declarationOf(sym); declared != "" && declared != text {
		text = declared + ", here " + typeText(sym.Type, dims)
	}
	return text
}

// declarationOf returns the source of a declaration's type and name.
func (ev *evaluator) declarationOf(sym *types.Symbol) string {
	block := ev.program.Syntax.Blocks[sym.Block]
	if block == nil {
		return ""
	}
	for _, s := range block.Stmts {
		decl, ok := s.(*syntax.Decl)
		if !ok {
			continue
		}
		for _, d := range decl.Names {
			if d.Name.Span == sym.At {
				return ev.source.Text[decl.Type.Span.Start:decl.Type.Span.End] + " " + sym.Name
			}
		}
	}
	return ""
}

// fromRows returns a value given in row-major order.
func (ev *evaluator) fromRows(t types.Type, dims []int, ints []int, reals []float64) *Value {
	if t.IsInt() {
		return newInts(t, dims, ints)
	}
	if !isMatrix(t) {
		return newReals(t, dims, ir.CloneFloats(reals))
	}
	rows, cols := dims[len(dims)-2], dims[len(dims)-1]
	out := ir.NewFloats(len(reals))
	for from := 0; from < len(reals); from += rows * cols {
		for i := range rows {
			for j := range cols {
				out[from+i+j*rows] = reals[from+i*cols+j]
			}
		}
	}
	return newReals(t, dims, out)
}
