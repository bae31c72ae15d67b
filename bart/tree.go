package bart

import "slices"

// maxLeaves is the largest number of leaves of a tree: the leaf of a row is one byte.
const maxLeaves = 255

// node is a node of a tree that is being sampled.
type node struct {
	rule
	parent, left, right int32 // -1 where there is none
	depth               int32
	// slot is the number of the leaf, count its number of training rows.
	slot, count int32
}

// tree is a tree that is being sampled, with the leaf of every training row. Its
// leaves are numbered from 0 without gaps.
type tree struct {
	nodes []node  // the root first; nodes on the free list have depth -1
	free  []int32 // nodes to be used again
	// leaves has the node of each slot, inner the other nodes in no order.
	leaves, inner []int32
	// largest is the slot of the leaf that had most rows when values were drawn, or 0: its sum is the one that a
	// pass takes as a difference, because there the rounding matters least.
	largest int
	// rows has the slot of each training row.
	rows []byte
	// values has the leaves' values, as many numbers a leaf as its model has.
	values []float32
}

// newTree returns a tree of one leaf that holds n rows, its value zero.
func newTree(n, width int) tree {
	return tree{
		nodes:  []node{{rule: rule{feature: -1}, parent: -1, left: -1, right: -1, count: int32(n)}},
		leaves: []int32{0},
		rows:   make([]byte, n),
		values: make([]float32, width),
	}
}

// isLeaf reports whether the node is a leaf.
func (t *tree) isLeaf(a int32) bool { return t.nodes[a].feature < 0 }

// isNog reports whether the node is an inner one whose children are leaves.
func (t *tree) isNog(a int32) bool {
	n := &t.nodes[a]
	return n.feature >= 0 && t.isLeaf(n.left) && t.isLeaf(n.right)
}

// nogs appends the inner nodes whose children are leaves.
func (t *tree) nogs(dst []int32) []int32 {
	for _, a := range t.inner {
		if t.isNog(a) {
			dst = append(dst, a)
		}
	}
	return dst
}

// nogCount is the number of inner nodes whose children are leaves.
func (t *tree) nogCount() int {
	count := 0
	for _, a := range t.inner {
		if t.isNog(a) {
			count++
		}
	}
	return count
}

// firstSlot is the slot of the leftmost leaf below the node.
func (t *tree) firstSlot(a int32) int32 {
	for !t.isLeaf(a) {
		a = t.nodes[a].left
	}
	return t.nodes[a].slot
}

// leavesBelow appends the slots of the leaves below the node, from left to right.
func (t *tree) leavesBelow(dst []int32, a int32) []int32 {
	if t.isLeaf(a) {
		return append(dst, t.nodes[a].slot)
	}
	return t.leavesBelow(t.leavesBelow(dst, t.nodes[a].left), t.nodes[a].right)
}

// take returns an unused node, made a leaf below parent.
func (t *tree) take(parent, slot, count int32) int32 {
	fresh := node{rule: rule{feature: -1}, parent: parent, left: -1, right: -1, depth: t.nodes[parent].depth + 1, slot: slot, count: count}
	if last := len(t.free) - 1; last >= 0 {
		a := t.free[last]
		t.free = t.free[:last]
		t.nodes[a] = fresh
		return a
	}
	t.nodes = append(t.nodes, fresh)
	return int32(len(t.nodes) - 1)
}

// split makes the leaf a an inner node. Its left child keeps the slot, the right
// one gets the next; the rows stay for the caller to move.
func (t *tree) split(a int32, r rule, leftCount int32, width int) {
	slot, count := t.nodes[a].slot, t.nodes[a].count
	next := int32(len(t.leaves))
	left := t.take(a, slot, leftCount)
	right := t.take(a, next, count-leftCount)
	n := &t.nodes[a]
	n.rule, n.left, n.right = r, left, right
	t.leaves[slot] = left
	t.leaves = append(t.leaves, right)
	t.inner = append(t.inner, a)
	for range width {
		t.values = append(t.values, 0)
	}
}

// prune makes the node a, whose children are leaves, a leaf. It keeps the left
// child's slot; the last slot moves into the right child's gap. from and to tell
// how slots changed: rows of gone are in kept now, and then those of last in gone.
func (t *tree) prune(a int32, width int) (kept, gone, last int32) {
	n := &t.nodes[a]
	left, right := n.left, n.right
	kept, gone, last = t.nodes[left].slot, t.nodes[right].slot, int32(len(t.leaves)-1)
	n.count = t.nodes[left].count + t.nodes[right].count
	n.rule, n.left, n.right, n.slot = rule{feature: -1}, -1, -1, kept
	t.leaves[kept] = a
	if gone != last {
		moved := t.leaves[last]
		t.leaves[gone] = moved
		t.nodes[moved].slot = gone
		copy(t.values[int(gone)*width:int(gone+1)*width], t.values[int(last)*width:int(last+1)*width])
	}
	t.leaves = t.leaves[:last]
	t.largest = 0
	at := slices.Index(t.inner, a)
	t.inner[at] = t.inner[last-1]
	t.inner = t.inner[:last-1]
	t.values = t.values[:int(last)*width]
	for _, child := range [...]int32{left, right} {
		t.nodes[child] = node{rule: rule{feature: -1}, depth: -1}
		t.free = append(t.free, child)
	}
	return kept, gone, last
}

// room returns the part of feature f's split space that reaches the node a. scratch
// holds levels and is used for Unordered features only.
func (t *tree) room(a, f int32, g *grid, scratch levelSet) room {
	feature := &g.features[f]
	if feature.kind == Unordered {
		return t.levelRoom(a, f, feature, scratch)
	}
	r := room{low: 0, high: int32(feature.cutCount() - 1)}
	for a > 0 {
		parent := t.nodes[a].parent
		n := &t.nodes[parent]
		if n.feature == f {
			if n.left == a {
				r.high = min(r.high, n.cut-1)
			} else {
				r.low = max(r.low, n.cut+1)
			}
		}
		a = parent
	}
	return r
}

// levelRoom is room for an Unordered feature.
func (t *tree) levelRoom(a, f int32, feature *feature, scratch levelSet) room {
	limited := false
	for a > 0 {
		parent := t.nodes[a].parent
		n := &t.nodes[parent]
		if n.feature == f {
			if !limited {
				limited = true
				scratch = scratch[:len(n.set)]
				for i := range scratch {
					scratch[i] = ^uint64(0)
				}
				if tail := feature.levels % 64; tail != 0 {
					scratch[len(scratch)-1] = 1<<tail - 1
				}
			}
			for i, w := range n.set {
				if n.left != a {
					w = ^w
				}
				scratch[i] &= w
			}
		}
		a = parent
	}
	if !limited {
		return room{count: feature.levels}
	}
	return room{levels: scratch, count: scratch.count()}
}
