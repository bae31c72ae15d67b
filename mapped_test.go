package quatre

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/kernels/kerneltest"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// groups is a hierarchy of normal groups.
func groups(t *testing.T) *Model {
	t.Helper()
	b := New("groups")
	mu, tau := b.Param("mu", dist.Normal(0, 5)), b.Param("tau", dist.HalfNormal(2))
	theta := b.Vector("theta", 12, dist.Normal(mu, tau))
	b.Observe("y", dist.Normal(theta, 0.8), []float64{1, 2, 0, -1, 3, 1, 0.5, 0.2, 2, 1, 4, -2})
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// mappedChainOf compiles a model and opens a chain in its mapped coordinates.
func mappedChainOf(t *testing.T, m *Model, o CompileOptions) transition.Mapped {
	t.Helper()
	p, err := Compile(context.Background(), m, o)
	if errors.Is(err, kernels.ErrUnavailable) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	c, err := p.Chain(0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	mapped, ok := c.(transition.Mapped)
	if !ok {
		t.Fatal("the chain of a model with latents is not mapped")
	}
	return mapped
}

// constants are some for any latent.
func someConstants(n int) []transition.MapConstants {
	list := make([]transition.MapConstants, n)
	for i := range list {
		list[i] = transition.MapConstants{A: 1, B: 0.3 * float64(i%4), C: float64(i) - 2}
	}
	return list
}

func TestMapped_NativeCodeHasTheBitsOfTheInterpreter(t *testing.T) {
	m := groups(t)
	slow := mappedChainOf(t, m, CompileOptions{Backend: Interpreter})
	fast := mappedChainOf(t, m, CompileOptions{Backend: Native})
	src := rng.NewKey(3).Stream()
	z, g, h := make([]float64, m.Dim), make([]float64, m.Dim), make([]float64, m.Dim)
	for round := range 40 {
		if round == 20 {
			for _, c := range []transition.Mapped{slow, fast} {
				if err := c.SetMap(someConstants(12)); err != nil {
					t.Fatal(err)
				}
			}
		}
		for i := range z {
			z[i] = 2 * src.Normal()
		}
		v, err := slow.LogDensityGrad(g, z)
		w, err2 := fast.LogDensityGrad(h, z)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		same := kerneltest.SameBits(v, w)
		for i := range g {
			same = same && kerneltest.SameBits(g[i], h[i])
		}
		if !same {
			t.Fatalf("round %d: %x and %x, gradients %v and %v", round, v, w, g, h)
		}
	}
}

// TestMapped_DrawsAreReportedAsTheModelIsWritten looks at what Draw reports at a
// point of z.
func TestMapped_DrawsAreReportedAsTheModelIsWritten(t *testing.T) {
	m := groups(t)
	p, err := Compile(context.Background(), m, CompileOptions{Backend: Interpreter})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	chain, err := p.Chain(0)
	if err != nil {
		t.Fatal(err)
	}
	defer chain.Close()
	mapped := chain.(transition.Mapped)
	if err := mapped.SetMap(someConstants(12)); err != nil {
		t.Fatal(err)
	}
	z := make([]float64, m.Dim)
	for i := range z {
		z[i] = math.Sin(float64(i))
	}
	row, q := make([]float64, p.Schema().Width()), make([]float64, m.Dim)
	if err := chain.Draw(row, z, nil); err != nil {
		t.Fatal(err)
	}
	if err := mapped.ToModel(q, z); err != nil {
		t.Fatal(err)
	}
	check.CloseSlice(t, row[2:], q[2:], check.Exact, "theta")
	tau, mu, k := row[1], row[0], someConstants(12)[5]
	s := math.Sqrt(k.A + k.B*tau*tau)
	w := k.A / (s * s)
	check.Close(t, row[2+5], w*mu+(1-w)*k.C+z[2+5]*tau/s, check.Rel, "theta[6]")
}

func TestMapped_OffSwitchAndModelsWithoutLatents(t *testing.T) {
	plain := New("plain")
	plain.Observe("y", dist.Normal(plain.Param("mu", dist.Normal(0, 1)), 1), []float64{1, 2})
	m, err := plain.Build()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		m *Model
		o CompileOptions
	}{
		"off":        {groups(t), CompileOptions{Backend: Interpreter, NoMap: true}},
		"no latents": {m, CompileOptions{Backend: Interpreter}},
	} {
		p, err := Compile(context.Background(), c.m, c.o)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		chain, err := p.Chain(0)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := chain.(transition.Mapped); ok || len(p.Mapped()) > 0 {
			t.Errorf("%s: a chain is mapped", name)
		}
	}
}

func TestMapped_RefusesConstants(t *testing.T) {
	c := mappedChainOf(t, groups(t), CompileOptions{Backend: Interpreter})
	for _, bad := range []transition.MapConstants{{}, {A: -1}, {B: math.NaN()}, {A: 1, C: math.Inf(1)}, {A: math.Inf(1)}, {A: 1e-210}, {A: 1, B: -1}, {A: 1, B: math.Inf(1)}} {
		list := someConstants(12)
		list[3] = bad
		if c.SetMap(list) == nil {
			t.Errorf("constants %v are taken", bad)
		}
	}
	if c.SetMap(someConstants(11)) == nil {
		t.Error("too few constants are taken")
	}
}

// TestMapped_NewData binds other data and another index and compares with a
// model that was built with them.
func TestMapped_NewData(t *testing.T) {
	build := func(group, rows []int, scale, y []float64) *Model {
		b := New("groups")
		mu, tau := b.Param("mu", dist.Normal(0, 5)), b.Param("tau", dist.HalfNormal(2))
		m := b.Vector("m", 3, dist.Normal(mu, tau))
		theta := b.Vector("theta", 4, dist.Normal(m.Pick(b.Index("g", group, 3)), b.Data("scale", scale)))
		noise := b.Param("noise", dist.HalfNormal(1))
		b.Observe("y", dist.Normal(theta.Pick(b.Index("row", rows, 4)), noise), y)
		built, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		return built
	}
	first := build([]int{0, 1, 2, 0}, []int{0, 1, 2, 3}, []float64{1, 2, 1, 2}, []float64{1, 2, 3, 4})
	group, rows, scale, y := []int{2, 2, 1, 0}, []int{3, 1, 1, 0}, []float64{3, 1, 0.5, 0.25}, []float64{-1, 0, 1, 2}
	p, err := Compile(context.Background(), first, CompileOptions{Backend: Interpreter})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	bound, err := p.Bind(map[string]any{"g": group, "row": rows, "scale": scale, "y": y})
	if err != nil {
		t.Fatal(err)
	}
	chain, err := bound.Chain(0)
	if err != nil {
		t.Fatal(err)
	}
	defer chain.Close()
	got := chain.(transition.Mapped)
	want := mappedChainOf(t, build(group, rows, scale, y), CompileOptions{Backend: Interpreter})
	n := len(got.Latents())
	if n != 7 {
		t.Fatalf("%d latents, want 7", n)
	}
	z := []float64{0.3, -0.2, 1, 2, -1, 0.5, 0.7, 0.1, -0.4, 0.6}
	evaluate := func(c transition.Mapped) []float64 {
		if err := c.SetMap(someConstants(n)); err != nil {
			t.Fatal(err)
		}
		out := make([]float64, 2*len(z)+1+2*n+transition.Links(got.Latents()))
		g, q, rest := out[:len(z)], out[len(z):2*len(z)], out[2*len(z)+1:]
		out[2*len(z)], err = c.LogDensityGrad(g, z)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.ToModel(q, z); err != nil {
			t.Fatal(err)
		}
		if err := c.LocationScale(rest[:n], rest[n:2*n], rest[2*n:], q); err != nil {
			t.Fatal(err)
		}
		return out
	}
	check.CloseSlice(t, evaluate(got), evaluate(want), check.Rel, "with new data")
}

// TestMapped_TellsItsOperations: the work of the map is part of the gradient's.
func TestMapped_TellsItsOperations(t *testing.T) {
	mapped := mappedChainOf(t, groups(t), CompileOptions{Backend: Interpreter})
	p, err := Compile(context.Background(), groups(t), CompileOptions{Backend: Interpreter, NoMap: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	chain, err := p.Chain(0)
	if err != nil {
		t.Fatal(err)
	}
	defer chain.Close()
	plain := chain.(transition.FlopCounter).Flops()
	if with := mapped.(transition.FlopCounter).Flops(); !(plain > 12 && with > plain) {
		t.Errorf("%g operations with the map, %g without", with, plain)
	}
}
