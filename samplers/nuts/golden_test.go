package nuts

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"testing"
)

// TestStep_GoldenBits pins the draws of a fixed seed on all machines. The value
// was printed by this test; it may change only with a change of rng, elem or the
// algorithm that is meant to change draws.
func TestStep_GoldenBits(t *testing.T) {
	bits, infos := history(t, newNormal(4), 300, Options{})
	hash := fnv.New64a()
	for _, x := range bits {
		var word [8]byte
		binary.LittleEndian.PutUint64(word[:], math.Float64bits(x))
		hash.Write(word[:])
	}
	leapfrogs := 0
	for _, info := range infos {
		leapfrogs += info.Leapfrogs
	}
	const want = "1bb3b80655906958 3784"
	if got := fmt.Sprintf("%016x %d", hash.Sum64(), leapfrogs); got != want {
		t.Errorf("300 draws have the bits and leapfrogs %s, want %s", got, want)
	}
}
