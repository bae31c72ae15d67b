package bart

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// normalDensity is the log density at y of the normal law with mean zero and covariance v, by
// conditioning one number after the other.
func normalDensity(y []float64, v func(i, j int) float64) float64 {
	n, logp := len(y), 0.0
	factor := make([][]float64, n)
	white := make([]float64, n)
	for i := range n {
		factor[i] = make([]float64, n)
		white[i] = y[i]
		for j := range i + 1 {
			s := v(i, j)
			for k := range j {
				s -= factor[i][k] * factor[j][k]
			}
			if i > j {
				factor[i][j] = s / factor[j][j]
				white[i] -= factor[i][j] * white[j]
			} else {
				factor[i][i] = math.Sqrt(s)
			}
		}
		white[i] /= factor[i][i]
		logp -= math.Log(factor[i][i]) + white[i]*white[i]/2
	}
	return logp
}

// posteriorFrequencies compares how often the chain's first tree is each of all possible ones with
// the posterior by enumeration, and returns the p-value.
func posteriorFrequencies(t *testing.T, e *enumeration, ensemble *ensemble, src *rng.Stream, draws, apart int) {
	t.Helper()
	all := e.trees()
	total, index := 0.0, map[string]int{}
	for k, w := range all {
		total += w.weight
		index[w.text] = k
	}
	counts, expected := make([]int, len(all)), make([]float64, len(all))
	for k, w := range all {
		expected[k] = float64(draws) * w.weight / total
	}
	for range draws {
		for range apart {
			ensemble.sweep(src)
		}
		k, ok := index[describe(&ensemble.trees[0], e.g, 0)]
		if !ok {
			t.Fatal("a tree that is not possible: ", describe(&ensemble.trees[0], e.g, 0))
		}
		counts[k]++
	}
	statistic, p := check.ChiSquare(counts, expected)
	check.PValue(t, p, 1e-6, len(all), "trees, chi-square", statistic)
}

// TestLinearLeaf_HasTheExactPosterior compares with the density of a leaf's rows as one normal
// vector, of covariance σ²/w + scale²·(1 + z z'). False alarm 1e-6.
func TestLinearLeaf_HasTheExactPosterior(t *testing.T) {
	for _, weights := range []bool{false, true} {
		d := tiny(12, weights)
		d.Columns = append(d.Columns[:2], sloped(12))
		o := Options{Trees: 1, Moves: allMoves, Proposals: 2, Basis: []string{"slope"}, FeatureWeights: []float64{1, 2, 0},
			Prior: Prior{MinLeaf: 1, Alpha: 0.7, Beta: 1.5}}
		c := testChain(d, o, 3)
		c.linear.noise2, c.linear.scale2 = 0.4, 0.8
		e := enumeration{d: d, g: c.grid, alpha: 0.7, beta: 1.5, minLeaf: 1, weights: []float64{1, 2, 0}}
		e.g.features[2].cuts = nil // not split
		e.leaf = func(rows []int) float64 {
			y := make([]float64, len(rows))
			for k, i := range rows {
				y[k] = d.Y[i]
			}
			noise := func(i int) float64 { return 0.4 / weightOf(d.Weights, i) }
			with := normalDensity(y, func(a, b int) float64 {
				i, j := rows[a], rows[b]
				v := 0.8 * (1 + float64(c.codes.basis[2*i+1])*float64(c.codes.basis[2*j+1]))
				if i == j {
					v += noise(i)
				}
				return v
			})
			without := normalDensity(y, func(a, b int) float64 {
				if a != b {
					return 0
				}
				return noise(rows[a])
			})
			return math.Exp(with - without)
		}
		draws := effort(300, 1500, 4000)
		posteriorFrequencies(t, &e, c.mean, c.src, draws, 20)
	}
}

// varying returns rows of y = x1 + (1 + 2·[x2 > ½])·z + noise of sd 0.2 and the slope of each row.
func varying(n int, seed uint64) (d *Data, slope []float64) {
	src := rng.NewKey(seed).Stream()
	d, _ = friedman(n, 5, seed)
	d.Columns = d.Columns[:3]
	d.Columns[2].Name = "z"
	slope = make([]float64, n)
	for i := range slope {
		z := 10 + 4*src.Normal()
		d.Columns[2].Values[i] = z
		slope[i] = 1
		if d.Columns[1].Values[i] > 0.5 {
			slope[i] = 3
		}
		d.Y[i] = d.Columns[0].Values[i] + slope[i]*z + 0.2*src.Normal()
	}
	return d, slope
}

func TestCoefficients_FollowTheSlopes(t *testing.T) {
	d, slope := varying(400, 1)
	o := small
	o.Basis = []string{"z"}
	o.FeatureWeights = []float64{1, 1, 0}
	post := mustFit(t, d, o)
	parts, err := post.Coefficients(t.Context(), d, PredictOptions{Draws: true})
	if err != nil {
		t.Fatal(err)
	}
	if e := rootMeanSquare(parts[1].Mean, slope); e > 0.25 {
		t.Error("error of the slopes", e)
	}
	pred := predict(t, post, d)
	for i, z := range d.Columns[2].Values {
		check.Close(t, parts[0].Mean[i]+parts[1].Mean[i]*z, pred.Mean[i], check.F32.Scaled(30), "row", i)
	}
	again, err := Load(bytes.NewReader(save(t, post)), nil)
	if err != nil {
		t.Fatal(err)
	}
	check.CloseSlice(t, predict(t, again, d).Mean, pred.Mean, check.Exact)
	more, err := again.Extend(t.Context(), d, 20, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if e := rootMeanSquare(predict(t, more, d).Mean, pred.Mean); e > 0.2 {
		t.Error("going on moved f by", e)
	}
	d.Columns[2].Values[3] = math.NaN()
	if _, err := post.Predict(t.Context(), d, PredictOptions{}); err == nil || !strings.Contains(err.Error(), `"z", row 4`) {
		t.Error(err)
	}
}

func TestFit_RefusesABasisThatCannotBe(t *testing.T) {
	d := mixed(50, 1)
	for name, want := range map[string]string{"size": "missing in row", "grade": "is ordered", "constant": "is constant", "q": "no column"} {
		if _, err := Fit(t.Context(), d, Options{Basis: []string{name}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("basis %q: error %v", name, err)
		}
	}
	if _, err := mustFit(t, d, small).Coefficients(t.Context(), d, PredictOptions{}); err == nil {
		t.Error("coefficients without a basis")
	}
}
