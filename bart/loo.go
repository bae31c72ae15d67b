package bart

import (
	"context"
	"fmt"
	"math"
	"slices"

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
		out.K[i] = smoothTail(weights)
		for k := range logp {
			logp[k] += weights[k]
		}
		out.LogScore[i] = tensor.LogSumExp(logp) - tensor.LogSumExp(weights)
		if !(out.K[i] <= 0.7) {
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

// smoothTail replaces the largest log weights by the expected order statistics of
// a generalized Pareto law fitted to them, none above the largest, and returns its shape
// (Vehtari et al. 2024, "Pareto smoothed importance sampling", section 3).
func smoothTail(logw []float64) float64 {
	n := len(logw)
	tail := min(n/5, int(3*math.Sqrt(float64(n))))
	largest := slices.Max(logw)
	for i := range logw {
		logw[i] -= largest
	}
	if tail < 5 {
		return math.Inf(1)
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case logw[a] < logw[b]:
			return -1
		case logw[a] > logw[b]:
			return 1
		}
		return 0
	})
	cutoff := elem.Exp(logw[order[n-tail-1]])
	excess := make([]float64, tail)
	for j := range excess {
		excess[j] = elem.Exp(logw[order[n-tail+j]]) - cutoff
	}
	if excess[tail-1] <= 0 {
		return 0 // all weights are equal
	}
	k, scale := fitPareto(excess)
	if math.IsInf(k, 0) || math.IsNaN(k) {
		return math.Inf(1)
	}
	for j := range excess {
		u := (float64(j) + 0.5) / float64(tail)
		quantile := -scale * elem.Log1p(-u)
		if k != 0 {
			quantile = scale * elem.Expm1(-k*elem.Log1p(-u)) / k
		}
		logw[order[n-tail+j]] = min(elem.Log(cutoff+quantile), 0)
	}
	return k
}

// fitPareto returns shape and scale of the generalized Pareto law of an ascending sample by the
// weighted profile likelihood of Zhang and Stephens (2009), with the weak prior for the
// shape of Vehtari et al. (2024), appendix G.
func fitPareto(x []float64) (k, scale float64) {
	n := len(x)
	count := 30 + int(math.Sqrt(float64(n)))
	quartile := x[max((n+2)/4-1, 0)]
	if quartile <= 0 {
		quartile = x[n-1] / 4
	}
	theta, logLik := make([]float64, count), make([]float64, count)
	for j := range theta {
		theta[j] = 1/x[n-1] + (1-math.Sqrt(float64(count)/(float64(j)+0.5)))/(3*quartile)
		shape := paretoShape(x, theta[j])
		logLik[j] = float64(n) * (elem.Log(-theta[j]/shape) - shape - 1)
	}
	total, mean := tensor.LogSumExp(logLik), 0.0
	for j := range theta {
		mean += float64(theta[j] * elem.Exp(logLik[j]-total))
	}
	k = paretoShape(x, mean)
	scale = -k / mean
	k = (float64(k*float64(n)) + 5) / (float64(n) + 10)
	return k, scale
}

// paretoShape is the shape that belongs to theta: the mean of log(1 − theta·x).
func paretoShape(x []float64, theta float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += elem.Log1p(-float64(theta * v))
	}
	return sum / float64(len(x))
}
