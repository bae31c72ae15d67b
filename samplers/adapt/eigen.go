package adapt

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/samplers/internal/lanes"
)

// symmetric is a symmetric matrix by rows, of which the lower triangle counts.
type symmetric [][]float64

func newSymmetric(n int) symmetric {
	cells := make([]float64, n*n)
	a := make(symmetric, n)
	for i := range a {
		a[i] = cells[i*n : (i+1)*n]
	}
	return a
}

// cholesky overwrites the lower triangle of a positive definite matrix with its
// factor L, a = L Lᵀ. ok is false if a pivot is not positive.
func cholesky(a symmetric) (ok bool) {
	for i, row := range a {
		for j := range i {
			row[j] = (row[j] - lanes.Dot(row[:j], a[j][:j])) / a[j][j]
		}
		pivot := row[i] - lanes.Dot(row[:i], row[:i])
		if !(pivot > 0) || !finite(pivot) {
			return false
		}
		row[i] = math.Sqrt(pivot)
	}
	return true
}

// tridiagonal is a symmetric matrix A in the form T = Hᵀ A H, H = H_0 H_1 ..., H_k =
// I − 2 v vᵀ with v in coordinates k+1 to n−1.
type tridiagonal struct {
	reflectors    [][]float64 // the vectors v
	diagonal, off []float64   // of T; off[i] is between i and i+1
}

// eigen returns the eigenvalues of a symmetric matrix in ascending order and the
// eigenvectors as the rows of vectors, by Householder's reduction to tridiagonal
// form and implicit QL steps (Golub & Van Loan 2013, sections 8.3.1 and 8.3.3).
// a is overwritten. ok is false if the iteration does not converge, which only
// numbers that are not finite bring about.
//
// It is written out here since draws depend on it: its sums have one order, so
// the result has the same bits on every machine.
func eigen(a symmetric) (values []float64, vectors symmetric, ok bool) {
	return tridiagonalize(a).eigen()
}

// values returns the eigenvalues alone, which takes far less time. They have the
// bits that eigen gives them.
func (t *tridiagonal) values() (values []float64, ok bool) {
	values = slices.Clone(t.diagonal)
	if !implicitQL(values, slices.Clone(t.off), nil) {
		return nil, false
	}
	sortAscending(values, nil)
	return values, true
}

// eigen returns eigenvalues and eigenvectors.
func (t *tridiagonal) eigen() (values []float64, vectors symmetric, ok bool) {
	n := len(t.diagonal)
	q := newSymmetric(n)
	for i := range q {
		q[i][i] = 1
	}
	// q = ... H_1 H_0, whose rows are the columns of H, multiplied from the last
	// reflector on so that the rows above remain those of the unit matrix.
	for k := n - 3; k >= 0; k-- {
		v := t.reflectors[k]
		for i := k + 1; i < n; i++ {
			row := q[i][k+1:]
			lanes.Add(row, v, -2*lanes.Dot(row, v))
		}
	}
	values = slices.Clone(t.diagonal)
	if !implicitQL(values, slices.Clone(t.off), q) {
		return nil, nil, false
	}
	sortAscending(values, q)
	return values, q, true
}

// tridiagonalize reduces a, which it overwrites.
func tridiagonalize(a symmetric) *tridiagonal {
	n := len(a)
	t := &tridiagonal{diagonal: make([]float64, n), off: make([]float64, n)}
	for i := range n {
		for j := range i {
			a[j][i] = a[i][j]
		}
	}
	w := make([]float64, n)
	for k := 0; k < n-2; k++ {
		v := make([]float64, n-k-1)
		for i := range v {
			v[i] = a[k+1+i][k]
		}
		norm := math.Sqrt(lanes.Dot(v, v))
		alpha := -math.Copysign(norm, v[0])
		t.off[k] = alpha
		v[0] -= alpha
		if length := math.Sqrt(lanes.Dot(v, v)); length > 0 {
			for i := range v {
				v[i] /= length
			}
		}
		t.reflectors = append(t.reflectors, v)
		// The trailing block B becomes B − 2 v wᵀ − 2 w vᵀ, w = B v − (vᵀ B v) v.
		w = w[:len(v)]
		for i := range v {
			w[i] = lanes.Dot(a[k+1+i][k+1:], v)
		}
		lanes.Add(w, v, -lanes.Dot(v, w))
		for i := range v {
			lanes.AddBoth(a[k+1+i][k+1:], w, v, -2*v[i], -2*w[i])
		}
	}
	for i := range n {
		t.diagonal[i] = a[i][i]
	}
	if n > 1 {
		t.off[n-2] = a[n-1][n-2]
	}
	return t
}

// mostSweeps bounds the QL steps spent on one eigenvalue; three are usual.
const mostSweeps = 60

// implicitQL diagonalises a tridiagonal matrix. The rows of q, unless it is nil, are
// rotated along: from the columns of H to the eigenvectors.
func implicitQL(d, e []float64, q symmetric) (ok bool) {
	n := len(d)
	for low := range n {
		for sweep := 0; ; sweep++ {
			high := low
			for high < n-1 && !(math.Abs(e[high]) <= 0x1p-53*(math.Abs(d[high])+math.Abs(d[high+1]))) {
				high++
			}
			if high == low {
				break
			}
			if sweep == mostSweeps {
				return false
			}
			qlStep(d, e, q, low, high)
		}
	}
	return true
}

// qlStep makes a QL step with an implicit shift on the block from low to high.
func qlStep(d, e []float64, q symmetric, low, high int) {
	g := (d[low+1] - d[low]) / (2 * e[low])
	r := hypotenuse(g, 1)
	g = d[high] - d[low] + e[low]/(g+math.Copysign(r, g))
	s, c, p := 1.0, 1.0, 0.0
	for i := high - 1; i >= low; i-- {
		f, b := s*e[i], float64(c*e[i])
		r = hypotenuse(f, g)
		e[i+1] = r
		if r == 0 {
			d[i+1] -= p
			e[high] = 0
			return
		}
		by := 1 / r
		s, c = float64(f*by), float64(g*by) // 2 c is c + c to the compiler
		g = d[i+1] - p
		r = float64((d[i]-g)*s) + float64(2*c*b)
		p = float64(s * r)
		d[i+1] = g + p
		g = float64(c*r) - b
		if q != nil {
			lanes.Rotate(q[i+1], q[i], c, s)
		}
	}
	d[low] -= p
	e[low] = g
	e[high] = 0
}

// hypotenuse returns sqrt(a² + b²), without overflow or underflow in between.
func hypotenuse(a, b float64) float64 {
	if sum := float64(a*a) + float64(b*b); sum > 1e-280 && sum < 1e280 {
		return math.Sqrt(sum)
	}
	a, b = math.Abs(a), math.Abs(b)
	if a < b {
		a, b = b, a
	}
	if a == 0 || math.IsInf(a, 1) {
		return a
	}
	ratio := b / a
	return a * math.Sqrt(1+float64(ratio*ratio))
}

// sortAscending sorts values, and the vectors, unless they are nil, with them.
func sortAscending(values []float64, vectors symmetric) {
	for i := range values {
		least := i
		for j := i + 1; j < len(values); j++ {
			if values[j] < values[least] {
				least = j
			}
		}
		values[i], values[least] = values[least], values[i]
		if vectors != nil {
			vectors[i], vectors[least] = vectors[least], vectors[i]
		}
	}
}
