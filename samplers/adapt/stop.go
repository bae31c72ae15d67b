package adapt

import "math"

// Limits within which a warmup counts as settled.
const (
	// mostDriftAll and mostDriftOne bound the squared difference between the means
	// of the two halves of the draws, in variances: the mean over all coordinates,
	// and the largest. Independent draws have 4/n.
	mostDriftAll = 0.25
	mostDriftOne = 2
	// mostRegret and slackRegret bound the divergence of draws under a metric
	// fitted to other draws: times that under their own, plus so much per
	// coordinate. A scale that is wrong by 15 % costs 0.1.
	mostRegret  = 1.5
	slackRegret = 0.1
	// mapGain is the factor by which a new map must lower the divergence to count
	// as a change, beside slackRegret.
	mapGain = 0.7
	// settling is the number of draws in which the step size settles at last.
	settling = 50
)

// agrees reports that draws tell the same in their first and second half: the
// chain has come to where it will stay, and what one half says of the metric
// holds for the other.
func (w *window) agrees() bool {
	half := w.count / 2
	first, second := w.part(0, half), w.part(half, w.count)
	return !drifts(first, second) && holds(first, second) && holds(second, first)
}

// drifts reports whether the means of two runs of draws differ by more than
// draws of one distribution do.
func drifts(a, b *part) bool {
	all := 0.0
	for i := range a.dim {
		d := a.meanZ[i] - b.meanZ[i]
		variance := 0.5 * (a.variance(i) + b.variance(i))
		ratio := float64(d*d) / variance
		if !(ratio <= mostDriftOne) && variance > 0 {
			return true
		}
		all += ratio
	}
	return !(all <= mostDriftAll*float64(a.dim))
}

// variance returns that of coordinate i.
func (p *part) variance(i int) float64 {
	sum := 0.0
	for k := range p.count {
		d := p.z[k*p.dim+i] - p.meanZ[i]
		sum += float64(d * d)
	}
	return sum / float64(p.count)
}

// holds reports whether the diagonal of one run of draws suits another.
func holds(fitted, tested *part) bool {
	theirs := tested.misfit(fitted.scales(), &none).mean
	own := tested.misfit(tested.scales(), &none).mean
	return theirs <= float64(mostRegret*own)+float64(slackRegret*float64(tested.dim))
}

// spread returns the divergence of all draws of the window under their own
// diagonal, by which maps are compared.
func (w *window) spread() float64 {
	if w.count < 2 {
		return math.Inf(1)
	}
	all := w.part(0, w.count)
	return all.misfit(all.scales(), &none).mean
}
