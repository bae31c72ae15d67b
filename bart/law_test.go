package bart

import (
	"math"
	"os"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// leafLaw returns the prior probabilities of 1, 2, … up to most leaves below a
// node of a depth, by convolution, where features do not run out.
func leafLaw(alpha, beta float64, depth, most int) []float64 {
	law := make([]float64, most+1)
	split := alpha * math.Pow(float64(1+depth), -beta)
	law[1] = 1 - split
	if depth > most {
		return law
	}
	below := leafLaw(alpha, beta, depth+1, most)
	for k := 2; k <= most; k++ {
		for i := 1; i < k; i++ {
			law[k] += split * below[i] * below[k-i]
		}
	}
	return law
}

// TestChain_WithoutRowsHasThePriorsLeaves runs the moves with nothing to learn
// from and compares the number of leaves with its law. False alarm: 1e-6.
func TestChain_WithoutRowsHasThePriorsLeaves(t *testing.T) {
	const most = 7
	draws := effort(1200, 2500, 6000)
	for name, moves := range map[string]Moves{"grow and prune": {GrowPrune: 1}, "all moves": allMoves} {
		t.Run(name, func(t *testing.T) {
			d, _ := friedman(400, 5, 1)
			o, err := Options{Trees: 5, Moves: moves, Prior: Prior{MinLeaf: 1}}.complete(d)
			if err != nil {
				t.Fatal(err)
			}
			g := newGrid(d, 200, false)
			for j := range d.Columns {
				d.Columns[j].Values = nil
			}
			e := newEnsemble(g, g.encode(d), newTreePrior(g, 0.95, 2, 0, nil), o.moveWeights(), &normalLeaf{scale2: 1, noise2: 1}, Reference{}, 5)
			src := rng.NewKey(5).Stream()
			counts, expected := make([]int, most), make([]float64, most)
			for range draws / 5 {
				for range 30 {
					e.sweep(src)
				}
				for j := range e.trees {
					counts[min(len(e.trees[j].leaves), most)-1]++
				}
			}
			rest := 1.0
			for k, p := range leafLaw(0.95, 2, 0, most-1)[1:] {
				expected[k] = p * float64(draws)
				rest -= p
			}
			expected[most-1] = rest * float64(draws)
			statistic, p := check.ChiSquare(counts, expected)
			check.PValue(t, p, 1e-6, "seed 5, chi-square", statistic, counts)
		})
	}
}

// priorDraw sets the chain's unknowns to a draw from their prior, by running the trees'
// moves without rows' say, and y to a draw given them.
func priorDraw(c *chain) {
	noise := (c.noise.nu * c.noise.lambda) / (2 * rng.Gamma(c.src, c.noise.nu/2, 1))
	c.noise2 = 1e30 // rows say nothing
	c.tellNoise()
	c.noise2 = noise
	for range 60 {
		c.mean.sweep(c.src)
	}
	redraw(c)
}

// redraw draws y given the trees and σ², and sets the residual.
func redraw(c *chain) {
	for i := range c.target {
		c.mean.resid[i] = float32(c.src.Normal() * math.Sqrt(c.noise2))
		c.target[i] = float32(c.fromTrees(i)) + c.mean.resid[i]
	}
	c.mean.last = -1
}

// functionals are what Geweke's test compares: moments of σ², f, the trees' size, and y.
func functionals(c *chain) []float64 {
	f := float64(c.target[0]) - float64(c.mean.resid[0])
	g := float64(c.target[5]) - float64(c.mean.resid[5])
	leaves, _ := c.mean.size()
	return []float64{math.Log(c.noise2), math.Log(c.noise2) * math.Log(c.noise2), f, f * f, f * g, leaves, leaves * leaves, math.Abs(float64(c.target[3]))}
}

// TestChain_HasTheJointLaw compares draws from the prior with those of the chain
// that goes on drawing y anew (Geweke 2004). Of eight comparisons in a right program
// one is beyond 4.5 standard errors with probability 5e-5.
func TestChain_HasTheJointLaw(t *testing.T) {
	draws := effort(60, 300, 700)
	for name, o := range map[string]Options{
		"default moves": {Trees: 3, Prior: Prior{MinLeaf: 2, Nu: 6}},
		"linear leaves": {Trees: 2, Basis: []string{"slope"}, Prior: Prior{MinLeaf: 2, Nu: 6}},
		"all moves":     {Trees: 2, Moves: allMoves, Prior: Prior{MinLeaf: 1, Nu: 6, Alpha: 0.8, Beta: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			d := mixed(14, 3)
			d.Columns = append(d.Columns, sloped(14))
			c := testChain(d, o, 11)
			c.noise.nu = 6
			k := len(functionals(c))
			prior, joint := make([][]float64, k), make([][]float64, k)
			for range draws {
				priorDraw(c)
				for i, x := range functionals(c) {
					prior[i] = append(prior[i], x)
				}
			}
			for range draws {
				// Independent draws of the joint law: prior, then steps that must keep it.
				priorDraw(c)
				for range 3 {
					c.sweep()
					redraw(c)
				}
				for i, x := range functionals(c) {
					joint[i] = append(joint[i], x)
				}
			}
			for i := range k {
				a, sa := check.MeanError(prior[i])
				b, sb := check.MeanError(joint[i])
				check.Close(t, b, a, check.Z(4.5, math.Hypot(sa, sb)), "seed 11, functional", i)
			}
		})
	}
}

// TestChain_RanksOfTheTruthAreUniform draws a truth from the prior, data from the
// truth, and looks where it lies among the draws of the chain (Talts et al. 2018),
// for σ and for f at a row. False alarm: 1e-6 each. QUATRE_SBC=1 makes it long.
func TestChain_RanksOfTheTruthAreUniform(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many times")
	}
	runs := 128
	if os.Getenv("QUATRE_SBC") != "" {
		runs = 3000
	}
	d := mixed(25, 8)
	calibrated(t, runs, 16, 25, func(run uint64) (step func(), now func() []float64) {
		c := testChain(d, Options{Trees: 3, Sparse: Off, Prior: Prior{MinLeaf: 2}}, run)
		priorDraw(c)
		return c.sweep, func() []float64 { return []float64{c.noise2, float64(c.target[7] - c.mean.resid[7])} }
	})
}

// TestChain_KeepsTheInvariantsOfItsForest looks at all of them after every sweep.
func TestChain_KeepsTheInvariantsOfItsForest(t *testing.T) {
	wide, _ := friedman(400, 5, 4)
	for name, c := range map[string]struct {
		d *Data
		o Options
	}{
		"mixed columns": {mixed(120, 1), Options{Trees: 6, Moves: allMoves, Proposals: 3, Prior: Prior{MinLeaf: 2, Alpha: 0.99, Beta: 0.4}}},
		"deep trees":    {wide, Options{Trees: 2, Moves: allMoves, Prior: Prior{MinLeaf: 1, Alpha: 0.999, Beta: 0.05}}},
		"exact cuts":    {wide, Options{Trees: 5, Exact: true}},
		"sparse":        {wide, Options{Trees: 5, Sparse: On, Burn: 10}},
		"default":       {wide, Options{Trees: 10}},
	} {
		t.Run(name, func(t *testing.T) {
			chain := testChain(c.d, c.o, 2)
			for sweep := range 150 {
				chain.sweep()
				if err := checkEnsemble(chain.mean); err != nil {
					t.Fatalf("after sweep %d: %v", sweep, err)
				}
				if err := chain.checkResidual(); err != nil {
					t.Fatalf("after sweep %d: %v", sweep, err)
				}
			}
			if accepted := chain.mean.stats.accepted; accepted[moveGrow] == 0 || accepted[movePrune] == 0 {
				t.Error("nothing was tested: ", accepted)
			}
		})
	}
}
