package bart

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
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
	var file bytes.Buffer
	if err := fit.Save(&file); err != nil {
		t.Fatal(err)
	}
	loaded, err := LoadGrouped(bytes.NewReader(file.Bytes()), nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := loaded.Predict(t.Context(), d, g, PredictOptions{})
	if err != nil {
		t.Fatal(err)
	}
	check.CloseSlice(t, again.Mean, pred.Mean, check.Exact)
	refuseDamage(t, file.Bytes(), func(b []byte) error { _, err := LoadGrouped(bytes.NewReader(b), nil); return err })
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
	fit, err := FitCausal(t.Context(), d, z, CausalOptions{Options: Options{Seed: 1, Trees: 30, Chains: 2, Burn: 80, Draws: 80}})
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
	var file bytes.Buffer
	if err := fit.Save(&file); err != nil {
		t.Fatal(err)
	}
	loaded, err := LoadCausal(bytes.NewReader(file.Bytes()), nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := loaded.Effect.Predict(t.Context(), d, PredictOptions{})
	if err != nil {
		t.Fatal(err)
	}
	check.CloseSlice(t, again.Mean, pred.Mean, check.Exact)
	check.CloseSlice(t, loaded.Propensity, fit.Propensity, check.Exact)
	refuseDamage(t, file.Bytes(), func(b []byte) error { _, err := LoadCausal(bytes.NewReader(b), nil); return err })
	clear(z)
	if _, err := FitCausal(t.Context(), d, z, CausalOptions{}); err == nil || !strings.Contains(err.Error(), "nothing tells its effect") {
		t.Error(err)
	}
}

// refuseDamage loads files with a byte changed, cut short, of another kind, and with a version that is
// not known.
func refuseDamage(t *testing.T, file []byte, load func([]byte) error) {
	t.Helper()
	src := rng.NewKey(1).Stream()
	for range 20 {
		bad := bytes.Clone(file)
		bad[src.Intn(len(bad))] ^= byte(1 + src.Intn(255))
		if load(bad) == nil || load(file[:src.Intn(len(file))]) == nil {
			t.Fatal("damage is not seen")
		}
	}
	if load([]byte(fileMagic+"12345678")) == nil {
		t.Error("a file of another kind is read")
	}
}

func TestFitGrouped_TellsAboutItsDraws(t *testing.T) {
	d, _ := friedman(60, 5, 1)
	memory, heard, before := stream.NewMemory(), 0, 0
	o := Options{Seed: 1, Trees: 5, Chains: 2, Burn: 10, Draws: 7, Watch: 3, Sink: memory, Progress: func(p Progress) {
		if p.Of == "propensity" && heard == 0 {
			before++
		} else {
			heard++
		}
	}}
	g := Groups{Of: make([]int, 60), Count: 2}
	for i := range g.Of {
		g.Of[i] = i % 2
	}
	fit, err := FitGrouped(t.Context(), d, g, o)
	if err != nil {
		t.Fatal(err)
	}
	sigma, ok := memory.Sampling.Value("sigma")
	if !ok || heard != 34 {
		t.Fatal("no sigma, or not 34 sweeps but", heard)
	}
	for c, chain := range fit.Trees.Chains() {
		check.CloseSlice(t, sigma[c], chain.Sigma, check.Exact)
	}
	heard = 0
	z := make([]float64, 60)
	for i := range z {
		z[i] = float64(i % 2)
	}
	o.Sink = stream.NewMemory()
	if _, err := FitCausal(t.Context(), d, z, CausalOptions{Options: o}); err != nil || heard != 34 || before != 800 {
		t.Error(err, heard, before)
	}
	heard, memory = 0, stream.NewMemory()
	o.Sink = memory
	many, err := FitMany(t.Context(), d, []Response{{"y", d.Y}, {"z", z}}, o)
	if err != nil || heard != 34 {
		t.Fatal(err, heard)
	}
	omega, ok := memory.Sampling.Value("omega[2,2]")
	if !ok {
		t.Fatal("no variance of the second response")
	}
	for c, chain := range many.Of("z").Chains() {
		for k, s := range chain.Sigma {
			check.Close(t, s*s, omega[c][k], check.Rel, "chain", c, "draw", k)
		}
	}
}

// TestExtend_GoesOnWithWhatStandsBesideTrees compares extended fits with longer ones: the next draw of the first chain,
// after which rounding parts them.
func TestExtend_GoesOnWithWhatStandsBesideTrees(t *testing.T) {
	d, _ := respond(120, Probit, 1)
	g, z := Groups{Of: make([]int, 120), Count: 6}, make([]float64, 120)
	for i := range g.Of {
		g.Of[i], z[i] = i%6, float64(i/3%2)
	}
	o := Options{Seed: 3, Family: Probit, Trees: 8, Chains: 2, Burn: 20, Draws: 15}
	longer := o
	longer.Draws, longer.Workers = 20, 1 // nothing depends on the number of workers
	grouped, err := FitGrouped(t.Context(), d, g, o)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := LoadAny(bytes.NewReader(save(t, grouped)), nil)
	if err != nil {
		t.Fatal(err)
	}
	more, err := loaded.(*Grouped).Extend(t.Context(), d, g, 5, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := FitGrouped(t.Context(), d, g, longer)
	if err != nil {
		t.Fatal(err)
	}
	for k := range 15 {
		check.CloseSlice(t, more.Effects[k], whole.Effects[k], check.Exact, "draw", k)
	}
	if len(more.Effects) != 40 || more.Trees.Draws() != 40 || more.Trees.Interrupted {
		t.Error(len(more.Effects), more.Trees.Draws(), more.Trees.Interrupted)
	}
	if _, err := more.Trees.Extend(t.Context(), d, 5, nil, nil); err == nil || !strings.Contains(err.Error(), "part of a larger fit") {
		t.Error(err)
	}
	g.Of[0] = 6
	if _, err := more.Extend(t.Context(), d, g, 5, nil, nil); err == nil {
		t.Error("a seventh group is taken")
	}

	causal, err := FitCausal(t.Context(), d, z, CausalOptions{Options: o, EffectTrees: 5, EffectWeights: []float64{1, 0}})
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadAny(bytes.NewReader(save(t, causal)), nil)
	if err != nil {
		t.Fatal(err)
	}
	on, err := again.(*Causal).Extend(t.Context(), d, z, 5, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if on.Effect.Draws() != 40 || on.Prognostic.Draws() != 40 {
		t.Error(on.Effect.Draws(), on.Prognostic.Draws())
	}
	long, err := FitCausal(t.Context(), d, z, CausalOptions{Options: longer, EffectTrees: 5, EffectWeights: []float64{1, 0}})
	if err != nil {
		t.Fatal(err)
	}
	for k, f := range long.Effect.chains[1].Watched[:15*len(on.Effect.watched)] {
		check.Close(t, on.Effect.chains[1].Watched[k], f, check.Exact, "number", k)
	}
	if share := on.Effect.Importance()[1].Proportion; share != 0 {
		t.Error("a column of weight 0 has a share of", share)
	}
	if _, err := on.Effect.Extend(t.Context(), d, 5, nil, nil); err == nil {
		t.Error("the effect is extended alone")
	}
}

// TestComposed_PredictTheMeanResponse has binary responses by group and by treatment, and compares shares with what is predicted;
// the standard errors are about 0.03.
func TestComposed_PredictTheMeanResponse(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many times")
	}
	const n = 450
	for _, family := range []Family{Probit, Logistic} {
		d, f := respond(n, family, 4)
		src := rng.NewKey(8).Stream()
		g, z := Groups{Of: make([]int, n), Count: 3}, make([]float64, n)
		var ones, rows [3][2]float64
		mean := func(f float64) float64 {
			if family == Probit {
				return elem.NormCDF(f)
			}
			return elem.InvLogit(f)
		}
		effect := 0.0
		for i := range f {
			g.Of[i], z[i] = i%3, float64(rng.Bernoulli(src, 0.5))
			d.Y[i] = float64(rng.Bernoulli(src, mean(f[i]+float64(g.Of[i])-1+z[i])))
			ones[g.Of[i]][int(z[i])] += d.Y[i]
			rows[g.Of[i]][int(z[i])]++
			effect += (mean(f[i]+float64(g.Of[i])) - mean(f[i]+float64(g.Of[i])-1)) / n
		}
		o := Options{Seed: 1, Family: family, Trees: 20, Chains: 2, Burn: 80, Draws: 60}
		o.Trees = 12
		grouped, err := FitGrouped(t.Context(), d, g, o)
		if err != nil {
			t.Fatal(err)
		}
		pred, err := grouped.Predict(t.Context(), d, g, PredictOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for k := range 3 {
			sum := 0.0
			for i := k; i < n; i += 3 {
				sum += pred.Mean[i] / (n / 3)
			}
			if share := (ones[k][0] + ones[k][1]) / (n / 3); math.Abs(sum-share) > 0.05 {
				t.Errorf("%v, group %d: %v predicted, %v seen", family, k, sum, share)
			}
		}
		if loo, err := grouped.LeaveOneOut(t.Context(), d, g); err != nil || !(loo.Total < -0.4*n && loo.Total > -0.69*n) {
			t.Error(err, loo)
		}
		d.Columns = append(d.Columns, Column{Name: "group", Values: make([]float64, n)})
		for i := range d.Y {
			d.Columns[2].Values[i] = float64(g.Of[i])
		}
		given := make([]float64, n)
		for i := range given {
			given[i] = 0.5
		}
		causal, err := FitCausal(t.Context(), d, z, CausalOptions{Options: o, EffectTrees: 12, Propensity: given})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := causal.Outcomes(t.Context(), d, z, PredictOptions{}); err == nil || !strings.Contains(err.Error(), propensityColumn) {
			t.Error("rows without their propensities are predicted: ", err)
		}
		d.Columns = append(d.Columns, Column{Name: propensityColumn, Values: given})
		average, low, high, err := causal.AverageEffect(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(average-effect) > 0.1 || !(low < effect && effect < high) {
			t.Errorf("%v: average effect %v (%v to %v), want %v", family, average, low, high, effect)
		}
		outcomes, err := causal.Outcomes(t.Context(), d, z, PredictOptions{})
		if err != nil {
			t.Fatal(err)
		}
		sum, seen := 0.0, 0.0
		for i, y := range d.Y {
			sum, seen = sum+outcomes.Mean[i]/n, seen+y/n
		}
		if math.Abs(sum-seen) > 0.05 {
			t.Errorf("%v: a mean of %v predicted, %v seen", family, sum, seen)
		}
		d.Columns = d.Columns[:3]
		if loo, err := causal.LeaveOneOut(t.Context(), d, z); err != nil || !(loo.Total < -0.4*n && loo.Total > -0.69*n) {
			t.Error(err, loo)
		}
	}
}
