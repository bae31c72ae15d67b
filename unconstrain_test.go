package quatre_test

import (
	"context"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/transform"
	"github.com/quatre-ppl/quatre/tensor"
)

// bounded is a model whose second bound depends on a parameter.
func bounded(t *testing.T) *quatre.Posterior {
	t.Helper()
	b := quatre.New("bounded")
	scale := b.Param("scale", dist.HalfNormal(1))
	b.Free("above", tensor.Shape{2}, transform.Lower(scale))
	b.Free("share", tensor.Shape{3}, transform.Simplex())
	b.Free("x", nil, transform.Identity())
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	p, err := quatre.Compile(context.Background(), m, quatre.CompileOptions{Backend: quatre.Interpreter})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestUnconstrain_IsTheInverseOfDraw(t *testing.T) {
	p := bounded(t)
	values := map[string][]float64{"scale": {2}, "above": {2.5, 9}, "share": {0.2, 0.5, 0.3}, "x": {-7}}
	q, err := p.Unconstrain(values)
	if err != nil {
		t.Fatal(err)
	}
	c, err := p.Chain(0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	got := make([]float64, p.Schema().Width())
	if err := c.Draw(got, q, nil); err != nil {
		t.Fatal(err)
	}
	want := []float64{2, 2.5, 9, 0.2, 0.5, 0.3, -7}
	check.CloseSlice(t, got, want, check.Rel)
}

func TestUnconstrain_NamesTheParameter(t *testing.T) {
	p := bounded(t)
	good := func() map[string][]float64 {
		return map[string][]float64{"scale": {2}, "above": {2.5, 9}, "share": {0.2, 0.5, 0.3}, "x": {-7}}
	}
	for name, c := range map[string]struct {
		change func(v map[string][]float64)
		want   string
	}{
		"missing":       {func(v map[string][]float64) { delete(v, "x") }, `"x" has no value`},
		"size":          {func(v map[string][]float64) { v["above"] = []float64{3} }, `"above" has 1 values`},
		"outside":       {func(v map[string][]float64) { v["scale"] = []float64{-1} }, `"scale": the value given is`},
		"beyond bound":  {func(v map[string][]float64) { v["above"] = []float64{3, 1} }, `"above": the value given is`},
		"not a simplex": {func(v map[string][]float64) { v["share"] = []float64{0.5, -0.5, 1} }, `"share": the value given is`},
	} {
		t.Run(name, func(t *testing.T) {
			v := good()
			c.change(v)
			if _, err := p.Unconstrain(v); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}
