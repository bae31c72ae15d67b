package eval

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan/data"
)

func set(t testing.TB, json string) *data.Set {
	t.Helper()
	s, err := data.Read(strings.NewReader(json), "data.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What the data do not fit is named, with what the program declares.
func TestModel_DataErrors(t *testing.T) {
	const program = `data {
  int<lower=1> N;
  vector<lower=0>[N] y;
  array[2] simplex[3] p;
  matrix[2, N] X;
  array[N] int<upper=4> k;
}
parameters { real mu; }
model { y ~ normal(mu, 1); }
`
	good := map[string]string{
		"N": "2", "y": "[1, 2]", "p": "[[0.2, 0.3, 0.5], [1, 0, 0]]", "X": "[[1, 2], [3, 4]]", "k": "[4, -1]",
	}
	for _, c := range []struct{ key, value, want string }{
		{"", "", ""},
		{"y", "[1, -2]", "data.json:1:%: y[2] = -2 is below its lower bound 0 (line 3 declares vector<lower=0>[N] y, here vector[2])"},
		{"y", "[1, 2, 3]", "data.json:1:%: y has shape (3), but line 3 declares vector<lower=0>[N] y, here vector[2]"},
		{"y", "", `missing data: data.json has no entry "y"; add it; line 3 declares vector<lower=0>[N] y, here vector[2]`},
		{"N", "0", "data.json:1:%: N = 0 is below its lower bound 1 (line 2 declares int<lower=1> N, here int)"},
		{"N", "2.5", "data.json:1:%: N = 2.5 is a real; write it without a decimal point or exponent, or declare it real; line 2 declares int<lower=1> N, here int"},
		{"k", "[4, 5]", "data.json:1:%: k[2] = 5 is above its upper bound 4 (line 6 declares array[N] int<upper=4> k, here array[2] int)"},
		{"p", "[[0.2, 0.3, 0.5], [1, 0.5, 0]]", "data.json:1:%: p[2] is no simplex: it sums to 1.5 (line 4 declares array[2] simplex[3] p, here array[2] vector[3])"},
		{"X", "[1, 2, 3, 4]", "data.json:1:%: X has shape (4), but line 5 declares matrix[2, N] X, here matrix[2, 2]"},
	} {
		var entries []string
		for _, key := range []string{"N", "y", "p", "X", "k"} {
			value := good[key]
			if key == c.key {
				value = c.value
			}
			if value != "" {
				entries = append(entries, `"`+key+`": `+value)
			}
		}
		_, err := Model(parse(t, "m.stan", program), set(t, "{"+strings.Join(entries, ", ")+"}"), Options{})
		got := ""
		if err != nil {
			got = err.Error()
		}
		if !matches(c.want, got) {
			t.Errorf("%s = %s:\n got %s\nwant %s", c.key, c.value, got, c.want)
		}
		if missing := c.key != "" && c.value == ""; errors.Is(err, data.ErrMissing) != missing {
			t.Errorf("%s: %v wraps ErrMissing: %v", c.key, err, !missing)
		}
	}
}

// matches compares texts; a % stands for any characters.
func matches(pattern, text string) bool {
	parts := strings.Split(pattern, "%")
	if len(parts) == 1 {
		return pattern == text
	}
	return strings.HasPrefix(text, parts[0]) && strings.HasSuffix(text, parts[len(parts)-1])
}

// What cannot be evaluated is an error at its place.
func TestModel_Errors(t *testing.T) {
	for _, c := range []struct{ program, want string }{
		{"data { int N; vector[N] y; }", "data.json:1:15: y has shape (2), but line 1 declares vector[N] y, here vector[3]"},
		{"transformed data { vector[-1] y; }", "m.stan:1:27: error: the size of y is -1; a size cannot be negative"},
		{"transformed data { vector[2] y = [1, 2, 3]'; }", "m.stan:1:20: error: y has the sizes of vector[2], the value those of vector[3]"},
		{"transformed data { vector[2] y; y[3] = 1; }", "m.stan:1:35: error: index 3 is outside of 1 to 2"},
		{"transformed data { vector[2] y; real x = y[1 + 3]; }", "m.stan:1:44: error: index 4 is outside of 1 to 2"},
		{"transformed data { vector[2] y; y[1:1] = [1, 2]'; }", "m.stan:1:33: error: the part of y has the sizes of vector[1], the value those of vector[2]"},
		{"transformed data { array[0] int n; int k = n[1]; }", "m.stan:1:46: error: index 1 into something of size 0"},
		{"transformed data { simplex[2] p = [0.5, 0.6]'; }", "p is no simplex: it sums to 1.1 (line 1 declares simplex[2] p, here vector[2])"},
		{"transformed data { reject(\"no \", 1 + 1); }", "m.stan:1:20: error: rejected by the program: no 2"},
		{"functions { int f(int n) { return f(n + 1); } } transformed data { int n = f(1); }",
			"m.stan:1:35: error: f calls itself more than 1000 times"},
		{"parameters { real x; } model { for (i in 1 : 3) { if (x > 0) break; } }",
			"m.stan:1:62: error: break under a condition that depends on parameters is not available"},
		{"parameters { real x; } model { while (x > 0) {} }",
			"m.stan:1:39: error: the condition of a while loop must not depend on parameters"},
		{"parameters { real x; } model { int n = x > 0; for (i in 1 : n) x ~ normal(0, 1); }",
			"m.stan:1:61: error: the end of a range must not depend on parameters"},
		{"parameters { vector[2] x; } model { int n = 1 + (x[1] > 0); x[n] ~ normal(0, 1); }",
			"m.stan:1:63: error: an index must not depend on parameters"},
		{"parameters { vector[70] x; } model { vector[70] s = x; for (i in 1 : 30000) s = 0.5 * s; target += sum(s); }",
			"m.stan:1:77: error: loops write out more than 20000 statements that depend on parameters"},
		{"parameters { tuple(real, real) t; }", "m.stan:1:32: error: tuples in the parameters block are not available yet"},
		{"parameters { simplex[0] t; }", "m.stan:1:25: error: t: transform simplex: a vector of 0 elements; it needs at least 1"},
		{"parameters { real<lower=1, upper=0> x; }", "m.stan:1:37: error: x: transform interval: the lower bound 1 is not below the upper bound 0"},
		{"data { complex z; }", "m.stan:1:16: error: complex numbers are not available yet"},
		{"transformed data { array[2] tuple(int, int) t; }", "m.stan:1:45: error: arrays of tuples are not available yet"},
		{"generated quantities { tuple(int, int) t; }", "m.stan:1:40: error: tuples among the generated quantities are not available yet"},
	} {
		_, err := Model(parse(t, "m.stan", c.program), set(t, `{"N": 3, "y": [1, 2]}`), Options{})
		got := "no error"
		if err != nil {
			got = strings.SplitN(err.Error(), "\n", 2)[0]
		}
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.program, got, c.want)
		}
	}
}

// Everything that a program uses and that is not there is listed, each once.
func TestUnsupported(t *testing.T) {
	p := parse(t, "m.stan", `functions {
  vector f(vector y, vector theta) {
    return y - theta;
  }
}
data {
  complex z;
  array[2] tuple(int, real) t;
}
transformed data {
  vector[1] r = solve_powell(f, [1]', [1]');
}
parameters {
  tuple(real, real) p;
  complex c;
  tuple(real, real) q;
}
`)
	var got []string
	for _, d := range Unsupported(p) {
		got = append(got, strings.SplitN(d.String(), "\n", 2)[0])
	}
	want := []string{
		"m.stan:7:11: error: complex numbers are not available yet",
		"m.stan:8:29: error: arrays of tuples are not available yet",
		"m.stan:11:17: error: the function solve_powell is not available yet",
		"m.stan:14:21: error: tuples in the parameters block are not available yet",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestModel_Prints(t *testing.T) {
	var out bytes.Buffer
	m, err := Model(parse(t, "m.stan", `data { matrix[2, 2] X; }
transformed data { print("X = ", X, ", ", {1, 2}); }
parameters { real mu; }
model { print("mu = ", mu); for (i in 1 : 9) print(i); mu ~ normal(0, 1); }
generated quantities {
  real twice = 2 * mu;
  print("twice: ", twice, " ", (1, 2.5));
}
`), set(t, `{"X": [[1, 2.5], [3, 4]]}`), Options{Print: &out})
	if err != nil {
		t.Fatal(err)
	}
	newDrawer(t, m).values(t, []float64{0.25})
	want := "X = [[1,2.5],[3,4]], [1,2]\nmu = <depends on parameters>\n1\n2\n3\n4\n5\n6\n7\n8\n9\ntwice: 0.5 (1,2.5)\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

// A program that rejects in generated quantities loses what has no value yet, in that draw only, and says so once.
func TestGenerated_RejectionGivesNaN(t *testing.T) {
	var out bytes.Buffer
	m, err := Model(parse(t, "m.stan", `parameters { real mu; }
model { mu ~ normal(0, 1); }
generated quantities {
  real first = mu;
  int second;
  if (mu < 0) reject("mu is ", mu);
  second = 7;
  vector[2] third = [mu, 1]';
}
`), data.New(""), Options{Print: &out})
	if err != nil {
		t.Fatal(err)
	}
	d := newDrawer(t, m)
	for range 2 {
		if got := d.values(t, []float64{2}); got[1] != 2 || got[2] != 7 || got[3] != 2 || got[4] != 1 {
			t.Errorf("got %v", got)
		}
		if got := d.values(t, []float64{-2}); got[1] != -2 || !math.IsNaN(got[2]) || !math.IsNaN(got[3]) || !math.IsNaN(got[4]) {
			t.Errorf("got %v", got)
		}
	}
	if n := strings.Count(out.String(), "mu is -2"); n != 1 {
		t.Errorf("said %d times: %s", n, out.String())
	}
}

// A condition on parameters under which the program rejects makes the density zero there.
func TestModel_RejectsPoints(t *testing.T) {
	m := build(t, parse(t, "m.stan", `parameters { real x; }
transformed parameters { real<lower=1> y = x + 1; }
model {
  x ~ normal(0, 1);
  if (x > 2) reject("too large");
}
`), data.New(""), Options{})
	e, grad := density(t, m), make([]float64, 1)
	for _, c := range []struct {
		x      float64
		inside bool
	}{{1, true}, {3, false}, {-0.5, false}} {
		lp, err := e.LogDensityGrad(grad, []float64{c.x})
		if err != nil || math.IsInf(lp, -1) == c.inside {
			t.Errorf("log density at %g is %g, %v", c.x, lp, err)
		}
	}
}

// Random numbers of transformed data come from the seed.
func TestModel_SeedDecidesTransformedData(t *testing.T) {
	const program = `transformed data { array[20] real z; for (i in 1 : 20) z[i] = normal_rng(0, 1); }
parameters { real x; }
model { x ~ normal(sum(z), 1); }
`
	value := func(seed uint64) float64 {
		lp, _ := density(t, build(t, parse(t, "m.stan", program), data.New(""), Options{Seed: seed})).LogDensityGrad(make([]float64, 1), []float64{0})
		return lp
	}
	if value(1) != value(1) || value(1) == value(2) {
		t.Error("the seed does not decide")
	}
}

// Each transform is undone by its inverse, in the order in which parameters are reported.
func TestParameters_TransformsHaveInverses(t *testing.T) {
	m := build(t, parse(t, "m.stan", `parameters {
  real<lower=1> a;
  array[2] vector<lower=-1, upper=a>[3] b;
  array[3] simplex[4] c;
  array[2, 2] ordered[2] d;
  matrix<offset=2, multiplier=a>[2, 3] e;
  real<upper=3> f;
}
`), data.New(""), Options{})
	q := make([]float64, m.Dim)
	src := rng.NewKey(5).Stream()
	for i := range q {
		q[i] = src.Normal()
	}
	for _, p := range m.Parameters {
		u, err := fold(p.Transform.Unconstrain(p.Value), q)
		if err != nil {
			t.Fatal(err)
		}
		for i := range u {
			if math.Abs(u[i]-q[p.Offset+i]) > 1e-10 {
				t.Errorf("%s: coordinate %d is %g, want %g", p.Name, i, u[i], q[p.Offset+i])
			}
		}
		if len(u) != p.Size {
			t.Errorf("%s: %d coordinates, want %d", p.Name, len(u), p.Size)
		}
	}
}
