package quatre

import (
	"context"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/model/dist"
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
