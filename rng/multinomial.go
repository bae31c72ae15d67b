package rng

import "fmt"

// Multinomial writes into dst how often each category comes up in n
// independent Categorical(probs) draws, by conditional binomials in index
// order. The lengths are equal, 0 ≤ n ≤ 2^53, and the weights are as for
// Categorical.
func Multinomial(dst []int, s *Stream, n int, probs []float64) {
	if len(dst) != len(probs) {
		panic(fmt.Sprintf("rng: Multinomial of %d weights into %d counts, want the same number", len(probs), len(dst)))
	}
	checkCount("Multinomial", "n", n)
	rest, last := totalWeight("Multinomial", probs)
	for i, w := range probs {
		switch {
		case w == 0 || n == 0:
			dst[i] = 0
		case i == last:
			dst[i] = n
		case w >= rest:
			// Rounding of the sums has used up what the small weights
			// behind are owed, less than 2^-52 of the total.
			dst[i] = n
		default:
			dst[i] = Binomial(s, n, w/rest)
		}
		n -= dst[i]
		rest -= w
	}
}
