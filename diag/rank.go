package diag

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
)

// averageRanks returns the ranks from 1 to n of x; equal elements share the
// mean of their ranks.
func averageRanks(x []float64) []float64 {
	type element struct {
		value float64
		index int
	}
	sorted := make([]element, len(x))
	for i, v := range x {
		sorted[i] = element{v, i}
	}
	slices.SortFunc(sorted, func(a, b element) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	ranks := make([]float64, len(x))
	for begin := 0; begin < len(sorted); {
		end := begin + 1
		for end < len(sorted) && sorted[end].value == sorted[begin].value {
			end++
		}
		for _, e := range sorted[begin:end] {
			ranks[e.index] = float64(begin+1+end) / 2
		}
		begin = end
	}
	return ranks
}

// zScale returns the normal scores of the draws: each is replaced by
// Φ⁻¹((r − 3/8) / (n + 1/4)), r its average rank among all n draws (Vehtari et
// al. 2021, section 4.1; the offset is that of Blom 1958). NaNs are not allowed.
func (c chains) zScale() chains {
	z := chains{x: averageRanks(c.x), n: c.n, rows: c.rows}
	n := float64(len(z.x))
	for i, rank := range z.x {
		z.x[i] = elem.NormQuantile((rank - 0.375) / (n + 0.25))
	}
	return z
}

// fold returns the distances of the draws from their median, in which a
// difference of spread becomes one of location.
func (c chains) fold() chains {
	centre := median(c.x)
	return c.apply(func(x float64) float64 { return math.Abs(x - centre) })
}
