package bart

import (
	"context"
	"fmt"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

// state is what a chain needs, besides the data, to go on where it stopped.
type state struct {
	stream []byte // the random numbers' place
	sweeps int
	noise2 float64
	// theta and logS are those of sparse splits.
	theta float64
	logS  []float64
	// aux has the likelihood's unknowns, trees the forest after the last sweep.
	aux   []float64
	trees *forests
	// variance has the trees of the precision, nil if there are none.
	variance *forests
}

// snapshot describes the chain as it is.
func (c *chain) snapshot() state {
	s := state{sweeps: c.sweeps, noise2: c.noise2, aux: c.likelihood.aux(nil), trees: newForests(len(c.mean.trees), c.mean.model.values())}
	s.stream, _ = c.src.MarshalBinary() // its error is always nil
	if c.sparse != nil {
		s.theta, s.logS = c.sparse.theta, slices.Clone(c.sparse.logS)
	}
	s.trees.appendEnsemble(c.mean)
	if c.variance != nil {
		s.variance = newForests(len(c.variance.trees), 1)
		s.variance.appendEnsemble(c.variance)
	}
	return s
}

// goOn puts the chain into a state. Latent responses are drawn anew given the trees, which
// is a step of the chain too.
func (c *chain) goOn(s *state) error {
	s.trees.restore(c.mean, 0)
	c.refresh()
	c.sweeps, c.noise2 = s.sweeps, s.noise2
	if err := c.src.UnmarshalBinary(s.stream); err != nil {
		return fmt.Errorf("bart: %w", err)
	}
	if c.sparse != nil && s.theta > 0 {
		c.sparse.restore(c.mean.prior, s.theta, s.logS)
	}
	if c.variance != nil {
		s.variance.restore(c.variance, 0)
		c.setPrecisions()
	}
	c.likelihood.restore(s.aux)
	if c.others != nil {
		if err := c.others.goOn(c); err != nil {
			return err
		}
	}
	if _, latent := latentReach[c.options.Family]; latent || c.censored != nil {
		c.likelihood.update(c, c.mean.settle())
	}
	return nil
}

// Extend returns a posterior with more draws of every chain, which go on where they
// stopped. d must be the data of the fit. A chain that was cut short during its burn-in has
// lost it. When ctx ends, what was drawn until then is kept.
func (p *Posterior) Extend(ctx context.Context, d *Data, more int, sink stream.Sink, progress func(Progress)) (*Posterior, error) {
	if p.part {
		return nil, fmt.Errorf("bart: this posterior is a part of a larger fit: extend that")
	}
	q, err := p.extension(d, more, sink, progress)
	if err != nil {
		return nil, err
	}
	chains, err := q.runChains(ctx, rng.NewKey(p.options.Seed).Child("bart"))
	if err != nil {
		return nil, err
	}
	return p.extended(chains, more), nil
}

// extension returns the problem that goes on with the chains of p.
func (p *Posterior) extension(d *Data, more int, sink stream.Sink, progress func(Progress)) (*problem, error) {
	if more < 1 {
		return nil, fmt.Errorf("bart: extending by %d draws: want at least 1", more)
	}
	if err := d.validate(); err != nil {
		return nil, err
	}
	if err := d.validateResponse(); err != nil {
		return nil, err
	}
	o := p.options
	if err := d.validateFamily(o.Family); err != nil {
		return nil, err
	}
	if p.times != nil {
		d, _ = d.atRisk(p.times)
	}
	o.Sink, o.Progress, o.Draws = sink, progress, more
	o.Kernel = p.kernel()
	for i := range p.chains {
		if o.VarianceTrees > 0 && p.chains[i].state.variance == nil {
			return nil, fmt.Errorf("bart: the file is of a release that did not keep how variance trees go on: fit again with more draws")
		}
		if len(p.chains[i].state.stream) == 0 {
			return nil, fmt.Errorf("bart: this posterior does not know how its chains go on: fit again with more draws")
		}
	}
	q := newProblem(d, &o)
	if !q.grid.equal(p.grid) || q.scaling != p.scaling || len(q.target) != p.rows {
		return nil, fmt.Errorf("bart: extending a fit with other data than it was made from")
	}
	q.previous, q.watched = p.chains, p.watched
	return q, nil
}

// extended is p with the chains as they went on for so many more draws.
func (p *Posterior) extended(chains []Chain, more int) *Posterior {
	extended := *p
	extended.options.Draws += more
	extended.chains = chains
	for i := range chains {
		extended.Interrupted = extended.Interrupted || len(chains[i].Sigma)-len(p.chains[i].Sigma) < more
	}
	return &extended
}

// equal reports whether two grids have the same cuts.
func (g *grid) equal(o *grid) bool {
	return slices.EqualFunc(g.features, o.features, func(a, b feature) bool {
		return a.name == b.name && a.kind == b.kind && a.levels == b.levels && a.missing == b.missing &&
			slices.Equal(a.cuts, b.cuts) && slices.Equal(a.names, b.names)
	})
}

// clone copies what a chain has kept, so that appending leaves the original alone.
func (c *Chain) clone() Chain {
	kept := Chain{forests: c.forests.clone(), Sigma: slices.Clone(c.Sigma), Watched: slices.Clone(c.Watched), Aux: slices.Clone(c.Aux)}
	if c.variance != nil {
		kept.variance = c.variance.clone()
	}
	return kept
}

func (f *forests) clone() *forests {
	one := *f
	one.sizes, one.splits, one.values = slices.Clone(f.sizes), slices.Clone(f.splits), slices.Clone(f.values)
	one.sets, one.splitAt, one.valueAt = slices.Clone(f.sets), slices.Clone(f.splitAt), slices.Clone(f.valueAt)
	return &one
}
