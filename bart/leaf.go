package bart

import (
	"math"

	"github.com/quatre-ppl/quatre/rng"
)

// leafModel is what the leaves of a forest hold and how rows speak about it. Its
// methods are for one goroutine.
type leafModel interface {
	// stats is the number of sums that a leaf needs of its rows, values the number of
	// values it holds. Sums of disjoint rows add.
	stats() int
	values() int
	// marginal is the marginal likelihood of a leaf's rows, exp(exponent)/√q up to factors that no tree
	// changes, given their sums and number.
	marginal(stats []float64, count int32) (q, exponent float64)
	// draw draws the values of a leaf from their law given its rows.
	draw(values []float32, src *rng.Stream, stats []float64, count int32)
	// remove writes what takes values out of the residual again.
	remove(dst, values []float32)
	// fuse is Kernel.Fuse with the sums of this model; with add it first removes
	// the values of the tree before. prev and removal are nil if there is none.
	fuse(e *ensemble, prev []byte, removal []float32, rows []byte, add []float32, leaves, rest int, queries []int32)
	// settle is Kernel.Settle: it removes the last tree's values.
	settle(e *ensemble, rows []byte, removal []float32) float64
}

// standing is a leafModel of leaves with one value whose sums can be made without taking a tree out of
// the residual first: what its value takes from them is known. So a pass changes the residual
// once, by the difference of a tree's new values and its old ones.
type standing interface {
	// correct changes the sums over rows of one leaf to those of rows whose residual is larger by
	// a value, correctTree those of all leaves of a tree by theirs.
	correct(stats []float64, count int32, value float32)
	correctTree(sums []float64, t *tree, values []float32)
	// drawTree draws the values of a tree whose old ones are base, given its sums, sets change to
	// old less new, and returns the sum of that over all rows.
	drawTree(t *tree, change []float32, src *rng.Stream, sums []float64, base []float32) (total float64)
}

// normalLeaf is a leaf with one value μ ~ N(0, scale²). Its rows' residuals are
// N(μ, σ²/w), so that with W = Σ w and S = Σ w·r the marginal likelihood, apart from
// factors that no tree changes, is
//
//	σ²/(σ² + W·scale²) to the power ½, times exp(scale² S² / (2σ²(σ² + W·scale²)))
//
// and μ given the rows is normal with precision W/σ² + 1/scale² and mean
// S/σ² over that (Chipman, George and McCulloch 2010, section 3).
type normalLeaf struct {
	scale2   float64 // scale²
	noise2   float64 // σ²
	weighted bool    // stats are W and S, else S alone and W is the count
}

func (l *normalLeaf) stats() int {
	if l.weighted {
		return 2
	}
	return 1
}

func (*normalLeaf) values() int { return 1 }

// split returns W and S.
func (l *normalLeaf) split(stats []float64, count int32) (weight, sum float64) {
	if l.weighted {
		return stats[0], stats[1]
	}
	return float64(count), stats[0]
}

func (l *normalLeaf) marginal(stats []float64, count int32) (q, exponent float64) {
	weight, sum := l.split(stats, count)
	each := l.scale2 / l.noise2
	q = 1 + float64(weight*each)
	return q, float64(each * sum * sum / (2 * l.noise2 * q))
}

func (l *normalLeaf) draw(values []float32, src *rng.Stream, stats []float64, count int32) {
	values[0] = l.value(src, stats, count)
}

func (l *normalLeaf) value(src *rng.Stream, stats []float64, count int32) float32 {
	weight, sum := l.split(stats, count)
	share := l.scale2 / (l.noise2 + float64(weight*l.scale2))
	return float32(float64(share*sum) + float64(src.QuickNormal()*math.Sqrt(float64(share*l.noise2))))
}

func (l *normalLeaf) drawTree(t *tree, change []float32, src *rng.Stream, sums []float64, base []float32) (total float64) {
	width, most := l.stats(), int32(-1)
	for slot, a := range t.leaves {
		count := t.nodes[a].count
		if count > most {
			most, t.largest = count, slot
		}
		value := l.value(src, sums[slot*width:(slot+1)*width], count)
		t.values[slot], change[slot] = value, base[slot]-value
		total += float64(float64(count) * float64(change[slot]))
	}
	return total
}

func (*normalLeaf) remove(dst, values []float32) {
	for i, v := range values {
		dst[i] = -v
	}
}

// fuse leaves the tree's own values where they are: see standing.
func (l *normalLeaf) fuse(e *ensemble, prev []byte, removal []float32, rows []byte, _ []float32, leaves, rest int, queries []int32) {
	width := e.statWidth
	if l.weighted || leaves == 0 || !e.known {
		rest = -1
	}
	sums := e.sums[:width*(leaves+len(queries)/2)]
	e.kernel.Fuse(sums, e.counts[:len(queries)/2], e.resid, e.weights, prev, removal, e.becomes, rows, leaves, rest, e.columns, queries)
	if l.weighted || leaves == 0 {
		return
	}
	if rest < 0 {
		e.known, e.total = true, 0
		for _, s := range sums[:leaves] {
			e.total += s
		}
		return
	}
	left := e.total
	for _, s := range sums[:leaves] {
		left -= s
	}
	sums[rest] = left
}

// correct adds what the sums miss of rows whose residual lacks the value.
func (l *normalLeaf) correct(stats []float64, count int32, value float32) {
	weight, _ := l.split(stats, count)
	stats[len(stats)-1] += float64(weight * float64(value))
}

func (l *normalLeaf) correctTree(sums []float64, t *tree, values []float32) {
	width := l.stats()
	for slot, a := range t.leaves {
		l.correct(sums[slot*width:(slot+1)*width], t.nodes[a].count, values[slot])
	}
}

func (*normalLeaf) settle(e *ensemble, rows []byte, removal []float32) float64 {
	return e.kernel.Settle(e.resid, e.weights, rows, removal)
}
