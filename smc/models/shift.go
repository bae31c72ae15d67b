package models

import (
	"math"

	"github.com/quatre-ppl/quatre/rng"
)

// shiftAll adds delta[d] to coordinate d of each state.
func shiftAll(x [][]float64, delta []float64) {
	for d, v := range delta {
		for i := range x[d] {
			x[d][i] += v
		}
	}
}

// Shift implements smc.Shifter.
func (m *LinearGaussian) Shift(_ *rng.Stream, x [][]float64, delta []float64) { shiftAll(x, delta) }

// Shift implements smc.Shifter.
func (m *StochasticVolatility) Shift(_ *rng.Stream, x [][]float64, delta []float64) {
	shiftAll(x, delta)
}

// Shift implements smc.Shifter.
func (m *OrnsteinUhlenbeck) Shift(_ *rng.Stream, x [][]float64, delta []float64) { shiftAll(x, delta) }

// Shift implements smc.Shifter. Compartments take whole individuals: one
// uniform number for each state rounds the running sums of delta over them, so
// that each is right on average and the total changes by the total of delta,
// not at all where individuals only move. What a compartment does not have is
// taken from the largest. Logarithms of rates take delta as it is, counts since
// the last observation stay.
func (c *Compartments) Shift(src *rng.Stream, x [][]float64, delta []float64) {
	for _, w := range c.Walks {
		for i := range x[w.Coordinate] {
			x[w.Coordinate][i] += delta[w.Coordinate]
		}
	}
	sums := make([]float64, len(c.holds))
	sum := 0.0
	for j, k := range c.holds {
		sum += delta[k]
		sums[j] = sum
	}
	if n := len(sums); n > 0 && math.Abs(sum-math.Round(sum)) < 1e-6 {
		sums[n-1] = math.Round(sum) // rounding in the slopes
	}
	for i := range x[0] {
		u := src.Float64()
		before, short, largest := 0.0, 0.0, 0
		for j, k := range c.holds {
			after := math.Floor(sums[j] + u)
			v := x[k][i] + (after - before)
			before = after
			if v < 0 {
				short -= v
				v = 0
			}
			x[k][i] = v
			if v > x[c.holds[largest]][i] {
				largest = j
			}
		}
		if short > 0 {
			most := x[c.holds[largest]]
			most[i] = max(most[i]-short, 0)
		}
	}
}
