package reduce

import (
	"maps"
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
	y := r.part(x.In[0], x.Off, x.Size())
	return y, y.Kind != expr.Slice
}

// span is elements [off, off+n) of a vector.
type span struct {
	x      expr.Expr
	off, n int
}

// part returns elements [off, off+n) of a vector, as a function of parts where
// there is one.
func (r *rewriter) part(x expr.Expr, off, n int) expr.Expr {
	at := span{x, off, n}
	if y, ok := r.parted[at]; ok {
		return y
	}
	y := expr.Part(flatten(x), off, n)
	if y.Kind == expr.Slice && !y.Static() {
		if z := r.slice(y.In[0], y.Off, n); z != nil {
			y = z
		}
	}
	r.parted[at] = y
	return y
}

// slice is part for a function of vectors, nil if x is none.
func (r *rewriter) slice(x expr.Expr, off, n int) expr.Expr {
	switch x.Kind {
	case expr.Map:
		in := make([]expr.Expr, len(x.In))
		for i, a := range x.In {
			in[i] = a
			if !a.IsScalar() {
				in[i] = r.part(a, off, n)
			}
		}
		return expr.Apply(x.Fn, in...)
	case expr.Fill:
		return expr.Repeat(x.In[0], vectorOf(n))
	case expr.Stop:
		return expr.Constant(r.part(x.In[0], off, n))
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

// maxPieces bounds the pieces that a sum is cut into.
const maxPieces = 8

// pieces cuts a sum where vectors that it reads were put together from several,
// and reduces piece by piece; nil if less than half of the rows are reduced.
func (r *rewriter) pieces(x expr.Expr) expr.Expr {
	n := x.In[0].Size()
	cuts := map[int]bool{0: true, n: true}
	findCuts(x.In[0], n, cuts, make(map[expr.Expr]bool))
	if len(cuts) < 3 || len(cuts) > maxPieces+1 {
		return nil
	}
	at := slices.Sorted(maps.Keys(cuts))
	total, done, steps := expr.Const(0), 0, len(r.report.Steps)
	for i, lo := range at[:len(at)-1] {
		part := expr.Sum(r.part(x.In[0], lo, at[i+1]-lo))
		y := r.node(part)
		if y != part {
			done += at[i+1] - lo
		}
		total = expr.Add(total, y)
	}
	if 2*done < n {
		r.report.Steps = r.report.Steps[:steps]
		return nil
	}
	return total
}

// findCuts lists where the pieces of vectors of n begin and end.
func findCuts(x expr.Expr, n int, cuts map[int]bool, seen map[expr.Expr]bool) {
	if seen[x] || x.Size() != n || x.Static() {
		return
	}
	seen[x] = true
	if x.Kind == expr.Assemble {
		for k, piece := range x.In {
			cuts[x.Offs[k]], cuts[x.Offs[k]+piece.Size()] = true, true
		}
		return
	}
	if x.Kind == expr.Map || x.Kind == expr.Stop {
		for _, a := range x.In {
			findCuts(a, n, cuts, seen)
		}
	}
}
