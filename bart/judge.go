package bart

import (
	"github.com/quatre-ppl/quatre/rng"
)

// judge accepts or rejects a proposal, with e.sums the sums of the tree's leaves,
// and carries it out.
func (e *ensemble) judge(t *tree, p *proposal, src *rng.Stream) (accepted bool) {
	switch {
	case p.kind == moveNone:
		return false
	case p.deep:
		accepted = e.judgeDeep(t, p, src)
	case p.kind == moveGrow:
		accepted = e.judgeGrow(t, p, src)
	case p.kind == movePrune:
		accepted = e.judgePrune(t, p, src)
	default:
		accepted = e.judgePerturb(t, p, src)
	}
	if accepted {
		e.stats.accepted[p.kind]++
	}
	return accepted
}

// slotSums are the sums of a leaf.
func (e *ensemble) slotSums(slot int32) []float64 {
	return e.sums[int(slot)*e.statWidth : (int(slot)+1)*e.statWidth]
}

func (e *ensemble) judgeGrow(t *tree, p *proposal, src *rng.Stream) bool {
	count := t.nodes[p.node].count
	left, right := p.count, count-p.count
	if left < e.prior.minLeaf || right < e.prior.minLeaf {
		return false
	}
	whole := e.slotSums(p.leaf)
	rest := e.whole
	for i := range rest {
		rest[i] = whole[i] - p.sums[i]
	}
	q, exponent := e.marginals(p.sums, rest, left, right)
	qAll, all := e.model.marginal(whole, count)
	if !acceptRoot(qAll/q, p.logRatio+exponent-all, src) {
		return false
	}
	slot := int32(len(t.leaves))
	e.base[slot] = e.base[p.leaf]
	e.kernel.Split(t.rows, p.column, byte(p.leaf), p.cut, byte(p.leaf), byte(slot))
	t.split(p.node, p.rule, left, e.model.values())
	copy(e.slotSums(p.leaf), p.sums)
	copy(e.slotSums(slot), rest)
	return true
}

func (e *ensemble) judgePrune(t *tree, p *proposal, src *rng.Stream) bool {
	n := &t.nodes[p.node]
	l, r := &t.nodes[n.left], &t.nodes[n.right]
	left, right := e.slotSums(l.slot), e.slotSums(r.slot)
	for i := range e.whole {
		e.whole[i] = left[i] + right[i]
	}
	q, exponent := e.marginals(left, right, l.count, r.count)
	qAll, all := e.model.marginal(e.whole, l.count+r.count)
	if !acceptRoot(q/qAll, p.logRatio+all-exponent, src) {
		return false
	}
	table := e.table[:len(t.leaves)]
	if e.stands != nil { // the next pass moves the rows
		if e.becomes != nil {
			e.lift(t)
		}
		e.label(t)
		table = e.becomes
	}
	kept, gone, last := t.prune(p.node, e.model.values())
	copy(e.slotSums(kept), e.whole)
	if gone != last {
		copy(e.slotSums(gone), e.slotSums(last))
	}
	for i := range table {
		table[i] = byte(i)
	}
	table[gone] = byte(kept)
	if gone != last {
		table[last] = byte(gone)
		if kept == last {
			table[gone] = byte(gone) // the joined leaf is the one that moves
		}
	}
	if e.stands == nil {
		e.kernel.Route(t.rows, t.rows, table, nil, [4][]byte{}, nil)
	}
	return true
}

func (e *ensemble) judgePerturb(t *tree, p *proposal, src *rng.Stream) bool {
	n := &t.nodes[p.node]
	l, r := &t.nodes[n.left], &t.nodes[n.right]
	left, right := e.slotSums(l.slot), e.slotSums(r.slot)
	newLeft, newRight := p.sums, e.whole
	count := p.count
	for i := range newRight {
		if p.wider {
			newLeft[i] += left[i]
		}
		newRight[i] = left[i] + right[i] - newLeft[i]
	}
	if p.wider {
		count += l.count
	}
	rest := l.count + r.count - count
	if count < e.prior.minLeaf || rest < e.prior.minLeaf {
		return false
	}
	q, exponent := e.marginals(left, right, l.count, r.count)
	qNew, exponentNew := e.marginals(newLeft, newRight, count, rest)
	if !acceptRoot(q/qNew, p.logRatio+exponentNew-exponent, src) {
		return false
	}
	if e.stands != nil && !e.lifted && len(t.leaves) < maxLeaves {
		e.splitLater(t, p, l, r, count)
	} else {
		e.lift(t)
		e.kernel.Split(t.rows, p.column, byte(p.leaf), p.cut, byte(l.slot), byte(r.slot))
	}
	n.rule = p.rule
	l.count, r.count = count, rest
	copy(left, newLeft)
	copy(right, newRight)
	return true
}

// splitLater gives the rows that a rule with count rows on its left moves from one leaf to the other, for only one of the two
// loses some, a label of their own until the next pass.
func (e *ensemble) splitLater(t *tree, p *proposal, l, r *node, count int32) {
	e.label(t)
	moving := len(e.becomes)
	e.becomes = e.labels[:moving+1]
	e.base[moving] = e.base[p.leaf]
	moved, left, right := l.count-count, byte(l.slot), byte(moving)
	e.becomes[moving] = byte(r.slot)
	if p.wider {
		moved, left, right = count-l.count, byte(moving), byte(r.slot)
		e.becomes[moving] = byte(l.slot)
	}
	e.labelCounts[moving] = moved
	e.labelCounts[p.leaf] -= moved
	e.kernel.Split(t.rows, p.column, byte(p.leaf), p.cut, left, right)
}

// judgeDeep judges a proposal that changes rules above inner nodes, or the
// feature of a rule: the rows of the whole new tree are worked out.
func (e *ensemble) judgeDeep(t *tree, p *proposal, src *rng.Stream) bool {
	old := e.exchange(t, p, p.rule)
	factor, exponent, possible := e.deepRatio(t, p)
	if !possible || !acceptRoot(factor, exponent, src) {
		e.exchange(t, p, old)
		return false
	}
	t.rows, e.trial = e.trial, t.rows
	e.sums, e.trialSums = e.trialSums, e.sums
	for slot, a := range t.leaves {
		t.nodes[a].count = e.counts[slot]
	}
	return true
}

// exchange puts the proposal's rules into the tree and returns what undoes it.
func (e *ensemble) exchange(t *tree, p *proposal, r rule) (old rule) {
	if p.kind == moveSwap {
		t.swapRules(p.node, p.child)
		return r
	}
	old = t.nodes[p.node].rule
	t.nodes[p.node].rule = r
	return old
}

// deepRatio sums for the tree as it is now, with the rows that it gives, which go
// to e.trial, e.counts and e.trialSums, lifts the tree, and returns the
// acceptance ratio to the tree of t.rows and e.sums, √factor·exp(exponent). It is not possible if a leaf has
// too few rows; then the tree stays where it is.
func (e *ensemble) deepRatio(t *tree, p *proposal) (factor, exponent float64, possible bool) {
	e.list = t.leavesBelow(e.list[:0], p.node)
	table := &e.table
	for i := range t.leaves {
		table[i] = byte(i)
	}
	for _, slot := range e.list {
		table[slot] = byte(e.list[0])
	}
	from := table[:len(t.leaves)]
	if e.becomes != nil {
		from = e.labelTable[:len(e.becomes)]
		for label, slot := range e.becomes {
			from[label] = table[slot]
		}
	}
	counts := e.counts[:len(t.leaves)]
	e.routeFrom(t, p.node, e.trial, t.rows, from, counts)
	for _, slot := range e.list {
		if counts[slot] < e.prior.minLeaf {
			return 0, 0, false
		}
	}
	kept := append(e.keptCounts[:0], counts...) // fuse uses e.counts
	e.keptCounts = kept
	rest := 0
	for slot, n := range kept {
		if n > kept[rest] {
			rest = slot
		}
	}
	e.sums, e.trialSums = e.trialSums, e.sums
	e.liftAnd(t, e.trial, len(t.leaves), rest, nil)
	e.sums, e.trialSums = e.trialSums, e.sums
	copy(e.counts, kept)
	factor, exponent = 1, p.logRatio
	width := e.statWidth
	for _, slot := range e.list {
		at, to := int(slot)*width, (int(slot)+1)*width
		q, x := e.model.marginal(e.sums[at:to], t.nodes[t.leaves[slot]].count)
		qNew, xNew := e.model.marginal(e.trialSums[at:to], kept[slot])
		factor, exponent = balanced(factor*(q/qNew), exponent+(xNew-x))
	}
	return factor, exponent, true
}

// route moves the rows of the node's first leaf to the leaves below it.
func (e *ensemble) route(t *tree, a int32, rows []byte) {
	table := e.table[:len(t.leaves)]
	for i := range table {
		table[i] = byte(i)
	}
	e.routeFrom(t, a, rows, rows, table, nil)
}

// routeFrom gives rows their leaves by a table, moves those of the node's first leaf to the leaves below it, all written
// to dst, and counts them unless counts is nil.
func (e *ensemble) routeFrom(t *tree, a int32, dst, rows, table []byte, counts []int32) {
	w := &e.way
	*w = way{dst: dst, rows: rows, table: table, splits: w.splits[:0]}
	e.collect(t, a)
	e.kernel.Route(dst, w.rows, w.table, counts, w.columns, w.splits)
}

// way is what a call of Kernel.Route takes that is being collected.
type way struct {
	dst, rows, table []byte
	columns          [4][]byte
	splits           []int32
	scratch          bool // the temporary column is taken
}

// collect adds the splits below a node to the way, and goes the way so far when a call has no room for more.
func (e *ensemble) collect(t *tree, a int32) {
	if t.isLeaf(a) {
		return
	}
	n, w := &t.nodes[a], &e.way
	scratch := e.scratchOf(&n.rule, 0)
	if len(w.splits) == 3*len(w.columns) || scratch != nil && w.scratch {
		e.kernel.Route(w.dst, w.rows, w.table, nil, w.columns, w.splits)
		w.rows, w.splits, w.scratch = w.dst, w.splits[:0], false
		w.table = e.labelTable[:len(t.leaves)]
		for i := range w.table {
			w.table[i] = byte(i)
		}
	}
	w.scratch = w.scratch || scratch != nil
	column, cut := e.codes.side(scratch, e.grid, &n.rule)
	w.columns[len(w.splits)/3] = column
	w.splits = append(w.splits, t.firstSlot(n.left), int32(cut), t.firstSlot(n.right))
	e.collect(t, n.left)
	e.collect(t, n.right)
}
