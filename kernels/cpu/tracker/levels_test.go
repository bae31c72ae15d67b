//go:build cgo

package tracker

import "testing"

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
