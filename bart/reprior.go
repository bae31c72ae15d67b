package bart

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// rulePrior returns the log prior ratio of the tree with another rule of the same feature, which its room
// allows, at node a to the tree as it is; -Inf if the rules below do not allow it.
func (e *ensemble) rulePrior(t *tree, a int32, r *rule, feature *feature, room *room) float64 {
	if feature.kind != Unordered && !feature.missing {
		if change, simple := t.cutPrior(a, r.cut, *room); simple {
			return change
		}
	}
	n := &t.nodes[a]
	before, old := e.logPrior(t, a), n.rule
	n.rule = *r
	after := e.logPrior(t, a)
	n.rule = old
	return after - before
}

// cutPrior is rulePrior for a feature of cuts without missing values, where it is simple: see narrowed.
func (t *tree) cutPrior(a, cut int32, all room) (change float64, simple bool) {
	n := &t.nodes[a]
	was, is := all, all
	was.high, is.high = n.cut-1, cut-1
	left, simple := t.narrowed(n.left, n.feature, was, is)
	if !simple {
		return 0, false
	}
	was, is = all, all
	was.low, is.low = n.cut+1, cut+1
	right, simple := t.narrowed(n.right, n.feature, was, is)
	return left + right, simple
}

// narrowed returns how the log prior of the part of a tree below and including node a changes when the
// room of feature f, of cuts without missing values, changes there; -Inf if a rule is not allowed any more. It
// is not simple if the feature runs out at a node before or after, so that others get its share.
func (t *tree) narrowed(a, f int32, was, is room) (change float64, simple bool) {
	if was.low == is.low && was.high == is.high {
		return 0, true
	}
	if was.low > was.high || is.low > is.high {
		return 0, false
	}
	n := &t.nodes[a]
	if n.feature < 0 {
		return 0, true
	}
	wasLeft, isLeft, wasRight, isRight := was, is, was, is
	if n.feature == f {
		if n.cut < is.low || n.cut > is.high {
			return math.Inf(-1), true
		}
		change = elem.Log(float64(was.high-was.low+1) / float64(is.high-is.low+1))
		wasLeft.high, isLeft.high = n.cut-1, n.cut-1
		wasRight.low, isRight.low = n.cut+1, n.cut+1
	}
	left, simple := t.narrowed(n.left, f, wasLeft, isLeft)
	if !simple {
		return 0, false
	}
	right, simple := t.narrowed(n.right, f, wasRight, isRight)
	return change + left + right, simple
}
