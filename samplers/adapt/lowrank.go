package adapt

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/samplers/internal/lanes"
)

// Constants of the low-rank correction.
const (
	// ridge is added to both covariances, so that directions without draws keep
	// the eigenvalue 1 (nutpie's gamma).
	ridge = 1e-5
	// worthwhile is the factor by which a correction must lower both the
	// expected cost and, on draws it was not fitted to, the divergence.
	worthwhile = 0.8
	// leastPerCoordinate and leastInAll bound the divergence below which directions are
	// not sought: one direction whose variance is off by a factor e makes e + 1/e − 2
	// of it, so none is off by more than 8, and rotations do without most of that.
	leastPerCoordinate = 0.06
	leastInAll         = 6
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
	// leastKept is the part of a vector, squared, that must be left after projections
	// are taken away, lest they have to be taken away again for rounding.
	leastKept = 0.1
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
		lanes.Add(x, v, (c.values[k]-1)*lanes.Dot(v, x))
	}
}

// none is the plain diagonal.
var none = correction{scale: 1}

// findCorrection returns the correction that pays for these draws under a
// diagonal metric, none if there is no such. flops is the number of operations of
// one gradient.
//
// The rule: the cheapest correction is fitted to the first half of the draws; if
// it lowers the divergence of the second half by enough, it is fitted to all. Where
// that is small already, nothing is fitted.
func findCorrection(w *window, flops float64) correction {
	if w.count < fewestForDirections {
		return none
	}
	half := w.count / 2
	first, second := w.part(0, half), w.part(half, w.count)
	diagonal := first.scales()
	plain := second.misfit(diagonal, &none).mean
	if plain <= min(leastPerCoordinate*float64(w.dim), leastInAll) {
		return none
	}
	trial := cheapest(first, diagonal, flops)
	if len(trial.values) == 0 {
		return none
	}
	corrected := second.misfit(diagonal, &trial).mean
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

// misfit is |y + ∇ log π(y)|², y the coordinates that a metric makes of draws: 0 for
// the normal that the metric stands for.
type misfit struct {
	mean       float64 // over the draws: the Fisher divergence
	draw       float64 // of the worst draw
	coordinate float64 // the mean of the worst coordinate's share
}

// misfit returns how far the draws are from the normal of a metric.
func (p *part) misfit(scales []float64, c *correction) misfit {
	x, g, shares := make([]float64, p.dim), make([]float64, p.dim), make([]float64, p.dim)
	root := math.Sqrt(c.scale)
	var m misfit
	for k := range p.count {
		p.whiten(x, g, k, scales)
		for i := range x {
			x[i] /= root
			g[i] *= root
		}
		for j, v := range c.vectors {
			s := math.Sqrt(c.values[j])
			lanes.Add(x, v, (1/s-1)*lanes.Dot(v, x))
			lanes.Add(g, v, (s-1)*lanes.Dot(v, g))
		}
		sum := 0.0
		for i, y := range x {
			r := y + g[i]
			square := float64(r * r)
			sum += square
			shares[i] += square
		}
		m.mean += sum
		m.draw = max(m.draw, sum)
	}
	m.mean /= float64(p.count)
	for _, share := range shares {
		m.coordinate = max(m.coordinate, share/float64(p.count))
	}
	return m
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
	s, ok := newSpectrum(p, scales)
	if !ok {
		return none
	}
	values := s.values
	n := len(values)
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
	var outside []int
	for k := range n {
		if k < from || k > to {
			c.values = append(c.values, values[k]/c.scale)
			outside = append(outside, k)
		}
	}
	if c.vectors, ok = s.vectors(outside); !ok {
		return none
	}
	return c
}

// geometricMean returns that of positive numbers.
func geometricMean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += elem.Log(v)
	}
	return elem.Exp(sum / float64(len(x)))
}
