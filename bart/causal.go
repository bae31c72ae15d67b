package bart

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

// propensityColumn is the name of the column that a causal fit adds to the prognostic forest.
const propensityColumn = "propensity"

// CausalOptions are the choices of FitCausal; zeros stand for the defaults.
type CausalOptions struct {
	// Options are those of the prognostic forest, and of the chains.
	Options
	// EffectTrees is the number of trees of the effect. Default 50, and their prior prefers
	// small ones: a node of depth d is split with probability 0.25(1+d)^−3.
	EffectTrees int
	// EffectWeights are the prior probabilities of the columns in the splits of the effect, in
	// proportion; nil is the same for all. The effect does not depend on a column of weight 0.
	EffectWeights []float64
	// Propensity has the probability of treatment by row, or what else tells who is treated; nil has it
	// estimated by a probit fit for a treatment of 0 and 1, and leaves it out for others.
	Propensity []float64
}

// Causal is a Bayesian causal forest (Hahn, Murray and Carvalho 2020),
//
//	y = μ(x, π) + z·τ(x) + ε,
//
// with separate forests for what y is without treatment and for the effect of treatment z. In other families
// than the Gaussian μ + z·τ stands for their f.
type Causal struct {
	// Prognostic is the posterior of μ, whose columns are those of the data and "propensity".
	Prognostic *Posterior
	// Effect is the posterior of τ: Effect.Predict gives the effect at rows.
	Effect *Posterior
	// Propensity is what was used, nil if nothing, and Propensities the fit that estimated it, nil if it was
	// given.
	Propensity   []float64
	Propensities *Posterior
}

// FitCausal draws from the posterior of both forests. treatment has z by row, 0 and 1 or any
// finite numbers. It takes every family but Poisson and DiscreteTime. The draws of o.Sink are of σ and
// of μ + z·τ. When ctx ends, chains stop and what there is is returned, if some chain has a draw.
func FitCausal(ctx context.Context, d *Data, treatment []float64, o CausalOptions) (*Causal, error) {
	if err := d.validate(); err != nil {
		return nil, err
	}
	binary, err := checkTreatment(treatment, d.Rows())
	if err != nil {
		return nil, err
	}
	if _, err := o.asPart(d); err != nil {
		return nil, err
	}
	out := &Causal{Propensity: slices.Clone(o.Propensity)}
	if err := out.estimatePropensity(ctx, d, treatment, binary, &o); err != nil {
		return nil, err
	}
	p, err := out.prognosticProblem(d, o.Options)
	if err != nil {
		return nil, err
	}
	fill(&o.EffectTrees, 50)
	tau, err := effectProblem(d, treatment, &o, p)
	if err != nil {
		return nil, err
	}
	return out, out.run(ctx, p, tau, treatment)
}

// Extend returns a fit with more draws of every chain, which go on where they stopped; d and treatment must
// be those of the fit. It is otherwise as Posterior.Extend.
func (c *Causal) Extend(ctx context.Context, d *Data, treatment []float64, more int, sink stream.Sink, progress func(Progress)) (*Causal, error) {
	if err := d.validate(); err != nil {
		return nil, err
	}
	if _, err := checkTreatment(treatment, d.Rows()); err != nil {
		return nil, err
	}
	if c.Propensity != nil && len(c.Propensity) != d.Rows() {
		return nil, fmt.Errorf("bart: extending a fit with other data than it was made from")
	}
	p, err := c.Prognostic.extension(c.withPropensity(d, c.Propensity), more, sink, progress)
	if err != nil {
		return nil, err
	}
	before := &c.Effect.options
	o := CausalOptions{Options: c.Prognostic.options, EffectTrees: before.Trees, EffectWeights: before.FeatureWeights}
	tau, err := effectProblem(d, treatment, &o, p)
	if err != nil {
		return nil, err
	}
	tau.options.Sparse, tau.previous = before.Sparse, c.Effect.chains
	out := &Causal{Propensity: c.Propensity, Propensities: c.Propensities}
	if err := out.run(ctx, p, tau, treatment); err != nil {
		return nil, err
	}
	out.Prognostic, out.Effect = c.Prognostic.extended(out.Prognostic.chains, more), c.Effect.extended(out.Effect.chains, more)
	return out, nil
}

// checkTreatment reports whether the treatment is 0 and 1.
func checkTreatment(treatment []float64, rows int) (binary bool, err error) {
	if len(treatment) != rows || rows == 0 {
		return false, fmt.Errorf("bart: treatment of %d rows, the data have %d", len(treatment), rows)
	}
	binary = true
	for i, z := range treatment {
		if math.IsNaN(z) || math.IsInf(z, 0) {
			return false, fmt.Errorf("bart: treatment of row %d is %v, want a finite number", i+1, z)
		}
		binary = binary && (z == 0 || z == 1)
	}
	if low, high := slices.Min(treatment), slices.Max(treatment); low == high {
		return false, fmt.Errorf("bart: every row has the treatment %v: nothing tells its effect", low)
	}
	return binary, nil
}

// estimatePropensity sets the propensities unless they are given or the treatment has more values than two.
func (c *Causal) estimatePropensity(ctx context.Context, d *Data, treatment []float64, binary bool, o *CausalOptions) error {
	if c.Propensity != nil && len(c.Propensity) != d.Rows() {
		return fmt.Errorf("bart: propensities of %d rows, the data have %d", len(c.Propensity), d.Rows())
	}
	if c.Propensity != nil || !binary {
		return nil
	}
	rows := &Data{Columns: d.Columns, Y: treatment}
	var hear func(Progress)
	if o.Progress != nil {
		hear = func(p Progress) {
			p.Of = propensityColumn
			o.Progress(p)
		}
	}
	var err error
	c.Propensities, err = Fit(ctx, rows, Options{Seed: o.Seed, Family: Probit, Trees: 50, Chains: 2, Burn: 200, Draws: 200, Workers: o.Workers, Kernel: o.Kernel, Progress: hear})
	if err != nil {
		return fmt.Errorf("bart: estimating propensities: %w", err)
	}
	pred, err := c.Propensities.Predict(ctx, rows, PredictOptions{Quantiles: []float64{}, Workers: o.Workers})
	if err == nil {
		c.Propensity = pred.Mean
	}
	return err
}

// withPropensity returns the data with the propensities as a column, if there are any.
func (c *Causal) withPropensity(d *Data, propensity []float64) *Data {
	if propensity == nil {
		return d
	}
	all := *d
	all.Columns = append(slices.Clone(d.Columns), Column{Name: propensityColumn, Values: propensity})
	return &all
}

// prognosticProblem prepares the trees of μ.
func (c *Causal) prognosticProblem(d *Data, o Options) (*problem, error) {
	if o.FeatureWeights != nil && c.Propensity != nil {
		// The propensity is as probable as an average column.
		sum := 0.0
		for _, w := range o.FeatureWeights {
			sum += w
		}
		o.FeatureWeights = append(slices.Clone(o.FeatureWeights), sum/float64(len(d.Columns)))
	}
	return newPart(c.withPropensity(d, c.Propensity), o)
}

// effectProblem prepares the trees of τ beside those of p. The prior standard deviation of the effect is that of
// y, or 1 where the response is latent, and rows count by the square of their treatment.
func effectProblem(d *Data, treatment []float64, o *CausalOptions, p *problem) (*problem, error) {
	own := o.Options
	own.Family, own.Trees, own.VarianceTrees, own.FeatureWeights = Gaussian, o.EffectTrees, 0, o.EffectWeights
	own.Prior.Alpha, own.Prior.Beta = 0.25, 3
	own.Sink, own.Progress = nil, nil
	tau, err := newPart(&Data{Columns: d.Columns, Y: make([]float64, d.Rows())}, own)
	if err != nil {
		return nil, err
	}
	tau.scaling = scaling{0, p.scaling.scale}
	tau.leafScale = 1 / math.Sqrt(float64(o.EffectTrees))
	tau.weights = make([]float32, len(treatment))
	for i, z := range treatment {
		tau.weights[i] = float32(z * z)
	}
	return tau, nil
}

// run runs the chains of both forests.
func (c *Causal) run(ctx context.Context, p, tau *problem, treatment []float64) error {
	key := rng.NewKey(p.options.Seed).Child("causal")
	all := make([]effectTrees, p.options.Chains)
	p.beside = func(number int) beside {
		all[number] = effectTrees{chain: newChain(tau, number, key.Child("effect")), treatment: treatment}
		return &all[number]
	}
	chains, err := p.runChains(ctx, key)
	if err != nil {
		return err
	}
	if c.Prognostic, err = p.posterior(ctx, chains); err != nil {
		return err
	}
	effects := make([]Chain, len(all))
	for i := range all {
		if all[i].chain != nil {
			effects[i] = all[i].chain.kept
			effects[i].Tried, effects[i].Accepted = all[i].chain.mean.stats.maps()
			effects[i].state = all[i].chain.snapshot()
		}
	}
	c.Effect, err = tau.posterior(ctx, effects)
	if err == nil {
		c.Prognostic.part, c.Effect.part = true, true
	}
	return err
}

// effectTrees are the trees of τ beside those of μ.
type effectTrees struct {
	*chain
	treatment []float64
}

// draw updates the trees of τ given what those of μ leave: z·τ + noise, which is a response of τ with the
// square of z in its precision.
func (e *effectTrees) draw(mu *chain) {
	e.noise2 = mu.noise2
	for i, z := range e.treatment {
		if z == 0 {
			e.setTarget(i, e.ofTrees(i)) // of no weight
			continue
		}
		e.setTarget(i, mu.partial(i)/z)
		if mu.mean.weights != nil {
			e.mean.weights[i] = float32(z * z * float64(mu.mean.weights[i]))
		}
	}
	e.sweepTrees()
	e.sweeps++
	mu.setOutside(e.of)
}

// of is z·τ of a row.
func (e *effectTrees) of(i int) float64 { return e.treatment[i] * e.ofTrees(i) }

func (e *effectTrees) keep(*chain) { e.chain.keep() }

func (e *effectTrees) goOn(mu *chain) error {
	before := &e.previous[e.number]
	e.kept = before.clone()
	if err := e.chain.goOn(&before.state); err != nil {
		return err
	}
	mu.setOutside(e.of)
	return nil
}
