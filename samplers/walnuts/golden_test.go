package walnuts

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/nuts"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// TestStep_GoldenBits pins the draws of a fixed seed on all machines. The value
// was printed by this test; it may change only with a change of rng, elem or the
// algorithm that is meant to change draws.
func TestStep_GoldenBits(t *testing.T) {
	c := changing()["funnel"]
	s := newSampler(t, c.target, nuts.NewDiag(3), 1, Options{MaxError: 1})
	state := transition.NewState(3)
	if err := s.Init(state, []float64{0, 0.5, -0.5}); err != nil {
		t.Fatal(err)
	}
	src := rng.NewKey(231).Stream()
	hash := fnv.New64a()
	leapfrogs := 0
	for range 300 {
		info, err := s.Step(src, state)
		if err != nil {
			t.Fatal(err)
		}
		leapfrogs += info.Leapfrogs
		for _, x := range append([]float64{state.LogDensity, info.AcceptStat}, state.Q...) {
			var word [8]byte
			binary.LittleEndian.PutUint64(word[:], math.Float64bits(x))
			hash.Write(word[:])
		}
	}
	const want = "511fb892964ca29d 3220"
	if got := fmt.Sprintf("%016x %d", hash.Sum64(), leapfrogs); got != want {
		t.Errorf("300 draws have the bits and leapfrogs %s, want %s", got, want)
	}
}
