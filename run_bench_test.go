package quatre

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkRun times whole runs of one chain with everything compiled, seeds in
// turn. On a machine with other work the mean says little, so it also reports the
// shortest time of each seed, as a mean over the seeds: per run, and per leapfrog.
func BenchmarkRun(b *testing.B) {
	for _, name := range []string{"simple", "medium", "stress", "eight_schools", "funnel", "logistic", "sv"} {
		b.Run(name, func(b *testing.B) { benchmarkRun(b, name) })
	}
}

func benchmarkRun(b *testing.B, name string) {
	folder := filepath.Join("bench/models", name)
	p, err := Compile(b.Context(), programOf(b, filepath.Join(folder, "model.stan"), filepath.Join(folder, "data.json")), CompileOptions{})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	if err := p.WaitNative(context.Background()); err != nil {
		b.Skip(err)
	}
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
