package eval

import (
	"math"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// The laws that package dist does not have. A parameter outside its range gives NaN, a value outside the support −∞.

// valid returns x where all conditions hold, NaN elsewhere.
func valid(x expr.Expr, conditions ...expr.Expr) expr.Expr {
	return expr.Where(all(conditions), x, math.NaN())
}

// all returns 1 where all conditions hold, else 0.
func all(conditions []expr.Expr) expr.Expr {
	ok := expr.Const(1)
	for _, c := range conditions {
		ok = expr.Mul(ok, c)
	}
	return ok
}

// within returns f(x) where inside holds, else other. f sees the number safe in place of an x outside.
func within(inside, x, safe expr.Expr, other float64, f func(x expr.Expr) expr.Expr) expr.Expr {
	return expr.Where(inside, f(expr.Where(inside, x, safe)), other)
}

func isPositive(x expr.Expr) expr.Expr { return expr.Less(0, x) }

// sumOfTerms adds any number of terms.
func sumOfTerms(terms ...any) expr.Expr {
	total := expr.Const(0)
	for _, t := range terms {
		total = expr.Add(total, t)
	}
	return total
}

// logOneMinusExp is log(1 − e^x) for x ≤ 0, −∞ at 0.
func logOneMinusExp(x expr.Expr) expr.Expr {
	below := expr.Less(x, 0)
	return expr.Where(below, expr.Log1mExp(expr.Where(below, x, -1)), math.Inf(-1))
}

// pareto: log f(y) = log α + α·log y_min − (α + 1)·log y for y ≥ y_min; log P(Y > y) = α·(log y_min − log y).
var pareto = law{
	arity: 2,
	logDensity: func(y expr.Expr, p []expr.Expr) expr.Expr {
		low, alpha := p[0], p[1]
		f := within(expr.LessEq(low, y), y, low, math.Inf(-1), func(y expr.Expr) expr.Expr {
			return sumOfTerms(expr.Log(alpha), expr.Mul(alpha, expr.Log(low)), expr.Neg(expr.Mul(expr.Add(alpha, 1), expr.Log(y))))
		})
		return valid(f, isPositive(low), isPositive(alpha))
	},
	logCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		return valid(logOneMinusExp(paretoTail(y, p)), isPositive(p[0]), isPositive(p[1]))
	},
	logCCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		return valid(paretoTail(y, p), isPositive(p[0]), isPositive(p[1]))
	},
}

func paretoTail(y expr.Expr, p []expr.Expr) expr.Expr {
	return within(expr.LessEq(p[0], y), y, p[0], 0, func(y expr.Expr) expr.Expr {
		return expr.Mul(p[1], expr.Sub(expr.Log(p[0]), expr.Log(y)))
	})
}

// paretoType2 is the Lomax distribution from mu on: with t = log(1 + (y − μ)/λ), log f(y) = log α − log λ − (α + 1)·t and
// log P(Y > y) = −α·t.
var paretoType2 = law{
	arity: 3,
	logDensity: func(y expr.Expr, p []expr.Expr) expr.Expr {
		f := within(expr.LessEq(p[0], y), y, p[0], math.Inf(-1), func(y expr.Expr) expr.Expr {
			return sumOfTerms(expr.Log(p[2]), expr.Neg(expr.Log(p[1])), expr.Neg(expr.Mul(expr.Add(p[2], 1), logExcess(y, p))))
		})
		return valid(f, isPositive(p[1]), isPositive(p[2]))
	},
	logCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		return valid(logOneMinusExp(lomaxTail(y, p)), isPositive(p[1]), isPositive(p[2]))
	},
	logCCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		return valid(lomaxTail(y, p), isPositive(p[1]), isPositive(p[2]))
	},
}

func logExcess(y expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Log1p(expr.Div(expr.Sub(y, p[0]), p[1]))
}

func lomaxTail(y expr.Expr, p []expr.Expr) expr.Expr {
	return within(expr.LessEq(p[0], y), y, p[0], 0, func(y expr.Expr) expr.Expr {
		return expr.Neg(expr.Mul(p[2], logExcess(y, p)))
	})
}

// rayleigh: log f(y) = log y − 2·log σ − y²/(2σ²) for y > 0; log P(Y > y) = −y²/(2σ²).
var rayleigh = law{
	arity: 1,
	logDensity: func(y expr.Expr, p []expr.Expr) expr.Expr {
		f := within(isPositive(y), y, expr.Const(1), math.Inf(-1), func(y expr.Expr) expr.Expr {
			return sumOfTerms(expr.Log(y), expr.Mul(-2, expr.Log(p[0])), rayleighTail(y, p))
		})
		return valid(f, isPositive(p[0]))
	},
	logCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		return valid(logOneMinusExp(rayleighTail(expr.Max(y, 0), p)), isPositive(p[0]))
	},
	logCCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		return valid(rayleighTail(expr.Max(y, 0), p), isPositive(p[0]))
	},
}

func rayleighTail(y expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Mul(-0.5, expr.Square(expr.Div(y, p[0])))
}

// frechet: with t = (y/σ)^−α, log f(y) = log α − log σ − (α + 1)·log(y/σ) − t and log P(Y ≤ y) = −t for y > 0.
var frechet = law{
	arity: 2,
	logDensity: func(y expr.Expr, p []expr.Expr) expr.Expr {
		alpha, sigma := p[0], p[1]
		f := within(isPositive(y), y, expr.Const(1), math.Inf(-1), func(y expr.Expr) expr.Expr {
			z := expr.Sub(expr.Log(y), expr.Log(sigma))
			return sumOfTerms(expr.Log(alpha), expr.Neg(expr.Log(sigma)), expr.Neg(expr.Mul(expr.Add(alpha, 1), z)), expr.Neg(frechetPower(y, p)))
		})
		return valid(f, isPositive(alpha), isPositive(sigma))
	},
	logCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		f := within(isPositive(y), y, expr.Const(1), math.Inf(-1), func(y expr.Expr) expr.Expr { return expr.Neg(frechetPower(y, p)) })
		return valid(f, isPositive(p[0]), isPositive(p[1]))
	},
	logCCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		f := within(isPositive(y), y, expr.Const(1), 0, func(y expr.Expr) expr.Expr { return logOneMinusExp(expr.Neg(frechetPower(y, p))) })
		return valid(f, isPositive(p[0]), isPositive(p[1]))
	},
}

func frechetPower(y expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Exp(expr.Mul(expr.Neg(p[0]), expr.Sub(expr.Log(y), expr.Log(p[1]))))
}

// logLogistic: with t = β·log(y/α), log f(y) = log β − log y + t − 2·log(1 + e^t) and log P(Y ≤ y) = −log(1 + e^−t).
var logLogistic = law{
	arity: 2,
	logDensity: func(y expr.Expr, p []expr.Expr) expr.Expr {
		f := within(isPositive(y), y, expr.Const(1), math.Inf(-1), func(y expr.Expr) expr.Expr {
			t := logOdds(y, p)
			return sumOfTerms(expr.Log(p[1]), expr.Neg(expr.Log(y)), t, expr.Mul(-2, expr.Log1pExp(t)))
		})
		return valid(f, isPositive(p[0]), isPositive(p[1]))
	},
	logCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		f := within(isPositive(y), y, expr.Const(1), math.Inf(-1), func(y expr.Expr) expr.Expr { return expr.LogInvLogit(logOdds(y, p)) })
		return valid(f, isPositive(p[0]), isPositive(p[1]))
	},
	logCCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		f := within(isPositive(y), y, expr.Const(1), 0, func(y expr.Expr) expr.Expr { return expr.Log1mInvLogit(logOdds(y, p)) })
		return valid(f, isPositive(p[0]), isPositive(p[1]))
	},
}

func logOdds(y expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Mul(p[1], expr.Sub(expr.Log(y), expr.Log(p[0])))
}

// skewNormal: with z = (y − ξ)/ω, log f(y) = log 2 − log ω + log φ(z) + log Φ(α·z). Its distribution function takes Owen's T
// function, which the library does not have.
var skewNormal = law{
	arity: 3,
	logDensity: func(y expr.Expr, p []expr.Expr) expr.Expr {
		z := expr.Div(expr.Sub(y, p[0]), p[1])
		f := sumOfTerms(expr.Mul(-0.5, expr.Square(z)), expr.Neg(expr.Log(p[1])), expr.Apply(ir.LogNormCDF, expr.Mul(p[2], z)),
			math.Ln2-halfLog2Pi)
		return valid(f, isPositive(p[1]))
	},
}

// expModNormal: with u = μ + λσ² − y, log f(y) = log λ + λ·(u − λσ²/2) + log Φ(−u/σ), the sum of a normal and an exponential
// number.
var expModNormal = law{
	arity: 3,
	logDensity: func(y expr.Expr, p []expr.Expr) expr.Expr {
		return valid(expr.Add(expr.Log(p[2]), expModTail(y, p)), isPositive(p[1]), isPositive(p[2]))
	},
	logCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		z := expr.Div(expr.Sub(y, p[0]), p[1])
		return valid(expr.LogDiffExp(expr.Apply(ir.LogNormCDF, z), expModTail(y, p)), isPositive(p[1]), isPositive(p[2]))
	},
	logCCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		z := expr.Div(expr.Sub(y, p[0]), p[1])
		return valid(expr.LogAddExp(expr.Apply(ir.LogNormCDF, expr.Neg(z)), expModTail(y, p)), isPositive(p[1]), isPositive(p[2]))
	},
}

// expModTail is the part of the density that the distribution function has too: λ·(μ − y + λσ²/2) + log Φ(z − λσ).
func expModTail(y expr.Expr, p []expr.Expr) expr.Expr {
	mu, sigma, lambda := p[0], p[1], p[2]
	spread := expr.Mul(lambda, sigma)
	z := expr.Div(expr.Sub(y, mu), sigma)
	return expr.Add(expr.Mul(lambda, expr.Add(expr.Sub(mu, y), expr.Mul(0.5, expr.Mul(spread, sigma)))),
		expr.Apply(ir.LogNormCDF, expr.Sub(z, spread)))
}

// skewDoubleExponential: log f(y) = log 2 + log τ + log(1 − τ) − log σ − 2·[τ or 1 − τ]·|y − μ|/σ, with 1 − τ left of μ and
// τ right of it.
var skewDoubleExponential = law{
	arity: 3,
	logDensity: func(y expr.Expr, p []expr.Expr) expr.Expr {
		tau := p[2]
		f := sumOfTerms(math.Ln2, expr.Log(tau), expr.Log1p(expr.Neg(tau)), expr.Neg(expr.Log(p[1])), skewExponent(y, p))
		return valid(f, isPositive(p[1]), isPositive(tau), expr.Less(tau, 1))
	},
	logCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		return skewTails(y, p, p[2], expr.Sub(1, p[2]), expr.LessEq(y, p[0]))
	},
	logCCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		return skewTails(y, p, expr.Sub(1, p[2]), p[2], expr.Less(p[0], y))
	},
}

func skewExponent(y expr.Expr, p []expr.Expr) expr.Expr {
	d := expr.Div(expr.Sub(y, p[0]), p[1])
	return expr.Where(expr.Less(y, p[0]), expr.Mul(expr.Mul(2, expr.Sub(1, p[2])), d), expr.Mul(expr.Mul(-2, p[2]), d))
}

// skewTails is log(own·e^t) on the side of the tail, log(1 − other·e^t) on the other side, t being the exponent.
func skewTails(y expr.Expr, p []expr.Expr, own, other, inTail expr.Expr) expr.Expr {
	t := skewExponent(y, p)
	f := expr.Where(inTail, expr.Add(expr.Log(own), t), expr.Log1p(expr.Neg(expr.Mul(other, expr.Exp(t)))))
	return valid(f, isPositive(p[1]), isPositive(p[2]), expr.Less(p[2], 1))
}

// discreteRange: log P(y) = −log(u − l + 1) for whole y from l to u.
var discreteRange = law{
	arity: 2, discrete: true,
	logDensity: func(y expr.Expr, p []expr.Expr) expr.Expr {
		inside := expr.Mul(expr.LessEq(p[0], y), expr.LessEq(y, p[1]))
		return expr.Where(inside, expr.Neg(expr.Log(rangeSize(p))), math.Inf(-1))
	},
	logCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		count := expr.Min(expr.Max(expr.Add(expr.Sub(y, p[0]), 1), 0), rangeSize(p))
		return expr.Sub(expr.Log(count), expr.Log(rangeSize(p)))
	},
	logCCDF: func(y expr.Expr, p []expr.Expr) expr.Expr {
		count := expr.Min(expr.Max(expr.Sub(p[1], y), 0), rangeSize(p))
		return expr.Sub(expr.Log(count), expr.Log(rangeSize(p)))
	},
}

func rangeSize(p []expr.Expr) expr.Expr { return expr.Add(expr.Sub(p[1], p[0]), 1) }

// betaNegBinomial: log P(n) = log B(r + n, α + β) − log B(r, α) + log Γ(n + β) − log n! − log Γ(β).
var betaNegBinomial = law{
	arity: 3, discrete: true,
	logDensity: func(n expr.Expr, p []expr.Expr) expr.Expr {
		r, alpha, beta := p[0], p[1], p[2]
		f := within(expr.LessEq(0, n), n, expr.Const(0), math.Inf(-1), func(n expr.Expr) expr.Expr {
			return sumOfTerms(logBeta(expr.Add(n, r), expr.Add(alpha, beta)), expr.Neg(logBeta(r, alpha)),
				expr.Lgamma(expr.Add(n, beta)), expr.Neg(lgamma1(n)), expr.Neg(expr.Lgamma(beta)))
		})
		return valid(f, isPositive(r), isPositive(alpha), isPositive(beta))
	},
}

// hypergeometric: log P(n) = log C(a, n) + log C(b, N − n) − log C(a + b, N).
var hypergeometric = law{
	arity: 3, discrete: true,
	logDensity: func(n expr.Expr, p []expr.Expr) expr.Expr {
		draws, a, b := p[0], p[1], p[2]
		inside := all([]expr.Expr{expr.LessEq(0, n), expr.LessEq(n, draws), expr.LessEq(n, a), expr.LessEq(expr.Sub(draws, n), b)})
		least := expr.Max(expr.Sub(draws, b), 0)
		f := within(inside, n, least, math.Inf(-1), func(n expr.Expr) expr.Expr {
			return sumOfTerms(logChoose(a, n), logChoose(b, expr.Sub(draws, n)), expr.Neg(logChoose(expr.Add(a, b), draws)))
		})
		return valid(f, expr.LessEq(draws, expr.Add(a, b)))
	},
}
