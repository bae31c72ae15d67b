package samplertest

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// repeats checks that a transition depends on state and stream alone: neither on
// what the kernel did before nor on which kernel it is.
func repeats(t *testing.T, c Case, target Target) {
	key := rng.NewKey(c.Seed).Child("repeats " + target.Name)
	used, state := start(t, c, target, key.Child("start").Stream())
	for range 20 {
		step(t, used, key.Child("use").Stream(), state)
	}
	begin := transition.NewState(target.Dim())
	begin.CopyFrom(state)
	var runs [2][]float64
	for i, kernel := range []transition.Kernel{used, c.New(t, target)} {
		state.CopyFrom(begin)
		src := key.Child("run").Stream()
		for range 20 {
			info := step(t, kernel, src, state)
			runs[i] = append(runs[i], state.Q...)
			runs[i] = append(runs[i], state.LogDensity, info.AcceptStat, info.Energy, float64(info.Leapfrogs))
		}
	}
	check.CloseSlice(t, runs[1], runs[0], check.Exact, "a fresh kernel against a used one")
}

// consistent checks that state and info say what is true.
func consistent(t *testing.T, c Case, target Target) {
	src := rng.NewKey(c.Seed).Child("consistent " + target.Name).Stream()
	kernel, state := start(t, c, target, src)
	grad := make([]float64, target.Dim())
	for range 50 {
		info := step(t, kernel, src, state)
		logDensity, err := target.LogDensityGrad(grad, state.Q)
		if err != nil {
			t.Fatal(err)
		}
		check.Close(t, state.LogDensity, logDensity, check.Exact, "log density of the state")
		check.CloseSlice(t, state.Grad, grad, check.Exact, "gradient of the state")
		if !(info.AcceptStat >= 0 && info.AcceptStat <= 1) {
			t.Errorf("acceptance statistic %g is not in [0, 1]", info.AcceptStat)
		}
		if info.Energy < -state.LogDensity {
			t.Errorf("energy %g is below the potential energy %g", info.Energy, -state.LogDensity)
		}
		if info.Recovered || info.Fault != nil {
			t.Errorf("a fault was recovered where there was none: %v", info.Fault)
		}
	}
}

// initialises checks Init: it copies the point, evaluates there, takes a point
// outside of the support, and refuses one of another dimension.
func initialises(t *testing.T, c Case) {
	target := Targets()[0]
	kernel := c.New(t, target)
	state := transition.NewState(target.Dim())
	q := []float64{1, -2, 3}
	if err := kernel.Init(state, q); err != nil {
		t.Fatal(err)
	}
	q[0] = 99
	check.CloseSlice(t, state.Q, []float64{1, -2, 3}, check.Exact, "position")
	check.CloseSlice(t, state.Grad, []float64{-1, 2, -3}, check.Exact, "gradient")
	check.Close(t, state.LogDensity, -7, check.Exact, "log density")
	if err := kernel.Init(state, q[:2]); err == nil {
		t.Error("a point of another dimension was taken")
	}
	outside := c.New(t, halfNormal{})
	if err := outside.Init(state, []float64{-1}); err != nil || state.Finite() {
		t.Errorf("a point of zero density: error %v, finite %v, want neither", err, state.Finite())
	}
}

// halfNormal is a standard normal cut at 0, written without a transform: -Inf
// and a gradient of NaN below.
type halfNormal struct{}

func (halfNormal) Dim() int { return 1 }

func (halfNormal) LogDensityGrad(grad, q []float64) (float64, error) {
	if q[0] < 0 {
		grad[0] = math.NaN()
		return math.Inf(-1), nil
	}
	grad[0] = -q[0]
	return -0.5 * q[0] * q[0], nil
}

// staysInside checks that no draw leaves the support, and that the draws within
// keep their distribution.
func staysInside(t *testing.T, c Case) {
	target := Target{
		LogDensity: halfNormal{},
		Name:       "half normal",
		Sample:     func(q []float64, src *rng.Stream) { q[0] = math.Abs(src.Normal()) },
		CDF:        func(_ int, x float64) float64 { return math.Erf(x / math.Sqrt2) },
		Variance:   func(int) float64 { return 1 - 2/math.Pi },
	}
	s := draw(t, c, target)
	if low := slices.Min(s.after[0]); low < 0 {
		t.Errorf("a draw left the support: %g", low)
	}
	d, p := check.KolmogorovSmirnov(s.later[0], func(x float64) float64 { return target.CDF(0, x) })
	check.PValue(t, p, FalseAlarm/tests, "seed", c.Seed, "KS distance", d)
}

var errDensity = errors.New("the density failed")

// failing fails at the evaluation after next of a standard normal.
type failing struct {
	gaussian
	left int
}

func (f *failing) LogDensityGrad(grad, q []float64) (float64, error) {
	if f.left--; f.left < 0 {
		return 0, errDensity
	}
	return f.gaussian.LogDensityGrad(grad, q)
}

// passesErrors checks that an error of the density comes out and leaves the
// state as it was.
func passesErrors(t *testing.T, c Case) {
	target := &failing{gaussian: gaussian{[][]float64{{1}}}, left: 1}
	kernel := c.New(t, target)
	state := transition.NewState(1)
	if err := kernel.Init(state, []float64{0.5}); err != nil {
		t.Fatal(err)
	}
	src := rng.NewKey(c.Seed).Child("errors").Stream()
	var err error
	before := *state
	for range 100 {
		before.Q = slices.Clone(state.Q)
		before.LogDensity = state.LogDensity
		if _, err = kernel.Step(src, state); err != nil {
			break
		}
	}
	if !errors.Is(err, errDensity) {
		t.Errorf("error %v, want the density's own", err)
	}
	check.CloseSlice(t, state.Q, before.Q, check.Exact, "position after the error")
	check.Close(t, state.LogDensity, before.LogDensity, check.Exact, "log density after the error")
	if err := kernel.Init(state, []float64{0.5}); !errors.Is(err, errDensity) {
		t.Errorf("Init: error %v, want the density's own", err)
	}
}
