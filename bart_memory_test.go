package quatre_test

import (
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/bart"
	"github.com/quatre-ppl/quatre/rng"
)

// liveBytes is the size of what is reachable.
func liveBytes() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// allocatedBytes is the size of what has been allocated since the start.
func allocatedBytes() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.TotalAlloc)
}

// samplerBytes makes a sampler, sweeps, and returns the bytes that it keeps for each row and tree beside
// one byte a value of the data, those that it has allocated with that byte and with all that it has
// thrown away, and the time of a sweep for each row and tree.
func samplerBytes(t *testing.T, d *bart.Data, trees, sweeps int) (kept, allocated, nanoseconds float64) {
	t.Helper()
	before, start0 := liveBytes(), allocatedBytes()
	s, err := bart.NewSampler(d, bart.Options{Trees: trees, Kernel: quatre.TreeKernel()}, rng.NewKey(1))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	for range sweeps {
		s.Sweep(1)
	}
	took := float64(time.Since(start).Nanoseconds()) / float64(sweeps)
	units := float64(d.Rows()) * float64(trees)
	allocated = (allocatedBytes() - start0) / units
	kept = (liveBytes() - before - float64(d.Rows()*len(d.Columns))) / units
	if s.Fitted(nil)[0] == 0 { // s is alive
		t.Error("nothing was fitted")
	}
	return kept, allocated, took / units
}

func TestTrees_TakeLessThanThreeBytesARowAndTree(t *testing.T) {
	if kept, allocated, _ := samplerBytes(t, uniformRows(50000, 5), 50, 1); kept > 1.5 || allocated > 3 {
		t.Errorf("%.2f bytes a row and tree, %.2f allocated", kept, allocated)
	}
}

// TestTrees_AMillionRows runs 50 trees on a million rows of 50 columns, if QUATRE_TREES_LARGE is set;
// it takes half a minute and 0.6 GB. The time of a sweep is proportional to rows and trees.
func TestTrees_AMillionRows(t *testing.T) {
	if os.Getenv("QUATRE_TREES_LARGE") == "" {
		t.Skip("QUATRE_TREES_LARGE is not set")
	}
	kept, allocated, large := samplerBytes(t, uniformRows(1000000, 50), 50, 20)
	if allocated > 3 {
		t.Errorf("%.2f bytes a row and tree", allocated)
	}
	_, _, small := samplerBytes(t, uniformRows(100000, 50), 50, 20)
	_, _, more := samplerBytes(t, uniformRows(100000, 50), 200, 20)
	t.Logf("%.2f bytes a row and tree are kept, %.2f allocated; a sweep takes %.2f ns a row and tree, %.2f with 100000 rows, %.2f with these and 200 trees",
		kept, allocated, large, small, more)
}
