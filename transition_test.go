package quatre

import (
	"errors"
	"fmt"
	"math"
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
					compareMoves(t, p, step, depth, false, seen)
					compareMoves(t, p, step, depth, true, seen)
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

// compareMoves runs 60 transitions, by leapfrogs or rotations, on both ways and
// counts their kinds.
func compareMoves(t *testing.T, p *Posterior, step float64, depth int, rotation bool, seen map[string]int) {
	t.Helper()
	metric := func() nuts.Metric { return nuts.NewDiag(p.Dim()) }
	inverse := make([]float64, p.Dim())
	for i := range inverse {
		inverse[i] = 0.2 + 0.3*float64(i%7)
	}
	if rotation {
		metric = func() nuts.Metric { return nuts.NewRotation(p.Dim()) }
		for i := range p.Dim() {
			inverse = append(inverse, 0.1*float64(i%4))
		}
	}
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
		if kernel[k], err = nuts.New(target, metric(), nuts.Options{MaxDepth: depth}); err != nil {
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
			t.Fatalf("step %g, depth %d, transition %d: %+v at %d, want %+v at %d", step, depth, i, infos[0], src[0].Position(), infos[1], src[1].Position())
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

// TestMove_Allocations pins the cost of the border.
func TestMove_Allocations(t *testing.T) {
	p := compiled(t, schools(), CompileOptions{Backend: Native})
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
}
