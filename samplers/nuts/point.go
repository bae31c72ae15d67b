package nuts

// Point is a point of phase space on a trajectory, with what the integrator
// and the U-turn criterion need to know there. All slices have length Dim.
type Point struct {
	Q    []float64 // position
	P    []float64 // momentum
	V    []float64 // velocity M⁻¹ P
	Grad []float64 // gradient of the log density at Q

	// Of metrics with directions, and of rotations with directions.
	GradV []float64 // M⁻¹ Grad
	Pull  []float64 // M (Q - c)

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

// newPoint allocates a point with one holder.
func (m *memory) newPoint() *Point {
	z := NewPoint(m.dim)
	z.holders = 1
	m.points = append(m.points, z)
	return z
}

// NewPoint allocates a point of dimension d, its arrays side by side.
func NewPoint(d int) *Point {
	block := make([]float64, 6*d)
	row := func(k int) []float64 { return block[k*d : (k+1)*d : (k+1)*d] }
	return &Point{Q: row(0), P: row(1), V: row(2), Grad: row(3), GradV: row(4), Pull: row(5)}
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
