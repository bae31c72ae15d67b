// Package hilbert orders points of several coordinates along a curve that
// fills space, so that neighbours in the order are neighbours in space.
package hilbert

import (
	"math"
	"math/bits"

	"github.com/quatre-ppl/quatre/elem"
)

// Sorter orders points; it keeps the memory for it. It is for one goroutine.
type Sorter struct {
	keys, spareKeys []uint64
	order, spare    []int32
	counts          [digits][1 << digitBits]int32
}

// Order returns the indices of the points x[dim][n] in their order: by value
// to 32 binary digits for one coordinate, else along Hilbert's curve over the coordinates mapped
// into the unit cube by 1/(1 + exp(−(x − mean)/sd)) (Gerber and Chopin 2015,
// section 2.2). Up to 62 coordinates; equal points keep the order of their
// indices. The result is valid until the next call.
func (s *Sorter) Order(x [][]float64) []int32 {
	n := len(x[0])
	if cap(s.keys) < n {
		s.keys, s.spareKeys = make([]uint64, n), make([]uint64, n)
		s.order, s.spare = make([]int32, n), make([]int32, n)
	}
	s.keys, s.spareKeys, s.order, s.spare = s.keys[:n], s.spareKeys[:n], s.order[:n], s.spare[:n]
	if len(x) == 1 {
		for i, v := range x[0] {
			s.keys[i] = Ordered(v) >> 20
		}
	} else {
		s.curve(x)
	}
	return s.Sort()
}

// Keys returns room for n keys, which Sort sorts by.
func (s *Sorter) Keys(n int) []uint64 {
	if cap(s.keys) < n {
		s.keys, s.spareKeys = make([]uint64, n), make([]uint64, n)
		s.order, s.spare = make([]int32, n), make([]int32, n)
	}
	s.keys, s.spareKeys, s.order, s.spare = s.keys[:n], s.spareKeys[:n], s.order[:n], s.spare[:n]
	return s.keys
}

// Ordered maps floats to integers in the same order.
func Ordered(v float64) uint64 {
	b := math.Float64bits(v)
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}

// curve sets the keys to places along the curve.
func (s *Sorter) curve(x [][]float64) {
	dim, n := len(x), len(x[0])
	depth := min(62/dim, 31)
	mean, scale := make([]float64, dim), make([]float64, dim)
	for d, column := range x {
		mean[d], scale[d] = spread(column)
	}
	side := float64(uint64(1) << depth)
	point := make([]uint32, dim)
	for i := range n {
		for d := range x {
			point[d] = uint32(min(elem.InvLogit((x[d][i]-mean[d])*scale[d])*side, side-1))
		}
		s.keys[i] = Index(point, depth)
	}
}

// spread returns the mean and the inverse of the standard deviation; 0 where
// all are equal.
func spread(x []float64) (mean, inverse float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += v / n
	}
	variance := 0.0
	for _, v := range x {
		gap := v - mean
		variance += float64(gap*gap) / n
	}
	if !(variance > 0) {
		return mean, 0
	}
	return mean, 1 / math.Sqrt(variance)
}

// Index returns the place along Hilbert's curve of a point of the cube with
// 2^depth cells a side, and overwrites the point (Skilling 2004, "Programming
// the Hilbert curve").
func Index(point []uint32, depth int) uint64 {
	dim := len(point)
	top := uint32(1) << (depth - 1)
	for q := top; q > 1; q >>= 1 {
		mask := q - 1
		for d := range point {
			if point[d]&q != 0 {
				point[0] ^= mask
			} else {
				t := (point[0] ^ point[d]) & mask
				point[0] ^= t
				point[d] ^= t
			}
		}
	}
	for d := 1; d < dim; d++ {
		point[d] ^= point[d-1]
	}
	t := uint32(0)
	for q := top; q > 1; q >>= 1 {
		if point[dim-1]&q != 0 {
			t ^= q - 1
		}
	}
	index := uint64(0)
	for b := depth - 1; b >= 0; b-- {
		for d := range point {
			index = index<<1 | uint64((point[d]^t)>>b&1)
		}
	}
	return index
}

const (
	digitBits = 11
	digits    = (64 + digitBits - 1) / digitBits
)

// Sort returns the indices in the order of Keys, by radix: as many passes as the
// largest key has digits.
func (s *Sorter) Sort() []int32 {
	union := uint64(0)
	for i, k := range s.keys {
		union |= k
		s.order[i] = int32(i)
	}
	used := (bits.Len64(union) + digitBits - 1) / digitBits
	for d := range used {
		clear(s.counts[d][:])
	}
	for _, k := range s.keys {
		for d := range used {
			s.counts[d][k&(1<<digitBits-1)]++
			k >>= digitBits
		}
	}
	for d := range used {
		count, shift := &s.counts[d], d*digitBits
		at := int32(0)
		for b, c := range count {
			count[b] = at
			at += c
		}
		for i, k := range s.keys {
			b := k >> shift & (1<<digitBits - 1)
			to := count[b]
			s.spareKeys[to], s.spare[to] = k, s.order[i]
			count[b] = to + 1
		}
		s.keys, s.spareKeys = s.spareKeys, s.keys
		s.order, s.spare = s.spare, s.order
	}
	return s.order
}
