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

// samplerBytes makes a sampler, sweeps, and returns the bytes it has taken for each row and tree beside
// one byte a value of the data, and the time of a sweep for each row and tree.
func samplerBytes(t *testing.T, d *bart.Data, trees, sweeps int) (bytes, nanoseconds float64) {
	t.Helper()
	before := liveBytes()
	s, err := bart.NewSampler(d, bart.Options{Trees: trees, Kernel: quatre.TreeKernel()}, rng.NewKey(1))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	for range sweeps {
		s.Sweep(1)
	}
	took := float64(time.Since(start).Nanoseconds()) / float64(sweeps)
	n := float64(d.Rows())
	bytes = (liveBytes() - before - n*float64(len(d.Columns))) / (n * float64(trees))
	if s.Fitted(nil)[0] == 0 { // s is alive
		t.Error("nothing was fitted")
	}
	return bytes, took / (n * float64(trees))
}

func TestTrees_TakeLessThanThreeBytesARowAndTree(t *testing.T) {
	if bytes, _ := samplerBytes(t, uniformRows(50000, 5), 50, 1); bytes > 3 {
		t.Errorf("%.2f bytes a row and tree", bytes)
	}
}

// TestTrees_AMillionRows runs 50 trees on a million rows of 50 columns, if QUATRE_TREES_LARGE is set;
// it takes a minute and 1.5 GB. The time of a sweep is proportional to rows and trees.
func TestTrees_AMillionRows(t *testing.T) {
	if os.Getenv("QUATRE_TREES_LARGE") == "" {
		t.Skip("QUATRE_TREES_LARGE is not set")
	}
	bytes, large := samplerBytes(t, uniformRows(1000000, 50), 50, 20)
	if bytes > 3 {
		t.Errorf("%.2f bytes a row and tree", bytes)
	}
	_, small := samplerBytes(t, uniformRows(100000, 50), 50, 20)
	_, more := samplerBytes(t, uniformRows(100000, 50), 200, 20)
	t.Logf("%.2f bytes a row and tree; a sweep takes %.2f ns a row and tree, %.2f with 100000 rows, %.2f with these and 200 trees", bytes, large, small, more)
}
