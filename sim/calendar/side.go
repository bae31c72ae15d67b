package calendar

// pushSide adds an event to the 4-ary heap.
func (c *Calendar) pushSide(e *Event) {
	if len(c.side) >= manyInSide && len(c.rungs) < maxRungs {
		c.spill()
		c.insert(e.Time, e.Order, e.Address, e.Arg)
		return
	}
	c.side = append(c.side, *e)
	h := c.side
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) >> 2
		if !before(e, &h[parent]) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = *e
}

// dropSide removes the first event of the heap.
func (c *Calendar) dropSide() {
	n := len(c.side) - 1
	last := c.side[n]
	c.side = c.side[:n]
	if n == 0 {
		return
	}
	h := c.side
	i := 0
	for {
		child := 4*i + 1
		if child >= n {
			break
		}
		least := child
		for k := child + 1; k < min(child+4, n); k++ {
			if before(&h[k], &h[least]) {
				least = k
			}
		}
		if !before(&h[least], &last) {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = last
}
