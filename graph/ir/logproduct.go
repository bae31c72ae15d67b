package ir

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// LogProduct is how a SumLog adds: logarithms of numbers from 2^−1022 to 2^1023, as
// the logarithm of their product. Element i is multiplied to lane i mod Lanes,
// ascending, after each of which the product's exponent is moved to Exponents, so
// that it is in [1, 2). A lane whose product was not a positive normal number is
// NaN.
type LogProduct struct {
	Products  [Lanes]float64
	Exponents [Lanes]float64 // sums of biased exponents
}

// The leading 42 bits of log 2, and the rest; see package elem.
const (
	Ln2Head = 0x1.62e42fefa3800p-1
	Ln2Rest = 0x1.ef35793c76730p-45
)

// ExponentBias is the exponent of 1.
const ExponentBias = 1023

const mantissaBits = 52

// Reset makes the product 1.
func (p *LogProduct) Reset() {
	for k := range p.Products {
		p.Products[k], p.Exponents[k] = 1, 0
	}
}

// Add multiplies x to the lanes; x starts at a multiple of Lanes.
func (p *LogProduct) Add(x []float64) {
	for i, v := range x {
		k := i % Lanes
		y := p.Products[k] * v
		b := math.Float64bits(y)
		p.Exponents[k] += float64(b >> mantissaBits)
		if y >= 0x1p-1022 && y <= math.MaxFloat64 {
			p.Products[k] = math.Float64frombits(b&(1<<mantissaBits-1) | ExponentBias<<mantissaBits)
		} else {
			p.Products[k] = math.NaN()
		}
	}
}

// Log returns the logarithm after n elements: with the product P of the lanes and
// the sum K of the exponents, log P + K log 2.
func (p *LogProduct) Log(n int) float64 {
	a, e := &p.Products, &p.Exponents
	product := ((a[0] * a[4]) * (a[2] * a[6])) * ((a[1] * a[5]) * (a[3] * a[7]))
	k := ((e[0] + e[4]) + (e[2] + e[6])) + ((e[1] + e[5]) + (e[3] + e[7])) - float64(ExponentBias*n)
	return math.FMA(k, Ln2Head, math.FMA(k, Ln2Rest, elem.Log(product)))
}
