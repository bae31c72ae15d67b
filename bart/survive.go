package bart

import (
	"context"
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// survivalNumbers is about how many numbers Survive keeps at a time.
const survivalNumbers = 1 << 22

// Survive returns P(T > t) for each of the times at the rows of d: mean, standard deviation and
// quantiles over the draws of a fit of the Survival or DiscreteTime family. Of o the quantiles, Raw, Draws
// and Workers matter. A DiscreteTime fit knows nothing beyond its last period: what is left
// there stays.
func (p *Posterior) Survive(ctx context.Context, d *Data, times []float64, o PredictOptions) ([]*Prediction, error) {
	if p.options.Family != Survival && p.options.Family != DiscreteTime {
		return nil, fmt.Errorf("bart: survival of the %v family: want survival or discrete-time", p.options.Family)
	}
	for _, t := range times {
		if !(t > 0) || math.IsInf(t, 0) {
			return nil, fmt.Errorf("bart: survival at time %v: want it finite and > 0", t)
		}
	}
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	if err := d.validate(); err != nil {
		return nil, err
	}
	n := d.Rows()
	all := make([]*Prediction, len(times))
	for j := range all {
		all[j] = &Prediction{Mean: make([]float64, n), SD: make([]float64, n), Probabilities: o.Quantiles, Quantiles: matrix(len(o.Quantiles), n)}
		if o.Draws {
			all[j].Draws = matrix(p.Draws(), n)
		}
	}
	inner := PredictOptions{Scale: FunctionScale, Raw: o.Raw, Draws: true, Quantiles: []float64{}, Workers: o.Workers}
	if p.times != nil {
		inner.Scale = ResponseScale
	}
	block := max(survivalNumbers/(p.Draws()*max(len(p.times), 1)), 1)
	for from := 0; from < n; from += block {
		rows := d.slice(from, min(from+block, n))
		if p.times != nil {
			rows = rows.everyPeriod(p.times)
		}
		pred, err := p.Predict(ctx, rows, inner)
		if err != nil {
			return nil, err
		}
		for i := range min(block, n-from) {
			p.surviveRow(all, times, pred.Draws, i, from+i)
		}
	}
	return all, nil
}

// surviveRow summarises one row, number i of a block.
func (p *Posterior) surviveRow(all []*Prediction, times []float64, draws [][]float64, i, row int) {
	column := make([]float64, len(draws))
	for j, t := range times {
		if p.times != nil {
			periods := len(p.times)
			for k, draw := range draws {
				column[k] = outlives(p.times, draw[i*periods:(i+1)*periods], t)
			}
		} else {
			logTime, k := elem.Log(t), 0
			for c := range p.chains {
				for _, sigma := range p.chains[c].Sigma {
					column[k] = elem.NormCDF((draws[k][i] - logTime) / sigma)
					k++
				}
			}
		}
		all[j].setRow(row, column, 1)
	}
}

// outlives is the probability of living beyond t, given the hazards of the periods.
func outlives(ends, hazards []float64, t float64) float64 {
	left := 1.0
	for k, h := range hazards {
		if ends[k] > t {
			break
		}
		left *= 1 - h
	}
	return left
}

// slice returns the rows from one number up to another.
func (d *Data) slice(from, to int) *Data {
	s := &Data{Columns: make([]Column, len(d.Columns))}
	if d.Exposure != nil {
		s.Exposure = d.Exposure[from:to]
	}
	for j, c := range d.Columns {
		c.Values = c.Values[from:to]
		s.Columns[j] = c
	}
	return s
}

// SurvivalCurve returns the posterior means of P(T > t), [time][row].
func (p *Posterior) SurvivalCurve(ctx context.Context, d *Data, times []float64) ([][]float64, error) {
	all, err := p.Survive(ctx, d, times, PredictOptions{Raw: true, Quantiles: []float64{}})
	if err != nil {
		return nil, err
	}
	means := make([][]float64, len(all))
	for j := range all {
		means[j] = all[j].Mean
	}
	return means, nil
}
