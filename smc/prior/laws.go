package prior

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// Law is a distribution of one number.
type Law interface {
	// LogDensity returns the log density at x, −Inf outside the support.
	LogDensity(x float64) float64
	// Draw returns a random number of this law.
	Draw(src *rng.Stream) float64
	// Support returns the ends of the interval of positive density.
	Support() (low, high float64)
	// Validate reports parameters that make no law.
	Validate() error
}

const halfLog2Pi = 0.91893853320467274178

// Uniform has constant density between Low and High.
type Uniform struct{ Low, High float64 }

// LogDensity implements Law.
func (l Uniform) LogDensity(x float64) float64 {
	if !(x >= l.Low && x <= l.High) {
		return math.Inf(-1)
	}
	return -elem.Log(l.High - l.Low)
}

// Draw implements Law.
func (l Uniform) Draw(src *rng.Stream) float64 { return rng.Uniform(src, l.Low, l.High) }

// Support implements Law.
func (l Uniform) Support() (low, high float64) { return l.Low, l.High }

// Validate implements Law.
func (l Uniform) Validate() error {
	return require(l.Low < l.High && !math.IsInf(l.Low, 0) && !math.IsInf(l.High, 0), "uniform from %v to %v: the bounds must be finite and increase", l.Low, l.High)
}

// Normal has mean Mu and standard deviation Sigma.
type Normal struct{ Mu, Sigma float64 }

// LogDensity implements Law.
func (l Normal) LogDensity(x float64) float64 {
	z := (x - l.Mu) / l.Sigma
	return -float64(0.5*(z*z)) - elem.Log(l.Sigma) - halfLog2Pi
}

// Draw implements Law.
func (l Normal) Draw(src *rng.Stream) float64 { return rng.Normal(src, l.Mu, l.Sigma) }

// Support implements Law.
func (l Normal) Support() (low, high float64) { return math.Inf(-1), math.Inf(1) }

// Validate implements Law.
func (l Normal) Validate() error {
	return require(l.Sigma > 0 && !math.IsInf(l.Sigma, 0) && !math.IsInf(l.Mu, 0) && l.Mu == l.Mu, "normal with mean %v and standard deviation %v: want it above 0", l.Mu, l.Sigma)
}

// HalfNormal is |Normal(0, Sigma)|.
type HalfNormal struct{ Sigma float64 }

// LogDensity implements Law.
func (l HalfNormal) LogDensity(x float64) float64 {
	if !(x >= 0) {
		return math.Inf(-1)
	}
	return Normal{0, l.Sigma}.LogDensity(x) + math.Ln2
}

// Draw implements Law.
func (l HalfNormal) Draw(src *rng.Stream) float64 { return math.Abs(rng.Normal(src, 0, l.Sigma)) }

// Support implements Law.
func (l HalfNormal) Support() (low, high float64) { return 0, math.Inf(1) }

// Validate implements Law.
func (l HalfNormal) Validate() error { return Normal{0, l.Sigma}.Validate() }

// LogNormal is exp(Normal(Mu, Sigma)).
type LogNormal struct{ Mu, Sigma float64 }

// LogDensity implements Law.
func (l LogNormal) LogDensity(x float64) float64 {
	if !(x > 0) {
		return math.Inf(-1)
	}
	return Normal(l).LogDensity(elem.Log(x)) - elem.Log(x)
}

// Draw implements Law.
func (l LogNormal) Draw(src *rng.Stream) float64 { return rng.LogNormal(src, l.Mu, l.Sigma) }

// Support implements Law.
func (l LogNormal) Support() (low, high float64) { return 0, math.Inf(1) }

// Validate implements Law.
func (l LogNormal) Validate() error { return Normal(l).Validate() }

// Gamma has density proportional to x^(Shape−1) exp(−Rate x).
type Gamma struct{ Shape, Rate float64 }

// LogDensity implements Law.
func (l Gamma) LogDensity(x float64) float64 {
	if !(x > 0) {
		return math.Inf(-1)
	}
	return float64(l.Shape*elem.Log(l.Rate)) - elem.Lgamma(l.Shape) + float64((l.Shape-1)*elem.Log(x)) - float64(l.Rate*x)
}

// Draw implements Law.
func (l Gamma) Draw(src *rng.Stream) float64 { return rng.Gamma(src, l.Shape, l.Rate) }

// Support implements Law.
func (l Gamma) Support() (low, high float64) { return 0, math.Inf(1) }

// Validate implements Law.
func (l Gamma) Validate() error {
	return require(l.Shape > 0 && l.Rate > 0 && l.Shape <= math.MaxFloat64 && l.Rate <= math.MaxFloat64, "gamma with shape %v and rate %v: want both above 0", l.Shape, l.Rate)
}

// Beta has density proportional to x^(A−1) (1−x)^(B−1) on (0, 1).
type Beta struct{ A, B float64 }

// LogDensity implements Law.
func (l Beta) LogDensity(x float64) float64 {
	if !(x > 0 && x < 1) {
		return math.Inf(-1)
	}
	return float64((l.A-1)*elem.Log(x)) + float64((l.B-1)*elem.Log1p(-x)) - elem.LogBeta(l.A, l.B)
}

// Draw implements Law.
func (l Beta) Draw(src *rng.Stream) float64 { return rng.Beta(src, l.A, l.B) }

// Support implements Law.
func (l Beta) Support() (low, high float64) { return 0, 1 }

// Validate implements Law.
func (l Beta) Validate() error {
	return require(l.A > 1e-300 && l.B > 1e-300 && l.A <= math.MaxFloat64 && l.B <= math.MaxFloat64, "beta with shapes %v and %v: want both above 0", l.A, l.B)
}

func require(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf("prior: "+format, args...)
}
