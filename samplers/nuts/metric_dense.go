package nuts

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/rng"
)

// Dense is a metric with a full matrix. Its inverse has Dim² numbers,
// column-major (it is symmetric), near the covariance of the target. A leapfrog
// step costs two products of matrix and vector.
type Dense struct {
	dim     int
	inverse []float64 // M⁻¹, column-major
	lower   []float64 // L with L Lᵀ = M⁻¹, column-major, zeros above the diagonal
	trial   []float64 // scratch of SetInverse
}

// NewDense returns the unit metric of dimension dim.
func NewDense(dim int) *Dense {
	size := dim * dim
	m := &Dense{dim: dim, inverse: make([]float64, size), lower: make([]float64, size), trial: make([]float64, size)}
	for i := range dim {
		m.inverse[i*dim+i], m.lower[i*dim+i] = 1, 1
	}
	return m
}

// Dim returns the dimension.
func (m *Dense) Dim() int { return m.dim }

// Inverse returns M⁻¹, [Dim × Dim] column-major; read only.
func (m *Dense) Inverse() []float64 { return m.inverse }

// SetInverse sets M⁻¹, which must be symmetric and positive definite; the lower
// triangle is read.
func (m *Dense) SetInverse(values []float64) error {
	if len(values) != m.dim*m.dim {
		return fmt.Errorf("nuts: inverse metric has %d numbers, a dense one of dimension %d needs %d", len(values), m.dim, m.dim*m.dim)
	}
	copy(m.trial, values)
	if column := cholesky(m.trial, m.dim); column >= 0 {
		return fmt.Errorf("nuts: inverse metric is not positive definite at coordinate %d", column)
	}
	m.lower, m.trial = m.trial, m.lower
	for j := range m.dim {
		for i := j; i < m.dim; i++ {
			v := values[j*m.dim+i]
			m.inverse[j*m.dim+i], m.inverse[i*m.dim+j] = v, v
		}
	}
	return nil
}

// cholesky overwrites the lower triangle of the column-major n × n matrix a with
// its Cholesky factor and the upper with zeros. It returns the first column
// whose pivot is not positive and finite, or -1.
func cholesky(a []float64, n int) int {
	for j := range n {
		column := a[j*n : (j+1)*n]
		for k := range j {
			left := a[k*n : (k+1)*n]
			factor := left[j]
			for i := j; i < n; i++ {
				column[i] -= float64(factor * left[i])
			}
		}
		pivot := column[j]
		if !(pivot > 0) || math.IsInf(pivot, 1) {
			return j
		}
		root := math.Sqrt(pivot)
		column[j] = root
		for i := j + 1; i < n; i++ {
			column[i] /= root
		}
		clear(column[:j])
	}
	return -1
}

// Momentum implements Metric: P = L⁻ᵀ u with u standard normal, so that its
// covariance is (L Lᵀ)⁻¹ = M.
func (m *Dense) Momentum(z *Point, src *rng.Stream) float64 {
	for i := range z.P {
		z.P[i] = src.Normal()
	}
	for i := m.dim - 1; i >= 0; i-- {
		column := m.lower[i*m.dim : (i+1)*m.dim]
		sum := z.P[i]
		for j := i + 1; j < m.dim; j++ {
			sum -= float64(column[j] * z.P[j])
		}
		z.P[i] = sum / column[i]
	}
	m.velocity(z.V, z.P)
	return 0.5 * dot(z.P, z.V)
}

// Advance implements Metric. It uses to.V as scratch.
func (m *Dense) Advance(to, from *Point, step float64) {
	half := 0.5 * step
	for i := range m.dim {
		to.P[i] = from.P[i] + float64(half*from.Grad[i])
	}
	m.velocity(to.V, to.P)
	for i := range m.dim {
		to.Q[i] = from.Q[i] + float64(step*to.V[i])
	}
}

// Settle implements Metric.
func (m *Dense) Settle(to *Point, step float64) float64 {
	half := 0.5 * step
	for i := range m.dim {
		to.P[i] += float64(half * to.Grad[i])
	}
	m.velocity(to.V, to.P)
	return 0.5 * dot(to.P, to.V)
}

// velocity sets v = M⁻¹ p, each element a sum over the columns in order. Four
// columns per pass keep v in the cache and leave that order as it is.
func (m *Dense) velocity(v, p []float64) {
	n := m.dim
	clear(v)
	j := 0
	for ; j+4 <= n; j += 4 {
		a, b := m.inverse[j*n:(j+1)*n], m.inverse[(j+1)*n:(j+2)*n]
		c, d := m.inverse[(j+2)*n:(j+3)*n], m.inverse[(j+3)*n:(j+4)*n]
		v, b, c, d := v[:len(a)], b[:len(a)], c[:len(a)], d[:len(a)]
		pa, pb, pc, pd := p[j], p[j+1], p[j+2], p[j+3]
		for i := range a {
			sum := v[i] + float64(a[i]*pa)
			sum += float64(b[i] * pb)
			sum += float64(c[i] * pc)
			v[i] = sum + float64(d[i]*pd)
		}
	}
	for ; j < n; j++ {
		a := m.inverse[j*n : (j+1)*n]
		for i := range a {
			v[i] += float64(a[i] * p[j])
		}
	}
}

// dot returns the sum of a_i b_i, in four lanes.
func dot(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += float64(a[i] * b[i])
		s1 += float64(a[i+1] * b[i+1])
		s2 += float64(a[i+2] * b[i+2])
		s3 += float64(a[i+3] * b[i+3])
	}
	if i < len(a) {
		s0 += float64(a[i] * b[i])
	}
	if i+1 < len(a) {
		s1 += float64(a[i+1] * b[i+1])
	}
	if i+2 < len(a) {
		s2 += float64(a[i+2] * b[i+2])
	}
	return (s0 + s2) + (s1 + s3)
}
