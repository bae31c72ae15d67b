package eval

import (
	"path/filepath"
	"testing"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/stan/data"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
	"github.com/quatre-ppl/quatre/tensor"
)

// rowCounts names the size of each example that counts its rows.
var rowCounts = map[string]string{
	"arma": "T", "beta_regression": "N", "binomial_groups": "G", "changepoint": "T", "choice": "N", "correlated_errors": "N",
	"crossed_effects": "P", "eight_schools": "J", "gamma_regression": "N", "garch": "T", "gaussian_mixture": "N",
	"gaussian_process": "N", "hidden_markov": "T", "horseshoe": "N", "linear_regression": "N", "logistic": "N", "medium": "N",
	"negative_binomial": "N", "ordered_mixture": "N", "ordinal": "N", "phases": "N", "poisson_offset": "N", "random_walk": "T",
	"robust_regression": "N", "simple": "N", "stress": "N", "sv": "T", "truncated_counts": "N", "truncated_normal": "N",
	"two_way_table": "C", "user_functions": "N", "varying_slopes": "N", "weibull_survival": "N_failed", "zero_inflated_poisson": "N",
}

// A longest vector is halved once more for a maximum where there is twice the data.
const oneMoreHalving = 30

// Twice the rows give the same program: no loop over rows is written out.
func TestModel_SizeDoesNotDependOnRows(t *testing.T) {
	for _, name := range exampleNames(t) {
		rows, ok := rowCounts[name]
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			p, set := example(t, name)
			once := instructions(t, build(t, p, set, Options{Explain: complain(t)}))
			twice := instructions(t, build(t, p, repeated(t, p, set, rows), Options{}))
			if twice > once+oneMoreHalving {
				t.Errorf("%d instructions, with twice the rows %d", once, twice)
			}
		})
	}
}

func TestModel_SizeDoesNotDependOnRowsOfPosteriordb(t *testing.T) {
	folder := shared(t)
	if folder == "" {
		t.Skip("the data of posteriordb are not there; set QUATRE_SHARED to the folder that has posteriordb/data")
	}
	paths, err := filepath.Glob("../../examples/posteriordb/radon_*.stan")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if filepath.Base(path) == "radon_county.stan" {
			continue // has data of its own
		}
		p := readProgram(t, path)
		small := instructions(t, build(t, p, readSet(t, filepath.Join(folder, "data", "radon_mn.json")), Options{Explain: complain(t)}))
		large := instructions(t, build(t, p, readSet(t, filepath.Join(folder, "data", "radon_all.json")), Options{Explain: complain(t)}))
		if small != large {
			t.Errorf("%s: %d instructions for 919 rows, %d for 12573", path, small, large)
		}
	}
}

func complain(t *testing.T) func(syntax.Diagnostic) {
	return func(d syntax.Diagnostic) { t.Errorf("%v", d) }
}

func instructions(t *testing.T, m *model.Model) int {
	t.Helper()
	p, _, err := graph.CompileDensity(m.LogDensity(), m.Dim)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, list := range [][]ir.Region{p.Setup, p.Body} {
		for _, r := range list {
			switch r := r.(type) {
			case *ir.Scalar:
				n += len(r.Body)
			case *ir.Loop:
				n += len(r.Body)
			case *ir.Scan:
				n += len(r.Body)
			default:
				n++
			}
		}
	}
	return n
}

// repeated returns the data with the size rows doubled: everything along it comes twice.
func repeated(t *testing.T, p *types.Program, set *data.Set, rows string) *data.Set {
	t.Helper()
	out := data.New("")
	for _, sym := range p.Data {
		v, err := set.Get(sym.Name)
		if err != nil {
			t.Fatal(err)
		}
		shape, x := v.Shape.Clone(), v.Reals
		if sym.Name == rows {
			x = []float64{2 * x[0]}
		}
		for d, e := range append(append([]types.Expr{}, sym.Decl.Array...), sym.Decl.Sizes...) {
			if size, ok := e.(*types.Var); ok && size.Sym.Name == rows {
				shape, x = twiceAlong(shape, x, d)
			}
		}
		if !sym.Type.IsInt() {
			out.SetReals(sym.Name, shape, x)
			continue
		}
		ints := make([]int, len(x))
		for i := range x {
			ints[i] = int(x[i])
		}
		out.SetInts(sym.Name, shape, ints)
	}
	return out
}

// twiceAlong repeats a row-major array along dimension d.
func twiceAlong(shape tensor.Shape, x []float64, d int) (tensor.Shape, []float64) {
	inner := tensor.Shape(shape[d:]).Size()
	var out []float64
	for from := 0; from < len(x); from += inner {
		out = append(append(out, x[from:from+inner]...), x[from:from+inner]...)
	}
	shape = shape.Clone()
	shape[d] *= 2
	return shape, out
}
