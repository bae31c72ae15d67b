package bart

import (
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// TestFitGrouped_FindsEffectsAndTheirScale has effects of standard deviation 2 and slopes of 1 in 25
// groups of 20 rows; the standard error of an effect is about 0.1.
func TestFitGrouped_FindsEffectsAndTheirScale(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many times")
	}
	d := product(500, 4)
	src := rng.NewKey(9).Stream()
	g := Groups{Of: make([]int, 500), Count: 25, Slopes: [][]float64{make([]float64, 500)}}
	intercepts, slopes := make([]float64, 25), make([]float64, 25)
	for k := range intercepts {
		intercepts[k], slopes[k] = 2*src.Normal(), src.Normal()
	}
	for i := range g.Of {
		g.Of[i], g.Slopes[0][i] = i%25, src.Normal()
		d.Y[i] += intercepts[g.Of[i]] + slopes[g.Of[i]]*g.Slopes[0][i]
	}
	fit, err := FitGrouped(t.Context(), d, g, Options{Seed: 1, Trees: 40, Chains: 2, Burn: 150, Draws: 100})
	if err != nil {
		t.Fatal(err)
	}
	slopeError, scale := 0.0, [2]float64{}
	mean := make([]float64, 50)
	for k := range fit.Effects {
		for j, b := range fit.Effects[k] {
			mean[j] += b / 200
		}
		scale[0], scale[1] = scale[0]+fit.Scales[k][0]/200, scale[1]+fit.Scales[k][1]/200
	}
	for k := range slopes {
		slopeError += (mean[2*k+1] - slopes[k]) * (mean[2*k+1] - slopes[k]) / 25
	}
	if math.Sqrt(slopeError) > 0.15 {
		t.Error("error of slopes", math.Sqrt(slopeError))
	}
	if scale[0] < 1.2 || scale[0] > 3.2 || scale[1] < 0.6 || scale[1] > 1.6 {
		t.Error("scales", scale)
	}
	pred, err := fit.Predict(t.Context(), d, g, PredictOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if e := rootMeanSquare(pred.Mean, d.Y); e > 0.4 {
		t.Error("error of the fit", e)
	}
	g.Of[0] = -1
	fresh, err := fit.Predict(t.Context(), d, g, PredictOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !(fresh.SD[0] > 1) {
		t.Error("a new group is predicted with standard deviation", fresh.SD[0])
	}
	g.Of[0] = 99
	if _, err := FitGrouped(t.Context(), d, g, Options{}); err == nil || !strings.Contains(err.Error(), "row 1 is in group 99") {
		t.Error(err)
	}
}

// TestFitCausal_FindsTheEffectDespiteConfounding treats rows by how large their outcome is going
// to be, so that the difference of means is far from the effect, 1 + x2.
func TestFitCausal_FindsTheEffectDespiteConfounding(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many times")
	}
	const n = 600
	d, _ := friedman(n, 5, 2)
	src := rng.NewKey(5).Stream()
	z, effect := make([]float64, n), make([]float64, n)
	sums, counts := [2]float64{}, [2]float64{}
	average := 0.0
	for i := range z {
		x1, x2 := d.Columns[0].Values[i], d.Columns[1].Values[i]
		z[i] = float64(rng.Bernoulli(src, elem.InvLogit(4*(x1-0.5))))
		effect[i] = 1 + x2
		average += effect[i] / n
		d.Y[i] = 4*x1 + effect[i]*z[i] + 0.5*src.Normal()
		sums[int(z[i])] += d.Y[i]
		counts[int(z[i])]++
	}
	if naive := sums[1]/counts[1] - sums[0]/counts[0]; naive < average+0.5 {
		t.Fatal("the data are not confounded: ", naive)
	}
	fit, err := FitCausal(t.Context(), d, z, CausalOptions{Options: Options{Seed: 1, Trees: 50, Chains: 2, Burn: 150, Draws: 100}})
	if err != nil {
		t.Fatal(err)
	}
	mean, low, high, err := fit.AverageEffect(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	// The standard error of the average is about 0.06.
	if math.Abs(mean-average) > 0.25 || !(low < average+0.1 && high > average-0.1) {
		t.Errorf("average effect %v (%v to %v), want %v", mean, low, high, average)
	}
	pred, err := fit.Effect.Predict(t.Context(), d, PredictOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if e := rootMeanSquare(pred.Mean, effect); e > 0.35 {
		t.Error("error of the effects", e)
	}
	clear(z)
	if _, err := FitCausal(t.Context(), d, z, CausalOptions{}); err == nil || !strings.Contains(err.Error(), "nothing tells its effect") {
		t.Error(err)
	}
}
