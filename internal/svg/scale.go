package svg

import (
	"fmt"
	"math"
	"strings"
)

// Scale maps the numbers from Low to High to the pixels from From to To.
type Scale struct {
	Low, High, From, To float64
	// Log makes steps of equal ratio equally long; then Low and High are above 0.
	Log bool
}

// At returns the place of a number.
func (s Scale) At(v float64) float64 {
	low, high := s.Low, s.High
	if s.Log {
		low, high, v = math.Log10(low), math.Log10(high), math.Log10(v)
	}
	return s.From + (v-low)/(high-low)*(s.To-s.From)
}

// Ticks returns round numbers within the scale: powers of ten on a logarithmic
// one, else about five steps of 1, 2 or 5 times a power of ten.
func (s Scale) Ticks() (at []float64) {
	if s.Log {
		for e := math.Ceil(math.Log10(s.Low)); e <= math.Floor(math.Log10(s.High)); e++ {
			at = append(at, math.Pow(10, e))
		}
		return at
	}
	step := math.Pow(10, math.Floor(math.Log10((s.High-s.Low)/5)))
	for _, m := range []float64{1, 2, 5, 10} {
		if (s.High-s.Low)/(m*step) <= 6 {
			step *= m
			break
		}
	}
	// The last tick may lie beyond High by rounding only.
	for k := math.Ceil(s.Low / step); k*step <= s.High+1e-9*step; k++ {
		at = append(at, float64(k*step)+0) // + 0 turns −0 into 0
	}
	return at
}

// Label writes the number of a tick: large and small powers of ten with their
// exponent.
func (s Scale) Label(v float64) string {
	if s.Log && (v >= 1e4 || v < 1e-3) {
		exponent := fmt.Sprintf("%.0f", math.Log10(v))
		return "10" + strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴",
			"5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹").Replace(exponent)
	}
	return fmt.Sprintf("%.6g", v)
}

// Span returns the least and the largest finite number of several series with
// some room around them, a share of the distance between them; numbers on both
// sides of a lone one, and 0 and 1 if there are none.
func Span(room float64, series ...[]float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, y := range series {
		for _, v := range y {
			if Finite(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if low > high {
		return 0, 1
	}
	if low == high {
		return low - 0.5, high + 0.5
	}
	extra := room * (high - low)
	return low - extra, high + extra
}

// Decades returns the ends of a logarithmic axis for the positive finite numbers
// of several series, with some room around them; 1 and 10 if there are none.
func Decades(series ...[]float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, y := range series {
		for _, v := range y {
			if Positive(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if low > high {
		return 1, 10
	}
	const room = 1.25
	return low / room, high * room
}

// Finite tells whether a number has a place on an axis.
func Finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Positive tells whether a number has a place on a logarithmic axis.
func Positive(v float64) bool { return v > 0 && !math.IsInf(v, 1) }
