package bart

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// dirichletGrid is the number of values of theta/(theta + rho) that are tried.
const dirichletGrid = 99

// sparsity is the prior of sparse splitting probabilities (Linero 2018,
// "Bayesian regression trees for high-dimensional prediction and variable
// selection"): s ~ Dirichlet(theta/p, …, theta/p) and theta/(theta + p) ~
// Beta(½, 1), drawn on a grid.
type sparsity struct {
	active       []int32
	theta        float64
	counts       []float64 // splits by feature
	logS         []float64 // by feature
	weights      []float64
	grid, values [dirichletGrid]float64
	constant     [dirichletGrid]float64 // the part of the log density that does not depend on s
}

func newSparsity(prior *treePrior, features int) *sparsity {
	p := float64(len(prior.active))
	s := &sparsity{
		active: prior.active, theta: p,
		counts: make([]float64, features), logS: make([]float64, features), weights: make([]float64, features),
	}
	for _, f := range s.active {
		s.logS[f] = -elem.Log(p)
	}
	for i := range s.grid {
		share := float64(i+1) / (dirichletGrid + 1)
		theta := share * p / (1 - share)
		s.grid[i] = theta
		s.constant[i] = elem.Lgamma(theta) - float64(p*elem.Lgamma(theta/p)) - float64(0.5*elem.Log(share))
	}
	return s
}

// restore sets the state of a chain that goes on.
func (s *sparsity) restore(prior *treePrior, theta float64, logS []float64) {
	s.theta = theta
	copy(s.logS, logS)
	for _, f := range s.active {
		s.weights[f] = max(elem.Exp(s.logS[f]), math.SmallestNonzeroFloat64)
	}
	s.tell(prior)
}

// tell hands the probabilities to the prior.
func (s *sparsity) tell(prior *treePrior) {
	prior.setWeights(s.weights)
	for _, f := range s.active {
		prior.logWeights[f] = s.logS[f]
	}
	prior.uniform = false
}

// draw draws the splitting probabilities given the trees, and theta given them.
func (s *sparsity) draw(e *ensemble, src *rng.Stream) {
	if len(s.active) < 2 {
		return
	}
	clear(s.counts)
	for j := range e.trees {
		t := &e.trees[j]
		for _, a := range t.inner {
			s.counts[t.nodes[a].feature]++
		}
	}
	p := float64(len(s.active))
	largest := math.Inf(-1)
	for _, f := range s.active {
		s.logS[f] = logGamma(src, s.theta/p+s.counts[f])
		largest = max(largest, s.logS[f])
	}
	sum := 0.0
	for _, f := range s.active {
		s.weights[f] = elem.Exp(s.logS[f] - largest)
		sum += s.weights[f]
	}
	logSum, sumLog := largest+elem.Log(sum), 0.0
	for _, f := range s.active {
		s.logS[f] -= logSum
		sumLog += s.logS[f]
		s.weights[f] = max(s.weights[f]/sum, math.SmallestNonzeroFloat64)
	}
	s.tell(e.prior)
	for i, theta := range s.grid {
		s.values[i] = s.constant[i] + float64(theta/p*sumLog)
	}
	s.theta = s.grid[rng.CategoricalLogit(src, s.values[:])]
}

// logGamma returns the logarithm of a Gamma(shape, 1) number; for small shapes
// by G(a) = G(a+1)·U^(1/a), which may be far below the smallest float64.
func logGamma(src *rng.Stream, shape float64) float64 {
	if shape >= 1 {
		return elem.Log(rng.Gamma(src, shape, 1))
	}
	return elem.Log(rng.Gamma(src, shape+1, 1)) - src.Exponential()/shape
}
