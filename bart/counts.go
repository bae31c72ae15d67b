package bart

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// The prior of the dispersion r, Gamma(shape, rate).
const (
	dispersionShape = 1
	dispersionRate  = 0.1
)

// counts draws, for y ~ NB with mean r·exp(f), f with the log exposure, the dispersion r with all latent
// variables integrated out, and then ω ~ PG(y + r, f) by row, so that (y − r)/(2ω) is a response with precision ω.
//
// The rows know the mean well and r less so, and r stands in the mean. So r is drawn twice, by a slice of its
// logarithm: with f as it is, and with the level of f, which goes down by as much as log r goes up.
type counts struct {
	dispersion float64
	// times has how often there is each small count, large has the others. eta has f of the rows.
	times, large, eta []float64
}

func (l *counts) start(c *chain) {
	l.dispersion = c.dispersion0
	l.times, l.eta = make([]float64, smallCounts), make([]float64, len(c.target))
	c.ownWeights()
	l.update(c, 0)
}

func (l *counts) update(c *chain, _ float64) {
	c.noise2 = 1
	l.tally(c)
	l.drawDispersion(c)
	l.drawWithLevel(c)
	for i, y := range c.response {
		offset := c.offsetOf(i)
		omega := polyaGamma(c.src, y+l.dispersion, l.eta[i])
		// A working response far out would cost f its digits in float32. Where ω is tiny its own part of
		// the density hardly matters; the part that is linear in f, ω times the response, stays as it is.
		half := (y - l.dispersion) / 2
		omega = max(omega, math.Abs(half)/farthest)
		c.setPseudo(i, half/omega-offset, omega)
	}
}

// smallCounts is the number of counts that are looked at together.
const smallCounts = 1024

// tally sets f of the rows, and counts the counts.
func (l *counts) tally(c *chain) {
	clear(l.times)
	l.large = l.large[:0]
	for i, y := range c.response {
		l.eta[i] = c.fitted(i) + c.scaling.shift + c.offsetOf(i)
		if y < smallCounts {
			l.times[int(y)]++
		} else {
			l.large = append(l.large, y)
		}
	}
}

// logArrangements is Σ log Γ(y + r)/Γ(r), and the density of the prior of r on the scale of its logarithm.
func (l *counts) logArrangements(r float64) float64 {
	own, sum := elem.Lgamma(r), float64(dispersionShape*elem.Log(r))-float64(dispersionRate*r)
	for y, times := range l.times {
		if times > 0 {
			sum += float64(times * (elem.Lgamma(float64(y)+r) - own))
		}
	}
	for _, y := range l.large {
		sum += elem.Lgamma(y+r) - own
	}
	return sum
}

// drawDispersion draws r given f. The density of y is Γ(y + r)/(Γ(r) y!) e^{yη}/(1 + e^η)^{y + r}.
func (l *counts) drawDispersion(c *chain) {
	without := 0.0
	for _, eta := range l.eta {
		without += elem.Log1pExp(eta)
	}
	l.dispersion = elem.Exp(slice(c.src, elem.Log(l.dispersion), dispersionWidth, func(logR float64) float64 {
		r := elem.Exp(logR)
		return l.logArrangements(r) - float64(r*without)
	}))
}

// drawWithLevel draws r and the level of f, which goes down as log r goes up.
func (l *counts) drawWithLevel(c *chain) {
	before := elem.Log(l.dispersion)
	mean, variance := c.level()
	after := slice(c.src, before, dispersionWidth, func(logR float64) float64 {
		r, delta := elem.Exp(logR), before-logR
		sum := l.logArrangements(r) - float64((delta-mean)*(delta-mean)/(2*variance))
		for i, y := range c.response {
			eta := l.eta[i] + delta
			sum += float64(y*eta) - float64((y+r)*elem.Log1pExp(eta))
		}
		return sum
	})
	l.dispersion = elem.Exp(after)
	c.lift(before - after)
	for i := range l.eta {
		l.eta[i] += before - after
	}
}

// dispersionWidth is the width of the slices' steps, of the logarithm of r.
const dispersionWidth = 0.5

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
