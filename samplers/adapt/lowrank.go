package adapt

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
)

// Constants of the low-rank correction.
const (
	// ridge is added to both covariances, so that directions without draws keep
	// the eigenvalue 1 (nutpie's gamma).
	ridge = 1e-5
	// worthwhile is the factor by which a correction must lower both the
	// expected cost and, on draws it was not fitted to, the divergence.
	worthwhile = 0.8
	// fewestForDirections is the least number of draws that directions are sought
	// in, mostForDirections the largest; half of it when the dimension is higher,
	// as draws and gradients then span two directions each.
	fewestForDirections = 20
	mostForDirections   = 200
	// leastEigenvalue is where eigenvalues that rounding made negative end.
	leastEigenvalue = 1e-10
	// leastResidual is the part of a vector outside of a span, squared, that makes
	// a direction of its own.
	leastResidual = 1e-12
)

// correction is a diagonal metric with few directions corrected: after division
// of the coordinates by sqrt(scale) times the diagonal's own scales, direction
// vectors[k] has the variance values[k].
type correction struct {
	scale   float64
	values  []float64
	vectors [][]float64
}

// stretch multiplies a vector, of coordinates divided by the scales, with the
// variances along the directions.
func (c *correction) stretch(x []float64) {
	for k, v := range c.vectors {
		along := float64((c.values[k] - 1) * dotProduct(v, x))
		for i, u := range v {
			x[i] += float64(along * u)
		}
	}
}

// none is the plain diagonal.
var none = correction{scale: 1}

// findCorrection returns the correction that pays for these draws under a
// diagonal metric, none if there is no such. flops is the number of operations of
// one gradient.
//
// The rule: the cheapest correction is fitted to the first half of the draws; if
// it lowers the divergence of the second half by enough, it is fitted to all.
func findCorrection(w *window, flops float64) correction {
	if w.count < fewestForDirections {
		return none
	}
	half := w.count / 2
	first, second := w.part(0, half), w.part(half, w.count)
	diagonal := first.scales()
	trial := cheapest(first, diagonal, flops)
	if len(trial.values) == 0 {
		return none
	}
	corrected, _ := second.divergence(diagonal, &trial)
	plain, _ := second.divergence(diagonal, &none)
	if !(corrected < worthwhile*plain) {
		return none
	}
	all := w.part(0, w.count)
	return cheapest(all, all.scales(), flops)
}

// part is a run of the draws of a window with their means.
type part struct {
	dim, count   int
	z, g         []float64 // [count × dim]
	meanZ, meanG []float64
}

func (w *window) part(from, to int) *part {
	p := &part{dim: w.dim, count: to - from, z: w.z[from*w.dim : to*w.dim], g: w.g[from*w.dim : to*w.dim]}
	p.meanZ, p.meanG = p.mean(p.z), p.mean(p.g)
	return p
}

func (p *part) mean(x []float64) []float64 {
	mean := make([]float64, p.dim)
	for row := range slices.Chunk(x, p.dim) {
		for i, v := range row {
			mean[i] += v / float64(p.count)
		}
	}
	return mean
}

// scales returns the standard deviations of the diagonal metric of the draws.
func (p *part) scales() []float64 {
	m := newMoments(p.dim)
	for k := range p.count {
		m.add(p.z[k*p.dim:(k+1)*p.dim], p.g[k*p.dim:(k+1)*p.dim])
	}
	scales := make([]float64, p.dim)
	for i := range scales {
		scales[i] = 1
	}
	m.diagonal(scales)
	for i, v := range scales {
		scales[i] = math.Sqrt(v)
	}
	return scales
}

// whitened returns draws and gradients without their means, divided and
// multiplied by the scales; every step-th row.
func (p *part) whitened(scales []float64, step int) (x, g [][]float64) {
	count := (p.count + step - 1) / step
	cells := make([]float64, 2*count*p.dim)
	for k := (p.count - 1) % step; k < p.count; k += step {
		row, gradient := cells[:p.dim:p.dim], cells[p.dim:2*p.dim:2*p.dim]
		cells = cells[2*p.dim:]
		p.whiten(row, gradient, k, scales)
		x, g = append(x, row), append(g, gradient)
	}
	return x, g
}

// whiten writes draw k and its gradient.
func (p *part) whiten(x, g []float64, k int, scales []float64) {
	for i, s := range scales {
		x[i] = (p.z[k*p.dim+i] - p.meanZ[i]) / s
		g[i] = (p.g[k*p.dim+i] - p.meanG[i]) * s
	}
}

// divergence returns the mean over the draws of |y + ∇ log π(y)|², y the coordinates
// that the metric makes of them, and the largest value of that.
func (p *part) divergence(scales []float64, c *correction) (mean, worst float64) {
	x, g := make([]float64, p.dim), make([]float64, p.dim)
	root := math.Sqrt(c.scale)
	total := 0.0
	for k := range p.count {
		p.whiten(x, g, k, scales)
		for i := range x {
			x[i] /= root
			g[i] *= root
		}
		for j, v := range c.vectors {
			s := math.Sqrt(c.values[j])
			alongX, alongG := float64((1/s-1)*dotProduct(v, x)), float64((s-1)*dotProduct(v, g))
			for i, u := range v {
				x[i] += float64(alongX * u)
				g[i] += float64(alongG * u)
			}
		}
		sum := 0.0
		for i, y := range x {
			r := y + g[i]
			sum += float64(r * r)
		}
		total += sum
		worst = max(worst, sum)
	}
	return total / float64(p.count), worst
}

// cheapest leaves a run of eigenvalues e_i..e_j to the diagonal, rescaled to
// their middle, and corrects the k others, so that the cost of an independent
// draw,
//
//	(1 + 4 d k / flops) sqrt(e_j / e_i),
//
// is least: the time of a leapfrog times the number of leapfrogs, which grows as
// the ratio of the longest scale to the shortest. Directions that the draws do
// not span have the eigenvalue 1 and belong to the run.
func cheapest(p *part, scales []float64, flops float64) correction {
	values, vectors := spectrum(p, scales)
	n := len(values)
	if n == 0 {
		return none
	}
	low, high := values[0], values[n-1]
	if n < p.dim {
		low, high = min(low, 1), max(high, 1)
	}
	best, from, to := math.Inf(1), 0, n-1
	for i := range n {
		for j := i; j < n; j++ {
			least, most := values[i], values[j]
			if n < p.dim {
				least, most = min(least, 1), max(most, 1)
			}
			rank := float64(n - 1 - j + i)
			cost := (1 + 4*float64(p.dim)*rank/flops) * math.Sqrt(most/least)
			if cost < best {
				best, from, to = cost, i, j
			}
		}
	}
	if !(best < worthwhile*math.Sqrt(high/low)) {
		return none
	}
	c := correction{scale: 1}
	if n == p.dim {
		c.scale = geometricMean(values[from : to+1])
	}
	for k := range n {
		if k < from || k > to {
			c.values = append(c.values, values[k]/c.scale)
			c.vectors = append(c.vectors, vectors[k])
		}
	}
	return c
}

// spectrum returns the eigenvalues, ascending, and the eigenvectors of the
// covariance M that is best in the Fisher divergence for draws whitened by the
// scales: M C_g M = C_x, C_x and C_g the covariances of draws and gradients with
// a ridge. It is found in the span of draws and gradients.
func spectrum(p *part, scales []float64) (values []float64, vectors [][]float64) {
	most := mostForDirections
	if p.dim > most {
		most /= 2
	}
	x, g := p.whitened(scales, (p.count+most-1)/most)
	var basis [][]float64
	if p.dim > mostForDirections || p.dim > 2*len(x) {
		basis = span(x, g)
		x, g = project(x, basis), project(g, basis)
	}
	if len(x[0]) == 0 {
		return nil, nil
	}
	values, inner, ok := geometricMeanOf(covariance(x), covariance(g))
	if !ok {
		return nil, nil
	}
	if basis == nil {
		return values, inner
	}
	for _, v := range inner {
		row := make([]float64, p.dim)
		for k, b := range basis {
			for i, u := range b {
				row[i] += float64(v[k] * u)
			}
		}
		vectors = append(vectors, row)
	}
	return values, vectors
}

// geometricMeanOf returns the eigenvalues and eigenvectors of M with M B M = A, A
// and B positive definite. With B = L Lᵀ and Lᵀ A L = V Λ Vᵀ it is
//
//	M = L⁻ᵀ V Λ^½ Vᵀ L⁻¹.
func geometricMeanOf(a, b symmetric) (values []float64, vectors symmetric, ok bool) {
	n := len(a)
	if !cholesky(b) {
		return nil, nil, false
	}
	// inner = Lᵀ A L, from its rows: (A L)_i· then Lᵀ times that.
	product, inner := newSymmetric(n), newSymmetric(n)
	for i := range n {
		for k := range n {
			for j := range k + 1 {
				product[i][j] += float64(a[i][k] * b[k][j])
			}
		}
	}
	for k := range n {
		for i := range k + 1 {
			for j := range i + 1 {
				inner[i][j] += float64(b[k][i] * product[k][j])
			}
		}
	}
	squares, v, ok := eigen(inner)
	if !ok {
		return nil, nil, false
	}
	m := newSymmetric(n)
	for k, row := range v {
		// row becomes L⁻ᵀ v, times Λ^¼.
		root := math.Sqrt(math.Sqrt(max(squares[k], 0)))
		for i := n - 1; i >= 0; i-- {
			sum := row[i]
			for j := i + 1; j < n; j++ {
				sum -= float64(b[j][i] * row[j])
			}
			row[i] = sum / b[i][i]
		}
		for i := range row {
			row[i] *= root
		}
		for i, x := range row {
			for j := range i + 1 {
				m[i][j] += float64(x * row[j])
			}
		}
	}
	values, vectors, ok = eigen(m)
	for i := range values {
		values[i] = max(values[i], leastEigenvalue)
	}
	return values, vectors, ok
}

// covariance returns the mean of x xᵀ over rows x, with the ridge.
func covariance(rows [][]float64) symmetric {
	c := newSymmetric(len(rows[0]))
	share := 1 / float64(len(rows))
	for _, x := range rows {
		for i, xi := range x {
			scaled := share * xi
			row := c[i][:i+1]
			for j := range row {
				row[j] += float64(scaled * x[j])
			}
		}
	}
	for i := range c {
		c[i][i] += ridge
		for j := range i {
			c[j][i] = c[i][j]
		}
	}
	return c
}

// span returns an orthonormal basis of the span of all rows (Gram-Schmidt, twice
// over).
func span(lists ...[][]float64) (basis [][]float64) {
	for _, list := range lists {
		for _, x := range list {
			v := slices.Clone(x)
			whole := dotProduct(v, v)
			for range 2 {
				for _, b := range basis {
					along := dotProduct(b, v)
					for i, u := range b {
						v[i] -= float64(along * u)
					}
				}
			}
			left := dotProduct(v, v)
			if !(left > leastResidual*whole) {
				continue
			}
			length := math.Sqrt(left)
			for i := range v {
				v[i] /= length
			}
			basis = append(basis, v)
		}
	}
	return basis
}

// project returns the rows' coordinates in an orthonormal basis.
func project(rows, basis [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for k, x := range rows {
		out[k] = make([]float64, len(basis))
		for i, b := range basis {
			out[k][i] = dotProduct(b, x)
		}
	}
	return out
}

// geometricMean returns that of positive numbers.
func geometricMean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += elem.Log(v)
	}
	return elem.Exp(sum / float64(len(x)))
}
