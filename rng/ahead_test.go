package rng

import "testing"

// TestDrawAhead_GivesTheSameWords mixes single words, fills and jumps, over the ends of the words drawn ahead.
func TestDrawAhead_GivesTheSameWords(t *testing.T) {
	plain, fast := NewKey(8).Stream(), NewKey(8).Stream()
	pick := NewKey(9).Stream()
	plain.Uint64()
	fast.Uint64()
	fast.DrawAhead()
	var a, b [40]float64
	for step := range 3000 {
		switch pick.Intn(12) {
		case 0:
			to := uint64(pick.Intn(300))
			plain.Seek(to)
			fast.Seek(to)
		case 1:
			n := pick.Intn(len(a))
			plain.FillNormal(a[:n])
			fast.FillNormal(b[:n])
			if a != b {
				t.Fatal("step ", step, ": fills differ")
			}
		default:
			if x, y := plain.Uint64(), fast.Uint64(); x != y {
				t.Fatalf("step %d: %x, want %x", step, y, x)
			}
		}
		if plain.Position() != fast.Position() {
			t.Fatal("step ", step, ": at ", fast.Position(), ", want ", plain.Position())
		}
	}
}

// TestDrawAhead_IsOfOneStream copies streams that draw ahead, and gives them other keys.
func TestDrawAhead_IsOfOneStream(t *testing.T) {
	same := func(s, want *Stream) {
		t.Helper()
		for range 100 {
			if x, y := s.Uint64(), want.Uint64(); x != y {
				t.Fatalf("at %d: %x, want %x", s.Position(), x, y)
			}
		}
	}
	s := NewKey(1).Stream()
	s.DrawAhead()
	s.Uint64()
	first := *s
	same(s, &first) // the copy begins where the original is
	again := *s
	state, _ := NewKey(2).Stream().MarshalBinary()
	if err := s.UnmarshalBinary(state); err != nil {
		t.Fatal(err)
	}
	same(s, NewKey(2).Stream())
	*s = again // back to the first key, whose words are not there any more
	same(s, &first)
}

func TestDrawAhead_AllocatesOnce(t *testing.T) {
	s := NewKey(1).Stream()
	s.DrawAhead()
	if n := testing.AllocsPerRun(10, func() {
		for range 100 {
			s.Uint64()
		}
	}); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func BenchmarkUint64_Ahead(b *testing.B) {
	s := NewKey(1).Stream()
	s.DrawAhead()
	for b.Loop() {
		s.Uint64()
	}
}
