package ir

import "fmt"

// LeastSquaresShape fixes the layout of the result of a LeastSquares region.
//
// Rows i < N carry K known coefficients x[i,k] and a known value y[i], and each
// belongs to one of J groups. For coefficients b[k] that may differ between
// groups the sum of squares Σ_i (y[i] − Σ_k x[i,k]·b[k])² is a sum of fewer
// squares with the same value for every b. In group j, with the triangular
// factor R of an orthogonal factorisation of its rows and z = R·(b − b0) − t, it
// is |z|² + rho². The origin b0 is close to the least-squares solution and t is
// the small remainder, so that nothing cancels near the best fit.
//
// The first Head coefficients belong to the group; the others are common to all
// groups. The rows of R that begin with a common coefficient are combined over
// the groups into one triangle, the tail, unless Separate, where Head is K.
//
// The result is, one after the other:
//
//	R[r,c] for r < Head, r ≤ c < K by r and then c: J numbers each
//	b0 of the first Head coefficients: J numbers each
//	t of the first Head rows: J numbers each
//	Separate: rho, J numbers
//	else, with k = K − Head: the tail's triangle, k × k column-major with zeros
//	below the diagonal, its b0 (k), its t (k), and rho
type LeastSquaresShape struct {
	N, K, J  int
	Head     int
	Separate bool
}

// Size returns the number of elements of the result.
func (s LeastSquaresShape) Size() int {
	if s.Separate {
		return s.Rho() + s.J
	}
	return s.Rho() + 1
}

// Tail returns the number of common coefficients that have a triangle of their
// own.
func (s LeastSquaresShape) Tail() int { return s.K - s.Head }

// R returns where the elements R[r,c] of the groups begin, r < Head, r ≤ c < K.
func (s LeastSquaresShape) R(r, c int) int { return s.J * (r*s.K - r*(r-1)/2 + c - r) }

// Origin returns where the b0[r] of the groups begin, r < Head.
func (s LeastSquaresShape) Origin(r int) int { return s.R(s.Head, s.Head) + s.J*r }

// T returns where the t[r] of the groups begin, r < Head.
func (s LeastSquaresShape) T(r int) int { return s.Origin(s.Head + r) }

// TailR returns where column c of the tail's triangle begins, counted from 0
// within the tail.
func (s LeastSquaresShape) TailR(c int) int { return s.T(s.Head) + c*s.Tail() }

// TailOrigin returns where the tail's b0 begins.
func (s LeastSquaresShape) TailOrigin() int { return s.TailR(s.Tail()) }

// TailT returns where the tail's t begins.
func (s LeastSquaresShape) TailT() int { return s.TailOrigin() + s.Tail() }

// Rho returns where the remainders begin: one for each group if Separate, else
// one.
func (s LeastSquaresShape) Rho() int { return s.TailT() + s.Tail() }

// Column is one column of numbers: element i is Buf[Off + Stride·i].
type Column struct {
	At     Place
	Stride int
}

// LeastSquares reduces N rows of known coefficients and values to the
// triangular factors of LeastSquaresShape. It runs in Setup only, where the
// rows are data. Rows of a group are factorised by Householder reflections in
// blocks, which are combined in pairs (Demmel, Grigori, Hoemmen & Langou 2012,
// TSQR), so the rounding errors grow with the logarithm of N. Groups without
// rows give zeros.
type LeastSquares struct {
	LeastSquaresShape
	X   []Column // K
	Y   Column
	Idx IntID // the rows' groups, below J; -1 where there is one
	Dst Place
}

func (*LeastSquares) region() {}

// check returns what is wrong with the region.
func (r *LeastSquares) check(v *validator) error {
	s := r.LeastSquaresShape
	switch {
	case !v.setup:
		return fmt.Errorf("least squares belong to setup")
	case s.N < 0 || s.J < 0 || s.Head < 0 || s.Head > s.K || len(r.X) != s.K || s.Separate && s.Head != s.K:
		return fmt.Errorf("least squares of shape %+v with %d columns", s, len(r.X))
	case r.Idx >= 0 && (int(r.Idx) >= len(v.p.Ints) || v.p.Ints[r.Idx].Len != s.N || v.p.Ints[r.Idx].Max > s.J):
		return fmt.Errorf("index k%d does not number %d rows in %d groups", r.Idx, s.N, s.J)
	case r.Idx < 0 && s.J != 1:
		return fmt.Errorf("%d groups without an index", s.J)
	}
	for _, c := range append([]Column{r.Y}, r.X...) {
		if s.N > 0 {
			last := (s.N - 1) * c.Stride
			if err := v.access(Place{c.At.Buf, c.At.Off + min(0, last)}, max(last, -last)+1, false); err != nil {
				return err
			}
		}
		if c.At.Buf == r.Dst.Buf {
			return fmt.Errorf("b%d is both source and destination", r.Dst.Buf)
		}
	}
	return v.access(r.Dst, s.Size(), true)
}

// text describes the region for Format.
func (r *LeastSquares) text(p *Program) string {
	column := func(c Column) string { return fmt.Sprintf("b%d[%s]", c.At.Buf, affine(c.At.Off, c.Stride, "i")) }
	s := fmt.Sprintf("least_squares i < %d groups=%d", r.N, r.J)
	if r.Idx >= 0 {
		s += fmt.Sprintf(" k%d", r.Idx)
	}
	s += fmt.Sprintf(" head=%d separate=%v y=%s x=", r.Head, r.Separate, column(r.Y))
	for _, c := range r.X {
		s += " " + column(c)
	}
	return s + " -> " + p.place(r.Dst)
}
