package flow

import "github.com/quatre-ppl/quatre/sim"

// Quantity is a number that a step needs: a constant, a draw, an attribute of
// the token or the result of a function. It is evaluated each time the step is
// taken.
type Quantity struct {
	kind   quantityKind
	x      float64
	source sim.Source
	f      func(c *sim.Context, t Token) float64
}

type quantityKind uint8

const (
	isConstant quantityKind = iota
	isDraw
	isAttribute
	isFunction
)

// Const is the number x.
func Const(x float64) Quantity { return Quantity{x: x} }

// Draw is the next number of a source.
func Draw(s sim.Source) Quantity { return Quantity{kind: isDraw, source: s} }

// Attr is the value of an attribute of the token.
func Attr(a Attribute) Quantity { return Quantity{kind: isAttribute, source: sim.Source(a)} }

// Func is the result of a function, which must depend on nothing but the
// simulation and the token if the simulation is to be copied.
func Func(f func(c *sim.Context, t Token) float64) Quantity {
	return Quantity{kind: isFunction, f: f}
}

// value evaluates a quantity for token k.
func (f *Flow) value(c *sim.Context, k int32, q *Quantity) float64 {
	switch q.kind {
	case isDraw:
		return c.Draw(q.source)
	case isAttribute:
		return f.attributes[int(k)*f.width+int(q.source)]
	case isFunction:
		return q.f(c, Token{f, k})
	}
	return q.x
}
