package adapt

import "math"

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
			row[j] = (row[j] - dotProduct(row[:j], a[j][:j])) / a[j][j]
		}
		pivot := row[i] - dotProduct(row[:i], row[:i])
		if !(pivot > 0) || !finite(pivot) {
			return false
		}
		row[i] = math.Sqrt(pivot)
	}
	return true
}

// dotProduct returns the sum of a_i b_i in index order.
func dotProduct(a, b []float64) float64 {
	b = b[:len(a)]
	sum := 0.0
	for i, x := range a {
		sum += float64(x * b[i])
	}
	return sum
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
	n := len(a)
	diagonal, off := make([]float64, n), make([]float64, n)
	reflectors := tridiagonalize(a, diagonal, off)
	q := newSymmetric(n)
	for i := range q {
		q[i][i] = 1
	}
	// q = ... H_1 H_0, whose rows are the columns of H, multiplied from the last
	// reflector on so that the rows above remain those of the unit matrix.
	for k := n - 3; k >= 0; k-- {
		v := reflectors[k]
		for i := k + 1; i < n; i++ {
			row := q[i][k+1:]
			along := 2 * dotProduct(row, v)
			for j := range row {
				row[j] -= float64(along * v[j])
			}
		}
	}
	if !implicitQL(diagonal, off, q) {
		return nil, nil, false
	}
	sortAscending(diagonal, q)
	return diagonal, q, true
}

// tridiagonalize reduces a to T = Hᵀ a H, H = H_0 H_1 ..., H_k = I − 2 v vᵀ with
// v in coordinates k+1 to n−1. It returns the vectors v, and T's diagonal and
// off-diagonal, off[i] between i and i+1.
func tridiagonalize(a symmetric, diagonal, off []float64) (reflectors [][]float64) {
	n := len(a)
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
		norm := math.Sqrt(dotProduct(v, v))
		alpha := -math.Copysign(norm, v[0])
		off[k] = alpha
		v[0] -= alpha
		if length := math.Sqrt(dotProduct(v, v)); length > 0 {
			for i := range v {
				v[i] /= length
			}
		}
		reflectors = append(reflectors, v)
		// The trailing block B becomes B − 2 v wᵀ − 2 w vᵀ, w = B v − (vᵀ B v) v.
		w = w[:len(v)]
		for i := range v {
			w[i] = dotProduct(a[k+1+i][k+1:], v)
		}
		along := dotProduct(v, w)
		for i := range w {
			w[i] -= float64(along * v[i])
		}
		for i := range v {
			row, vi, wi := a[k+1+i][k+1:], 2*v[i], 2*w[i]
			for j := range row {
				row[j] -= float64(vi*w[j]) + float64(wi*v[j])
			}
		}
	}
	for i := range n {
		diagonal[i] = a[i][i]
	}
	if n > 1 {
		off[n-2] = a[n-1][n-2]
	}
	return reflectors
}

// mostSweeps bounds the QL steps spent on one eigenvalue; three are usual.
const mostSweeps = 60

// implicitQL diagonalises a tridiagonal matrix. The rows of q are rotated along:
// from the columns of H to the eigenvectors.
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
		s, c = f/r, g/r
		g = d[i+1] - p
		r = float64((d[i]-g)*s) + float64(2*c*b)
		p = float64(s * r)
		d[i+1] = g + p
		g = float64(c*r) - b
		upper, lower := q[i+1], q[i]
		for k := range upper {
			x, y := upper[k], lower[k]
			upper[k] = float64(s*y) + float64(c*x)
			lower[k] = float64(c*y) - float64(s*x)
		}
	}
	d[low] -= p
	e[low] = g
	e[high] = 0
}

// hypotenuse returns sqrt(a² + b²), correctly rounded operations only.
func hypotenuse(a, b float64) float64 {
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

// sortAscending sorts values, and the vectors with them.
func sortAscending(values []float64, vectors symmetric) {
	for i := range values {
		least := i
		for j := i + 1; j < len(values); j++ {
			if values[j] < values[least] {
				least = j
			}
		}
		values[i], values[least] = values[least], values[i]
		vectors[i], vectors[least] = vectors[least], vectors[i]
	}
}
