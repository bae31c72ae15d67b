package rng

import "fmt"

// MvNormalCholesky writes mu + L z into dst, z standard normal: a draw of the
// multivariate normal with mean mu and covariance L Lᵀ, from n words. dst and
// mu have length n; L is n × n, column-major, and its part above the diagonal
// is not read. dst and mu may be the same slice. L need not be regular.
func MvNormalCholesky(dst []float64, s *Stream, mu, L []float64) {
	n := len(dst)
	if len(mu) != n || len(L) != n*n {
		panic(fmt.Sprintf("rng: MvNormalCholesky of %d means and %d factors into %d elements, want n, n² and n", len(mu), len(L), n))
	}
	copy(dst, mu)
	for j := range n {
		z := s.Normal()
		column := L[j*n : (j+1)*n]
		for i := j; i < n; i++ {
			dst[i] += float64(column[i] * z)
		}
	}
}
