package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type negBinomial struct{ onCounts }

// NegBinomial returns the negative binomial distribution with mean mu > 0 and
// dispersion phi > 0, variance mu + mu²/phi:
//
//	log P(x) = log Γ(phi + x)/Γ(phi) − log x! + x log(mu/phi)
//	           − (x + phi) log(1 + mu/phi),  x = 0, 1, …
func NegBinomial(mu, phi any) Distribution {
	return newUnivariate("neg_binomial_2", negBinomial{}, arg{"mu", mu, positive}, arg{"phi", phi, positive})
}

func (negBinomial) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	mu, phi := p[0], p[1]
	return logNegBinomial(x, expr.Sub(expr.Log(mu), expr.Log(phi)), expr.Log1p(expr.Div(mu, phi)), phi)
}

// logNegBinomial takes the logarithms of mu/phi and 1 + mu/phi.
func logNegBinomial(x, logRatio, logOnePlus, phi expr.Expr) expr.Expr {
	return minus(plus(expr.Mul(x, logRatio), logRising(phi, x)),
		expr.Mul(x, logOnePlus), expr.Mul(phi, logOnePlus), logFactorial(x))
}

func (negBinomial) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	logLower, _ := negBinomialLawTails(x, p)
	return logLower
}

func (negBinomial) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	_, logUpper := negBinomialLawTails(x, p)
	return logUpper
}

func negBinomialLawTails(x expr.Expr, p []expr.Expr) (logLower, logUpper expr.Expr) {
	ratio := expr.Div(p[0], p[1])
	return negBinomialTails(x, ratio, expr.Sub(expr.Log(p[0]), expr.Log(p[1])), expr.Log1p(ratio), p[1])
}

// negBinomialTails returns log P(X ≤ x) = log I_s(phi, x + 1), s = phi/(mu + phi),
// and log P(X > x), given mu/phi and the logarithms of it and of 1 + mu/phi.
func negBinomialTails(x, ratio, logRatio, logOnePlus, phi expr.Expr) (logLower, logUpper expr.Expr) {
	none := share{expr.Inv(expr.Add(1, ratio)), expr.Neg(logOnePlus)}
	some := share{expr.Inv(expr.Add(1, expr.Inv(ratio))), expr.Sub(logRatio, logOnePlus)}
	return betaTails(phi, expr.Add(x, 1), none, some)
}

func (negBinomial) rand(src *rng.Stream, p []float64) float64 {
	return rng.NegBinomial2(src, p[0], p[1])
}
