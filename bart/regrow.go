package bart

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// regrowFeatures is the number of columns up to which a tree that is grown anew may
// use all of them; of p more it draws the square root of p, and no fewer than these, by
// their probabilities.
const regrowFeatures = 32

// bins is the length of a histogram: sum and number of the rows by code.
const bins = 2 * (maxNarrow + 1)

// grower grows trees from their root: at every node the split, or none, is drawn with
// probability in proportion to its prior times the marginal likelihood of what it
// makes, all cuts of the features compared (He and Hahn 2023, "Stochastic tree
// ensembles for regularized nonlinear regression", section 3). It explores from far away fast, but it is
// no step of a Markov chain: it starts chains only.
type grower struct {
	e        *ensemble
	leaf     *normalLeaf
	features []int32
	rows     []int32   // the rows, those of a node together
	spare    []int32   // to part them
	resid    []float32 // of the rows of a node
	free     [][]float64
	splits   []candidate
}

// candidate is a cut of a feature. Its weight is the root of factor times exp(exponent).
type candidate struct {
	feature, cut     int32
	exponent, factor float64
}

func newGrower(e *ensemble, leaf *normalLeaf) *grower {
	n := e.codes.n
	return &grower{e: e, leaf: leaf, rows: make([]int32, n), spare: make([]int32, n), resid: make([]float32, n)}
}

// sweep grows every tree anew.
func (g *grower) sweep(src *rng.Stream) {
	for j := range g.e.trees {
		g.regrow(j, src)
	}
}

// regrow replaces tree j.
func (g *grower) regrow(j int, src *rng.Stream) {
	e, t := g.e, &g.e.trees[j]
	e.pass(j, 0)
	e.lift(t)
	t.nodes, t.free, t.leaves = t.nodes[:1], t.free[:0], append(t.leaves[:0], 0)
	t.nodes[0] = node{rule: rule{feature: -1}, parent: -1, left: -1, right: -1, count: int32(e.codes.n)}
	t.values = t.values[:1]
	clear(t.rows)
	for i := range g.rows {
		g.rows[i] = int32(i)
	}
	g.chooseFeatures(src)
	g.grow(t, 0, g.rows, nil, src)
	for slot := range t.leaves {
		e.model.draw(t.values[slot:slot+1], src, e.slotSums(int32(slot)), t.nodes[t.leaves[slot]].count)
	}
	e.remove(j)
}

// chooseFeatures draws the columns that a tree may use.
func (g *grower) chooseFeatures(src *rng.Stream) {
	active := g.e.prior.active
	g.features = append(g.features[:0], active...)
	most := max(regrowFeatures, int(math.Sqrt(float64(len(active)))))
	if len(active) <= most {
		return
	}
	// The smallest of exponential times with the features' rates come first.
	times := make(map[int32]float64, len(active))
	for _, f := range active {
		times[f] = src.Exponential() / g.e.prior.weights[f]
	}
	slices.SortFunc(g.features, func(a, b int32) int {
		if times[a] < times[b] {
			return -1
		}
		return 1
	})
	g.features = g.features[:most]
}

// grow decides on the node a with the given rows, whose histograms are those of hists if not
// nil, and goes on below.
func (g *grower) grow(t *tree, a int32, rows []int32, hists []float64, src *rng.Stream) {
	e := g.e
	n := &t.nodes[a]
	slot := n.slot
	for k, i := range rows {
		g.resid[k] = e.resid[i]
	}
	sum := 0.0
	for _, r := range g.resid[:len(rows)] {
		sum += float64(r)
	}
	e.slotSums(slot)[0] = sum
	if len(rows) < 2*int(e.prior.minLeaf) || len(rows) < 2 || len(t.leaves) == maxLeaves || len(g.features) == 0 {
		g.release(hists)
		return
	}
	if hists == nil {
		hists = g.histograms(rows)
	}
	g.candidates(t, a, hists, float64(len(rows)), sum)
	chosen := g.choose(src)
	if chosen < 0 {
		g.release(hists)
		return
	}
	r := rule{feature: g.splits[chosen].feature, cut: g.splits[chosen].cut}
	left, right := g.part(rows, &r)
	t.split(a, r, int32(len(left)), 1)
	children := [2]int32{t.nodes[a].left, t.nodes[a].right}
	for _, i := range right {
		t.rows[i] = byte(t.nodes[children[1]].slot)
	}
	leftHists, rightHists := g.childHistograms(left, right, hists)
	g.grow(t, children[0], left, leftHists, src)
	g.grow(t, children[1], right, rightHists, src)
}

// take returns room for the histograms of a node.
func (g *grower) take() []float64 {
	if last := len(g.free) - 1; last >= 0 {
		h := g.free[last]
		g.free = g.free[:last]
		if len(h) >= bins*len(g.features) {
			return h[:bins*len(g.features)]
		}
	}
	return make([]float64, bins*len(g.features))
}

func (g *grower) release(h []float64) {
	if h != nil {
		g.free = append(g.free, h)
	}
}

// histograms sums the residual of the rows by code, feature by feature; g.resid has it.
func (g *grower) histograms(rows []int32) []float64 {
	h := g.take()
	for k, f := range g.features {
		if column := &g.e.codes.columns[f]; column.narrow != nil {
			g.e.kernel.Histogram(h[bins*k:bins*(k+1)], column.narrow, rows, g.resid[:len(rows)])
		}
	}
	return h
}

// childHistograms sums for the smaller child and takes the other's as the difference to
// the parent's, whose room it reuses.
func (g *grower) childHistograms(left, right []int32, parent []float64) (l, r []float64) {
	small, swapped := left, len(right) < len(left)
	if swapped {
		small = right
	}
	if len(small) < 2*int(g.e.prior.minLeaf) && len(left)+len(right)-len(small) < 2*int(g.e.prior.minLeaf) {
		g.release(parent)
		return nil, nil
	}
	for k, i := range small {
		g.resid[k] = g.e.resid[i]
	}
	s := g.histograms(small)
	for k, v := range s {
		parent[k] -= v
	}
	if swapped {
		return parent, s
	}
	return s, parent
}

// part moves the rows that a rule sends left to the front.
func (g *grower) part(rows []int32, r *rule) (left, right []int32) {
	column, cut := g.e.codes.columns[r.feature].narrow, byte(r.cut)
	at, over := 0, 0
	for _, i := range rows {
		// Written to both places, one of which is kept: no branch to guess.
		rows[at], g.spare[over] = i, i
		right := 0
		if column[i] > cut {
			right = 1
		}
		at, over = at+1-right, over+right
	}
	copy(rows[at:], g.spare[:over])
	return rows[:at], rows[at:]
}

// candidates lists the splits of the node with their weights relative to no split.
func (g *grower) candidates(t *tree, a int32, hists []float64, count, sum float64) {
	g.splits = g.splits[:0]
	e := g.e
	total := 0.0
	for _, f := range g.features {
		total += e.prior.weights[f]
	}
	d := min(t.nodes[a].depth, depthTable-1)
	base := e.prior.logSplit[d] + 2*e.prior.logStop[min(d+1, depthTable-1)] - e.prior.logStop[d]
	for k, f := range g.features {
		feature := &e.grid.features[f]
		if e.codes.columns[f].narrow == nil || feature.kind == Unordered {
			continue // such columns wait for the steps of the chain
		}
		room := t.room(a, f, e.grid, e.levels)
		if !room.available(feature) {
			continue
		}
		logp := base + elem.Log(e.prior.weights[f]/total) - elem.Log(float64(room.high-room.low+1))
		g.cuts(f, &room, hists[bins*k:bins*(k+1)], count, sum, logp)
	}
}

// cuts lists the cuts of one feature; missing values go to the side of the larger codes, where
// theirs is. The weights are those of normalLeaf.compare, with one division each.
func (g *grower) cuts(f int32, room *room, hist []float64, count, sum, logp float64) {
	perRow := g.leaf.scale2 / g.leaf.noise2
	half := perRow / (2 * g.leaf.noise2)
	whole := 1 + float64(count*perRow)
	logp -= float64(half * sum * sum / whole)
	least := max(float64(g.e.prior.minLeaf), 1)
	leftCount, leftSum := 0.0, 0.0
	for c := int32(0); c < room.low; c++ {
		leftSum, leftCount = leftSum+hist[2*c], leftCount+hist[2*c+1]
	}
	last := int32(min(int(room.high), maxNarrow-1))
	for c := room.low; c <= last; c++ {
		leftSum, leftCount = leftSum+hist[2*c], leftCount+hist[2*c+1]
		if leftCount < least {
			continue
		}
		if count-leftCount < least {
			break
		}
		qa, qb := 1+float64(leftCount*perRow), 1+float64((count-leftCount)*perRow)
		rightSum := sum - leftSum
		inverse := 1 / (qa * qb)
		exponent := half * inverse * (float64(leftSum*leftSum*qb) + float64(rightSum*rightSum*qa))
		g.splits = append(g.splits, candidate{f, c, logp + float64(exponent), whole * inverse})
	}
}

// negligible is how far below the largest exponent a candidate is left out: all of them
// together would be drawn less than once in a million nodes.
const negligible = -25

// choose draws one of the candidates, or −1 for none, whose weight is 1.
func (g *grower) choose(src *rng.Stream) int {
	largest := 0.0
	for k := range g.splits {
		largest = max(largest, g.splits[k].exponent)
	}
	stop := elem.Exp(-largest)
	total := stop
	for k := range g.splits {
		s := &g.splits[k]
		if s.exponent > largest+negligible {
			s.factor = float64(math.Sqrt(s.factor) * elem.Exp(s.exponent-largest))
			total += s.factor
		} else {
			s.factor = 0
		}
	}
	target := float64(src.Float64() * total)
	if target < stop {
		return -1
	}
	target -= stop
	last := -1
	for k := range g.splits {
		w := g.splits[k].factor
		if w == 0 {
			continue
		}
		last = k
		if target < w {
			break
		}
		target -= w
	}
	return last
}
