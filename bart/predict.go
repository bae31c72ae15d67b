package bart

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// PredictOptions are the choices of a prediction; zeros stand for the defaults.
type PredictOptions struct {
	// Quantiles are the probabilities for which quantiles are computed. Default
	// 0.05, 0.5 and 0.95.
	Quantiles []float64
	// Scale tells what is predicted: f itself, or the response that it stands for. Default
	// ResponseScale.
	Scale Scale
	// Noise makes the quantiles those of a new observation instead of those of f.
	Noise bool
	// Raw leaves the draws as the chains have them. By default those of several
	// chains are stretched about their mean by Posterior.Stretch.
	Raw bool
	// Draws keeps all draws in the prediction.
	Draws bool
	// Weights are the precisions of the new observations, for Noise; nil is 1.
	Weights []float64
	// Seed names the random numbers of the noise.
	Seed uint64
	// Workers is the number of goroutines. Default: as many as there are processors.
	Workers int

	// more adds to the draws of f of a row what others than the trees add; nil for nothing.
	more func(row int, f []float64)
}

// Prediction is what the posterior says about rows.
type Prediction struct {
	// Mean and SD are the mean and the standard deviation, by row, of the function, or of
	// what Scale makes of it.
	Mean, SD []float64
	// Probabilities are those of the quantiles; Quantiles[k] has one number a row.
	Probabilities []float64
	Quantiles     [][]float64
	// Draws has, if they were asked for, the draws of f by draw and row, or
	// of new observations with Noise; the draws of the chains follow one another.
	Draws [][]float64
}

// Predict evaluates the fit at the rows of d, whose columns are found by name. A
// missing value goes the way that a split has for it; so does a level that no training row had.
func (p *Posterior) Predict(ctx context.Context, d *Data, o PredictOptions) (*Prediction, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	c, err := p.encode(d)
	if err != nil {
		return nil, err
	}
	return p.predict(ctx, c, o)
}

// complete returns the options with defaults filled in.
func (o PredictOptions) complete() (PredictOptions, error) {
	if o.Quantiles == nil {
		o.Quantiles = []float64{0.05, 0.5, 0.95}
	}
	for _, q := range o.Quantiles {
		if !(q >= 0 && q <= 1) {
			return o, fmt.Errorf("bart: a quantile for probability %v: want 0 to 1", q)
		}
	}
	fill(&o.Workers, runtime.GOMAXPROCS(0))
	return o, nil
}

// predict is Predict of rows that are encoded.
func (p *Posterior) predict(ctx context.Context, c *codes, o PredictOptions) (*Prediction, error) {
	if o.Weights != nil && len(o.Weights) != c.n {
		return nil, fmt.Errorf("bart: %d weights for %d rows", len(o.Weights), c.n)
	}
	out := &Prediction{Mean: make([]float64, c.n), SD: make([]float64, c.n), Probabilities: slices.Clone(o.Quantiles)}
	out.Quantiles = matrix(len(o.Quantiles), c.n)
	if o.Draws {
		out.Draws = matrix(p.Draws(), c.n)
	}
	blocks := (c.n + predictBlock - 1) / predictBlock
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(o.Workers, blocks) {
		workers.Go(func() {
			w := newPredictor(p, c, &o, out)
			for b := int(next.Add(1)) - 1; b < blocks && ctx.Err() == nil; b = int(next.Add(1)) - 1 {
				w.block(b)
			}
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("bart: prediction cut short: %w", err)
	}
	return out, nil
}

func matrix(rows, columns int) [][]float64 {
	flat := make([]float64, rows*columns)
	m := make([][]float64, rows)
	for i := range m {
		m[i] = flat[i*columns : (i+1)*columns : (i+1)*columns]
	}
	return m
}

// encode finds the columns of the fit in d and turns them into codes.
func (p *Posterior) encode(d *Data) (*codes, error) {
	if err := d.validate(); err != nil {
		return nil, err
	}
	found := Data{Columns: make([]Column, len(p.grid.features))}
	for j := range p.grid.features {
		f := &p.grid.features[j]
		i := slices.IndexFunc(d.Columns, func(c Column) bool { return c.Name == f.name })
		if i < 0 {
			return nil, fmt.Errorf("bart: no column %q, which the fit has", f.name)
		}
		column := d.Columns[i]
		if column.Kind != f.kind {
			return nil, fmt.Errorf("bart: column %q is %v, the fit has it %v", f.name, column.Kind, f.kind)
		}
		found.Columns[j] = f.translate(column)
	}
	c := p.grid.encode(&found)
	var err error
	if c.basis, err = basisRows(p.basis, &found); err != nil {
		return nil, err
	}
	if d.Exposure != nil && !counted(p.options.Family) {
		return nil, fmt.Errorf("bart: exposures are for counts, not for the %v family", p.options.Family)
	}
	c.exposure = d.Exposure
	return c, validatePositive("exposure", d.Exposure, c.n)
}

// translate returns the column with the numbers that its levels have in the fit, by
// their names; a level without a number there becomes missing.
func (f *feature) translate(c Column) Column {
	if c.Levels == nil || f.names == nil || slices.Equal(c.Levels, f.names) {
		return c
	}
	number := make([]float64, len(c.Levels))
	for i, name := range c.Levels {
		number[i] = float64(slices.Index(f.names, name))
		if number[i] < 0 {
			number[i] = math.NaN()
		}
	}
	values := make([]float64, len(c.Values))
	for i, x := range c.Values {
		values[i] = x
		if !math.IsNaN(x) {
			values[i] = number[int(x)]
		}
	}
	c.Values = values
	return c
}

// predictor works on blocks of rows. It is for one goroutine.
type predictor struct {
	*Posterior
	codes   *codes
	o       *PredictOptions
	out     *Prediction
	e       *evaluator
	sums    []float32 // draws × block
	column  []float64
	rates   []float32 // log precisions, draws × block; nil if they do not vary
	stretch float64
	rate    func(draw int) float64 // log precision of the present row; nil for 0
	noise   rng.Key
}

func newPredictor(p *Posterior, c *codes, o *PredictOptions, out *Prediction) *predictor {
	w := &predictor{Posterior: p, codes: c, o: o, out: out, stretch: 1, noise: rng.NewKey(o.Seed).Child("noise")}
	w.e = newEvaluator(p.grid, c, p.kernel())
	w.sums = make([]float32, p.Draws()*min(predictBlock, c.n))
	w.column = make([]float64, p.Draws())
	if !o.Raw {
		w.stretch = p.Stretch()
	}
	return w
}

func (p *Posterior) kernel() Kernel {
	if p.options.Kernel == nil {
		return Reference{}
	}
	return p.options.Kernel
}

// block predicts one block of rows.
func (w *predictor) block(b int) {
	from := b * predictBlock
	n := min(predictBlock, w.codes.n-from)
	clear(w.sums)
	at := 0
	for i := range w.chains {
		f := w.chains[i].forests
		for draw := range f.draws() {
			w.e.add(w.sums[at:at+n], f, draw, from)
			at += n
		}
	}
	if w.o.Noise {
		w.logRates(from, n)
	}
	for i := range n {
		if w.rates != nil {
			w.rate = func(k int) float64 { return float64(w.rates[k*n+i]) }
		}
		for k := range w.column {
			w.column[k] = w.scaling.back(float64(w.sums[k*n+i]))
		}
		w.row(from+i, w.column)
	}
}

// row summarises the draws of f at one row, which it changes.
func (w *predictor) row(i int, f []float64) {
	if w.o.more != nil {
		w.o.more(i, f)
	}
	mean := tensor.Mean(f)
	for k := range f {
		f[k] = mean + float64(w.stretch*(f[k]-mean))
	}
	if w.codes.exposure != nil && (w.o.Noise || w.o.Scale == ResponseScale) {
		offset := elem.Log(w.codes.exposure[i])
		for k := range f {
			f[k] += offset
		}
	}
	if w.o.Noise {
		w.out.Mean[i], w.out.SD[i] = w.moments(f, mean)
		w.addNoise(i, f)
	} else if w.o.Scale == ResponseScale {
		w.eachDraw(f, w.toResponse)
		w.out.Mean[i], w.out.SD[i] = tensor.Mean(f), deviation(f)
	} else {
		w.out.Mean[i], w.out.SD[i] = mean, deviation(f)
	}
	if w.out.Draws != nil {
		for k := range f {
			w.out.Draws[k][i] = f[k]
		}
	}
	quantilesOf(w.out, i, f)
}

// quantilesOf sets the quantiles of a row from its draws, which it sorts.
func quantilesOf(p *Prediction, i int, draws []float64) {
	if len(p.Probabilities) == 0 {
		return
	}
	slices.Sort(draws)
	for k, q := range p.Probabilities {
		p.Quantiles[k][i] = tensor.Quantile(draws, q)
	}
}

// moments returns mean and standard deviation of the response that f stands for.
func (w *predictor) moments(f []float64, mean float64) (m, sd float64) {
	if w.o.Scale != ResponseScale || w.options.Family == Gaussian {
		return mean, deviation(f)
	}
	copied := slices.Clone(f)
	w.eachDraw(copied, w.toResponse)
	return tensor.Mean(copied), deviation(copied)
}

// deviation is the standard deviation, also where its square is too small or too large to be a number.
func deviation(x []float64) float64 {
	if v := tensor.Variance(x); v > 1e-280 && v < 1e280 {
		return math.Sqrt(v)
	}
	largest := 0.0
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	if !(largest > 0) || math.IsInf(largest, 0) {
		return largest
	}
	scaled := make([]float64, len(x))
	for i, v := range x {
		scaled[i] = v / largest
	}
	return largest * math.Sqrt(tensor.Variance(scaled))
}

// eachDraw replaces the draws of f by a function of f, σ and the other unknowns.
func (w *predictor) eachDraw(f []float64, value func(f, sigma float64, aux []float64) float64) {
	k := 0
	for c := range w.chains {
		chain := &w.chains[c]
		width := len(chain.Aux) / len(chain.Sigma)
		for draw, sigma := range chain.Sigma {
			f[k] = value(f[k], sigma, chain.Aux[draw*width:(draw+1)*width])
			k++
		}
	}
}

// addNoise makes the draws of f draws of an observation.
func (w *predictor) addNoise(i int, f []float64) {
	src := w.noise.Child("row", uint64(i)).Stream()
	root := math.Sqrt(weightOf(w.o.Weights, i))
	k := -1
	w.eachDraw(f, func(f, sigma float64, aux []float64) float64 {
		if k++; w.rate != nil {
			sigma *= elem.Exp(-w.rate(k) / 2)
		}
		return w.observe(src, f, sigma/root, aux)
	})
}
