package bart

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// move is a kind of proposal.
type move uint8

const (
	moveNone move = iota // what was drawn cannot be done to this tree
	moveGrow
	movePrune
	movePerturb
	moveChange
	moveSwap
	moveKinds
)

// moveWeights tells which moves are tried and how often.
type moveWeights struct {
	// running has the running sums of the probabilities of grow or prune,
	// perturb, change and swap.
	running [4]float64
	// proposals is the number of proposals for a tree in a sweep.
	proposals int
}

// The steps of perturb: with probability perturbFar a cut is drawn from all, else
// within perturbStep cuts of the present one.
const (
	perturbFar  = 0.3
	perturbStep = 12
	// perturbMissing is how often the side of missing values is changed instead.
	perturbMissing = 0.15
)

var logHalf = elem.Log(0.5)

// proposal is a change of a tree that has been drawn.
type proposal struct {
	kind, drawn move // drawn is the kind that was tried
	node        int32
	child       int32 // of a swap
	rule        rule
	// logRatio is the log of prior and proposal ratio.
	logRatio float64
	// leaf is the slot whose rows on the left of rule have to be summed, -1
	// if none; wider tells that perturb enlarges the left side.
	leaf  int32
	wider bool
	// deep proposals need the sums of a whole new partition.
	deep bool
	// column and cut are how the kernel sees the rule.
	column []byte
	cut    byte
	// sums and count are those of the rows asked for.
	sums  []float64
	count int32
}

// propose draws a change of the tree.
func (e *ensemble) propose(p *proposal, t *tree, src *rng.Stream) {
	*p = proposal{leaf: -1, sums: p.sums}
	u := src.Float64()
	switch {
	case u < e.moves.running[0]:
		if len(t.leaves) == 1 || src.Uint64()>>63 != 0 {
			e.proposeGrow(p, t, src)
		} else {
			e.proposePrune(p, t, src)
		}
	case u < e.moves.running[1]:
		e.proposePerturb(p, t, src)
	case u < e.moves.running[2]:
		e.proposeChange(p, t, src)
	default:
		e.proposeSwap(p, t, src)
	}
	e.stats.tried[p.drawn]++
}

// growProbability returns the log probability that a grow is tried where grow
// or prune is.
func growProbability(leaves int) float64 {
	if leaves == 1 {
		return 0
	}
	return logHalf
}

// proposeGrow splits a leaf by a rule from the prior.
func (e *ensemble) proposeGrow(p *proposal, t *tree, src *rng.Stream) {
	p.drawn = moveGrow
	leaves := len(t.leaves)
	slot := int32(src.Intn(leaves))
	a := t.leaves[slot]
	if leaves == maxLeaves || t.nodes[a].count < 2*e.prior.minLeaf {
		return
	}
	e.gone = e.prior.exhausted(e.gone[:0], t, a, e.levels)
	if e.prior.usable(e.gone) == 0 {
		return
	}
	f := e.prior.drawFeature(src, e.gone)
	room := t.room(a, f, e.grid, e.levels)
	p.kind, p.node, p.leaf = moveGrow, a, slot
	p.rule = room.draw(src, &e.grid.features[f], f)
	nogs := t.nogCount() + 1
	if parent := t.nodes[a].parent; parent >= 0 && t.isNog(parent) {
		nogs--
	}
	p.logRatio = e.growPrior(t, a, p.rule) +
		(logHalf - e.prior.logInt(nogs)) - (growProbability(leaves) - e.prior.logInt(leaves))
}

// growPrior returns the log prior ratio of a split of leaf a by a rule to leaving
// it, without the probability of the rule, which is how the rule is drawn.
func (e *ensemble) growPrior(t *tree, a int32, r rule) float64 {
	d := t.nodes[a].depth
	stops := 2 * e.prior.logStop[min(d+1, depthTable-1)]
	if e.prior.mayRunOut(d + 1) {
		stops = e.childStops(t, a, r)
	}
	d = min(d, depthTable-1)
	return e.prior.logSplit[d] + stops - e.prior.logStop[d]
}

// childStops returns the log probability that neither child of a node is split
// once leaf a has the rule.
func (e *ensemble) childStops(t *tree, a int32, r rule) float64 {
	values := t.values
	t.split(a, r, 0, 0)
	left, right := t.nodes[a].left, t.nodes[a].right
	stops := e.stop(t, left) + e.stop(t, right)
	t.prune(a, 0)
	t.values = values
	return stops
}

// proposePrune makes a node with two leaves a leaf.
func (e *ensemble) proposePrune(p *proposal, t *tree, src *rng.Stream) {
	p.drawn, p.kind = movePrune, movePrune
	e.list = t.nogs(e.list[:0])
	p.node = e.list[src.Intn(len(e.list))]
	leaves := len(t.leaves) - 1
	n := &t.nodes[p.node]
	prior := e.prior.logSplit[min(n.depth, depthTable-1)] + e.stop(t, n.left) + e.stop(t, n.right) - e.prior.logStop[min(n.depth, depthTable-1)]
	p.logRatio = -prior +
		(growProbability(leaves) - e.prior.logInt(leaves)) - (logHalf - e.prior.logInt(len(e.list)))
}

// proposePerturb moves the cut of an inner node.
func (e *ensemble) proposePerturb(p *proposal, t *tree, src *rng.Stream) {
	p.drawn = movePerturb
	if len(t.inner) == 0 {
		return
	}
	p.node = t.inner[src.Intn(len(t.inner))]
	n := &t.nodes[p.node]
	feature := &e.grid.features[n.feature]
	room := t.room(p.node, n.feature, e.grid, e.levels)
	if !e.perturbed(p, n, feature, &room, src) || !room.allows(feature, &p.rule) {
		return
	}
	p.kind = movePerturb
	nog := t.isNog(p.node)
	if !nog || feature.missing || e.prior.mayRunOut(n.depth+1) {
		p.logRatio = e.rulePrior(t, p.node, &p.rule, feature, &room)
		if math.IsInf(p.logRatio, -1) {
			p.kind = moveNone
			return
		}
	}
	if !nog {
		p.deep = true
		return
	}
	side := n.left
	if p.wider {
		side = n.right
	}
	p.leaf = t.nodes[side].slot
}

// perturbed draws the rule that perturb proposes, and tells whether it is another.
func (e *ensemble) perturbed(p *proposal, n *node, feature *feature, room *room, src *rng.Stream) bool {
	p.rule = n.rule
	if feature.kind == Unordered {
		level := uint32(src.Intn(feature.levels))
		p.rule.set = append(levelSet(nil), n.set...)
		p.rule.set.flip(level)
		p.wider = p.rule.set.has(level)
		return room.levels == nil || room.levels.has(level)
	}
	if feature.missing && src.Float64() < perturbMissing {
		p.rule.missingLeft = !n.missingLeft
		p.wider = p.rule.missingLeft
		return true
	}
	if src.Float64() < perturbFar {
		p.rule.cut = room.low + int32(src.Intn(int(room.high-room.low)+1))
	} else {
		step := int32(src.Intn(2*perturbStep)) - perturbStep
		if step >= 0 {
			step++
		}
		p.rule.cut += step
	}
	p.wider = p.rule.cut > n.cut
	return p.rule.cut != n.cut
}

// proposeChange gives a node with two leaves a new rule from the prior.
func (e *ensemble) proposeChange(p *proposal, t *tree, src *rng.Stream) {
	p.drawn = moveChange
	e.list = t.nogs(e.list[:0])
	if len(e.list) == 0 {
		return
	}
	p.node = e.list[src.Intn(len(e.list))]
	e.gone = e.prior.exhausted(e.gone[:0], t, p.node, e.levels)
	f := e.prior.drawFeature(src, e.gone)
	room := t.room(p.node, f, e.grid, e.levels)
	p.kind, p.deep = moveChange, true
	p.rule = room.draw(src, &e.grid.features[f], f)
	n := &t.nodes[p.node]
	old := n.rule
	before := e.stop(t, n.left) + e.stop(t, n.right)
	n.rule = p.rule
	// The probability of the rule is how it was drawn.
	p.logRatio = e.stop(t, n.left) + e.stop(t, n.right) - before
	n.rule = old
}

// proposeSwap exchanges the rules of an inner node and its parent.
func (e *ensemble) proposeSwap(p *proposal, t *tree, src *rng.Stream) {
	p.drawn = moveSwap
	e.list = e.list[:0]
	for _, a := range t.inner {
		if a > 0 {
			e.list = append(e.list, a)
		}
	}
	if len(e.list) == 0 {
		return
	}
	child := e.list[src.Intn(len(e.list))]
	p.node = t.nodes[child].parent
	before := e.logPrior(t, p.node)
	t.swapRules(p.node, child)
	p.logRatio = e.logPrior(t, p.node) - before
	t.swapRules(p.node, child)
	if math.IsInf(p.logRatio, -1) {
		return
	}
	p.kind, p.deep, p.child = moveSwap, true, child
}

// swapRules exchanges the rules of two nodes.
func (t *tree) swapRules(a, b int32) {
	t.nodes[a].rule, t.nodes[b].rule = t.nodes[b].rule, t.nodes[a].rule
}
