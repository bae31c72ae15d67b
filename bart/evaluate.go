package bart

// predictBlock is the number of rows that are predicted together: their
// sums and leaves stay in the fastest cache.
const predictBlock = 2048

// evaluator computes stored forests at the rows of a data set. It is for one
// goroutine.
type evaluator struct {
	grid   *grid
	codes  *codes
	kernel Kernel
	splits []int32
	rows   []byte
}

func newEvaluator(g *grid, c *codes, kernel Kernel) *evaluator {
	return &evaluator{grid: g, codes: c, kernel: kernel, rows: make([]byte, predictBlock)}
}

// add adds the sum of a draw's trees to acc, which stands for rows from on, at
// most predictBlock of them.
func (e *evaluator) add(acc []float32, f *forests, draw, from int) {
	if f.width > 1 {
		e.addLinear(acc, f, draw, from)
		return
	}
	first, done := f.splitAt[draw], f.valueAt[draw]
	sizes := f.sizes[draw*f.trees : (draw+1)*f.trees]
	e.splits = e.splits[:0]
	start, at, values := 0, first, done
	for j, size := range sizes {
		tree := f.splits[at : at+int(size)]
		before := len(e.splits)
		if !e.plain(f, tree) {
			e.splits = e.splits[:before]
			e.flush(acc, from, sizes[start:j], f.values[done:values])
			e.addSlowly(acc, f, tree, f.values[values:values+int(size)+1], from)
			start, done = j+1, values+int(size)+1
		}
		at, values = at+int(size), values+int(size)+1
	}
	e.flush(acc, from, sizes[start:], f.values[done:values])
}

// flush has the kernel add the trees whose splits were collected.
func (e *evaluator) flush(acc []float32, from int, sizes []byte, values []float32) {
	if len(sizes) > 0 && len(acc) > 0 {
		codes := e.codes.slab
		if len(codes) > 0 {
			codes = codes[from:]
		}
		e.kernel.Predict(acc, e.rows[:len(acc)], codes, e.codes.stride, sizes, e.splits, values)
	}
	e.splits = e.splits[:0]
}

// plain collects the splits of a tree and reports whether all of them compare a
// byte with a cut.
func (e *evaluator) plain(f *forests, tree []split) bool {
	for i := range tree {
		s := &tree[i]
		place, cut := e.codes.place[s.feature], s.cut
		if s.flags&splitMissingLeft != 0 && e.codes.wrappedPlace[s.feature] >= 0 {
			place, cut = e.codes.wrappedPlace[s.feature], cut+1
		}
		if s.flags&splitUnordered != 0 || place < 0 || cut > maxNarrow {
			return false
		}
		e.splits = append(e.splits, int32(s.leaf), place, cut)
	}
	return true
}

// addSlowly adds one tree with rules of any kind.
func (e *evaluator) addSlowly(acc []float32, f *forests, tree []split, values []float32, from int) {
	leaves := e.leaves(f, tree, from, len(acc))
	for i := range acc {
		acc[i] += values[leaves[i]]
	}
}

// leaves returns the leaf of each of n rows from a place on; it is valid until the
// next call.
func (e *evaluator) leaves(f *forests, tree []split, from, n int) []byte {
	rows := e.rows[:n]
	clear(rows)
	for s := range tree {
		r := f.rule(&tree[s], e.grid)
		column := &e.codes.columns[r.feature]
		for i := range rows {
			if rows[i] == tree[s].leaf && !r.left(column.at(from+i)) {
				rows[i] = byte(s + 1)
			}
		}
	}
	return rows
}
