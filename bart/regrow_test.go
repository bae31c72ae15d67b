package bart

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
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
		g.sweep(c.src)
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

// TestRegrow_ReachesAllCuts grows trees on few rows, where cuts share bins, and looks at which cuts were
// made: those of all phases, and none beyond.
func TestRegrow_ReachesAllCuts(t *testing.T) {
	d, _ := friedman(600, 5, 5)
	for i := range 40 {
		d.Columns[2].Values[15*i] = math.NaN()
	}
	c := testChain(d, Options{Trees: 50, Sparse: Off}, 2)
	g := newGrower(c.mean, c.leaf)
	if g.width != coarseBins || len(g.phases) != coarsePhases {
		t.Fatalf("%d bins, %d phases", g.width, len(g.phases))
	}
	made := make([]map[int32]bool, 5)
	for f := range made {
		made[f] = map[int32]bool{}
	}
	for range 120 {
		c.regrow(g)
		for j := range c.mean.trees {
			for _, n := range c.mean.trees[j].nodes {
				if n.feature >= 0 && n.depth >= 0 {
					made[n.feature][n.cut] = true
				}
			}
		}
	}
	for f := range made {
		could := map[int32]bool{}
		for _, sources := range g.phases {
			for _, cut := range sources[f].cuts {
				could[cut] = true
			}
		}
		if len(could) < 3*coarseBins || len(made[f]) < len(could)*9/10 {
			t.Errorf("column %d: %d cuts made of %d, want most", f, len(made[f]), len(could))
		}
		for cut := range made[f] {
			if !could[cut] {
				t.Errorf("column %d: cut %d is of no phase", f, cut)
			}
		}
	}
	if err := checkEnsemble(c.mean); err != nil {
		t.Error(err)
	}
}

// TestRegrow_SearchesColumnsOfEveryKind fits functions of one column by trees grown anew: of levels
// that fit into a byte and that do not, of more cuts than that, and of what is missing.
func TestRegrow_SearchesColumnsOfEveryKind(t *testing.T) {
	const n = 2000
	src := rng.NewKey(7).Stream()
	few, many, numbers := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		few[i], many[i], numbers[i] = float64(src.Intn(12)), float64(src.Intn(600)), src.Normal()
	}
	gaps := slices.Clone(numbers)
	for i := 0; i < n; i += 3 {
		gaps[i] = math.NaN()
	}
	for _, c := range []struct {
		name string
		Column
		exact bool
		f     func(i int) float64
	}{
		{"levels", Column{Kind: Unordered, Values: few}, false, func(i int) float64 { return math.Mod(7*few[i], 12) }},
		{"many levels", Column{Kind: Unordered, Values: many}, false, func(i int) float64 { return math.Mod(11*many[i], 13) }},
		{"exact cuts", Column{Values: numbers}, true, func(i int) float64 { return 3 * numbers[i] * numbers[i] }},
		{"gaps", Column{Values: gaps}, true, func(i int) float64 { return 4 * float64((i+2)%3/2) }},
	} {
		c.Name = "x"
		d := &Data{Columns: []Column{c.Column, {Name: "noise", Values: numbers}}, Y: make([]float64, n)}
		for i := range d.Y {
			d.Y[i] = c.f(i) + src.Normal()/10
		}
		o, err := Options{Trees: 20, Exact: c.exact, Sparse: Off}.complete(d)
		if err != nil {
			t.Fatal(err)
		}
		chain := newChain(newProblem(d, &o), 0, rng.NewKey(1))
		g := newGrower(chain.mean, chain.leaf)
		for range 5 {
			chain.regrow(g)
		}
		if err := checkEnsemble(chain.mean); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		// What trees leave of a variance that they can explain all but of one hundredth.
		mean, variance, left := 0.0, 0.0, 0.0
		for _, y := range d.Y {
			mean += y / n
		}
		for i, y := range d.Y {
			variance += (y - mean) * (y - mean) / n
			r := float64(chain.mean.resid[i]) * chain.scaling.scale
			left += r * r / n
		}
		if left > 0.2*variance {
			t.Errorf("%s: %v of the variance %v is left", c.name, left, variance)
		}
	}
}
