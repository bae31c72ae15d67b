package pmcmc

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/prior"
	"github.com/quatre-ppl/quatre/stream"
)

// Gibbs runs particle Gibbs with ancestor sampling and sends the draws of the
// parameters, with their warmup, to sink. The models must implement smc.Start;
// parameters move given the path by Options.Steps Metropolis steps. In place of
// an evidence the statistic log_evidence__ has log p(path, data | parameters).
func Gibbs(ctx context.Context, family prior.Family, data []smc.Obs, key rng.Key, o Options, sink stream.Sink) error {
	o, err := o.complete(30)
	if err != nil {
		return err
	}
	if len(data) == 0 {
		return errors.New("pmcmc: there are no observations")
	}
	return run(ctx, family.Space, key, o, func(key rng.Key) ([]float64, step, error) {
		g := &gibbs{family: family, data: data, options: o}
		if err := g.start(key); err != nil {
			return nil, nil, err
		}
		return g.theta, g.step, nil
	}, sink)
}

// gibbs is a chain of Gibbs.
type gibbs struct {
	family   prior.Family
	data     []smc.Obs
	options  Options
	walk     *walk
	theta, z []float64
	path     [][]float64
}

// start draws parameters from the prior and a path by a filter, until the data
// are possible.
func (g *gibbs) start(key rng.Key) error {
	space := g.family.Space
	g.theta, g.z = make([]float64, len(space)), make([]float64, len(space))
	src := key.Child("start").Stream()
	for try := range startTries {
		space.Draw(g.theta, src)
		space.Unconstrain(g.z, g.theta)
		model, err := g.model(g.theta)
		if err != nil {
			return err
		}
		g.path, err = firstPath(model, g.data, max(g.options.Particles, 200), key.Child("path", uint64(try)))
		if err == nil {
			g.walk = newWalk(len(space), priorScale(space, src), 0.3)
			return nil
		}
		var collapse *smc.CollapseError
		if !errors.As(err, &collapse) {
			return err
		}
	}
	return fmt.Errorf("the data have weight 0 at %d points drawn from the prior: use another prior", startTries)
}

func (g *gibbs) model(theta []float64) (smc.Start, error) {
	m, err := g.family.At(theta)
	if err != nil {
		return nil, err
	}
	start, ok := m.(smc.Start)
	if !ok {
		return nil, errors.New("particle Gibbs needs the densities of the first state and of the moves: the model must implement smc.Start")
	}
	return start, nil
}

// firstPath draws a path of a plain filter.
func firstPath(m smc.Model, data []smc.Obs, n int, key rng.Key) ([][]float64, error) {
	f, err := smc.NewFilter(smc.Bootstrap(m, data), key, smc.Options{Particles: n})
	if err != nil {
		return nil, err
	}
	var clouds []smc.State
	var ancestors [][]int32
	for f.Step() {
		var s smc.State
		f.Save(&s)
		clouds, ancestors = append(clouds, s), append(ancestors, slices.Clone(f.Ancestors()))
	}
	if f.Err() != nil {
		return nil, f.Err()
	}
	k := int32(rng.Categorical(key.Child("last").Stream(), f.Weights()))
	path := make([][]float64, len(data))
	for t := len(data) - 1; t >= 0; t-- {
		path[t] = make([]float64, m.Dim())
		for d := range path[t] {
			path[t][d] = clouds[t].X[d][k]
		}
		k = ancestors[t][k]
	}
	return path, nil
}

// step draws a path, and then moves the parameters given it.
func (g *gibbs) step(key rng.Key, warmup bool) (stats [3]float64, err error) {
	model, err := g.model(g.theta)
	if err != nil {
		return stats, err
	}
	c, err := NewConditional(model, g.data, g.options.Particles, true)
	if err != nil {
		return stats, err
	}
	if _, err := c.Draw(g.path, key.Child("path")); err != nil {
		return stats, err
	}
	src := key.Child("parameters").Stream()
	logPrior := g.family.Space.LogDensityAt(slices.Clone(g.theta), g.z)
	logJoint, err := LogJoint(model, g.data, g.path)
	if err != nil {
		return stats, err
	}
	z, theta := make([]float64, len(g.z)), make([]float64, len(g.z))
	sum := 0.0
	for range g.options.Steps {
		g.walk.propose(z, g.z, src)
		nextPrior, nextJoint := g.family.Space.LogDensityAt(theta, z), math.Inf(-1)
		if !math.IsInf(nextPrior, -1) {
			if model, err = g.model(theta); err != nil {
				return stats, err
			}
			if nextJoint, err = LogJoint(model, g.data, g.path); err != nil {
				return stats, err
			}
		}
		acceptance := 0.0
		if ratio := nextPrior + nextJoint - logPrior - logJoint; ratio == ratio {
			acceptance = elem.Exp(min(ratio, 0))
		}
		if src.Float64() < acceptance {
			copy(g.z, z)
			copy(g.theta, theta)
			logPrior, logJoint = nextPrior, nextJoint
		}
		if warmup {
			g.walk.learn(g.z, acceptance)
		}
		sum += acceptance
	}
	return [3]float64{logPrior + logJoint, sum / float64(g.options.Steps), logJoint}, nil
}
