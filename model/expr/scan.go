package expr

import (
	"fmt"

	"github.com/quatre-ppl/quatre/tensor"
)

// ScanBody is the sub-graph of one iteration of a Scan: scalars only. Carry,
// Step and Shared are the placeholders that Next and Out are written in.
type ScanBody struct {
	Carry  []Expr // values handed from one iteration to the next
	Step   []Expr // element i of each per-step input
	Shared []Expr // scalars that do not change
	Next   []Expr // the carried values after the iteration, one per Carry
	Out    []Expr // values kept for every iteration
}

// Scan runs body for n iterations in order. It returns, for each Out, the
// vector of its n values, and the last value of each carried scalar.
//
//	init:   scalars, the carried values before the first iteration
//	steps:  vectors of n elements, element i is seen by iteration i
//	shared: scalars that every iteration sees
//
// The body computes with elementwise functions of its arguments and of
// constants; what else it needs is handed in through shared or steps.
func Scan(n int, init, steps, shared []Expr, body func(carry, step, shared []Expr) (next, out []Expr)) (outs, last []Expr) {
	all := append(append(append([]Expr{}, init...), shared...), steps...)
	if e := firstErr(all...); e != nil {
		return []Expr{e}, []Expr{e}
	}
	b := &ScanBody{}
	place := func(count int) []Expr {
		list := make([]Expr, count)
		for i := range list {
			list[i] = &Node{Op: Op{Kind: Param, Name: "scan"}}
		}
		return list
	}
	b.Carry, b.Step, b.Shared = place(len(init)), place(len(steps)), place(len(shared))
	b.Next, b.Out = body(b.Carry, b.Step, b.Shared)
	results := append(append([]Expr{}, b.Next...), b.Out...)
	if e := firstErr(results...); e != nil {
		return []Expr{e}, []Expr{e}
	}
	for _, x := range results {
		if !x.IsScalar() {
			e := errorf("scan: the body's values are scalars, got shape %v", x.Shape)
			return []Expr{e}, []Expr{e}
		}
	}
	if err := b.check(); err != nil {
		return []Expr{Error(err)}, []Expr{Error(err)}
	}
	if len(b.Next) != len(init) {
		e := errorf("scan: %d carried values, the body returns %d", len(init), len(b.Next))
		return []Expr{e}, []Expr{e}
	}
	for _, s := range steps {
		if s.Shape.Dims() != 1 || s.Shape[0] != n {
			e := errorf("scan: step inputs want shape (%d), got %v", n, s.Shape)
			return []Expr{e}, []Expr{e}
		}
	}
	return b.results(n, all)
}

// results reads the scan's one flat result: the n values of each carried value
// before every iteration (kept for the reverse scan), the n values of each
// Out, then the last carried values.
func (b *ScanBody) results(n int, in []Expr) (outs, last []Expr) {
	c, o := len(b.Carry), len(b.Out)
	node := build(Op{Kind: ScanLoop, Rows: n, Scan: b}, tensor.Shape{(c+o)*n + c}, in...)
	for k := range o {
		outs = append(outs, Part(node, (c+k)*n, n))
	}
	for k := range c {
		last = append(last, At(node, (c+o)*n+k))
	}
	return outs, last
}

// check returns an error unless the body is made of elementwise functions of its
// placeholders and of constants.
func (b *ScanBody) check() error {
	done := make(map[Expr]bool)
	for _, list := range [][]Expr{b.Carry, b.Step, b.Shared} {
		for _, x := range list {
			done[x] = true
		}
	}
	var visit func(x Expr) error
	visit = func(x Expr) error {
		if done[x] {
			return nil
		}
		done[x] = true
		switch x.Kind {
		case Literal, Map, Stop:
		case Param, Datum:
			return fmt.Errorf("scan: the body reads %s, which is not one of its arguments; hand it in through shared or steps", quoted(x.Name))
		default:
			return fmt.Errorf("scan: the body uses an operation on arrays; only elementwise functions of its scalar arguments may stand there")
		}
		for _, a := range x.In {
			if err := visit(a); err != nil {
				return err
			}
		}
		return nil
	}
	for _, list := range [][]Expr{b.Next, b.Out} {
		for _, x := range list {
			if err := visit(x); err != nil {
				return err
			}
		}
	}
	return nil
}

func quoted(name string) string {
	if name == "" {
		return "data without a name"
	}
	return fmt.Sprintf("%q", name)
}
