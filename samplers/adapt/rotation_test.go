package adapt

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// windowOf returns a window of 100 draws from the density exp(-Σ potential(x_i)),
// whose draws sample makes.
func windowOf(t *testing.T, dim int, sample func(*rng.Stream) float64, slope func(float64) float64) *window {
	t.Helper()
	w := newWindow(dim, 0)
	src := rng.NewKey(3).Stream()
	state := transition.NewState(dim)
	for range 100 {
		for i := range dim {
			state.Q[i] = sample(src)
			state.Grad[i] = -slope(state.Q[i])
		}
		if err := w.add(nil, state); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func TestNearlyNormal(t *testing.T) {
	normal := func(src *rng.Stream) float64 { return 5 + 3*src.Normal() }
	heavy := func(src *rng.Stream) float64 { return rng.StudentT(src, 3, 0, 1) }
	for name, c := range map[string]struct {
		sample func(*rng.Stream) float64
		slope  func(float64) float64
		want   bool
	}{
		"normal":      {normal, func(x float64) float64 { return (x - 5) / 9 }, true},
		"heavy tails": {heavy, func(x float64) float64 { return 4 * x / (3 + x*x) }, false},
		"a kink":      {normal, func(x float64) float64 { return math.Copysign(0.3, x-5) }, false},
	} {
		if got := windowOf(t, 4, c.sample, c.slope).nearlyNormal(&none); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

// One coordinate with the law of the logarithm of an exponential, among a hundred
// normal ones, leaves the mean and the worst draw within their bounds.
func TestNearlyNormal_OneCoordinateIsEnough(t *testing.T) {
	const dim = 100
	w := newWindow(dim, 0)
	src := rng.NewKey(4).Stream()
	state := transition.NewState(dim)
	for range 200 {
		for i := range dim {
			state.Q[i] = src.Normal()
			state.Grad[i] = -state.Q[i]
		}
		x := math.Log(rng.Exponential(src, 1))
		state.Q[0], state.Grad[0] = x, 1-math.Exp(x)
		if err := w.add(nil, state); err != nil {
			t.Fatal(err)
		}
	}
	all := w.part(0, w.count)
	if m := all.misfit(all.scales(), &none); m.mean > mostMisfit*dim || m.draw > worstDraw*dim {
		t.Fatalf("%+v: the test needs a density that is refused for its coordinate alone", m)
	}
	if w.nearlyNormal(&none) {
		t.Error("a density with one coordinate far from normal is taken for nearly normal")
	}
}

func TestRoundStep(t *testing.T) {
	for step, want := range map[float64]float64{0.3: 0.3, 0.69: 0.69, 0.7: thirdOfHalfTurn, 1: thirdOfHalfTurn, 1.2: 1.2} {
		k := &probe{step: step}
		roundStep(k)
		if k.step != want {
			t.Errorf("step %g becomes %g, want %g", step, k.step, want)
		}
	}
	if steps := 3 * thirdOfHalfTurn; steps < math.Pi {
		t.Errorf("three steps make %g, less than half a turn", steps)
	}
}
