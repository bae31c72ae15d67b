package adapt

// When steps are rotations, and how long (nuts.Rotation). Found on a list of
// posteriors: nearly normal ones need up to half as many gradients; where single
// draws lie in places that are far from normal, long steps diverge there; where one
// coordinate is far from normal, as the logarithm of a scale that may be 0, its tail
// is not left in the few steps that the others need.
const (
	// These bound the misfit per coordinate: its mean, its largest value for a draw,
	// and the share of a single coordinate.
	mostMisfit      = 0.09
	worstDraw       = 0.5
	worstCoordinate = 0.3

	// A trajectory turns back after half a turn. Its steps number 2^k − 1: three of
	// thirdOfHalfTurn are enough, where one of a little less would need up to seven.
	// Steps that are that long but for a third are made so.
	thirdOfHalfTurn = 1.06
	nearlyAThird    = 0.7
)

// nearlyNormal reports whether the density is so near to the normal that a metric
// with the correction stands for, wherever draws are, that rotations lead further
// than leapfrogs.
func (w *window) nearlyNormal(c *correction) bool {
	if w.count < 2 {
		return false
	}
	all := w.part(0, w.count)
	m, dim := all.misfit(all.scales(), c), float64(w.dim)
	return m.mean <= mostMisfit*dim && m.draw <= worstDraw*dim && m.coordinate <= worstCoordinate
}

// roundStep makes a step that is nearly a third of half a turn one.
func roundStep(k Tuned) {
	if step := k.StepSize(); step >= nearlyAThird && step < thirdOfHalfTurn {
		k.SetStepSize(thirdOfHalfTurn)
	}
}
