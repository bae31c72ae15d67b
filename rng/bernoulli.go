package rng

// Bernoulli returns 1 with probability p and else 0, from one word. p is in
// [0, 1], and its resolution is 2^-52.
func Bernoulli(s *Stream, p float64) int {
	checkProbability("Bernoulli", p)
	if s.Float64() < p {
		return 1
	}
	return 0
}
