package rng

// Constants of Philox4x32 (Salmon, Moraes, Dror and Shaw 2011, "Parallel
// random numbers: as easy as 1, 2, 3", section 4.3 and table 2).
const (
	philoxRounds = 10
	philoxM0     = 0xD2511F53
	philoxM1     = 0xCD9E8D57
	philoxW0     = 0x9E3779B9 // golden ratio
	philoxW1     = 0xBB67AE85 // sqrt(3) − 1
)

// philox is the bijection Philox4x32-10 of the 128-bit counter (low, high)
// under key. 32-bit words are numbered from the low end: words 0 and 1 of the
// counter are low, words 2 and 3 are high, and likewise for key and result.
func philox(low, high, key uint64) (first, second uint64) {
	c0, c1, c2, c3 := uint32(low), uint32(low>>32), uint32(high), uint32(high>>32)
	k0, k1 := uint32(key), uint32(key>>32)
	for range philoxRounds {
		p0 := philoxM0 * uint64(c0)
		p1 := philoxM1 * uint64(c2)
		// The parentheses keep the key off the critical path, which is
		// multiply, shift, xor.
		c0, c1 = uint32(p1>>32)^(c1^k0), uint32(p1)
		c2, c3 = uint32(p0>>32)^(c3^k1), uint32(p0)
		k0 += philoxW0
		k1 += philoxW1
	}
	return uint64(c0) | uint64(c1)<<32, uint64(c2) | uint64(c3)<<32
}
