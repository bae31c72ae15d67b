package bart

import (
	"bytes"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// TestVariance_VariesWithTheColumns has noise of sd 0.2 where x1 < ½ and 1 elsewhere.
func TestVariance_VariesWithTheColumns(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many times")
	}
	const n = 800
	d, _ := friedman(n, 5, 3)
	src := rng.NewKey(1).Stream()
	sd := func(x float64) float64 {
		if x < 0.5 {
			return 0.2
		}
		return 1
	}
	for i := range d.Y {
		d.Y[i] = 3*d.Columns[1].Values[i] + sd(d.Columns[0].Values[i])*src.Normal()
	}
	o := small
	o.Trees, o.VarianceTrees, o.Burn = 15, 10, 60
	post := mustFit(t, d, o)
	sigma, err := post.PredictSigma(t.Context(), d, []float64{0.05, 0.95})
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0.0
	for i, x := range d.Columns[0].Values {
		wrong += math.Abs(math.Log(sigma.Mean[i]/sd(x))) / n
	}
	if wrong > 0.25 {
		t.Error("mean error of log sigma", wrong)
	}
	pred, err := post.Predict(t.Context(), d, PredictOptions{Noise: true})
	if err != nil {
		t.Fatal(err)
	}
	o.VarianceTrees = 0
	for k, fit := range []*Posterior{post, mustFit(t, d, o)} {
		// The mean scores of right densities: −log σ − ½ log 2π − ½, with σ of both halves, and with one for all.
		want := []float64{-math.Log(0.2)/2 - 1.42, -math.Log(0.52)/2 - 1.42}[k]
		loo, err := fit.LeaveOneOut(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		if mean := loo.Total / n; math.Abs(mean-want) > 0.2 {
			t.Errorf("fit %d: mean score %v, want about %v", k, mean, want)
		}
	}
	covered := map[bool]float64{}
	count := map[bool]float64{}
	for i, y := range d.Y {
		quiet := d.Columns[0].Values[i] < 0.5
		count[quiet]++
		if y > pred.Quantiles[0][i] && y < pred.Quantiles[2][i] {
			covered[quiet]++
		}
	}
	for _, quiet := range []bool{true, false} {
		if share := covered[quiet] / count[quiet]; share < 0.84 || share > 0.97 {
			t.Errorf("quiet %v: %v of the responses are within 90 %% intervals", quiet, share)
		}
	}
	again, err := Load(bytes.NewReader(save(t, post)), nil)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := again.PredictSigma(t.Context(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	check.CloseSlice(t, loaded.Mean, sigma.Mean, check.Exact)
	more, err := again.Extend(t.Context(), d, 30, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	extended, err := more.PredictSigma(t.Context(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	if e := rootMeanSquare(extended.Mean, sigma.Mean); e > 0.1 || more.Draws() != post.Draws()+60 {
		t.Errorf("%d more draws move sigma by %v", more.Draws()-post.Draws(), e)
	}
}

// TestVariance_IsTheSameEverywhereWhereNothingVaries compares σ at rows with the truth; the
// mean also holds what the trees miss of f.
func TestVariance_IsTheSameEverywhereWhereNothingVaries(t *testing.T) {
	d, _ := friedman(500, 5, 3)
	src := rng.NewKey(1).Stream()
	for i := range d.Y {
		d.Y[i] = d.Columns[1].Values[i] + src.Normal()
	}
	o := small
	o.VarianceTrees = 10
	sigma, err := mustFit(t, d, o).PredictSigma(t.Context(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	off := 0.0
	for _, s := range sigma.Mean {
		off = max(off, math.Abs(math.Log(s)))
	}
	if off > 0.5 {
		t.Error("a row's log sigma is off by", off)
	}
}

// TestRateLeaf_HasTheExactPosterior compares the frequencies of a single multiplying tree with their
// posterior by enumeration. False alarm 1e-6.
func TestRateLeaf_HasTheExactPosterior(t *testing.T) {
	d := tiny(12, false)
	d.Columns = d.Columns[:1]
	c := testChain(d, Options{Trees: 1, VarianceTrees: 1, Moves: allMoves, Prior: Prior{MinLeaf: 1, Alpha: 0.7, Beta: 1.5}}, 3)
	model := &rateLeaf{shape: 1.5}
	c.variance.model = model
	u := make([]float32, 12)
	for i := range u {
		u[i] = float32(0.3 + 1.5*d.Columns[0].Values[i]*d.Columns[0].Values[i])
	}
	copy(c.variance.resid, u)
	e := enumeration{d: d, g: c.grid, alpha: 0.7, beta: 1.5, minLeaf: 1, weights: []float64{1}}
	e.leaf = func(rows []int) float64 {
		sum, logp := 0.0, 0.0
		for k, i := range rows {
			// The predictive densities one after another, apart from constants.
			a, b := 1.5+float64(k)/2, 1.5+sum
			sum += float64(u[i])
			up, _ := math.Lgamma(a + 0.5)
			down, _ := math.Lgamma(a)
			logp += up - down + a*math.Log(b) - (a+0.5)*math.Log(b+float64(u[i]))
		}
		return math.Exp(logp)
	}
	all := e.trees()
	total, index := 0.0, map[string]int{}
	for k, w := range all {
		total += w.weight
		index[w.text] = k
	}
	const draws = 3000
	counts, expected := make([]int, len(all)), make([]float64, len(all))
	for k, w := range all {
		expected[k] = draws * w.weight / total
	}
	for range draws {
		for range 20 {
			c.variance.sweep(c.src)
		}
		counts[index[describe(&c.variance.trees[0], c.grid, 0)]]++
	}
	statistic, p := check.ChiSquare(counts, expected)
	check.PValue(t, p, 1e-6, "chi-square", statistic, counts)
	c.variance.settle()
	tree := &c.variance.trees[0]
	for i, leaf := range tree.rows {
		check.Close(t, float64(c.variance.resid[i]), float64(u[i]*tree.values[leaf]), check.F32.Loosened(100, "60000 factors were put in and taken out"), "row", i)
	}
}

// priorRates are leaves of multiplying trees whose rows say nothing.
type priorRates struct{ *rateLeaf }

func (priorRates) marginal([]float64, int32) (q, exponent float64) { return 1, 0 }

func (l priorRates) draw(values []float32, src *rng.Stream, _ []float64, _ int32) {
	l.rateLeaf.draw(values, src, []float64{0}, 0)
}

// variancePriorDraw draws the trees of the precision from their prior, if there are any.
func variancePriorDraw(c *chain) {
	if c.variance == nil {
		return
	}
	e := c.variance
	leaf := e.model.(*rateLeaf)
	e.model = priorRates{leaf}
	for i := range e.resid {
		e.resid[i] = 1
	}
	for range 60 {
		e.last = -1
		e.sweep(c.src)
	}
	e.model = leaf
	c.setPrecisions()
}

// TestVariance_HasTheJointLaw is TestFamilies_HaveTheJointLaw for noise that varies. Of 13 comparisons in a right
// program one is beyond 4.5 standard errors with probability 9e-5.
func TestVariance_HasTheJointLaw(t *testing.T) {
	draws := effort(60, 200, 500)
	c := familyChainOf(Options{Family: Gaussian, VarianceTrees: 4}, 6)
	of := func(c *chain) []float64 {
		leaves, _ := c.variance.size()
		a, b := math.Log(c.rates[1]), math.Log(c.rates[5])
		return append(familyFunctionals(c), leaves, a, a*a, a*b, a*math.Atan(c.fromTrees(1)))
	}
	prior, joint := jointDraws(c, draws, 0, of), jointDraws(c, draws, 3, of)
	for i := range prior {
		a, sa := check.MeanError(prior[i])
		b, sb := check.MeanError(joint[i])
		check.Close(t, b, a, check.Z(4.5, math.Hypot(sa, sb)+1e-9), "seed 6, functional", i)
	}
}
