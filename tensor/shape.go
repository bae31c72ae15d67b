package tensor

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Shape is the list of extents of an array, outermost written first as in
// (rows, columns). The nil and the empty Shape are a scalar.
type Shape []int

// Dims returns the number of dimensions, 0 for a scalar.
func (s Shape) Dims() int { return len(s) }

// Size returns the number of elements, the product of the extents: 1 for a
// scalar, 0 when any extent is 0. It panics if s is not Valid.
func (s Shape) Size() int {
	n, ok := s.size()
	if !ok {
		panic(fmt.Sprintf("tensor: shape %v has a negative extent or more elements than an int counts", s))
	}
	return n
}

// Valid reports whether every extent is at least 0 and the number of elements
// fits in an int.
func (s Shape) Valid() bool {
	_, ok := s.size()
	return ok
}

func (s Shape) size() (n int, ok bool) {
	if slices.ContainsFunc(s, func(d int) bool { return d < 0 }) {
		return 0, false
	}
	if slices.Contains(s, 0) {
		return 0, true
	}
	n = 1
	for _, d := range s {
		if n > math.MaxInt/d {
			return 0, false
		}
		n *= d
	}
	return n, true
}

// Equal reports whether s and t have the same extents; nil equals empty.
func (s Shape) Equal(t Shape) bool { return slices.Equal(s, t) }

// Clone returns a copy that shares no memory with s.
func (s Shape) Clone() Shape { return slices.Clone(s) }

// String returns "()" for a scalar, "(3)" for a vector, "(3, 4)" for a matrix.
func (s Shape) String() string {
	var b strings.Builder
	b.WriteByte('(')
	for i, d := range s {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(d))
	}
	b.WriteByte(')')
	return b.String()
}

// Offset returns the place of the element at index in the column-major buffer,
//
//	index[0] + s[0]·(index[1] + s[1]·(index[2] + …)),
//
// all indices counted from 0. It panics if the number of indices is not
// s.Dims() or an index is outside its extent.
func (s Shape) Offset(index ...int) int {
	if len(index) != len(s) {
		panic(fmt.Sprintf("tensor: %d indices for shape %v", len(index), s))
	}
	offset := 0
	for d := len(s) - 1; d >= 0; d-- {
		if index[d] < 0 || index[d] >= s[d] {
			panic(fmt.Sprintf("tensor: index %d is %d, outside shape %v", d, index[d], s))
		}
		offset = offset*s[d] + index[d]
	}
	return offset
}

// Index is the inverse of Offset: it writes into dst, of length s.Dims(), the
// indices from 0 of the element at offset. It panics if dst has another
// length or offset is outside [0, s.Size()).
func (s Shape) Index(dst []int, offset int) {
	if len(dst) != len(s) {
		panic(fmt.Sprintf("tensor: %d indices for shape %v", len(dst), s))
	}
	if offset < 0 || offset >= s.Size() {
		panic(fmt.Sprintf("tensor: offset %d is outside shape %v", offset, s))
	}
	for d, extent := range s {
		dst[d] = offset % extent
		offset /= extent
	}
}
