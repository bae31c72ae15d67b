package rng

import "testing"

// TestPhilox_KnownAnswers holds the vectors for philox4x32 with 10 rounds that
// the Random123 library publishes in its file kat_vectors.
func TestPhilox_KnownAnswers(t *testing.T) {
	cases := []struct{ counter, key, want []uint32 }{
		{
			[]uint32{0, 0, 0, 0},
			[]uint32{0, 0},
			[]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
		},
		{
			[]uint32{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
			[]uint32{0xffffffff, 0xffffffff},
			[]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
		},
		{
			[]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
			[]uint32{0xa4093822, 0x299f31d0},
			[]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
		},
	}
	for _, c := range cases {
		first, second := philox(word(c.counter), word(c.counter[2:]), word(c.key))
		if first != word(c.want) || second != word(c.want[2:]) {
			t.Errorf("philox(%08x, %08x) = %016x %016x, want %08x", c.counter, c.key, first, second, c.want)
		}
	}
}

// word joins the first two 32-bit words of w, the lower one first.
func word(w []uint32) uint64 { return uint64(w[0]) | uint64(w[1])<<32 }
