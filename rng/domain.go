package rng

import (
	"fmt"
	"math"
)

// finite reports whether x is neither infinite nor NaN.
func finite(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }

// checkPositive panics unless x is finite and > 0.
func checkPositive(sampler, parameter string, x float64) {
	if !(x > 0 && finite(x)) {
		panic(fmt.Sprintf("rng: %s with %s = %v, want it finite and > 0", sampler, parameter, x))
	}
}

// checkShape panics unless x is finite and at least 1e-300, so that the
// logarithm of a gamma number of that shape is finite.
func checkShape(sampler, parameter string, x float64) {
	if !(x >= 1e-300 && finite(x)) {
		panic(fmt.Sprintf("rng: %s with %s = %v, want it finite and ≥ 1e-300", sampler, parameter, x))
	}
}

// checkNotNegative panics unless x is finite and ≥ 0.
func checkNotNegative(sampler, parameter string, x float64) {
	if !(x >= 0 && finite(x)) {
		panic(fmt.Sprintf("rng: %s with %s = %v, want it finite and ≥ 0", sampler, parameter, x))
	}
}

// checkFinite panics unless x is finite.
func checkFinite(sampler, parameter string, x float64) {
	if !finite(x) {
		panic(fmt.Sprintf("rng: %s with %s = %v, want it finite", sampler, parameter, x))
	}
}

// checkProbability panics unless 0 ≤ p ≤ 1.
func checkProbability(sampler string, p float64) {
	if !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("rng: %s with p = %v, want 0 ≤ p ≤ 1", sampler, p))
	}
}

// checkCount panics unless n is in [0, 2^53], where float64 holds it exactly.
func checkCount(sampler, parameter string, n int) {
	if n < 0 || float64(n) > 0x1p53 {
		panic(fmt.Sprintf("rng: %s with %s = %d, want 0 ≤ %s ≤ 2^53", sampler, parameter, n, parameter))
	}
}
