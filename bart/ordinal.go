package bart

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// ordinal draws the thresholds, all latent values integrated out, and then the
// latent values between them.
//
//	y = j  where  γ_(j−1) < z ≤ γ_j,  z ~ Normal(f, 1),  a flat prior on γ_0 < γ_1 < …
type ordinal struct {
	// thresholds are γ_0 < γ_1 < …: level j is between the (j−1)-th and the j-th.
	thresholds, proposed []float64
	// step is the standard deviation of their proposals; 0 keeps them where they are.
	step            float64
	tried, accepted int
}

func (l *ordinal) start(c *chain) {
	most := 0.0
	for _, y := range c.response {
		most = max(most, y)
	}
	l.thresholds = make([]float64, int(most))
	l.proposed = make([]float64, len(l.thresholds))
	// Quantiles of the levels' shares, a little away from 0 and 1.
	n := float64(len(c.response))
	for j := range l.thresholds {
		below := 0.5
		for _, y := range c.response {
			if int(y) <= j {
				below++
			}
		}
		l.thresholds[j] = elem.NormQuantile(min(below/(n+1), 1-0.5/(n+1)))
		if j > 0 {
			l.thresholds[j] = max(l.thresholds[j], l.thresholds[j-1]+1e-3)
		}
	}
	l.step = 1 / math.Sqrt(n)
	l.impute(c)
}

func (l *ordinal) update(c *chain, _ float64) {
	if l.step > 0 {
		l.shift(c)
		l.move(c)
	}
	// The step is tuned while draws are not kept.
	if c.sweeps < c.options.Burn && l.tried == 20 {
		if l.accepted < 4 {
			l.step *= 0.7
		} else if l.accepted > 9 {
			l.step *= 1.4
		}
		l.tried, l.accepted = 0, 0
	}
	l.impute(c)
}

// shift moves thresholds, latent values and f together, of which the likelihood knows nothing and which single
// draws do in small steps only, since each of them is held by the others.
func (l *ordinal) shift(c *chain) {
	mean, variance := c.level()
	delta := mean + float64(c.src.Normal()*math.Sqrt(variance))
	for j := range l.thresholds {
		l.thresholds[j] += delta
	}
	c.lift(delta)
}

// move proposes new thresholds, each from a normal around the present one between the new one
// below and the present one above, and judges them by the likelihood without the latent
// values (Cowles 1996, eq. 4 and 5).
func (l *ordinal) move(c *chain) {
	count := len(l.thresholds)
	if count == 0 {
		return
	}
	l.tried++
	ratio := 0.0
	for j, g := range l.thresholds {
		low, high := math.Inf(-1), math.Inf(1)
		if j > 0 {
			low = l.proposed[j-1]
		}
		if j+1 < count {
			high = l.thresholds[j+1]
		}
		l.proposed[j] = g + float64(l.step*between(c.src, (low-g)/l.step, (high-g)/l.step))
		ratio += logWidth((low-g)/l.step, (high-g)/l.step)
	}
	// The way back: between the old one below and the new one above.
	for j := range l.thresholds {
		low, high := math.Inf(-1), math.Inf(1)
		if j > 0 {
			low = l.thresholds[j-1]
		}
		if j+1 < count {
			high = l.proposed[j+1]
		}
		ratio -= logWidth((low-l.proposed[j])/l.step, (high-l.proposed[j])/l.step)
	}
	for i, y := range c.response {
		f := c.fitted(i)
		ratio += l.logLevel(l.proposed, int(y), f) - l.logLevel(l.thresholds, int(y), f)
	}
	if accept(ratio, c.src) {
		l.accepted++
		l.thresholds, l.proposed = l.proposed, l.thresholds
	}
}

// logWidth is log(Φ(b) − Φ(a)).
func logWidth(a, b float64) float64 {
	if a > 0 {
		a, b = -b, -a
	}
	return elem.Log(max(elem.NormCDF(b)-elem.NormCDF(a), math.SmallestNonzeroFloat64))
}

// logLevel is the log probability of a level.
func (*ordinal) logLevel(thresholds []float64, level int, f float64) float64 {
	return logWidth(levelRange(thresholds, level, f))
}

// levelRange is where z − f lies for a level.
func levelRange(thresholds []float64, level int, f float64) (low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	if level > 0 {
		low = thresholds[level-1] - f
	}
	if level < len(thresholds) {
		high = thresholds[level] - f
	}
	return low, high
}

// impute draws the latent values.
func (l *ordinal) impute(c *chain) {
	c.noise2 = 1
	for i, y := range c.response {
		f := c.fitted(i)
		low, high := levelRange(l.thresholds, int(y), f)
		c.setTarget(i, f+truncated(c.src, low, high))
	}
}

// truncated returns a standard normal number in (a, b), either of which may be infinite.
func truncated(src *rng.Stream, a, b float64) float64 {
	switch {
	case math.IsInf(a, -1) && math.IsInf(b, 1):
		return src.Normal()
	case math.IsInf(b, 1):
		return above(src, a)
	case math.IsInf(a, -1):
		return -above(src, -b)
	}
	return between(src, a, b)
}

func (l *ordinal) aux(dst []float64) []float64 { return append(dst, l.thresholds...) }

func (l *ordinal) restore(aux []float64) { copy(l.thresholds, aux) }
