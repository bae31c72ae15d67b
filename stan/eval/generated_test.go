package eval

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan/syntax"
)

// author writes random loops over variables of all kinds: elements of iterations before and behind, numbers handed on,
// sums, branches on data and on parameters, loops within.
type author struct {
	src    *rng.Stream
	b      strings.Builder
	locals int
	// loops are the variables of the loops around, within is how deep branches are nested.
	loops  []string
	within int
	// guarded tells that a condition on parameters is around.
	guarded bool
}

func (a *author) pick(list ...string) string { return list[a.src.Intn(len(list))] }

// expression writes a number that may depend on everything.
func (a *author) expression(depth int) string {
	if depth > 0 && a.src.Intn(3) > 0 {
		x, y := a.expression(depth-1), a.expression(depth-1)
		switch a.src.Intn(6) {
		case 0:
			return fmt.Sprintf("(%s + %s)", x, y)
		case 1:
			return fmt.Sprintf("(%s - 0.5 * %s)", x, y)
		case 2:
			return fmt.Sprintf("0.3 * %s * %s", x, y)
		case 3:
			return fmt.Sprintf("tanh(%s)", x)
		case 4:
			return fmt.Sprintf("(%s ? %s : %s)", a.condition(), x, y)
		}
		return fmt.Sprintf("log_sum_exp({%s, %s})", x, y)
	}
	list := []string{"a", "b", "y[n]", "z[n]", "z[n - 1]", a.element(), a.element(), "s", "r", "0.7", "w[k[n] + 1]", "w[2]", "k[n]", "mean(w)"}
	for i := range a.locals {
		list = append(list, fmt.Sprintf("t%d", i))
	}
	for _, j := range a.loops {
		list = append(list, fmt.Sprintf("0.1 * %s", j), fmt.Sprintf("w[%s]", j))
	}
	return a.pick(list...)
}

func (a *author) element() string {
	return fmt.Sprintf("%s[%s]", a.pick("u", "v"), a.pick("n", "n", "n - 1", "n - 1", "n - 2", "n + 1", "1", "N + 1 - n"))
}

func (a *author) condition() string {
	return a.pick("k[n] == 1", "y[n] > 0", "n > 5", "k[n] > 0 && y[n - 1] < 0.5", "n == 3", "k[n - 1] == k[n]", "n < N - 4 || k[n] == 2")
}

func (a *author) line(format string, args ...any) {
	a.b.WriteString(strings.Repeat("  ", a.within+2) + fmt.Sprintf(format, args...) + "\n")
}

// statements writes the body of a loop or of a branch.
func (a *author) statements(count int) {
	locals := a.locals
	for range count {
		a.statement()
	}
	a.locals = locals
}

func (a *author) statement() {
	value := "tanh(" + a.expression(2) + ")"
	switch a.src.Intn(16) {
	case 0, 1:
		a.line("real t%d = %s;", a.locals, value)
		a.locals++
	case 2, 3:
		a.line("%s[%s] = %s;", a.pick("u", "v"), a.pick("n", "n", "n", "n + 1", "n - 1"), value)
	case 4:
		a.line("%s[n] += %s;", a.pick("u", "v"), value)
	case 5:
		a.line("s = %s;", value)
	case 6:
		a.line("r += %s;", value)
	case 7:
		a.line("w[%s] %s %s;", a.pick("k[n] + 1", "2"), a.pick("=", "+=", "-="), value)
	case 8, 9:
		a.line("target += %s;", value)
	case 10:
		a.line("target += normal_lpdf(z[n] | %s, 1 + square(%s));", value, a.expression(1))
	case 11, 12:
		a.branch(a.condition())
	case 13:
		if a.within < 2 {
			around := a.guarded
			a.guarded = true
			a.branch(a.pick("a > 0", "z[n] > 0.2", "s > b"))
			a.guarded = around
		}
	case 14:
		if len(a.loops) == 0 {
			j := fmt.Sprintf("j%d", len(a.loops))
			a.line("for (%s in 1 : %s) {", j, a.pick("3", "k[n]", "2"))
			a.loops, a.within = append(a.loops, j), a.within+1
			a.statements(2)
			a.loops, a.within = a.loops[:len(a.loops)-1], a.within-1
			a.line("}")
		}
	case 15:
		if len(a.loops) == 0 && a.locals > 0 {
			a.line("t%d %s %s;", a.src.Intn(a.locals), a.pick("=", "+=", "*="), value)
		}
	}
}

func (a *author) branch(condition string) {
	a.line("if (%s) {", condition)
	a.within++
	a.statements(1 + a.src.Intn(2))
	if a.src.Intn(6) == 0 && !a.guarded {
		a.line("continue;")
	}
	a.within--
	if a.src.Intn(2) == 0 {
		a.line("} else {")
		a.within++
		a.statements(1 + a.src.Intn(2))
		a.within--
	}
	a.line("}")
}

// program writes a model with one random loop.
func (a *author) program() string {
	a.b.WriteString(`data {
  int N;
  array[N] int<lower=0, upper=2> k;
  vector[N] y;
}
parameters {
  real a;
  real b;
  vector[N] z;
}
model {
  vector[N] u = 0.5 * z;
  vector[N] v = rep_vector(0.5, N);
  vector[3] w = [0.1, 0.2, 0.3]';
  real s = 0.4;
  real r = a;
  for (n in 3 : N - 2) {
`)
	a.statements(2 + a.src.Intn(4))
	a.b.WriteString(`  }
  target += normal_lpdf(u | y, 2) + normal_lpdf(v | z, 2) + normal_lpdf(w | s, 2) + normal_lpdf(r | s, 2);
}
`)
	return a.b.String()
}

// Random loops give the density that they give when run with numbers, one iteration after the other.
func TestModel_RandomLoops(t *testing.T) {
	count := 120
	if testing.Short() {
		count = 30
	}
	written := 0
	for seed := range count {
		src := rng.NewKey(uint64(seed)).Child("loops").Stream()
		text := (&author{src: src}).program()
		p := parse(t, "loops.stan", text)
		n := 20
		d := set(t, fmt.Sprintf(`{"N": %d, "k": %s, "y": %s}`, n, ints(src, n), reals(src, n)))
		m, err := Model(p, d, Options{Explain: func(syntax.Diagnostic) { written++ }})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		numbers := newDirect(t, parse(t, "loops.stan", text), d)
		e := density(t, m)
		q, grad := make([]float64, m.Dim), make([]float64, m.Dim)
		for range 2 {
			for i := range q {
				q[i] = 0.7 * src.Normal()
			}
			got, err := e.LogDensityGrad(grad, q)
			if err != nil {
				t.Fatal(err)
			}
			want, _ := numbers.logDensity(t, q)
			if !check.Close(t, got, want, oracleRel.Scaled(math.Abs(want)), "seed ", seed) {
				t.Fatalf("\n%s", text)
			}
		}
		for i, g := range grad {
			if math.IsNaN(g) {
				t.Fatalf("seed %d: derivative %d is NaN\n%s", seed, i, text)
			}
		}
	}
	t.Logf("%d of %d loops are written out", written, count)
}

func ints(src *rng.Stream, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprint(src.Intn(3))
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func reals(src *rng.Stream, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%.3f", src.Normal())
	}
	return "[" + strings.Join(list, ", ") + "]"
}
