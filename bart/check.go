package bart

import (
	"fmt"
	"math"
)

// forestChecks are the invariants of a sum of trees that is being sampled, by
// name; a target is the response that the trees explain, after settle.
var forestChecks = []struct {
	name  string
	check func(e *ensemble, j int) error
}{
	{"nodes are linked as a tree", checkLinks},
	{"leaves are numbered without gaps", checkSlots},
	{"rules are those that the nodes above allow", checkRules},
	{"rows are in the leaves that the rules give", checkRows},
	{"leaves have enough rows and finite values", checkLeaves},
}

// checkEnsemble returns the first invariant that a tree breaks, as an error.
func checkEnsemble(e *ensemble) error {
	for j := range e.trees {
		for _, c := range forestChecks {
			if err := c.check(e, j); err != nil {
				return fmt.Errorf("bart: tree %d: %s: %w", j, c.name, err)
			}
		}
	}
	return nil
}

func checkLinks(e *ensemble, j int) error {
	t := &e.trees[j]
	reached := 0
	var visit func(a, parent, depth int32) error
	visit = func(a, parent, depth int32) error {
		reached++
		n := &t.nodes[a]
		if n.parent != parent || n.depth != depth {
			return fmt.Errorf("node %d has parent %d and depth %d, want %d and %d", a, n.parent, n.depth, parent, depth)
		}
		if n.feature < 0 {
			if n.left != -1 || n.right != -1 {
				return fmt.Errorf("leaf %d has children", a)
			}
			return nil
		}
		if err := visit(n.left, a, depth+1); err != nil {
			return err
		}
		return visit(n.right, a, depth+1)
	}
	if err := visit(0, -1, 0); err != nil {
		return err
	}
	for _, a := range t.inner {
		if t.isLeaf(a) {
			return fmt.Errorf("node %d is no inner one", a)
		}
	}
	if reached+len(t.free) != len(t.nodes) || reached != 2*len(t.leaves)-1 || len(t.inner) != len(t.leaves)-1 {
		return fmt.Errorf("%d nodes are reached, %d are free, of %d; %d leaves, %d inner", reached, len(t.free), len(t.nodes), len(t.leaves), len(t.inner))
	}
	return nil
}

func checkSlots(e *ensemble, j int) error {
	t := &e.trees[j]
	for slot, a := range t.leaves {
		if !t.isLeaf(a) || t.nodes[a].slot != int32(slot) {
			return fmt.Errorf("slot %d has node %d with slot %d", slot, a, t.nodes[a].slot)
		}
	}
	if len(t.values) != len(t.leaves)*e.model.values() {
		return fmt.Errorf("%d leaves have %d values", len(t.leaves), len(t.values))
	}
	return nil
}

func checkRules(e *ensemble, j int) error {
	t := &e.trees[j]
	for _, a := range t.inner {
		n := &t.nodes[a]
		feature := &e.grid.features[n.feature]
		room := t.room(a, n.feature, e.grid, newLevelSet(feature.levels))
		if !room.available(feature) || !room.allows(feature, &n.rule) {
			return fmt.Errorf("node %d cannot split column %q at %d", a, feature.name, n.cut)
		}
	}
	return nil
}

func checkRows(e *ensemble, j int) error {
	t := &e.trees[j]
	counts := make([]int32, len(t.nodes))
	for i := range e.codes.n {
		a := int32(0)
		for counts[a]++; !t.isLeaf(a); counts[a]++ {
			n := &t.nodes[a]
			if n.left < 0 || n.right < 0 {
				return fmt.Errorf("node %d lacks a child", a)
			}
			if n.rule.left(e.codes.columns[n.feature].at(i)) {
				a = n.left
			} else {
				a = n.right
			}
		}
		if int32(t.rows[i]) != t.nodes[a].slot {
			return fmt.Errorf("row %d is in slot %d, want %d", i, t.rows[i], t.nodes[a].slot)
		}
	}
	for a := range t.nodes {
		if t.isLeaf(int32(a)) && t.nodes[a].depth >= 0 && t.nodes[a].count != counts[a] {
			return fmt.Errorf("node %d has %d rows, counts %d", a, counts[a], t.nodes[a].count)
		}
	}
	return nil
}

func checkLeaves(e *ensemble, j int) error {
	t := &e.trees[j]
	for slot, a := range t.leaves {
		if len(t.leaves) > 1 && t.nodes[a].count < e.prior.minLeaf {
			return fmt.Errorf("slot %d has %d rows, want at least %d", slot, t.nodes[a].count, e.prior.minLeaf)
		}
	}
	for i, v := range t.values {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return fmt.Errorf("value %d is %v", i, v)
		}
	}
	return nil
}

// fromTrees is f of a row as its trees have it, the shift left out.
func (c *chain) fromTrees(i int) float64 {
	f := 0.0
	for j := range c.mean.trees {
		t := &c.mean.trees[j]
		if c.linear != nil {
			f += float64(leafValue(c.linear.of(t.values, t.rows[i]), c.linear.row(i)))
		} else {
			f += float64(t.values[t.rows[i]])
		}
	}
	return f
}

// checkResidual returns an error if the settled residual is not the response less
// the trees, up to rounding.
func (c *chain) checkResidual() error {
	for i, y := range c.target {
		f := c.fromTrees(i)
		if c.multiplies {
			if g := c.ofTrees(i); math.Abs(f-g) > 1e-3 {
				return fmt.Errorf("bart: chain %d: f of row %d is %v, the trees have %v", c.number, i, g, f)
			}
			continue
		}
		if r := float64(c.mean.resid[i]); math.Abs(float64(y)-f-r) > 1e-3*math.Max(1, math.Abs(float64(y))) {
			return fmt.Errorf("bart: chain %d: the residual of row %d is %v, the trees leave %v", c.number, i, r, float64(y)-f)
		}
	}
	return nil
}
