package reduce_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/reduce"
	"github.com/quatre-ppl/quatre/tensor"
)

// modeller draws random likelihoods.
type modeller struct {
	t   *rapid.T
	n   int
	dim int
	// Some data take few values, so that rows repeat.
	columns []expr.Expr
	indices []*expr.Index
}

func newModeller(t *rapid.T) *modeller {
	m := &modeller{t: t, n: rapid.IntRange(0, 60).Draw(t, "rows")}
	for k := range 3 {
		m.columns = append(m.columns, m.column(string(rune('a'+k)), rapid.Bool().Draw(t, "few values")))
	}
	for k := range 2 {
		groups := rapid.IntRange(1, 6).Draw(t, "groups")
		x := &expr.Index{Name: string(rune('g' + k)), Max: groups, Values: make([]int32, m.n)}
		for i := range x.Values {
			x.Values[i] = int32(rapid.IntRange(0, groups-1).Draw(t, "group"))
		}
		m.indices = append(m.indices, x)
	}
	return m
}

func (m *modeller) column(name string, few bool) expr.Expr {
	values := make([]float64, m.n)
	scale := []float64{1e-3, 1, 100}[rapid.IntRange(0, 2).Draw(m.t, "scale")]
	for i := range values {
		values[i] = rapid.Float64Range(-2, 2).Draw(m.t, "value")
		if few {
			values[i] = math.Round(values[i])
		}
		values[i] *= scale
	}
	return expr.Data(name, tensor.Shape{m.n}, values)
}

func (m *modeller) counts(limit int) expr.Expr {
	values := make([]float64, m.n)
	for i := range values {
		values[i] = float64(rapid.IntRange(0, limit).Draw(m.t, "count"))
	}
	return expr.Data("y", tensor.Shape{m.n}, values)
}

func (m *modeller) scalar() expr.Expr {
	m.dim++
	return expr.Unconstrained("s", m.dim-1, nil)
}

func (m *modeller) vector(n int) expr.Expr {
	m.dim += n
	return expr.Unconstrained("v", m.dim-n, tensor.Shape{n})
}

// data is a column, one of two multiplied, or a number.
func (m *modeller) data() expr.Expr {
	x := m.columns[rapid.IntRange(0, 2).Draw(m.t, "column")]
	switch rapid.IntRange(0, 3).Draw(m.t, "data") {
	case 0:
		return expr.Mul(x, m.columns[0])
	case 1:
		return expr.Const(0.5)
	}
	return x
}

func (m *modeller) gathered() expr.Expr {
	x := m.indices[rapid.IntRange(0, 1).Draw(m.t, "index")]
	v := m.vector(x.Max)
	if rapid.Bool().Draw(m.t, "not centred") {
		v = expr.Add(m.scalar(), expr.Mul(expr.Exp(m.scalar()), v))
	}
	return expr.Pick(v, x)
}

// part is one term of a predictor.
func (m *modeller) part() expr.Expr {
	switch rapid.IntRange(0, 8).Draw(m.t, "part") {
	case 0:
		return m.scalar()
	case 1, 2:
		return expr.Mul(m.scalar(), m.data())
	case 3:
		return m.gathered()
	case 4:
		return expr.Mul(m.gathered(), m.data())
	case 5:
		k := rapid.IntRange(1, 6).Draw(m.t, "columns")
		var all []float64
		for c := range k {
			all = append(all, m.columns[c%3].Values...)
		}
		return expr.MulVec(expr.Data("", tensor.Shape{m.n, k}, all), m.vector(k))
	case 6:
		return expr.Div(m.data(), expr.Exp(m.scalar()))
	case 7:
		return m.data()
	}
	return expr.Sin(expr.Mul(m.scalar(), m.data()))
}

func (m *modeller) predictor() expr.Expr {
	x := m.part()
	for range rapid.IntRange(0, 3).Draw(m.t, "parts") {
		if rapid.IntRange(0, 4).Draw(m.t, "how") == 0 {
			x = expr.Sub(m.part(), x)
		} else {
			x = expr.Add(x, m.part())
		}
	}
	if x.IsScalar() {
		x = expr.Repeat(x, tensor.Shape{m.n})
	}
	if m.n > 1 && rapid.IntRange(0, 4).Draw(m.t, "put together") == 0 {
		k := rapid.IntRange(1, m.n-1).Draw(m.t, "first part")
		return expr.Concat(expr.Part(x, 0, k), expr.Part(m.predictor(), k, m.n-k))
	}
	return x
}

func (m *modeller) scale() expr.Expr {
	switch rapid.IntRange(0, 3).Draw(m.t, "scale") {
	case 0:
		return expr.Const(2)
	case 1:
		return expr.Add(0.1, expr.Square(m.columns[1]))
	case 2:
		return expr.Exp(m.gathered())
	}
	return expr.Exp(m.scalar())
}

func (m *modeller) likelihood() expr.Expr {
	switch rapid.IntRange(0, 8).Draw(m.t, "family") {
	case 0:
		return m.sum(dist.PoissonLog(m.predictor()), m.counts(5))
	case 1:
		return m.sum(dist.BernoulliLogit(m.predictor()), m.counts(1))
	case 2:
		return m.sum(dist.Binomial(5, expr.InvLogit(m.predictor())), m.counts(5))
	case 3:
		return m.sum(dist.LogNormal(m.predictor(), m.scale()), expr.Exp(m.column("y", false)))
	case 4:
		return m.sum(dist.NegBinomialLog(m.predictor(), expr.Exp(m.scalar())), m.counts(5))
	case 5:
		return m.sum(dist.StudentT(4, m.predictor(), m.scale()), m.column("y", true))
	}
	return m.sum(dist.Normal(m.predictor(), m.scale()), m.column("y", false))
}

func (m *modeller) sum(d dist.Distribution, y expr.Expr) expr.Expr {
	return expr.SumOver(d.LogDensity(y), m.n)
}

func TestTerms_RandomModelsKeepTheirDensity(t *testing.T) {
	rules := make(map[reduce.Rule]int)
	rapid.Check(t, func(t *rapid.T) {
		m := newModeller(t)
		x := m.likelihood()
		if x.Err() != nil {
			t.Fatal(x.Err())
		}
		if x.Static() {
			return
		}
		y, report := reduced(x)
		for _, s := range report.Steps {
			rules[s.Rule]++
		}
		was, is := compile(t, x, m.dim), compile(t, y, m.dim)
		for range 2 {
			q := make([]float64, m.dim)
			for i := range q {
				q[i] = rapid.Float64Range(-1.5, 1.5).Draw(t, "q")
			}
			a, g := was.at(q)
			b, h := is.at(q)
			if math.IsInf(a, 0) || math.IsNaN(a) {
				if !math.IsInf(b, 0) && !math.IsNaN(b) {
					t.Errorf("%g where the density was %g", b, a)
				}
				continue
			}
			scale := max(1, math.Abs(a))
			for _, v := range g {
				scale = max(scale, math.Abs(v))
			}
			check.Close(t, b, a, check.Rel.Scaled(scale), report.Steps)
			check.CloseSlice(t, h, g, check.Rel.Scaled(scale), report.Steps)
		}
	})
	if !testing.Short() && len(rules) < 3 { // short runs have too few models
		t.Errorf("the random models want %v only", rules)
	}
}
