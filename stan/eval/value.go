package eval

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
)

// Value is the value of an expression of the program. It is immutable: whoever changes a slice of a Value changes other
// variables too.
//
// The elements stand in one flat list. Array dimensions are outermost, in row-major order; within them each vector or
// matrix is column-major, as Stan keeps them: of array[2] matrix[R, C] m, first all of m[1] column by column, then m[2].
//
// Exactly one of Ints, Reals, Sym and Parts holds the elements: Ints and Reals where they are known, by the base of the
// type; Sym where they depend on parameters; Parts for tuples. A known value of size 0 may have a nil slice.
//
// A value with Lanes holds one such list for each lane, lane fastest: element e of lane b is at e*Lanes.n + b.
type Value struct {
	Type types.Type
	// Dims are the sizes: array dimensions outermost, then those of the base; len(Dims) is depth(Type). They are the same
	// in all lanes.
	Dims []int
	// Lanes is nil where the value is the same in all lanes.
	Lanes *lanes
	// Fixed tells that the text of the program alone decides the value, whatever the data.
	Fixed bool
	Ints  []int
	Reals []float64
	// Sym has shape (n) with n = Size()·Lanes.n, or no dimensions where the value is a scalar without lanes.
	Sym   expr.Expr
	Parts []*Value
}

// The types that results have most.
var (
	intType    = types.Type{Base: types.Int}
	realType   = types.Type{Base: types.Real}
	vectorType = types.Type{Base: types.Vector}
)

// depth returns how many indexes lead to a scalar.
func depth(t types.Type) int {
	switch t.Base {
	case types.Vector, types.RowVector, types.ComplexVector, types.ComplexRowVector:
		return t.Rank + 1
	case types.Matrix, types.ComplexMatrix:
		return t.Rank + 2
	}
	return t.Rank
}

// mostElements is the largest number of elements of one value: 8 GiB of reals.
const mostElements = 1 << 30

// tooLarge is the panic of sizes that no memory holds; Model turns it into an error with a place.
type tooLarge struct{ dims []int }

// product returns the number of elements of the given sizes.
func product(dims []int) int {
	n := 1
	for _, d := range dims {
		if d > 0 && n > mostElements/d {
			panic(tooLarge{dims})
		}
		n *= d
	}
	return n
}

// newInt returns a known int.
func newInt(n int) *Value { return &Value{Type: intType, Ints: []int{n}} }

// newReal returns a known real.
func newReal(x float64) *Value { return &Value{Type: realType, Reals: []float64{x}} }

// newTruth returns 1 or 0, the ints of the language for true and false.
func newTruth(b bool) *Value {
	if b {
		return newInt(1)
	}
	return newInt(0)
}

// newReals returns a known value of reals. It takes the slices over.
func newReals(t types.Type, dims []int, x []float64) *Value {
	return &Value{Type: t, Dims: dims, Reals: x}
}

// newInts returns a known value of ints. It takes the slices over.
func newInts(t types.Type, dims []int, n []int) *Value { return &Value{Type: t, Dims: dims, Ints: n} }

// newVector returns a known vector. It takes the slice over.
func newVector(x []float64) *Value { return newReals(vectorType, []int{len(x)}, x) }

// newSym returns a value that depends on parameters. The shape of x is brought into the form that Value demands.
func newSym(t types.Type, dims []int, x expr.Expr) *Value {
	return symIn(t, dims, nil, x)
}

// symIn is newSym for a value with one list of elements in each of the lanes l.
func symIn(t types.Type, dims []int, l *lanes, x expr.Expr) *Value {
	v := &Value{Type: t, Dims: dims, Lanes: l}
	v.Sym = flatten(x, len(dims) == 0 && l == nil)
	return v
}

// Size returns the number of elements in one lane.
func (v *Value) Size() int { return product(v.Dims) }

// IsSym reports whether the value depends on parameters, in part at least.
func (v *Value) IsSym() bool {
	for _, p := range v.Parts {
		if p.IsSym() {
			return true
		}
	}
	return v.Sym != nil
}

// IsScalar reports whether the value is one number, in each lane if it has any.
func (v *Value) IsScalar() bool { return len(v.Dims) == 0 && v.Parts == nil }

// Int returns the first element of a known value of ints.
func (v *Value) Int() int { return v.Ints[0] }

// Real returns the first element of a known value as a real.
func (v *Value) Real() float64 {
	if v.Type.IsInt() {
		return float64(v.Ints[0])
	}
	return v.Reals[0]
}

// Floats returns the elements of a known value as reals. The caller must not change them.
func (v *Value) Floats() []float64 {
	if !v.Type.IsInt() {
		return v.Reals
	}
	x := ir.NewFloats(len(v.Ints))
	for i, n := range v.Ints {
		x[i] = float64(n)
	}
	return x
}

// as returns the value under another type and sizes with as many elements in the same order.
func (v *Value) as(t types.Type, dims []int) *Value {
	w := *v
	w.Type, w.Dims = t, dims
	if v.Sym != nil {
		w.Sym = flatten(v.Sym, len(dims) == 0 && v.Lanes == nil)
	}
	return &w
}

// asReal returns an int or an array of ints as reals.
func (v *Value) asReal() *Value {
	if !v.Type.IsInt() {
		return v
	}
	w := *v
	w.Type.Base = types.Real
	if v.Sym == nil {
		w.Reals, w.Ints = v.Floats(), nil
	}
	return &w
}

// matrixSizes returns the rows and columns of a matrix; a vector is one column, a row vector one row.
func (v *Value) matrixSizes() (rows, cols int) {
	switch n := len(v.Dims); v.Type.Base {
	case types.Vector:
		return v.Dims[n-1], 1
	case types.RowVector:
		return 1, v.Dims[n-1]
	case types.Matrix:
		return v.Dims[n-2], v.Dims[n-1]
	}
	return 1, 1
}
