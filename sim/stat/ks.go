package stat

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
)

// KolmogorovSmirnov compares a sample with a continuous distribution function:
// it returns the largest distance and the probability of a larger one, by the
// asymptotic law with Stephens' correction for n (Stephens 1970).
func KolmogorovSmirnov(x []float64, cdf func(x float64) float64) (distance, p float64) {
	sorted := slices.Clone(x)
	slices.Sort(sorted)
	n := float64(len(sorted))
	for i, v := range sorted {
		f := cdf(v)
		distance = max(distance, f-float64(i)/n, float64(i+1)/n-f)
	}
	return distance, kolmogorov(distance, n)
}

// KolmogorovSmirnov2 compares two samples, such as simulated output with
// historical data: it returns the largest distance between their distribution
// functions and the probability of a larger one if both come from the same
// continuous law.
func KolmogorovSmirnov2(x, y []float64) (distance, p float64) {
	a, b := slices.Clone(x), slices.Clone(y)
	slices.Sort(a)
	slices.Sort(b)
	n, m := float64(len(a)), float64(len(b))
	for i, j := 0, 0; i < len(a) && j < len(b); {
		v := min(a[i], b[j])
		for i < len(a) && a[i] == v {
			i++
		}
		for j < len(b) && b[j] == v {
			j++
		}
		distance = max(distance, math.Abs(float64(i)/n-float64(j)/m))
	}
	return distance, kolmogorov(distance, n*m/(n+m))
}

// kolmogorov returns P(D > d) for n observations.
func kolmogorov(d, n float64) float64 {
	root := math.Sqrt(n)
	z := d * (root + 0.12 + 0.11/root)
	switch {
	case !(z > 0):
		return 1
	case z < 1.18:
		// The theta function's other form converges where z is small.
		y := elem.Exp(-math.Pi * math.Pi / (8 * z * z))
		y8 := elem.Pow(y, 8)
		tail := 1 + float64(elem.Pow(y, 16)*(1+elem.Pow(y, 24)))
		return 1 - float64(math.Sqrt(2*math.Pi)/z*y*(1+float64(y8*tail)))
	}
	sum := 0.0
	for k := 1.0; k <= 8; k++ {
		term := elem.Exp(-2 * k * k * z * z)
		if int(k)%2 == 1 {
			sum += term
		} else {
			sum -= term
		}
	}
	return min(1, max(0, 2*sum))
}
