package bart

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// TestAcceptRoot_DecidesByTheLogarithm compares decisions with those by the logarithm of the same random
// number, for factors of all sizes, as far from the number as the gap of the bounds.
func TestAcceptRoot_DecidesByTheLogarithm(t *testing.T) {
	src := rng.NewKey(4).Stream()
	accepted := 0
	for range 20000 {
		factor, apart := elem.Exp(float64(100*src.Normal())), float64(0.1*src.Normal())
		again := *src
		u := again.Float64()
		exponent := elem.Log(u) - float64(0.5*elem.Log(factor)) + apart
		if got := acceptRoot(factor, exponent, src); got != (apart > 0) {
			t.Fatal("u", u, "factor", factor, "apart", apart, "accepted", got)
		} else if got {
			accepted++
		}
	}
	if accepted < 9000 || accepted > 11000 {
		t.Error("accepted ", accepted)
	}
	for _, c := range []struct {
		factor, exponent float64
		want             bool
	}{
		{1, math.Inf(-1), false}, {1, math.Inf(1), true}, {1, 0, true}, {1, -40, false},
		{0, 0, false}, {math.Inf(1), 0, true}, {1e-320, 0, false}, {0x1p1000, -300, true}, {1, math.NaN(), false}, {math.NaN(), 1, false},
	} {
		if got := acceptRoot(c.factor, c.exponent, src); got != c.want {
			t.Error(c.factor, c.exponent, "accepted", got)
		}
	}
}

// TestBalanced_KeepsTheProduct looks at factors beyond the range of what is left alone.
func TestBalanced_KeepsTheProduct(t *testing.T) {
	for _, factor := range []float64{1e-300, 1e-99, 1, 1e99, 1e300} {
		f, x := balanced(factor, 2)
		if f < 1e-100 || f > 1e100 || math.Abs(float64(0.5*elem.Log(f))+x-2-float64(0.5*elem.Log(factor))) > 1e-12 {
			t.Error(factor, "became", f, x)
		}
	}
}
