// Package sobol makes points that fill the unit cube evenly, scrambled at
// random so that each of them is uniform by itself.
package sobol

import (
	"fmt"
	"math/bits"

	"github.com/quatre-ppl/quatre/rng"
)

// MaxDim is the largest number of coordinates.
const MaxDim = 21

// The primitive polynomials (degree, inner coefficients) and first direction
// numbers of coordinates 2 to 21 (Joe and Kuo 2008, "Constructing Sobol
// sequences with better two-dimensional projections", table new-joe-kuo-6).
var polynomials = [MaxDim - 1]struct {
	degree, inner int
	first         []uint32
}{
	{1, 0, []uint32{1}},
	{2, 1, []uint32{1, 3}},
	{3, 1, []uint32{1, 3, 1}},
	{3, 2, []uint32{1, 1, 1}},
	{4, 1, []uint32{1, 1, 3, 3}},
	{4, 4, []uint32{1, 3, 5, 13}},
	{5, 2, []uint32{1, 1, 5, 5, 17}},
	{5, 4, []uint32{1, 1, 5, 5, 5}},
	{5, 7, []uint32{1, 1, 7, 11, 19}},
	{5, 11, []uint32{1, 1, 5, 1, 1}},
	{5, 13, []uint32{1, 1, 1, 3, 11}},
	{5, 14, []uint32{1, 3, 5, 5, 31}},
	{6, 1, []uint32{1, 3, 3, 9, 7, 49}},
	{6, 13, []uint32{1, 1, 1, 15, 21, 21}},
	{6, 16, []uint32{1, 3, 1, 13, 27, 49}},
	{6, 19, []uint32{1, 1, 1, 15, 7, 5}},
	{6, 22, []uint32{1, 3, 1, 15, 13, 25}},
	{6, 25, []uint32{1, 1, 5, 5, 19, 61}},
	{7, 1, []uint32{1, 3, 7, 11, 23, 15, 103}},
	{7, 4, []uint32{1, 3, 7, 13, 13, 15, 69}},
}

// wordBits is the number of binary digits of a coordinate.
const wordBits = 32

// Sequence is Sobol's sequence in some dimension.
type Sequence struct {
	directions [][wordBits]uint32 // per coordinate, digit k of the index
}

// New returns the sequence of dim coordinates, 1 to MaxDim.
func New(dim int) (*Sequence, error) {
	if dim < 1 || dim > MaxDim {
		return nil, fmt.Errorf("sobol: %d coordinates, want 1 to %d", dim, MaxDim)
	}
	s := &Sequence{make([][wordBits]uint32, dim)}
	for k := range wordBits {
		s.directions[0][k] = 1 << (wordBits - 1 - k)
	}
	for d := 1; d < dim; d++ {
		p := polynomials[d-1]
		v := &s.directions[d]
		for k := range wordBits {
			if k < p.degree {
				v[k] = p.first[k] << (wordBits - 1 - k)
				continue
			}
			v[k] = v[k-p.degree] ^ v[k-p.degree]>>p.degree
			for j := 1; j < p.degree; j++ {
				if p.inner>>(p.degree-1-j)&1 != 0 {
					v[k] ^= v[k-j]
				}
			}
		}
	}
	return s, nil
}

// Word returns digit word d of point i of the plain sequence.
func (s *Sequence) Word(d int, i uint32) uint32 {
	w := uint32(0)
	for k := 0; i != 0; i >>= 1 {
		if i&1 != 0 {
			w ^= s.directions[d][k]
		}
		k++
	}
	return w
}

// Fill writes the first n points, dst[dim][n], scrambled with random numbers
// of src: each coordinate's digits are permuted given those before them by a
// hash with a random seed (in the manner of Owen 1995, hashed as in Burley
// 2020), and shifted digit by digit, which makes every point uniform. Numbers
// are (k + ½)/2^32, within (0, 1).
func (s *Sequence) Fill(dst [][]float64, src *rng.Stream) {
	for d, column := range dst {
		words := src.Uint64()
		seed, shift := uint32(words), uint32(words>>32)
		gray := uint32(0)
		for i := range column {
			if i > 0 {
				gray ^= s.directions[d][bits.TrailingZeros32(uint32(i))]
			}
			column[i] = (float64(scramble(gray, seed)^shift) + 0.5) * 0x1p-32
		}
	}
}

// scramble permutes the digits of a word, each depending on those above it.
// The multipliers are Laine and Karras's (2011, "Stratified sampling for
// stochastic transparency"); even ones let digits act on later digits only.
func scramble(word, seed uint32) uint32 {
	x := bits.Reverse32(word)
	x += seed
	x ^= x * 0x6c50b47c
	x ^= x * 0xb82f1e52
	x ^= x * 0xc7afe638
	x ^= x * 0x8d22f6e6
	return bits.Reverse32(x)
}
