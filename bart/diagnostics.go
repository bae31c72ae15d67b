package bart

import (
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/tensor"
)

// Diagnostics tell how far the draws can be trusted. Trees mix slowly: with some
// ten thousand rows an R-hat of f below 1.05 takes more sweeps than anybody makes, and the
// stretched intervals of several pooled chains are good long before.
type Diagnostics struct {
	// SigmaRHat and SigmaESS are of σ. R-hat is NaN for one chain.
	SigmaRHat, SigmaESS float64
	// RHat and ESS are of f at the watched training rows, with what stands beside the trees.
	RHat, ESS []float64
	// Stretch is the factor by which Predict widens the draws.
	Stretch float64
	// Warnings say in words what is wrong.
	Warnings []string
}

// Diagnose compares the chains.
func (p *Posterior) Diagnose() *Diagnostics {
	d := &Diagnostics{Stretch: p.Stretch()}
	n := p.shortest()
	sigma := make([][]float64, len(p.chains))
	for c := range p.chains {
		sigma[c] = p.chains[c].Sigma[:n]
	}
	d.SigmaRHat, d.SigmaESS = diag.RHat(sigma), diag.ESSBulk(sigma)
	d.RHat, d.ESS = make([]float64, len(p.watched)), make([]float64, len(p.watched))
	for i := range p.watched {
		f := p.watchedDraws(i, n)
		d.RHat[i], d.ESS[i] = diag.RHat(f), diag.ESSMean(f)
	}
	d.Warnings = p.warnings(d)
	return d
}

// shortest is the number of draws that every chain has at least.
func (p *Posterior) shortest() int {
	n := math.MaxInt
	for c := range p.chains {
		n = min(n, len(p.chains[c].Sigma))
	}
	return n
}

// watchedDraws returns the draws of f at watched row i, the first n of each chain.
func (p *Posterior) watchedDraws(i, n int) [][]float64 {
	w := len(p.watched)
	f := make([][]float64, len(p.chains))
	for c := range f {
		f[c] = make([]float64, n)
		for t := range n {
			f[c][t] = p.chains[c].Watched[t*w+i]
		}
	}
	return f
}

func (p *Posterior) warnings(d *Diagnostics) []string {
	var all []string
	if len(p.chains) == 1 {
		all = append(all, "one chain cannot see how far it is from mixing: its intervals are not calibrated and mostly too narrow; use 4 chains")
	}
	if columns := len(p.grid.features); p.rows <= columns && p.options.Family != DiscreteTime {
		all = append(all, fmt.Sprintf("%d rows of %d columns: the prior decides much of f, which is drawn towards the mean; many small effects are not told from none, "+
			"and intervals may be too narrow for them; see what new rows or leave-one-out scores say", p.rows, columns))
	}
	if p.Interrupted {
		all = append(all, "the fit was cut short: chains have fewer draws than asked for")
	}
	if typical := median(d.RHat); typical > 1.1 {
		all = append(all, "chains differ in f (median R-hat above 1.1): pooled intervals are usable and have been widened, but do not claim convergence")
	}
	return all
}

// median returns the median of the values that are numbers, NaN if there are none.
func median(x []float64) float64 {
	var sorted []float64
	for _, v := range x {
		if !math.IsNaN(v) {
			sorted = append(sorted, v)
		}
	}
	if len(sorted) == 0 {
		return math.NaN()
	}
	slices.Sort(sorted)
	return tensor.Quantile(sorted, 0.5)
}

// Stretch is the factor by which the spread of pooled draws falls short of the
// sum of the variances within and between chains,
//
//	√((W + B) / (W + B(C−1)/C)),
//
// W and B averaged over the watched rows, C the number of chains. It is 1 for one chain.
func (p *Posterior) Stretch() float64 {
	count := float64(len(p.chains))
	n := p.shortest()
	if count < 2 || n < 2 || len(p.watched) == 0 {
		return 1
	}
	within, between := 0.0, 0.0
	means := make([]float64, len(p.chains))
	for i := range p.watched {
		for c, f := range p.watchedDraws(i, n) {
			means[c] = tensor.Mean(f)
			within += tensor.Variance(f) / count
		}
		between += tensor.Variance(means)
	}
	pooled := within + float64(between*(count-1)/count)
	if !(pooled > 0) {
		return 1
	}
	return math.Sqrt((within + between) / pooled)
}
