package rng

import "fmt"

// Uniform returns a number with constant density between low and high, from
// one word. Both are finite and low < high. Rounding may give a bound itself,
// with probability about 2^-52 or where few float64 values lie between.
func Uniform(s *Stream, low, high float64) float64 {
	if !(low < high && finite(low) && finite(high)) {
		panic(fmt.Sprintf("rng: Uniform from %v to %v, want finite bounds in increasing order", low, high))
	}
	// The weighted mean cannot overflow as high − low can.
	u := s.Float64()
	return float64(low*(1-u)) + float64(high*u)
}
