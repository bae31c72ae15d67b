package dist

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// underflows is the probability below which an incomplete function is taken in
// log space from its continued fraction: some 35 standard deviations from the
// mean, where few terms of it are enough.
const underflows = 1e-280

// depth is the number of terms of the fractions, for a relative error below
// 1e-12: each term is at most about m/35² of the last.
const depth = 6

// least is the argument below which the fractions of the lower tails are used
// as well: there they are exact, and the derivatives of the incomplete functions
// infinite or lost. The argument itself may then be 0.
const least = 1e-290

// gammaTails returns log P(a, x) and log Q(a, x), the logarithms of the
// regularised incomplete gamma functions, for a > 0 and x ≥ 0. Both keep their
// relative accuracy however small P or Q is. logX is log x, which is known even
// where x itself underflows.
func gammaTails(a, x, logX expr.Expr) (logP, logQ expr.Expr) {
	tiny := expr.Less(x, least)
	p, q := expr.Apply(ir.GammaP, a, expr.Max(x, least)), expr.Apply(ir.GammaQ, a, expr.Max(x, least))
	lower := expr.Max(tiny, expr.Less(p, q))
	fromP := logOrFraction(p, tiny, gammaLower, []expr.Expr{a, x, logX}, []float64{1000, 500, 6})
	fromQ := logOrFraction(q, expr.Const(0), gammaUpper, []expr.Expr{a, x, logX}, []float64{1, 500, 6})
	logP = expr.Where(lower, fromP, log1m(expr.Where(lower, 0, q)))
	logQ = expr.Where(lower, logRest(p, fromP, lower, tiny), fromQ)
	return logP, logQ
}

// logRest returns log (1 − p) where it is wanted, given log p in case that p
// itself is wrong because its argument is tiny.
func logRest(p, logP, wanted, tiny expr.Expr) expr.Expr {
	right := expr.Where(tiny, expr.Exp(expr.Where(tiny, logP, 0)), p)
	return log1m(expr.Where(wanted, right, 0))
}

// logOrFraction returns log y, from the fraction of the arguments where tiny
// says so or y has underflowed and else from y itself; harmless are arguments
// for the rest.
func logOrFraction(y, tiny expr.Expr, fraction func(v []expr.Expr) expr.Expr, args []expr.Expr, harmless []float64) expr.Expr {
	far := expr.Max(tiny, expr.Less(y, underflows))
	safe := make([]expr.Expr, len(args))
	for i := range args {
		safe[i] = expr.Where(far, args[i], harmless[i])
	}
	return expr.Where(far, fraction(safe), expr.Log(expr.Where(far, 1, y)))
}

// gammaLower is log P(a, x) for x far below a: x^a e^−x/Γ(a) divided by
// a − x + x/(a+1 − x + 2x/(a+2 − x + …)), the T-fraction of Kummer's function
// M(1, a+1, x) (Jones and Thron 1980, section 7.1).
func gammaLower(v []expr.Expr) expr.Expr {
	a, x := v[0], v[1]
	gap := expr.Sub(a, x)
	f := expr.Add(gap, depth)
	for m := depth; m >= 1; m-- {
		f = expr.Add(expr.Add(gap, m-1), expr.Div(expr.Mul(m, x), f))
	}
	return expr.Sub(logGammaPrefix(v), expr.Log(f))
}

// gammaUpper is log Q(a, x) for x far above a: x^a e^−x/Γ(a) divided by
// x+1−a − 1(1−a)/(x+3−a − 2(2−a)/(x+5−a − …)) (DLMF 8.9.2, even part).
func gammaUpper(v []expr.Expr) expr.Expr {
	a, x := v[0], v[1]
	gap := expr.Sub(x, a)
	f := expr.Add(gap, 2*depth+1)
	for m := depth; m >= 1; m-- {
		f = expr.Sub(expr.Add(gap, 2*m-1), expr.Div(expr.Mul(m, expr.Sub(m, a)), f))
	}
	return expr.Sub(logGammaPrefix(v), expr.Log(f))
}

// logGammaPrefix returns log x^a e^−x/Γ(a) of a, x and log x.
func logGammaPrefix(v []expr.Expr) expr.Expr {
	return minus(expr.Mul(v[0], v[2]), v[1], expr.Lgamma(v[0]))
}

// share is a part of 1 with its logarithm, which is known even where the part
// itself underflows.
type share struct{ value, log expr.Expr }

// betaTails returns log I_x(a, b) and log I_y(b, a), the logarithms of the two
// parts of 1, for a, b > 0, x, y ≥ 0 and x + y = 1. x and y are both given
// because the smaller one may not be the rounded difference of the other from
// 1. Both keep their relative accuracy however small they are.
func betaTails(a, b expr.Expr, x, y share) (logI, logJ expr.Expr) {
	swap := expr.Less(y.value, x.value)
	of := func(p, q expr.Expr) expr.Expr { return expr.Where(swap, q, p) }
	small, large := share{of(x.value, y.value), of(x.log, y.log)}, share{of(y.value, x.value), of(y.log, x.log)}
	p, q := of(a, b), of(b, a) // the shapes that go with the smaller part
	harmless := []float64{500, 500, 0.1, -2.3, -0.1}

	// The function of the smaller argument is accurate, and so is its difference
	// from 1 unless little is left.
	tiny := expr.Less(small.value, least)
	own := expr.Apply(ir.BetaInc, p, q, expr.Max(small.value, least))
	logOwn := logOrFraction(own, tiny, betaFraction, []expr.Expr{p, q, small.value, small.log, large.log}, harmless)
	little := expr.Less(0.999, own)
	rest := expr.Apply(ir.BetaInc, q, p, expr.Where(little, large.value, 0.5))
	logOther := expr.Where(little,
		logOrFraction(rest, expr.Const(0), betaFraction, []expr.Expr{q, p, large.value, large.log, small.log}, harmless),
		logRest(own, logOwn, expr.Sub(1, little), tiny))
	return of(logOwn, logOther), of(logOther, logOwn)
}

// betaFraction is log I_x(a, b) for x far below a/(a+b): x^a y^b/(a B(a, b))
// divided by g₀ + s₀t₁/(g₁ + s₁t₂/(g₂ + …)), the even part of DLMF 8.17.22 with,
// for A = a + 2m,
//
//	t_m = m(b−m)x/((A−1)A), s_m = (a+m)(a+b+m)x/(A(A+1)), g_m = 1 + t_m − s_m.
func betaFraction(v []expr.Expr) expr.Expr {
	a, b, x, logX, logY := v[0], v[1], v[2], v[3], v[4]
	t := func(m int) expr.Expr {
		am := expr.Add(a, 2*m)
		return expr.Div(expr.Mul(expr.Mul(m, expr.Sub(b, m)), x), expr.Mul(expr.Sub(am, 1), am))
	}
	s := func(m int) expr.Expr {
		am := expr.Add(a, 2*m)
		return expr.Div(expr.Mul(expr.Mul(expr.Add(a, m), expr.Add(expr.Add(a, b), m)), x), expr.Mul(am, expr.Add(am, 1)))
	}
	g := func(m int) expr.Expr {
		if m == 0 {
			return expr.Sub(1, s(0))
		}
		return expr.Sub(expr.Add(1, t(m)), s(m))
	}
	f := g(depth)
	for m := depth - 1; m >= 0; m-- {
		f = expr.Add(g(m), expr.Div(expr.Mul(s(m), t(m+1)), f))
	}
	return minus(plus(expr.Mul(a, logX), expr.Mul(b, logY)), expr.Log(a), logBeta(a, b), expr.Log(f))
}
