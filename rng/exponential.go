package rng

import "github.com/quatre-ppl/quatre/elem"

// Exponential returns a standard exponential number by inversion, −log u, from
// one word; it lies between 2^-53 and 36.8.
func (s *Stream) Exponential() float64 { return -elem.Log(s.Float64()) }

// Exponential returns a number with density rate·exp(−rate·x) on x > 0, from
// one word. rate is finite and > 0.
func Exponential(s *Stream, rate float64) float64 {
	checkPositive("Exponential", "rate", rate)
	return s.Exponential() / rate
}
