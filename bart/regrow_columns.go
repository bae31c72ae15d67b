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

// newSources makes the sources of all features that can be split.
func (g *grower) newSources() {
	c := g.e.codes
	g.sources = make([]source, len(c.columns))
	g.order = make([][]int32, len(c.columns))
	for _, f := range g.e.prior.active {
		s, feature := &g.sources[f], &g.e.grid.features[f]
		s.place = c.place[f]
		switch {
		case feature.kind == Unordered:
			g.groupLevels(s, &c.columns[f], feature)
		case c.columns[f].narrow == nil:
			g.thinCuts(s, &c.columns[f], feature)
		}
	}
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

// addColumn appends a column to the extra ones.
func (g *grower) addColumn(s *source, code func(i int) byte) {
	n := g.e.codes.n
	s.place, s.extra = int32(len(g.extra)/n), true
	for i := range n {
		g.extra = append(g.extra, code(i))
	}
}

// thinCuts keeps so many of a feature's cuts as bytes can tell, evenly by their number.
func (g *grower) thinCuts(s *source, c *columnCodes, f *feature) {
	const most = maxNarrow - 1 // the last code is for missing values
	cuts := f.cutCount()
	kept := min(cuts, most)
	s.cuts = make([]int32, kept)
	for k := range s.cuts {
		s.cuts[k] = int32((2*k + 1) * cuts / (2 * kept))
	}
	if f.missing {
		s.cuts[kept-1] = int32(cuts - 1) // which parts missing values from the rest
	}
	g.addColumn(s, func(i int) byte {
		code := c.at(i)
		if code == codeMissing {
			return maxNarrow
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
	g.addColumn(s, func(i int) byte {
		level := c.at(i)
		if level == codeMissing {
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
	if room := bins * count; cap(g.weights) < room {
		g.weights, g.exponents, g.factors = make([]int64, room), make([]float64, room), make([]float64, room)
	}
	room := bins * count
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
			high = g.sortLevels(f, weighed[bins*k:bins*(k+1)], hists[bins*k:bins*(k+1)])
		} else {
			low, high = g.cutRange(t, a, f)
		}
		g.ranges[2*k], g.ranges[2*k+1] = low, high
		g.logs[k] = base + e.prior.logWeights[f]
		if high > low {
			g.logs[k] -= elem.Log(float64(high - low + 1))
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
	k, cut := chosen/bins, chosen%bins
	f, hist := g.features[k], hists[bins*k:bins*(k+1)]
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
