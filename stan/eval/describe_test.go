package eval

import (
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan/data"
)

// descriptions are generated quantities behind parameters real mu and real<lower=0> sigma and vector[3] b, with N = 20 and data
// vector[N] x.
var descriptions = map[string]struct {
	code string
	none bool // the program has to run
}{
	"no random numbers":     {code: "vector[N] m = x * mu; real s = sum(m) / sigma;"},
	"numbers of data":       {code: "real z = normal_rng(1, 2); array[N] real y = normal_rng(x, 1);"},
	"vectors":               {code: "array[N] real y = normal_rng(mu + x * b[1], sigma); real t = student_t_rng(3, mu, sigma);"},
	"counts":                {code: "array[N] int k = bernoulli_logit_rng(mu + x); int p = poisson_rng(sigma); int q = binomial_rng(7, inv_logit(mu));"},
	"computed from numbers": {code: "array[N] int k = bernoulli_rng(rep_vector(0.3, N)); real f = 0; for (i in 1 : N) f += 1.0 * (k[i] == (x[i] > 0)) / N;"},
	"numbers from numbers":  {code: "real m = normal_rng(mu, sigma); real y = normal_rng(m, 0.5 * sigma); real above = y > m;"},
	"loops":                 {code: "vector[N] y; for (i in 1 : N) y[i] = normal_rng(mu * x[i], sigma);"},
	"loops with two":        {code: "vector[N] y; vector[N] z; for (i in 1 : N) { y[i] = normal_rng(mu * x[i], sigma); z[i] = y[i] + std_normal_rng(); }"},
	"branches":              {code: "real y; if (mu > 0) y = normal_rng(mu, sigma); else y = -1;"},
	"arrays of arrays":      {code: "array[2, 3] real y; for (i in 1 : 2) for (j in 1 : 3) y[i, j] = normal_rng(i + 10 * j, sigma);"},
	"matrices":              {code: "matrix[2, 2] m = [[1, mu], [sigma, 2]]; matrix[2, 2] i = inverse(m); vector[3] c = cumulative_sum(b);"},
	"functions":             {code: "real y = twice_rng(mu, sigma);"},
	"never assigned":        {code: "array[2] int k; k[1] = 3; real y = mu;"},
	"a short walk":          {code: "vector[3] y; y[1] = normal_rng(mu, sigma); for (i in 2 : 3) y[i] = normal_rng(y[i - 1], sigma);"},

	"prints":                 {code: `real y = mu; print("y");`, none: true},
	"rejects":                {code: `real y = mu; if (y > 1e9) reject("y");`, none: true},
	"indices that are drawn": {code: "int k = 1 + bernoulli_rng(0.5); real y = b[k];", none: true},
	"sizes that are drawn":   {code: "int k = bernoulli_rng(0.5); real y = sum(rep_vector(mu, k));", none: true},
	"parts that are drawn":   {code: "array[2] int k = bernoulli_rng({0.5, 0.5}); vector[2] y; y[1] = 1; y[1 + k[1]] = 2; real z = sum(head(x, k[2]));", none: true},
	"drawn orders":           {code: "int k = bernoulli_rng(0.5); real y = poisson_lpmf(k | sigma) + choose(3, k);", none: true},
	"whole numbers":          {code: "array[3] int k = binomial_rng({9, 8, 7}, 0.4); int s = sum(k); int h = s %/% 2 + s % 2 - max(k) * abs(-k[1]); real m = mean(to_vector(k)); int g = k[1] > 3 ? 1 : 0;"},
	"a long walk":            {code: "vector[500] y; y[1] = 0; for (i in 2 : 500) y[i] = normal_rng(y[i - 1], sigma);", none: true},
	"drawn vectors":          {code: "vector[3] y = dirichlet_rng([1, 2, sigma]');", none: true},
	"drawn bounds of loops":  {code: "int k = bernoulli_rng(0.5); real s = 0; for (i in 1 : k) s += x[i];", none: true},
}

func describedModel(t *testing.T, name, code string) *model.Model {
	t.Helper()
	set, err := data.Read(strings.NewReader(twenty), "data.json")
	if err != nil {
		t.Fatal(err)
	}
	return build(t, parse(t, name, `functions {
  real twice_rng(real m, real s) { return 2 * normal_rng(m, s); }
}
data { int N; vector[N] x; }
parameters { real mu; real<lower=0> sigma; vector[3] b; }
model { mu ~ std_normal(); sigma ~ lognormal(0, 1); b ~ std_normal(); }
generated quantities { `+code+" }"), set, Options{})
}

const twenty = `{"N": 20, "x": [0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.7, 0.8, 0.9, 1, -1.1, 1.2, 1.3, -1.4, 1.5, 1.6, 1.7, -1.8, 1.9, 2]}`

// A description gives what the program gives, random number by random number.
func TestDescriptions_AreThePrograms(t *testing.T) {
	for name, c := range descriptions {
		t.Run(name, func(t *testing.T) {
			m := describedModel(t, name, c.code)
			followsProgram(t, m, !c.none)
		})
	}
}

func followsProgram(t *testing.T, m *model.Model, wanted bool) {
	t.Helper()
	d := newDrawer(t, m)
	g := d.g.(*quantities)
	if (g.evaluation != nil) != wanted {
		t.Fatalf("there is a description: %v, want %v", g.evaluation != nil, wanted)
	}
	if g.evaluation == nil {
		return
	}
	q, values := make([]float64, m.Dim), make([]float64, d.all)
	got, want := make([]float64, g.width), make([]float64, g.width)
	points := rng.NewKey(5).Stream()
	for range 3 {
		for i := range q {
			q[i] = 0.3 * points.Normal()
		}
		d.outputs.Values(values, q)
		if !g.evaluation.follow(got, values[d.n:], rng.NewKey(8).Stream()) {
			t.Fatal("the description could not be followed")
		}
		if err := g.run(want, values[:d.n], rng.NewKey(8).Stream()); err != nil {
			t.Fatal(err)
		}
		check.CloseSlice(t, got, want, check.Rel)
	}
}

// The descriptions of the example programs give what the programs give.
func TestDescriptions_OfTheExamples(t *testing.T) {
	found := 0
	for _, name := range exampleNames(t) {
		p, set := example(t, name)
		m := build(t, p, set, Options{})
		if m.Generated == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if g := newDrawer(t, m).g.(*quantities); g.evaluation != nil {
				found++
				followsProgram(t, m, true)
			}
		})
	}
	if found < 10 {
		t.Errorf("%d examples have descriptions, want most of them", found)
	}
}

// What is out of its range without random numbers stops the program as ever; what random numbers lead out of their range
// is NaN, and what depends on it.
func TestDescriptions_OutOfRange(t *testing.T) {
	m := describedModel(t, "stops", "real a = mu; real y = normal_rng(0, mu); real z = 1;")
	if all := newDrawer(t, m).values(t, []float64{-2, 0, 0, 0, 0}); !sameNumbers(all[len(all)-3:], []float64{-2, math.NaN(), math.NaN()}) {
		t.Errorf("a, y, z = %v, want −2 and nothing behind it", all[len(all)-3:])
	}
	m = describedModel(t, "chance", "real a = normal_rng(-1e6, 1); real y = normal_rng(0, a); real z = 1; real w = y > 0; real v = normal_rng(y, 1);")
	all := newDrawer(t, m).values(t, make([]float64, 5))
	if all = all[len(all)-5:]; !(all[0] < -9e5) || !sameNumbers(all[1:], []float64{math.NaN(), 1, math.NaN(), math.NaN()}) {
		t.Errorf("a, y, z, w, v = %v, want NaN for y and what depends on it", all)
	}
}

func sameNumbers(a, b []float64) bool {
	for i := range a {
		if a[i] != b[i] && !(math.IsNaN(a[i]) && math.IsNaN(b[i])) {
			return false
		}
	}
	return len(a) == len(b)
}

// Following a description allocates nothing.
func TestDescriptions_DoNotAllocate(t *testing.T) {
	m := describedModel(t, "none", "array[N] real y = normal_rng(mu * x, sigma); real s = sum(y); int k = poisson_rng(exp(mu)); real r = k > s;")
	d := newDrawer(t, m)
	g, values := d.g.(*quantities), make([]float64, d.all)
	d.outputs.Values(values, make([]float64, m.Dim))
	dst, src := make([]float64, g.width), rng.NewKey(1).Stream()
	if n := testing.AllocsPerRun(100, func() { g.evaluation.follow(dst, values[d.n:], src) }); n != 0 {
		t.Errorf("%v allocations a draw", n)
	}
}
