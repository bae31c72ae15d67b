package types_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// check reads and checks a program that must be correct.
func check(t *testing.T, text string) *types.Program {
	t.Helper()
	tree, err := syntax.Parse(syntax.NewSource("model.stan", text))
	if err != nil {
		t.Fatal(err)
	}
	program, err := types.Check(tree)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func TestCheck_ValidPrograms(t *testing.T) {
	files, err := filepath.Glob("../testdata/valid/*.stan")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test programs: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		check(t, string(text))
	}
}

// Every expression has a type, every promotion is written out, and every symbol of a frame has its own slot.
func TestCheck_TreeIsComplete(t *testing.T) {
	program := check(t, `
functions {
  real f(real x, int n) {
    real y = n;
    for (i in 1:n) { real z = i; y += z; }
    return y * x;
  }
}
data { int N; array[N] int n; }
parameters { real mu; vector[N] theta; }
model {
  real a = 1;
  for (i in 1:N) { int b = i; a += n[b] * mu; }
  mu ~ normal(0, N);
  target += f(N, 2) + sum(theta) + log(N);
}`)
	slots := map[int]string{}
	declare := func(sym *types.Symbol) {
		if other, taken := slots[sym.Slot]; taken {
			t.Errorf("%s and %s share slot %d", other, sym.Name, sym.Slot)
		}
		slots[sym.Slot] = sym.Name
	}
	promotions := 0
	types.WalkStmts(program.Model, func(stmt types.Stmt) {
		switch s := stmt.(type) {
		case *types.Decl:
			declare(s.Sym)
		case *types.For:
			declare(s.Var)
		}
	}, func(e types.Expr) bool {
		if e.Type().IsInvalid() {
			t.Errorf("expression at %v has no type", e.Pos())
		}
		switch e := e.(type) {
		case *types.Promote:
			promotions++
			if e.Type().Equal(e.X.Type()) {
				t.Errorf("needless promotion of %s", e.Type())
			}
		case *types.Binary:
			if x, y := e.X.Type(), e.Y.Type(); x.Base == types.Int && y.Base == types.Real {
				t.Errorf("%s: operands %s and %s", e.Op, x, y)
			}
		}
		return true
	})
	for _, block := range []syntax.BlockKind{syntax.DataBlock, syntax.ParametersBlock} {
		for _, sym := range program.Globals(block) {
			declare(sym)
		}
	}
	if len(slots) != program.Slots {
		t.Errorf("%d symbols, %d slots", len(slots), program.Slots)
	}
	if want := 4; promotions != want { // N in normal, n[b] in the product, N as f's argument, N in log
		t.Errorf("%d promotions, want %d", promotions, want)
	}
	if f := program.Functions[0]; f.Slots != 5 {
		t.Errorf("function has %d slots, want 5", f.Slots)
	}
}

func TestCheck_DataOnly(t *testing.T) {
	program := check(t, `
data { int N; vector[N] x; }
transformed data { real s = sum(x); }
parameters { real mu; }
model {
  real a = s + N;
  real b = s + mu;
  int c = mu > 0;
  real d = a;
}
generated quantities { real e = mu; }`)
	want := []bool{true, false, true, false}
	for i, stmt := range program.Model {
		if got := stmt.(*types.Decl).Init.DataOnly(); got != want[i] {
			t.Errorf("value of %s: data only is %v", stmt.(*types.Decl).Sym.Name, got)
		}
	}
	if !program.GeneratedQuantities[0].(*types.Decl).Init.DataOnly() {
		t.Error("generated quantities are not differentiated")
	}
}

// An overloaded name means the form with the fewest promotions.
func TestCheck_Overloads(t *testing.T) {
	program := check(t, `
functions {
  int kind(int x) { return 1; }
  real kind(real x) { return 1; }
  complex kind(complex x) { return 1; }
  real log(vector x, int n) { return 1; }
}
transformed data {
  int a = kind(1);
  real b = kind(1.5);
  complex c = kind(1i);
  real d = log([1, 2]', 2);
  real e = log(2);
}`)
	for i, want := range []bool{true, true, true, true, false} {
		init := program.TransformedData[i].(*types.Decl).Init
		if promoted, ok := init.(*types.Promote); ok {
			init = promoted.X
		}
		if got := init.(*types.Call).Func != nil; got != want {
			t.Errorf("declaration %d: function of the program is %v", i, got)
		}
	}
}

func TestCheck_Warnings(t *testing.T) {
	program := check(t, `
data { int N; }
parameters { real used; real unused; }
model { used ~ normal(0, N / 2); }`)
	var got []string
	for _, warning := range program.Warnings {
		got = append(got, warning.Message)
	}
	want := []string{`the parameter "unused" is not used in the model`, "the quotient of two ints drops its fraction"}
	if !slices.Equal(got, want) {
		t.Errorf("warnings %q", got)
	}
	if text := program.Warnings[0].String(); !strings.HasPrefix(text, "model.stan:3:30: warning: ") {
		t.Errorf("rendered as %s", text)
	}
}

// Forms of calls, with the type of their value; none where the checker must refuse.
func TestCheck_CallTypes(t *testing.T) {
	cases := []struct{ call, want string }{
		{"exp(1)", "real"},
		{"exp(ai)", "array[] real"},
		{"abs(-3)", "int"},
		{"abs(z)", "real"},
		{"exp(z)", "complex"},
		{"pow(v, 2)", "vector"},
		{"pow(2, M)", "matrix"},
		{"atan2(v, r)", ""},
		{"lmgamma(2, v)", "vector"},
		{"ldexp(1.5, ai)", "array[] real"},
		{"choose(5, ai)", "array[] int"},
		{"append_array(ai, a)", "array[] real"},
		{"append_array({v}, {v})", "array[] vector"},
		{"append_array(v, v)", ""},
		{"rep_array(v, 2, 3)", "array[,] vector"},
		{"rep_array(ai, 2)", "array[,] int"},
		{"rep_matrix(v, 2)", "matrix"},
		{"head({v, v}, 1)", "array[] vector"},
		{"size({1, 2})", "int"},
		{"max(1, 2)", "int"},
		{"max(v)", "real"},
		{"sum(ai)", "int"},
		{"sum(z * v)", "complex"},
		{"dot_product(v, r)", "real"},
		{"append_row(1, v)", "vector"},
		{"append_col(v, M)", "matrix"},
		{"qr_thin(M).1", "matrix"},
		{"svd(M).2", "vector"},
		{"normal_rng(0, 1)", "real"},
		{"normal_rng(v, 1)", "array[] real"},
		{"normal_rng(ai, 1)", "array[] real"},
		{"poisson_rng(1.5)", "int"},
		{"poisson_rng(v)", "array[] int"},
		{"multi_normal_rng(v, M)", "vector"},
		{"multi_normal_rng({v}, M)", "array[] vector"},
		{"bernoulli_logit_glm_rng(M, v, v)", "array[] int"},
		{"std_normal_lpdf(v)", "real"},
		{"std_normal_lpdf(v | )", "real"},
		{"multi_normal_lpdf({v, v} | r, M)", "real"},
		{"bernoulli_logit_glm_lpmf(ai | M, 1, v)", "real"},
		{"categorical_lpmf(1 | v)", "real"},
		{"categorical_lpmf(1.5 | v)", ""},
		{"normal_cdf(1 | 0, 1)", "real"},
		{"simplex_constrain(v)", "vector"},
		{"lower_bound_unconstrain(v, 0)", "vector"},
		{"gp_exp_quad_cov({v}, 1, {1.0})", "matrix"},
		{"pi()", "real"},
		{"log2()", "real"},
		{"to_matrix(a, 1, 2)", "matrix"},
		{"to_matrix({{1, 2}})", "matrix"},
		{"to_int(2.5)", "int"},
		{"log_mix(0.5, 1, 2)", "real"},
		{"log_mix(v, {v, v})", "real"},
		{"fma(v, 2, 1)", "vector"},
		{"linspaced_vector(3, 0, 1)", "vector"},
		{"no_such_function(1)", ""},
	}
	for _, c := range cases {
		text := "data { vector[2] v; row_vector[2] r; matrix[2, 2] M; array[2] real a; array[2] int ai; complex z; }\n" +
			"transformed data { print(" + c.call + "); }"
		tree, err := syntax.Parse(syntax.NewSource("model.stan", text))
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		program, err := types.Check(tree)
		if err != nil {
			if c.want != "" {
				t.Errorf("%v", err)
			}
			continue
		}
		if got := program.TransformedData[0].(*types.Message).Args[0].Type().String(); got != c.want {
			t.Errorf("%s has type %s, want %q", c.call, got, c.want)
		}
	}
}
