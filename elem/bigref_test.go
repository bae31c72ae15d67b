package elem_test

import (
	"math"
	"math/big"
)

// The functions big* are the reference: plain series in refPrec bits, slow and simple,
// sharing nothing with the package.

// refPrec is the working precision of the reference functions, in bits.
const refPrec = 320

func bf(x float64) *big.Float { return zero().SetFloat64(x) }

func zero() *big.Float { return new(big.Float).SetPrec(refPrec) }

func add(a, b *big.Float) *big.Float { return zero().Add(a, b) }
func sub(a, b *big.Float) *big.Float { return zero().Sub(a, b) }
func mul(a, b *big.Float) *big.Float { return zero().Mul(a, b) }
func quo(a, b *big.Float) *big.Float { return zero().Quo(a, b) }
func neg(a *big.Float) *big.Float    { return zero().Neg(a) }

// negligible tells whether term no longer changes sum.
func negligible(term, sum *big.Float) bool {
	return term.Sign() == 0 || sum.Sign() != 0 && term.MantExp(nil) < sum.MantExp(nil)-refPrec
}

// series returns the sum of first and the terms that next makes of the one before, n = 1, 2, ...
func series(first *big.Float, next func(term *big.Float, n float64) *big.Float) *big.Float {
	sum, term := zero().Set(first), first
	for n := 1.0; ; n++ {
		term = next(term, n)
		if negligible(term, sum) {
			return sum
		}
		sum = add(sum, term)
	}
}

// bigExp returns e^x: Taylor's series at x/2^k, squared k times.
func bigExp(x *big.Float) *big.Float {
	const halvings = 24
	r := zero().SetMantExp(x, -halvings)
	sum := series(bf(1), func(t *big.Float, n float64) *big.Float { return quo(mul(t, r), bf(n)) })
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
	return series(x, func(t *big.Float, n float64) *big.Float { return quo(mul(t, x), bf(n+1)) })
}

// oddSeries returns the sum of sign^n x^(2n+1)/(2n+1).
func oddSeries(x *big.Float, sign float64) *big.Float {
	square := mul(bf(sign), mul(x, x))
	sum, power := zero().Set(x), zero().Set(x)
	for n := 3.0; ; n += 2 {
		power = mul(power, square)
		term := quo(power, bf(n))
		if negligible(term, sum) {
			return sum
		}
		sum = add(sum, term)
	}
}

var (
	bigLn2 = mul(bf(2), oddSeries(quo(bf(1), bf(3)), 1))
	// Machin's formula
	bigPi = sub(mul(bf(16), oddSeries(quo(bf(1), bf(5)), -1)), mul(bf(4), oddSeries(quo(bf(1), bf(239)), -1)))
)

// bigLog returns log x for x > 0.
func bigLog(x *big.Float) *big.Float {
	m := zero()
	k := x.MantExp(m) // m in [1/2, 1)
	if m.Cmp(bf(0.7)) < 0 {
		m, k = mul(m, bf(2)), k-1
	}
	half := oddSeries(quo(sub(m, bf(1)), add(m, bf(1))), 1)
	return add(mul(bf(2), half), mul(bf(float64(k)), bigLn2))
}

// bigLog1p returns log(1+x) without cancellation.
func bigLog1p(x *big.Float) *big.Float {
	if x.Sign() == 0 || x.MantExp(nil) > -3 {
		return bigLog(add(bf(1), x))
	}
	return mul(bf(2), oddSeries(quo(x, add(bf(2), x)), 1))
}

// bigSin returns sin x; the argument is reduced with pi in as many bits as it takes.
func bigSin(x *big.Float) *big.Float {
	wide := uint(refPrec + max(x.MantExp(nil), 0))
	twoPi := widePi(wide)
	twoPi.Mul(twoPi, big.NewFloat(2))
	turns := new(big.Float).SetPrec(wide).Quo(x, twoPi)
	turns.Add(turns, big.NewFloat(math.Copysign(0.5, float64(x.Sign()))))
	whole, _ := turns.Int(nil)
	rest := new(big.Float).SetPrec(wide).SetInt(whole)
	rest.Sub(new(big.Float).SetPrec(wide).Set(x), rest.Mul(rest, twoPi))
	r := zero().Set(rest)
	square := neg(mul(r, r))
	return series(r, func(t *big.Float, n float64) *big.Float { return quo(mul(t, square), bf(2*n*(2*n+1))) })
}

// bigCos returns cos x as 1 - 2 sin²(x/2); what that cancels the precision has to spare.
func bigCos(x *big.Float) *big.Float {
	s := bigSin(zero().SetMantExp(x, -1))
	return sub(bf(1), mul(bf(2), mul(s, s)))
}

func bigTan(x *big.Float) *big.Float { return quo(bigSin(x), bigCos(x)) }

// widePi returns pi to prec bits (Gauss, Salamin and Brent).
func widePi(prec uint) *big.Float {
	bits := prec + 32
	f := func(x float64) *big.Float { return new(big.Float).SetPrec(bits).SetFloat64(x) }
	a, b, t, p := f(1), f(0).Sqrt(f(0.5)), f(0.25), f(1)
	for width := uint(1); width < bits; width *= 2 {
		next := f(0).Quo(f(0).Add(a, b), f(2))
		b = f(0).Sqrt(f(0).Mul(a, b))
		d := f(0).Sub(a, next)
		t = f(0).Sub(t, f(0).Mul(p, d.Mul(d, d)))
		a, p = next, f(0).Mul(p, f(2))
	}
	s := f(0).Add(a, b)
	return f(0).Quo(s.Mul(s, s), t.Mul(t, f(4)))
}

// bigAtan returns atan x, the argument halved by atan x = 2 atan(x/(1+sqrt(1+x²))).
func bigAtan(x *big.Float) *big.Float {
	const halvings = 6
	for range halvings {
		root := zero().Sqrt(add(bf(1), mul(x, x)))
		x = quo(x, add(bf(1), root))
	}
	y := oddSeries(x, -1)
	return zero().SetMantExp(y, halvings)
}

// bigAsin returns asin x = atan(x/sqrt((1-x)(1+x))).
func bigAsin(x *big.Float) *big.Float {
	root := zero().Sqrt(mul(sub(bf(1), x), add(bf(1), x)))
	if root.Sign() == 0 {
		return mul(x, quo(bigPi, bf(2)))
	}
	return bigAtan(quo(x, root))
}

// bigAcos returns acos x = 2 atan(sqrt((1-x)/(1+x))).
func bigAcos(x *big.Float) *big.Float {
	if add(bf(1), x).Sign() == 0 {
		return bigPi
	}
	return mul(bf(2), bigAtan(zero().Sqrt(quo(sub(bf(1), x), add(bf(1), x)))))
}

func bigSinh(x *big.Float) *big.Float {
	e := bigExpm1(zero().Abs(x))
	y := quo(add(e, quo(e, add(e, bf(1)))), bf(2))
	if x.Sign() < 0 {
		return neg(y)
	}
	return y
}

func bigCosh(x *big.Float) *big.Float {
	e := bigExp(x)
	return quo(add(e, quo(bf(1), e)), bf(2))
}

func bigTanh(x *big.Float) *big.Float {
	e := bigExpm1(mul(bf(2), x))
	return quo(e, add(e, bf(2)))
}

func bigPow(x, y *big.Float) *big.Float { return bigExp(mul(y, bigLog(x))) }

func bigLog1pExp(x *big.Float) *big.Float { return bigLog1p(bigExp(x)) }

func bigInvLogit(x *big.Float) *big.Float { return quo(bf(1), add(bf(1), bigExp(neg(x)))) }
