package bart

import (
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
)

func TestForests_RestoreTheTreesThatWereStored(t *testing.T) {
	d := mixed(150, 2)
	c := testChain(d, Options{Trees: 8, Moves: allMoves, Prior: Prior{Alpha: 0.99, Beta: 0.5, MinLeaf: 3}}, 4)
	for range 40 {
		c.sweep()
	}
	c.keep()
	again := testChain(d, Options{Trees: 8, Prior: Prior{MinLeaf: 3}}, 4)
	c.kept.forests.restore(again.mean, 0)
	again.refresh()
	if err := checkEnsemble(again.mean); err != nil {
		t.Error(err)
	}
	for j := range c.mean.trees {
		if got, want := describe(&again.mean.trees[j], c.grid, 0), describe(&c.mean.trees[j], c.grid, 0); got != want {
			t.Errorf("tree %d is %s, want %s", j, got, want)
		}
	}
	for i, r := range c.mean.resid {
		check.Close(t, float64(again.mean.resid[i]), float64(r), check.F32.Scaled(10), "row", i)
	}
}
