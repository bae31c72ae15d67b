package eval

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/reduce"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan/data"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
	"github.com/quatre-ppl/quatre/stream"
)

// oracle is what Stan itself computes for a program and its data.
type oracle struct {
	Dim    int      `json:"unconstrained_dim"`
	Names  []string `json:"value_names"`
	Points []struct {
		Q      []float64 `json:"q"`
		LP     float64   `json:"lp"`
		Grad   []float64 `json:"grad"`
		Values []float64 `json:"values"`
	} `json:"points"`
}

func readOracle(t testing.TB, path string) *oracle {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	o := new(oracle)
	if err := json.Unmarshal(text, o); err != nil {
		t.Fatal(path, err)
	}
	return o
}

func readProgram(t testing.TB, path string) *types.Program {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, path, string(text))
}

func parse(t testing.TB, name, text string) *types.Program {
	t.Helper()
	tree, err := syntax.Parse(syntax.NewSource(name, text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := types.Check(tree)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func readSet(t testing.TB, path string) *data.Set {
	t.Helper()
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return data.New("")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	set, err := data.Read(f, filepath.Base(path))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func build(t testing.TB, p *types.Program, set *data.Set, o Options) *model.Model {
	t.Helper()
	m, err := Model(p, set, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func bindProgram(t testing.TB, p *ir.Program, in *ir.Inputs, err error) *interp.Executable {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	code, err := interp.New(p)
	if err != nil {
		t.Fatal(err)
	}
	e, err := code.BindValues(in)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func density(t testing.TB, m *model.Model) *interp.Executable {
	t.Helper()
	p, in, err := graph.CompileDensity(m.LogDensity(), m.Dim)
	return bindProgram(t, p, in, err)
}

func outputs(t testing.TB, m *model.Model) (*interp.Executable, int) {
	t.Helper()
	n := 0
	for _, o := range m.Outputs {
		n += o.Shape.Size()
	}
	return outputsWith(t, m, nil), n
}

// outputsWith computes the outputs of a model and, behind them, other expressions.
func outputsWith(t testing.TB, m *model.Model, others []expr.Expr) *interp.Executable {
	t.Helper()
	var list []expr.Expr
	for _, o := range m.Outputs {
		list = append(list, o.Value)
	}
	p, in, err := graph.CompileValues(append(list, others...), m.Dim)
	return bindProgram(t, p, in, err)
}

// oracleRel is the tolerance for Stan's own arithmetic, whose elementary functions and order of additions differ.
var oracleRel = check.Rel.Loosened(10, "other functions and another order of additions")

// agree compares a model with its oracle: differences of the log density between points, the gradient, the values. The
// density is compared as it is written and with its sums over data reduced.
func agree(t *testing.T, m *model.Model, o *oracle) {
	t.Helper()
	if m.Dim != o.Dim {
		t.Fatalf("%d unconstrained coordinates, want %d", m.Dim, o.Dim)
	}
	agreeDensity(t, density(t, m), o)
	reduced, _ := reduce.LogDensity(m)
	p, in, err := graph.CompileDensity(reduced, m.Dim)
	agreeDensity(t, bindProgram(t, p, in, err), o)
	agreeValues(t, m, o)
}

func agreeDensity(t *testing.T, e *interp.Executable, o *oracle) {
	t.Helper()
	grad := make([]float64, o.Dim)
	first := 0.0
	for i, p := range o.Points {
		lp, err := e.LogDensityGrad(grad, p.Q)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = lp - p.LP
		}
		scale := largest(append([]float64{p.LP, first}, p.Grad...))
		check.Close(t, lp-first, p.LP, oracleRel.Scaled(scale), "log density at point ", i)
		check.CloseSlice(t, grad, p.Grad, oracleRel.Scaled(scale), "gradient at point ", i)
	}
}

func agreeValues(t *testing.T, m *model.Model, o *oracle) {
	t.Helper()
	if o.Names == nil {
		return
	}
	draw := newDrawer(t, m)
	at := make(map[string]int)
	for i, name := range draw.schema.ColumnNames() {
		at[name] = i
	}
	for i, p := range o.Points {
		all := draw.values(t, p.Q)
		got := make([]float64, len(o.Names))
		for k, name := range o.Names {
			j, ok := at[name]
			if !ok {
				t.Fatalf("the model has no quantity %s", name)
			}
			got[k] = all[j]
		}
		check.CloseSlice(t, got, p.Values, oracleRel.Scaled(largest(p.Values)), "values at point ", i)
	}
}

// drawer computes all reported quantities at a point.
type drawer struct {
	schema  *stream.Schema
	outputs *interp.Executable
	n, all  int // outputs, without and with what is prepared for g
	g       model.Generator
}

func newDrawer(t testing.TB, m *model.Model) *drawer {
	t.Helper()
	d := &drawer{schema: &stream.Schema{}}
	for _, o := range m.Outputs {
		d.schema.Values = append(d.schema.Values, stream.Field{Name: o.Name, Shape: o.Shape})
		d.n += o.Shape.Size()
	}
	d.all = d.n
	if m.Generated == nil {
		d.outputs = outputsWith(t, m, nil)
		return d
	}
	d.outputs = outputsWith(t, m, m.Generated.Prepared)
	for _, x := range m.Generated.Prepared {
		d.all += x.Size()
	}
	for _, f := range m.Generated.Fields {
		d.schema.Values = append(d.schema.Values, stream.Field{Name: f.Name, Shape: f.Shape})
	}
	var err error
	if d.g, err = m.Generated.New(); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *drawer) values(t testing.TB, q []float64) []float64 {
	t.Helper()
	all, values := make([]float64, d.schema.Width()), make([]float64, d.all)
	d.outputs.Values(values, q)
	copy(all, values[:d.n])
	if d.g != nil {
		if err := d.g.Generate(all[d.n:], all[:d.n], values[d.n:], rng.NewKey(1).Stream()); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func largest(x []float64) float64 {
	m := 1.0
	for _, v := range x {
		if v < 0 {
			v = -v
		}
		m = max(m, v)
	}
	return m
}

const examples = "../../examples/stan"

func exampleNames(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(examples, "*", "model.stan"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no examples", err)
	}
	var names []string
	for _, p := range paths {
		names = append(names, filepath.Base(filepath.Dir(p)))
	}
	return names
}

func example(t testing.TB, name string) (*types.Program, *data.Set) {
	t.Helper()
	folder := filepath.Join(examples, name)
	return readProgram(t, filepath.Join(folder, "model.stan")), readSet(t, filepath.Join(folder, "data.json"))
}

func TestModel_AgreesWithStan(t *testing.T) {
	for _, name := range exampleNames(t) {
		for _, inTurn := range []bool{false, true} {
			t.Run(name+map[bool]string{true: "/in turn", false: "/together"}[inTurn], func(t *testing.T) {
				p, set := example(t, name)
				agree(t, build(t, p, set, Options{InTurn: inTurn}), readOracle(t, filepath.Join(examples, name, "oracle.json")))
			})
		}
	}
}

// shared is the folder with data that are not part of the repository, "" where there is none.
func shared(t testing.TB) string {
	t.Helper()
	for _, folder := range []string{os.Getenv("QUATRE_SHARED"), "../../../shared"} {
		if folder == "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(folder, "posteriordb", "data")); err == nil {
			return filepath.Join(folder, "posteriordb")
		}
	}
	return ""
}

func TestModel_AgreesWithStanOnPosteriordb(t *testing.T) {
	folder := shared(t)
	if folder == "" {
		t.Skip("the data of posteriordb are not there; set QUATRE_SHARED to the folder that has posteriordb/data")
	}
	paths, err := filepath.Glob(filepath.Join(folder, "oracle", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		dataName, modelName, _ := strings.Cut(name, "-")
		program := filepath.Join("../../examples/posteriordb", modelName+".stan")
		if _, err := os.Stat(program); err != nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			set := readSet(t, filepath.Join(folder, "data", dataName+".json"))
			agree(t, build(t, readProgram(t, program), set, Options{}), readOracle(t, path))
		})
	}
}
