package smc2

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/internal/dense"
)

// population is the cloud of parameters and states as it was after steps
// observations: the law that later windows begin from.
type population struct {
	steps   int
	weights []float64 // normalised, [Theta]
	centres [][]float64
	clouds  []smc.State
	root    [][]float64 // of the kernels' covariance
	norm    float64     // log of the root's diagonal
}

// store keeps the present population where the stride says so, and forgets
// what no later window can begin from.
func (s *Sampler) store() {
	if s.options.Window == 0 {
		return
	}
	if s.steps%s.options.Stride == 0 {
		s.stored = append(s.stored, s.snapshot())
	}
	keep := 0
	for keep+1 < len(s.stored) && s.steps-s.stored[keep+1].steps >= s.options.Window {
		keep++
	}
	if keep == 0 && !(len(s.stored) > 0 && s.steps-s.stored[0].steps >= s.options.Window) {
		return
	}
	s.stored = append(s.stored[:0], s.stored[keep:]...)
	drop := s.stored[0].steps - s.past.first
	s.past.obs = append(s.past.obs[:0], s.past.obs[drop:]...)
	s.past.first += drop
	for i := range s.theta {
		p := &s.theta[i]
		p.increments = append(p.increments[:0], p.increments[drop:]...)
	}
}

// base is the population that a rejuvenation begins from: the latest one that
// leaves a window of observations; nil for the model's own start.
func (s *Sampler) base() (from *population) {
	for k := range s.stored {
		if s.steps-s.stored[k].steps >= s.options.Window {
			from = &s.stored[k]
		}
	}
	if from == nil && s.past.first > 0 {
		from = &s.stored[0]
	}
	return from
}

// snapshot copies the present population and smooths it: kernels of h² times
// the covariance around centres drawn towards the mean, so that the mixture
// has the particles' mean and covariance (Liu and West 2001, section 10.3.2),
// with Silverman's h for the effective number of distinct particles.
//
// The covariance of n points falls short of that of their law by the factor
// 1 − 1/n, and its logarithm by (d+1)/(2n) more. Where each population is
// learnt from one before, for ever, such losses multiply until nothing can move
// any more, while a spread that is too wide is narrowed by the data. So the
// mixture is made wider by 1/n and twice the other loss.
func (s *Sampler) snapshot() population {
	d := len(s.problem.Space)
	p := population{steps: s.steps, weights: s.Weights(), centres: dense.New(len(s.theta), d), clouds: make([]smc.State, len(s.theta)), root: dense.New(d, d)}
	for i := range s.theta {
		copy(p.centres[i], s.theta[i].z)
		s.theta[i].filter.Save(&p.clouds[i])
	}
	mean := make([]float64, d)
	dense.Moments(mean, p.root, p.centres, p.weights, 1)
	points := s.distinct(p.weights)
	h := elem.Exp((elem.Log(4/(float64(d)+2)) - elem.Log(points)) / (float64(d) + 4))
	h = min(h, 0.9)
	spread := 1 + float64(d+2)/points
	shrink := math.Sqrt(spread - float64(h*h))
	for i := range p.centres {
		for k := range d {
			p.centres[i][k] = mean[k] + float64(shrink*(p.centres[i][k]-mean[k]))
		}
	}
	for k := range d {
		for l := range d {
			p.root[k][l] *= h * h
		}
		p.root[k][k] += 1e-10
	}
	dense.Cholesky(p.root, p.root) // a covariance plus a positive diagonal
	for k := range d {
		p.norm += elem.Log(p.root[k][k])
	}
	return p
}

// distinct returns the effective number of distinct points, copies counted
// together.
func (s *Sampler) distinct(weights []float64) float64 {
	order := make([]int, len(s.theta))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return slices.Compare(s.theta[a].z, s.theta[b].z) })
	squares, together := 0.0, 0.0
	for k, i := range order {
		if k > 0 && !slices.Equal(s.theta[i].z, s.theta[order[k-1]].z) {
			squares += float64(together * together)
			together = 0
		}
		together += weights[i]
	}
	return 1 / (squares + float64(together*together))
}

// kernels writes the log of each weighted kernel at z, up to a constant, to
// dst, and returns the largest.
func (p *population) kernels(dst, z []float64) (largest float64) {
	largest = math.Inf(-1)
	gap := make([]float64, len(z))
	for j, c := range p.centres {
		if p.weights[j] == 0 {
			dst[j] = math.Inf(-1)
			continue
		}
		for k := range z {
			gap[k] = z[k] - c[k]
		}
		dense.Solve(p.root, gap)
		sum := 0.0
		for _, v := range gap {
			sum += float64(v * v)
		}
		dst[j] = elem.Log(p.weights[j]) - float64(0.5*sum)
		largest = max(largest, dst[j])
	}
	return largest
}

// logDensity returns the log density of the mixture at z, up to a constant.
func (p *population) logDensity(z []float64) float64 {
	logs := make([]float64, len(p.centres))
	largest := p.kernels(logs, z)
	if math.IsInf(largest, -1) {
		return largest
	}
	sum := 0.0
	for _, l := range logs {
		sum += elem.Exp(l - largest)
	}
	return largest + elem.Log(sum) - p.norm
}

// choose draws the kernel that z came from.
func (p *population) choose(z []float64, src *rng.Stream) int {
	logs := make([]float64, len(p.centres))
	p.kernels(logs, z)
	return rng.CategoricalLogit(src, logs)
}
