package bart

// level returns the law by their prior of how far up all trees' values may move together, normal with this mean and variance.
// The tree of leaves μ_1 … μ_L takes the share (1/L)/Σ 1/L of the way δ; then by the prior of the leaves, N(0, scale²),
//
//	δ ~ Normal(−Σ over trees of the mean of μ, scale² Σ over trees of 1/L)
//
// given everything else (a move by a group of translations, Liu and Sabatti 2000, theorem 1).
func (c *chain) level() (mean, variance float64) {
	width, scale2 := c.mean.model.values(), c.leaf.scale2
	if c.linear != nil {
		scale2 = c.linear.scale2
	}
	sum, inverse := 0.0, 0.0
	for j := range c.mean.trees {
		values := c.mean.trees[j].values
		own := 0.0
		for k := 0; k < len(values); k += width {
			own += float64(values[k])
		}
		leaves := float64(len(values) / width)
		sum += own / leaves
		inverse += 1 / leaves
	}
	return -sum, scale2 * inverse
}

// lift moves the values of all trees, and with them f of every row, by delta; the residual stays as it is. Whoever
// calls draws the working response anew.
func (c *chain) lift(delta float64) {
	width, inverse := c.mean.model.values(), 0.0
	for j := range c.mean.trees {
		inverse += float64(width) / float64(len(c.mean.trees[j].values))
	}
	for j := range c.mean.trees {
		values := c.mean.trees[j].values
		share := float32(delta * float64(width) / (float64(len(values)) * inverse))
		for k := 0; k < len(values); k += width {
			values[k] += share
		}
	}
	c.ownTarget()
	for i := range c.target {
		c.target[i] += float32(delta)
	}
}
