package smc2

// store keeps the present population where the stride says so, and forgets
// what no later window can begin from.
//
// Of the populations that are older than the newest one that leaves a window,
// one in a window is kept, up to the horizon.
func (s *Sampler) store() {
	o := &s.options
	if o.Window == 0 {
		return
	}
	s.credit = min(s.credit+float64(o.Replay*float64(o.Window)), float64(o.Horizon))
	if s.steps%o.Stride == 0 {
		s.stored = append(s.stored, s.snapshot())
	}
	newest := -1 // that leaves a window
	for k, p := range s.stored {
		if s.steps-p.steps >= o.Window {
			newest = k
		}
	}
	if newest < 0 {
		return
	}
	coarse := o.Stride * ((o.Window + o.Stride - 1) / o.Stride)
	kept := s.stored[:0]
	for k, p := range s.stored {
		if k >= newest || p.steps%coarse == 0 && s.steps-p.steps <= o.Horizon {
			kept = append(kept, p)
		}
	}
	clear(s.stored[len(kept):])
	s.stored = kept
	if s.steps <= o.Horizon {
		return // the start of the data is within reach
	}
	drop := s.stored[0].steps - s.past.first
	s.past.obs = append(s.past.obs[:0], s.past.obs[drop:]...)
	s.past.first += drop
	for i := range s.theta {
		p := &s.theta[i]
		p.increments = append(p.increments[:0], p.increments[drop:]...)
	}
}

// base is the population that a rejuvenation begins from, nil for the model's
// own start: the oldest that the credit pays for and over which the variance of
// the log evidence stays below Options.Variance, and at least the latest that
// leaves a window of observations.
func (s *Sampler) base() *population {
	if s.past.first == 0 && (s.options.Window == 0 || s.affordable(s.steps)) {
		return nil
	}
	var from *population
	for _, p := range s.stored {
		length := s.steps - p.steps
		if length < s.options.Window {
			break
		}
		from = p
		if s.affordable(length) {
			break
		}
	}
	return from
}

// affordable reports whether a rejuvenation may look back over so many
// observations.
func (s *Sampler) affordable(length int) bool {
	return float64(length) <= s.credit && float64(float64(length)*s.noise) <= s.options.Variance
}

// pay takes the observations of a rejuvenation off the credit.
func (s *Sampler) pay(from *population) {
	s.credit = max(0, s.credit-float64(s.steps-s.startOf(from)))
}
