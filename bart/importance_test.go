package bart

import (
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// product returns rows of y = 4·x1·x2 + x3 with noise, of six columns.
func product(n int, seed uint64) *Data {
	d, _ := friedman(n, 6, seed)
	src := rng.NewKey(seed).Child("noise").Stream()
	for i := range d.Y {
		x := func(j int) float64 { return d.Columns[j].Values[i] }
		d.Y[i] = 8*(x(0)-0.5)*(x(1)-0.5) + x(2) + 0.1*src.Normal()
	}
	return d
}

func TestImportance_FindsTheColumnsThatMatter(t *testing.T) {
	d := product(500, 1)
	o := small
	o.Burn = 150 // until both chains have found the product
	post := mustFit(t, d, o)
	all := post.Importance()
	total := 0.0
	for f, in := range all {
		total += in.Proportion
		if !(in.Low <= in.Proportion && in.Proportion <= in.High) {
			t.Errorf("%+v", in)
		}
		if matters := f < 3; matters != (in.Proportion > 0.1) || matters && in.Probability < 1 {
			t.Errorf("%+v", in)
		}
	}
	check.Close(t, total, 1, check.Rel, "sum of proportions")
	pairs := post.Interactions()
	if pairs[0].First != "x1" || pairs[0].Second != "x2" || pairs[0].Probability < 0.99 {
		t.Errorf("first interaction %+v", pairs[0])
	}
	losses, err := post.PermutationImportance(t.Context(), product(300, 2), 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	for f, loss := range losses {
		if matters := f < 3; matters != (loss.Loss > 0.1) {
			t.Errorf("%+v", loss)
		}
	}
}

func TestPartialDependence_FollowsTheFunction(t *testing.T) {
	d := product(500, 1)
	o := small
	o.Prior.K = 5 // tight leaves: chains as short as these do not wander out of a column without effect again
	post := mustFit(t, d, o)
	dep, err := post.PartialDependence(t.Context(), d, "x3", DependenceOptions{Rows: 100, Individual: true})
	if err != nil {
		t.Fatal(err)
	}
	middle := tensor.Mean(dep.Mean)
	for v, value := range dep.Values {
		if e := dep.Mean[v] - middle - (value - 0.5); math.Abs(e) > 0.15 {
			t.Errorf("at %v: off by %v", value, e)
		}
		average := 0.0
		for _, curve := range dep.Individual {
			average += curve[v] / 100
		}
		check.Close(t, average, dep.Mean[v], check.F32, "mean of the rows' curves")
	}
	flat, err := post.PartialDependence(t.Context(), d, "x6", DependenceOptions{Rows: 100})
	if err != nil {
		t.Fatal(err)
	}
	if spread := slices.Max(flat.Mean) - slices.Min(flat.Mean); spread > 0.1 {
		t.Error("a column without effect moves f by", spread)
	}
	if _, err := post.PartialDependence(t.Context(), d, "y", DependenceOptions{}); err == nil {
		t.Error("no error for a column that is not there")
	}
}

// TestLeaveOneOut_IsTheScoreOfNewRows compares the mean score with the mean log density of rows
// that the fit has not seen, which it estimates.
func TestLeaveOneOut_IsTheScoreOfNewRows(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many times")
	}
	d, _ := friedman(300, 5, 1)
	o := small
	o.Burn, o.Draws = 150, 150
	post := mustFit(t, d, o)
	loo, err := post.LeaveOneOut(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	fresh, _ := friedman(1500, 5, 7)
	pred, err := post.Predict(t.Context(), fresh, PredictOptions{Raw: true, Draws: true})
	if err != nil {
		t.Fatal(err)
	}
	scores, logp := make([]float64, 1500), make([]float64, post.Draws())
	w := &predictor{Posterior: post}
	for i := range scores {
		for k := range logp {
			logp[k] = pred.Draws[k][i]
		}
		w.eachDraw(logp, func(f, sigma float64, aux []float64) float64 { return post.logDensity(fresh, i, f, sigma, aux) })
		scores[i] = tensor.LogSumExp(logp) - math.Log(float64(len(logp)))
	}
	got, want := loo.Total/300, tensor.Mean(scores)
	// Both have a standard error of about 0.05 and 0.02; the estimate is a little high where
	// shapes are large.
	if math.Abs(got-want) > 0.25 {
		t.Errorf("leave-one-out %v, new rows %v, %d of 300 unreliable", got, want, loo.Unreliable)
	}
}

// TestPermutationImportance_SeesWhatStandsBesideTrees has a response of a column, a group with a slope in another column,
// and a treatment; a third column is noise.
func TestPermutationImportance_SeesWhatStandsBesideTrees(t *testing.T) {
	src := rng.NewKey(3).Stream()
	const n = 200
	g, z := Groups{Of: make([]int, n), Count: 4}, make([]float64, n)
	column := [3][]float64{make([]float64, n), make([]float64, n), make([]float64, n)}
	grouped, causal := make([]float64, n), make([]float64, n)
	for i := range n {
		for k := range column {
			column[k][i] = src.Normal()
		}
		g.Of[i], z[i] = i%4, float64(i/4%2)
		grouped[i] = column[0][i] + float64(g.Of[i]) + float64(g.Of[i]-2)*column[1][i] + 0.1*src.Normal()
		causal[i] = column[0][i] + 2*z[i] + 0.1*src.Normal()
	}
	g.Slopes = [][]float64{column[1]}
	d := &Data{Columns: []Column{{Name: "own", Values: column[0]}, {Name: "sloped", Values: column[1]}, {Name: "treatment", Values: column[2]}}}
	o := Options{Seed: 1, Trees: 10, Chains: 2, Burn: 60, Draws: 30}
	expect := func(all []Permuted, err error, large ...bool) {
		t.Helper()
		if err != nil || len(all) != len(large) {
			t.Fatal(all, err)
		}
		for k, p := range all {
			if large[k] != (p.Loss > 0.3) || !large[k] && p.Loss > 0.1 {
				t.Errorf("the loss of %s is %v", p.Column, p.Loss)
			}
		}
	}
	d.Y = grouped
	group, err := FitGrouped(t.Context(), d, g, o)
	if err != nil {
		t.Fatal(err)
	}
	all, err := group.PermutationImportance(t.Context(), d, g, 2, 1)
	expect(all, err, true, true, false, true)
	d.Y = causal
	effect, err := FitCausal(t.Context(), d, z, CausalOptions{Options: o, Propensity: make([]float64, n)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = effect.PermutationImportance(t.Context(), d, z, 2, 1); err == nil {
		t.Error("propensities are not missed")
	}
	d.Columns = append(d.Columns, Column{Name: "propensity", Values: make([]float64, n)})
	all, err = effect.PermutationImportance(t.Context(), d, z, 2, 1)
	expect(all, err, true, false, false, false, true)
	if _, err := group.PermutationImportance(t.Context(), d, g, 0, 1); err == nil {
		t.Error("no repeats are taken")
	}
}

// TestPartialDependence_TakesTheFewValuesThatThereAre has a column of truth values, and one that is the same everywhere.
func TestPartialDependence_TakesTheFewValuesThatThereAre(t *testing.T) {
	d := mixed(60, 2)
	d.Columns[0] = Column{Name: "truth", Values: make([]float64, 60)}
	for i := range d.Y {
		d.Columns[0].Values[i] = float64(i % 2)
	}
	d.Columns[0].Values[5] = math.NaN()
	post := mustFit(t, d, Options{Trees: 5, Chains: 1, Burn: 5, Draws: 5})
	for column, want := range map[string][]float64{"truth": {0, 1}, "constant": {7}, "grade": {0, 1, 2}} {
		dep, err := post.PartialDependence(t.Context(), d, column, DependenceOptions{Rows: 10})
		if err != nil || !slices.Equal(dep.Values, want) {
			t.Errorf("%s: %v, want %v, error %v", column, dep.Values, want, err)
		}
	}
}
