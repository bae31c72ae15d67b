package eval

import (
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
	"github.com/quatre-ppl/quatre/tensor"
)

// output returns a variable as a reported quantity: column-major over all its dimensions, as CmdStan reports it.
func (ev *evaluator) output(sym *types.Symbol, v *Value) model.Output {
	x := ev.flat(v)
	if order := outputOrder(v.Type, v.Dims); order != nil {
		x = ev.pick(x, order)
	}
	if len(v.Dims) > 0 {
		x = expr.Reshape(x, tensor.Shape(v.Dims))
	}
	return model.Output{Name: sym.Name, Shape: tensor.Shape(v.Dims), Value: x}
}

// outputOrder returns for each element, column-major over all dimensions, its position in a Value's list; nil where that
// is the same.
func outputOrder(t types.Type, dims []int) []int {
	if t.Rank == 0 || len(dims) < 2 {
		return nil
	}
	p := &place{typ: t, dims: dims}
	stride := make([]int, len(dims))
	for _, d := range p.order() {
		stride[d.index] = d.stride
	}
	order := []int{0}
	for d, n := range dims {
		next := make([]int, 0, len(order)*n)
		for k := range n {
			for _, o := range order {
				next = append(next, o+k*stride[d])
			}
		}
		order = next
	}
	if isRange(order, 0) {
		return nil
	}
	return order
}

// globals lists the variables that a block declares at its outermost level, tuples by their parts.
func (ev *evaluator) globals(symbols []*types.Symbol, each func(sym *types.Symbol, v *Value) error) error {
	for _, sym := range symbols {
		v := ev.frame.vars[sym.Slot]
		if v == nil {
			continue
		}
		if err := each(sym, ev.load(v)); err != nil {
			return err
		}
	}
	return nil
}
