package dist

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/expr"
)

// testdata/reference.json holds log densities and tail probabilities made with
// 60 digits by testdata/make_reference.py.

// number reads JSON numbers and the strings "+Inf" and "-Inf".
type number float64

func (n *number) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case `"+Inf"`:
		*n = number(math.Inf(1))
		return nil
	case `"-Inf"`:
		*n = number(math.Inf(-1))
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}

type referencePoint struct {
	X               json.RawMessage
	LogP            number
	LogCDF, LogCCDF *number
}

func (p *referencePoint) UnmarshalJSON(text []byte) error {
	var raw struct {
		X      json.RawMessage `json:"x"`
		LogP   number          `json:"logp"`
		LogCDF *number         `json:"logcdf"`
		LogSF  *number         `json:"logsf"`
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	*p = referencePoint{raw.X, raw.LogP, raw.LogCDF, raw.LogSF}
	return nil
}

type referenceCase struct {
	Family string          `json:"family"`
	Params referenceParams `json:"params"`
	Points []referencePoint
}

type referenceParams map[string]json.RawMessage

func (p referenceParams) has(name string) bool { return p[name] != nil }

func (p referenceParams) number(name string) float64 {
	var v number
	if err := json.Unmarshal(p[name], &v); err != nil {
		panic(name + ": " + err.Error())
	}
	return float64(v)
}

// limit returns the named limit, nil if it is absent.
func (p referenceParams) limit(name string) any {
	if !p.has(name) {
		return nil
	}
	return p.number(name)
}

func (p referenceParams) vector(name string) []float64 {
	var v []float64
	if err := json.Unmarshal(p[name], &v); err != nil {
		panic(name + ": " + err.Error())
	}
	return v
}

func (p referenceParams) matrix(name string) [][]float64 {
	var v [][]float64
	if err := json.Unmarshal(p[name], &v); err != nil {
		panic(name + ": " + err.Error())
	}
	return v
}

func readReference(t *testing.T) []referenceCase {
	t.Helper()
	text, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []referenceCase `json:"cases"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file.Cases
}

// tolerance is a relative 1e-10 of the result or of 1, whichever is more.
var tolerance = check.Rel.Scaled(1)

func TestLogDensity_Reference(t *testing.T) {
	for _, c := range readReference(t) {
		build, ok := makers[c.Family]
		if !ok {
			t.Errorf("no constructor for %s", c.Family)
			continue
		}
		d := build(c.Params)
		if d.Err() != nil {
			t.Errorf("%s: %v", c.Family, d.Err())
			continue
		}
		if multivariate[c.Family] {
			compareVectors(t, c, d)
		} else {
			compareNumbers(t, c, d)
		}
	}
}

// compareNumbers takes all points of a case at once, as data and as parameters.
func compareNumbers(t *testing.T, c referenceCase, d Distribution) {
	t.Helper()
	var xs, want, below, above []float64
	for _, p := range c.Points {
		var x float64
		if err := json.Unmarshal(p.X, &x); err != nil {
			t.Fatal(err)
		}
		xs, want = append(xs, x), append(want, float64(p.LogP))
		if p.LogCDF != nil {
			below, above = append(below, float64(*p.LogCDF)), append(above, float64(*p.LogCCDF))
		}
	}
	n := len(xs)
	compare(t, c, "log density of data", xs, values(t, nil, d.LogDensity(expr.Of(xs))), want)
	compare(t, c, "log density of a parameter", xs, values(t, xs, d.LogDensity(vector(0, n))), want)
	if len(below) == n {
		got := values(t, xs, d.(CDFer).LogCDF(vector(0, n)), d.(CDFer).LogCCDF(vector(0, n)))
		compare(t, c, "log P(X ≤ x)", xs, got[:n], below)
		compare(t, c, "log P(X > x)", xs, got[n:], above)
	}
}

func compareVectors(t *testing.T, c referenceCase, d Distribution) {
	t.Helper()
	for _, p := range c.Points {
		var x []float64
		if err := json.Unmarshal(p.X, &x); err != nil {
			t.Fatal(err)
		}
		list := []expr.Expr{d.LogDensity(expr.Of(x)), d.LogDensity(vector(0, len(x)))}
		for i, got := range values(t, x, list...) {
			check.Close(t, got, float64(p.LogP), tolerance, c.Family, string(mustJSON(c.Params)), [2]string{"data", "parameter"}[i], x)
		}
	}
}

func compare(t *testing.T, c referenceCase, what string, xs, got, want []float64) {
	t.Helper()
	for i := range want {
		check.Close(t, got[i], want[i], tolerance, c.Family, string(mustJSON(c.Params)), what, "at", xs[i])
	}
}

func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}
