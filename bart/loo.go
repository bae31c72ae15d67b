package bart

import (
	"context"
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/tensor"
)

// LOO are leave-one-out scores by Pareto smoothed importance sampling (Vehtari, Gelman
// and Gabry 2017).
type LOO struct {
	// LogScore is the log predictive density of each row given the others, and K the
	// estimated Pareto shape of its weights: above 0.7 the score is not reliable.
	LogScore, K []float64
	// Total is the sum of the scores, Error its standard error, and Unreliable the number of
	// rows with K above 0.7.
	Total, Error float64
	Unreliable   int
}

// LeaveOneOut returns the scores of the rows of d, which must be those of the fit.
func (p *Posterior) LeaveOneOut(ctx context.Context, d *Data) (*LOO, error) {
	if err := d.validateResponse(); err != nil {
		return nil, err
	}
	if err := d.validateFamily(p.options.Family); err != nil {
		return nil, err
	}
	n, starts := d.Rows(), []int(nil)
	if p.times != nil {
		d, starts = d.atRisk(p.times)
	}
	if d.Rows() != p.rows {
		return nil, fmt.Errorf("bart: leave-one-out scores of %d rows: the fit has %d", d.Rows(), p.rows)
	}
	pred, err := p.Predict(ctx, d, PredictOptions{Scale: FunctionScale, Raw: true, Draws: true, Quantiles: []float64{}})
	if err != nil {
		return nil, err
	}
	out := &LOO{LogScore: make([]float64, n), K: make([]float64, n)}
	w := &predictor{Posterior: p}
	f, logp, weights := make([]float64, p.Draws()), make([]float64, p.Draws()), make([]float64, p.Draws())
	for i := range n {
		from, to := i, i+1
		if starts != nil {
			from, to = starts[i], starts[i+1]
		}
		clear(logp)
		for row := from; row < to; row++ {
			for k := range f {
				f[k] = pred.Draws[k][row]
			}
			w.eachDraw(f, func(f, sigma float64, aux []float64) float64 { return p.logDensity(d, row, f, sigma, aux) })
			for k := range logp {
				logp[k] += f[k]
			}
		}
		for k := range weights {
			weights[k] = -logp[k]
		}
		out.K[i] = diag.SmoothTail(weights)
		for k := range logp {
			logp[k] += weights[k]
		}
		out.LogScore[i] = tensor.LogSumExp(logp) - tensor.LogSumExp(weights)
		if !(out.K[i] <= diag.LargestShape) {
			out.Unreliable++
		}
	}
	for _, s := range out.LogScore {
		out.Total += s
	}
	out.Error = math.Sqrt(float64(n) * tensor.Variance(out.LogScore))
	return out, nil
}

// logTwoPi is log 2π.
const logTwoPi = 1.837877066409345483560659472811235279723

// logDensity is the log density, or probability, of response i given f.
func (p *Posterior) logDensity(d *Data, i int, f, sigma float64, aux []float64) float64 {
	y := d.Y[i]
	switch p.options.Family {
	case Probit, DiscreteTime:
		return elem.LogNormCDF(float64((2*y - 1) * f))
	case Logistic:
		return -elem.Log1pExp(-float64((2*y - 1) * f))
	case Ordinal:
		return logWidth(levelRange(aux, int(y), f))
	case Poisson:
		f += logExposure(d, i)
		return float64(y*f) - elem.Exp(f) - elem.Lgamma(y+1)
	case NegativeBinomial:
		r := aux[0]
		f += logExposure(d, i)
		return elem.Lgamma(y+r) - elem.Lgamma(r) - elem.Lgamma(y+1) + float64(y*f) - float64((y+r)*elem.Log1pExp(f))
	case Survival:
		z := (elem.Log(y) - f) / sigma
		if d.Censored != nil && d.Censored[i] {
			return elem.LogNormCDF(-z)
		}
		return -float64(z*z/2) - elem.Log(sigma) - elem.Log(y) - logTwoPi/2
	}
	sd := sigma / math.Sqrt(weightOf(d.Weights, i))
	z := (y - f) / sd
	return -float64(z*z/2) - elem.Log(sd) - logTwoPi/2
}

// logExposure is the logarithm of a row's exposure.
func logExposure(d *Data, i int) float64 { return elem.Log(weightOf(d.Exposure, i)) }
