package bart

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
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
	// Propensity has the probability of treatment by row, or what else tells who is treated; nil has it
	// estimated by a probit fit for a treatment of 0 and 1, and leaves it out for others.
	Propensity []float64
}

// Causal is a Bayesian causal forest (Hahn, Murray and Carvalho 2020),
//
//	y = μ(x, π) + z·τ(x) + ε,
//
// with separate forests for what y is without treatment and for the effect of treatment z.
type Causal struct {
	// Prognostic is the posterior of μ, whose columns are those of the data and "propensity".
	Prognostic *Posterior
	// Effect is the posterior of τ: Effect.Predict gives the effect at rows.
	Effect *Posterior
	// Propensity is what was used, nil if nothing.
	Propensity []float64
}

// FitCausal draws from the posterior of both forests. treatment has z by row, 0 and 1 or any
// finite numbers. d.Weights are not taken. The draws of o.Sink are of σ and of μ.
func FitCausal(ctx context.Context, d *Data, treatment []float64, o CausalOptions) (*Causal, error) {
	if err := d.validate(); err != nil {
		return nil, err
	}
	if err := d.validateResponse(); err != nil {
		return nil, err
	}
	if d.Weights != nil || o.Family != Gaussian {
		return nil, fmt.Errorf("bart: causal fits are gaussian, without weights")
	}
	binary, err := checkTreatment(treatment, d.Rows())
	if err != nil {
		return nil, err
	}
	full, err := o.complete(d)
	if err != nil {
		return nil, err
	}
	fill(&o.EffectTrees, 50)
	propensity, err := propensityOf(ctx, d, treatment, binary, &o, &full)
	if err != nil {
		return nil, err
	}
	prognostic := &Data{Columns: slices.Clone(d.Columns), Y: d.Y}
	if propensity != nil {
		prognostic.Columns = append(prognostic.Columns, Column{Name: propensityColumn, Values: propensity})
	}
	parts := [2][]*Posterior{make([]*Posterior, full.Chains), make([]*Posterior, full.Chains)}
	told := newDelivery(&full)
	err = eachChain(&full, func(i int) error {
		c := causalChain{told: told, o: &full, d: d, prognostic: prognostic, treatment: treatment}
		if err := c.run(ctx, i, o.EffectTrees); err != nil {
			return err
		}
		parts[0][i], parts[1][i] = c.posteriors[0], c.posteriors[1]
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &Causal{pool(parts[0], full.Draws), pool(parts[1], full.Draws), propensity}, nil
}

// checkTreatment reports whether the treatment is 0 and 1.
func checkTreatment(treatment []float64, rows int) (binary bool, err error) {
	if len(treatment) != rows {
		return false, fmt.Errorf("bart: treatment of %d rows, the data have %d", len(treatment), rows)
	}
	binary = true
	for i, z := range treatment {
		if math.IsNaN(z) || math.IsInf(z, 0) {
			return false, fmt.Errorf("bart: treatment of row %d is %v", i+1, z)
		}
		binary = binary && (z == 0 || z == 1)
	}
	if low, high := slices.Min(treatment), slices.Max(treatment); low == high {
		return false, fmt.Errorf("bart: every row has the treatment %v: nothing tells its effect", low)
	}
	return binary, nil
}

// propensityOf returns the propensities to use.
func propensityOf(ctx context.Context, d *Data, treatment []float64, binary bool, o *CausalOptions, full *Options) ([]float64, error) {
	if o.Propensity != nil {
		if len(o.Propensity) != d.Rows() {
			return nil, fmt.Errorf("bart: propensities of %d rows, the data have %d", len(o.Propensity), d.Rows())
		}
		return o.Propensity, nil
	}
	if !binary {
		return nil, nil
	}
	rows := &Data{Columns: d.Columns, Y: treatment}
	fit, err := Fit(ctx, rows, Options{Seed: full.Seed, Family: Probit, Trees: 50, Chains: 2, Burn: 200, Draws: 200, Workers: full.Workers, Kernel: full.Kernel})
	if err != nil {
		return nil, fmt.Errorf("bart: estimating propensities: %w", err)
	}
	pred, err := fit.Predict(ctx, rows, PredictOptions{Quantiles: []float64{}, Workers: full.Workers})
	if err != nil {
		return nil, err
	}
	return pred.Mean, nil
}

// causalChain is one chain of a causal fit.
type causalChain struct {
	o             *Options
	d, prognostic *Data
	treatment     []float64
	told          *delivery
	posteriors    [2]*Posterior
}

func (c *causalChain) run(ctx context.Context, number, effectTrees int) error {
	key := rng.NewKey(c.o.Seed).Child("causal", uint64(number))
	mu, err := NewSampler(c.prognostic, *c.o, key.Child("prognostic"))
	if err != nil {
		return err
	}
	mu.chain.number = number
	tau, err := c.effectSampler(key.Child("effect"), effectTrees)
	if err != nil {
		return err
	}
	src, prior := key.Child("noise").Stream(), noisePrior(c.d, c.o)
	n := c.d.Rows()
	response, m, effect := make([]float64, n), make([]float64, n), make([]float64, n)
	sigma := newScaling(c.d.Y, nil).scale
	for sweep := 0; sweep < c.o.Burn+c.o.Draws*c.o.Thin && ctx.Err() == nil; sweep++ {
		for i, y := range c.d.Y {
			response[i] = y - float64(c.treatment[i]*effect[i])
		}
		mu.SetResponse(response)
		mu.Sweep(sigma)
		mu.Fitted(m)
		for i, z := range c.treatment {
			response[i] = effect[i] // of no weight
			if z != 0 {
				response[i] = (c.d.Y[i] - m[i]) / z
			}
		}
		tau.SetResponse(response)
		tau.Sweep(sigma)
		tau.Fitted(effect)
		for i, z := range c.treatment {
			response[i] = c.d.Y[i] - m[i] - float64(z*effect[i])
		}
		sigma = drawNoise(src, prior, response)
		if at := sweep + 1 - c.o.Burn; at > 0 && at%c.o.Thin == 0 {
			mu.Keep()
			tau.Keep()
			if err := c.told.draw(ctx, mu.chain); err != nil {
				return err
			}
		}
		c.told.progress(mu.chain)
	}
	if c.posteriors[0], err = mu.Posterior(); err != nil {
		return err
	}
	c.posteriors[1], err = tau.Posterior()
	return err
}

// effectSampler returns the trees of the effect, whose prior standard deviation is that of y:
// rows count by the square of their treatment.
func (c *causalChain) effectSampler(key rng.Key, trees int) (*Sampler, error) {
	s := newScaling(c.d.Y, nil)
	centred := &Data{Columns: c.d.Columns, Y: make([]float64, c.d.Rows())}
	weights := make([]float64, c.d.Rows())
	for i, y := range c.d.Y {
		centred.Y[i] = y - s.shift
		weights[i] = c.treatment[i] * c.treatment[i]
	}
	o := *c.o
	o.Trees, o.Prior.Alpha, o.Prior.Beta = trees, 0.25, 3
	o.Prior.K = max((slices.Max(centred.Y)-slices.Min(centred.Y))/(2*s.scale), 0.1)
	o.FeatureWeights = nil
	tau, err := NewSampler(centred, o, key)
	if err != nil {
		return nil, err
	}
	tau.SetWeights(weights)
	return tau, nil
}

// AverageEffect returns the posterior mean and the 5 % and 95 % quantiles of the effect
// averaged over the rows of d.
func (c *Causal) AverageEffect(ctx context.Context, d *Data) (mean, low, high float64, err error) {
	pred, err := c.Effect.Predict(ctx, d, PredictOptions{Draws: true, Quantiles: []float64{}})
	if err != nil {
		return 0, 0, 0, err
	}
	averages := make([]float64, len(pred.Draws))
	for k, draw := range pred.Draws {
		averages[k] = tensor.Mean(draw)
	}
	mean = tensor.Mean(averages)
	slices.Sort(averages)
	return mean, tensor.Quantile(averages, 0.05), tensor.Quantile(averages, 0.95), nil
}
