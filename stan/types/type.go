package types

import "strings"

// Base is the innermost part of a type.
type Base uint8

// The bases. Invalid is the type of what could not be typed; it fits everywhere, so that one mistake gives one message.
const (
	Invalid Base = iota
	Void
	Int
	Real
	Complex
	Vector
	RowVector
	Matrix
	ComplexVector
	ComplexRowVector
	ComplexMatrix
	Tuple
	Func
	Text
)

var baseNames = [...]string{
	"invalid", "void", "int", "real", "complex", "vector", "row_vector", "matrix",
	"complex_vector", "complex_row_vector", "complex_matrix", "tuple", "function", "text",
}

// Type is the type of a value: Rank array dimensions around a base. Elems are the parts of a tuple.
type Type struct {
	Base  Base
	Rank  int
	Elems []Type
}

// plain returns the type of base without arrays around it.
func plain(base Base) Type { return Type{Base: base} }

// ArrayOf returns the type of arrays of t with rank more dimensions.
func (t Type) ArrayOf(rank int) Type {
	t.Rank += rank
	return t
}

// Elem returns the type of an element of an array.
func (t Type) Elem() Type { return t.ArrayOf(-1) }

// IsInvalid tells whether the type is unknown because of an error, in whole or in part.
func (t Type) IsInvalid() bool {
	for _, elem := range t.Elems {
		if elem.IsInvalid() {
			return true
		}
	}
	return t.Base == Invalid
}

// IsScalar tells whether t is int, real or complex.
func (t Type) IsScalar() bool { return t.Rank == 0 && t.Base >= Int && t.Base <= Complex }

// IsInt tells whether t is an int or an array of ints: values that are never differentiated.
func (t Type) IsInt() bool { return t.Base == Int }

// hasInt tells whether some part of t is an int.
func (t Type) hasInt() bool {
	for _, elem := range t.Elems {
		if elem.hasInt() {
			return true
		}
	}
	return t.Base == Int
}

// Equal tells whether t and u are the same type.
func (t Type) Equal(u Type) bool {
	if t.Base != u.Base || t.Rank != u.Rank || len(t.Elems) != len(u.Elems) {
		return false
	}
	for i, elem := range t.Elems {
		if !elem.Equal(u.Elems[i]) {
			return false
		}
	}
	return true
}

// String returns the type as a program writes it in a function's parameters.
func (t Type) String() string {
	text := baseNames[t.Base]
	if t.Base == Tuple {
		parts := make([]string, len(t.Elems))
		for i, elem := range t.Elems {
			parts[i] = elem.String()
		}
		text += "(" + strings.Join(parts, ", ") + ")"
	}
	if t.Rank > 0 {
		text = "array[" + strings.Repeat(",", t.Rank-1) + "] " + text
	}
	return text
}

// promotion returns how many steps (int to real, real to complex) turn a value of type from into one of type to, and
// whether that is possible. Elements of arrays, vectors and tuples are promoted too.
func promotion(from, to Type) (steps int, ok bool) {
	switch {
	case from.Base == Invalid || to.Base == Invalid:
		return 0, true
	case from.Rank != to.Rank || len(from.Elems) != len(to.Elems):
		return 0, false
	case from.Base == Tuple && to.Base == Tuple:
		for i, elem := range from.Elems {
			n, ok := promotion(elem, to.Elems[i])
			if !ok {
				return 0, false
			}
			steps += n
		}
		return steps, true
	case from.Base == to.Base:
		return 0, true
	case from.Base < to.Base && to.Base <= Complex && from.Base >= Int:
		return int(to.Base - from.Base), true
	case from.Base >= Vector && from.Base <= Matrix && to.Base == from.Base+ComplexVector-Vector:
		return 1, true
	}
	return 0, false
}

// common returns the type that both t and u can be promoted to.
func common(t, u Type) (Type, bool) {
	if t.Base == Tuple && u.Base == Tuple && t.Rank == u.Rank && len(t.Elems) == len(u.Elems) {
		elems := make([]Type, len(t.Elems))
		for i := range elems {
			elem, ok := common(t.Elems[i], u.Elems[i])
			if !ok {
				return Type{}, false
			}
			elems[i] = elem
		}
		return Type{Base: Tuple, Rank: t.Rank, Elems: elems}, true
	}
	if _, ok := promotion(t, u); ok {
		return u, true
	}
	_, ok := promotion(u, t)
	return t, ok
}

// withBase returns t with another base, its arrays kept.
func (t Type) withBase(base Base) Type { return Type{Base: base, Rank: t.Rank} }

// intsToReals returns t with ints replaced by reals.
func (t Type) intsToReals() Type {
	if t.Base == Int {
		return t.withBase(Real)
	}
	return t
}

// complexToReals returns the type of the real or imaginary parts of a t.
func (t Type) complexToReals() Type {
	switch t.Base {
	case Complex:
		return t.withBase(Real)
	case ComplexVector, ComplexRowVector, ComplexMatrix:
		return t.withBase(t.Base - ComplexVector + Vector)
	}
	return t
}

// depth returns how many indexes lead to a scalar.
func (t Type) depth() int {
	switch t.Base {
	case Vector, RowVector, ComplexVector, ComplexRowVector:
		return t.Rank + 1
	case Matrix, ComplexMatrix:
		return t.Rank + 2
	}
	return t.Rank
}

// isNumeric tells whether t consists of ints, reals, vectors or matrices, without complex numbers.
func (t Type) isNumeric() bool {
	return t.Base == Int || t.Base == Real || t.Base >= Vector && t.Base <= Matrix
}
