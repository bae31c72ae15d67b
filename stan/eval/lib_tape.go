package eval

import (
	"fmt"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// tape is a real function of a few real arguments, recorded once from its expression as operations in order. It gives the
// values that the expression has in a compiled program, bit by bit.
type tape struct {
	arity int
	// start holds the constants behind room for the arguments; operation k writes register len(start)+k.
	start []float64
	ops   []tapeOp
	// result is the register of the value.
	result int
}

type tapeOp struct {
	fn   ir.Op
	args [3]int
}

// record makes a tape of f, which must build elementwise operations of its arguments and constants only.
func record(arity int, f func(args []expr.Expr) expr.Expr) (*tape, error) {
	args := make([]expr.Expr, arity)
	for i := range args {
		args[i] = expr.Unconstrained("", i, nil)
	}
	root := f(args)
	if err := root.Err(); err != nil {
		return nil, err
	}
	t := &tape{arity: arity, start: make([]float64, arity)}
	var order []expr.Expr
	if err := t.collect(root, map[expr.Expr]bool{}, &order); err != nil {
		return nil, err
	}
	place := make(map[expr.Expr]int, len(order))
	for _, x := range order {
		if x.Kind == expr.Literal || x.Kind == expr.Datum {
			place[x] = len(t.start)
			t.start = append(t.start, x.Values[0])
		}
	}
	for _, x := range order {
		switch {
		case x.Kind == expr.Param:
			place[x] = x.Off
		case x.Kind == expr.Map:
			op := tapeOp{fn: x.Fn}
			for i, a := range x.In {
				op.args[i] = place[a]
			}
			place[x] = len(t.start) + len(t.ops)
			t.ops = append(t.ops, op)
		case x.Kind == expr.Stop:
			place[x] = place[x.In[0]]
		}
	}
	t.result = place[root]
	return t, nil
}

// collect lists the nodes under x, arguments first.
func (t *tape) collect(x expr.Expr, seen map[expr.Expr]bool, order *[]expr.Expr) error {
	if seen[x] {
		return nil
	}
	seen[x] = true
	if !x.IsScalar() {
		return fmt.Errorf("the function of scalars has a part of shape %v", x.Shape)
	}
	switch x.Kind {
	case expr.Literal, expr.Datum, expr.Param, expr.Map, expr.Stop:
	default:
		return fmt.Errorf("the function of scalars has a part of kind %d", x.Kind)
	}
	for _, a := range x.In {
		if err := t.collect(a, seen, order); err != nil {
			return err
		}
	}
	*order = append(*order, x)
	return nil
}

// mustRecord is record for the library's own functions, which do have tapes.
func mustRecord(arity int, f func(args []expr.Expr) expr.Expr) *tape {
	t, err := record(arity, f)
	if err != nil {
		panic("eval: " + err.Error())
	}
	return t
}

// player is one use of a tape, with registers of its own.
type player struct {
	*tape
	regs []float64
}

// use returns a player of the tape. One goroutine at a time may use it.
func (t *tape) use() player {
	regs := make([]float64, len(t.start)+len(t.ops))
	copy(regs, t.start)
	return player{t, regs}
}

// of returns the function's value.
func (p player) of(args []float64) float64 {
	copy(p.regs, args)
	next := len(p.start)
	for i := range p.ops {
		op := &p.ops[i]
		p.regs[next] = applyOp(op.fn, p.regs[op.args[0]], p.regs[op.args[1]], p.regs[op.args[2]])
		next++
	}
	return p.regs[p.result]
}
