package samplers

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/pathfinder"
	"github.com/quatre-ppl/quatre/stream"
)

// still returns options under which the first draw is where the chain starts.
func still(chains int) Options {
	o := quick(chains, 0, 1)
	o.StepSize, o.MaxDepth = 1e-9, 1
	o.InitMethod = PathfinderInit
	return o
}

// TestRun_PathfinderStartsWhereTheMassIs: on a normal density far from where chains
// begin, the starting points are draws from it.
func TestRun_PathfinderStartsWhereTheMassIs(t *testing.T) {
	far := density{3, func(grad, q []float64) (float64, error) {
		logDensity := 0.0
		for i, sd := range []float64{0.01, 1, 5} {
			z := (q[i] - 100) / sd
			grad[i] = -z / sd
			logDensity -= 0.5 * z * z
		}
		return logDensity, nil
	}}
	sink, report := run(t, &problem{density: far}, 401, still(200))
	for i, sd := range []float64{0.01, 1, 5} {
		square := 0.0
		for _, chain := range sink.Sampling.Column(i) {
			z := (chain[0] - 100) / sd
			square += z * z / 200
		}
		// The mean of 200 squares of normals has a standard deviation of 0.1; the last
		// scale is known only roughly when the path ends.
		if square < 0.5 || square > 1.6 {
			t.Errorf("coordinate %d: mean squared distance %g variances, want about 1", i, square)
		}
	}
	for _, c := range report.Chains {
		if c.Path == nil || c.Path.Err != nil || c.Warmup.Leapfrogs != int64(c.Path.Gradients) || c.Path.Gradients < 10 {
			t.Fatalf("chain %d: path %+v, %d gradients", c.Chain, c.Path, c.Warmup.Leapfrogs)
		}
	}
}

// TestRun_PathfinderUnderAMap: the runner's other parts see nothing of it.
func TestRun_PathfinderUnderAMap(t *testing.T) {
	o := quick(2, 500, 2000)
	o.InitMethod = PathfinderInit
	p := hierarchical(10, schools)
	sink, report := run(t, p, 402, o)
	if report.Chains[0].Placing.Latents != 8 {
		t.Errorf("placing %+v", report.Chains[0].Placing)
	}
	o.Parallel = 1
	again, _ := run(t, hierarchical(10, schools), 402, o)
	for chain := range 2 {
		sameDraws(t, &again.Sampling, &sink.Sampling, chain)
	}
}

// TestRun_PathfinderWithoutANormal: the chain starts where the path did, and the
// report says why.
func TestRun_PathfinderWithoutANormal(t *testing.T) {
	rising := density{1, func(grad, q []float64) (float64, error) {
		if q[0] > 50 {
			return math.Inf(-1), nil
		}
		grad[0] = 1
		return q[0], nil
	}}
	o := still(1)
	o.Init = [][]float64{{3}}
	sink, report := run(t, &problem{density: rising}, 403, o)
	if got := sink.Sampling.Column(0)[0][0]; math.Abs(got-3) > 1e-6 {
		t.Errorf("the chain started at %g, want the point given", got)
	}
	if path := report.Chains[0].Path; path == nil || !errors.Is(path.Err, pathfinder.ErrNoApproximation) {
		t.Errorf("path %+v", path)
	}
}

func TestRun_PathfinderPassesErrorsOn(t *testing.T) {
	broken := errors.New("no such thing")
	calls := 0
	p := &problem{density: density{1, func(grad, q []float64) (float64, error) {
		if calls++; calls == 4 {
			return 0, broken
		}
		grad[0] = -q[0]
		return -0.5 * q[0] * q[0], nil
	}}}
	if _, err := Run(context.Background(), p, rng.NewKey(404), still(1), stream.Discard{}); !errors.Is(err, broken) {
		t.Errorf("error %v, want the density's", err)
	}
}

func TestInitMethod_Text(t *testing.T) {
	for _, m := range []InitMethod{RandomInit, PathfinderInit} {
		text, err := m.MarshalText()
		var back InitMethod
		if err != nil || back.UnmarshalText(text) != nil || back != m {
			t.Errorf("way to start %v comes back from %q as %v", m, text, back)
		}
	}
	var m InitMethod
	if err := m.UnmarshalText([]byte("mode")); err == nil || !strings.Contains(err.Error(), "pathfinder") {
		t.Errorf("error %v, want one that lists the choices", err)
	}
}
