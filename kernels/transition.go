package kernels

// Transition is one transition of the no-U-turn sampler with a diagonal metric,
// as samplers/nuts makes it: the request and its result. Its fields are those of
// transition.Request in package samplers.
type Transition struct {
	Q, Grad    []float64 // in: where the chain stands; out: the draw
	LogDensity float64   // the same, of Q

	Inverse, Scale []float64 // the metric's inverse and the momentum's standard deviations
	// Centre is that of a rotation, see nuts.Rotation, with the cosine and sine of
	// StepSize; without it steps are leapfrogs.
	Centre         []float64
	Cos, Sin       float64
	StepSize       float64
	MaxDepth       int
	MaxEnergyError float64
	Key, High      uint64 // of the stream of random numbers
	Position       uint64 // of the stream; advanced

	Energy    float64 // of the draw
	AcceptSum float64 // sum over all leapfrogs of min(1, exp(-energy error))
	// SymmetricSum is the sum over all leapfrogs of 2 min(1, w)/(1 + w), w =
	// exp(-energy error).
	SymmetricSum float64
	Leapfrogs    int
	Depth        int  // doublings that were accepted
	Divergent    bool // an energy error beyond the bound ended the trajectory
	OutOfRange   bool // the chain stands where the density is zero; nothing was done
}

// Mover is an Executable that can make whole transitions without coming back for
// each gradient, with the bits that samplers/nuts gets from its gradients.
type Mover interface {
	Executable
	// Move makes a transition. It returns false, and has done nothing, if it
	// cannot, or not yet.
	Move(t *Transition) bool
}
