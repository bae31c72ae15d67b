package bart

import (
	"math/bits"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// rule is the condition of an inner node; rows that meet it go left.
type rule struct {
	// feature is the number of the column, -1 in a leaf.
	feature int32
	// cut sends codes ≤ cut left, for Numeric and Ordered columns.
	cut int32
	// missingLeft sends missing values left. It is drawn for every rule, so
	// that missing values in new rows have a way to go too.
	missingLeft bool
	// set has a bit for each level of an Unordered column that goes left. It is
	// not changed once the rule is in a tree.
	set levelSet
}

// levelSet is a set of levels.
type levelSet []uint64

func newLevelSet(levels int) levelSet { return make(levelSet, (levels+63)/64) }

func (s levelSet) has(level uint32) bool { return s[level/64]>>(level%64)&1 != 0 }

func (s levelSet) flip(level uint32) { s[level/64] ^= 1 << (level % 64) }

func (s levelSet) count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// left reports whether the rule sends a code to the left.
func (r *rule) left(code uint32) bool {
	if code == codeMissing {
		return r.missingLeft
	}
	if r.set != nil {
		return r.set.has(code)
	}
	return code <= uint32(r.cut)
}

// room is the part of a feature's split space that reaches a node.
type room struct {
	// low and high are the first and the last cut of an ordered feature.
	low, high int32
	// levels are those of an unordered feature, nil if all of them.
	levels levelSet
	count  int // levels that reach the node
}

// available reports whether the feature can be split at the node.
func (r *room) available(f *feature) bool {
	if f.kind == Unordered {
		return r.count > 1
	}
	return r.low <= r.high
}

// log2 is log 2.
const log2 = 0.6931471805599453094172321214581765680755

// logRule returns the logarithm of the prior probability of a rule that the room
// allows, given its feature: uniform on the cuts that are left and on the two
// sides for missing values, or on the sets of levels that part those which reach
// the node, all other levels being free.
func (r *room) logRule(f *feature, rule *rule) float64 {
	if f.kind == Unordered {
		// A set is one of 2^L; the share 2^(1-count) of them parts nothing.
		return -float64(float64(f.levels)*log2) - elem.Log1p(-elem.Exp(float64(log2*float64(1-r.count))))
	}
	logp := -elem.Log(float64(r.high - r.low + 1))
	if f.missing && int(rule.cut) < len(f.cuts) {
		logp -= log2
	}
	return logp
}

// allows reports whether the rule is one of the room's.
func (r *room) allows(f *feature, rule *rule) bool {
	if f.kind != Unordered {
		return rule.cut >= r.low && rule.cut <= r.high && !(rule.missingLeft && f.missing && int(rule.cut) == len(f.cuts))
	}
	left := 0
	for level := range uint32(f.levels) {
		if (r.levels == nil || r.levels.has(level)) && rule.set.has(level) {
			left++
		}
	}
	return left > 0 && left < r.count
}

// draw returns a rule from the prior, given the feature.
func (r *room) draw(src *rng.Stream, f *feature, number int32) rule {
	word := src.Uint64()
	drawn := rule{feature: number, missingLeft: word>>63 != 0}
	if f.kind != Unordered {
		drawn.cut = r.low + int32(src.Intn(int(r.high-r.low)+1))
		if f.missing && int(drawn.cut) == len(f.cuts) {
			drawn.missingLeft = false
		}
		return drawn
	}
	drawn.set = newLevelSet(f.levels)
	for {
		for i := range drawn.set {
			drawn.set[i] = src.Uint64()
		}
		if tail := f.levels % 64; tail != 0 {
			drawn.set[len(drawn.set)-1] &= 1<<tail - 1
		}
		if r.allows(f, &drawn) {
			return drawn
		}
	}
}
