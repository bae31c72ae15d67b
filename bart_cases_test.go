package quatre_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/bart"
	"github.com/quatre-ppl/quatre/elem"
)

// treeCases are problems with a known function, and the largest error of the
// posterior mean that the default settings may make.
var treeCases = map[string]float64{
	"smoke": 0.69, "medium-n": 0.28, "large-n": 0.19, "high-p": 0.40, "extreme-p": 0.24, "smooth-sin": 0.055,
	"california": 0.90e-3, "friedman1": 0.90, "friedman2": 25, "simple-linear": 0.40,
}

// TestTrees_ReachTheBoundsOfTheCases fits every case in the folder that QUATRE_TREES names (a
// folder a case with X_train, y_train, X_test, f_test and y_test, CSV without names) with
// five seeds and the default settings. 90 % intervals of f cover at least 85 % of the test rows; it
// takes minutes.
func TestTrees_ReachTheBoundsOfTheCases(t *testing.T) {
	dir := os.Getenv("QUATRE_TREES")
	if dir == "" {
		t.Skip("QUATRE_TREES does not name a folder of cases")
	}
	for name, bound := range treeCases {
		t.Run(name, func(t *testing.T) {
			train, test := caseRows(t, filepath.Join(dir, name, "X_train.csv")), caseRows(t, filepath.Join(dir, name, "X_test.csv"))
			train.Y = caseColumn(t, filepath.Join(dir, name, "y_train.csv"))
			f, y := caseColumn(t, filepath.Join(dir, name, "f_test.csv")), caseColumn(t, filepath.Join(dir, name, "y_test.csv"))
			seeds := 5
			if testing.Short() {
				seeds = 1
			}
			for seed := range seeds {
				post, err := quatre.FitTrees(t.Context(), train, bart.Options{Seed: uint64(seed + 1)})
				if err != nil {
					t.Fatal(err)
				}
				pred, err := post.Predict(t.Context(), test, bart.PredictOptions{Draws: true})
				if err != nil {
					t.Fatal(err)
				}
				rmse, covered := 0.0, 0.0
				for i := range f {
					rmse += (pred.Mean[i] - f[i]) * (pred.Mean[i] - f[i])
					if f[i] >= pred.Quantiles[0][i] && f[i] <= pred.Quantiles[2][i] {
						covered++
					}
				}
				n := float64(len(f))
				rmse, covered = math.Sqrt(rmse/n), covered/n
				coverY, crps := predictive(post, pred, y)
				d := post.Diagnose()
				t.Logf("seed %d: error %.5g, covered %.3f, y covered %.3f, CRPS %.4g, stretch %.2f, sigma R-hat %.2f", seed+1, rmse, covered, coverY, crps, d.Stretch, d.SigmaRHat)
				if rmse > bound || covered < 0.85 {
					t.Errorf("seed %d: error %.5g, want at most %v; covered %.3f, want at least 0.85", seed+1, rmse, bound, covered)
				}
			}
		})
	}
}

// predictive returns the share of responses within the central 90 % of their predictive law, a
// mixture of normals over the draws, and its continuous ranked probability score (Grimit
// et al. 2006), over every tenth draw.
func predictive(post *bart.Posterior, p *bart.Prediction, y []float64) (covered, crps float64) {
	var sigma []float64
	for _, c := range post.Chains() {
		sigma = append(sigma, c.Sigma...)
	}
	absolute := func(mean, sd float64) float64 { // E|X| of a normal X
		z := mean / sd
		return 2*sd*math.Exp(-z*z/2)/math.Sqrt(2*math.Pi) + mean*(2*elem.NormCDF(z)-1)
	}
	for i, v := range y {
		cdf, first, second, count := 0.0, 0.0, 0.0, 0.0
		for k := 0; k < len(sigma); k += 10 {
			f := p.Draws[k][i]
			cdf += elem.NormCDF((v - f) / sigma[k])
			first += absolute(v-f, sigma[k])
			count++
			for l := 0; l < len(sigma); l += 10 {
				second += absolute(f-p.Draws[l][i], math.Hypot(sigma[k], sigma[l]))
			}
		}
		if u := cdf / count; u >= 0.05 && u <= 0.95 {
			covered += 1 / float64(len(y))
		}
		crps += (first/count - second/count/count/2) / float64(len(y))
	}
	return covered, crps
}

// caseRows reads a matrix.
func caseRows(t *testing.T, path string) *bart.Data {
	t.Helper()
	x, width := caseNumbers(t, path)
	columns, err := bart.FromMatrix(x, width, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &bart.Data{Columns: columns}
}

func caseColumn(t *testing.T, path string) []float64 {
	t.Helper()
	x, _ := caseNumbers(t, path)
	return x
}
