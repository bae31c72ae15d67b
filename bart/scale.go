package bart

import (
	"context"
	"fmt"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// Scale is what a prediction is about.
type Scale uint8

const (
	// ResponseScale is the mean of the response given f: f itself for Gaussian, the
	// probability of 1 for Probit and Logistic, the mean level for Ordinal, the mean
	// count for NegativeBinomial and Poisson, times the row's exposure; for Survival the median
	// time; for DiscreteTime the hazard in the row's period.
	ResponseScale Scale = iota
	// FunctionScale is f.
	FunctionScale
)

// toResponse is what f stands for.
func (p *Posterior) toResponse(f, _ float64, aux []float64) float64 {
	switch p.options.Family {
	case Probit, DiscreteTime:
		return elem.NormCDF(f)
	case Logistic:
		return elem.InvLogit(f)
	case Ordinal:
		mean := 0.0
		for _, threshold := range aux {
			mean += elem.NormCDF(f - threshold)
		}
		return mean
	case NegativeBinomial:
		return aux[0] * elem.Exp(f)
	case Survival, Poisson:
		return elem.Exp(f)
	}
	return f
}

// observe draws a response.
func (p *Posterior) observe(src *rng.Stream, f, sigma float64, aux []float64) float64 {
	switch p.options.Family {
	case Probit, Logistic, DiscreteTime:
		return float64(rng.Bernoulli(src, p.toResponse(f, sigma, aux)))
	case Ordinal:
		z, level := f+src.Normal(), 0.0
		for _, threshold := range aux {
			if z > threshold {
				level++
			}
		}
		return level
	case NegativeBinomial:
		return rng.NegBinomial2(src, max(aux[0]*elem.Exp(f), 1e-300), aux[0])
	case Poisson:
		return rng.Poisson(src, elem.Exp(f))
	case Survival:
		return elem.Exp(f + float64(sigma*src.Normal()))
	}
	return f + float64(sigma*src.Normal())
}

// LevelProbabilities returns the posterior means of the probabilities of the levels of an Ordinal
// response, [level][row].
func (p *Posterior) LevelProbabilities(ctx context.Context, d *Data) ([][]float64, error) {
	if p.options.Family != Ordinal {
		return nil, fmt.Errorf("bart: level probabilities of the %v family: want ordinal", p.options.Family)
	}
	pred, err := p.Predict(ctx, d, PredictOptions{Scale: FunctionScale, Draws: true, Quantiles: []float64{}})
	if err != nil {
		return nil, err
	}
	width := len(p.chains[0].Aux) / len(p.chains[0].Sigma)
	out := matrix(width+1, d.Rows())
	k, share := 0, 1/float64(p.Draws())
	for c := range p.chains {
		for draw := range p.chains[c].Sigma {
			thresholds := p.chains[c].Aux[draw*width : (draw+1)*width]
			for i, f := range pred.Draws[k] {
				before := 0.0
				for level := range out {
					upTo := 1.0
					if level < width {
						upTo = elem.NormCDF(thresholds[level] - f)
					}
					out[level][i] += float64((upTo - before) * share)
					before = upTo
				}
			}
			k++
		}
	}
	return out, nil
}
