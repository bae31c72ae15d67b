package rng

import (
	"math/bits"

	"github.com/quatre-ppl/quatre/internal/simd"
)

// philoxBlocks writes the words of the 8·groups blocks whose counters begin at
// block, 16·groups words:
//
//	for b := range 8 * groups {
//		dst[2*b], dst[2*b+1] = philox(block+b, high, key)
//	}
//
//go:noescape
func philoxBlocks(dst *uint64, groups int, block, high, key uint64)

// uniformWords writes 4·groups numbers:
//
//	dst[i] = (float64(words[i]>>12) + 0.5) * 0x1p-52
//
//go:noescape
func uniformWords(dst *float64, words *uint64, groups int)

// centralWords writes 8·groups numbers, and a mask for every 8 of them:
//
//	q := (float64(words[i]>>12)+0.5)*0x1p-52 - 0.5
//	dst[i] = centralQuantile(q)
//	bit i%8 of tails[i/8] = math.Abs(q) > centralHalfWidth
//
//go:noescape
func centralWords(dst *float64, tails *uint8, words *uint64, groups int)

// fillBlocks writes as many whole groups of blocks as there is room for and
// returns the number of words written.
func fillBlocks(dst []uint64, block, high, key uint64) int {
	groups := len(dst) / 16
	if groups == 0 || !simd.AVX2() {
		return 0
	}
	philoxBlocks(&dst[0], groups, block, high, key)
	return 16 * groups
}

// fillUniform turns a first part of the words into uniform numbers and returns
// its length.
func fillUniform(dst []float64, words []uint64) int {
	groups := len(dst) / 4
	if groups == 0 || !simd.AVX2() {
		return 0
	}
	uniformWords(&dst[0], &words[0], groups)
	return 4 * groups
}

// fillCentral turns a first part of the words into quantiles by the central
// formula, appends to tails the places where it does not hold, and returns
// the length of the part.
func fillCentral(dst []float64, tails []uint8, words []uint64) (n int, _ []uint8) {
	groups := len(dst) / 8
	if groups == 0 || !simd.AVX2() {
		return 0, tails
	}
	var masks [fillWords / 8]uint8
	centralWords(&dst[0], &masks[0], &words[0], groups)
	for g, mask := range masks[:groups] {
		for ; mask != 0; mask &= mask - 1 {
			tails = append(tails, uint8(8*g+bits.TrailingZeros8(mask)))
		}
	}
	return 8 * groups, tails
}
