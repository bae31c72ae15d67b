package bart

import "slices"

// split is one split of a stored tree: rows of a leaf that do not meet the
// rule go to a new leaf, the next number.
type split struct {
	feature int32
	// cut is that of an ordered feature, or the place of a level set in the pool.
	cut  int32
	leaf uint8
	// flags: see below.
	flags uint8
}

const (
	splitMissingLeft = 1 << iota
	splitUnordered
)

// forests are the stored draws of a sum of trees. A tree is a sequence of splits
// that begins with one leaf, number 0; split s makes leaf s+1. So a tree of L leaves
// has L−1 splits and L values, in the order of the leaves.
type forests struct {
	trees, width int // trees of a draw, values of a leaf
	// sizes has the number of splits of each tree, draw by draw.
	sizes  []uint8
	splits []split
	values []float32
	sets   []uint64
	// splitAt, valueAt are where each draw begins, with an entry for the end.
	splitAt, valueAt []int
}

// mostReserved is the largest number of trees that room is made for ahead.
const mostReserved = 1 << 20

func newForests(trees, width int) *forests {
	return &forests{trees: trees, width: width, splitAt: []int{0}, valueAt: []int{0}}
}

// draws is the number of stored draws.
func (f *forests) draws() int { return len(f.splitAt) - 1 }

// appendEnsemble stores the trees as they are.
func (f *forests) appendEnsemble(e *ensemble) {
	for j := range e.trees {
		f.appendTree(&e.trees[j])
	}
	f.endDraw()
}

// reserve makes room for more draws of the size of the last one. It is not touched before it is used.
func (f *forests) reserve(more int) {
	last := f.draws() - 1
	if last < 0 {
		return
	}
	more = min(more, mostReserved/f.trees)
	f.sizes = slices.Grow(f.sizes, more*f.trees)
	f.splits = slices.Grow(f.splits, more*(f.splitAt[last+1]-f.splitAt[last]))
	f.values = slices.Grow(f.values, more*(f.valueAt[last+1]-f.valueAt[last]))
}

// endDraw closes a draw.
func (f *forests) endDraw() {
	f.splitAt = append(f.splitAt, len(f.splits))
	f.valueAt = append(f.valueAt, len(f.values))
}

func (f *forests) appendTree(t *tree) {
	f.sizes = append(f.sizes, uint8(len(t.leaves)-1))
	from := len(f.values)
	for range len(t.leaves) * f.width {
		f.values = append(f.values, 0)
	}
	next := uint8(1)
	f.walk(t, 0, 0, &next, f.values[from:])
}

// walk stores the part of the tree below a node whose rows are in the leaf.
func (f *forests) walk(t *tree, a int32, leaf uint8, next *uint8, values []float32) {
	n := &t.nodes[a]
	if n.feature < 0 {
		copy(values[int(leaf)*f.width:], t.values[int(n.slot)*f.width:(int(n.slot)+1)*f.width])
		return
	}
	s := split{feature: n.feature, cut: n.cut, leaf: leaf}
	if n.missingLeft {
		s.flags |= splitMissingLeft
	}
	if n.set != nil {
		s.flags |= splitUnordered
		s.cut = int32(len(f.sets))
		f.sets = append(f.sets, n.set...)
	}
	f.splits = append(f.splits, s)
	right := *next
	*next++
	f.walk(t, n.left, leaf, next, values)
	f.walk(t, n.right, right, next, values)
}

// rule returns the rule of a stored split.
func (f *forests) rule(s *split, g *grid) rule {
	r := rule{feature: s.feature, cut: s.cut, missingLeft: s.flags&splitMissingLeft != 0}
	if s.flags&splitUnordered != 0 {
		words := (g.features[s.feature].levels + 63) / 64
		r.cut, r.set = 0, f.sets[s.cut:int(s.cut)+words]
	}
	return r
}

// eachTree calls visit with the splits and the leaves' values of every tree of a draw.
func (f *forests) eachTree(draw int, visit func(j int, splits []split, values []float32)) {
	s, v := f.splitAt[draw], f.valueAt[draw]
	for j, size := range f.sizes[draw*f.trees : (draw+1)*f.trees] {
		count := (int(size) + 1) * f.width
		visit(j, f.splits[s:s+int(size)], f.values[v:v+count])
		s, v = s+int(size), v+count
	}
}

// restore makes the trees of an ensemble those of a draw, and moves its rows.
func (f *forests) restore(e *ensemble, draw int) {
	f.eachTree(draw, func(j int, splits []split, values []float32) {
		t := newTree(e.codes.n, f.width)
		for i := range splits {
			t.split(t.leaves[splits[i].leaf], f.rule(&splits[i], e.grid), 0, f.width)
		}
		copy(t.values, values)
		e.route(&t, 0, t.rows)
		counts := e.counts[:len(t.leaves)]
		clear(counts)
		for _, slot := range t.rows {
			counts[slot]++
		}
		for slot, a := range t.leaves {
			t.nodes[a].count = counts[slot]
		}
		t.recount(0)
		e.trees[j] = t
	})
	e.last = -1
}

// recount sets the row counts of inner nodes from those of the leaves.
func (t *tree) recount(a int32) int32 {
	n := &t.nodes[a]
	if n.feature >= 0 {
		n.count = t.recount(n.left) + t.recount(n.right)
	}
	return n.count
}
