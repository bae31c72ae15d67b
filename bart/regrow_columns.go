package bart

import (
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// source is a column of bytes that stands for a feature when trees are grown anew.
type source struct {
	// place is the number of the column in the codes' slab, or among the extra columns.
	place int32
	extra bool
	// cuts has, for a feature with more cuts than bytes can tell, those between the bytes; nil
	// where cut and byte are the same.
	cuts []int32
	// levels has the levels that each byte stands for, for Unordered features.
	levels [][]int32
}

// newSources makes the sources of all features that can be split, several choices of them if cuts
// have to share bins.
func (g *grower) newSources() {
	c := g.e.codes
	g.order = make([][]int32, len(c.columns))
	sources := make([]source, len(c.columns))
	for _, f := range g.e.prior.active {
		sources[f].place = c.place[f]
		if feature := &g.e.grid.features[f]; feature.kind == Unordered {
			g.width = max(g.width, min(bins, feature.levels)) // levels have no neighbours to share a bin with
			g.groupLevels(&sources[f], &c.columns[f], feature)
		}
	}
	g.phases = [][]source{sources}
	var thin []int32
	for _, f := range g.e.prior.active {
		if g.isThinned(f) {
			thin = append(thin, f)
		}
	}
	if len(thin) > 0 && g.width < bins {
		for range coarsePhases - 1 {
			g.phases = append(g.phases, slices.Clone(sources))
		}
	}
	for phase, sources := range g.phases {
		for _, f := range thin {
			g.thinCuts(&sources[f], &c.columns[f], &g.e.grid.features[f], phase)
		}
	}
}

// isThinned reports whether a feature with an order has codes that are no bins.
func (g *grower) isThinned(f int32) bool {
	feature, c := &g.e.grid.features[f], &g.e.codes.columns[f]
	if feature.kind == Unordered {
		return false
	}
	return c.narrow == nil || g.width < bins && (c.wrapped != nil || feature.cutCount() >= g.width)
}

// column is the column of a feature's source.
func (g *grower) column(f int32) []byte {
	s, n := &g.sources[f], g.e.codes.n
	at := int(s.place) * n
	if s.extra {
		return g.extra[at : at+n]
	}
	return g.e.codes.slab[at : at+n]
}

// addColumn appends a column to the extra ones. code maps the codes of a narrow column, and at tells
// the bins of a wide one.
func (g *grower) addColumn(s *source, c *columnCodes, bin func(code uint32) byte) {
	n := g.e.codes.n
	s.place, s.extra = int32(len(g.extra)/n), true
	if c.narrow == nil {
		for _, code := range c.wide {
			g.extra = append(g.extra, bin(code))
		}
		return
	}
	var table [bins]byte
	for code := range table {
		table[code] = bin(uint32(code))
	}
	if c.wrapped != nil {
		table[maxNarrow] = bin(codeMissing)
	}
	for _, code := range c.narrow {
		g.extra = append(g.extra, table[code])
	}
}

// thinCuts keeps so many of a feature's cuts as there are bins for, evenly by their number; phase says
// where they begin.
func (g *grower) thinCuts(s *source, c *columnCodes, f *feature, phase int) {
	cuts := f.cutCount()
	kept := min(cuts, g.width-2) // the last bin is for missing values
	s.cuts = make([]int32, kept)
	phases := len(g.phases)
	for k := range s.cuts {
		s.cuts[k] = int32((2*(phases*k+phase) + 1) * cuts / (2 * phases * kept))
	}
	if f.missing {
		s.cuts[kept-1] = int32(cuts - 1) // which parts missing values from the rest
	}
	g.addColumn(s, c, func(code uint32) byte {
		if code == codeMissing {
			return byte(g.width - 1)
		}
		at, _ := slices.BinarySearch(s.cuts, int32(code))
		return byte(at)
	})
}

// groupLevels gives each level a byte of its own, or, if there are more, puts levels whose rows have
// residuals of nearly the same mean into one group.
func (g *grower) groupLevels(s *source, c *columnCodes, f *feature) {
	if f.levels <= bins && c.narrow != nil {
		s.levels = make([][]int32, f.levels)
		for level := range s.levels {
			s.levels[level] = []int32{int32(level)}
		}
		return
	}
	sums, counts, order := make([]float64, f.levels), make([]float64, f.levels), make([]int32, f.levels)
	for i, r := range g.e.resid {
		if level := c.at(i); level != codeMissing {
			sums[level] += float64(r)
			counts[level]++
		}
	}
	for level := range order {
		order[level] = int32(level)
		sums[level] /= max(counts[level], 1)
	}
	sortByMean(order, sums)
	groups := min(bins, f.levels)
	group := make([]byte, f.levels)
	s.levels = make([][]int32, groups)
	for k, level := range order {
		at := k * groups / f.levels
		group[level] = byte(at)
		s.levels[at] = append(s.levels[at], level)
	}
	g.addColumn(s, c, func(level uint32) byte {
		if level >= uint32(f.levels) {
			return 0
		}
		return group[level]
	})
}

// sortByMean sorts numbers by the means that belong to them.
func sortByMean(order []int32, means []float64) {
	slices.SortStableFunc(order, func(a, b int32) int {
		switch {
		case means[a] < means[b]:
			return -1
		case means[a] > means[b]:
			return 1
		}
		return 0
	})
}

// slabFirst sorts the features of the tree so that those in the codes' slab come first, and returns
// their number.
func (g *grower) slabFirst() int {
	slices.SortStableFunc(g.features, func(a, b int32) int {
		x, y := g.sources[a].extra, g.sources[b].extra
		switch {
		case !x && y:
			return -1
		case x && !y:
			return 1
		}
		return 0
	})
	count := 0
	for _, f := range g.features {
		if !g.sources[f].extra {
			count++
		}
	}
	return count
}

// prepare sets the ranges and the log priors of the features' cuts, with offset in them, and
// returns the histograms to weigh: those given, with the levels of Unordered features in the order of
// their means, because the best split by sets is one of those (Fisher 1958).
func (g *grower) prepare(t *tree, a int32, hists []int64, offset float64) []int64 {
	e, count := g.e, len(g.features)
	if room := g.width * count; cap(g.weights) < room {
		g.weights, g.exponents, g.factors = make([]int64, room), make([]float64, room), make([]float64, room)
	}
	room := g.width * count
	g.weights, g.exponents, g.factors = g.weights[:room], g.exponents[:room], g.factors[:room]
	g.ranges, g.logs = slices.Grow(g.ranges[:0], 2*count)[:2*count], slices.Grow(g.logs[:0], count)[:count]
	g.totals = slices.Grow(g.totals[:0], count)[:count]
	total := 0.0
	for _, f := range g.features {
		total += e.prior.weights[f]
	}
	d := min(t.nodes[a].depth, depthTable-1)
	base := e.prior.logSplit[d] + 2*e.prior.logStop[min(d+1, depthTable-1)] - e.prior.logStop[d] - elem.Log(total) + offset
	weighed := hists
	for k, f := range g.features {
		low, high := int32(0), int32(-1)
		if e.grid.features[f].kind == Unordered {
			if &weighed[0] == &hists[0] {
				g.ordered = append(g.ordered[:0], hists...)
				weighed = g.ordered
			}
			high = g.sortLevels(f, weighed[g.width*k:g.width*(k+1)], hists[g.width*k:g.width*(k+1)])
		} else {
			low, high = g.cutRange(t, a, f)
		}
		g.ranges[2*k], g.ranges[2*k+1] = low, high
		g.logs[k] = base + e.prior.logWeights[f]
		if high > low {
			g.logs[k] -= e.prior.logInt(int(high - low + 1))
		}
	}
	return weighed
}

// cutRange is the range of the source's cuts that the nodes above leave; low is beyond high if
// there are none.
func (g *grower) cutRange(t *tree, a, f int32) (low, high int32) {
	room := t.room(a, f, g.e.grid, g.e.levels)
	cuts := g.sources[f].cuts
	if cuts == nil {
		return room.low, min(room.high, maxNarrow-1)
	}
	from, _ := slices.BinarySearch(cuts, room.low)
	to, _ := slices.BinarySearch(cuts, room.high+1)
	return int32(from), int32(to) - 1
}

// sortLevels writes the histogram of an Unordered feature with its bytes in the order of their
// means, those without rows last, and returns the last cut between two that have rows.
func (g *grower) sortLevels(f int32, dst, hist []int64) int32 {
	means := g.means[:]
	order := g.order[f][:0]
	for code := range hist {
		if hist[code] != 0 {
			count, sum := g.split(hist[code])
			means[code] = sum / count
			order = append(order, int32(code))
		}
	}
	present := len(order)
	sortByMean(order, means)
	clear(dst)
	for k, code := range order {
		dst[k] = hist[code]
	}
	g.order[f] = order
	return int32(present) - 2
}

// ruleOf returns the rule of a chosen cut and the sum of the values that it sends left, and sets
// g.right. Levels without rows in the node go to either side.
func (g *grower) ruleOf(chosen int, hists []int64, src *rng.Stream) (r rule, left int64) {
	k, cut := chosen/g.width, chosen%g.width
	f, hist := g.features[k], hists[g.width*k:g.width*(k+1)]
	s, feature := &g.sources[f], &g.e.grid.features[f]
	r = rule{feature: f, cut: int32(cut)}
	for code := range g.right {
		g.right[code] = 1
	}
	if feature.kind != Unordered {
		for code, v := range hist[:cut+1] {
			g.right[code] = 0
			left += v
		}
		if s.cuts != nil {
			r.cut = s.cuts[cut]
		}
		return r, left
	}
	r.cut, r.missingLeft, r.set = 0, src.Uint64()>>63 != 0, newLevelSet(feature.levels)
	for place, code := range g.order[f] {
		if place <= cut {
			g.right[code] = 0
			left += hist[code]
		}
	}
	for code, levels := range s.levels {
		side := g.right[code] == 0
		for _, level := range levels {
			if hist[code] == 0 {
				side = src.Uint64()>>63 != 0
			}
			if side {
				r.set.flip(uint32(level))
			}
		}
	}
	return r, left
}
