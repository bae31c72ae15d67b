package bench

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/stream"
)

// quantile returns the p-quantile of the numbers, interpolated between order
// statistics; NaN of none.
func quantile(x []float64, p float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	sorted := slices.Clone(x)
	slices.Sort(sorted)
	at := p * float64(len(sorted)-1)
	low := int(math.Floor(at))
	if low+1 == len(sorted) {
		return sorted[low]
	}
	w := at - float64(low)
	return float64((1-w)*sorted[low]) + float64(w*sorted[low+1])
}

// quartiles returns the quartiles of the numbers.
func quartiles(x []float64) (low, median, high stream.Number) {
	return stream.Number(quantile(x, 0.25)), stream.Number(quantile(x, 0.5)), stream.Number(quantile(x, 0.75))
}
