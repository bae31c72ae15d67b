package bart

import (
	"math"
	"runtime"
	"sort"
	"sync"
	"sync/atomic"
)

// codeMissing is the code of a missing value in wide columns.
const codeMissing = math.MaxUint32

// feature is what splits know of a column: where it can be cut.
type feature struct {
	name string
	kind Kind
	// cuts are the values of Numeric and Ordered columns at which a split can be made,
	// ascending: cut c sends x ≤ cuts[c] left.
	cuts []float64
	// levels is the number of levels of an Unordered column, names their names or nil.
	levels int
	names  []string
	// missing tells that training rows had missing values. Then one cut more
	// stands behind the others and parts the missing from the rest; of an
	// Unordered column they are the last level.
	missing bool
}

// cutCount is the number of cuts of an ordered feature.
func (f *feature) cutCount() int {
	if f.missing {
		return len(f.cuts) + 1
	}
	return len(f.cuts)
}

// splittable reports whether the feature can part the training rows at all.
func (f *feature) splittable() bool {
	if f.kind == Unordered {
		return f.levels > 1
	}
	return f.cutCount() > 0
}

// code returns the number of cuts below x, which is what splits compare, or
// the number of the level.
func (f *feature) code(x float64) uint32 {
	switch {
	case f.kind == Unordered && f.missing && math.IsNaN(x):
		return uint32(f.levels - 1)
	case math.IsNaN(x), f.kind == Unordered && int(x) >= f.levels:
		return codeMissing // a level that training rows did not have, too
	case f.kind == Unordered:
		return uint32(x)
	}
	return uint32(sort.SearchFloat64s(f.cuts, x))
}

// grid is the split space: where each column can be cut.
type grid struct {
	features []feature
}

// newGrid finds the cuts of the columns: up to limit quantiles each, or with exact
// every midpoint between neighbouring values.
func newGrid(d *Data, limit int, exact bool) *grid {
	g := &grid{features: make([]feature, len(d.Columns))}
	eachColumn(len(d.Columns), func() func(int) {
		q := &cutFinder{}
		return func(j int) { g.features[j] = q.feature(&d.Columns[j], limit, exact) }
	})
	return g
}

// eachColumn calls what worker returns for every column, on all processors, each with a worker of its own.
func eachColumn(columns int, worker func() func(j int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), columns) {
		workers.Go(func() {
			work := worker()
			for j := int(next.Add(1)) - 1; j < columns; j = int(next.Add(1)) - 1 {
				work(j)
			}
		})
	}
	workers.Wait()
}

// feature finds where a column can be cut.
func (q *cutFinder) feature(c *Column, limit int, exact bool) feature {
	q.span(c.Values)
	f := feature{name: c.Name, kind: c.Kind, names: c.Levels, missing: q.missing}
	if c.Kind == Unordered {
		f.levels = len(c.Levels)
		if f.levels == 0 && q.rows > 0 {
			f.levels = int(q.high) + 1
		}
		if f.missing {
			f.levels++
		}
		return f
	}
	if f.missing && limit == maxNarrow {
		limit-- // one code is for missing values
	}
	if exact || c.Kind == Ordered {
		limit = q.rows
	}
	f.cuts = q.cuts(c.Values, limit)
	return f
}
