package quatre

import (
	"fmt"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/samplers/nuts"
)

// standard is a density that costs next to nothing.
func standard(dim int) *Builder {
	b := New("standard")
	b.Vector("x", dim, dist.Normal(0, 1))
	return b
}

// BenchmarkMove times transitions made natively, up to 64 a call as after warmup and
// one a call, and in Go from native gradients, in short trajectories and long ones, all in: momentum, trees, checks of turns,
// statistics. The shortest of many blocks counts, per leapfrog; so does that of
// the gradient by itself, which is part of it.
func BenchmarkMove(b *testing.B) {
	for _, t := range []struct {
		name  string
		model *Builder
		steps []float64
	}{
		{"normal10", standard(10), []float64{0.8, 0.05}},
		{"normal1000", standard(1000), []float64{0.3, 0.05}},
		{"schools", schools(), []float64{0.5, 0.05}},
	} {
		model, err := t.model.Build()
		if err != nil {
			b.Fatal(err)
		}
		p, err := Compile(b.Context(), model, CompileOptions{Backend: Native})
		if err != nil {
			b.Skip(err)
		}
		defer p.Close()
		b.Run(t.name+"/gradient", func(b *testing.B) { benchmarkBareGradient(b, p) })
		for _, metric := range []string{"diag", "rotation", "lowrank", "both"} {
			for _, step := range t.steps {
				for _, way := range []string{"batch", "native", "go"} {
					b.Run(fmt.Sprintf("%s/%s/step=%g/%s", t.name, metric, step, way), func(b *testing.B) {
						benchmarkMove(b, p, metric, step, way)
					})
				}
			}
		}
	}
}

// shortest keeps the least time per unit of work among blocks of 200 µs.
type shortest struct {
	began time.Time
	units int
	best  float64 // ns
}

func (s *shortest) add(units int) {
	s.units += units
	took := time.Since(s.began)
	if took < 200*time.Microsecond {
		return
	}
	if per := float64(took.Nanoseconds()) / float64(s.units); s.best == 0 || per < s.best {
		s.best = per
	}
	s.units, s.began = 0, time.Now()
}

func benchmarkBareGradient(b *testing.B, p *Posterior) {
	c, err := p.LogDensity()
	if err != nil {
		b.Fatal(err)
	}
	q, grad := make([]float64, p.Dim()), make([]float64, p.Dim())
	least := shortest{began: time.Now()}
	for b.Loop() {
		for range 10 {
			if _, err := c.LogDensityGrad(grad, q); err != nil {
				b.Fatal(err)
			}
		}
		least.add(10)
	}
	b.ReportMetric(least.best, "best-ns/gradient")
}

func benchmarkMove(b *testing.B, p *Posterior, metric string, step float64, way string) {
	c, err := p.Chain(0)
	if err != nil {
		b.Fatal(err)
	}
	var target samplers.LogDensity = c
	if way == "go" {
		target = gradientsOnly{c}
	}
	m, inverse := metricOf(metric, p.Dim())
	kernel, err := nuts.New(target, m, nuts.Options{})
	if err != nil {
		b.Fatal(err)
	}
	if err := kernel.SetInverseMetric(inverse); err != nil {
		b.Fatal(err)
	}
	kernel.SetStepSize(step)
	state, src := samplers.NewState(p.Dim()), rng.NewKey(1).Stream()
	if err := kernel.Init(state, make([]float64, p.Dim())); err != nil {
		b.Fatal(err)
	}
	infos, logDensity := make([]samplers.Info, 64), make([]float64, 64)
	positions := make([]float64, 64*p.Dim())
	leapfrogs, made, least := 0, 0, shortest{began: time.Now()}
	for b.Loop() {
		n, err := 1, error(nil)
		if way == "batch" {
			n, err = kernel.Steps(src, state, infos, logDensity, positions)
		} else {
			infos[0], err = kernel.Step(src, state)
		}
		if err != nil {
			b.Fatal(err)
		}
		steps := 0
		for i := range n {
			steps += infos[i].Leapfrogs
		}
		leapfrogs += steps
		made += n
		least.add(steps)
	}
	b.ReportMetric(least.best, "best-ns/leapfrog")
	b.ReportMetric(float64(leapfrogs)/float64(made), "leapfrogs/transition")
}
