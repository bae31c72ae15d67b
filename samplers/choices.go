package samplers

import (
	"fmt"
	"slices"
	"strings"
)

// Sampler is a kind of transition.
type Sampler uint8

const (
	// NUTS is the no-U-turn sampler (package nuts).
	NUTS Sampler = iota
	// WALNUTS is NUTS with steps that adapt to the place (package walnuts), for
	// posteriors whose scales change from place to place.
	WALNUTS
)

var samplerNames = [...]string{NUTS: "nuts", WALNUTS: "walnuts"}

// String returns "nuts" or "walnuts".
func (s Sampler) String() string { return nameOf("Sampler", samplerNames[:], s) }

// MarshalText returns String.
func (s Sampler) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText accepts what String returns.
func (s *Sampler) UnmarshalText(text []byte) error {
	return parseName(s, "sampler", samplerNames[:], text)
}

// Metric is a kind of inverse metric.
type Metric uint8

const (
	// AutoMetric adapts a diagonal metric; the Fisher adaptation corrects it in a
	// few directions where that pays.
	AutoMetric Metric = iota
	// DiagMetric adapts a diagonal metric.
	DiagMetric
	// DenseMetric adapts a full metric to the covariances.
	DenseMetric
	// UnitMetric keeps the unit metric.
	UnitMetric
)

var metricNames = [...]string{AutoMetric: "auto", DiagMetric: "diag", DenseMetric: "dense", UnitMetric: "unit"}

// String returns "auto", "diag", "dense" or "unit".
func (m Metric) String() string { return nameOf("Metric", metricNames[:], m) }

// MarshalText returns String.
func (m Metric) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText accepts what String returns.
func (m *Metric) UnmarshalText(text []byte) error {
	return parseName(m, "metric", metricNames[:], text)
}

// Adaptation is a way to learn during warmup.
type Adaptation uint8

const (
	// AutoAdaptation is FisherAdaptation, but for a dense metric StanAdaptation.
	AutoAdaptation Adaptation = iota
	// StanAdaptation is Stan's: three phases, metric from variances of draws.
	StanAdaptation
	// FisherAdaptation minimises the Fisher divergence: metric from draws and
	// gradients, latents centred by themselves (package adapt).
	FisherAdaptation
)

var adaptationNames = [...]string{AutoAdaptation: "auto", StanAdaptation: "stan", FisherAdaptation: "fisher"}

// String returns "auto", "stan" or "fisher".
func (a Adaptation) String() string { return nameOf("Adaptation", adaptationNames[:], a) }

// MarshalText returns String.
func (a Adaptation) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText accepts what String returns.
func (a *Adaptation) UnmarshalText(text []byte) error {
	return parseName(a, "adaptation", adaptationNames[:], text)
}

// InitMethod is a way to find the points where chains start.
type InitMethod uint8

const (
	// RandomInit starts at random points, or those that are given.
	RandomInit InitMethod = iota
	// PathfinderInit goes on from there to a draw from a normal approximation of the
	// posterior (package pathfinder).
	PathfinderInit
)

var initMethodNames = [...]string{RandomInit: "random", PathfinderInit: "pathfinder"}

// String returns "random" or "pathfinder".
func (m InitMethod) String() string { return nameOf("InitMethod", initMethodNames[:], m) }

// MarshalText returns String.
func (m InitMethod) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText accepts what String returns.
func (m *InitMethod) UnmarshalText(text []byte) error {
	return parseName(m, "way to start", initMethodNames[:], text)
}

func nameOf[T ~uint8](kind string, names []string, value T) string {
	if int(value) < len(names) {
		return names[value]
	}
	return fmt.Sprintf("%s(%d)", kind, uint8(value))
}

// parseName sets value to the place of the text among the names.
func parseName[T ~uint8](value *T, kind string, names []string, text []byte) error {
	at := slices.Index(names, string(text))
	if at < 0 {
		last := len(names) - 1
		return fmt.Errorf("unknown %s %q: choose %s or %s", kind, text, strings.Join(names[:last], ", "), names[last])
	}
	*value = T(at)
	return nil
}
