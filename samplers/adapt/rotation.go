package adapt

// When steps are rotations, and how long (nuts.Rotation). Found on a list of
// posteriors: nearly normal ones need up to half as many gradients; where single
// draws lie in places that are far from normal, long steps diverge there.
const (
	// mostDivergence and worstDivergence bound |y + ∇ log π(y)|² per coordinate,
	// its mean over the draws and its largest value. It is 0 for a standard normal.
	mostDivergence  = 0.09
	worstDivergence = 0.5

	// A trajectory turns back after half a turn. Its steps number 2^k − 1: three of
	// thirdOfHalfTurn are enough, where one of a little less would need up to seven.
	// Steps that are that long but for a third are made so.
	thirdOfHalfTurn = 1.06
	nearlyAThird    = 0.7
)

// nearlyNormal reports whether the density is so near to a normal with
// independent coordinates, wherever draws are, that rotations lead further than
// leapfrogs.
func (w *window) nearlyNormal() bool {
	if w.count < 2 {
		return false
	}
	all := w.part(0, w.count)
	scales := all.scales()
	y, g := make([]float64, w.dim), make([]float64, w.dim)
	total, worst := 0.0, 0.0
	for k := range w.count {
		all.whiten(y, g, k, scales)
		sum := 0.0
		for i := range y {
			r := y[i] + g[i]
			sum += float64(r * r)
		}
		total += sum
		worst = max(worst, sum)
	}
	dim := float64(w.dim)
	return total <= mostDivergence*dim*float64(w.count) && worst <= worstDivergence*dim
}

// roundStep makes a step that is nearly a third of half a turn one.
func roundStep(k Tuned) {
	if step := k.StepSize(); step >= nearlyAThird && step < thirdOfHalfTurn {
		k.SetStepSize(thirdOfHalfTurn)
	}
}
