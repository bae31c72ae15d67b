package bart

import "github.com/quatre-ppl/quatre/rng"

// slice returns a draw of one number by a step from x that leaves its law as it is: a slice of the log density is
// found by steps of a width to both sides, and narrowed to x (Neal 2003, figures 3 and 5).
func slice(src *rng.Stream, x, width float64, logDensity func(float64) float64) float64 {
	height := logDensity(x) - src.Exponential()
	low := x - float64(width*src.Float64())
	high := low + width
	for logDensity(low) > height {
		low -= width
	}
	for logDensity(high) > height {
		high += width
	}
	for {
		at := low + float64(src.Float64()*(high-low))
		if logDensity(at) > height {
			return at
		}
		if at < x {
			low = at
		} else if at > x {
			high = at
		} else {
			return x // nothing else is left
		}
	}
}
