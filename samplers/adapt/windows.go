package adapt

// Stan's phases of warmup, in draws: the chain first moves towards the typical
// set, then windows of doubling length learn the metric, and at last the step
// size settles under the final metric.
const (
	initBuffer = 75
	firstWidth = 25
	termBuffer = 50

	// minWarmup is the shortest warmup in which the metric is adapted.
	minWarmup = 20
	// Shares of the two buffers in a warmup too short for them; the rest is one
	// window.
	shortInitShare = 0.15
	shortTermShare = 0.10
)

// schedule divides a warmup into phases. Iterations count from 0.
type schedule struct {
	first int   // first iteration whose draw goes to the estimator
	ends  []int // last iteration of each window, ascending; empty without windows
}

// newSchedule follows Stan's windowed adaptation: each window is twice as long
// as the one before, and the last is stretched over what remains when the next
// one would not fit. Stan does not ask that of the first window; for 151 to 199
// iterations it so learns from a second window as short as one draw, where here
// the first is stretched.
func newSchedule(warmup int) schedule {
	if warmup < minWarmup {
		return schedule{}
	}
	first, width, term := initBuffer, firstWidth, termBuffer
	if first+width+term > warmup {
		first = int(shortInitShare * float64(warmup))
		term = int(shortTermShare * float64(warmup))
		width = warmup - first - term
	}
	s := schedule{first: first}
	last := warmup - term - 1
	for end := first + width - 1; end+2*width <= last; end += width {
		s.ends = append(s.ends, end)
		width *= 2
	}
	s.ends = append(s.ends, last)
	return s
}

// learns reports whether the draw of an iteration goes to the estimator.
func (s *schedule) learns(iteration int) bool {
	return len(s.ends) > 0 && iteration >= s.first && iteration <= s.ends[len(s.ends)-1]
}

// closes reports whether a window ends with the iteration.
func (s *schedule) closes(iteration int) bool {
	for _, end := range s.ends {
		if end == iteration {
			return true
		}
	}
	return false
}
