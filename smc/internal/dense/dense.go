// Package dense has the little linear algebra that random vectors need, on
// small matrices given as rows.
package dense

import "math"

// New returns a zero matrix.
func New(rows, cols int) [][]float64 {
	flat := make([]float64, rows*cols)
	m := make([][]float64, rows)
	for i := range m {
		m[i] = flat[i*cols : (i+1)*cols : (i+1)*cols]
	}
	return m
}

// Cholesky writes to l the lower triangular root of a, l lᵀ = a, and reports
// whether a is positive semidefinite. Pivots within rounding of 0 give a
// column of zeros, so that a law without noise in some direction has a root.
// Only the lower triangle of a is read; l and a may be the same matrix.
func Cholesky(l, a [][]float64) bool {
	n := len(a)
	for j := range n {
		pivot, scale := a[j][j], math.Abs(a[j][j])
		for k := range j {
			pivot -= float64(l[j][k] * l[j][k])
		}
		if !(pivot >= -1e-10*scale) || math.IsInf(pivot, 0) {
			return false
		}
		if pivot <= 1e-14*scale {
			pivot = 0
		}
		root := math.Sqrt(pivot)
		for i := j + 1; i < n; i++ {
			s := a[i][j]
			for k := range j {
				s -= float64(l[i][k] * l[j][k])
			}
			if root == 0 {
				s = 0
			} else {
				s /= root
			}
			l[i][j] = s
		}
		l[j][j] = root
		for i := range j {
			l[i][j] = 0
		}
	}
	return true
}

// Solve writes l⁻¹ x to x, for a lower triangular l with a diagonal above 0.
func Solve(l [][]float64, x []float64) {
	for i := range x {
		s := x[i]
		for k := range i {
			s -= float64(l[i][k] * x[k])
		}
		x[i] = s / l[i][i]
	}
}

// SolveTransposed writes l⁻ᵀ x to x, for l as in Solve.
func SolveTransposed(l [][]float64, x []float64) {
	for i := len(x) - 1; i >= 0; i-- {
		s := x[i]
		for k := i + 1; k < len(x); k++ {
			s -= float64(l[k][i] * x[k])
		}
		x[i] = s / l[i][i]
	}
}

// Mul returns a·b.
func Mul(a, b [][]float64) [][]float64 {
	c := New(len(a), len(b[0]))
	for i := range a {
		for k, v := range a[i] {
			for j, w := range b[k] {
				c[i][j] += float64(v * w)
			}
		}
	}
	return c
}

// Transpose returns aᵀ.
func Transpose(a [][]float64) [][]float64 {
	t := New(len(a[0]), len(a))
	for i, row := range a {
		for j, v := range row {
			t[j][i] = v
		}
	}
	return t
}

// Add returns a + scale·b.
func Add(a [][]float64, scale float64, b [][]float64) [][]float64 {
	c := New(len(a), len(a[0]))
	for i := range a {
		for j := range a[i] {
			c[i][j] = a[i][j] + float64(scale*b[i][j])
		}
	}
	return c
}

// Apply returns a·x.
func Apply(a [][]float64, x []float64) []float64 {
	y := make([]float64, len(a))
	for i, row := range a {
		for j, v := range row {
			y[i] += float64(v * x[j])
		}
	}
	return y
}

// Moments writes the weighted mean and covariance of the points x[·][dim] to
// mean and cov; the weights sum to total > 0.
func Moments(mean []float64, cov [][]float64, x [][]float64, w []float64, total float64) {
	clear(mean)
	for i, row := range x {
		share := w[i] / total
		for j, v := range row {
			mean[j] += float64(share * v)
		}
	}
	for j := range cov {
		clear(cov[j])
	}
	for i, row := range x {
		share := w[i] / total
		for j := range row {
			gap := share * (row[j] - mean[j])
			for k := range j + 1 {
				cov[j][k] += float64(gap * (row[k] - mean[k]))
			}
		}
	}
	for j := range cov {
		for k := range j {
			cov[k][j] = cov[j][k]
		}
	}
}
