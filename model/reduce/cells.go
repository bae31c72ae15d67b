package reduce

import (
	"math"
	"math/bits"
	"slices"
	"strconv"

	"github.com/quatre-ppl/quatre/model/expr"
)

// key is what decides the value of a vector over rows, besides parameters: the
// indices by which it gathers and the data that it reads.
type key struct {
	indices []*expr.Index
	data    []reading
}

// reading is a column of data: element i is values[off + stride·i].
type reading struct {
	leaf        expr.Expr
	off, stride int
}

// merge adds what another key has.
func (k *key) merge(other key) {
	for _, x := range other.indices {
		if !slices.ContainsFunc(k.indices, func(y *expr.Index) bool { return sameIndex(x, y) }) {
			k.indices = append(k.indices, x)
		}
	}
	for _, d := range other.data {
		if !slices.ContainsFunc(k.data, func(e reading) bool { return d.off == e.off && d.stride == e.stride && sameData(d.leaf, e.leaf) }) {
			k.data = append(k.data, d)
		}
	}
}

// sameIndex reports whether two indices are equal and stay so with new data.
func sameIndex(a, b *expr.Index) bool {
	if a == b {
		return true
	}
	return a.Max == b.Max && a.Name == b.Name && slices.Equal(a.Values, b.Values)
}

// keyOf returns what decides a vector over the rows, false if something other
// than gathers, elementwise functions and products of data matrices does.
func (s *sum) keyOf(x expr.Expr) (key, bool) {
	var k key
	ok := s.collect(x, &k, make(map[expr.Expr]bool))
	return k, ok
}

func (s *sum) collect(x expr.Expr, k *key, seen map[expr.Expr]bool) bool {
	if seen[x] || x.IsScalar() {
		return true
	}
	seen[x] = true
	all := func(list []expr.Expr) bool {
		for _, a := range list {
			if !s.collect(a, k, seen) {
				return false
			}
		}
		return true
	}
	switch x.Kind {
	case expr.Fill, expr.Literal:
		return x.Kind == expr.Fill
	case expr.Datum:
		k.merge(key{data: []reading{{x, 0, 1}}})
		return x.Size() == s.n
	case expr.Map, expr.Stop:
		return all(x.In)
	case expr.Gather:
		k.merge(key{indices: []*expr.Index{x.Index}})
		return !x.Static() || fromData(x.In[0])
	case expr.Slice:
		if x.In[0].Kind == expr.Datum {
			k.merge(key{data: []reading{{x.In[0], x.Off, 1}}})
			return true
		}
		if y, ok := s.r.sliced(x); ok {
			return s.collect(y, k, seen)
		}
		return x.Off == 0 && x.Size() == x.In[0].Size() && s.collect(x.In[0], k, seen)
	case expr.MatVec:
		return s.collectMatrix(x.In[0], x, k)
	case expr.Outer:
		return x.Cols == 1 && s.collect(x.In[0], k, seen)
	}
	return false
}

// fromData reports whether x is data or elementwise functions of data.
func fromData(x expr.Expr) bool {
	if x.Kind == expr.Datum || x.Kind == expr.Literal {
		return true
	}
	if x.Kind != expr.Map && x.Kind != expr.Slice && x.Kind != expr.Fill && x.Kind != expr.Gather {
		return false
	}
	for _, a := range x.In {
		if !fromData(a) {
			return false
		}
	}
	return true
}

// collectMatrix adds the columns of the data that a matrix m in product x is
// computed from, element by element.
func (s *sum) collectMatrix(m, x expr.Expr, k *key) bool {
	switch {
	case m.IsScalar():
		return m.Static()
	case m.Kind == expr.Map && m.Static():
		for _, a := range m.In {
			if !s.collectMatrix(a, x, k) {
				return false
			}
		}
		return true
	case m.Kind != expr.Datum:
		return false
	}
	for c := range x.In[1].Size() {
		r := reading{m, c * x.Rows, 1}
		if x.Trans {
			r = reading{m, c, x.Rows}
		}
		k.merge(key{data: []reading{r}})
	}
	return true
}

// partition divides rows into cells. Within a cell all rows agree in a key.
type partition struct {
	n, cells int
	row      *expr.Index // the cell of each row
	first    []int32     // a row of each cell
	by       *expr.Index // where the cells are the groups of one index, all of them
	groups   bool        // the key has indices only
	names    []string    // of data whose values decide the cells
	totals   map[expr.Expr]expr.Expr
	indices  []*expr.Index // that were derived for the cells
}

// partition returns the cells by all that the dynamic factors of products read,
// nil if there are too many of them to be worth it.
func (s *sum) partition(list ...product) *partition {
	var k key
	for _, p := range list {
		one, ok := s.keyOf(p.dynamic)
		if !ok {
			return nil
		}
		k.merge(one)
	}
	name := k.text(s.n)
	p, ok := s.r.parts[name]
	if !ok {
		p = s.divide(k)
		s.r.parts[name] = p
	}
	return p
}

// text identifies a key among those of one model.
func (k key) text(n int) string {
	text := strconv.Itoa(n)
	for _, x := range k.indices {
		text += " i" + pointer(x)
	}
	for _, d := range k.data {
		text += " d" + pointer(first(d.leaf.Values)) + ":" + strconv.Itoa(d.off) + ":" + strconv.Itoa(d.stride)
	}
	return text
}

// cells finds the cells of rows.
type cells struct {
	first []int32 // a row of each cell
	// places has the cell of each key, counted from 1, where its hash says or behind it.
	// There are never more than half as many cells as places.
	places []int32
}

func newCells(rows int) *cells {
	return &cells{first: make([]int32, 0, rows/2), places: make([]int32, 1<<bits.Len(uint(rows)))}
}

// of returns the cell of a row, a new one if the key is new; ok is false when there are
// too many.
func (c *cells) of(k key, row int) (cell int32, ok bool) {
	at := int(k.hash(row)) & (len(c.places) - 1)
	for c.places[at] != 0 {
		cell := c.places[at] - 1
		if k.same(row, int(c.first[cell])) {
			return cell, true
		}
		at = (at + 1) & (len(c.places) - 1)
	}
	if len(c.first) == cap(c.first) {
		return 0, false
	}
	c.first = append(c.first, int32(row))
	c.places[at] = int32(len(c.first))
	return int32(len(c.first)) - 1, true
}

// hash returns a number that rows with the same key share.
func (k key) hash(row int) uint64 {
	h := uint64(14695981039346656037)
	mix := func(v uint64) {
		h = (h ^ v) * 0x9e3779b97f4a7c15
		h ^= h >> 32
	}
	for _, x := range k.indices {
		mix(uint64(x.Values[row]))
	}
	for _, d := range k.data {
		mix(math.Float64bits(d.leaf.Values[d.off+d.stride*row]))
	}
	return h
}

// same reports whether two rows have the same key, bit by bit.
func (k key) same(a, b int) bool {
	for _, x := range k.indices {
		if x.Values[a] != x.Values[b] {
			return false
		}
	}
	for _, d := range k.data {
		if math.Float64bits(d.leaf.Values[d.off+d.stride*a]) != math.Float64bits(d.leaf.Values[d.off+d.stride*b]) {
			return false
		}
	}
	return true
}

// minRows is the number of rows from which on it pays to look for repeated ones:
// a loop of a few blocks of lanes costs no more than one of a part of a block.
const minRows = 32

// divide makes the cells of a key. Its groups are sorted by the first index.
func (s *sum) divide(k key) *partition {
	if len(k.data) > 0 && s.n < minRows {
		return nil
	}
	p := &partition{n: s.n, groups: len(k.data) == 0, totals: make(map[expr.Expr]expr.Expr)}
	for _, x := range k.indices {
		p.names = append(p.names, x.Name)
	}
	for _, d := range k.data {
		p.names = append(p.names, d.leaf.Name)
	}
	cells := newCells(s.n)
	for i := range s.n {
		if _, ok := cells.of(k, i); !ok {
			return nil
		}
	}
	// Only now is it known that there are few.
	p.first = slices.Clone(cells.first)
	row := make([]int32, s.n)
	for i := range row {
		row[i], _ = cells.of(k, i)
	}
	p.cells = len(p.first)
	if len(k.indices) > 0 {
		p.sort(row, k.indices[0])
	}
	if len(k.indices) == 1 && p.groups && k.indices[0].Max == p.cells {
		p.by, p.row = k.indices[0], k.indices[0]
		return p
	}
	p.row = &expr.Index{Values: row, Max: p.cells}
	return p
}

// sort numbers the cells anew so that the values of an index increase.
func (p *partition) sort(row []int32, by *expr.Index) {
	order := make([]int32, p.cells)
	for c := range order {
		order[c] = int32(c)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return int(by.Values[p.first[a]]) - int(by.Values[p.first[b]]) })
	first, number := make([]int32, p.cells), make([]int32, p.cells)
	for c, old := range order {
		first[c], number[old] = p.first[old], int32(c)
	}
	p.first = first
	for i, c := range row {
		row[i] = number[c]
	}
}

// sums returns the sum of data over each cell; nil stands for ones.
func (p *partition) sums(data expr.Expr) expr.Expr {
	if x, ok := p.totals[data]; ok {
		return x
	}
	all := orOne(data)
	if all.IsScalar() {
		all = expr.Repeat(all, vectorOf(p.n))
	}
	x := expr.SumBy(all, p.row, p.cells)
	p.totals[data] = x
	return x
}
