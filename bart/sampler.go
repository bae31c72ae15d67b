package bart

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/rng"
)

// Sampler is one chain of a sum of trees as a part of a larger sampler: whoever owns
// the other unknowns sets the response, the weights or an offset, makes sweeps, and reads the fit. It is for
// one goroutine.
//
//	s, err := bart.NewSampler(data, options, key)
//	for … {
//		s.SetResponse(y less everything else)
//		s.Sweep(sigma)
//		f := s.Fitted(f)
//		… draw everything else given f …
//	}
//
// Sweep updates the trees of a Gaussian response alone, σ given. Step draws σ and what else a family has, and updates the
// trees, of any family; SetOffset tells before what everything else adds to f.
type Sampler struct {
	chain *chain
	// The trees work on (y − shift)/scale, found from the first response.
	rows int
}

// NewSampler returns a sampler whose trees are single leaves of value 0. d.Y gives the centre
// and the scale of the trees' prior. Of the options those of chains, draws and reports
// do not matter; every family but Poisson and DiscreteTime is taken.
func NewSampler(d *Data, o Options, key rng.Key) (*Sampler, error) {
	p, err := newPart(d, o)
	if err != nil {
		return nil, err
	}
	return &Sampler{newChain(p, 0, key), len(p.target)}, nil
}

// SetResponse sets the response that the trees are to explain, on the scale of the first one. The
// trees stay. It panics if the number of rows is another, or the family is not Gaussian.
func (s *Sampler) SetResponse(y []float64) {
	s.need(len(y))
	s.needGaussian()
	c := s.chain
	for i, v := range y {
		c.setTarget(i, (v-c.scaling.shift)/c.scaling.scale)
	}
}

// SetOffset sets what everything else adds to f, by row and on the scale of f: the logarithm of the time in the
// Survival family. The trees stay, and explain the response without it. It panics if the number of rows is another.
func (s *Sampler) SetOffset(offset []float64) {
	s.need(len(offset))
	s.chain.setOutside(func(i int) float64 { return offset[i] / s.chain.scaling.scale })
}

// SetWeights sets the precisions of the rows in units of 1/σ²; 0 leaves a row out. It
// panics if the number of rows is another, a weight is negative, or the family is not Gaussian.
func (s *Sampler) SetWeights(w []float64) {
	s.need(len(w))
	s.needGaussian()
	c := s.chain
	if c.mean.weights == nil {
		c.mean.weights = make([]float32, s.rows)
		c.leaf.weighted = true
		c.mean.resize()
	}
	for i, v := range w {
		if !(v >= 0) || math.IsInf(v, 0) {
			panic(fmt.Sprintf("bart: weight %v of row %d, want it finite and ≥ 0", v, i))
		}
		c.mean.weights[i] = float32(v)
	}
}

func (s *Sampler) need(rows int) {
	if rows != s.rows {
		panic(fmt.Sprintf("bart: %d values for %d rows", rows, s.rows))
	}
}

// needGaussian panics unless whoever calls may set the response and the weights.
func (s *Sampler) needGaussian() {
	if o := s.chain.options; o.Family != Gaussian || o.VarianceTrees > 0 {
		panic(fmt.Sprintf("bart: a sampler of the %v family, with %d trees of the variance, draws its response and weights itself: use Step", o.Family, o.VarianceTrees))
	}
}

// Step draws what the family has beside f, given the offset: σ, latent responses, thresholds, the dispersion; and then
// updates every tree once, and those of the variance. Whoever draws the offset between steps draws it given the response and f: latent
// responses of the offset before are forgotten.
func (s *Sampler) Step() {
	c := s.chain
	c.likelihood.update(c, c.squares())
	c.sweepForests()
	c.sweeps++
}

// Sigma is the present σ, 1 for families without one.
func (s *Sampler) Sigma() float64 { return s.chain.scaling.scale * math.Sqrt(s.chain.noise2) }

// Sweep updates every tree once, with noise of standard deviation sigma on the scale of
// the response, and the features' probabilities if they are sparse. It panics unless sigma is
// finite and > 0 and the family is Gaussian.
func (s *Sampler) Sweep(sigma float64) {
	s.needGaussian()
	if !(sigma > 0) || math.IsInf(sigma, 0) {
		panic(fmt.Sprintf("bart: a sweep with sigma %v, want it finite and > 0", sigma))
	}
	c := s.chain
	scaled := sigma / c.scaling.scale
	c.noise2 = scaled * scaled
	c.sweepTrees()
	c.sweeps++
}

// Fitted writes f of every row, without an offset, to dst and returns it; nil allocates.
func (s *Sampler) Fitted(dst []float64) []float64 {
	if dst == nil {
		dst = make([]float64, s.rows)
	}
	s.need(len(dst))
	for i := range dst {
		dst[i] = s.chain.scaling.back(s.chain.ofTrees(i))
	}
	return dst
}

// Keep stores the present trees, so that Posterior has them.
func (s *Sampler) Keep() { s.chain.keep() }

// Posterior returns what was kept as a fit of one chain, for predictions and importance.
func (s *Sampler) Posterior() (*Posterior, error) {
	if len(s.chain.kept.Sigma) == 0 {
		return nil, fmt.Errorf("bart: nothing was kept")
	}
	c := s.chain
	kept := c.kept.clone()
	kept.Tried, kept.Accepted = c.mean.stats.maps()
	kept.state = c.snapshot()
	kept.state.stream = nil // the chain goes on in the larger sampler only
	return &Posterior{options: *c.options, grid: c.grid, basis: c.basis, scaling: c.scaling, chains: []Chain{kept}, watched: c.watched, rows: s.rows}, nil
}

// Check returns an error if the trees break one of the invariants that the package
// keeps: links, numbering, rules, rows, sizes, and that the residual is what the trees leave.
func (s *Sampler) Check() error {
	if err := checkEnsemble(s.chain.mean); err != nil {
		return err
	}
	return s.chain.checkResidual()
}
