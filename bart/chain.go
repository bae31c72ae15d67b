package bart

import (
	"context"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
)

// refreshEvery is the number of sweeps after which the residual is computed anew
// from the trees, so that rounding does not add up.
const refreshEvery = 100

// problem is what the chains of a fit share; it is not changed by them.
type problem struct {
	options *Options
	grid    *grid
	codes   *codes
	basis   []basisColumn
	scaling scaling
	target  []float32 // the response on the working scale; of latent ones, zero; of Poisson, the overall mean
	// response is what the likelihood looks at: the response of a latent family as it is, with censored rows
	// that on the working scale; nil where it is the target.
	response    []float64
	censored    []bool
	offset      []float64 // log exposures; nil for none
	dispersion0 float64   // where the dispersion of counts begins
	weights     []float32 // nil for equal ones
	// leafScale is the prior standard deviation of a leaf.
	leafScale float64
	noise     variancePrior
	watched   []int // training rows whose f is followed
	// previous are the chains that are to go on; nil for a new fit.
	previous []Chain
	// beside returns what stands beside the trees of a chain; nil for nothing.
	beside func(chain int) beside
}

// beside is what a larger fit has beside the trees of a chain.
type beside interface {
	// draw is called with the settled residual and changes what the chain has outside of the trees.
	draw(c *chain)
	// keep stores the present draw; goOn puts it back into the chain after the last one of an earlier fit.
	keep(c *chain)
	goOn(c *chain) error
}

// chain is one Markov chain.
type chain struct {
	*problem
	number int
	src    *rng.Stream
	mean   *ensemble
	leaf   *normalLeaf
	linear *linearLeaf // instead of leaf where there is a basis
	noise2 float64
	// target is the chain's working response, that of the problem until it is changed; where the trees multiply
	// it is their mean without them.
	target     []float32
	owns       bool // target is the chain's own
	multiplies bool // the trees' factors multiply, as poissonLeaf has them
	// outside is what others than the trees add to f, by row, and working the response with that in it;
	// nil for nothing.
	outside, working []float64
	likelihood       likelihood
	others           beside    // nil for nothing
	variance         *ensemble // nil if the noise is the same for all rows
	rates            []float64 // the rows' precisions in units of 1/σ²
	sparse           *sparsity
	sweeps           int // done
	start            int // sweeps of a fit that is extended
	kept             Chain
}

// Chain is what a chain has left: its forests and the draws beside them.
type Chain struct {
	forests *forests
	// variance has the trees of the log precision; nil if there are none.
	variance *forests
	// Sigma has σ of each draw, on the scale of y.
	Sigma []float64
	// Watched has f of the watched rows, one after the other, of each draw, on the scale of y.
	Watched []float64
	// Aux has the other unknowns of each draw: the thresholds of Ordinal, the
	// dispersion of NegativeBinomial.
	Aux   []float64
	state state
	// Tried and Accepted count proposals of the kept sweeps by kind.
	Tried, Accepted map[string]int64
}

func newChain(p *problem, number int, key rng.Key) *chain {
	c := &chain{problem: p, number: number, src: key.Child("chain", uint64(number)).Stream()}
	c.src.DrawAhead()
	o := p.options
	prior := newTreePrior(p.grid, o.Prior.Alpha, o.Prior.Beta, o.Prior.MinLeaf, o.FeatureWeights)
	c.leaf = &normalLeaf{scale2: p.leafScale * p.leafScale, weighted: p.weights != nil || o.VarianceTrees > 0 || o.Family == Logistic || o.Family == NegativeBinomial || o.Family == Poisson}
	model := leafModel(c.leaf)
	if width := len(p.basis) + 1; width > 1 {
		// The prior variance of f, averaged over the rows, is that of constant leaves.
		c.linear = newLinearLeaf(p.codes.basis, width, c.leaf.scale2/float64(width))
		model = c.linear
	}
	if o.Family == Poisson {
		c.multiplies = true
		model = newPoissonLeaf(p.response, c.leaf.scale2)
	}
	c.mean = newEnsemble(p.grid, p.codes, prior, o.moveWeights(), model, o.Kernel, o.Trees)
	c.mean.weights = slices.Clone(p.weights)
	c.target = p.target
	copy(c.mean.resid, p.target)
	if o.Sparse == On {
		c.sparse = newSparsity(prior, len(p.grid.features))
	}
	c.kept.forests = newForests(o.Trees, model.values())
	c.noise2 = math.Max(c.mean.settle()/float64(len(p.target)), p.noise.lambda)
	if o.VarianceTrees > 0 {
		c.newVariance()
	}
	c.likelihood = p.newLikelihood()
	c.likelihood.start(c)
	if p.beside != nil {
		c.others = p.beside(number)
	}
	return c
}

// sweep draws all unknowns once.
func (c *chain) sweep() {
	squares := c.sweepForests()
	if c.others != nil {
		c.others.draw(c)
		squares = c.squares()
	}
	c.likelihood.update(c, squares)
	c.sweeps++
}

// sweepForests updates all trees and returns the weighted sum of squares that they leave.
func (c *chain) sweepForests() float64 {
	squares := c.sweepTrees()
	if c.variance != nil {
		squares = c.sweepVariance()
	}
	return squares
}

// regrow makes a sweep that grows the trees anew, and draws the features' probabilities given them:
// a tree may use a few of many features only, and soon these are the ones that matter.
func (c *chain) regrow(g *grower) {
	c.tellNoise()
	g.sweep(c.src)
	c.likelihood.update(c, c.mean.settle())
	if c.sparse != nil {
		c.sparse.draw(c.mean, c.src)
	}
}

// tellNoise tells the leaves the present σ².
func (c *chain) tellNoise() {
	c.leaf.noise2 = c.noise2
	if c.linear != nil {
		c.linear.noise2 = c.noise2
	}
}

// sweepTrees updates the trees, and the features' probabilities given them, and returns the sum
// of the squares of the settled residual.
func (c *chain) sweepTrees() float64 {
	c.tellNoise()
	c.mean.sweep(c.src)
	if c.sweeps%refreshEvery == refreshEvery-1 {
		c.refresh()
	}
	squares := c.mean.settle()
	// The first sweeps, whose trees are still stumps, say nothing about features.
	if c.sparse != nil && c.sweeps >= c.options.Burn*3/10 {
		c.sparse.draw(c.mean, c.src)
	}
	return squares
}

// refresh computes the residual anew from the trees.
func (c *chain) refresh() {
	e := c.mean
	copy(e.resid, c.target)
	for j := range e.trees {
		t := &e.trees[j]
		e.model.remove(e.removal, t.values)
		e.model.settle(e, t.rows, e.removal[:len(t.values)])
	}
	e.last = -1
}

// run makes all sweeps, keeps the draws, and tells about them. It stops early
// with what it has when ctx ends.
func (c *chain) run(ctx context.Context, d *delivery) error {
	o := c.options
	burn := o.Burn
	if c.start > 0 {
		burn = c.start
	} else if !c.leaf.weighted && c.linear == nil && o.Regrow > 0 {
		g := newGrower(c.mean, c.leaf)
		for k := 0; k < o.Regrow && ctx.Err() == nil; k++ {
			c.regrow(g)
		}
	}
	for c.sweeps < burn+o.Draws*o.Thin && ctx.Err() == nil {
		if c.sweeps == burn {
			c.mean.stats = moveStats{}
		}
		c.sweep()
		if at := c.sweeps - burn; at > 0 && at%o.Thin == 0 {
			c.keep()
			if err := d.draw(ctx, c); err != nil {
				return err
			}
		}
		d.progress(c)
	}
	c.kept.Tried, c.kept.Accepted = c.mean.stats.maps()
	return nil
}

// keep stores the present draw.
func (c *chain) keep() {
	k := &c.kept
	k.forests.appendEnsemble(c.mean)
	if k.forests.draws() == 1 {
		k.forests.reserve(c.options.Draws - 1)
	}
	if c.variance != nil {
		c.keepVariance()
	}
	k.Sigma = append(k.Sigma, c.scaling.scale*math.Sqrt(c.noise2))
	for _, i := range c.watched {
		k.Watched = append(k.Watched, c.scaling.back(c.fitted(i)))
	}
	k.Aux = c.likelihood.aux(k.Aux)
	if c.others != nil {
		c.others.keep(c)
	}
}

// moveNames are the names of the kinds of proposals in output.
var moveNames = [moveKinds]string{moveGrow: "grow", movePrune: "prune", movePerturb: "perturb", moveChange: "change", moveSwap: "swap"}

// maps returns the counts by name, of the moves that were tried.
func (s *moveStats) maps() (tried, accepted map[string]int64) {
	tried, accepted = map[string]int64{}, map[string]int64{}
	for k, name := range moveNames {
		if name != "" && s.tried[k] > 0 {
			tried[name], accepted[name] = s.tried[k], s.accepted[k]
		}
	}
	return tried, accepted
}

// acceptance is the share of proposals that were accepted, of the kinds
// together, NaN if there were none.
func (s *moveStats) acceptance(kinds ...move) float64 {
	tried, accepted := int64(0), int64(0)
	for _, k := range kinds {
		tried, accepted = tried+s.tried[k], accepted+s.accepted[k]
	}
	return float64(accepted) / float64(tried)
}
