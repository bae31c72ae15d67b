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
	if p.part && p.response == "" {
		return nil, fmt.Errorf("bart: this posterior is a part of a larger fit: ask that for its scores")
	}
	return p.leaveOneOut(ctx, d, nil)
}

// LeaveOneOut is Posterior.LeaveOneOut; a row's score knows the effects of its group.
func (g *Grouped) LeaveOneOut(ctx context.Context, d *Data, groups Groups) (*LOO, error) {
	if len(groups.Slopes) != g.terms-1 {
		return nil, fmt.Errorf("bart: groups with %d slopes: the fit has %d", len(groups.Slopes), g.terms-1)
	}
	groups.Count = len(g.Effects[0]) / g.terms
	if err := groups.validateRows(d.Rows(), 0); err != nil {
		return nil, err
	}
	return g.Trees.leaveOneOut(ctx, d, g.adder(groups, 0))
}

// LeaveOneOut is Posterior.LeaveOneOut.
func (c *Causal) LeaveOneOut(ctx context.Context, d *Data, treatment []float64) (*LOO, error) {
	if _, err := checkTreatment(treatment, d.Rows()); err != nil {
		return nil, err
	}
	more, err := c.adder(ctx, d, treatment, 0)
	if err != nil {
		return nil, err
	}
	return c.Prognostic.leaveOneOut(ctx, c.withPropensity(d, c.Propensity), more)
}

// leaveOneOut returns the scores; more is as in PredictOptions.
func (p *Posterior) leaveOneOut(ctx context.Context, d *Data, more func(row int, f []float64)) (*LOO, error) {
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
	pred, err := p.Predict(ctx, d, PredictOptions{Scale: FunctionScale, Raw: true, Draws: true, Quantiles: []float64{}, more: more})
	if err != nil {
		return nil, err
	}
	out := &LOO{LogScore: make([]float64, n), K: make([]float64, n)}
	w, err := p.noisePredictor(d)
	if err != nil {
		return nil, err
	}
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
			w.setRate(row)
			k := -1
			w.eachDraw(f, func(f, sigma float64, aux []float64) float64 {
				if k++; w.rate != nil {
					sigma *= elem.Exp(-w.rate(k) / 2)
				}
				return p.logDensity(d, row, f, sigma, aux)
			})
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

// noisePredictor returns a predictor that knows how the noise of the rows varies, if it does.
func (p *Posterior) noisePredictor(d *Data) (*predictor, error) {
	if p.chains[0].variance == nil {
		return &predictor{Posterior: p}, nil
	}
	c, err := p.encode(d)
	if err != nil {
		return nil, err
	}
	return newPredictor(p, c, &PredictOptions{}, nil), nil
}

// setRate sets the precisions of a row, for rows one after another.
func (w *predictor) setRate(row int) {
	if w.codes == nil {
		return
	}
	n := min(predictBlock, w.codes.n-row/predictBlock*predictBlock)
	if row%predictBlock == 0 {
		w.logRates(row, n)
	}
	w.rate = func(k int) float64 { return float64(w.rates[k*n+row%predictBlock]) }
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
