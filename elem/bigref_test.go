package elem_test

import (
	"math"
	"math/big"
	"testing"
)

// refPrec is the working precision of the reference functions, in bits.
const refPrec = 300

func bf(x float64) *big.Float { return new(big.Float).SetPrec(refPrec).SetFloat64(x) }

func zero() *big.Float { return new(big.Float).SetPrec(refPrec) }

func add(a, b *big.Float) *big.Float { return zero().Add(a, b) }
func sub(a, b *big.Float) *big.Float { return zero().Sub(a, b) }
func mul(a, b *big.Float) *big.Float { return zero().Mul(a, b) }
func quo(a, b *big.Float) *big.Float { return zero().Quo(a, b) }

// negligible tells whether term no longer changes sum.
func negligible(term, sum *big.Float) bool {
	return term.Sign() == 0 || sum.Sign() != 0 && term.MantExp(nil) < sum.MantExp(nil)-refPrec
}

// bigExp returns e^x: Taylor's series at x/2^k, squared k times.
func bigExp(x *big.Float) *big.Float {
	const halvings = 24
	r := zero().SetMantExp(x, -halvings)
	sum, term := bf(1), bf(1)
	for n := 1; ; n++ {
		term = quo(mul(term, r), bf(float64(n)))
		if negligible(term, sum) {
			break
		}
		sum = add(sum, term)
	}
	for range halvings {
		sum = mul(sum, sum)
	}
	return sum
}

// bigExpm1 returns e^x - 1 without cancellation.
func bigExpm1(x *big.Float) *big.Float {
	if x.Sign() == 0 || x.MantExp(nil) > -10 {
		return sub(bigExp(x), bf(1))
	}
	sum, term := zero().Set(x), zero().Set(x)
	for n := 2; ; n++ {
		term = quo(mul(term, x), bf(float64(n)))
		if negligible(term, sum) {
			return sum
		}
		sum = add(sum, term)
	}
}

// bigAtanh returns atanh x by its series, |x| <= 1/2.
func bigAtanh(x *big.Float) *big.Float {
	sum, power, square := zero().Set(x), zero().Set(x), mul(x, x)
	for n := 3; ; n += 2 {
		power = mul(power, square)
		term := quo(power, bf(float64(n)))
		if negligible(term, sum) {
			return sum
		}
		sum = add(sum, term)
	}
}

var bigLn2 = mul(bf(2), bigAtanh(quo(bf(1), bf(3))))

// bigLog returns log x for x > 0.
func bigLog(x *big.Float) *big.Float {
	m := zero()
	k := x.MantExp(m) // m in [1/2, 1)
	if m.Cmp(bf(0.7)) < 0 {
		m, k = mul(m, bf(2)), k-1
	}
	half := bigAtanh(quo(sub(m, bf(1)), add(m, bf(1))))
	return add(mul(bf(2), half), mul(bf(float64(k)), bigLn2))
}

// bigLog1p returns log(1+x) without cancellation.
func bigLog1p(x *big.Float) *big.Float {
	if x.Sign() == 0 || x.MantExp(nil) > -3 {
		return bigLog(add(bf(1), x))
	}
	return mul(bf(2), bigAtanh(quo(x, add(bf(2), x))))
}

// ulpError returns |got - want| in units of the last place of want.
func ulpError(got float64, want *big.Float) float64 {
	w, _ := want.Float64()
	if math.IsInf(w, 0) || math.IsInf(got, 0) {
		if got == w {
			return 0
		}
		return math.Inf(1)
	}
	exponent := max(want.MantExp(nil)-53, -1074)
	diff := sub(bf(got), want)
	e, _ := zero().SetMantExp(diff, -exponent).Float64()
	return math.Abs(e)
}

// checkULP fails unless f agrees with ref to limit units of the last place at all xs.
func checkULP(t *testing.T, name string, f func(float64) float64, ref func(*big.Float) *big.Float, limit float64, xs []float64) {
	t.Helper()
	worst, at := 0.0, 0.0
	for _, x := range xs {
		if e := ulpError(f(x), ref(bf(x))); !(e <= worst) {
			worst, at = e, x
		}
	}
	t.Logf("%-12s %5d points, worst error %.3f ulp at %v", name, len(xs), worst, at)
	if !(worst <= limit) {
		t.Errorf("%s(%v) = %v: error of %.3f ulp, limit %v", name, at, f(at), worst, limit)
	}
}
