package bart

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
)

// TestCutPrior_IsTheDifferenceOfPriors moves every cut of deep trees of few cuts to all places, and compares
// the prior's change with the difference of the whole priors.
func TestCutPrior_IsTheDifferenceOfPriors(t *testing.T) {
	d, _ := friedman(200, 5, 3)
	c := testChain(d, Options{Trees: 3, Cuts: 7, Moves: allMoves, Prior: Prior{MinLeaf: 1, Alpha: 0.98, Beta: 0.3}}, 5)
	e := c.mean
	finite, forbidden, involved := 0, 0, 0
	for range 300 {
		c.sweep()
		for j := range e.trees {
			tree := &e.trees[j]
			for _, a := range tree.inner {
				n := &tree.nodes[a]
				room := tree.room(a, n.feature, e.grid, e.levels)
				before, old := e.logPrior(tree, a), n.cut
				for cut := room.low; cut <= room.high; cut++ {
					got, simple := tree.cutPrior(a, cut, room)
					n.cut = cut
					want := e.logPrior(tree, a) - before
					n.cut = old
					switch {
					case !simple:
						involved++
					case math.IsInf(want, -1):
						forbidden++
						check.Close(t, got, want, check.Exact, "node", a, "cut", cut)
					default:
						finite++
						check.Close(t, got, want, check.Rel.Scaled(100), "node", a, "cut", cut)
					}
				}
			}
		}
	}
	if finite < 1000 || forbidden < 100 || involved < 100 {
		t.Error("too few of a kind: ", finite, forbidden, involved)
	}
}
