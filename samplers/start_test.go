package samplers

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

// fails runs p, which must fail, and returns the error.
func fails(t *testing.T, p Problem, o Options) (*Report, error) {
	t.Helper()
	report, err := Run(context.Background(), p, rng.NewKey(51), o, stream.Discard{})
	if err == nil {
		t.Fatal("the run succeeded")
	}
	return report, err
}

func TestRun_NoStartNamesTheSite(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		value, grad float64
		want        string
	}{
		"NaN":               {nan, 0, "the log density is NaN"},
		"zero density":      {-inf, 0, "the log density is -Inf"},
		"infinite density":  {inf, 0, "the log density is +Inf"},
		"NaN in gradient":   {1, nan, "coordinate 1 is not finite"},
		"infinite gradient": {1, inf, "coordinate 1 is not finite"},
	} {
		p := &problem{explain: "sigma ~ normal(0, 1) at model.stan:7", density: density{2, func(grad, _ []float64) (float64, error) {
			grad[0], grad[1] = 0, c.grad
			return c.value, nil
		}}}
		_, err := fails(t, p, quick(2, 10, 10))
		var start *StartError
		if !errors.As(err, &start) || start.Tried != maxStarts || start.Given {
			t.Fatalf("%s: error %v, want a StartError after %d points", name, err, maxStarts)
		}
		for _, part := range []string{c.want, "model.stan:7", "(-2, 2)"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error %q does not say %q", name, err, part)
			}
		}
		if p.openings[0] != 1 {
			t.Errorf("%s: the chain was restarted without a checkpoint", name)
		}
	}
}

// cut is a normal restricted to q > 1 without a transform: about one random
// point in four is a start.
var cut = density{1, func(grad, q []float64) (float64, error) {
	if q[0] <= 1 {
		return math.Inf(-1), nil
	}
	grad[0] = -q[0]
	return -0.5 * q[0] * q[0], nil
}}

func TestRun_RetriesUntilInside(t *testing.T) {
	sink, report := run(t, &problem{density: cut}, 52, quick(4, 300, 300))
	divergences := 0
	for chain := range 4 {
		if low := slices.Min(sink.Sampling.Column(0)[chain]); low <= 1 {
			t.Errorf("chain %d: draw %g is outside of the support", chain, low)
		}
		divergences += report.Chains[chain].Sampling.Divergences
	}
	if divergences == 0 {
		t.Error("trajectories that leave the support were not reported as divergent")
	}
}

func TestRun_GivenStarts(t *testing.T) {
	o := quick(2, 0, 1)
	o.StepSize = 1e-6 // one draw hardly moves
	o.MaxDepth = 1
	o.Init = [][]float64{{1.5}, {7}}
	sink, _ := run(t, &problem{density: cut}, 53, o)
	for chain, want := range []float64{1.5, 7} {
		if got := sink.Sampling.Column(0)[chain][0]; math.Abs(got-want) > 1e-4 {
			t.Errorf("chain %d started near %g, want %g", chain, got, want)
		}
	}
	o.Init = [][]float64{{0}, {0}}
	_, err := fails(t, &problem{density: cut}, o)
	var start *StartError
	if !errors.As(err, &start) || !start.Given || start.Point[0] != 0 || !strings.Contains(err.Error(), "point given") {
		t.Errorf("error %v, want one about the point given", err)
	}
	o.Init = [][]float64{{1, 2}, {3, 4}}
	if _, err := fails(t, &problem{density: cut}, o); !strings.Contains(err.Error(), "2 numbers") {
		t.Errorf("error %v, want one about the point's length", err)
	}
}

func TestRun_StartsStayInTheRadius(t *testing.T) {
	o := quick(50, 0, 1)
	o.StepSize, o.MaxDepth, o.InitRadius = 1e-9, 1, 0.5
	sink, _ := run(t, &problem{density: normals(1, 1)}, 54, o)
	var all []float64
	for i := range 2 {
		for _, draws := range sink.Sampling.Column(i) {
			all = append(all, draws[0])
		}
	}
	// 100 uniform numbers leave a tenth of the range free at an end with
	// probability 2 * 0.95^100 = 1 %; the seed is fixed.
	if low, high := slices.Min(all), slices.Max(all); low < -0.5001 || high > 0.5001 || low > -0.45 || high < 0.45 {
		t.Errorf("starts from %g to %g, want them to fill (-0.5, 0.5)", low, high)
	}
}

func TestRun_NoParameters(t *testing.T) {
	empty := &problem{density: density{0, func(_, _ []float64) (float64, error) { return 0, nil }}, width: 1}
	_, err := fails(t, empty, quick(2, 10, 10))
	if !errors.Is(err, ErrNoParameters) {
		t.Errorf("error %v, want ErrNoParameters", err)
	}
	empty.allClosed(t)
}

func TestRun_FlatModelIsImproper(t *testing.T) {
	flat := density{2, func(grad, _ []float64) (float64, error) {
		clear(grad)
		return 0, nil
	}}
	_, err := fails(t, &problem{density: flat}, quick(2, 100, 100))
	if !errors.Is(err, ErrImproper) || !strings.Contains(err.Error(), "improper") {
		t.Errorf("error %v, want ErrImproper", err)
	}
}

// TestRun_FlatDirectionIsReported: a parameter that the density does not depend
// on, beside one that is fine, shows in the report.
func TestRun_FlatDirectionIsReported(t *testing.T) {
	half := normals(1, 1)
	both := half.f
	half.f = func(grad, q []float64) (float64, error) {
		logDensity, err := both(grad, q)
		grad[1] = 0
		return logDensity + 0.5*(q[1]-1)*(q[1]-1), err
	}
	o := quick(1, 100, 30)
	o.MaxDepth = 6
	_, report := run(t, &problem{density: half}, 55, o)
	if flat := report.Chains[0].Flat; !slices.Equal(flat, []int{1}) {
		t.Errorf("flat coordinates %v, want coordinate 1", flat)
	}
}
