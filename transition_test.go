package quatre

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/samplers/nuts"
)

// gradientsOnly hides everything of a density but its gradients.
type gradientsOnly struct{ samplers.LogDensity }

// funnel has a density that trajectories leave the stable region of.
func funnel() *Builder {
	b := New("funnel")
	y := b.Param("y", dist.Normal(0, 3))
	b.Vector("x", 9, dist.Normal(0, expr.Exp(expr.Mul(0.5, y))))
	return b
}

// bounded has points of zero density, which trajectories run into.
func bounded() *Builder {
	b := New("bounded")
	x := b.Vector("x", 3, dist.Normal(0, 1))
	b.Potential("wall", expr.Log(expr.Sub(2, expr.Sum(x))))
	return b
}

// TestMove_HasTheBitsOfStep makes transitions natively and in Go, side by side:
// short, long, divergent, saturated, out of the support, from odd and even
// positions of the stream.
func TestMove_HasTheBitsOfStep(t *testing.T) {
	for name, b := range map[string]*Builder{"schools": schools(), "varied": varied(), "funnel": funnel(), "bounded": bounded()} {
		t.Run(name, func(t *testing.T) {
			p, err := Compile(t.Context(), build(t, b), CompileOptions{Backend: Native})
			if errors.Is(err, kernels.ErrUnavailable) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			seen := map[string]int{}
			for _, step := range []float64{0.003, 0.05, 0.3, 1, 3, 40} {
				for _, depth := range []int{1, 3, 8} {
					for _, metric := range []string{"diag", "rotation", "lowrank", "both", "many"} {
						compareMoves(t, p, metric, step, depth, seen)
					}
				}
			}
			for _, kind := range []string{"turned", "divergent", "saturated"} {
				if seen[kind] == 0 {
					t.Errorf("no %s transition among %v", kind, seen)
				}
			}
		})
	}
}

// metricOf returns a metric by name and an inverse for it, in which nothing is alike.
func metricOf(name string, dim int) (nuts.Metric, []float64) {
	inverse, more := make([]float64, dim), make([]float64, dim)
	for i := range inverse {
		inverse[i] = 0.7 + 0.1*float64(i%7)
	}
	switch name {
	case "rotation":
		for i := range more {
			more[i] = 0.1 * float64(i%4)
		}
		return nuts.NewRotation(dim), append(inverse, more...)
	case "lowrank":
		return nuts.NewLowRank(dim), directed(inverse, min(2, dim))
	case "many": // whole groups of directions and some more
		return nuts.NewLowRank(dim), directed(inverse, min(7, dim))
	case "both":
		inverse = directed(inverse, min(6, dim))
		for i := range more {
			more[i] = 0.1 * float64(i%4)
		}
		return nuts.NewLowRankRotation(dim), append(inverse, more...)
	}
	return nuts.NewDiag(dim), inverse
}

// directed appends rank directions to variances: one of Householder's matrix each.
func directed(inverse []float64, rank int) []float64 {
	dim := len(inverse)
	for k := range rank {
		inverse = append(inverse, 0.4+0.35*float64(k))
		for i := range dim {
			u := -2 / float64(dim)
			if i == k {
				u++
			}
			inverse = append(inverse, u)
		}
	}
	return inverse
}

// compareMoves runs 60 transitions with a metric on both ways and counts their kinds.
func compareMoves(t *testing.T, p *Posterior, metric string, step float64, depth int, seen map[string]int) {
	t.Helper()
	var states [2]*samplers.State
	var kernel [2]*nuts.Sampler
	var src [2]*rng.Stream
	for k := range 2 {
		c, err := p.Chain(0)
		if err != nil {
			t.Fatal(err)
		}
		var target samplers.LogDensity = c
		if k == 1 {
			target = gradientsOnly{c}
		}
		m, inverse := metricOf(metric, p.Dim())
		if kernel[k], err = nuts.New(target, m, nuts.Options{MaxDepth: depth}); err != nil {
			t.Fatal(err)
		}
		kernel[k].SetStepSize(step)
		if err := kernel[k].SetInverseMetric(inverse); err != nil {
			t.Fatal(err)
		}
		states[k] = samplers.NewState(p.Dim())
		q := make([]float64, p.Dim())
		for i := range q {
			q[i] = 0.1 * float64(i%3)
		}
		if err := kernel[k].Init(states[k], q); err != nil {
			t.Fatal(err)
		}
		src[k] = rng.NewKey(uint64(depth)).Child("moves").Stream()
		src[k].Seek(uint64(depth))
	}
	for i := range 60 {
		var infos [2]samplers.Info
		for k := range 2 {
			var err error
			if infos[k], err = kernel[k].Step(src[k], states[k]); err != nil {
				t.Fatal(err)
			}
		}
		a, b := states[0], states[1]
		if infos[0] != infos[1] || src[0].Position() != src[1].Position() || math.Float64bits(a.LogDensity) != math.Float64bits(b.LogDensity) {
			t.Fatalf("%s, step %g, depth %d, transition %d: %+v at %d, want %+v at %d", metric, step, depth, i, infos[0], src[0].Position(), infos[1], src[1].Position())
		}
		sameBits(t, fmt.Sprintf("step %g, depth %d, transition %d: position", step, depth, i), a.Q, b.Q)
		sameBits(t, fmt.Sprintf("step %g, depth %d, transition %d: gradient", step, depth, i), a.Grad, b.Grad)
		switch {
		case infos[0].Divergent:
			seen["divergent"]++
		case infos[0].Saturated:
			seen["saturated"]++
		default:
			seen["turned"]++
		}
	}
}

// TestMove_OnOtherProcessors makes transitions in code without the instructions of
// this one.
func TestMove_OnOtherProcessors(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the names of processors are those of amd64")
	}
	o := CompileOptions{Backend: Native}
	o.CPU.Arch = "x86-64"
	p := compiled(t, schools(), o)
	for _, metric := range []string{"diag", "rotation", "lowrank", "both", "many"} {
		compareMoves(t, p, metric, 0.3, 8, map[string]int{})
	}
}

// TestSteps_AreThoseOfStep makes transitions several at once and one by one.
func TestSteps_AreThoseOfStep(t *testing.T) {
	p := compiled(t, funnel(), CompileOptions{Backend: Native})
	dim := p.Dim()
	kernelOf := func(name string) *nuts.Sampler {
		c, err := p.Chain(0)
		if err != nil {
			t.Fatal(err)
		}
		m, inverse := metricOf(name, dim)
		kernel, err := nuts.New(c, m, nuts.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := kernel.SetInverseMetric(inverse); err != nil {
			t.Fatal(err)
		}
		kernel.SetStepSize(0.4)
		return kernel
	}
	for _, name := range []string{"diag", "rotation", "lowrank", "both", "many"} {
		one, many := kernelOf(name), kernelOf(name)
		var states [2]*samplers.State
		var src [2]*rng.Stream
		for k, kernel := range []*nuts.Sampler{one, many} {
			states[k], src[k] = samplers.NewState(dim), rng.NewKey(5).Stream()
			if err := kernel.Init(states[k], make([]float64, dim)); err != nil {
				t.Fatal(err)
			}
		}
		for done := 0; done < 200; {
			infos, logDensity := make([]samplers.Info, 1+done%9), make([]float64, 9)
			positions := make([]float64, len(infos)*dim)
			made, err := many.Steps(src[1], states[1], infos, logDensity, positions)
			if err != nil || made == 0 {
				t.Fatalf("%s: %d transitions, %v", name, made, err)
			}
			for i := range made {
				info, err := one.Step(src[0], states[0])
				if err != nil {
					t.Fatal(err)
				}
				if info != infos[i] || math.Float64bits(states[0].LogDensity) != math.Float64bits(logDensity[i]) {
					t.Fatalf("%s, transition %d: %+v, want %+v", name, done+i, infos[i], info)
				}
				sameBits(t, "position", positions[i*dim:(i+1)*dim], states[0].Q)
			}
			sameBits(t, "gradient", states[1].Grad, states[0].Grad)
			if src[0].Position() != src[1].Position() {
				t.Fatalf("%s: streams at %d and %d", name, src[0].Position(), src[1].Position())
			}
			done += made
		}
	}
}

// TestMove_Allocations pins the cost of the border.
func TestMove_Allocations(t *testing.T) {
	p := compiled(t, schools(), CompileOptions{Backend: Native})
	if err := p.WaitNative(t.Context()); err != nil { // nothing else is to allocate
		t.Fatal(err)
	}
	c, err := p.Chain(0)
	if err != nil {
		t.Fatal(err)
	}
	kernel, err := nuts.New(c, nuts.NewDiag(p.Dim()), nuts.Options{})
	if err != nil {
		t.Fatal(err)
	}
	kernel.SetStepSize(0.3)
	state, src := samplers.NewState(p.Dim()), rng.NewKey(1).Stream()
	if err := kernel.Init(state, make([]float64, p.Dim())); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() { kernel.Step(src, state) }); n != 0 {
		t.Errorf("%g allocations a transition, want 0", n)
	}
	infos, logDensity, positions := make([]samplers.Info, 8), make([]float64, 8), make([]float64, 8*p.Dim())
	if n := testing.AllocsPerRun(100, func() { kernel.Steps(src, state, infos, logDensity, positions) }); n != 0 {
		t.Errorf("%g allocations for several transitions, want 0", n)
	}
}
