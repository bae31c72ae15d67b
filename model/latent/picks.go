package latent

import (
	"math/bits"
	"slices"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// positions returns the coordinates of q that an expression's elements are,
// one for each; ok is false where it computes with them.
func positions(e expr.Expr) (list []int, ok bool) { return positionsOf(nil, e, 0, e.Size()) }

// positionsOf appends those of elements from … from+n−1.
func positionsOf(list []int, e expr.Expr, from, n int) ([]int, bool) {
	switch e.Kind {
	case expr.Param:
		for i := range n {
			list = append(list, e.Off+from+i)
		}
		return list, true
	case expr.Slice:
		return positionsOf(list, e.In[0], e.Off+from, n)
	case expr.Gather:
		// Positions that are data of the user's may be bound anew.
		if !e.Index.Fixed && e.Index.Name != "" {
			return nil, false
		}
		all, ok := positions(e.In[0])
		if !ok {
			return nil, false
		}
		for _, k := range e.Index.Values[from : from+n] {
			list = append(list, all[k])
		}
		return list, true
	case expr.Assemble:
		return positionsIn(list, e, from, n)
	}
	return nil, false
}

// positionsIn is positionsOf for pieces side by side, without gaps.
func positionsIn(list []int, e expr.Expr, from, n int) ([]int, bool) {
	end, to := 0, from+n
	for k, piece := range e.In {
		if e.Offs[k] != end {
			return nil, false
		}
		end += piece.Size()
		lo, hi := max(from, e.Offs[k]), min(to, end)
		if lo >= hi {
			continue
		}
		var ok bool
		if list, ok = positionsOf(list, piece, lo-e.Offs[k], hi-lo); !ok {
			return nil, false
		}
	}
	return list, end == e.Size()
}

// set is a set of coordinates.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (s set) add(list ...int) {
	for _, i := range list {
		s[i/64] |= 1 << (i % 64)
	}
}

func (s set) remove(list ...int) {
	for _, i := range list {
		s[i/64] &^= 1 << (i % 64)
	}
}

func (s set) has(i int) bool { return s[i/64]>>(i%64)&1 == 1 }

func (s set) count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

func (s set) join(t set) {
	for i, w := range t {
		s[i] |= w
	}
}

// covers reports whether all of t is in s.
func (s set) covers(t set) bool {
	for i, w := range t {
		if w&^s[i] != 0 {
			return false
		}
	}
	return true
}

func (s set) meets(t set) bool {
	for i, w := range t {
		if s[i]&w != 0 {
			return true
		}
	}
	return false
}

// finder finds what coordinates expressions depend on.
type finder struct {
	dim  int
	done map[expr.Expr]set
}

func newFinder(dim int) *finder { return &finder{dim, make(map[expr.Expr]set)} }

// of returns the coordinates that an expression depends on. The elements of a
// vector that a part of it does not need are left out as far as that is easy to
// see. The result is shared.
func (f *finder) of(e expr.Expr) set {
	if s, ok := f.done[e]; ok {
		return s
	}
	s := newSet(f.dim)
	f.done[e] = s
	switch {
	case e.Static():
	case e.Kind == expr.Slice:
		f.part(s, e.In[0], e.Off, e.Size())
	default:
		if list, ok := positions(e); ok {
			s.add(list...)
			break
		}
		for _, a := range e.In {
			s.join(f.of(a))
		}
	}
	return s
}

// part adds to s what elements from … from+n−1 of e depend on.
func (f *finder) part(s set, e expr.Expr, from, n int) {
	switch {
	case e.IsScalar() || from == 0 && n == e.Size():
		s.join(f.of(e))
	case e.Kind == expr.Map:
		for _, a := range e.In {
			f.part(s, a, from, n)
		}
	case e.Kind == expr.Slice:
		f.part(s, e.In[0], e.Off+from, n)
	case e.Kind == expr.Assemble:
		for k, piece := range e.In {
			lo, hi := max(from, e.Offs[k]), min(from+n, e.Offs[k]+piece.Size())
			if lo < hi {
				f.part(s, piece, lo-e.Offs[k], hi-lo)
			}
		}
	default:
		if list, ok := positions(e); ok {
			s.add(list[from : from+n]...)
			return
		}
		s.join(f.of(e))
	}
}

// mostCompared bounds the nodes that same looks at.
const mostCompared = 10000

// same reports whether two expressions are seen to be the same function of the
// same things.
func same(a, b expr.Expr) bool {
	left := mostCompared
	return sameWithin(a, b, &left)
}

func sameWithin(a, b expr.Expr, left *int) bool {
	if a == b {
		return true
	}
	*left--
	if *left < 0 || a.Kind != b.Kind || a.Fn != b.Fn || a.Name != b.Name || a.Off != b.Off || a.Rows != b.Rows || a.Cols != b.Cols ||
		a.Trans != b.Trans || a.Reverse != b.Reverse || a.Index != b.Index || a.Scan != b.Scan ||
		a.Size() != b.Size() || a.IsScalar() != b.IsScalar() || len(a.In) != len(b.In) ||
		!slices.Equal(a.Offs, b.Offs) || !slices.Equal(a.Values, b.Values) {
		return false
	}
	for i := range a.In {
		if !sameWithin(a.In[i], b.In[i], left) {
			return false
		}
	}
	return true
}

// flat returns an expression as a scalar or a vector.
func flat(e expr.Expr) expr.Expr {
	if e.Err() != nil || e.IsScalar() {
		return e
	}
	return expr.Reshape(e, tensor.Shape{e.Size()})
}

// part returns n elements from a position on, one as a scalar; a scalar stands
// for all elements.
func part(e expr.Expr, from, n int) expr.Expr {
	switch {
	case e.IsScalar():
		return e
	case n == 1:
		return expr.At(e, from)
	}
	return expr.Part(e, from, n)
}

// pick returns the elements of a vector at the given positions, one as a
// scalar; a scalar stands for all elements.
func pick(e expr.Expr, at []int) expr.Expr {
	if e.IsScalar() {
		return e
	}
	for i, k := range at {
		if k != at[0]+i {
			values := make([]int32, len(at))
			for j, p := range at {
				values[j] = int32(p)
			}
			return expr.Pick(e, &expr.Index{Values: values, Max: e.Size(), Fixed: true})
		}
	}
	return part(e, at[0], len(at))
}

// full returns n elements, of which e is one for all or each.
func full(e expr.Expr, n int) expr.Expr {
	if e.IsScalar() && n > 1 {
		return expr.Repeat(e, tensor.Shape{n})
	}
	return e
}

// positive reports whether all elements are known to be > 0.
func positive(e expr.Expr) bool {
	if values, ok := e.DataValues(); ok {
		return !slices.ContainsFunc(values, func(v float64) bool { return !(v > 0) })
	}
	switch e.Kind {
	case expr.Map:
		switch e.Fn {
		case ir.Exp:
			return true
		case ir.Mul, ir.Div, ir.Add, ir.Sqrt, ir.Inv, ir.Hypot:
			for _, a := range e.In {
				if !positive(a) {
					return false
				}
			}
			return true
		}
	case expr.Fill, expr.Slice, expr.Gather:
		return positive(e.In[0])
	}
	return false
}
