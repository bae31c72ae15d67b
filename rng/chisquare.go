package rng

// ChiSquare returns Gamma(nu/2, 1/2), for whole nu the sum of nu squared
// standard normals. nu is finite and > 0.
func ChiSquare(s *Stream, nu float64) float64 {
	checkPositive("ChiSquare", "nu", nu)
	return Gamma(s, nu/2, 0.5)
}
