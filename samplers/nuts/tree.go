package nuts

// tree is a stretch of the trajectory of 2^depth states in the order in which
// they were integrated, with what is needed to join it to another. It holds
// begin and end once each, though they may be the same point.
type tree struct {
	begin, end *Point    // first and last state
	rho        []float64 // sum of the states' momenta; begin.P in a tree of one state
}

// outcome tells how the building of a tree ended. In all cases but complete
// there is no tree and the transition ends.
type outcome uint8

const (
	complete  outcome = iota
	turning           // some subtree of it fails the U-turn criterion
	diverging         // a state's energy error is beyond the bound
	oneWay            // an Integrator's step does not lead back
	failed            // Sampler.fault tells what went wrong
)

// reverse turns the tree's direction in time. The order of the momenta does not
// matter to their sum.
func (t *tree) reverse() { t.begin, t.end = t.end, t.begin }

// plant makes t the tree of one state.
func (t *tree) plant(z *Point) {
	z.holders += 2
	t.begin, t.end, t.rho = z, z, z.P
}

// build integrates 2^depth steps onwards from a point and returns their states
// as a tree, valid until the next build. It is the recursion of Hoffman & Gelman
// (2014), algorithm 3, function BuildTree, as a loop over the leaves: the stack
// holds complete subtrees, the larger first, that wait for their other half.
// Leaf number n completes as many subtrees as n has trailing ones in binary, so
// every subtree is checked at the same moment as in the recursion.
func (s *Sampler) build(depth int, from *Point) (*tree, outcome) {
	top := -1
	for n := uint32(0); n < 1<<depth; n++ {
		z, result := s.leaf(from)
		if result != complete {
			return nil, result
		}
		from = z
		top++
		s.stack[top].plant(z)
		s.memory.release(z)
		for bits := n; bits&1 != 0; bits >>= 1 {
			top--
			if s.join(&s.stack[top], &s.stack[top+1]) {
				return nil, turning
			}
		}
	}
	return &s.stack[0], complete
}

// leaf integrates one step onwards from a point to the next, of which the caller
// is a holder, and offers that as a proposal.
func (s *Sampler) leaf(from *Point) (*Point, outcome) {
	z := s.memory.point()
	s.leapfrogs++
	if s.integrator != nil {
		return s.stride(z, from)
	}
	if err := Leapfrog(s.target, s.metric, z, from, s.step); err != nil {
		s.fault = err
		return nil, failed
	}
	w := s.weigh(s.startEnergy - z.Energy)
	if z.Energy-s.startEnergy > s.maxEnergyError {
		return nil, diverging
	}
	s.choice.offer(s, z, w)
	return z, complete
}

// weigh returns the weight of a state whose energy has dropped by so much, and
// adds to the statistics.
func (s *Sampler) weigh(drop float64) weight {
	w, accept := newWeight(drop)
	s.acceptSum += accept
	if w.shift == 0 { // beyond, the symmetric statistic is 0 to rounding
		s.symmetric += 2 * accept / (1 + w.sum)
	}
	return w
}

// join puts second behind first, where second's first state is the successor of
// first's last, and reports whether the whole has turned. The whole replaces
// first and takes over what both trees hold.
func (s *Sampler) join(first, second *tree) (turned bool) {
	if first.begin == first.end {
		first.rho = s.memory.sum()
		turned = turnsPair(first.rho, first.begin, second.begin)
	} else {
		turned = turnsJoined(first, second)
		s.memory.releaseSum(second.rho)
	}
	s.memory.release(first.end)
	s.memory.release(second.begin)
	first.end = second.end
	return turned
}
