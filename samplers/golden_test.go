package samplers

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"testing"
)

// TestRun_GoldenBitsOfStansScheme pins draws, statistics and costs under Stan's
// adaptation on all machines. The values were printed by this test; they may
// change only with a change of rng, elem or Stan's scheme that is meant to change
// draws.
func TestRun_GoldenBitsOfStansScheme(t *testing.T) {
	for metric, want := range map[Metric]string{
		DiagMetric:  "d107703c79ba9996 19471",
		DenseMetric: "bc327e8212ae5021 19405",
		UnitMetric:  "e6806f0bb89d944f 16627",
	} {
		o := quick(2, 300, 100)
		o.Adaptation, o.Metric, o.SaveWarmup = StanAdaptation, metric, true
		sink, report := run(t, &problem{density: funnel(3)}, 71, o)
		hash := fnv.New64a()
		leapfrogs := int64(0)
		for chain := range 2 {
			for _, x := range append(bits(&sink.Warmup, chain, 0), bits(&sink.Sampling, chain, 0)...) {
				var word [8]byte
				binary.LittleEndian.PutUint64(word[:], math.Float64bits(x))
				hash.Write(word[:])
			}
			leapfrogs += report.Chains[chain].Warmup.Leapfrogs + report.Chains[chain].Sampling.Leapfrogs
		}
		if got := fmt.Sprintf("%016x %d", hash.Sum64(), leapfrogs); got != want {
			t.Errorf("%v metric: the draws have the bits and leapfrogs %s, want %s", metric, got, want)
		}
	}
}
