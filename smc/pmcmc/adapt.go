package pmcmc

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc/internal/dense"
)

// walk is a random walk on the whole line that learns the covariance and the
// scale of its steps while it is warming up (Haario, Saksman and Tamminen
// 2001; the scale by stochastic approximation, Andrieu and Thoms 2008,
// algorithm 4).
type walk struct {
	mean     []float64
	cov      [][]float64
	root     [][]float64
	logScale float64
	count    float64
	target   float64
}

func newWalk(dim int, scale []float64, target float64) *walk {
	w := &walk{mean: make([]float64, dim), cov: dense.New(dim, dim), root: dense.New(dim, dim), target: target}
	for d := range dim {
		w.cov[d][d] = scale[d] * scale[d]
		w.root[d][d] = scale[d]
	}
	w.logScale = elem.Log(2.38 / math.Sqrt(float64(dim)))
	return w
}

// propose writes a step from z to next.
func (w *walk) propose(next, z []float64, src *rng.Stream) {
	noise := make([]float64, len(z))
	src.FillNormal(noise)
	scale := elem.Exp(w.logScale)
	for i := range next {
		v := 0.0
		for j := range i + 1 {
			v += float64(w.root[i][j] * noise[j])
		}
		next[i] = z[i] + float64(scale*v)
	}
}

// learn takes the state after a step and its acceptance probability.
func (w *walk) learn(z []float64, acceptance float64) {
	w.count++
	gain := elem.Exp(-0.6 * elem.Log(w.count+1))
	w.logScale += float64(gain * (acceptance - w.target))
	rate := 1 / (w.count + 20) // as if 20 states had shown the first scales
	for i := range z {
		for j := range i + 1 {
			product := (z[i] - w.mean[i]) * (z[j] - w.mean[j])
			if w.count == 1 {
				product = w.cov[i][j]
			}
			w.cov[i][j] += float64(rate * (product - w.cov[i][j]))
			w.cov[j][i] = w.cov[i][j]
		}
	}
	for i := range z {
		if w.count == 1 {
			w.mean[i] = z[i]
		}
		w.mean[i] += float64(rate * (z[i] - w.mean[i]))
	}
	if int(w.count)%10 == 0 {
		next := dense.New(len(z), len(z))
		if dense.Cholesky(next, w.cov) {
			w.root = next
		}
	}
}
