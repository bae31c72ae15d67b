package bart

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/tensor"
)

// effectNumbers is about how many numbers Outcomes and Effects keep at a time.
const effectNumbers = 1 << 22

// Outcomes predicts the response at rows under a treatment, as Posterior.Predict does. The propensities of the
// rows are their column "propensity" if they have one, or are estimated; a fit for which
// they were given needs the column.
func (c *Causal) Outcomes(ctx context.Context, d *Data, treatment []float64, o PredictOptions) (*Prediction, error) {
	if len(treatment) != d.Rows() {
		return nil, fmt.Errorf("bart: treatment of %d rows, the data have %d", len(treatment), d.Rows())
	}
	for i, z := range treatment {
		if math.IsNaN(z) || math.IsInf(z, 0) {
			return nil, fmt.Errorf("bart: treatment of row %d is %v, want a finite number", i+1, z)
		}
	}
	d, err := c.prognosticRows(ctx, d, o.Workers)
	if err != nil {
		return nil, err
	}
	if o.more, err = c.adder(ctx, d, treatment, o.Workers); err != nil {
		return nil, err
	}
	return c.Prognostic.Predict(ctx, d, o)
}

// adder returns what adds z·τ of a row to draws of μ.
func (c *Causal) adder(ctx context.Context, d *Data, treatment []float64, workers int) (func(row int, f []float64), error) {
	tau, err := c.Effect.Predict(ctx, d, PredictOptions{Raw: true, Draws: true, Quantiles: []float64{}, Workers: workers})
	if err != nil {
		return nil, err
	}
	return func(row int, f []float64) {
		for k := range f {
			f[k] += float64(treatment[row] * tau.Draws[k][row])
		}
	}, nil
}

// WithPropensity returns the rows as Prognostic wants them: with their propensities, if the fit has any.
func (c *Causal) WithPropensity(ctx context.Context, d *Data) (*Data, error) {
	return c.prognosticRows(ctx, d, 0)
}

func (c *Causal) prognosticRows(ctx context.Context, d *Data, workers int) (*Data, error) {
	given := slices.ContainsFunc(d.Columns, func(k Column) bool { return k.Name == propensityColumn })
	if c.Propensity == nil || given {
		return d, nil
	}
	if c.Propensities == nil {
		return nil, fmt.Errorf("bart: the fit was given propensities: add a column %q to the rows", propensityColumn)
	}
	pred, err := c.Propensities.Predict(ctx, d, PredictOptions{Quantiles: []float64{}, Workers: workers})
	if err != nil {
		return nil, err
	}
	return c.withPropensity(d, pred.Mean), nil
}

// Effects predicts the effect of treatment 1 against none at rows. With FunctionScale, and in the Gaussian
// family, that is τ; else it is the difference of what Posterior.Predict gives, as of two
// probabilities, for the two treatments. Of o the quantiles, Scale, Raw, Draws and Workers matter.
func (c *Causal) Effects(ctx context.Context, d *Data, o PredictOptions) (*Prediction, error) {
	o.Noise = false
	if c.Prognostic.options.Family == Gaussian || o.Scale == FunctionScale {
		return c.Effect.Predict(ctx, d, o)
	}
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	n, draws := d.Rows(), c.Effect.Draws()
	out := &Prediction{Mean: make([]float64, n), SD: make([]float64, n), Probabilities: o.Quantiles, Quantiles: matrix(len(o.Quantiles), n)}
	if o.Draws {
		out.Draws = matrix(draws, n)
	}
	stretch := 1.0
	if !o.Raw {
		stretch = c.Effect.Stretch()
	}
	inner, column := PredictOptions{Raw: true, Draws: true, Quantiles: []float64{}, Workers: o.Workers}, make([]float64, draws)
	block := max(effectNumbers/draws, 1)
	for from := 0; from < n; from += block {
		rows := d.slice(from, min(from+block, n))
		treatment := make([]float64, rows.Rows())
		var outcomes [2]*Prediction
		for z := range outcomes {
			for i := range treatment {
				treatment[i] = float64(z)
			}
			if outcomes[z], err = c.Outcomes(ctx, rows, treatment, inner); err != nil {
				return nil, err
			}
		}
		for i := range treatment {
			for k := range column {
				column[k] = outcomes[1].Draws[k][i] - outcomes[0].Draws[k][i]
			}
			out.setRow(from+i, column, stretch)
		}
	}
	return out, nil
}

// setRow summarises draws about a row, stretched about their mean.
func (p *Prediction) setRow(i int, draws []float64, stretch float64) {
	mean := tensor.Mean(draws)
	for k, v := range draws {
		if stretch != 1 {
			draws[k] = mean + float64(stretch*(v-mean))
		}
	}
	p.Mean[i], p.SD[i] = mean, deviation(draws)
	for k := range p.Draws {
		p.Draws[k][i] = draws[k]
	}
	quantilesOf(p, i, draws)
}

// AverageEffect returns the posterior mean and the 5 % and 95 % quantiles of the average over the rows of d
// of what Effects predicts.
func (c *Causal) AverageEffect(ctx context.Context, d *Data) (mean, low, high float64, err error) {
	pred, err := c.Effects(ctx, d, PredictOptions{Draws: true, Quantiles: []float64{}})
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
