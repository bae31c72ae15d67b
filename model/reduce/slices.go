package reduce

import (
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// sliced returns part of a vector as a function of parts of what the vector is
// computed from; false if x is no such part.
func (r *rewriter) sliced(x expr.Expr) (expr.Expr, bool) {
	if x.Kind != expr.Slice || x.IsScalar() || x.Static() {
		return nil, false
	}
	if y, ok := r.parted[x]; ok {
		return y, y != nil
	}
	y := r.slice(x.In[0], x.Off, x.Size())
	r.parted[x] = y
	return y, y != nil
}

// slice returns elements [off, off+n) of a vector, nil if it is not a function
// of parts.
func (r *rewriter) slice(x expr.Expr, off, n int) expr.Expr {
	switch x.Kind {
	case expr.Map:
		in := make([]expr.Expr, len(x.In))
		for i, a := range x.In {
			in[i] = a
			if !a.IsScalar() {
				in[i] = expr.Part(flatten(a), off, n)
			}
		}
		return expr.Apply(x.Fn, in...)
	case expr.Fill:
		return expr.Repeat(x.In[0], vectorOf(n))
	case expr.Stop:
		return expr.Constant(expr.Part(flatten(x.In[0]), off, n))
	case expr.Gather:
		return expr.Pick(flatten(x.In[0]), r.indexPart(x.Index, off, n))
	case expr.MatVec:
		return r.sliceProduct(x, off, n)
	}
	return nil
}

// indexPart returns a part of an index. Where new values may be bound to the
// index, they have to be found here again.
func (r *rewriter) indexPart(x *expr.Index, off, n int) *expr.Index {
	if x.Name != "" {
		r.names[x.Name] = true
	}
	for _, p := range r.indexParts {
		if p.Max == x.Max && slices.Equal(p.Values, x.Values[off:off+n]) {
			return p
		}
	}
	p := &expr.Index{Values: x.Values[off : off+n], Max: x.Max}
	r.indexParts = append(r.indexParts, p)
	return p
}

// sliceProduct returns a part of a matrix of data times a vector.
func (r *rewriter) sliceProduct(x expr.Expr, off, n int) expr.Expr {
	if !x.In[0].Static() {
		return nil
	}
	from, k := flatten(x.In[0]), x.In[1].Size()
	if x.Trans {
		return expr.MulVecT(expr.Reshape(expr.Part(from, off*k, n*k), tensor.Shape{k, n}), flatten(x.In[1]))
	}
	columns := make([]expr.Expr, k)
	for c := range columns {
		columns[c] = expr.Part(from, c*x.Rows+off, n)
	}
	return expr.MulVec(expr.Reshape(expr.Concat(columns...), tensor.Shape{n, k}), flatten(x.In[1]))
}
