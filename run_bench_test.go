package quatre

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// BenchmarkRun times whole runs of one chain with everything compiled, seeds in
// turn. On a machine with other work the mean says little, so it also reports the
// shortest time of each seed, as a mean over the seeds: per run, and per leapfrog.
func BenchmarkRun(b *testing.B) {
	for _, name := range []string{"simple", "medium", "stress", "eight_schools", "funnel", "logistic", "sv"} {
		b.Run(name, func(b *testing.B) { benchmarkRun(b, name) })
	}
}

// posteriorOf compiles a model of the benchmarks, native code included.
func posteriorOf(b *testing.B, name string) *Posterior {
	b.Helper()
	folder := filepath.Join("bench/models", name)
	p, err := Compile(b.Context(), programOf(b, filepath.Join(folder, "model.stan"), filepath.Join(folder, "data.json")), CompileOptions{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { p.Close() })
	if err := p.WaitNative(context.Background()); err != nil {
		b.Skip(err)
	}
	return p
}

func benchmarkRun(b *testing.B, name string) {
	p := posteriorOf(b, name)
	const seeds = 10
	best, leapfrogs := make([]time.Duration, seeds), make([]int64, seeds)
	i := 0
	for b.Loop() {
		o := Options{Seed: uint64(i%seeds + 1), Sampler: DefaultSampler()}
		o.Sampler.Chains, o.Sampler.Parallel = 1, 1
		began := time.Now()
		fit, err := SampleProblem(b.Context(), p, o)
		took := time.Since(began)
		if err != nil {
			b.Fatal(err)
		}
		if k := i % seeds; best[k] == 0 || took < best[k] {
			c := &fit.Report.Chains[0]
			best[k], leapfrogs[k] = took, c.Warmup.Leapfrogs+c.Sampling.Leapfrogs
		}
		i++
	}
	n := min(i, seeds)
	total, steps := time.Duration(0), int64(0)
	for k := range n {
		total += best[k]
		steps += leapfrogs[k]
	}
	b.ReportMetric(total.Seconds()*1e3/float64(n), "best-ms/run")
	b.ReportMetric(slices.Min(best[:n]).Seconds()*1e3, "least-ms/run")
	b.ReportMetric(float64(total.Nanoseconds())/float64(steps), "best-ns/leapfrog")
	b.ReportMetric(float64(steps)/float64(n), "leapfrogs/run")
}

// still is a Posterior whose chains do not move: transitions cost nothing.
type still struct{ *Posterior }

func (s still) Chain(id int) (samplers.ChainProblem, error) {
	c, err := s.Posterior.Chain(id)
	if err != nil {
		return nil, err
	}
	if m, ok := c.(*mappedChain); ok {
		return stillMapped{m}, nil
	}
	return stillPlain{c.(*chain)}, nil
}

type stillPlain struct{ *chain }

func (stillPlain) Move(r *transition.Request) bool { return stay(r) }

type stillMapped struct{ *mappedChain }

func (stillMapped) Move(r *transition.Request) bool { return stay(r) }

// stay answers a request with draws where the chain stands.
func stay(r *transition.Request) bool {
	r.Made = len(r.Outcomes)
	for i := range r.Outcomes {
		r.Outcomes[i] = transition.Outcome{LogDensity: r.LogDensity, Energy: 1, AcceptSum: 1, Leapfrogs: 1}
		if r.Positions != nil {
			copy(r.Positions[i*len(r.Q):], r.Q)
		}
	}
	return true
}

// BenchmarkDraw times all that a draw costs beside its transition: quantities,
// statistics, frames, the stream, and room in memory.
func BenchmarkDraw(b *testing.B) {
	for _, name := range []string{"simple", "medium", "stress", "eight_schools", "funnel", "logistic", "sv"} {
		b.Run(name, func(b *testing.B) {
			p := posteriorOf(b, name)
			o := Options{Seed: 1, Sampler: DefaultSampler()}
			o.Sampler.Chains, o.Sampler.Parallel, o.Sampler.Warmup, o.Sampler.Draws = 1, 1, 0, 4000
			least := time.Duration(0)
			for b.Loop() {
				fit, err := SampleProblem(b.Context(), still{p}, o)
				if err != nil {
					b.Fatal(err)
				}
				if took := fit.Report.Chains[0].Sampling.Elapsed; least == 0 || took < least {
					least = took
				}
			}
			b.ReportMetric(float64(least.Nanoseconds())/float64(o.Sampler.Draws), "best-ns/draw")
		})
	}
}
