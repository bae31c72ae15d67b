package bart

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// The prior of the dispersion r, Gamma(shape, rate).
const (
	dispersionShape = 1
	dispersionRate  = 0.1
)

// counts draws, for y ~ NB with mean r·exp(f), f with the log exposure, ω ~ PG(y + r, f) by row, so that
// (y − r)/(2ω) is a response with precision ω; and r given the rows' table
// counts, with ω integrated out.
type counts struct{ dispersion float64 }

func (l *counts) start(c *chain) {
	l.dispersion = c.dispersion0
	c.ownWeights()
	l.update(c, 0)
}

func (l *counts) update(c *chain, _ float64) {
	c.noise2 = 1
	shift := c.scaling.shift
	tables, rate := 0.0, float64(dispersionRate)
	for i, y := range c.response {
		tables += tableCount(c.src, y, l.dispersion)
		rate += elem.Log1pExp(c.fitted(i) + shift + c.offsetOf(i))
	}
	l.dispersion = max(rng.Gamma(c.src, dispersionShape+tables, rate), 1e-6)
	for i, y := range c.response {
		offset := c.offsetOf(i)
		omega := polyaGamma(c.src, y+l.dispersion, c.fitted(i)+shift+offset)
		// A working response far out would cost f its digits in float32. Where ω is tiny its own part of
		// the density hardly matters; the part that is linear in f, ω times the response, stays as it is.
		half := (y - l.dispersion) / 2
		omega = max(omega, math.Abs(half)/farthest)
		c.setPseudo(i, half/omega-offset, omega)
	}
}

// offsetOf is the log exposure of a row.
func (p *problem) offsetOf(i int) float64 {
	if p.offset == nil {
		return 0
	}
	return p.offset[i]
}

func (l *counts) aux(dst []float64) []float64 { return append(dst, l.dispersion) }

func (l *counts) restore(aux []float64) {
	if len(aux) == 1 {
		l.dispersion = aux[0]
	}
}

// farthest is the largest size of a working response.
const farthest = 1e4

// maxTables is the count up to which every customer is looked at.
const maxTables = 200

// tableCount returns the number of occupied tables in a Chinese restaurant with
// y customers and concentration r: the sum of Bernoulli(r/(r + k)), k < y; beyond
// maxTables customers as a Poisson number of the same mean, which it tends to.
func tableCount(src *rng.Stream, y, r float64) float64 {
	tables := 0.0
	for k := 0.0; k < min(y, maxTables); k++ {
		if float64(src.Float64()*(r+k)) < r {
			tables++
		}
	}
	if y > maxTables {
		mean := r * (elem.Digamma(r+y) - elem.Digamma(r+maxTables))
		tables += math.Min(rng.Poisson(src, mean), y-maxTables)
	}
	return tables
}
