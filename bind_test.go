package quatre

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/kernels/cpu"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

func TestPosterior_NewDataNeedNoCompiler(t *testing.T) {
	p := compiled(t, schools(), CompileOptions{})
	if err := p.WaitNative(context.Background()); err != nil {
		t.Skip(err)
	}
	q, err := p.Bind(map[string]any{"y": []int{1, 2, 3, 4, 5, 6, 7, 8}})
	if err != nil {
		t.Fatal(err)
	}
	was, _ := p.Native()
	if native, why := q.Native(); native != was {
		t.Errorf("native: %v, %q, before the new data %v", native, why, was)
	}
	if err := q.Close(); err != nil {
		t.Error(err)
	}
	o := Options{Seed: 1, Sampler: few(1)}
	if a, b := draws(t, p, o), draws(t, q, o); a[0] == b[0] {
		t.Error("the new data changed nothing")
	}
}

func TestPosterior_BindChecksShapesAndIndices(t *testing.T) {
	p := compiled(t, varied(), CompileOptions{Backend: Interpreter})
	rows := func(n, k int) [][]float64 {
		list := make([][]float64, n)
		for i := range list {
			list[i] = make([]float64, k)
		}
		return list
	}
	for _, c := range []struct {
		data map[string]any
		want []string
	}{
		{map[string]any{"y": []float64{1}}, []string{`"y"`, "(1)", "(7)"}},
		{map[string]any{"x": rows(2, 7)}, []string{`"x"`, "(2, 7)", "(7, 2)"}},
		{map[string]any{"y": "text"}, []string{`"y"`, "string"}},
		{map[string]any{"nothing": 1.0}, []string{`"nothing"`}},
		{map[string]any{"group": []int{0, 1, 2, 3, 0, 0, 0}}, []string{`"group"`, "[3] is 3", "[0, 3)"}},
		{map[string]any{"group": []int{1 << 32, 0, 0, 0, 0, 0, 0}}, []string{`"group"`, "outside"}},
		{map[string]any{"group": []int{0}}, []string{`"group"`, "1 elements", "7"}},
		{map[string]any{"group": []float64{0}}, []string{`"group"`, "[]int"}},
	} {
		_, err := p.Bind(c.data)
		if err == nil {
			t.Errorf("%v was accepted", c.data)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v: %q does not mention %s", c.data, err, want)
			}
		}
	}
	q, err := p.Bind(map[string]any{"x": rows(7, 2), "group": []int{2, 2, 2, 2, 2, 2, 2}})
	if err != nil {
		t.Fatal(err)
	}
	draws(t, q, Options{Sampler: few(1)})
}

func TestPosterior_SaysWhyItIsNotNative(t *testing.T) {
	broken := CompileOptions{}
	broken.CPU.Compiler = "false"
	p := compiled(t, schools(), broken)
	if p.WaitNative(context.Background()) == nil {
		t.Skip("no compilation takes place")
	}
	if native, why := p.Native(); native || !strings.Contains(why, "failed") {
		t.Errorf("native %v, because %q", native, why)
	}
}

func TestCompile_RefusesAnUnknownBackend(t *testing.T) {
	m := New("m")
	m.Param("a", dist.Normal(0, 1))
	_, err := Compile(context.Background(), build(t, m), CompileOptions{Backend: "gpu"})
	if err == nil || !strings.Contains(err.Error(), "interp") {
		t.Errorf("got %v, want an error that names the backends", err)
	}
}

// Native code reads long data where they are: it must keep them, and find there what
// the interpreter finds.
func TestBind_NativeCodeReadsLongDataInPlace(t *testing.T) {
	const rows, cols = 10003, 3
	draw := func(label string, n int) []float64 {
		x, src := make([]float64, n), rng.NewKey(5).Child(label).Stream()
		for i := range x {
			x[i] = src.Normal()
		}
		return x
	}
	m := New("rows")
	beta := m.Vector("beta", cols, dist.Normal(0, 1))
	x := expr.Reshape(m.Data("x", draw("x", rows*cols)), []int{rows, cols})
	m.Observe("y", dist.StudentT(4, expr.MulVec(x, beta), 1), draw("y", rows))
	built, err := m.Build()
	if err != nil {
		t.Fatal(err)
	}
	values := map[BackendName][2]float64{}
	for _, backend := range []BackendName{Interpreter, Native} {
		p, err := Compile(context.Background(), built, CompileOptions{Backend: backend, CPU: cpu.Options{CacheDir: t.TempDir()}})
		if errors.Is(err, kernels.ErrUnavailable) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		other, err := p.Bind(map[string]any{"y": draw("other", rows)})
		if err != nil {
			t.Fatal(err)
		}
		var both [2]float64
		for i, post := range []*Posterior{p, other} {
			density, err := post.LogDensity()
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				runtime.GC()
			}
			if both[i], err = density.LogDensityGrad(make([]float64, cols), []float64{0.1, -0.2, 0.3}); err != nil {
				t.Fatal(err)
			}
		}
		values[backend] = both
		p.Close()
	}
	if values[Native] != values[Interpreter] || values[Native][0] == values[Native][1] {
		t.Errorf("log densities of two data sets %v, interpreted %v", values[Native], values[Interpreter])
	}
}
