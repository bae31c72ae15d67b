package adapt

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// TestWindowed_GoldenBits pins what Stan's scheme makes of given draws and
// acceptance statistics: every step size and every metric. The values were
// printed by this test; they may change only with a change of rng, elem or Stan's
// scheme that is meant to change draws.
func TestWindowed_GoldenBits(t *testing.T) {
	for name, c := range map[string]struct {
		estimator *Welford
		want      string
	}{
		"diagonal": {NewVariance(3), "2666d7fd502cd27c"},
		"dense":    {NewCovariance(3), "3b14b32bd644b054"},
		"unit":     {nil, "4d9f622038b4ccfb"},
	} {
		hash := fnv.New64a()
		put := func(x float64) {
			var word [8]byte
			binary.LittleEndian.PutUint64(word[:], math.Float64bits(x))
			hash.Write(word[:])
		}
		k := &probe{step: 1, drop: func(step float64) (float64, error, error) { return -step, nil, nil }}
		k.set = func(metric []float64) {
			for _, x := range metric {
				put(x)
			}
		}
		src := rng.NewKey(96).Stream()
		w := NewWindowed(500, 0.8, c.estimator)
		state := transition.NewState(3)
		if _, err := w.Start(Subject{Kernel: k}, src, state); err != nil {
			t.Fatal(err)
		}
		for range 500 {
			for i := range state.Q {
				state.Q[i] = float64(i) + src.Normal()
			}
			if _, err := w.Learn(Subject{Kernel: k}, src, state, transition.Info{AcceptStat: src.Float64()}); err != nil {
				t.Fatal(err)
			}
			put(k.step)
		}
		w.Finish(k)
		put(k.step)
		if got := fmt.Sprintf("%016x", hash.Sum64()); got != c.want {
			t.Errorf("%s: bits %s, want %s", name, got, c.want)
		}
	}
}
