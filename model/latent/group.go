package latent

import (
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
)

// group makes blocks of the candidates.
func (s *search) group() {
	for k := range s.m.Parameters {
		var list []*candidate
		own := newSet(s.m.Dim)
		for _, c := range s.candidates {
			if c.why == "" && s.owner[c.coords[0]] == k {
				list = append(list, c)
				own.add(c.coords...)
			}
		}
		s.groupOf(list, own)
	}
}

// groupOf makes blocks of the laws of one parameter: a chain where elements
// depend on others, else one block of laws of single numbers, or a block for
// each law.
func (s *search) groupOf(list []*candidate, own set) {
	list = slices.DeleteFunc(list, func(c *candidate) bool {
		alone := c.standardized || c.ordered || c.joint != nil || c.logs && !c.deps.meets(own)
		switch {
		case len(c.walks) > 0:
			if b, why := s.walking(c); why == "" {
				s.accept(b)
			} else {
				c.fail(why)
			}
		case alone:
			s.accept(newBlock([]*candidate{c}))
		}
		return alone
	})
	within, single := false, len(list) > 1
	for _, c := range list {
		within = within || c.deps.meets(own)
		single = single && len(c.coords) == 1 && c.offset == nil
	}
	if within {
		b, why := s.chain(list, own)
		if why == "" {
			s.accept(b)
			return
		}
		for _, c := range list {
			self := newSet(s.m.Dim)
			self.add(c.coords...)
			if c.deps.meets(self) {
				c.fail(why)
			}
		}
	}
	if single && !within {
		s.accept(newBlock(list))
		return
	}
	for _, c := range list {
		if c.why == "" {
			s.accept(newBlock([]*candidate{c}))
		}
	}
}

func (s *search) accept(b *block) {
	for _, c := range b.laws {
		c.mapped = b
	}
	s.blocks = append(s.blocks, b)
}

// newBlock puts the elements of laws side by side.
func newBlock(list []*candidate) *block {
	b := &block{laws: list, form: Centred}
	for _, c := range list {
		at := make([]int, len(c.coords))
		for i := range at {
			at[i] = len(b.coords) + i
		}
		b.at = append(b.at, at)
		b.coords = append(b.coords, c.coords...)
		b.need(c.deps)
	}
	b.location = beside(list, func(c *candidate) expr.Expr { return c.location })
	b.scale = beside(list, func(c *candidate) expr.Expr { return c.scale })
	switch {
	case len(list) > 1:
	case list[0].offset != nil:
		b.form = Scaled
	case list[0].logs:
		b.form = Log
	case list[0].standardized:
		b.form = Standardized
	case list[0].joint != nil:
		b.form = Joint
	case list[0].ordered:
		b.form, b.asIs = Ordered, true
	}
	return b
}

func (b *block) need(deps set) {
	if b.deps == nil {
		b.deps = slices.Clone(deps)
		return
	}
	b.deps.join(deps)
}

// beside puts one expression of each law, with an element for each of its own or
// a scalar for all, side by side; a scalar that is the same for all stays one.
func beside(list []*candidate, of func(c *candidate) expr.Expr) expr.Expr {
	first := of(list[0])
	if len(list) == 1 {
		return first
	}
	alike := first.IsScalar()
	parts := make([]expr.Expr, len(list))
	for i, c := range list {
		e := of(c)
		alike = alike && e.IsScalar() && same(first, e)
		parts[i] = full(e, len(c.coords))
	}
	if alike {
		return first
	}
	return expr.Concat(parts...)
}

// rank gives blocks their levels, leaves out those that depend on themselves
// through others, and sorts the rest so that each comes after those that it
// depends on.
func (s *search) rank() {
	for {
		needs := s.needs()
		levels := make([]int, len(s.blocks))
		for i := range levels {
			levels[i] = -1
		}
		for changed := true; changed; {
			changed = false
			for i, list := range needs {
				if levels[i] < 0 && !slices.ContainsFunc(list, func(j int) bool { return levels[j] < 0 }) {
					levels[i], changed = 0, true
					for _, j := range list {
						levels[i] = max(levels[i], levels[j]+1)
					}
				}
			}
		}
		if !slices.Contains(levels, -1) {
			for i, b := range s.blocks {
				b.level = levels[i]
			}
			break
		}
		s.leaveOut(needs)
	}
	slices.SortStableFunc(s.blocks, func(a, b *block) int { return a.level - b.level })
	base := 0
	for _, b := range s.blocks {
		b.base = base
		base += len(b.coords)
	}
}

// needs lists for each block the others that its locations and scales depend on.
func (s *search) needs() [][]int {
	of := make([]int, s.m.Dim)
	for i := range of {
		of[i] = -1
	}
	for k, b := range s.blocks {
		for _, i := range b.coords {
			of[i] = k
		}
	}
	needs := make([][]int, len(s.blocks))
	for k, b := range s.blocks {
		seen := make(map[int]bool)
		for i := range s.m.Dim {
			if j := of[i]; j >= 0 && j != k && !seen[j] && b.deps.has(i) {
				seen[j] = true
				needs[k] = append(needs[k], j)
			}
		}
	}
	return needs
}

// leaveOut removes the blocks that are on a cycle, all of those of one vector
// together.
func (s *search) leaveOut(needs [][]int) {
	var kept []*block
	for k, b := range s.blocks {
		if !onCycle(needs, k) {
			kept = append(kept, b)
			continue
		}
		for _, c := range b.laws {
			c.mapped = nil
			c.fail("its location or scale depends on it through other parameters with priors of their own")
			if c.joint != nil {
				c.joint.broken = c.why
			}
		}
	}
	s.blocks = slices.DeleteFunc(kept, func(b *block) bool {
		c := b.laws[0]
		broken := c.joint != nil && c.joint.broken != ""
		if broken {
			c.mapped, c.why = nil, c.joint.broken
		}
		return broken
	})
}

// onCycle reports whether block k needs itself.
func onCycle(needs [][]int, k int) bool {
	seen := make([]bool, len(needs))
	var visit func(i int) bool
	visit = func(i int) bool {
		for _, j := range needs[i] {
			if j == k {
				return true
			}
			if !seen[j] {
				seen[j] = true
				if visit(j) {
					return true
				}
			}
		}
		return false
	}
	return visit(k)
}
