package expr

import "github.com/quatre-ppl/quatre/tensor"

// Reshape returns the same elements in column-major order with another shape.
func Reshape(a any, shape tensor.Shape) Expr {
	x := Of(a)
	if x.err != nil || x.Shape.Equal(shape) {
		return x
	}
	if x.Size() != shape.Size() {
		return errorf("cannot reshape %v to %v", x.Shape, shape)
	}
	switch {
	case x.IsScalar():
		return build(Op{Kind: Fill}, shape, x)
	case len(shape) == 0:
		return slice(x, 0, nil)
	}
	// Every operation works on flat lists, so the shape is a matter of how the
	// result is read: the same node with another one.
	return &Node{Op: x.Op, In: x.In, Shape: shape, Values: x.Values, static: x.static}
}

// Repeat returns an array of the given shape filled with the scalar a.
func Repeat(a any, shape tensor.Shape) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if !x.IsScalar() {
		return errorf("repeat wants a scalar, got shape %v", x.Shape)
	}
	return build(Op{Kind: Fill}, shape, x)
}

// Part returns elements [from, from+n) of a vector (of the column-major
// elements of any array), counting from 0.
func Part(a any, from, n int) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if from < 0 || n < 0 || from+n > x.Size() {
		return errorf("elements [%d, %d) of an array of shape %v", from, from+n, x.Shape)
	}
	if from == 0 && n == x.Size() && x.Shape.Dims() == 1 {
		return x
	}
	return slice(x, from, tensor.Shape{n})
}

// At returns the element at 0-based column-major position i as a scalar.
func At(a any, i int) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if i < 0 || i >= x.Size() {
		return errorf("element %d of an array of shape %v", i, x.Shape)
	}
	return slice(x, i, nil)
}

func slice(x Expr, off int, shape tensor.Shape) Expr {
	switch x.Kind {
	case Slice:
		return slice(x.In[0], x.Off+off, shape)
	case Fill:
		if len(shape) == 0 {
			return x.In[0]
		}
		return build(Op{Kind: Fill}, shape, x.In[0])
	case Assemble:
		n := shape.Size()
		for k, p := range x.In {
			if x.Offs[k] <= off && off+n <= x.Offs[k]+p.Size() {
				if p.IsScalar() && len(shape) == 0 {
					return p
				}
				if !p.IsScalar() {
					return slice(p, off-x.Offs[k], shape)
				}
			}
		}
	}
	if off == 0 && x.Shape.Equal(shape) {
		return x
	}
	return build(Op{Kind: Slice, Off: off}, shape, x)
}

// Concat returns the elements of the arguments one after the other.
func Concat(parts ...Expr) Expr {
	if e := firstErr(parts...); e != nil {
		return e
	}
	offs := make([]int, len(parts))
	n := 0
	for i, p := range parts {
		offs[i] = n
		n += p.Size()
	}
	if len(parts) == 1 && parts[0].Shape.Dims() == 1 {
		return parts[0]
	}
	return build(Op{Kind: Assemble, Offs: offs}, tensor.Shape{n}, parts...)
}

// Elements returns a's elements picked by 0-based positions idx. The positions
// are data.
func Elements(a any, idx []int) Expr { return pick(Of(a), idx, false) }

func pick(x Expr, idx []int, fixed bool) Expr {
	if x.err != nil {
		return x
	}
	values := make([]int32, len(idx))
	for i, k := range idx {
		if k < 0 || k >= x.Size() {
			return errorf("index %d (position %d) outside an array of %d elements", k, i, x.Size())
		}
		values[i] = int32(k)
	}
	return Pick(x, &Index{Values: values, Max: x.Size(), Fixed: fixed})
}

// Pick returns flat[idx] for an index whose Max does not exceed the size of a.
func Pick(a any, idx *Index) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if idx == nil {
		return errorf("pick: no index given")
	}
	if idx.Max > x.Size() {
		return errorf("index %s may reach %d, beyond an array of %d elements", idx.Name, idx.Max, x.Size())
	}
	if x.IsScalar() {
		return build(Op{Kind: Fill}, tensor.Shape{len(idx.Values)}, x)
	}
	return build(Op{Kind: Gather, Index: idx}, tensor.Shape{len(idx.Values)}, x)
}

// SumBy returns the vector of n sums Σ_{i: idx[i]=k} a[i].
func SumBy(a any, idx *Index, n int) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if idx == nil {
		return errorf("sums by group: no index given")
	}
	if len(idx.Values) != x.Size() || idx.Max > n {
		return errorf("sums by group: %d elements, %d group numbers below %d, %d groups", x.Size(), len(idx.Values), idx.Max, n)
	}
	return build(Op{Kind: SegSum, Index: idx, Rows: n}, tensor.Shape{n}, x)
}
