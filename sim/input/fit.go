package input

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim/stat"
)

// Fitted is a law whose parameters were estimated from a sample.
type Fitted struct {
	Name string
	Law  Law
	// CDF is the distribution function.
	CDF func(x float64) float64
	// LogLikelihood is the largest one, AIC is 2·parameters − 2·LogLikelihood.
	LogLikelihood, AIC float64
	// KS and AD are the statistics of Kolmogorov and Smirnov and of Anderson
	// and Darling; KSP and ADP the probabilities of larger ones if the law is
	// right. As the parameters come from the same sample, they are found by
	// repeating the fit to samples from the fitted law.
	KS, KSP, AD, ADP float64
}

// family is a set of laws that Fit tries.
type family struct {
	name       string
	parameters int
	positive   bool // wants numbers > 0
	fit        func(x []float64) (Law, func(x float64) float64, func(x float64) float64)
}

// bootstrap is the number of samples that the p-values come from.
const bootstrap = 200

// Fit fits the exponential, gamma, log-normal, normal, uniform and Weibull laws
// to a sample by maximum likelihood and returns those that are possible, the
// smallest AIC first. Among others, the uniform law has a likelihood that grows
// as its bounds shrink to the sample; compare it with care.
func Fit(sample []float64, key rng.Key) ([]Fitted, error) {
	if len(sample) < 5 {
		return nil, fmt.Errorf("input: a sample of %d: want at least 5", len(sample))
	}
	for i, x := range sample {
		if err := finite(fmt.Sprintf("observation %d", i+1), x); err != nil {
			return nil, fmt.Errorf("input: fit: %w", err)
		}
	}
	low, high := slices.Min(sample), slices.Max(sample)
	if low == high {
		return nil, fmt.Errorf("input: all %d observations are %v: that is no random number", len(sample), low)
	}
	var out []Fitted
	for _, f := range families {
		if f.positive && low <= 0 {
			continue
		}
		out = append(out, f.fitted(sample, key.Child(f.name).Stream()))
	}
	slices.SortStableFunc(out, func(a, b Fitted) int { return cmp.Compare(a.AIC, b.AIC) })
	return out, nil
}

// fitted fits one family.
func (f *family) fitted(sample []float64, s *rng.Stream) Fitted {
	law, cdf, logDensity := f.fit(sample)
	out := Fitted{Name: f.name, Law: law, CDF: cdf}
	for _, x := range sample {
		out.LogLikelihood += logDensity(x)
	}
	out.AIC = 2*float64(f.parameters) - 2*out.LogLikelihood
	out.KS, _ = stat.KolmogorovSmirnov(sample, cdf)
	out.AD = stat.AndersonDarling(sample, cdf)
	other := make([]float64, len(sample))
	ks, ad := 0, 0
	for range bootstrap {
		law.Fill(other, s)
		_, c, _ := f.fit(other)
		if d, _ := stat.KolmogorovSmirnov(other, c); d >= out.KS {
			ks++
		}
		if stat.AndersonDarling(other, c) >= out.AD {
			ad++
		}
	}
	out.KSP, out.ADP = float64(ks+1)/(bootstrap+1), float64(ad+1)/(bootstrap+1)
	return out
}

// families are the laws that Fit tries.
var families = []family{
	{"exponential", 1, true, fitExponential},
	{"gamma", 2, true, fitGamma},
	{"lognormal", 2, true, fitLogNormal},
	{"normal", 2, false, fitNormal},
	{"uniform", 2, false, fitUniform},
	{"weibull", 2, true, fitWeibull},
}

type function = func(x float64) float64

func fitExponential(x []float64) (Law, function, function) {
	mean := stat.Mean(x)
	return exponential{mean},
		func(x float64) float64 { return -elem.Expm1(-max(0, x) / mean) },
		func(x float64) float64 { return -elem.Log(mean) - x/mean }
}

// normalMoments returns the mean and the standard deviation with divisor n.
func normalMoments(x []float64) (mean, sd float64) {
	n := float64(len(x))
	return stat.Mean(x), stat.StandardDeviation(x) * math.Sqrt((n-1)/n)
}

func logNormalDensity(z, sd float64) float64 {
	return -float64(z*z/2) - elem.Log(sd) - 0.9189385332046727 // log √(2π)
}

func fitNormal(x []float64) (Law, function, function) {
	mean, sd := normalMoments(x)
	return normal{mean, sd},
		func(x float64) float64 { return elem.NormCDF((x - mean) / sd) },
		func(x float64) float64 { return logNormalDensity((x-mean)/sd, sd) }
}

func fitLogNormal(x []float64) (Law, function, function) {
	logs := make([]float64, len(x))
	for i := range x {
		logs[i] = elem.Log(x[i])
	}
	mu, sigma := normalMoments(logs)
	return logNormal{mu, sigma},
		func(x float64) float64 { return elem.NormCDF((elem.Log(x) - mu) / sigma) },
		func(x float64) float64 { return logNormalDensity((elem.Log(x)-mu)/sigma, sigma) - elem.Log(x) }
}

func fitUniform(x []float64) (Law, function, function) {
	low, high := slices.Min(x), slices.Max(x)
	return uniform{low, high},
		func(x float64) float64 { return min(1, max(0, (x-low)/(high-low))) },
		func(float64) float64 { return -elem.Log(high - low) }
}

// fitGamma solves log k − ψ(k) = log(mean) − mean(log) by Newton's method in
// log k, from the approximation of Minka 2002.
func fitGamma(x []float64) (Law, function, function) {
	mean, logs := stat.Mean(x), 0.0
	for _, v := range x {
		logs += elem.Log(v)
	}
	s := max(1e-12, elem.Log(mean)-logs/float64(len(x)))
	k := (3 - s + math.Sqrt(float64((s-3)*(s-3))+float64(24*s))) / (12 * s)
	for range 50 {
		step := (elem.Log(k) - elem.Digamma(k) - s) / (1 - float64(k*elem.Trigamma(k)))
		next := float64(k * elem.Exp(-step))
		if !(next > 0) || math.Abs(next-k) < float64(1e-13*k) {
			break
		}
		k = next
	}
	scale := mean / k
	return gamma{k, scale},
		func(x float64) float64 { return elem.GammaP(k, max(0, x)/scale) },
		func(x float64) float64 {
			return float64((k-1)*elem.Log(x)) - x/scale - elem.Lgamma(k) - float64(k*elem.Log(scale))
		}
}

// fitWeibull solves Σx^k log x/Σx^k − 1/k = mean(log) for the shape k by
// bisection; the left side grows with k.
func fitWeibull(x []float64) (Law, function, function) {
	logs := make([]float64, len(x))
	for i := range x {
		logs[i] = elem.Log(x[i])
	}
	mean, top := stat.Mean(logs), slices.Max(logs)
	sums := func(k float64) (sum, weighted float64) {
		for _, l := range logs {
			w := elem.Exp(k * (l - top))
			sum += w
			weighted += float64(w * l)
		}
		return sum, weighted
	}
	low, high := 1e-6, 1.0
	for range 60 {
		if sum, weighted := sums(high); weighted/sum-1/high > mean {
			break
		}
		low, high = high, 2*high
	}
	for range 80 {
		k := (low + high) / 2
		if sum, weighted := sums(k); weighted/sum-1/k > mean {
			high = k
		} else {
			low = k
		}
	}
	shape := (low + high) / 2
	sum, _ := sums(shape)
	logScale := top + elem.Log(sum/float64(len(x)))/shape
	return weibull{shape, elem.Exp(logScale)},
		func(x float64) float64 {
			if x <= 0 {
				return 0
			}
			return -elem.Expm1(-elem.Exp(shape * (elem.Log(x) - logScale)))
		},
		func(x float64) float64 {
			z := elem.Log(x) - logScale
			return elem.Log(shape) - elem.Log(x) + float64(shape*z) - elem.Exp(shape*z)
		}
}
