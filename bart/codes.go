package bart

import (
	"math"
	"math/bits"
)

// maxNarrow is the largest code of a column of bytes.
const maxNarrow = 255

// columnCodes are the codes of one column, in one of two widths.
type columnCodes struct {
	// narrow has one byte a row: the code, maxNarrow for a missing value.
	narrow []byte
	// wrapped is narrow plus one, modulo 256, so that a missing value is below all
	// others; nil where nothing is missing.
	wrapped []byte
	// wide is used instead of both where there are more than 255 codes.
	wide []uint32
}

// codes are the rows of a data set as a grid sees them. They are not changed once
// made, and shared by the chains.
type codes struct {
	n       int
	columns []columnCodes
	// slab holds the narrow columns one after the other, stride bytes each, and
	// then the wrapped ones; place and wrappedPlace are their numbers in it, -1 if
	// there is none.
	slab                []byte
	stride              int
	place, wrappedPlace []int32
	// basis has 1 and the basis columns of every row, row by row; nil if leaves hold numbers.
	basis []float32
	// exposure is that of the rows; nil for one.
	exposure []float64
}

// encode turns the columns of d into codes. d has been validated and has the
// columns of the grid in its order.
func (g *grid) encode(d *Data) *codes {
	c := &codes{n: d.Rows(), columns: make([]columnCodes, len(g.features))}
	narrow, missing := make([]bool, len(g.features)), make([]bool, len(g.features))
	eachColumn(len(g.features), func() func(int) {
		return func(j int) { narrow[j], missing[j] = g.features[j].form(d.Columns[j].Values) }
	})
	c.makeRoom(narrow, missing)
	eachColumn(len(g.features), func() func(int) {
		return func(j int) { g.features[j].encode(&c.columns[j], d.Columns[j].Values) }
	})
	return c
}

// makeRoom makes the columns: narrow ones in the slab, those with missing values twice.
func (c *codes) makeRoom(narrow, missing []bool) {
	p, total := len(c.columns), int32(0)
	c.stride, c.place, c.wrappedPlace = c.n, make([]int32, p), make([]int32, p)
	number := func(places []int32, j int, wanted bool) {
		places[j] = -1
		if wanted && c.n > 0 {
			places[j] = total
			total++
		}
	}
	for j := range p {
		number(c.place, j, narrow[j])
	}
	for j := range p {
		number(c.wrappedPlace, j, narrow[j] && missing[j])
	}
	c.slab = make([]byte, int(total)*c.n)
	column := func(place int32) []byte {
		from := max(int(place), 0) * c.n
		return c.slab[from : from+c.n : from+c.n]
	}
	for j := range c.columns {
		switch col := &c.columns[j]; {
		case !narrow[j]:
			col.wide = make([]uint32, c.n)
		case missing[j]:
			col.narrow, col.wrapped = column(c.place[j]), column(c.wrappedPlace[j])
		default:
			col.narrow = column(c.place[j])
		}
	}
}

// form tells whether codes of the values are bytes, and whether values are missing.
func (f *feature) form(values []float64) (narrow, missing bool) {
	largest := uint32(0)
	if f.kind == Unordered {
		for _, x := range values {
			if code := f.code(x); code == codeMissing {
				missing = true
			} else {
				largest = max(largest, code)
			}
		}
	} else {
		top := math.Inf(-1)
		for _, x := range values {
			missing = missing || math.IsNaN(x)
			if x > top {
				top = x
			}
		}
		largest = f.code(top)
	}
	// A missing value needs a code of its own.
	return largest <= maxNarrow && !(missing && max(int(largest), len(f.cuts)) >= maxNarrow), missing
}

// encode writes the codes of a column that has room for them.
func (f *feature) encode(c *columnCodes, values []float64) {
	switch {
	case c.narrow == nil:
		for i, x := range values {
			c.wide[i] = f.code(x)
		}
	case f.kind == Unordered || len(f.cuts) > maxNarrow:
		for i, x := range values {
			c.narrow[i] = byte(min(f.code(x), maxNarrow))
		}
	default:
		f.encodeNarrow(c.narrow, values)
	}
	for i := range c.wrapped {
		c.wrapped[i] = c.narrow[i] + 1
	}
}

// sortKey is an integer that is in order as the numbers are, for numbers that are not −0.
func sortKey(x float64) uint64 {
	b := math.Float64bits(x)
	return b ^ (uint64(int64(b)>>63) | 1<<63)
}

// further is at + step if the step's last key is below a key, else at.
func further(keys *[maxNarrow + 1]uint64, at, step, key uint64) uint64 {
	_, below := bits.Sub64(keys[(at+step-1)&maxNarrow], key, 0)
	return at + step&-below
}

// encodeNarrow counts the cuts below each value, of at most 255, by a search without branches: where
// values go cannot be foreseen.
func (f *feature) encodeNarrow(dst []byte, values []float64) {
	var keys [maxNarrow + 1]uint64
	for k := range keys {
		keys[k] = math.MaxUint64
	}
	for k, cut := range f.cuts {
		keys[k] = sortKey(cut + 0)
	}
	for i, x := range values {
		key := sortKey(x + 0) // + 0 makes 0 of −0
		at := further(&keys, 0, 128, key)
		at = further(&keys, at, 64, key)
		at = further(&keys, at, 32, key)
		at = further(&keys, at, 16, key)
		at = further(&keys, at, 8, key)
		at = further(&keys, at, 4, key)
		at = further(&keys, at, 2, key)
		at = further(&keys, at, 1, key)
		dst[i] = byte(at)
		if math.IsNaN(x) {
			dst[i] = maxNarrow
		}
	}
}

// at returns the code of one row, codeMissing for a missing value.
func (c *columnCodes) at(i int) uint32 {
	if c.wide != nil {
		return c.wide[i]
	}
	if c.wrapped != nil && c.narrow[i] == maxNarrow {
		return codeMissing
	}
	return uint32(c.narrow[i])
}

// side returns a column and a cut such that the rule sends row i left where
// column[i] ≤ cut. The column is one that exists if the rule allows, else
// scratch, which has a byte for each row, is filled with 0 for left and 1 for right.
func (c *codes) side(scratch []byte, g *grid, r *rule) (column []byte, cut byte) {
	col := &c.columns[r.feature]
	if g.features[r.feature].kind != Unordered && col.narrow != nil {
		if r.missingLeft && col.wrapped != nil {
			return col.wrapped, byte(r.cut + 1)
		}
		return col.narrow, byte(r.cut)
	}
	if col.wide != nil && r.set == nil {
		thresholdWide(scratch, col.wide, uint32(r.cut), r.missingLeft)
		return scratch, 0
	}
	for i := range scratch {
		scratch[i] = 1
		if r.left(col.at(i)) {
			scratch[i] = 0
		}
	}
	return scratch, 0
}

// thresholdWide writes 1 where a code is beyond the cut.
func thresholdWide(dst []byte, codes []uint32, cut uint32, missingLeft bool) {
	for i, code := range codes[:len(dst)] {
		b := byte(0)
		if code > cut {
			b = 1
		}
		dst[i] = b
	}
	if !missingLeft {
		return
	}
	for i, code := range codes[:len(dst)] {
		if code == codeMissing {
			dst[i] = 0
		}
	}
}
