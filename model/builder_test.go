package model

import (
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/transform"
	"github.com/quatre-ppl/quatre/tensor"
)

// mistakes builds a model and returns the text of its errors.
func mistakes(t *testing.T, name string, write func(m *Builder)) string {
	t.Helper()
	b := New("wrong")
	write(b)
	_, err := b.Build()
	if err == nil {
		t.Errorf("%s: no error", name)
		return ""
	}
	return err.Error()
}

// value evaluates an expression of data.
func value(t *testing.T, e expr.Expr) float64 {
	t.Helper()
	program, inputs, err := graph.CompileValues([]expr.Expr{e}, 0)
	if err != nil {
		t.Fatal(err)
	}
	code, err := interp.New(program)
	if err != nil {
		t.Fatal(err)
	}
	run, err := code.BindValues(inputs)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]float64, 1)
	run.Values(out, nil)
	return out[0]
}

var identity2 = [][]float64{{1, 0}, {0, 1}}

func TestBuilder_MistakesNameSiteAndRemedy(t *testing.T) {
	other := New("other")
	other.Param("first", dist.Normal(0, 1))
	foreign := other.Param("elsewhere", dist.Normal(0, 1))
	n := dist.Normal
	for _, c := range []struct {
		name  string
		write func(m *Builder)
		want  []string
	}{
		{"no distribution", func(m *Builder) { m.Param("a", nil) }, []string{`"a"`, "no distribution"}},
		{"nothing observed by", func(m *Builder) { m.Observe("y", nil, 1) }, []string{`"y"`, "no distribution"}},
		{"no transform", func(m *Builder) { m.Free("f", nil, nil) }, []string{`"f"`, "transform.Identity"}},
		{"negative length", func(m *Builder) { m.Vector("v", -1, n(0, 1)) }, []string{`"v"`, "(-1)", "negative"}},
		{"another model's parameter", func(m *Builder) {
			m.Vector("a", 5, n(0, 1))
			m.Observe("y", n(foreign, 1), []float64{1, 2})
		}, []string{`"y"`, `"elsewhere"`, "another model"}},
		{"reported from another model", func(m *Builder) { m.Deterministic("d", foreign.Add(1)) }, []string{`"d"`, "another model"}},
		{"two indices in a name", func(m *Builder) { m.Vector("a", 2, n(0, 1)); m.Param("a[1]", n(0, 1)) }, []string{`"a[1]"`, "letters"}},
		{"a comma in a name", func(m *Builder) { m.Param("a,b", n(0, 1)) }, []string{`"a,b"`, "letters"}},
		{"no name", func(m *Builder) { m.Param("", n(0, 1)) }, []string{"without a name"}},
		{"a statistic's name", func(m *Builder) { m.Param("lp__", n(0, 1)) }, []string{`"lp__"`, "statistics"}},
		{"missing observation", func(m *Builder) {
			m.Observe("y", n(m.Param("a", n(0, 1)), 1), []float64{1, math.NaN()})
		}, []string{`"y"`, "observation 2 is NaN", "leave out"}},
		{"index out of range", func(m *Builder) { m.Index("g", []int{0, 3}, 3) }, []string{`"g"`, "positions[1] is 3", "[0, 3)"}},
		{"multivariate, other length", func(m *Builder) {
			m.Observe("y", dist.MvNormal([]float64{0, 0}, identity2), []float64{1, 2, 3})
		}, []string{`"y"`, "(3)", "2 elements"}},
		{"one number for an array", func(m *Builder) {
			sum := func(x expr.Expr) expr.Expr { return expr.Neg(expr.Sum(expr.Square(x))) }
			m.Vector("v", 3, dist.Custom("mine", nil, sum, dist.Support{}))
		}, []string{`"v"`, "mine", "support of vectors"}},
	} {
		got := mistakes(t, c.name, c.write)
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: the error does not mention %s:\n%s", c.name, want, got)
			}
		}
	}
}

func TestBuilder_AMistakeIsReportedOnce(t *testing.T) {
	got := mistakes(t, "a chain of sites", func(m *Builder) {
		mu := m.Param("mu", dist.Normal(0, -1))
		a := m.Vector("a", 3, dist.Normal(mu, 1))
		m.Observe("y", dist.Normal(m.Deterministic("b", a.Add(1)), 1), []float64{1, 2, 3})
	})
	if strings.Count(got, "site") != 1 {
		t.Errorf("one mistake, reported as:\n%s", got)
	}
}

// TestBuilder_MultivariateDensitiesCountOnce compares the value of a term with
// the density itself: it belongs to the whole vector and not to each element.
func TestBuilder_MultivariateDensitiesCountOnce(t *testing.T) {
	for name, d := range map[string]dist.Distribution{
		"multi_normal":         dist.MvNormal([]float64{1, 2}, identity2),
		"dirichlet":            dist.Dirichlet([]float64{2, 3}),
		"gaussian_random_walk": dist.GaussianRandomWalk(dist.Normal(0, 1), 0, []float64{2}),
		"mixture": dist.Mixture([]float64{0.5, 0.5},
			dist.MvNormal([]float64{1, 2}, identity2), dist.MvNormal([]float64{0, 2}, identity2)),
	} {
		m := New("m")
		x := m.Param("x", d)
		m.Observe("y", d, []float64{0.3, 0.7})
		built, err := m.Build()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !x.Shape.Equal(tensor.Shape{2}) {
			t.Errorf("%s: the parameter has shape %v, want (2)", name, x.Shape)
		}
		y := expr.Data("", tensor.Shape{2}, []float64{0.3, 0.7})
		terms := built.Terms
		check.Close(t, value(t, terms[len(terms)-1].LogDensity), value(t, d.LogDensity(y)), check.ULP(2), name)
	}
}

func TestBuilder_ModelsAreSnapshots(t *testing.T) {
	b := New("m")
	a := b.Param("a", dist.Normal(0, 1))
	first, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	terms := len(first.Terms)
	y := []float64{1, 2}
	b.Observe("y", dist.Normal(a, 1), y)
	if len(first.Terms) != terms {
		t.Error("a site added after Build changed the model")
	}
}

func TestBuilder_ConstrainedTakesAPriorOfWiderSupport(t *testing.T) {
	b := New("m")
	x := b.Constrained("x", tensor.Shape{3}, transform.Ordered(), dist.Normal(0, 1))
	if _, err := b.Build(); err != nil || !x.Shape.Equal(tensor.Shape{3}) {
		t.Errorf("shape %v, error %v", x.Shape, err)
	}
}
