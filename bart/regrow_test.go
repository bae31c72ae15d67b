package bart

import (
	"fmt"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
)

func TestRegrow_KeepsTheInvariants(t *testing.T) {
	wide, _ := friedman(300, 40, 4)
	for name, d := range map[string]*Data{"mixed columns": mixed(150, 1), "many columns": wide} {
		c := testChain(d, Options{Trees: 8, Prior: Prior{MinLeaf: 3}}, 2)
		g := newGrower(c.mean, c.leaf)
		for k := range 20 {
			c.regrow(g)
			if err := checkEnsemble(c.mean); err != nil {
				t.Fatalf("%s, sweep %d: %v", name, k, err)
			}
			if err := c.checkResidual(); err != nil {
				t.Fatalf("%s, sweep %d: %v", name, k, err)
			}
		}
		if leaves, _ := c.mean.size(); leaves < 1.2 {
			t.Errorf("%s: %v leaves", name, leaves)
		}
		for range 20 {
			c.sweep()
		}
		if err := checkEnsemble(c.mean); err != nil {
			t.Error(err)
		}
	}
}

// TestRegrow_DrawsTheFirstSplitByItsWeight compares the frequencies of the first split of a
// tree with the weights that enumeration gives: prior times marginal likelihood of the two
// leaves, and of the one. False alarm 1e-6.
func TestRegrow_DrawsTheFirstSplitByItsWeight(t *testing.T) {
	d := tiny(12, false)
	d.Columns = d.Columns[:1]
	c := testChain(d, Options{Trees: 1, Prior: Prior{MinLeaf: 1, Alpha: 0.7, Beta: 1.5}}, 3)
	c.leaf.noise2 = 0.5
	e := enumeration{d: d, g: c.grid, alpha: 0.7, beta: 1.5, minLeaf: 1, scale2: 1, noise2: 0.5, weights: []float64{1}}
	all := make([]int, 12)
	for i := range all {
		all[i] = i
	}
	below := 0.7 * math.Pow(2, -1.5)
	weights := []float64{0.3 * e.marginal(all)}
	for cut := range 2 {
		var left, right []int
		for i, x := range d.Columns[0].Values {
			if x <= float64(cut)+0.5 {
				left = append(left, i)
			} else {
				right = append(right, i)
			}
		}
		weights = append(weights, 0.7/2*(1-below)*(1-below)*e.marginal(left)*e.marginal(right))
	}
	const draws = 4000
	total := weights[0] + weights[1] + weights[2]
	counts, expected := make([]int, 3), make([]float64, 3)
	for k, w := range weights {
		expected[k] = draws * w / total
	}
	g := newGrower(c.mean, c.leaf)
	for range draws {
		g.regrow(0, c.src)
		if root := &c.mean.trees[0].nodes[0]; root.feature < 0 {
			counts[0]++
		} else {
			counts[1+root.cut]++
		}
		c.mean.settle()
	}
	statistic, p := check.ChiSquare(counts, expected)
	check.PValue(t, p, 1e-6, "chi-square", statistic, fmt.Sprint(counts, expected))
}

func TestFit_StartsFromRegrownTrees(t *testing.T) {
	d, _ := friedman(500, 6, 1)
	test, f := friedman(300, 6, 2)
	o := Options{Seed: 1, Trees: 50, Chains: 1, Burn: -1, Draws: 20}
	cold := rootMeanSquare(predict(t, mustFit(t, d, o), test).Mean, f)
	o.Regrow = 10
	warm := rootMeanSquare(predict(t, mustFit(t, d, o), test).Mean, f)
	if warm > 0.8*cold {
		t.Errorf("error %v after regrowing, %v without", warm, cold)
	}
}
