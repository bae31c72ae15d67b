package bart

import (
	"math"
	"sort"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// depthTable is the depth up to which the prior of a split is tabulated.
const depthTable = 64

// treePrior is the law of a tree's structure (Chipman, George and McCulloch
// 1998): a node of depth d that can be split is split with probability
// α(1+d)^(−β); its feature is drawn by weight among those that still can be split
// there, its rule uniformly among those that are left. A tree in which a leaf
// has fewer than minLeaf training rows has probability 0.
type treePrior struct {
	grid    *grid
	minLeaf int32
	// active lists the features that can be split and may be.
	active   []int32
	logSplit [depthTable]float64 // log P(split) by depth
	logCount [maxLeaves + 1]float64
	logStop  [depthTable]float64 // log P(no split) by depth
	// weights are the features' probabilities, with their logarithms and running sums;
	// 0 for features that cannot be split. uniform tells that the others are equal.
	weights, logWeights, running []float64
	uniform                      bool
}

func newTreePrior(g *grid, alpha, beta float64, minLeaf int, weights []float64) *treePrior {
	p := &treePrior{grid: g, minLeaf: int32(minLeaf), uniform: weights == nil}
	for d := range depthTable {
		split := alpha * elem.Pow(float64(1+d), -beta)
		p.logSplit[d], p.logStop[d] = elem.Log(split), elem.Log1p(-split)
	}
	for k := range p.logCount {
		p.logCount[k] = elem.Log(float64(k))
	}
	n := len(g.features)
	p.weights, p.logWeights, p.running = make([]float64, n), make([]float64, n), make([]float64, n)
	raw := make([]float64, n)
	for f := range g.features {
		if !g.features[f].splittable() || weights != nil && weights[f] == 0 {
			continue
		}
		p.active = append(p.active, int32(f))
		raw[f] = 1
		if weights != nil {
			raw[f] = weights[f]
		}
	}
	p.setWeights(raw)
	return p
}

// logInt is the logarithm of a number of leaves or nodes of a tree.
func (p *treePrior) logInt(k int) float64 { return p.logCount[k] }

// setWeights sets the features' probabilities in proportion to raw.
func (p *treePrior) setWeights(raw []float64) {
	total := 0.0
	for _, w := range raw {
		total += w
	}
	sum := 0.0
	for f, w := range raw {
		p.weights[f] = w / total
		p.logWeights[f] = elem.Log(p.weights[f])
		sum += p.weights[f]
		p.running[f] = sum
	}
}

// exhausted appends the features that can be split at the root but not at the
// node a any more. Only features of nodes above can be among them.
func (p *treePrior) exhausted(dst []int32, t *tree, a int32, scratch levelSet) []int32 {
	from := len(dst)
above:
	for b := t.nodes[a].parent; b >= 0; b = t.nodes[b].parent {
		f := t.nodes[b].feature
		for _, seen := range dst[from:] {
			if seen == f {
				continue above
			}
		}
		room := t.room(a, f, p.grid, scratch)
		if !room.available(&p.grid.features[f]) {
			dst = append(dst, f)
		}
	}
	return dst
}

// usable returns the probability that a feature drawn by weight can be split at
// the node, where gone are those that cannot; 0 if none can.
func (p *treePrior) usable(gone []int32) float64 {
	if len(gone) == 0 {
		if len(p.active) == 0 {
			return 0
		}
		return 1
	}
	if len(gone) == len(p.active) {
		return 0
	}
	rest := 1.0
	for _, f := range gone {
		rest -= p.weights[f]
	}
	if rest > 1e-3 {
		return rest
	}
	rest = 0 // summed up where the difference would cancel
	for _, f := range p.active {
		if !contains(gone, f) {
			rest += p.weights[f]
		}
	}
	return rest
}

func contains(list []int32, x int32) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// drawFeature returns a feature that can be split at a node where those in gone
// cannot.
func (p *treePrior) drawFeature(src *rng.Stream, gone []int32) int32 {
	if len(gone) == 0 {
		if p.uniform {
			return p.active[src.Intn(len(p.active))]
		}
		return p.pick(src.Float64())
	}
	target := float64(src.Float64() * p.usable(gone))
	last := int32(-1)
	for _, f := range p.active {
		if contains(gone, f) || p.weights[f] == 0 {
			continue
		}
		last = f
		if target < p.weights[f] {
			return f
		}
		target -= p.weights[f]
	}
	return last
}

// pick returns the feature at a place of the running sums.
func (p *treePrior) pick(u float64) int32 {
	f := sort.SearchFloat64s(p.running, u)
	for f >= len(p.weights) || p.weights[f] == 0 {
		f-- // beyond a last sum that rounding left below 1
	}
	return int32(f)
}

// mayRunOut reports whether there may be a node of the depth at which nothing can be
// split: each node above exhausts one feature at most.
func (p *treePrior) mayRunOut(depth int32) bool { return len(p.active) <= int(depth) }

// stop returns the log probability that the node is not split.
func (e *ensemble) stop(t *tree, a int32) float64 {
	if depth := t.nodes[a].depth; !e.prior.mayRunOut(depth) {
		return e.prior.logStop[min(depth, depthTable-1)]
	}
	e.gone = e.prior.exhausted(e.gone[:0], t, a, e.levels)
	if e.prior.usable(e.gone) == 0 {
		return 0
	}
	return e.prior.logStop[min(t.nodes[a].depth, depthTable-1)]
}

// logPrior returns the log probability of the part of the tree below and
// including the node, -Inf if it has a rule that the nodes above do not allow.
// How many rows the leaves have is not looked at.
func (e *ensemble) logPrior(t *tree, a int32) float64 {
	if t.isLeaf(a) {
		return e.stop(t, a)
	}
	n := &t.nodes[a]
	feature := &e.grid.features[n.feature]
	room := t.room(a, n.feature, e.grid, e.levels)
	if !room.available(feature) || !room.allows(feature, &n.rule) {
		return math.Inf(-1)
	}
	logp := room.logRule(feature, &n.rule)
	e.gone = e.prior.exhausted(e.gone[:0], t, a, e.levels)
	logp += e.prior.logSplit[min(n.depth, depthTable-1)] + e.prior.logWeights[n.feature] - elem.Log(e.prior.usable(e.gone))
	left, right := n.left, n.right
	if logp += e.logPrior(t, left); math.IsInf(logp, -1) {
		return logp
	}
	return logp + e.logPrior(t, right)
}
