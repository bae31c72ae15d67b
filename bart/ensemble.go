package bart

import (
	"github.com/quatre-ppl/quatre/rng"
)

// maxQueries is the number of proposals that are drawn before a pass.
const maxQueries = 2

// moveStats counts proposals by move.
type moveStats struct{ tried, accepted [moveKinds]int64 }

// ensemble is a sum of trees that is being sampled, with all that the sums over
// training rows need. It is for one goroutine.
type ensemble struct {
	grid   *grid
	codes  *codes
	prior  *treePrior
	moves  moveWeights
	model  leafModel
	kernel Kernel

	trees []tree
	// resid is the response less all trees, as far as last says; weights are nil
	// for equal ones.
	resid, weights []float32
	// last is the tree whose values are still in the residual, -1 if none, settled if the residual is also
	// what total says; removal takes them out.
	last    int
	removal []float32
	// stands is the model if it is of that kind. Then base has, by leaf, what the tree that is being
	// updated takes from the residual of its rows.
	stands standing
	base   [maxLeaves + 1]float32
	lifted bool // base is 0
	// shift is what the residual of all rows lacks beside what removal says: how the value of a tree of one leaf
	// has changed. The next tree has it in its base.
	shift float32
	// becomes is nil, or rows of the tree that the residual still has, which is the one that is updated or the last
	// one, have labels: rows of label k are to be in leaf becomes[k] when the next pass has changed the residual, which
	// base and removal have by label. labelCounts are the numbers of rows.
	becomes     []byte
	labels      [maxLeaves + 1]byte
	labelCounts [maxLeaves + 1]int32
	// total is the sum of the residual, if it is known; it is followed through a sweep.
	total float64
	known bool

	stats moveStats

	// Scratch of a step.
	statWidth  int
	sums       []float64 // leaves, then queries
	trialSums  []float64
	whole      []float64 // one leaf's sums
	counts     []int32
	queries    [2 * maxQueries]int32
	columns    [2][]byte
	temporary  [maxQueries][]byte // columns of rules that have none
	trial      []byte             // rows of a proposed tree
	proposals  [maxQueries]proposal
	gone, list []int32
	keptCounts []int32
	table      [maxLeaves]byte // how slots change
	labelTable [maxLeaves + 1]byte
	way        way
	levels     levelSet
}

// newEnsemble returns trees of one leaf of value zero each.
func newEnsemble(g *grid, c *codes, p *treePrior, moves moveWeights, model leafModel, kernel Kernel, trees int) *ensemble {
	e := &ensemble{grid: g, codes: c, prior: p, moves: moves, model: model, kernel: forkOf(kernel), last: -1}
	e.trees = make([]tree, trees)
	for j := range e.trees {
		e.trees[j] = newTree(c.n, model.values())
	}
	e.resid = make([]float32, c.n)
	e.stands, _ = model.(standing)
	e.resize()
	e.counts = make([]int32, maxLeaves+1)
	e.removal = make([]float32, (maxLeaves+1)*model.values())
	e.trial = make([]byte, c.n)
	widest := 0
	for i := range g.features {
		widest = max(widest, g.features[i].levels)
	}
	e.levels = newLevelSet(widest)
	return e
}

// resize makes room for the sums that the model of leaves needs.
func (e *ensemble) resize() {
	e.statWidth = e.model.stats()
	size := (maxLeaves + maxQueries + 1) * e.statWidth
	e.sums, e.trialSums, e.whole = make([]float64, size), make([]float64, size), make([]float64, e.statWidth)
	for q := range e.proposals {
		e.proposals[q].sums = make([]float64, e.statWidth)
	}
}

// scratchColumn is the temporary column of a query, made when it is needed first.
func (e *ensemble) scratchColumn(q int) []byte {
	if e.temporary[q] == nil {
		e.temporary[q] = make([]byte, e.codes.n)
	}
	return e.temporary[q]
}

// sweep updates every tree once.
func (e *ensemble) sweep(src *rng.Stream) {
	for j := range e.trees {
		e.update(j, src)
	}
}

// update makes the steps of one tree: proposals are judged by the residual
// without it, then new values are drawn for its leaves.
//
// The first proposals are drawn before the pass over the rows, which then sums
// for them too. A proposal does not depend on the residual, so this is the same law
// as drawing it when its turn comes; one that was drawn for a tree that has
// changed meanwhile is drawn again.
func (e *ensemble) update(j int, src *rng.Stream) {
	t := &e.trees[j]
	ahead := min(e.moves.proposals, maxQueries)
	for q := range ahead {
		e.propose(&e.proposals[q], t, src)
	}
	if e.isIdle(j, ahead) {
		e.drawIdle(t, src)
		return
	}
	e.pass(j, ahead)
	changed := false
	for k := range e.moves.proposals {
		q := k % maxQueries
		p := &e.proposals[q]
		if k >= ahead || changed {
			e.propose(p, t, src)
			e.query(t, q)
		}
		if e.judge(t, p, src) {
			changed = true
		}
	}
	if j == len(e.trees)-1 && e.becomes != nil {
		e.lift(t) // between sweeps rows have their leaves
	}
	e.drawLeaves(j, src)
	if e.known && len(t.leaves) == 1 && e.becomes == nil && j < len(e.trees)-1 {
		e.shift, e.last = e.removal[0], settled
		e.total -= float64(float64(t.nodes[0].count) * float64(e.shift))
	}
}

// settled is the last tree where the residual has no tree's values that are to leave it, but for shift.
const settled = -2

// isIdle tells that tree j is a single leaf that nothing is proposed for, so that it needs no pass. Sweeps end
// with a pass.
func (e *ensemble) isIdle(j, ahead int) bool {
	if !e.known || len(e.trees[j].leaves) > 1 || j == len(e.trees)-1 || e.moves.proposals > ahead {
		return false
	}
	for q := range ahead {
		if e.proposals[q].kind != moveNone {
			return false
		}
	}
	return true
}

// drawIdle draws the value of an idle tree; the residual stays as it is.
func (e *ensemble) drawIdle(t *tree, src *rng.Stream) {
	var change [1]float32
	e.base[0] = t.values[0] + e.shift
	e.sums[0] = e.total
	e.stands.correct(e.slotSums(0), t.nodes[0].count, e.base[0])
	e.stands.drawTree(t, change[:], src, e.sums, e.base[:])
	e.shift = change[0]
}

// drawLeaves draws the values of tree j, and prepares that the next pass changes the residual by them.
func (e *ensemble) drawLeaves(j int, src *rng.Stream) {
	t := &e.trees[j]
	e.last = j
	if e.stands != nil {
		total := e.stands.drawTree(t, e.removal, src, e.sums, e.base[:])
		if e.becomes != nil {
			total = e.removeLabels(t)
		}
		e.total += total
		return
	}
	width, values := e.statWidth, e.model.values()
	for slot := range t.leaves {
		e.model.draw(t.values[slot*values:(slot+1)*values], src, e.sums[slot*width:(slot+1)*width], t.nodes[t.leaves[slot]].count)
	}
	e.model.remove(e.removal, t.values)
}

// removeLabels sets removal by label, and returns its sum over all rows.
func (e *ensemble) removeLabels(t *tree) (total float64) {
	for label, slot := range e.becomes {
		e.removal[label] = e.base[label] - t.values[slot]
		total += float64(float64(e.labelCounts[label]) * float64(e.removal[label]))
	}
	return total
}

// label gives the rows of the tree labels, so far those of its leaves, which are about to change.
func (e *ensemble) label(t *tree) {
	e.becomes = e.labels[:len(t.leaves)]
	for slot, a := range t.leaves {
		e.becomes[slot], e.labelCounts[slot] = byte(slot), t.nodes[a].count
	}
}

// labelCount is the number of labels that the rows of a tree have.
func (e *ensemble) labelCount(t *tree) int {
	if e.becomes != nil {
		return len(e.becomes)
	}
	return len(t.leaves)
}

// lift takes the present tree out of the residual, because its rows are about to change leaves or
// somebody wants the residual itself.
func (e *ensemble) lift(t *tree) {
	if e.stands == nil || e.lifted && e.becomes == nil {
		return
	}
	e.liftAnd(t, t.rows, 0, 0, nil)
}

// liftAnd takes the present tree out of the residual while a pass sums for other rows, or for the tree's own.
func (e *ensemble) liftAnd(t *tree, rows []byte, leaves, rest int, queries []int32) {
	if e.stands == nil || e.lifted && e.becomes == nil {
		e.model.fuse(e, nil, nil, rows, nil, leaves, rest, queries)
		return
	}
	base := e.base[:e.labelCount(t)]
	e.follow(t, base)
	e.model.fuse(e, t.rows, base, rows, nil, leaves, rest, queries)
	e.lifted, e.becomes = true, nil
	clear(base)
}

// takeOut takes tree j, of a standing model, and what the tree before has left out of the residual.
func (e *ensemble) takeOut(j int) {
	if e.last >= 0 {
		before := &e.trees[e.last]
		e.model.settle(e, before.rows, e.removal[:len(before.values)])
	}
	t := &e.trees[j]
	copy(e.base[:], t.values)
	e.lifted, e.known = false, false
	e.lift(t)
}

// follow changes the sum of the residual as a change by leaf of a tree does.
func (e *ensemble) follow(t *tree, change []float32) {
	if e.becomes != nil {
		for label, count := range e.labelCounts[:len(e.becomes)] {
			e.total += float64(float64(count) * float64(change[label]))
		}
		return
	}
	for slot, a := range t.leaves {
		e.total += float64(float64(t.nodes[a].count) * float64(change[slot]))
	}
}

// pass takes the tree before out of the residual, puts tree j's part into it, and
// sums for its leaves and the first proposals.
func (e *ensemble) pass(j, ahead int) {
	t := &e.trees[j]
	var prev []byte
	var removal []float32
	if e.last >= 0 {
		before := &e.trees[e.last]
		prev, removal = before.rows, e.removal[:max(len(before.values), len(e.becomes))]
	} else if e.last != settled {
		e.known = false
	}
	queries := e.queries[:0]
	var asks [maxQueries]int
	for q := range ahead {
		p := &e.proposals[q]
		if p.leaf >= 0 {
			asks[len(queries)/2] = q
			e.ask(p, q, len(queries)/2)
			queries = append(queries, p.leaf, int32(p.cut))
		}
	}
	e.model.fuse(e, prev, removal, t.rows, t.values, len(t.leaves), t.largest, queries)
	e.becomes = nil
	if e.stands != nil {
		for slot, v := range t.values {
			e.base[slot] = v + e.shift
		}
		e.shift, e.lifted = 0, false
		e.stands.correctTree(e.sums, t, e.base[:])
	}
	for a := range len(queries) / 2 {
		e.answer(&e.proposals[asks[a]], len(t.leaves)+a, a)
	}
}

// ask sets the column that query number a reads for proposal q.
func (e *ensemble) ask(p *proposal, q, a int) {
	p.column, p.cut = e.codes.side(e.scratchOf(&p.rule, q), e.grid, &p.rule)
	e.columns[a] = p.column
}

// scratchOf returns the temporary column for a rule that needs one.
func (e *ensemble) scratchOf(r *rule, q int) []byte {
	if r.set == nil && e.codes.columns[r.feature].narrow != nil {
		return nil
	}
	return e.scratchColumn(q)
}

// answer keeps the sums and the count of a query for its proposal.
func (e *ensemble) answer(p *proposal, at, a int) {
	p.count = e.counts[a]
	copy(p.sums, e.sums[at*e.statWidth:(at+1)*e.statWidth])
	if e.stands != nil {
		e.stands.correct(p.sums, p.count, e.base[p.leaf])
	}
}

// query sums for one proposal that was drawn after the pass.
func (e *ensemble) query(t *tree, q int) {
	p := &e.proposals[q]
	if p.leaf < 0 {
		return
	}
	e.ask(p, q, 0)
	queries := append(e.queries[:0], p.leaf, int32(p.cut))
	// The sums of the leaves stay as they are: a move that was accepted has
	// worked them out, and the pass writes to other memory.
	e.sums, e.trialSums = e.trialSums, e.sums
	if e.becomes != nil {
		e.liftAnd(t, t.rows, 0, 0, queries)
	} else {
		e.model.fuse(e, nil, nil, t.rows, nil, 0, 0, queries)
	}
	e.answer(p, 0, 0)
	e.sums, e.trialSums = e.trialSums, e.sums
}

// settle takes the last tree's values out of the residual, so that it is the
// response less all trees, and returns the sum of its weighted squares.
func (e *ensemble) settle() float64 {
	last := max(e.last, 0)
	t := &e.trees[last]
	if e.last < 0 {
		clear(e.removal[:len(t.values)])
		e.model.remove(e.removal, e.removal[:len(t.values)])
	}
	ss := e.model.settle(e, t.rows, e.removal[:len(t.values)])
	e.last = -1
	return ss
}
