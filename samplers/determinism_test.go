package samplers

import (
	"runtime"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// withNoise is a problem whose draws hold random numbers besides the position.
func withNoise() *problem {
	p := &problem{density: funnel(2), width: 5}
	p.draw = func(_ int, dst, q []float64, src *rng.Stream) error {
		copy(dst, q)
		dst[3] = src.Normal()
		// A number of words that depends on the draw must not shift the next.
		for range int(5 * src.Float64()) {
			src.Uint64()
		}
		dst[4] = src.Float64()
		return nil
	}
	return p
}

// TestRun_DrawsDependOnSeedAlone runs the same problem in every way that must
// not matter.
func TestRun_DrawsDependOnSeedAlone(t *testing.T) {
	const seed = 11
	o := quick(4, 300, 200)
	want, _ := run(t, withNoise(), seed, o)
	for name, change := range map[string]func(o *Options){
		"one chain at a time":  func(o *Options) { o.Parallel = 1 },
		"two chains at a time": func(o *Options) { o.Parallel = 2 },
		"four at a time":       func(o *Options) { o.Parallel = 4 },
		"two chains only":      func(o *Options) { o.Chains = 2 },
		"six chains":           func(o *Options) { o.Chains = 6 },
		"warmup saved":         func(o *Options) { o.SaveWarmup = true },
		"fewer draws":          func(o *Options) { o.Draws = 50 },
		"unprotected":          func(o *Options) { o.Unprotected = true },
		"with a control":       func(o *Options) { o.Control = NewControl() },
	} {
		changed := o
		change(&changed)
		got, _ := run(t, withNoise(), seed, changed)
		for chain := range min(4, changed.Chains) {
			sameDraws(t, &got.Sampling, &want.Sampling, chain, name)
		}
	}
	for _, procs := range []int{1, 2} {
		before := runtime.GOMAXPROCS(procs)
		o.Parallel = 0
		got, _ := run(t, withNoise(), seed, o)
		runtime.GOMAXPROCS(before)
		for chain := range 4 {
			sameDraws(t, &got.Sampling, &want.Sampling, chain, "GOMAXPROCS", procs)
		}
	}
}

func TestRun_SeedsAndChainsDiffer(t *testing.T) {
	a, _ := run(t, withNoise(), 12, quick(2, 100, 20))
	b, _ := run(t, withNoise(), 13, quick(2, 100, 20))
	for column := range 5 {
		x, y := a.Sampling.Column(column), b.Sampling.Column(column)
		for row := range 20 {
			if x[0][row] == x[1][row] || x[0][row] == y[0][row] {
				t.Fatalf("column %d, row %d: chains or seeds share a number", column, row)
			}
		}
	}
}

// TestRun_GeneratedQuantitiesKeepTheirNumbers: those of a draw depend on chain
// and iteration alone, not on thinning or on what other draws used.
func TestRun_GeneratedQuantitiesKeepTheirNumbers(t *testing.T) {
	o := quick(1, 50, 40)
	all, _ := run(t, withNoise(), 14, o)
	o.Thin = 4
	some, _ := run(t, withNoise(), 14, o)
	for row := range some.Sampling.Len(0) {
		got, _ := some.Sampling.Row(0, row)
		want, _ := all.Sampling.Row(0, 4*row)
		check.CloseSlice(t, got, want, check.Exact, "row", row)
	}
}

func TestChain_IterationsDoNotAllocate(t *testing.T) {
	for _, metric := range []Metric{DiagMetric, DenseMetric} {
		p := &problem{density: normals(1, 2, 3)}
		o, err := Options{Chains: 1, Warmup: 100000, Draws: 1, SaveWarmup: true, Metric: metric}.complete()
		if err != nil {
			t.Fatal(err)
		}
		c := idleChain(t, p, &o)
		iterate := func() {
			if err := c.attend(); err != nil {
				t.Fatal(err)
			}
			if err := c.iterate(); err != nil {
				t.Fatal(err)
			}
		}
		for range 300 {
			iterate()
		}
		if allocs := testing.AllocsPerRun(2000, iterate); allocs != 0 {
			t.Errorf("%v metric: %g allocations per iteration with its row, want 0", metric, allocs)
		}
	}
}
