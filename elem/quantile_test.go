package elem_test

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
)

// TestNormQuantile_KnownValues compares with values to 17 digits.
func TestNormQuantile_KnownValues(t *testing.T) {
	for _, c := range []struct{ p, x float64 }{
		{5e-324, -38.467405617144344},
		{1e-300, -37.0470962993612},
		{1e-100, -21.273453560965326},
		{1e-20, -9.262340089798407},
		{1e-8, -5.612001244174789},
		{0.001, -3.0902323061678136},
		{0.02425, -1.972961051311885},
		{0.075, -1.439531470938456},
		{0.1, -1.2815515655446004},
		{0.25, -0.6744897501960817},
		{0.4, -0.2533471031357997},
		{0.625, 0.31863936396437514},
		{0.9, 1.2815515655446006},
		{0.975, 1.9599639845400538},
		{0.9999, 3.7190164854557084},
		{0.9999999999999999, 8.209536151601387},
	} {
		if got := elem.NormQuantile(c.p); math.Abs(got-c.x) > 4*0x1p-52*math.Abs(c.x) {
			t.Errorf("NormQuantile(%v) = %v, want %v", c.p, got, c.x)
		}
	}
}

// TestNormQuantile_AccuracyAsDocumented: with x the result, the exact quantile differs from
// it by (Phi(x) - p)/phi(x) to first order.
func TestNormQuantile_AccuracyAsDocumented(t *testing.T) {
	for _, c := range []struct {
		name  string
		limit float64
		ps    []float64
	}{
		{"centre", 4.0, newPoints().uniform(400, 0.075, 0.925).xs},
		{"tails", 4.0, newPoints().uniform(100, 0, 0.075).uniform(100, 0.925, 1).decades(150, -300, -1, false).xs},
	} {
		worst, at := 0.0, 0.0
		for _, p := range c.ps {
			x := elem.NormQuantile(p)
			density := quo(bigExp(quo(neg(mul(bf(x), bf(x))), bf(2))), zero().Sqrt(mul(bf(2), bigPi)))
			exact := sub(bf(x), quo(sub(bigNormCDF(bf(x)), bf(p)), density))
			if e := ulpError(x, exact); !(e <= worst) {
				worst, at = e, p
			}
		}
		t.Logf("%s: worst error %.3f ulp at %v", c.name, worst, at)
		if !(worst <= c.limit) {
			t.Errorf("NormQuantile(%v): error of %.3f ulp, documented %v", at, worst, c.limit)
		}
	}
}
