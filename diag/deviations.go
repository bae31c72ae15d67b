package diag

import (
	"math"
)

// deviations holds the draws of chains less the mean of their chain, with what
// follows from the chains one by one.
type deviations struct {
	chains
	means   []float64 // of the draws
	squares []float64 // Σ d² of the deviations d
	sums    []float64 // Σ d, which rounding leaves
	span    float64   // the largest draw less the smallest
}

// sideBySide is the number of chains that are added up at once. A sum in order
// waits for each addition; several of them wait together.
const sideBySide = 4

// deviations replaces the draws, which are the caller's no more. Means and sums are
// those of tensor.Mean and tensor.Variance, to the last bit.
func (c chains) deviations() *deviations {
	d := &deviations{chains: c, means: make([]float64, c.rows), squares: make([]float64, c.rows), sums: make([]float64, c.rows), span: span(c.x)}
	for i := 0; i < c.rows; i += sideBySide {
		at := func(k int) int { return min(i+k, c.rows-1) } // the last one again, to the same effect
		w, x, y, z := c.chain(at(0)), c.chain(at(1)), c.chain(at(2)), c.chain(at(3))
		means := fourMeans(w, x, y, z)
		squares, sums := fourDeviations(w, x, y, z, means)
		for k := range sideBySide {
			d.means[at(k)], d.squares[at(k)], d.sums[at(k)] = means[k], squares[k], sums[k]
		}
	}
	return d
}

// fourMeans returns tensor.Mean of four slices of one length.
func fourMeans(w, x, y, z []float64) (means [sideBySide]float64) {
	n := len(w)
	x, y, z = x[:n], y[:n], z[:n]
	sumW, sumX, sumY, sumZ := 0.0, 0.0, 0.0, 0.0
	for i, v := range w {
		sumW, sumX, sumY, sumZ = sumW+v, sumX+x[i], sumY+y[i], sumZ+z[i]
	}
	count := float64(n)
	meanW, meanX, meanY, meanZ := sumW/count, sumX/count, sumY/count, sumZ/count
	sumW, sumX, sumY, sumZ = 0, 0, 0, 0
	for i, v := range w {
		sumW, sumX, sumY, sumZ = sumW+(v-meanW), sumX+(x[i]-meanX), sumY+(y[i]-meanY), sumZ+(z[i]-meanZ)
	}
	means = [...]float64{meanW, meanX, meanY, meanZ}
	for k, residual := range [...]float64{sumW, sumX, sumY, sumZ} {
		if !math.IsInf(means[k], 0) {
			means[k] += residual / count
		}
	}
	return means
}

// fourDeviations subtracts the means from four slices of one length, which may be
// the same, and returns the sums of the squares and of the deviations.
func fourDeviations(w, x, y, z []float64, means [sideBySide]float64) (squares, sums [sideBySide]float64) {
	n := len(w)
	x, y, z = x[:n], y[:n], z[:n]
	meanW, meanX, meanY, meanZ := means[0], means[1], means[2], means[3]
	var squareW, squareX, squareY, squareZ, sumW, sumX, sumY, sumZ float64
	for i, v := range w {
		devW, devX, devY, devZ := v-meanW, x[i]-meanX, y[i]-meanY, z[i]-meanZ
		w[i], x[i], y[i], z[i] = devW, devX, devY, devZ
		squareW, squareX = squareW+float64(devW*devW), squareX+float64(devX*devX)
		squareY, squareZ = squareY+float64(devY*devY), squareZ+float64(devZ*devZ)
		sumW, sumX, sumY, sumZ = sumW+devW, sumX+devX, sumY+devY, sumZ+devZ
	}
	return [...]float64{squareW, squareX, squareY, squareZ}, [...]float64{sumW, sumX, sumY, sumZ}
}

// variance returns tensor.Variance of the draws of a chain.
func (d *deviations) variance(i int) float64 {
	if d.n < 2 {
		return math.NaN()
	}
	n := float64(d.n)
	return max(d.squares[i]-float64(d.sums[i]*d.sums[i])/n, 0) / (n - 1)
}

// span returns the largest number less the smallest, NaN if the first is NaN.
func span(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	low, high := x[0], x[0]
	for _, v := range x {
		if v < low {
			low = v
		}
		if v > high {
			high = v
		}
	}
	return high - low
}
