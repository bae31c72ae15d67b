package bart

import (
	"context"
	"fmt"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/tensor"
)

// spreadOfRates is the prior standard deviation of the logarithm of a row's precision.
const spreadOfRates = 1.0

// newVariance adds the trees of the variance to a chain.
func (c *chain) newVariance() {
	o := c.options
	// The variance of log φ is about 1/shape in each tree.
	model := &rateLeaf{shape: float64(o.VarianceTrees) / (spreadOfRates * spreadOfRates)}
	prior := newTreePrior(c.grid, o.Prior.Alpha, o.Prior.Beta, o.Prior.MinLeaf, o.FeatureWeights)
	c.variance = newEnsemble(c.grid, c.codes, prior, o.moveWeights(), model, o.Kernel, o.VarianceTrees)
	for j := range c.variance.trees {
		c.variance.trees[j].values[0] = 1
	}
	if c.mean.weights == nil {
		c.ownWeights()
		for i := range c.mean.weights {
			c.mean.weights[i] = 1
		}
	}
	c.rates = make([]float64, len(c.target))
	c.kept.variance = newForests(o.VarianceTrees, 1)
}

// sweepVariance updates the trees of the variance given the settled residual, sets the weights
// of the rows to their precisions and returns the sum of the weighted squares.
func (c *chain) sweepVariance() float64 {
	e := c.variance
	c.findRates()
	for i, r := range c.mean.resid {
		squared := float64(r) * float64(r)
		e.resid[i] = float32(squared / (2 * c.noise2) * c.baseWeight(i) * c.rates[i])
	}
	e.last = -1
	e.sweep(c.src)
	c.setPrecisions()
	sum := 0.0
	for i, r := range c.mean.resid {
		sum += float64(c.baseWeight(i) * c.rates[i] * float64(r) * float64(r))
	}
	return sum
}

// setPrecisions sets the weights of the rows to their precisions.
func (c *chain) setPrecisions() {
	c.findRates()
	for i, rate := range c.rates {
		c.mean.weights[i] = float32(c.baseWeight(i) * rate)
	}
}

// baseWeight is the weight that the user gave.
func (c *chain) baseWeight(i int) float64 {
	if c.problem.weights == nil {
		return 1
	}
	return float64(c.problem.weights[i])
}

// findRates sets the rows' products of factors.
func (c *chain) findRates() {
	for i := range c.rates {
		c.rates[i] = 1
	}
	for j := range c.variance.trees {
		t := &c.variance.trees[j]
		for i, leaf := range t.rows {
			c.rates[i] *= float64(t.values[leaf])
		}
	}
}

// keepVariance stores the trees of the variance, their factors as logarithms, which add.
func (c *chain) keepVariance() {
	k := c.kept.variance
	from := len(k.values)
	k.appendEnsemble(c.variance)
	for i := from; i < len(k.values); i++ {
		k.values[i] = float32(elem.Log(float64(k.values[i])))
	}
}

// PredictSigma returns the standard deviation of the noise at the rows of d, in Mean, SD and
// Quantiles as Predict has them: one that varies with x if the fit has VarianceTrees.
func (p *Posterior) PredictSigma(ctx context.Context, d *Data, quantiles []float64) (*Prediction, error) {
	if p.options.Family != Gaussian && p.options.Family != Survival {
		return nil, fmt.Errorf("bart: sigma of the %v family: it has none", p.options.Family)
	}
	c, err := p.encode(d)
	if err != nil {
		return nil, err
	}
	out := &Prediction{Mean: make([]float64, c.n), SD: make([]float64, c.n), Probabilities: slices.Clone(quantiles), Quantiles: matrix(len(quantiles), c.n)}
	w := newPredictor(p, c, &PredictOptions{}, out)
	for from := 0; from < c.n && ctx.Err() == nil; from += predictBlock {
		n := min(predictBlock, c.n-from)
		w.logRates(from, n)
		for i := range n {
			w.eachDraw(w.column, func(_, sigma float64, _ []float64) float64 { return sigma })
			if w.rates != nil {
				for k := range w.column {
					w.column[k] *= elem.Exp(-float64(w.rates[k*n+i]) / 2)
				}
			}
			out.Mean[from+i], out.SD[from+i] = tensor.Mean(w.column), deviation(w.column)
			quantilesOf(out, from+i, w.column)
		}
	}
	return out, ctx.Err()
}

// logRates computes the log precisions of a block of rows, if the fit has any.
func (w *predictor) logRates(from, n int) {
	if w.chains[0].variance == nil {
		return
	}
	if w.rates == nil {
		w.rates = make([]float32, w.Draws()*min(predictBlock, w.codes.n))
	}
	clear(w.rates)
	at := 0
	for i := range w.chains {
		f := w.chains[i].variance
		for draw := range f.draws() {
			w.e.add(w.rates[at:at+n], f, draw, from)
			at += n
		}
	}
}
