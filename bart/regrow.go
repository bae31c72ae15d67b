package bart

import (
	"math"
	"math/bits"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// regrowFeatures is the number of columns up to which a tree that is grown anew may
// use all of them; of p more it draws the square root of p, and no fewer than these, by
// their probabilities.
const regrowFeatures = 32

// Up to so many rows a histogram has coarseBins bins: the place of a cut is not known so well that more
// would tell. Every tree has one of coarsePhases choices of the cuts between bins, so that all cuts
// have their turn, and trees differ. With more rows the columns of all choices would take too much memory.
const (
	coarseRows   = 1 << 15
	coarseBins   = 64
	coarsePhases = 4
)

// grower grows trees from their root: at every node the split, or none, is drawn with
// probability in proportion to its prior times the marginal likelihood of what it
// makes, all cuts of the features compared (He and Hahn 2023, "Stochastic tree
// ensembles for regularized nonlinear regression", section 3). It explores from far away fast, but it is
// no step of a Markov chain: it starts chains only.
//
// The residual is summed as integers, number and sum of rows in one: see Kernel.Weigh. So sums are
// exact, those of a sibling are differences, and their order does not matter.
type grower struct {
	e        *ensemble
	leaf     *normalLeaf
	phases   [][]source
	sources  []source // those of the present tree
	extra    []byte   // the columns of sources that are not in the codes' slab
	features []int32  // of the present tree, those in the slab first
	times    []float64
	places   []int32 // where their columns are
	inSlab   int     // how many are in the slab

	// Rows lie so that those of a node are together; spare is for parting them, all has them in order.
	rows, spare, all []int32
	values           []int64 // by row
	// A value is (u + bias)·2^bits + 1, where u·scale is the residual.
	bits        int
	bias, scale float64

	width              int       // the number of bins of a histogram
	free               [][]int64 // histograms
	ordered            []int64   // histograms with the groups of levels in the order of their means
	order              [][]int32 // that order, by feature
	ranges             []int32
	logs               []float64
	node               [6]float64
	weights, totals    []int64
	exponents, factors []float64
	right              [bins]byte // 1 for codes that go right
	means              [bins]float64
}

func newGrower(e *ensemble, leaf *normalLeaf) *grower {
	n := e.codes.n
	g := &grower{e: e, leaf: leaf, rows: make([]int32, n), spare: make([]int32, n), all: make([]int32, n), values: make([]int64, n)}
	for i := range g.all {
		g.all[i] = int32(i)
	}
	// The numbers of rows have bits, the sums 62 less them but no more than fit into a float64.
	g.bits = bits.Len(uint(n))
	g.bias = math.Ldexp(1, max(min(62-2*g.bits, 49-g.bits, 28), 1))
	g.width = bins
	if n <= coarseRows {
		g.width = coarseBins
	}
	g.newSources()
	return g
}

// sweep grows every tree anew.
func (g *grower) sweep(src *rng.Stream) {
	largest := float32(0)
	for _, r := range g.e.resid {
		largest = max(largest, r, -r)
	}
	// The residual may grow within a sweep; what is beyond four times its largest is cut off.
	g.scale = 4 * math.Max(float64(largest), 1e-30) / g.bias
	for j := range g.e.trees {
		g.regrow(j, src)
	}
}

// regrow replaces tree j.
func (g *grower) regrow(j int, src *rng.Stream) {
	e, t := g.e, &g.e.trees[j]
	e.takeOut(j)
	t.nodes, t.free, t.leaves, t.inner = t.nodes[:1], t.free[:0], append(t.leaves[:0], 0), t.inner[:0]
	t.nodes[0] = node{rule: rule{feature: -1}, parent: -1, left: -1, right: -1, count: int32(e.codes.n)}
	t.values, t.largest = t.values[:1], 0
	clear(t.rows)
	copy(g.rows, g.all)
	total := e.kernel.Quantize(g.values, e.resid, 1/g.scale, g.bias, g.bits)
	g.sources = g.phases[0]
	if len(g.phases) > 1 {
		g.sources = g.phases[src.Intn(len(g.phases))]
	}
	g.chooseFeatures(src)
	g.grow(t, 0, 0, len(g.rows), total, nil, src)
	e.route(t, 0, t.rows)
	e.drawLeaves(j, src)
}

// split returns number and sum of the rows that a sum of values stands for.
func (g *grower) split(total int64) (count, sum float64) {
	count = float64(total & (1<<g.bits - 1))
	return count, float64((float64(total>>g.bits) - float64(g.bias*count)) * g.scale)
}

// chooseFeatures draws the columns that a tree may use.
func (g *grower) chooseFeatures(src *rng.Stream) {
	active := g.e.prior.active
	g.features = append(g.features[:0], active...)
	if most := max(regrowFeatures, int(math.Sqrt(float64(len(active))))); len(active) > most {
		// The smallest of exponential times with the features' rates come first.
		g.features, g.times = g.features[:0], g.times[:0]
		for _, f := range active {
			time := src.Exponential() / g.e.prior.weights[f]
			at := len(g.times)
			if at < most {
				g.features, g.times = append(g.features, f), append(g.times, time)
			} else if at--; time >= g.times[at] {
				continue
			}
			for ; at > 0 && g.times[at-1] > time; at-- {
				g.features[at], g.times[at] = g.features[at-1], g.times[at-1]
			}
			g.features[at], g.times[at] = f, time
		}
	}
	g.inSlab = g.slabFirst()
	g.places = g.places[:0]
	for _, f := range g.features {
		g.places = append(g.places, g.sources[f].place)
	}
}

// grow decides on the node a with the rows from, …, to − 1, whose values have the sum total and whose
// histograms are those of hists if not nil, and goes on below.
func (g *grower) grow(t *tree, a int32, from, to int, total int64, hists []int64, src *rng.Stream) {
	e := g.e
	least := max(int(e.prior.minLeaf), 1)
	chosen := -1
	if to-from >= 2*least && len(t.leaves) < maxLeaves && len(g.features) > 0 {
		if hists == nil {
			hists = g.histograms(from, to)
		}
		chosen = g.choose(t, a, total, hists, src)
	}
	if chosen < 0 {
		slot := t.nodes[a].slot
		_, e.slotSums(slot)[0] = g.split(total)
		g.release(hists)
		return
	}
	r, left := g.ruleOf(chosen, hists, src)
	middle := from + e.kernel.Part(g.rows[from:to], g.spare, g.column(r.feature), g.right[:])
	t.split(a, r, int32(middle-from), 1)
	first, second := t.nodes[a].left, t.nodes[a].right
	leftHists, rightHists := g.childHistograms(from, middle, to, 2*least, hists)
	g.grow(t, first, from, middle, left, leftHists, src)
	g.grow(t, second, middle, to, total-left, rightHists, src)
}

// take returns room for the histograms of a node.
func (g *grower) take() []int64 {
	if last := len(g.free) - 1; last >= 0 {
		h := g.free[last]
		g.free = g.free[:last]
		return h[:g.width*len(g.features)]
	}
	return make([]int64, g.width*len(g.features))
}

func (g *grower) release(h []int64) {
	if h != nil {
		g.free = append(g.free, h)
	}
}

// histograms sums the values of rows by code, feature by feature.
func (g *grower) histograms(from, to int) []int64 {
	h, c, k := g.take(), g.e.codes, g.inSlab
	rows := g.rows[from:to]
	if len(rows) == c.n {
		rows = nil
	}
	if k > 0 {
		g.e.kernel.Histograms(h[:g.width*k], c.slab, c.stride, g.places[:k], rows, g.values)
	}
	if k < len(g.features) {
		g.e.kernel.Histograms(h[g.width*k:], g.extra, c.n, g.places[k:], rows, g.values)
	}
	return h
}

// childHistograms sums for the smaller child and takes the other's as the difference to
// the parent's, whose room it reuses. A child with fewer rows than least needs none.
func (g *grower) childHistograms(from, middle, to, least int, parent []int64) (left, right []int64) {
	small, large := middle-from, to-middle
	swapped := large < small
	if swapped {
		small, large = large, small
	}
	if large < least {
		g.release(parent)
		return nil, nil
	}
	var s []int64
	if swapped {
		s = g.histograms(middle, to)
	} else {
		s = g.histograms(from, middle)
	}
	for k, v := range s {
		parent[k] -= v
	}
	if swapped {
		return parent, s
	}
	return s, parent
}

// choose draws a cut of the node in proportion to its weight, width·k + c for cut c of the feature k of
// those of the tree, or −1 for no split, whose weight is 1.
func (g *grower) choose(t *tree, a int32, total int64, hists []int64, src *rng.Stream) int {
	least := int64(max(g.e.prior.minLeaf, 1))
	count, sum := g.split(total)
	perRow := g.leaf.scale2 / g.leaf.noise2
	half := perRow / (2 * g.leaf.noise2)
	g.node = [6]float64{count, sum, g.scale, g.bias, perRow, half}
	hists = g.prepare(t, a, hists, -float64(half*sum*sum/(1+float64(count*perRow))))
	largest := g.e.kernel.Weigh(g.weights, g.totals, g.exponents, g.factors, hists, g.ranges, g.logs, g.node[:], g.bits, least)
	stop := weightBound(-largest, 1)
	all := stop
	for _, w := range g.totals {
		all += w
	}
	for {
		// A candidate is drawn by the bounds and kept with probability weight over bound.
		target := int64(src.Float64() * float64(all))
		if target < stop {
			if accepted(src, -largest, 1, stop) {
				return -1
			}
			continue
		}
		target -= stop
		k := 0
		for k < len(g.totals)-1 && target >= g.totals[k] {
			target -= g.totals[k]
			k++
		}
		at, last := g.width*k+int(g.ranges[2*k]), g.width*k+int(g.ranges[2*k+1])
		for at < last && target >= g.weights[at] {
			target -= g.weights[at]
			at++
		}
		if at <= last && accepted(src, g.exponents[at]-largest, g.factors[at], g.weights[at]) {
			return at
		}
	}
}

// accepted is true with the probability that a weight has of its bound.
func accepted(src *rng.Stream, exponent, factor float64, bound int64) bool {
	return float64(src.Float64()*float64(bound)) < float64(float64(math.Sqrt(factor)*elem.Exp(exponent))*(1<<38))
}
