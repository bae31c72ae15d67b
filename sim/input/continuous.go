package input

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/elem/vec"
	"github.com/quatre-ppl/quatre/rng"
)

// exponential is the law of density exp(−x/mean)/mean.
type exponential struct{ mean float64 }

// Exponential returns the exponential law of a mean > 0, drawn by inversion.
func Exponential(mean float64) (Law, error) {
	return accept(exponential{mean}, positive("mean", mean))
}

func (l exponential) Fill(dst []float64, s *rng.Stream) int {
	s.FillFloat64(dst)
	vec.Log(dst, dst)
	scale(dst, -l.mean)
	return len(dst)
}
func (l exponential) FromUniform(u float64) float64 { return -l.mean * elem.Log(u) }
func (l exponential) Mean() float64                 { return l.mean }
func (l exponential) String() string                { return describe("exponential", l.mean) }

// uniform is the law of constant density on (low, high).
type uniform struct{ low, high float64 }

// Uniform returns the uniform law between two finite numbers.
func Uniform(low, high float64) (Law, error) {
	return accept(uniform{low, high}, finite("low", low), finite("high", high), ordered("low", low, "high", high))
}

func (l uniform) Fill(dst []float64, s *rng.Stream) int {
	s.FillFloat64(dst)
	if l.low == 0 && l.high == 1 {
		return len(dst) // as FromUniform has it, to the last bit
	}
	for i, u := range dst {
		dst[i] = l.FromUniform(u)
	}
	return len(dst)
}
func (l uniform) FromUniform(u float64) float64 {
	return float64(l.low*(1-u)) + float64(l.high*u)
}
func (l uniform) Mean() float64  { return float64(l.low/2) + float64(l.high/2) }
func (l uniform) String() string { return describe("uniform", l.low, l.high) }

// triangular has a density that rises from low to mode and falls to high.
type triangular struct{ low, mode, high float64 }

// Triangular returns the triangular law with low ≤ mode ≤ high, low < high.
func Triangular(low, mode, high float64) (Law, error) {
	err := firstError(finite("low", low), finite("high", high), ordered("low", low, "high", high))
	if err == nil && !(low <= mode && mode <= high) {
		err = fmt.Errorf("mode is %v: want it between %v and %v", mode, low, high)
	}
	return accept(triangular{low, mode, high}, err)
}

func (l triangular) Fill(dst []float64, s *rng.Stream) int { return invert(dst, s, l) }
func (l triangular) FromUniform(u float64) float64 {
	width := l.high - l.low
	if rise := (l.mode - l.low) / width; u < rise {
		return l.low + math.Sqrt(float64(u*width)*(l.mode-l.low))
	}
	return l.high - math.Sqrt(float64((1-u)*width)*(l.high-l.mode))
}
func (l triangular) Mean() float64  { return (l.low + l.mode + l.high) / 3 }
func (l triangular) String() string { return describe("triangular", l.low, l.mode, l.high) }

// normal is the Gaussian law.
type normal struct{ mean, sd float64 }

// Normal returns the normal law of a mean and a standard deviation ≥ 0. It has
// negative draws; AtLeast cuts them off.
func Normal(mean, sd float64) (Law, error) {
	return accept(normal{mean, sd}, finite("mean", mean), notNegative("sd", sd))
}

func (l normal) Fill(dst []float64, s *rng.Stream) int { return invert(dst, s, l) }
func (l normal) FromUniform(u float64) float64         { return l.mean + float64(l.sd*elem.NormQuantile(u)) }
func (l normal) Mean() float64                         { return l.mean }
func (l normal) String() string                        { return describe("normal", l.mean, l.sd) }

// logNormal is the law of exp(mu + sigma·Z).
type logNormal struct{ mu, sigma float64 }

// LogNormal returns the law of a number whose logarithm is normal with mean mu
// and standard deviation sigma ≥ 0.
func LogNormal(mu, sigma float64) (Law, error) {
	return accept(logNormal{mu, sigma}, finite("mu", mu), notNegative("sigma", sigma))
}

func (l logNormal) Fill(dst []float64, s *rng.Stream) int { return invert(dst, s, l) }
func (l logNormal) FromUniform(u float64) float64 {
	return elem.Exp(l.mu + float64(l.sigma*elem.NormQuantile(u)))
}
func (l logNormal) Mean() float64  { return elem.Exp(l.mu + float64(float64(l.sigma*l.sigma)/2)) }
func (l logNormal) String() string { return describe("lognormal", l.mu, l.sigma) }

// weibull has the distribution function 1 − exp(−(x/scale)^shape).
type weibull struct{ shape, scale float64 }

// Weibull returns the Weibull law of a shape > 0 and a scale > 0.
func Weibull(shape, scale float64) (Law, error) {
	return accept(weibull{shape, scale}, positive("shape", shape), positive("scale", scale))
}

func (l weibull) Fill(dst []float64, s *rng.Stream) int { return invert(dst, s, l) }
func (l weibull) FromUniform(u float64) float64 {
	return l.scale * elem.Exp(elem.Log(-elem.Log(u))/l.shape)
}
func (l weibull) Mean() float64  { return l.scale * elem.Exp(elem.Lgamma(1+1/l.shape)) }
func (l weibull) String() string { return describe("weibull", l.shape, l.scale) }

// erlang is the sum of exponential stages.
type erlang struct {
	stages int
	mean   float64
}

// Erlang returns the law of the sum of so many exponential stages of equal
// means, with the given mean of the sum.
func Erlang(stages int, mean float64) (Law, error) {
	err := positive("mean", mean)
	if stages < 1 || stages > 10000 {
		err = fmt.Errorf("stages are %d: want 1 to 10000", stages)
	}
	return accept(erlang{stages, mean}, err)
}

func (l erlang) Fill(dst []float64, s *rng.Stream) int {
	for i := range dst {
		sum := 0.0
		for range l.stages {
			sum += s.Exponential()
		}
		dst[i] = sum * (l.mean / float64(l.stages))
	}
	return len(dst)
}
func (l erlang) Mean() float64  { return l.mean }
func (l erlang) String() string { return describe("erlang", float64(l.stages), l.mean) }

// gamma has density ∝ x^(shape−1)·exp(−x/scale).
type gamma struct{ shape, scale float64 }

// Gamma returns the gamma law of a shape and a scale > 0; its mean is their
// product.
func Gamma(shape, scale float64) (Law, error) {
	return accept(gamma{shape, scale}, positive("shape", shape), positive("scale", scale))
}

func (l gamma) Fill(dst []float64, s *rng.Stream) int {
	for i := range dst {
		dst[i] = rng.Gamma(s, l.shape, 1/l.scale)
	}
	return len(dst)
}
func (l gamma) Mean() float64  { return l.shape * l.scale }
func (l gamma) String() string { return describe("gamma", l.shape, l.scale) }

// beta is the beta law stretched to (low, high).
type beta struct{ a, b, low, high float64 }

// Beta returns the beta law of shapes a and b > 0 on the interval from low to
// high.
func Beta(a, b, low, high float64) (Law, error) {
	return accept(beta{a, b, low, high}, positive("a", a), positive("b", b),
		finite("low", low), finite("high", high), ordered("low", low, "high", high))
}

func (l beta) Fill(dst []float64, s *rng.Stream) int {
	for i := range dst {
		dst[i] = l.low + float64((l.high-l.low)*rng.Beta(s, l.a, l.b))
	}
	return len(dst)
}
func (l beta) Mean() float64  { return l.low + (l.high-l.low)*l.a/(l.a+l.b) }
func (l beta) String() string { return describe("beta", l.a, l.b, l.low, l.high) }
