package bart

import (
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
)

// TestFit_WithAMillionLevels expects an answer where levels have an order, and an error that says what to
// do where they have none.
func TestFit_WithAMillionLevels(t *testing.T) {
	const n, levels = 400, 1000000
	src := rng.NewKey(5).Stream()
	d := &Data{Columns: []Column{{Name: "zip", Kind: Ordered, Values: make([]float64, n)}}, Y: make([]float64, n)}
	for i := range n {
		d.Columns[0].Values[i] = float64(src.Intn(levels))
		d.Y[i] = d.Columns[0].Values[i]/levels + src.Normal()/20
	}
	post := mustFit(t, d, Options{Seed: 1, Trees: 10, Chains: 1, Burn: 50, Draws: 50, Regrow: 2})
	pred := predict(t, post, d)
	left := 0.0
	for i, y := range d.Y {
		left += (y - pred.Mean[i]) * (y - pred.Mean[i]) / n
	}
	if left > 0.02 {
		t.Errorf("a variance of %v is left of 0.083", left)
	}
	d.Columns[0].Kind = Unordered
	if _, err := Fit(t.Context(), d, Options{}); err == nil || !strings.Contains(err.Error(), "merge rare levels") {
		t.Errorf("error %v", err)
	}
}
