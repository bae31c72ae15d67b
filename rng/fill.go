package rng

import "unsafe"

// The fills draw many numbers in one call: the same words in the same order as
// that many single draws, several times faster, because independent blocks of
// the generator and independent quantiles overlap in the processor or share
// its vector registers.

// FillUint64 writes the next len(dst) words of the stream, as that many calls
// of Uint64 would give them.
func (s *Stream) FillUint64(dst []uint64) {
	if len(dst) > 0 && s.position&1 != 0 {
		dst[0] = s.Uint64()
		dst = dst[1:]
	}
	high, key := s.key.high, s.key.philox
	done := fillBlocks(dst, s.position>>1, high, key)
	dst = dst[done:]
	s.position += uint64(done)
	if len(dst) >= worthAGroup {
		var group [16]uint64
		if fillBlocks(group[:], s.position>>1, high, key) > 0 {
			n := copy(dst, group[:])
			s.position += uint64(n)
			if n&1 != 0 {
				s.second = group[n]
			}
			return
		}
	}
	block := s.position >> 1
	whole := len(dst) &^ 3
	for i := 0; i < whole; i += 4 {
		d := dst[i : i+4 : i+4]
		d[0], d[1], d[2], d[3] = philoxPair(block, block+1, high, key)
		block += 2
	}
	s.position += uint64(whole)
	for i := whole; i < len(dst); i++ {
		dst[i] = s.Uint64()
	}
}

// worthAGroup is the number of words from which a group of blocks of which some
// are thrown away is faster than pairs.
const worthAGroup = 5

// FillFloat64 writes len(dst) uniform numbers in (0, 1), as that many calls of
// Float64 would give them.
func (s *Stream) FillFloat64(dst []float64) {
	if len(dst) == 0 {
		return
	}
	// The words lie where the numbers will: there is no buffer to clear, and each
	// is read before its number is written.
	words := unsafe.Slice((*uint64)(unsafe.Pointer(&dst[0])), len(dst))
	s.FillUint64(words)
	for i := fillUniform(dst, words); i < len(dst); i++ {
		dst[i] = uniform(words[i])
	}
}

// uniform is the number that Float64 makes of a word.
func uniform(word uint64) float64 { return float64((float64(int64(word>>12)) + 0.5) * 0x1p-52) }

// fillWords is the number of words drawn at a time; they stay in the nearest
// cache.
const fillWords = 256

// philoxPair is philox of two counters that differ in their lower word only.
// The two chains of multiplications do not wait for one another.
func philoxPair(lowA, lowB, high, key uint64) (a0, a1, b0, b1 uint64) {
	c0, c1, c2, c3 := uint32(lowA), uint32(lowA>>32), uint32(high), uint32(high>>32)
	d0, d1, d2, d3 := uint32(lowB), uint32(lowB>>32), uint32(high), uint32(high>>32)
	k0, k1 := uint32(key), uint32(key>>32)
	for range philoxRounds {
		p0 := philoxM0 * uint64(c0)
		p1 := philoxM1 * uint64(c2)
		q0 := philoxM0 * uint64(d0)
		q1 := philoxM1 * uint64(d2)
		c0, c1 = uint32(p1>>32)^(c1^k0), uint32(p1)
		c2, c3 = uint32(p0>>32)^(c3^k1), uint32(p0)
		d0, d1 = uint32(q1>>32)^(d1^k0), uint32(q1)
		d2, d3 = uint32(q0>>32)^(d3^k1), uint32(q0)
		k0 += philoxW0
		k1 += philoxW1
	}
	return uint64(c0) | uint64(c1)<<32, uint64(c2) | uint64(c3)<<32, uint64(d0) | uint64(d1)<<32, uint64(d2) | uint64(d3)<<32
}
