package adapt

import "math"

// moments are running means and sums of squares of draws and of gradients, each
// [Dim] (Welford 1962).
type moments struct {
	count          int
	meanZ, squareZ []float64
	meanG, squareG []float64
}

func newMoments(dim int) *moments {
	block := make([]float64, 4*dim)
	return &moments{
		meanZ: block[:dim:dim], squareZ: block[dim : 2*dim : 2*dim],
		meanG: block[2*dim : 3*dim : 3*dim], squareG: block[3*dim:],
	}
}

func (m *moments) reset() {
	m.count = 0
	for _, x := range [][]float64{m.meanZ, m.squareZ, m.meanG, m.squareG} {
		clear(x)
	}
}

func (m *moments) copyFrom(src *moments) {
	m.count = src.count
	copy(m.meanZ, src.meanZ)
	copy(m.squareZ, src.squareZ)
	copy(m.meanG, src.meanG)
	copy(m.squareG, src.squareG)
}

// add takes a draw with its gradient.
func (m *moments) add(z, g []float64) {
	m.count++
	share := 1 / float64(m.count)
	for i, x := range z {
		d := x - m.meanZ[i]
		mean := m.meanZ[i] + float64(share*d)
		m.squareZ[i] += float64(d * (x - mean))
		m.meanZ[i] = mean
	}
	for i, x := range g {
		d := x - m.meanG[i]
		mean := m.meanG[i] + float64(share*d)
		m.squareG[i] += float64(d * (x - mean))
		m.meanG[i] = mean
	}
}

// Limits of a variance, beyond which the estimate is nonsense.
const (
	leastVariance = 1e-20
	mostVariance  = 1e20
)

// diagonal writes the variances s² for which the Fisher divergence of the draws
// divided by s is least,
//
//	s² = sqrt(Var z / Var g),
//
// to dst. Where the draws do not tell, dst stays.
func (m *moments) diagonal(dst []float64) {
	for i, z := range m.squareZ {
		ratio := z / m.squareG[i]
		if ratio > 0 && finite(ratio) {
			dst[i] = min(max(math.Sqrt(ratio), leastVariance), mostVariance)
		}
	}
}

// centre appends to dst the mean of the normal with variances s² times the scale of
// a correction, and that correction, for which the Fisher divergence of the draws is
// least, mean z + M⁻¹ mean g.
func (m *moments) centre(dst, variances []float64, c *correction) []float64 {
	at := len(dst)
	for i, v := range variances {
		dst = append(dst, math.Sqrt(v*c.scale)*m.meanG[i])
	}
	shift := dst[at:]
	c.stretch(shift)
	for i, v := range variances {
		shift[i] = m.meanZ[i] + float64(math.Sqrt(v*c.scale)*shift[i])
	}
	return dst
}

// fromGradient writes the variances that one gradient suggests, 1/|g|, to dst;
// where it is zero or not finite dst stays.
func fromGradient(dst, g []float64) {
	for i, x := range g {
		if v := 1 / math.Abs(x); v > 0 && finite(v) {
			dst[i] = min(max(v, leastVariance), mostVariance)
		}
	}
}
