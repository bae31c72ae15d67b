package quatre

import (
	"context"

	"github.com/quatre-ppl/quatre/bart"
	"github.com/quatre-ppl/quatre/kernels/cpu/tracker"
)

// FitTrees is bart.Fit with the native kernel of this build, if it has one and
// o.Kernel names no other: the same posterior, several times faster.
func FitTrees(ctx context.Context, d *bart.Data, o bart.Options) (*bart.Posterior, error) {
	if o.Kernel == nil {
		o.Kernel = TreeKernel()
	}
	return bart.Fit(ctx, d, o)
}

// TreeKernel returns the fastest kernel for regression trees that this build and
// this processor have.
func TreeKernel() bart.Kernel {
	if native, ok := tracker.New(); ok {
		return nativeTrees{native}
	}
	return bart.Reference{}
}

// nativeTrees is the native kernel as bart takes it.
type nativeTrees struct{ *tracker.Kernel }

// Fork implements bart.Forker.
func (k nativeTrees) Fork() bart.Kernel { return nativeTrees{k.Kernel.Fork()} }
