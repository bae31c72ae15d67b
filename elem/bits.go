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
	sum = a + b
	bb := sum - a
	err = (a - (sum - bb)) + (b - bb)
	return sum, err
}
