package bart

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
)

// scaling maps a response to the working scale, (y − shift)/scale, and back.
type scaling struct{ shift, scale float64 }

// newScaling centres y and divides by its standard deviation; a constant y is only
// centred. It does not overflow.
func newScaling(y, weights []float64) scaling {
	largest := 0.0
	for _, v := range y {
		largest = max(largest, math.Abs(v))
	}
	if largest == 0 {
		return scaling{0, 1}
	}
	mean, total := 0.0, 0.0
	for i, v := range y {
		w := weightOf(weights, i)
		total += w
		mean += float64((v/largest - mean) * (w / total))
	}
	variance := 0.0
	for i, v := range y {
		d := v/largest - mean
		variance += float64(d * d * (weightOf(weights, i) / total))
	}
	s := scaling{mean * largest, math.Sqrt(variance) * largest}
	if math.Sqrt(variance) < 1e-13 || s.scale == 0 || math.IsInf(s.scale, 0) {
		s.scale = 1
		if slices.Min(y) == slices.Max(y) {
			s.shift = y[0]
		}
	}
	return s
}

func weightOf(weights []float64, i int) float64 {
	if weights == nil {
		return 1
	}
	return weights[i]
}

// work returns the response on the working scale.
func (s scaling) work(y []float64) []float32 {
	target := make([]float32, len(y))
	for i, v := range y {
		target[i] = float32((v - s.shift) / s.scale)
	}
	return target
}

// back returns a value of the working scale on that of y.
func (s scaling) back(f float64) float64 { return s.shift + float64(s.scale*f) }

// spread is the range of a response on the working scale, the reach of the
// leaves' prior; 1 for a constant.
func spread(target []float32) float64 {
	r := float64(slices.Max(target)) - float64(slices.Min(target))
	if r == 0 {
		return 1
	}
	return r
}

// chiSquareQuantile returns x with P(χ²(nu) ≤ x) = p, by bisection.
func chiSquareQuantile(p, nu float64) float64 {
	low, high := 0.0, 1.0
	for elem.GammaP(nu/2, high/2) < p {
		high *= 2
	}
	for range 200 {
		mid := float64(low/2) + float64(high/2)
		if elem.GammaP(nu/2, mid/2) < p {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}

// variancePrior is the scaled inverse chi-square law of σ²: ν·lambda/χ²(ν).
type variancePrior struct{ nu, lambda float64 }

// newVariancePrior returns the law with P(σ < estimate) = q.
func newVariancePrior(nu, q, estimate float64) variancePrior {
	return variancePrior{nu, estimate * estimate * chiSquareQuantile(1-q, nu) / nu}
}

// coarse keeps twelve bits of an estimate, so that it is the same for data that differ by
// a change of units and in rounding.
func coarse(x float64) float64 {
	return math.Float64frombits((math.Float64bits(x) + 1<<39) &^ (1<<40 - 1))
}
