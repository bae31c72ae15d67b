package bart

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// eachChain runs the chains of a composed fit, at most o.Workers at a time. A panic in one is an
// error of the fit.
func eachChain(o *Options, run func(chain int) error) error {
	failures := make([]error, o.Chains)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(o.Workers, o.Chains) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < o.Chains; i = int(next.Add(1)) - 1 {
				failures[i] = guarded(i, run)
			}
		})
	}
	workers.Wait()
	return errors.Join(failures...)
}

func guarded(chain int, run func(int) error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("bart: chain %d failed: %v\n%s", chain, fault, debug.Stack())
		}
	}()
	return run(chain)
}

// pool makes one posterior of those of single chains.
func pool(parts []*Posterior, draws int) *Posterior {
	p := *parts[0]
	p.chains = nil
	for _, part := range parts {
		p.chains = append(p.chains, part.chains...)
		p.Interrupted = p.Interrupted || len(part.chains[0].Sigma) < draws
	}
	p.options.Chains = len(parts)
	p.options.Sink, p.options.Progress = nil, nil
	return &p
}

// drawNoise draws σ given residuals, from the law that Gaussian fits use.
func drawNoise(src *rng.Stream, prior variancePrior, residual []float64) float64 {
	squares := 0.0
	for _, r := range residual {
		squares += float64(r * r)
	}
	shape := (prior.nu + float64(len(residual))) / 2
	return math.Sqrt((float64(prior.nu*prior.lambda) + squares) / (2 * rng.Gamma(src, shape, 1)))
}

// noisePrior is the prior of σ² on the scale of y.
func noisePrior(d *Data, o *Options) variancePrior {
	s := newScaling(d.Y, nil)
	estimate := o.Prior.Sigma / s.scale
	if estimate == 0 {
		estimate = residualSD(d, s.work(d.Y))
	}
	return newVariancePrior(o.Prior.Nu, o.Prior.Q, coarse(max(estimate, 1e-6))*s.scale)
}

// Groups are the random effects of a grouped fit.
type Groups struct {
	// Of has the number of each row's group, from 0 to Count − 1.
	Of    []int
	Count int
	// Slopes are columns whose coefficients vary by group, beside the intercept: [column][row].
	Slopes [][]float64
}

// Grouped is a fit of y = f(x) + b_g + Σ_k c_{g,k} u_k + ε with normal effects by
// group, b_g ~ N(0, ω_0²) and c_{g,k} ~ N(0, ω_k²), their standard deviations with half-Cauchy
// priors of the scale of y.
type Grouped struct {
	// Trees is the posterior of f.
	Trees *Posterior
	// Effects has, by draw in the order of Trees, the effects of the groups: intercept and slopes of
	// the first group, then of the next. Scales has ω.
	Effects, Scales [][]float64
	terms           int
}

// validate reports the first thing wrong with the groups.
func (g *Groups) validate(rows int) error {
	if len(g.Of) != rows {
		return fmt.Errorf("bart: groups of %d rows, the data have %d", len(g.Of), rows)
	}
	for i, k := range g.Of {
		if k < 0 || k >= g.Count {
			return fmt.Errorf("bart: row %d is in group %d of %d", i+1, k, g.Count)
		}
	}
	for k, u := range g.Slopes {
		if len(u) != rows {
			return fmt.Errorf("bart: slope column %d has %d rows, the data have %d", k+1, len(u), rows)
		}
		for i, v := range u {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("bart: slope column %d, row %d: %v", k+1, i+1, v)
			}
		}
	}
	return nil
}

// FitGrouped draws from the posterior of trees and random effects of groups together. The family is
// Gaussian without weights. The draws of o.Sink are of σ and of f without the effects. When ctx ends, chains stop and what there is is returned, if every
// chain has a draw.
func FitGrouped(ctx context.Context, d *Data, g Groups, o Options) (*Grouped, error) {
	if err := d.validate(); err != nil {
		return nil, err
	}
	if err := g.validate(d.Rows()); err != nil {
		return nil, err
	}
	if d.Weights != nil {
		return nil, fmt.Errorf("bart: grouped fits take no weights")
	}
	o, err := o.complete(d)
	if err != nil {
		return nil, err
	}
	chains, told := make([]groupedChain, o.Chains), newDelivery(&o)
	err = eachChain(&o, func(i int) error { return chains[i].run(ctx, d, &g, &o, i, told) })
	if err != nil {
		return nil, err
	}
	out := &Grouped{terms: 1 + len(g.Slopes)}
	var parts []*Posterior
	for i := range chains {
		parts = append(parts, chains[i].post)
		out.Effects, out.Scales = append(out.Effects, chains[i].keptEffects...), append(out.Scales, chains[i].keptScales...)
	}
	out.Trees = pool(parts, o.Draws)
	return out, nil
}

// groupedChain is one chain of a grouped fit.
type groupedChain struct {
	post                    *Posterior
	keptEffects, keptScales [][]float64

	src               *rng.Stream
	groups            *Groups
	effects, scales   []float64 // scales are ω²
	auxiliary         []float64
	reach             float64 // of the half-Cauchy priors
	response, f, rest []float64
}

func (c *groupedChain) run(ctx context.Context, d *Data, g *Groups, o *Options, number int, told *delivery) error {
	key := rng.NewKey(o.Seed).Child("grouped", uint64(number))
	s, err := NewSampler(d, *o, key)
	if err != nil {
		return err
	}
	s.chain.number = number
	n, terms := d.Rows(), 1+len(g.Slopes)
	c.src, c.groups = key.Child("effects").Stream(), g
	c.effects, c.scales, c.auxiliary = make([]float64, g.Count*terms), make([]float64, terms), make([]float64, terms)
	c.response, c.f, c.rest = make([]float64, n), make([]float64, n), make([]float64, n)
	c.reach = newScaling(d.Y, nil).scale
	for k := range c.scales {
		c.scales[k], c.auxiliary[k] = c.reach*c.reach/10, c.reach*c.reach
	}
	prior := noisePrior(d, o)
	sigma := c.reach
	for sweep := 0; sweep < o.Burn+o.Draws*o.Thin && ctx.Err() == nil; sweep++ {
		for i, y := range d.Y {
			c.response[i] = y - c.effect(i)
		}
		s.SetResponse(c.response)
		s.Sweep(sigma)
		s.Fitted(c.f)
		for i, y := range d.Y {
			c.rest[i] = y - c.f[i]
		}
		c.drawEffects(sigma)
		for i := range c.rest {
			c.rest[i] -= c.effect(i)
		}
		sigma = drawNoise(c.src, prior, c.rest)
		if at := sweep + 1 - o.Burn; at > 0 && at%o.Thin == 0 {
			s.Keep()
			c.keptEffects = append(c.keptEffects, append([]float64(nil), c.effects...))
			roots := make([]float64, terms)
			for k, v := range c.scales {
				roots[k] = math.Sqrt(v)
			}
			c.keptScales = append(c.keptScales, roots)
			if err := told.draw(ctx, s.chain); err != nil {
				return err
			}
		}
		told.progress(s.chain)
	}
	c.post, err = s.Posterior()
	return err
}

// term is what multiplies effect k in row i.
func (c *groupedChain) term(k, i int) float64 {
	if k == 0 {
		return 1
	}
	return c.groups.Slopes[k-1][i]
}

// effect is the sum of the effects in row i.
func (c *groupedChain) effect(i int) float64 {
	terms, sum := len(c.scales), 0.0
	for k := range terms {
		sum += float64(c.effects[c.groups.Of[i]*terms+k] * c.term(k, i))
	}
	return sum
}

// drawEffects draws the effects, one term after another, given c.rest = y − f, and then their
// scales by the mixture form of the half-Cauchy (Makalic and Schmidt 2016).
func (c *groupedChain) drawEffects(sigma float64) {
	terms := len(c.scales)
	precision, sum := make([]float64, c.groups.Count), make([]float64, c.groups.Count)
	for k := range terms {
		clear(precision)
		clear(sum)
		for i, r := range c.rest {
			g, u := c.groups.Of[i], c.term(k, i)
			others := c.effect(i) - float64(c.effects[g*terms+k]*u)
			precision[g] += float64(u * u)
			sum[g] += float64(u * (r - others))
		}
		squares := 0.0
		for g := range precision {
			p := precision[g]/(sigma*sigma) + 1/c.scales[k]
			b := sum[g]/(sigma*sigma)/p + c.src.Normal()/math.Sqrt(p)
			c.effects[g*terms+k] = b
			squares += float64(b * b)
		}
		shape := float64(c.groups.Count+1) / 2
		c.scales[k] = (float64(squares/2) + 1/c.auxiliary[k]) / rng.Gamma(c.src, shape, 1)
		c.auxiliary[k] = (1/c.scales[k] + 1/(c.reach*c.reach)) / rng.Gamma(c.src, 1, 1)
	}
}

// Predict evaluates f plus the effects of the rows' groups; a group of −1 is one that the fit
// has not seen and adds a draw of its effects. Quantiles are those of o.Quantiles.
func (g *Grouped) Predict(ctx context.Context, d *Data, groups Groups, o PredictOptions) (*Prediction, error) {
	o.Draws, o.Noise = true, false
	pred, err := g.Trees.Predict(ctx, d, o)
	if err != nil {
		return nil, err
	}
	if len(groups.Of) != d.Rows() || len(groups.Slopes) != g.terms-1 {
		return nil, fmt.Errorf("bart: groups of %d rows with %d slopes: want %d and %d", len(groups.Of), len(groups.Slopes), d.Rows(), g.terms-1)
	}
	known := len(g.Effects[0]) / g.terms
	src := rng.NewKey(o.Seed).Child("new groups").Stream()
	column := make([]float64, len(pred.Draws))
	for i, group := range groups.Of {
		if group < -1 || group >= known {
			return nil, fmt.Errorf("bart: row %d is in group %d of %d", i+1, group, known)
		}
		for k := range pred.Draws {
			sum := pred.Draws[k][i]
			for term := range g.terms {
				u := 1.0
				if term > 0 {
					u = groups.Slopes[term-1][i]
				}
				if group < 0 {
					sum += float64(u * g.Scales[k][term] * elem.NormQuantile(src.Float64()))
				} else {
					sum += float64(u * g.Effects[k][group*g.terms+term])
				}
			}
			pred.Draws[k][i], column[k] = sum, sum
		}
		pred.Mean[i], pred.SD[i] = tensor.Mean(column), math.Sqrt(tensor.Variance(column))
		quantilesOf(pred, i, column)
	}
	return pred, nil
}
