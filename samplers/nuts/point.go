package nuts

// Point is a point of phase space on a trajectory, with what the integrator
// and the U-turn criterion need to know there. All slices have length Dim.
type Point struct {
	Q    []float64 // position
	P    []float64 // momentum
	V    []float64 // velocity M⁻¹ P
	Grad []float64 // gradient of the log density at Q

	LogDensity float64 // log density at Q
	Energy     float64 // H(Q, P) = -LogDensity + ½ P·V

	holders int // uses of the point by trees and transitions; 0 means free
}

// memory hands out the points and momentum sums of one transition. Trees share
// points instead of copying them, hence the holder counts. What is handed out
// first after a return is what was returned last, so that a small tree stays
// in the cache. At most about three points per tree depth are ever allocated.
type memory struct {
	dim    int
	points []*Point    // all points
	free   []*Point    // those without a holder
	sums   [][]float64 // all momentum sums
	spare  [][]float64 // those not in use
}

func newMemory(dim int) *memory { return &memory{dim: dim} }

// reset takes everything back, whatever a fault left in use.
func (m *memory) reset() {
	m.free = append(m.free[:0], m.points...)
	m.spare = append(m.spare[:0], m.sums...)
}

// point returns a point with one holder and undefined contents.
func (m *memory) point() *Point {
	last := len(m.free) - 1
	if last < 0 {
		return m.newPoint()
	}
	z := m.free[last]
	m.free = m.free[:last]
	z.holders = 1
	return z
}

// newPoint allocates a point, its arrays side by side.
func (m *memory) newPoint() *Point {
	d := m.dim
	block := make([]float64, 4*d)
	z := &Point{
		Q: block[:d:d], P: block[d : 2*d : 2*d], V: block[2*d : 3*d : 3*d], Grad: block[3*d:],
		holders: 1,
	}
	m.points = append(m.points, z)
	return z
}

// release takes a holder away; a point without one may be handed out again.
func (m *memory) release(z *Point) {
	z.holders--
	if z.holders == 0 {
		m.free = append(m.free, z)
	}
}

// sum returns an array of length dim with undefined contents.
func (m *memory) sum() []float64 {
	last := len(m.spare) - 1
	if last < 0 {
		s := make([]float64, m.dim)
		m.sums = append(m.sums, s)
		return s
	}
	s := m.spare[last]
	m.spare = m.spare[:last]
	return s
}

// releaseSum takes back an array from sum.
func (m *memory) releaseSum(s []float64) { m.spare = append(m.spare, s) }
