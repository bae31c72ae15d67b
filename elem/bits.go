package elem

import "math"

// Adding and subtracting shifter rounds a double of moderate size to the
// nearest integer; the integer then also sits in the low bits of the sum, where
// exponent arithmetic can reach it without a conversion.
const shifter = 0x1.8p52

const (
	invLn2 = 0x1.71547652b82fep0 // 1/log 2
	ln2    = 0x1.62e42fefa39efp-1
	ln2Low = 0x1.abc9e3b39803fp-56 // log 2 - ln2

	// The leading 42 bits of log 2, so that its product with any binary
	// exponent is exact, and the rest.
	ln2Head = 0x1.62e42fefa3800p-1
	ln2Rest = 0x1.ef35793c76730p-45
)

// pow2Shifted returns 2^(n+offset-1023), the integer n being given as n + shifter.
// The exponent n+offset must lie in 1..2046.
func pow2Shifted(n float64, offset uint64) float64 {
	return math.Float64frombits((math.Float64bits(n) + offset) << 52)
}

// twoSum returns a+b rounded, and the rounding error (Knuth 1969, section 4.2.2, theorem B).
func twoSum(a, b float64) (sum, err float64) {
	a, b = float64(a), float64(b) // a product must be rounded before it is summed
	sum = a + b
	bb := sum - a
	err = (a - (sum - bb)) + (b - bb)
	return sum, err
}

// fastTwoSum returns a+b rounded, and the rounding error, for |a| >= |b| or a = 0 (Dekker 1971).
func fastTwoSum(a, b float64) (sum, err float64) {
	a, b = float64(a), float64(b)
	sum = a + b
	return sum, b - (sum - a)
}

// twoProd returns ab rounded, and the rounding error.
func twoProd(a, b float64) (product, err float64) {
	product = float64(a * b)
	return product, math.FMA(a, b, -product)
}

// quotient returns (nHigh+nLow)/(dHigh+dLow) as q plus a correction much smaller than q.
func quotient(nHigh, nLow, dHigh, dLow float64) (q, correction float64) {
	inverse := 1 / dHigh
	q = float64(nHigh * inverse)
	rest := math.FMA(-q, dHigh, nHigh) + math.FMA(-q, dLow, nLow)
	return q, float64(rest * inverse)
}

// reciprocal returns 1/x as two parts.
func reciprocal(x float64) (high, low float64) {
	high = 1 / x
	return high, float64(math.FMA(-high, x, 1) * high)
}

// addParts returns the sum of two numbers in two parts, as two parts.
func addParts(a, aLow, b, bLow float64) (high, low float64) {
	high, err := twoSum(a, b)
	return fastTwoSum(high, err+(aLow+bLow))
}
