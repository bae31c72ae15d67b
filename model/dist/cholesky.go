package dist

import "math"

// choleskyFactor returns the lower triangular L with L·Lᵀ = a, column-major, from
// the lower triangle of a. Elements are NaN where a is not positive definite.
func choleskyFactor(a []float64, n int) []float64 {
	l := make([]float64, n*n)
	for j := range n {
		for i := j; i < n; i++ {
			sum := a[i+j*n]
			for k := range j {
				sum -= float64(l[i+k*n] * l[j+k*n])
			}
			if i == j {
				l[i+j*n] = math.Sqrt(sum)
			} else {
				l[i+j*n] = sum / l[j+j*n]
			}
		}
	}
	return l
}
