package bart

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
	eachColumn(len(g.features), func(j int) { c.columns[j] = g.features[j].encode(d.Columns[j].Values) })
	c.pack()
	return c
}

// pack moves the columns of bytes into the slab.
func (c *codes) pack() {
	p := len(c.columns)
	c.stride, c.place, c.wrappedPlace = c.n, make([]int32, p), make([]int32, p)
	total := 0
	for j := range c.columns {
		total += len(c.columns[j].narrow) + len(c.columns[j].wrapped)
	}
	c.slab = make([]byte, 0, total)
	move := func(column []byte) ([]byte, int32) {
		if column == nil || c.n == 0 {
			return column, -1
		}
		from := len(c.slab)
		c.slab = append(c.slab, column...)
		return c.slab[from:len(c.slab):len(c.slab)], int32(from / c.n)
	}
	for j := range c.columns {
		c.columns[j].narrow, c.place[j] = move(c.columns[j].narrow)
	}
	for j := range c.columns {
		c.columns[j].wrapped, c.wrappedPlace[j] = move(c.columns[j].wrapped)
	}
}

func (f *feature) encode(values []float64) columnCodes {
	wide := make([]uint32, len(values))
	missing, largest := false, uint32(0)
	for i, x := range values {
		wide[i] = f.code(x)
		if wide[i] == codeMissing {
			missing = true
		} else {
			largest = max(largest, wide[i])
		}
	}
	// A missing value needs a code of its own.
	if largest > maxNarrow || missing && max(int(largest), len(f.cuts)) >= maxNarrow {
		return columnCodes{wide: wide}
	}
	c := columnCodes{narrow: make([]byte, len(values))}
	for i, w := range wide {
		c.narrow[i] = byte(min(w, maxNarrow))
	}
	if missing {
		c.wrapped = make([]byte, len(values))
		for i, b := range c.narrow {
			c.wrapped[i] = b + 1
		}
	}
	return c
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
