package samplers

import "testing"

// TestChain_SamplingUnderAMapDoesNotAllocate: draws after warmup, with their way
// back to the model's coordinates, under the default options.
func TestChain_SamplingUnderAMapDoesNotAllocate(t *testing.T) {
	o, err := Options{Chains: 1, Warmup: 1000, Draws: 1 << 40}.complete()
	if err != nil {
		t.Fatal(err)
	}
	c := idleChain(t, hierarchical(10, schools), &o)
	iterate := func() {
		if err := c.attend(); err != nil {
			t.Fatal(err)
		}
		if err := c.iterate(); err != nil {
			t.Fatal(err)
		}
	}
	for !c.settled() {
		iterate()
	}
	if err := c.endWarmup(); err != nil {
		t.Fatal(err)
	}
	for range 300 {
		iterate()
	}
	if allocs := testing.AllocsPerRun(2000, iterate); allocs != 0 {
		t.Errorf("%g allocations per draw with its row, want 0", allocs)
	}
}
