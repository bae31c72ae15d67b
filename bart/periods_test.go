package bart

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

func TestAtRisk_HasARowForEachPeriodLived(t *testing.T) {
	d := &Data{
		Columns:  []Column{{Name: "x", Values: []float64{10, 20, 30, 40, 50, 60}}},
		Y:        []float64{2, 5, 3, 5, 1, 9},
		Censored: []bool{false, false, true, true, true, false},
	}
	times, err := d.periods(10)
	if err != nil {
		t.Fatal(err)
	}
	check.CloseSlice(t, times, []float64{2, 5, 9}, check.Exact, "ends of periods")
	rows, starts := d.atRisk(times)
	// The third is censored within the second period, the fifth within the first.
	check.CloseSlice(t, rows.Columns[0].Values, []float64{10, 20, 20, 30, 40, 40, 60, 60, 60}, check.Exact)
	check.CloseSlice(t, rows.Columns[1].Values, []float64{2, 2, 5, 2, 2, 5, 2, 5, 9}, check.Exact)
	check.CloseSlice(t, rows.Y, []float64{1, 0, 1, 0, 0, 0, 0, 0, 1}, check.Exact)
	if want := []int{0, 1, 3, 4, 6, 6, 9}; !slices.Equal(starts, want) {
		t.Error("starts", starts, "want", want)
	}
	if few, _ := d.periods(2); !slices.Equal(few, []float64{5, 9}) {
		t.Error("two periods end at", few)
	}
}

// lifetimes returns rows whose hazards are not in proportion: where b > ½ it is 0.1 in each of ten
// periods, elsewhere 0.02 in the first five and 0.4 after; a third are censored. alive has
// the probability of living beyond each period.
func lifetimes(n int, seed uint64) (d *Data, alive [][]float64) {
	src := rng.NewKey(seed).Stream()
	d, _ = friedman(n, 5, seed)
	d.Columns = d.Columns[:3]
	d.Censored = make([]bool, n)
	alive = matrix(10, n)
	for i := range n {
		hazard := func(k int) float64 {
			switch {
			case d.Columns[1].Values[i] > 0.5:
				return 0.1
			case k <= 5:
				return 0.02
			}
			return 0.4
		}
		left := 1.0
		for k := range 10 {
			left *= 1 - hazard(k+1)
			alive[k][i] = left
		}
		d.Y[i] = 11
		for k := 1; k <= 10; k++ {
			if src.Float64() < hazard(k) {
				d.Y[i] = float64(k)
				break
			}
		}
		if limit := math.Floor(1 + 15*src.Float64()); d.Y[i] > min(limit, 10) {
			d.Y[i], d.Censored[i] = min(limit, 10), true
		}
	}
	return d, alive
}

func TestDiscreteTime_FindsCurvesThatCross(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many times")
	}
	d, alive := lifetimes(400, 3)
	o := small
	o.Family, o.Burn = DiscreteTime, 100
	post := mustFit(t, d, o)
	times := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	check.CloseSlice(t, post.Periods(), times, check.Exact)
	curves, err := post.Survive(t.Context(), d, times, PredictOptions{})
	if err != nil {
		t.Fatal(err)
	}
	covered := 0.0
	for k := range times {
		if e := rootMeanSquare(curves[k].Mean, alive[k]); e > 0.17 {
			t.Errorf("period %d: error %v", k+1, e)
		}
		for i, p := range alive[k] {
			if p > curves[k].Quantiles[0][i] && p < curves[k].Quantiles[2][i] {
				covered += 1 / float64(10*len(alive[k]))
			}
			if k > 0 && curves[k].Mean[i] > curves[k-1].Mean[i] {
				t.Fatal("a curve rises")
			}
		}
	}
	if covered < 0.7 {
		t.Error("covered", covered)
	}
	again, err := Load(bytes.NewReader(save(t, post)), nil)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := again.SurvivalCurve(t.Context(), d, []float64{5.5})
	if err != nil {
		t.Fatal(err)
	}
	before, err := post.SurvivalCurve(t.Context(), d, []float64{5})
	if err != nil {
		t.Fatal(err)
	}
	check.CloseSlice(t, loaded[0], before[0], check.Exact)
	if more, err := again.Extend(t.Context(), d, 10, nil, nil); err != nil || more.Draws() != post.Draws()+20 {
		t.Error("extending", err)
	}
	loo, err := post.LeaveOneOut(t.Context(), d)
	if err != nil || len(loo.K) != 400 {
		t.Fatal(err)
	}
	// The entropy of the truth is about 1.5 a row.
	if mean := loo.Total / 400; mean > -1 || mean < -2.2 {
		t.Error("mean score", mean)
	}
	dep, err := post.PartialDependence(t.Context(), d, "time", DependenceOptions{Rows: 50, Values: []float64{2, 8}})
	if err != nil || !(dep.Mean[1] > dep.Mean[0]+0.05) {
		t.Error("hazard by time", dep, err)
	}
}

func TestDiscreteTime_RefusesWhatItCannotUse(t *testing.T) {
	d, _ := lifetimes(30, 3)
	o := small
	o.Family = DiscreteTime
	d.Columns[0].Name = "time"
	if _, err := Fit(t.Context(), d, o); err == nil || !strings.Contains(err.Error(), `a column "time" of its own`) {
		t.Error(err)
	}
	d.Columns[0].Name = "x"
	for i := range d.Censored {
		d.Censored[i] = true
	}
	if _, err := Fit(t.Context(), d, o); err == nil || !strings.Contains(err.Error(), "censored") {
		t.Error(err)
	}
}

// TestPoissonLeaf_HasTheExactPosterior compares with predictive densities, counts being negative
// binomial given those before. False alarm 1e-6.
func TestPoissonLeaf_HasTheExactPosterior(t *testing.T) {
	d := tiny(12, false)
	d.Columns = d.Columns[:2]
	for i := range d.Y {
		d.Y[i] = float64((i * 5) % 4)
	}
	c := testChain(d, Options{Trees: 1, Family: Poisson, Moves: allMoves, Prior: Prior{MinLeaf: 1, Alpha: 0.7, Beta: 1.5}}, 3)
	model := newPoissonLeaf(d.Y, 0.4)
	c.mean.model = model
	mean := make([]float64, 12)
	for i := range mean {
		mean[i] = 0.5 + float64(i%4)/2
		c.mean.resid[i] = float32(mean[i])
	}
	e := enumeration{d: d, g: c.grid, alpha: 0.7, beta: 1.5, minLeaf: 1, weights: []float64{1, 1}}
	e.leaf = func(rows []int) float64 {
		a, b, logp := 2.5, 2.5, 0.0
		for _, i := range rows {
			up, _ := math.Lgamma(a + d.Y[i])
			down, _ := math.Lgamma(a)
			logp += up - down + a*math.Log(b) - (a+d.Y[i])*math.Log(b+mean[i])
			a, b = a+d.Y[i], b+mean[i]
		}
		return math.Exp(logp)
	}
	draws := effort(300, 1500, 4000)
	posteriorFrequencies(t, &e, c.mean, c.src, draws, 20)
}

// TestPoisson_FindsRates has exposures between 1 and 5; the bounds are about 1.4 times what the
// run gives.
func TestPoisson_FindsRates(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many times")
	}
	for _, family := range []Family{Poisson, NegativeBinomial} {
		d, f := respond(500, Gaussian, 1)
		src := rng.NewKey(8).Stream()
		d.Exposure = make([]float64, 500)
		for i := range f {
			d.Exposure[i] = 1 + 4*src.Float64()
			d.Y[i] = rng.Poisson(src, d.Exposure[i]*elem.Exp(f[i]))
			f[i] = elem.Exp(f[i])
		}
		o := small
		o.Family = family
		post := mustFit(t, d, o)
		rates := &Data{Columns: d.Columns}
		pred, err := post.Predict(t.Context(), rates, PredictOptions{})
		if err != nil {
			t.Fatal(err)
		}
		covered := 0.0
		for i := range f {
			if f[i] > pred.Quantiles[0][i] && f[i] < pred.Quantiles[2][i] {
				covered += 1.0 / 500
			}
		}
		if e := rootMeanSquare(pred.Mean, f); e > 0.35 || covered < 0.7 {
			t.Errorf("%v: error of rates %v, covered %v", family, e, covered)
		}
		counts, err := post.Predict(t.Context(), d, PredictOptions{Noise: true, Draws: true})
		if err != nil {
			t.Fatal(err)
		}
		got, want := 0.0, 0.0
		for i, y := range d.Y {
			check.Close(t, counts.Mean[i], pred.Mean[i]*d.Exposure[i], check.Rel.Loosened(1e6, "draws are stretched before the exponential"), "row", i)
			want += y
			for k := range counts.Draws {
				got += counts.Draws[k][i] / float64(len(counts.Draws))
			}
		}
		if math.Abs(got-want) > 0.06*want {
			t.Errorf("%v: %v counts are predicted, %v observed", family, got, want)
		}
	}
}
