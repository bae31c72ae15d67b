package rng

import (
	"encoding"
	"math"
	"testing"

	"pgregory.net/rapid"
)

var (
	_ encoding.BinaryMarshaler   = (*Stream)(nil)
	_ encoding.BinaryUnmarshaler = (*Stream)(nil)
)

func TestStream_SeekEqualsSequential(t *testing.T) {
	const n = 101
	s := NewKey(11).Child("seek").Stream()
	var want [n]uint64
	for i := range want {
		if got := s.Position(); got != uint64(i) {
			t.Fatalf("position %d before word %d", got, i)
		}
		want[i] = s.Uint64()
	}
	for i := n - 1; i >= 0; i-- {
		s.Seek(uint64(i))
		for j := i; j < min(i+3, n); j++ {
			if got := s.Uint64(); got != want[j] {
				t.Fatalf("word %d after Seek(%d) = %#x, want %#x", j, i, got, want[j])
			}
		}
	}
}

func TestStream_SeekIsTheNthDraw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := NewKey(rapid.Uint64().Draw(t, "seed")).Child(rapid.String().Draw(t, "label"))
		start := rapid.Uint64().Draw(t, "start")
		steps := rapid.Uint64Range(0, 20).Draw(t, "steps")

		walk, jump := key.Stream(), key.Stream()
		walk.Seek(start)
		for range steps {
			walk.Uint64()
		}
		jump.Seek(start + steps) // wraps as the position does
		if walk.Position() != jump.Position() {
			t.Fatalf("positions %d and %d", walk.Position(), jump.Position())
		}
		if a, b := walk.Uint64(), jump.Uint64(); a != b {
			t.Fatalf("word %#x by walking, %#x by jumping", a, b)
		}
	})
}

func TestStream_StartsAgainAfterTheLastWord(t *testing.T) {
	s := NewKey(5).Stream()
	first := s.Uint64()
	s.Seek(math.MaxUint64)
	s.Uint64()
	if s.Position() != 0 || s.Uint64() != first {
		t.Errorf("no return to the first word after the last")
	}
}

func TestStream_CopyAndBinaryFormKeepThePlace(t *testing.T) {
	for _, draws := range []int{0, 1, 2, 7} {
		s := NewKey(9).Child("checkpoint", 4).Stream()
		for range draws {
			s.Uint64()
		}
		data, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		copied := *s
		var restored Stream
		if err := restored.UnmarshalBinary(data); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			want := s.Uint64()
			if got := copied.Uint64(); got != want {
				t.Fatalf("copy after %d draws gives %#x, want %#x", draws, got, want)
			}
			if got := restored.Uint64(); got != want {
				t.Fatalf("restored after %d draws gives %#x, want %#x", draws, got, want)
			}
		}
	}
}

func TestStream_DamagedStateIsAnError(t *testing.T) {
	s := NewKey(9).Stream()
	data, _ := s.MarshalBinary()
	before := *s
	for _, bad := range [][]byte{nil, data[:24], append(data[:25:25], 0), append([]byte{9}, data[1:]...)} {
		if s.UnmarshalBinary(bad) == nil {
			t.Errorf("no error for %d bytes, version %v", len(bad), bad[:min(1, len(bad))])
		}
	}
	if *s != before {
		t.Error("a failed restore changed the stream")
	}
}

func TestStream_Float64IsOpenAndSymmetric(t *testing.T) {
	// The two extremes of the map, since no short run meets them.
	if lowest := (float64(uint64(0)>>12) + 0.5) * 0x1p-52; lowest != 0x1p-53 {
		t.Errorf("lowest value %v, want 2^-53", lowest)
	}
	if highest := (float64(uint64(math.MaxUint64)>>12) + 0.5) * 0x1p-52; highest != 1-0x1p-53 {
		t.Errorf("highest value %v, want 1 − 2^-53", highest)
	}
	s := NewKey(1).Stream()
	for range 1000 {
		before := s.Position()
		if u := s.Float64(); !(u > 0 && u < 1) {
			t.Fatalf("Float64 = %v, want inside (0, 1)", u)
		}
		if used := s.Position() - before; used != 1 {
			t.Fatalf("Float64 used %d words, want 1", used)
		}
	}
}

func TestStream_IntnCoversItsRange(t *testing.T) {
	s := NewKey(2).Stream()
	for _, n := range []int{1, 2, 3, 7} {
		seen := make([]bool, n)
		for range 200 {
			seen[s.Intn(n)] = true
		}
		for i, ok := range seen {
			if !ok {
				t.Errorf("Intn(%d) never gave %d in 200 draws", n, i)
			}
		}
	}
	// A quarter of the words is rejected here, so the loop is walked.
	const n = math.MaxInt/2 + 2
	for range 100 {
		if i := s.Intn(n); i < 0 || i >= n {
			t.Fatalf("Intn(%d) = %d", n, i)
		}
	}
}

func TestStream_AllocatesNothing(t *testing.T) {
	s := NewKey(1).Stream()
	n := testing.AllocsPerRun(100, func() {
		s.Uint64()
		s.Float64()
		s.Intn(10)
		s.Seek(s.Position() + 3)
	})
	if n != 0 {
		t.Errorf("%v allocations per run, want 0", n)
	}
}
