package eval

import (
	"os"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/expr"
)

// The density, its gradient and the order of the elements are those of Stan 2.37.
func TestModel_MatrixParameters(t *testing.T) {
	text, err := os.ReadFile("testdata/matrices.stan")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Model(parse(t, "matrices.stan", string(text)), set(t, `{"J": 0}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Dim != 26 {
		t.Fatalf("%d unconstrained numbers, want 26", m.Dim)
	}
	e := density(t, m)
	at, origin, grad := make([]float64, m.Dim), make([]float64, m.Dim), make([]float64, m.Dim)
	for i := range at {
		at[i], origin[i] = 0.1*float64(i)-1.2, 0.25
	}
	before, err := e.LogDensityGrad(grad, origin)
	if err != nil {
		t.Fatal(err)
	}
	lp, err := e.LogDensityGrad(grad, at)
	if err != nil {
		t.Fatal(err)
	}
	check.Close(t, lp-before, -14.735443713689651, oracleRel.Scaled(1), "difference of two log densities")
	check.CloseSlice(t, grad, []float64{
		4.16827303506077, 4.00249510880315, 3.04637662382306, 3.58148935099512, 3.32018385133924, 2.41747110846865,
		2.14819826799214, 1.84846862904004, 1.13984688676567, 2.45118836390597, 0.2, 1.18126924692202, 2, -0.1,
		0.508175302358729, 0.527740007185494, 0.6, -0.0695605577589178, 0.4, 0.3, -1.21236376203236, -0.53345443374901,
		-1.66962902569769, -0.491246340274831, -0.3, -0.325,
	}, oracleRel.Scaled(1), "gradient")
	values, n := outputs(t, m)
	got := make([]float64, n)
	values.Values(got, at)
	check.CloseSlice(t, got, []float64{
		// L
		1, 1, -0.833654607012155, -0.716297870199024, -0.80049902176063, -0.664036770267849, 0, 0, 0.552286154278205,
		0.697794641100332, -0.456449317995954, -0.451885737535834, 0, 0, 0, 0, 0.388400999305232, 0.595696607295978,
		// R
		1, -0.537049566998035, -0.46211715726001, -0.537049566998035, 1, -0.0360511388047194, -0.46211715726001,
		-0.0360511388047194, 1,
		// S
		0.548811636094027, 1, -0.148163644136344, 0.1, -0.148163644136344, 0.1, 0.858730753077982, 1.50182469764127,
		// F
		1.349858807576, 0.4, 0.6, 0, 1.64872127070013, 0.7,
		// w
		0.66436383882992, 0.672672793996313, 0.74740931868366, 0.739940073395944,
		// z, one
		1.37925091502688, -0.317805359820835, -1.06144555520604, 1,
	}, oracleRel.Scaled(1), "values")
	for _, p := range m.Parameters {
		if p.Size == 0 {
			continue
		}
		back := p.Transform.Unconstrain(p.Value)
		if p.Name == "w" { // a direction has many ways back
			continue
		}
		for i := range p.Size {
			x := back
			if !x.IsScalar() {
				x = expr.At(x, i)
			}
			check.Close(t, number1(t, x, at), at[p.Offset+i], oracleRel.Scaled(1), p.Name, "unconstrained", i)
		}
	}
}
