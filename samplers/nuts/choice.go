package nuts

// choice draws a state from a growing set with probability proportional to its
// weight: uniform progressive sampling (Betancourt 2017, appendix A.3.1). There,
// the state offered replaces the proposal with probability w/W, W the weight of
// the set with the new state in it. The proposal held when the weight was W0 so
// survives until W with probability W0/W; a single uniform number u therefore
// tells when it is replaced next, namely as soon as W exceeds W0/u. That takes
// about log n random numbers for n states instead of n.
type choice struct {
	proposal  *Point // held once; nil as long as nothing was offered
	total     weight // of all states offered
	threshold weight // of total, above which the proposal is replaced
}

// offer adds a state.
func (c *choice) offer(s *Sampler, z *Point, w weight) {
	c.total = c.total.plus(w)
	if c.proposal != nil {
		if !c.total.exceeds(c.threshold) {
			return
		}
		s.memory.release(c.proposal)
	}
	z.holders++
	c.proposal = z
	c.threshold = c.total.times(1 / s.src.Float64())
}
