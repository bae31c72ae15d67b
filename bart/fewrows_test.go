package bart

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// TestDefaults_GrowWithRows looks at the numbers that documentation gives, and that more rows, or less noise,
// never make trees fewer or leaves wider.
func TestDefaults_GrowWithRows(t *testing.T) {
	for _, c := range []struct {
		rows  int
		reach float64
		trees int
		k     float64
	}{{2, 3, 50, 1.25}, {62, 5, 50, 1.25}, {250, 5, 100, 2.5}, {250, 20, 100, 5}, {1000, 5, 200, 5}, {1000, 1.25, 200, 2.5}, {50000, 5, 200, 5}} {
		if trees, k := defaultTrees(c.rows, false), defaultK(c.rows, c.reach); trees != c.trees || math.Abs(k-c.k) > 1e-12 {
			t.Errorf("%d rows, reach %v: %d trees and k %v, want %d and %v", c.rows, c.reach, trees, k, c.trees, c.k)
		}
	}
	if trees := defaultTrees(100, true); trees != 200 {
		t.Errorf("%d trees of a latent response, want 200", trees)
	}
	for rows := 2; rows < 2000; rows++ {
		if defaultTrees(rows, false) > defaultTrees(rows+1, false) || defaultK(rows, 4) > defaultK(rows+1, 4) || defaultK(rows, 4) > defaultK(rows, 4.1) {
			t.Fatalf("%d rows have more trees or a larger k than %d", rows, rows+1)
		}
	}
}

// TestFit_FewRowsOfManyColumns fits Friedman's function with fewer rows than columns by the default priors. 200
// trees with k = 5 have errors of 4.3 to 4.9 and cover .34 to .47 over eight data sets, where f has a standard
// deviation of 4.9; the defaults 1.9 to 2.5 and .96 at least, and split the three columns
// with the largest effects more than any without one. The fit says that there are few rows.
func TestFit_FewRowsOfManyColumns(t *testing.T) {
	d, _ := friedman(100, 150, 30)
	test, f := friedman(300, 150, 31)
	post := mustFit(t, d, Options{Seed: 1, Burn: 250, Draws: 150})
	pred, err := post.Predict(t.Context(), test, PredictOptions{})
	if err != nil {
		t.Fatal(err)
	}
	squares, covered := 0.0, 0.0
	for i, v := range f {
		squares += (pred.Mean[i] - v) * (pred.Mean[i] - v) / float64(len(f))
		if v >= pred.Quantiles[0][i] && v <= pred.Quantiles[2][i] {
			covered += 1 / float64(len(f))
		}
	}
	t.Logf("error %.2f, covered %.2f", math.Sqrt(squares), covered)
	if math.Sqrt(squares) > 2.7 || covered < 0.85 {
		t.Errorf("error of f %.2f, want at most 2.7; covered %.2f, want at least 0.85", math.Sqrt(squares), covered)
	}
	importance := post.Importance()
	for _, j := range []int{0, 1, 3} {
		for k := 5; k < len(importance); k++ {
			if importance[k].Proportion > importance[j].Proportion {
				t.Errorf("column %d without effect is split more often than column %d", k+1, j+1)
			}
		}
	}
	if w := post.Diagnose().Warnings; !slices.ContainsFunc(w, func(s string) bool { return strings.Contains(s, "100 rows of 150 columns") }) {
		t.Errorf("warnings %q do not tell of few rows", w)
	}
}
