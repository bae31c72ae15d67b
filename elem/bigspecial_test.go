package elem_test

import (
	"math"
	"math/big"
)

// bigErf returns erf x = 2 x/sqrt(pi) e^(-x²) sum of (2x²)^n/(3·5···(2n+1)), all terms positive.
func bigErf(x *big.Float) *big.Float {
	square := mul(x, x)
	sum := series(bf(1), func(t *big.Float, n float64) *big.Float {
		return quo(mul(mul(bf(2), square), t), bf(2*n+1))
	})
	scale := quo(mul(mul(bf(2), x), bigExp(neg(square))), zero().Sqrt(bigPi))
	return mul(scale, sum)
}

// bigErfc returns 1 - erf x up to x = 3 and the continued fraction
// e^(-x²)/sqrt(pi) / (x + (1/2)/(x + (2/2)/(x + ...))) above.
func bigErfc(x *big.Float) *big.Float {
	if x.Cmp(bf(3)) < 0 {
		return sub(bf(1), bigErf(x))
	}
	f := zero().Set(x)
	for n := 2500.0; n >= 1; n-- {
		f = add(x, quo(bf(n/2), f))
	}
	return quo(bigExp(neg(mul(x, x))), mul(f, zero().Sqrt(bigPi)))
}

var bigRootHalf = zero().Sqrt(bf(0.5))

func bigNormCDF(x *big.Float) *big.Float {
	return quo(bigErfc(neg(mul(x, bigRootHalf))), bf(2))
}

func bigLogNormCDF(x *big.Float) *big.Float {
	if x.Sign() > 0 {
		return bigLog1p(neg(bigNormCDF(neg(x))))
	}
	return bigLog(bigNormCDF(x))
}

// bernoulli holds B_2, B_4, ... B_160.
var bernoulli = func() []*big.Float {
	const count = 80
	table := make([]*big.Rat, 2*count+1)
	var even []*big.Float
	for m := range table {
		table[m] = big.NewRat(1, int64(m+1)) // Akiyama and Tanigawa's triangle
		for j := m; j >= 1; j-- {
			d := new(big.Rat).Sub(table[j-1], table[j])
			table[j-1] = d.Mul(d, big.NewRat(int64(j), 1))
		}
		if m >= 2 && m%2 == 0 {
			even = append(even, zero().SetRat(table[0]))
		}
	}
	return even
}()

// shifted returns z = x + k >= 90 and the factors x, x+1 ... z-1.
func shifted(x *big.Float) (z *big.Float, factors []*big.Float) {
	z = zero().Set(x)
	for z.Cmp(bf(90)) < 0 {
		factors = append(factors, z)
		z = add(z, bf(1))
	}
	return z, factors
}

// bigLgamma returns log Gamma(x) for x > 0: Stirling's series at z = x + k, less the log of x (x+1) ... (z-1).
func bigLgamma(x *big.Float) *big.Float {
	z, factors := shifted(x)
	product := bf(1)
	for _, f := range factors {
		product = mul(product, f)
	}
	y := sub(mul(sub(z, bf(0.5)), bigLog(z)), z)
	y = add(y, quo(bigLog(mul(bf(2), bigPi)), bf(2)))
	power := quo(bf(1), z)
	for k, b := range bernoulli {
		n := float64(2 * (k + 1))
		y = add(y, mul(quo(b, bf(n*(n-1))), power))
		power = quo(power, mul(z, z))
	}
	return sub(y, bigLog(product))
}

// bigDigamma returns the derivative of bigLgamma, term by term.
func bigDigamma(x *big.Float) *big.Float {
	z, factors := shifted(x)
	y := sub(bigLog(z), quo(bf(0.5), z))
	power := quo(bf(1), mul(z, z))
	for k, b := range bernoulli {
		y = sub(y, mul(quo(b, bf(float64(2*(k+1)))), power))
		power = quo(power, mul(z, z))
	}
	for _, f := range factors {
		y = sub(y, quo(bf(1), f))
	}
	return y
}

// bigTrigamma returns the derivative of bigDigamma, term by term.
func bigTrigamma(x *big.Float) *big.Float {
	z, factors := shifted(x)
	square := mul(z, z)
	y := add(quo(bf(1), z), quo(bf(0.5), square))
	power := quo(bf(1), mul(square, z))
	for _, b := range bernoulli {
		y = add(y, mul(b, power))
		power = quo(power, square)
	}
	for _, f := range factors {
		y = add(y, quo(bf(1), mul(f, f)))
	}
	return y
}

// reflected returns the value of a function of the gamma family at -a, from those at a.
func reflectedLgamma(x *big.Float) *big.Float {
	a := neg(x)
	s := zero().Abs(mul(a, bigSin(mul(bigPi, a))))
	return sub(bigLog(quo(bigPi, s)), bigLgamma(a))
}

func reflectedDigamma(x *big.Float) *big.Float {
	a := neg(x)
	return add(bigDigamma(add(bf(1), a)), quo(bigPi, bigTan(mul(bigPi, a))))
}

func reflectedTrigamma(x *big.Float) *big.Float {
	a := neg(x)
	r := quo(bigPi, bigSin(mul(bigPi, a)))
	return sub(mul(r, r), bigTrigamma(add(bf(1), a)))
}

func bigLogBeta(a, b *big.Float) *big.Float {
	return sub(add(bigLgamma(a), bigLgamma(b)), bigLgamma(add(a, b)))
}

// bigGammaP returns P(a, x) = x^a e^-x/Gamma(a+1) sum of x^n/((a+1)...(a+n)).
func bigGammaP(a, x *big.Float) *big.Float {
	scale := bigExp(sub(sub(mul(a, bigLog(x)), x), bigLgamma(add(a, bf(1)))))
	return mul(scale, series(bf(1), func(t *big.Float, n float64) *big.Float {
		return quo(mul(t, x), add(a, bf(n)))
	}))
}

func bigGammaQ(a, x *big.Float) *big.Float { return sub(bf(1), bigGammaP(a, x)) }

// bigBetaInc returns I_x(a, b) = x^a (1-x)^b/(a B(a, b)) sum of (a+b)...(a+b+n-1)/((a+1)...(a+n)) x^n.
func bigBetaInc(a, b, x *big.Float) *big.Float {
	scale := add(mul(a, bigLog(x)), mul(b, bigLog(sub(bf(1), x))))
	scale = bigExp(sub(sub(scale, bigLogBeta(a, b)), bigLog(a)))
	return mul(scale, series(bf(1), func(t *big.Float, n float64) *big.Float {
		rise := add(add(a, b), bf(n-1))
		return quo(mul(mul(t, x), rise), add(a, bf(n)))
	}))
}

// bigSlope returns the derivative of f at x by a central difference with a step of 2^-70 x,
// good to 2^-140 of the third derivative's size.
func bigSlope(f func(*big.Float) *big.Float, x float64) *big.Float {
	at := bf(x)
	h := zero().SetMantExp(at, -70)
	return quo(sub(f(add(at, h)), f(sub(at, h))), mul(bf(2), h))
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
	e, _ := zero().SetMantExp(sub(bf(got), want), -exponent).Float64()
	return math.Abs(e)
}
