package bart

import (
	"math"
	"os"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
)

// TestFamilies_RanksOfTheTruthAreUniform draws a truth from the prior, data from the truth, and looks where it
// lies among the draws of the chain (Talts et al. 2018), for f at a row and for another unknown of the
// family. Thresholds of the ordinal family have no proper prior: they stay where they are, and have
// a test of their own. False alarm: 1e-6 each. QUATRE_SBC=1 makes it long enough to see errors of a few percent.
func TestFamilies_RanksOfTheTruthAreUniform(t *testing.T) {
	runs, cells, apart := 50, 5, 12
	if testing.Short() {
		t.Skip("draws many times")
	}
	if os.Getenv("QUATRE_SBC") != "" {
		runs, cells, apart = 3000, 20, 25
	}
	nothing := func(*chain) {}
	for _, c := range []struct {
		name    string
		options Options
		add     func(*chain)
		other   func(*chain) float64
	}{
		{"probit", Options{Family: Probit}, nothing, nil},
		{"logistic", Options{Family: Logistic}, nothing, nil},
		{"ordinal", Options{Family: Ordinal}, nothing, nil},
		{"count", Options{Family: NegativeBinomial}, nothing, func(c *chain) float64 { return c.likelihood.(*counts).dispersion }},
		{"poisson", Options{Family: Poisson}, nothing, nil},
		{"survival", Options{Family: Survival}, nothing, func(c *chain) float64 { return c.noise2 }},
		{"varying noise", Options{VarianceTrees: 4}, nothing, func(c *chain) float64 { return c.rates[2] / c.noise2 }},
		{"groups, probit", Options{Family: Probit}, addGroups, func(c *chain) float64 { return c.others.(*effects).values[2] }},
		{"scale of groups", Options{}, addGroups, func(c *chain) float64 { return c.others.(*effects).scales[0] }},
		{"treatment, logistic", Options{Family: Logistic}, addTreatment, func(c *chain) float64 { return c.others.(*effectTrees).ofTrees(4) }},
		{"treatment", Options{}, addTreatment, func(c *chain) float64 { return c.others.(*effectTrees).ofTrees(4) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			quantities := []func(*chain) float64{func(c *chain) float64 { return c.fromTrees(7) }}
			if c.other != nil {
				quantities = append(quantities, c.other)
			}
			calibrated(t, runs, cells, apart, func(run uint64) (step func(), now func() []float64) {
				chain := familyChainOf(c.options, run)
				c.add(chain)
				familyPrior(chain)
				familyResponse(chain)
				return chain.sweep, func() []float64 {
					values := make([]float64, len(quantities))
					for k, of := range quantities {
						values[k] = of(chain)
					}
					return values
				}
			})
		})
	}
}

// calibrated checks by simulation (Talts et al. 2018) that draws and the truth have the same law: start draws a truth
// from the prior and data from the truth, and returns what makes a step and what tells the quantities as they are
// now. The steps begin at the truth, which is a draw from the posterior too. Among cells − 1 draws, so many
// steps apart, the rank of the truth is uniform. False alarm: 1e-6 for each quantity.
func calibrated(t *testing.T, runs, cells, apart int, start func(run uint64) (step func(), now func() []float64)) {
	t.Helper()
	var ranks [][]int
	for run := range runs {
		step, now := start(uint64(run))
		truth := now()
		below := make([]int, len(truth))
		for range cells - 1 {
			for range apart {
				step()
			}
			for k, value := range now() {
				if value < truth[k] {
					below[k]++
				}
			}
		}
		for k, rank := range below {
			if run == 0 {
				ranks = append(ranks, make([]int, cells))
			}
			ranks[k][rank]++
		}
	}
	expected := make([]float64, cells)
	for i := range expected {
		expected[i] = float64(runs) / float64(cells)
	}
	for k := range ranks {
		statistic, p := check.ChiSquare(ranks[k], expected)
		check.PValue(t, p, 1e-6, "quantity", k, "chi-square", statistic, ranks[k])
	}
}

// TestOrdinal_ThresholdsHaveTheExactPosterior compares the moments of two thresholds given f with those by
// quadrature. Of five comparisons in a right program one is beyond 4.5 standard errors with probability 3e-5.
func TestOrdinal_ThresholdsHaveTheExactPosterior(t *testing.T) {
	draws := effort(250, 800, 2000)
	c := familyChain(Ordinal, 3)
	c.setOutside(func(i int) float64 { return math.Cos(float64(3 * i)) })
	l := c.likelihood.(*ordinal)
	l.step = 0.4
	moments := func(a, b float64) []float64 { return []float64{a, b, a * a, a * b, b * b} }
	sample := make([][]float64, 5)
	for range draws {
		for range 20 {
			l.move(c)
			l.impute(c)
		}
		for k, x := range moments(l.thresholds[0], l.thresholds[1]) {
			sample[k] = append(sample[k], x)
		}
	}
	const low, high, step = -4, 4, 0.02
	exact, total := make([]float64, 5), 0.0
	for a := float64(low); a < high; a += step {
		for b := a + step/2; b < high; b += step {
			logp := 0.0
			for i, y := range c.response {
				logp += l.logLevel([]float64{a, b}, int(y), c.outside[i])
			}
			p := elem.Exp(logp)
			total += p
			for k, x := range moments(a, b) {
				exact[k] += p * x
			}
		}
	}
	for k := range exact {
		mean, se := check.MeanError(sample[k])
		check.Close(t, mean, exact[k]/total, check.Z(4.5, se+2e-3), "seed 3, moment", k)
	}
}
