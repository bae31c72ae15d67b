package rng

// chopDown inverts the distribution function of a count at u in (0, 1) by
// search from 0: p is the probability of 0 and ratio(k) that of k over that of
// k − 1. It is for means below 10, where the search is short and p is not
// small.
//
// Rounding may leave u above the sum of all probabilities. The search
// therefore ends where the next one falls below 2^-60, less than the rounding
// of the sum.
func chopDown(u, p float64, ratio func(k float64) float64) (k float64) {
	for u > p {
		next := float64(p * ratio(k+1))
		if next < 0x1p-60 {
			break
		}
		u -= p
		p = next
		k++
	}
	return k
}
