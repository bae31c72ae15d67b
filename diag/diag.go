// Package diag tells how far the draws of Markov chains can be trusted: R-hat,
// effective sample sizes, Monte Carlo standard errors and the energy diagnostic
// as functions of draws, a summary of all quantities of a run, warnings that
// say what to do next, and a table. Its numbers are ArviZ's.
//
// The draws of one quantity are given as [chain][draw]float64, all chains of
// one length; another shape is the caller's mistake and panics. Functions
// neither change nor keep the draws and may run at the same time. They return
// NaN where the draws do not determine an answer: if there are fewer than four
// per chain, or a NaN among them.
package diag

import (
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/tensor"
)

// minDraws is the number of draws per chain below which no diagnostic is
// computed: halves of chains need two draws to have a variance.
const minDraws = 4

// chains holds draws in one slice, chain after chain.
type chains struct {
	x    []float64 // count × draws, row-major
	n    int       // draws per chain
	rows int       // number of chains
}

// flatten copies the draws; it panics if the chains differ in length.
func flatten(draws [][]float64) chains {
	c := chains{rows: len(draws)}
	for i, chain := range draws {
		if i > 0 && len(chain) != c.n {
			panic(fmt.Sprintf("diag: chain %d has %d draws, chain 0 has %d", i, len(chain), c.n))
		}
		c.n = len(chain)
		c.x = append(c.x, chain...)
	}
	return c
}

// chain returns the draws of one chain.
func (c chains) chain(i int) []float64 { return c.x[i*c.n : (i+1)*c.n] }

// enough reports whether diagnostics can be computed: enough draws in at least
// the given number of chains, and no NaN.
func (c chains) enough(minChains int) bool {
	return c.rows >= minChains && c.n >= minDraws && !slices.ContainsFunc(c.x, math.IsNaN)
}

// with returns chains of the same form with other draws.
func (c chains) with(x []float64) chains { return chains{x: x, n: c.n, rows: c.rows} }

// split returns the first and the last half of each chain as chains of their
// own, all first halves before the last ones. The middle draw of an odd number
// is left out.
func (c chains) split() chains {
	half := c.n / 2
	s := chains{x: make([]float64, 0, c.splitSize()), n: half, rows: 2 * c.rows}
	for i := range c.rows {
		s.x = append(s.x, c.chain(i)[:half]...)
	}
	for i := range c.rows {
		s.x = append(s.x, c.chain(i)[c.n-half:]...)
	}
	return s
}

// splitSize returns the number of draws of the split chains.
func (c chains) splitSize() int { return 2 * (c.n / 2) * c.rows }

// apply returns the chains with f applied to each draw.
func (c chains) apply(f func(float64) float64) chains {
	out := c.with(make([]float64, len(c.x)))
	for i, x := range c.x {
		out.x[i] = f(x)
	}
	return out
}

// squaredDeviations returns (x − mean)² for each draw, mean that of all draws.
func (c chains) squaredDeviations() chains {
	mean := tensor.Mean(c.x)
	return c.apply(func(x float64) float64 { return (x - mean) * (x - mean) })
}

// Mean returns the mean of all draws.
func Mean(draws [][]float64) float64 { return tensor.Mean(flatten(draws).x) }

// SD returns the standard deviation of all draws, with divisor n − 1.
func SD(draws [][]float64) float64 { return math.Sqrt(tensor.Variance(flatten(draws).x)) }

// MAD returns the median absolute deviation from the median of all draws,
// without the factor 1.4826 that would make it estimate a normal's standard
// deviation.
func MAD(draws [][]float64) float64 {
	return newPool(flatten(draws).x).mad()
}

// EBFMI returns the estimated Bayesian fraction of missing information of each
// chain from the energies of its draws (the column energy__): the mean squared
// change from draw to draw over the variance,
//
//	Σ_{t≥1} (E_t − E_{t−1})² / (n − 1)  /  Var(E).
//
// Low values mean that the momentum's resampling changes the energy too little
// to reach its tails. Betancourt 2016, "Diagnosing suboptimal cotangent
// disintegrations in Hamiltonian Monte Carlo", arXiv 1604.00695.
func EBFMI(energy [][]float64) []float64 {
	out := make([]float64, len(energy))
	for i, e := range energy {
		changes := make([]float64, max(len(e)-1, 0))
		for t := range changes {
			changes[t] = (e[t+1] - e[t]) * (e[t+1] - e[t])
		}
		out[i] = tensor.Mean(changes) / tensor.Variance(e)
	}
	return out
}
