package adapt

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/samplers/internal/lanes"
)

// spectrum is the covariance M that is best in the Fisher divergence for draws
// whitened by scales: M C_g M = C_x, C_x and C_g the covariances of draws and
// gradients with a ridge. It is found in the span of draws and gradients.
type spectrum struct {
	values []float64 // eigenvalues, ascending
	form   *tridiagonal
	basis  [][]float64 // of the span; nil if that is everything
}

// newSpectrum finds the eigenvalues for the draws. ok is false if there are none.
func newSpectrum(p *part, scales []float64) (s *spectrum, ok bool) {
	most := mostForDirections
	if p.dim > most {
		most /= 2
	}
	x, g := p.whitened(scales, (p.count+most-1)/most)
	s = new(spectrum)
	if p.dim > mostForDirections || p.dim > 2*len(x) {
		var all [][]float64
		s.basis, all = span(append(x, g...))
		x, g = all[:len(x)], all[len(x):]
	}
	if len(x[0]) == 0 {
		return nil, false
	}
	m, ok := geometricMeanOf(covariance(x), covariance(g))
	if !ok {
		return nil, false
	}
	s.form = tridiagonalize(m)
	s.values, ok = s.form.values()
	for i := range s.values {
		s.values[i] = max(s.values[i], leastEigenvalue)
	}
	return s, ok
}

// vectors returns the eigenvectors of some of the eigenvalues, by their places.
func (s *spectrum) vectors(places []int) (vectors [][]float64, ok bool) {
	_, all, ok := s.form.eigen()
	if !ok {
		return nil, false
	}
	for _, k := range places {
		v := all[k]
		if s.basis != nil {
			v = make([]float64, len(s.basis[0]))
			lanes.AddRows(v, s.basis, all[k])
		}
		vectors = append(vectors, v)
	}
	return vectors, true
}

// geometricMeanOf returns M with M B M = A, A and B positive definite. With
// B = L Lᵀ and Lᵀ A L = V Λ Vᵀ it is
//
//	M = L⁻ᵀ V Λ^½ Vᵀ L⁻¹.
//
// B is overwritten.
func geometricMeanOf(a, b symmetric) (m symmetric, ok bool) {
	n := len(a)
	if !cholesky(b) {
		return nil, false
	}
	minus := newSymmetric(n) // −Lᵀ by rows
	for i, row := range b {
		clear(row[i+1:])
		for k := range i + 1 {
			minus[k][i] = -row[k]
		}
	}
	// inner = Lᵀ A L, from the rows of −A L: four at a time reach into zeros of L.
	product, inner := newSymmetric(n), newSymmetric(n)
	for i := range n {
		for k := 0; k < n; k += 4 {
			end := min(k+4, n)
			lanes.AddRows(product[i][:end], b[k:end], a[i][k:end])
		}
	}
	for i := range n {
		lanes.AddRows(inner[i][:i+1], product[i:], minus[i][i:])
		for j := range i + 1 {
			inner[i][j] = -inner[i][j]
		}
	}
	squares, v, ok := eigen(inner)
	if !ok {
		return nil, false
	}
	// root = L⁻ᵀ V Λ^¼, from its last row on.
	root := product
	for k, row := range v {
		by := math.Sqrt(math.Sqrt(max(squares[k], 0)))
		for i, x := range row {
			root[i][k] = by * x
		}
	}
	for i := n - 1; i >= 0; i-- {
		lanes.AddRows(root[i], root[i+1:], minus[i][i+1:])
		for k := range root[i] {
			root[i][k] /= b[i][i]
		}
	}
	m = inner
	for i, row := range root {
		for j := range i + 1 {
			m[i][j] = lanes.Dot(row, root[j])
		}
	}
	return m, true
}

// covariance returns the mean of x xᵀ over rows x, with the ridge.
func covariance(rows [][]float64) symmetric {
	c := newSymmetric(len(rows[0]))
	share := 1 / float64(len(rows))
	by := make([]float64, len(rows))
	for i := range c {
		for k, x := range rows {
			by[k] = share * x[i]
		}
		lanes.AddRows(c[i][:i+1], rows, by)
		c[i][i] += ridge
		for j := range i {
			c[j][i] = c[i][j]
		}
	}
	return c
}

// span returns an orthonormal basis of the span of rows, and the rows' coordinates in
// it (Gram-Schmidt; again for rows that lie almost in the span of those before).
func span(rows [][]float64) (basis, coordinates [][]float64) {
	minus := make([]float64, len(rows))
	for _, x := range rows {
		v, c := slices.Clone(x), make([]float64, len(rows))
		coordinates = append(coordinates, c)
		whole := lanes.Dot(v, v)
		left := whole
		for range 2 {
			for i, b := range basis {
				minus[i] = -lanes.Dot(b, v)
				c[i] -= minus[i]
			}
			lanes.AddRows(v, basis, minus[:len(basis)])
			before := left
			left = lanes.Dot(v, v)
			if left > leastKept*before {
				break
			}
		}
		if !(left > leastResidual*whole) {
			continue
		}
		length := math.Sqrt(left)
		for i := range v {
			v[i] /= length
		}
		c[len(basis)] = length
		basis = append(basis, v)
	}
	for i, c := range coordinates {
		coordinates[i] = c[:len(basis)]
	}
	return basis, coordinates
}
