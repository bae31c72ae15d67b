package eval

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// nodes remembers the expressions made of known values, so that one array is one input of the compiled program however
// often it is used. They are found by content.
type nodes struct {
	data    map[uint64][]*expr.Node
	names   map[uint64][]named
	indexes map[uint64][]*expr.Index
	shapes  map[*expr.Node]*expr.Node // data as a matrix, of the data as a list
}

type named struct {
	name   string
	values []float64
}

func newNodes() *nodes {
	return &nodes{
		data: make(map[uint64][]*expr.Node), names: make(map[uint64][]named),
		indexes: make(map[uint64][]*expr.Index), shapes: make(map[*expr.Node]*expr.Node),
	}
}

// hash is FNV-1a over 64-bit words instead of bytes.
func hash[T any](x []T, bits func(T) uint64) uint64 {
	h := uint64(14695981039346656037)
	for _, v := range x {
		h = (h ^ bits(v)) * 1099511628211
		h ^= h >> 29
	}
	return h
}

func equalBits(x, y []float64) bool {
	return slices.EqualFunc(x, y, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })
}

// name gives the values of a variable the variable's name in compiled programs.
func (n *nodes) name(name string, values []float64) {
	h := hash(values, math.Float64bits)
	n.names[h] = append(n.names[h], named{name, values})
}

// of returns the data expression of a list of values, or of one value without dimensions.
func (n *nodes) of(values []float64, scalar bool) expr.Expr {
	h := hash(values, math.Float64bits)
	for _, x := range n.data[h] {
		if x.IsScalar() == scalar && equalBits(x.Values, values) {
			return x
		}
	}
	name := ""
	for _, candidate := range n.names[h] {
		if equalBits(candidate.values, values) {
			name, values = candidate.name, candidate.values
			break
		}
	}
	shape := tensor.Shape{len(values)}
	if scalar {
		shape = nil
	}
	x := expr.Data(name, shape, values)
	n.data[h] = append(n.data[h], x)
	return x
}

// index returns the index of the given positions, counted from 0 and below limit.
func (n *nodes) index(at []int, limit int) *expr.Index {
	h := hash(at, func(i int) uint64 { return uint64(i) })
	for _, x := range n.indexes[h] {
		if x.Max == limit && slices.EqualFunc(x.Values, at, func(a int32, b int) bool { return int(a) == b }) {
			return x
		}
	}
	x := &expr.Index{Values: make([]int32, len(at)), Max: limit}
	for i, k := range at {
		x.Values[i] = int32(k)
	}
	n.indexes[h] = append(n.indexes[h], x)
	return x
}

// flat returns the elements of a value as an expression in the shape that Value.Sym has: known values become data, those
// that the program's text decides constants.
func (ev *evaluator) flat(v *Value) expr.Expr {
	if v.Sym != nil {
		return v.Sym
	}
	x := v.Floats()
	scalar := v.IsScalar() && v.Lanes == nil
	if v.Fixed && len(x) > 0 && allEqual(x) {
		if scalar {
			return expr.Const(x[0])
		}
		return expr.Repeat(expr.Const(x[0]), tensor.Shape{len(x)})
	}
	return ev.nodes.of(x, scalar)
}

// array returns a value without lanes as an expression of its own shape: matrices have rows and columns, everything else
// has the shape that flat gives.
func (ev *evaluator) array(v *Value) expr.Expr {
	x := ev.flat(v)
	if len(v.Dims) != 2 || v.Type.Rank != 0 {
		return x
	}
	shape := tensor.Shape{v.Dims[0], v.Dims[1]}
	if x.Kind != expr.Datum {
		return expr.Reshape(x, shape)
	}
	return ev.matrixOf(x, shape[0], shape[1])
}

// matrixOf returns a list of elements as a matrix, the same node each time for data.
func (ev *evaluator) matrixOf(x expr.Expr, rows, cols int) expr.Expr {
	shape := tensor.Shape{rows, cols}
	if x.Kind != expr.Datum {
		return expr.Reshape(x, shape)
	}
	m, ok := ev.nodes.shapes[x]
	if !ok || !m.Shape.Equal(shape) {
		m = expr.Reshape(x, shape)
		ev.nodes.shapes[x] = m
	}
	return m
}

func allEqual(x []float64) bool {
	for _, v := range x {
		if math.Float64bits(v) != math.Float64bits(x[0]) {
			return false
		}
	}
	return true
}

// flatten brings an expression into the shape of Value.Sym.
func flatten(x expr.Expr, scalar bool) expr.Expr {
	switch {
	case x.Err() != nil || x.IsScalar() == scalar && x.Shape.Dims() <= 1:
		return x
	case scalar:
		return expr.At(x, 0)
	}
	return expr.Reshape(x, tensor.Shape{x.Size()})
}

// full returns x, or where it is a scalar though dims or lanes ask for more, n times x.
func full(x expr.Expr, n int, dims []int, l *lanes) expr.Expr {
	if x.Err() == nil && x.IsScalar() && (len(dims) > 0 || l != nil) {
		return expr.Repeat(x, tensor.Shape{n})
	}
	return x
}

// repeatTo returns x, or if it is one element n times that one.
func repeatTo(x []float64, n int) []float64 {
	if len(x) == n {
		return x
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = x[0]
	}
	return out
}

// repeatVector returns a vector several times, one after the other.
func repeatVector(x expr.Expr, times int) expr.Expr {
	list := make([]expr.Expr, times)
	for i := range list {
		list[i] = x
	}
	return expr.Concat(list...)
}

func equalInts(a, b []int) bool { return slices.Equal(a, b) }

// gather returns the elements of v at positions in its list, as a list without type and sizes.
func (ev *evaluator) gather(v *Value, at []int) *Value {
	switch {
	case v.Sym != nil:
		return &Value{Sym: ev.pick(v.Sym, at)}
	case isRange(at, 0) && len(at) == max(len(v.Ints), len(v.Reals)):
		return &Value{Ints: v.Ints, Reals: v.Reals, Fixed: v.Fixed}
	case v.Type.IsInt():
		return &Value{Ints: take(v.Ints, at), Fixed: v.Fixed}
	}
	return &Value{Reals: take(v.Reals, at), Fixed: v.Fixed}
}

func take[T any](x []T, at []int) []T {
	out := make([]T, len(at))
	for i, k := range at {
		out[i] = x[k]
	}
	return out
}

// isRange reports whether at is from, from+1, ….
func isRange(at []int, from int) bool {
	for i, k := range at {
		if k != from+i {
			return false
		}
	}
	return true
}

// pick returns the elements of x at the given positions as a vector. Positions that follow each other are a part of x.
func (ev *evaluator) pick(x expr.Expr, at []int) expr.Expr {
	switch {
	case x.Err() != nil:
		return x
	case len(at) == 0:
		return ev.nodes.of(nil, false)
	case x.IsScalar():
		return expr.Repeat(x, tensor.Shape{len(at)})
	case isRange(at, at[0]):
		return expr.Part(x, at[0], len(at))
	case allSame(at):
		return expr.Repeat(expr.At(x, at[0]), tensor.Shape{len(at)})
	case x.Kind == expr.Datum:
		return ev.nodes.of(take(x.Values, at), false)
	case x.Kind == expr.Fill:
		return expr.Repeat(x.In[0], tensor.Shape{len(at)})
	case x.Kind == expr.Gather && !x.Index.Fixed:
		inner := make([]int, len(at))
		for i, k := range at {
			inner[i] = int(x.Index.Values[k])
		}
		return ev.pick(x.In[0], inner)
	}
	if y := ev.pickByLane(x, at); y != nil {
		return y
	}
	return expr.Pick(x, ev.nodes.index(at, x.Size()))
}

func allSame(at []int) bool {
	for _, k := range at {
		if k != at[0] {
			return false
		}
	}
	return true
}
