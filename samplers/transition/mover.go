package transition

// Mover is a LogDensity that can make whole transitions of the no-U-turn sampler
// where it is evaluated, in place of coming back for each gradient. They have
// the bits that package nuts gets from its gradients.
type Mover interface {
	LogDensity
	// Move makes transitions. It returns false, and has done nothing, if it
	// cannot, or not yet.
	Move(r *Request) bool
}

// Request is a row of transitions with one metric and step size, and the result.
type Request struct {
	Q, Grad    []float64 // in: where the chain stands; out: the last draw
	LogDensity float64   // the same, of Q

	// A diagonal metric has its inverse and the momentum's standard deviations. One of
	// low rank has the scales of the coordinates and, for each direction, its numbers
	// and what nuts.LowRank makes of its eigenvalue e: e - 1, √e - 1, 1/√e - 1. A
	// rotation of either kind, see nuts.Rotation, has a centre besides, with the cosine
	// and sine of StepSize, and 1/e - 1.
	Kind                  Kind
	Inverse, Scale        []float64 // [Dim]; the inverse is not used with low rank
	Centre                []float64 // [Dim]
	Cos, Sin              float64
	Directions            []float64 // [rank × Dim]
	Stretch, Grow, Shrink []float64 // [rank]
	Ease                  []float64 // [rank]

	StepSize       float64
	MaxDepth       int
	MaxEnergyError float64
	Key, High      uint64 // of the stream of random numbers
	Position       uint64 // of the stream; advanced

	// Outcomes has room for one or more transitions. Made of them are made: one at
	// least, and more as long as they do not take long.
	Outcomes  []Outcome
	Positions []float64 // gets the draws, one after the other, [Made × Dim]; nil if they are not wanted
	Made      int

	OutOfRange bool // the chain stands where the density is zero; nothing was done
}

// Kind is the kind of a metric. It is an alias like Outcome.
type Kind = int

// The kinds.
const (
	Diagonal Kind = iota
	Rotation
	LowRank
	LowRankRotation
)

// Outcome is the result of one transition. It is an alias so that a backend can
// fill it in without knowing this package.
type Outcome = struct {
	LogDensity float64 // of the draw
	Energy     float64 // of the draw
	AcceptSum  float64 // sum over all leapfrogs of min(1, exp(-energy error))
	// SymmetricSum is the sum over all leapfrogs of 2 min(1, w)/(1 + w), w =
	// exp(-energy error).
	SymmetricSum float64
	Leapfrogs    int
	Depth        int  // doublings that were accepted
	Divergent    bool // an energy error beyond the bound ended the trajectory
}
