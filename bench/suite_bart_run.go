package bench

import (
	"context"
	"math"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/bart"
	"github.com/quatre-ppl/quatre/elem"
)

// runBart does a case of the suite of trees.
func runBart(ctx context.Context, t *Trial) (Figures, error) {
	var p bartParams
	if err := t.Read(&p); err != nil {
		return nil, err
	}
	if t.Variant == "default" && p.Kind != "fit" {
		return nil, errMissing{"the same code as that of quatre"}
	}
	train, test, err := p.generate(t.Seed)
	if err != nil {
		return nil, err
	}
	d := &train.Data
	o := bart.Options{Seed: t.Seed, Trees: p.Trees, Chains: 1, Regrow: p.Regrow, Burn: p.Burn, Draws: p.Draws, Workers: t.Cores, Proposals: p.Proposals}
	if o.Burn == 0 {
		o.Burn = -1 // none
	}
	if t.Variant == "default" {
		o = bart.Options{Seed: t.Seed, Workers: t.Cores}
	}
	switch p.Kind {
	case "sweep", "regrow":
		return p.difference(ctx, d, o)
	case "memory":
		return p.memory(ctx, d, o)
	}
	began := time.Now()
	post, err := quatre.FitTrees(ctx, d, o)
	if err != nil {
		return nil, err
	}
	seconds := time.Since(began).Seconds()
	if p.Kind == "predict" {
		return p.prediction(ctx, post, &test.Data, t.Cores)
	}
	pred, err := post.Predict(ctx, &test.Data, bart.PredictOptions{Draws: true, Quantiles: []float64{0.05, 0.95}, Workers: t.Cores})
	if err != nil {
		return nil, err
	}
	f := scoreTrees(post, pred, test)
	f["seconds"] = seconds
	return f, nil
}

// fitSeconds is how long a fit takes.
func fitSeconds(ctx context.Context, d *bart.Data, o bart.Options) (float64, error) {
	began := time.Now()
	_, err := quatre.FitTrees(ctx, d, o)
	return time.Since(began).Seconds(), err
}

// difference returns the cost of More sweeps, by fits with and without them.
func (p *bartParams) difference(ctx context.Context, d *bart.Data, o bart.Options) (Figures, error) {
	short, err := fitSeconds(ctx, d, o)
	if err != nil {
		return nil, err
	}
	units, name := float64(p.Rows)*float64(p.Trees)*float64(p.More), nsSweep
	if p.Kind == "regrow" {
		o.Regrow += p.More
		units, name = units*float64(p.Columns), nsRegrow
	} else {
		o.Draws += p.More
	}
	long, err := fitSeconds(ctx, d, o)
	if err != nil {
		return nil, err
	}
	return Figures{"seconds": long - short, name: 1e9 * (long - short) / units}, nil
}

// prediction times the prediction of rows.
func (p *bartParams) prediction(ctx context.Context, post *bart.Posterior, rows *bart.Data, cores int) (Figures, error) {
	began := time.Now()
	if _, err := post.Predict(ctx, rows, bart.PredictOptions{Quantiles: []float64{}, Workers: cores}); err != nil {
		return nil, err
	}
	seconds := time.Since(began).Seconds()
	return Figures{"seconds": seconds, nsPredict: 1e9 * seconds / (float64(p.Tests) * float64(p.Trees) * float64(post.Draws()))}, nil
}

// memory fits and looks at the peak of resident memory, less what the process held before with the data
// alone.
func (p *bartParams) memory(ctx context.Context, d *bart.Data, o bart.Options) (Figures, error) {
	debug.FreeOSMemory() // so that the fit cannot use what making the data has left
	if err := forgetPeak(); err != nil {
		return nil, err
	}
	before := peakKiB("self")
	seconds, err := fitSeconds(ctx, d, o)
	if err != nil {
		return nil, err
	}
	f := Figures{"seconds": seconds}
	if kib := peakKiB("self"); kib > 0 {
		f[MiB] = float64(kib) / 1024
		f[bytesRow] = 1024 * float64(kib-before) / (float64(p.Rows) * float64(p.Trees))
	}
	runtime.KeepAlive(d)
	return f, nil
}

// scoreTrees compares a prediction with the truth.
func scoreTrees(post *bart.Posterior, pred *bart.Prediction, test *bartRows) Figures {
	var sigma []float64
	for _, c := range post.Chains() {
		sigma = append(sigma, c.Sigma...)
	}
	n := float64(len(test.f))
	squares, covered, coveredY, score, interval := 0.0, 0.0, 0.0, 0.0, 0.0
	step := max(len(sigma)/100, 1)
	for i, f := range test.f {
		squares += (pred.Mean[i] - f) * (pred.Mean[i] - f) / n
		low, high := pred.Quantiles[0][i], pred.Quantiles[1][i]
		if f >= low && f <= high {
			covered += 1 / n
		}
		interval += (high - low + 20*(max(low-f, 0)+max(f-high, 0))) / n
		cdf, sd, centres := 0.0, make([]float64, 0, 100), make([]float64, 0, 100)
		for k, s := range sigma {
			cdf += elem.NormCDF((test.Y[i]-pred.Draws[k][i])/s) / float64(len(sigma))
			if k%step == 0 {
				sd, centres = append(sd, s), append(centres, pred.Draws[k][i])
			}
		}
		if cdf >= 0.05 && cdf <= 0.95 {
			coveredY += 1 / n
		}
		score += crps(test.Y[i], centres, sd) / n
	}
	mean := 0.0
	for _, s := range sigma {
		mean += s / float64(len(sigma))
	}
	return Figures{"rmse": math.Sqrt(squares), "cover": covered, "interval": interval, "cover y": coveredY, "crps": score, "sigma": mean}
}

// crps is the continuous ranked probability score at y of a mixture of normals in equal parts (Grimit
// et al. 2006).
func crps(y float64, centres, sd []float64) float64 {
	absolute := func(mean, sd float64) float64 { // E|X| of a normal X
		z := mean / sd
		return 2*sd*math.Exp(-z*z/2)/math.Sqrt(2*math.Pi) + mean*(2*elem.NormCDF(z)-1)
	}
	first, second, n := 0.0, 0.0, float64(len(sd))
	for k := range sd {
		first += absolute(y-centres[k], sd[k]) / n
		for l := range sd {
			second += absolute(centres[k]-centres[l], math.Hypot(sd[k], sd[l])) / (n * n)
		}
	}
	return first - second/2
}
