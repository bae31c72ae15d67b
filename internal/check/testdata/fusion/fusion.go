// Package fusion has one product that a compiler may fuse into a multiply-add,
// and two that it may not.
package fusion

import "math"

func fused(x, y, z float64) float64 {
	product := x * y
	return product + z
}

func rounded(x, y, z float64) float64 { return float64(x*y) + z }

func asked(x, y, z float64) float64 { return math.FMA(x, y, z) }
