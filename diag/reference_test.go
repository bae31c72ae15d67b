package diag

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/stream"
)

// reference is testdata/reference.json, which make_reference.py wrote.
type reference struct {
	Cases []struct {
		Name     string                     `json:"name"`
		Draws    [][]stream.Number          `json:"draws"`
		Expected map[string]json.RawMessage `json:"expected"`
	} `json:"cases"`
	NormalQuantile [][2]float64 `json:"normal_quantile"`
	BetaQuantile   [][4]float64 `json:"beta_quantile"`
}

func readReference(t *testing.T) *reference {
	t.Helper()
	text, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	r := new(reference)
	if err := json.Unmarshal(text, r); err != nil {
		t.Fatal(err)
	}
	return r
}

func floats(draws [][]stream.Number) [][]float64 {
	out := make([][]float64, len(draws))
	for i, chain := range draws {
		for _, x := range chain {
			out[i] = append(out[i], float64(x))
		}
	}
	return out
}

// ours computes what the reference calls by the given name.
var ours = func() map[string]func([][]float64) float64 {
	byName := map[string]func([][]float64) float64{
		"mean": Mean, "sd": SD, "mad": MAD, "rhat": RHat,
		"ess_bulk": ESSBulk, "ess_tail": ESSTail, "ess_mean": ESSMean, "ess_sd": ESSSD, "ess_median": ESSMedian,
		"mcse_mean": MCSEMean, "mcse_sd": MCSESD,
	}
	for _, p := range []float64{0.05, 0.25, 0.5, 0.95} {
		byName[fmt.Sprintf("quantile %v", p)] = func(x [][]float64) float64 { return Quantile(x, p) }
		byName[fmt.Sprintf("ess_quantile %v", p)] = func(x [][]float64) float64 { return ESSQuantile(x, p) }
		byName[fmt.Sprintf("mcse_quantile %v", p)] = func(x [][]float64) float64 { return MCSEQuantile(x, p) }
	}
	return byName
}()

// exact are the numbers where ArviZ has rounding errors for an answer, because
// the mean of equal draws came out one bit off: 0/0 and 1/0 in truth.
var exact = map[string]float64{
	"constant, not a binary fraction: sd":        0,
	"constant, not a binary fraction: mcse_mean": 0,
	"constant, not a binary fraction: mcse_sd":   math.NaN(),
	"constant, not a binary fraction: bfmi":      math.NaN(),
	"stuck chains: rhat":                         math.Inf(1),
}

func TestReference_EqualsArviZ(t *testing.T) {
	for _, c := range readReference(t).Cases {
		t.Run(c.Name, func(t *testing.T) {
			draws := floats(c.Draws)
			for name, text := range c.Expected {
				if name == "bfmi" {
					continue
				}
				var want stream.Number
				if err := json.Unmarshal(text, &want); err != nil {
					t.Fatal(err)
				}
				if truth, ok := exact[c.Name+": "+name]; ok {
					want = stream.Number(truth)
				}
				check.Close(t, ours[name](draws), float64(want), check.Rel, name)
			}
			var want []stream.Number
			if err := json.Unmarshal(c.Expected["bfmi"], &want); err != nil {
				t.Fatal(err)
			}
			for chain, got := range EBFMI(draws) {
				if truth, ok := exact[c.Name+": bfmi"]; ok {
					want[chain] = stream.Number(truth)
				}
				check.Close(t, got, float64(want[chain]), check.Rel, "bfmi of chain", chain)
			}
		})
	}
}

func TestReference_NormalQuantileIsSciPys(t *testing.T) {
	for _, row := range readReference(t).NormalQuantile {
		check.Close(t, elem.NormQuantile(row[0]), row[1], check.ULP(4), "p =", row[0])
	}
}

func TestReference_BetaQuantileIsSciPys(t *testing.T) {
	for _, row := range readReference(t).BetaQuantile {
		a, b, p := row[0], row[1], row[2]
		check.Close(t, betaQuantile(p, a, b), row[3], check.Rel, "a, b, p =", a, b, p)
	}
}
