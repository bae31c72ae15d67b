// Package samplertest is the conformance suite of transition.Kernel: whoever
// writes a kernel adds one test that calls Run, and one that calls RunIntegrator
// if it has an integrator.
//
// The statistical tests start independent chains at exact draws from a target
// and look at where one or a few transitions take them. A kernel that leaves
// the target invariant keeps the distribution, whatever its mixing, so the
// tests need neither long runs nor estimates of autocorrelation, and a small
// bias shows. Seeds are fixed; a right kernel fails a call of Run with
// probability below FalseAlarm for a random seed.
package samplertest

import (
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// FalseAlarm is the probability with which Run fails a right kernel.
const FalseAlarm = 1e-6

// tests is an upper bound of the number of p-values that one Run computes; each
// is compared with FalseAlarm / tests (Bonferroni).
const tests = 200

// Case is a kernel to be tested.
type Case struct {
	// New returns a kernel for target whose parameters suit a target of about
	// unit scale. Different calls return kernels that share nothing.
	New func(t *testing.T, target transition.LogDensity) transition.Kernel
	// Seed is the seed of all random numbers.
	Seed uint64
	// Reversible says that the kernel is in detailed balance with its target, not
	// only leaves it invariant.
	Reversible bool
	// Jump is the mean squared jump of a coordinate in units of its variance that
	// one transition must reach at least; a kernel that stands still would pass
	// the other tests. 0 means 0.1. Independent draws reach 2.
	Jump float64
}

// Run checks that the kernel keeps the contract of transition.Kernel.
func Run(t *testing.T, c Case) {
	if c.Jump == 0 {
		c.Jump = 0.1
	}
	for _, target := range Targets() {
		t.Run(target.Name, func(t *testing.T) {
			t.Run("is stationary", func(t *testing.T) { stationary(t, c, target) })
			t.Run("repeats its bits", func(t *testing.T) { repeats(t, c, target) })
			t.Run("keeps its state true", func(t *testing.T) { consistent(t, c, target) })
		})
	}
	t.Run("initialises", func(t *testing.T) { initialises(t, c) })
	t.Run("stays in the support", func(t *testing.T) { staysInside(t, c) })
	t.Run("passes errors on", func(t *testing.T) { passesErrors(t, c) })
}

// start returns a kernel for the target and a state at an exact draw.
func start(t *testing.T, c Case, target Target, src *rng.Stream) (transition.Kernel, *transition.State) {
	t.Helper()
	kernel := c.New(t, target)
	state := transition.NewState(target.Dim())
	place(t, kernel, target, state, src)
	return kernel, state
}

// place puts the state at an exact draw.
func place(t *testing.T, kernel transition.Kernel, target Target, state *transition.State, src *rng.Stream) {
	t.Helper()
	q := make([]float64, target.Dim())
	target.Sample(q, src)
	if err := kernel.Init(state, q); err != nil {
		t.Fatalf("init at a draw from the target: %v", err)
	}
}

// step makes a transition that must succeed.
func step(t *testing.T, kernel transition.Kernel, src *rng.Stream, state *transition.State) transition.Info {
	t.Helper()
	info, err := kernel.Step(src, state)
	if err != nil {
		t.Fatalf("step: %v", err)
	}
	return info
}
