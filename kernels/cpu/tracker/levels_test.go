//go:build cgo

package tracker

import (
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/bart"
	"github.com/quatre-ppl/quatre/rng"
)

// levels are the kernels that this processor can run.
func levels() []*Kernel {
	best, _ := New()
	var all []*Kernel
	for level := range best.level + 1 {
		all = append(all, &Kernel{level: level})
	}
	return all
}

// TestLevels_OfThisProcessor names the instruction sets that the other tests run with: what it
// skips is not proved on this processor.
func TestLevels_OfThisProcessor(t *testing.T) {
	run := levels()
	for level, name := range levelNames {
		t.Run(name, func(t *testing.T) {
			if level >= len(run) {
				t.Skipf("this processor has no %s: no test of this package runs it here", name)
			}
			if got := run[level].String(); got != name {
				t.Errorf("level %d is %s", level, got)
			}
		})
	}
}

// TestFit_IsTheSameWithEveryKernel compares whole fits.
func TestFit_IsTheSameWithEveryKernel(t *testing.T) {
	src := rng.NewKey(8).Stream()
	const n, p = 400, 6
	x := make([]float64, n*p)
	for i := range x {
		x[i] = src.Float64()
	}
	columns, err := bart.FromMatrix(x, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &bart.Data{Columns: columns, Y: make([]float64, n)}
	for i := range d.Y {
		d.Y[i] = 4*x[i*p]*x[i*p+1] + x[i*p+2] + 0.3*src.Normal()
	}
	o := bart.Options{Seed: 2, Trees: 20, Burn: 40, Draws: 20, Regrow: 3, Moves: bart.Moves{GrowPrune: 1, Perturb: 1, Change: 1, Swap: 1}}
	mean := func(kernel bart.Kernel) []float64 {
		o.Kernel = kernel
		post, err := bart.Fit(t.Context(), d, o)
		if err != nil {
			t.Fatal(err)
		}
		prediction, err := post.Predict(t.Context(), d, bart.PredictOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return prediction.Mean
	}
	want := mean(bart.Reference{})
	for _, k := range levels() {
		if got := mean(k); !slices.Equal(bitsOf(got), bitsOf(want)) {
			t.Errorf("%v: the fit differs", k)
		}
		if got := mean(forking{k}); !slices.Equal(bitsOf(got), bitsOf(want)) {
			t.Errorf("%v: the fit with a kernel for each chain differs", k)
		}
	}
}

// forking is a kernel of which each chain makes its own.
type forking struct{ *Kernel }

func (k forking) Fork() bart.Kernel { return forking{k.Kernel.Fork()} }
