package ir

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// Apply returns the value of a pure operation on a, b and c; arguments beyond
// the operation's arity are ignored. Every backend must return these bits.
func Apply(op Op, a, b, c float64) float64 {
	switch op {
	case Neg:
		return -a
	case Abs:
		return math.Abs(a)
	case Sqrt:
		return math.Sqrt(a)
	case Floor:
		return math.Floor(a)
	case Ceil:
		return math.Ceil(a)
	case Round:
		return math.Round(a)
	case Trunc:
		return math.Trunc(a)
	case Add:
		return a + b
	case Sub:
		return a - b
	case Mul:
		return a * b
	case Div:
		return a / b
	case FMA:
		return math.FMA(a, b, c)
	case Min:
		if b < a {
			return b
		}
		return a
	case Max:
		if a < b {
			return b
		}
		return a
	case Lt:
		return truth(a < b)
	case Le:
		return truth(a <= b)
	case Eq:
		return truth(a == b)
	case Select:
		if a != 0 {
			return b
		}
		return c
	case Pow:
		return elem.Pow(a, b)
	case GammaP:
		return elem.GammaP(a, b)
	case GammaQ:
		return elem.GammaQ(a, b)
	case GammaPDa:
		return elem.GammaPDa(a, b)
	case BetaInc:
		return elem.BetaInc(a, b, c)
	case BetaIncDa:
		return elem.BetaIncDa(a, b, c)
	case BetaIncDb:
		return elem.BetaIncDb(a, b, c)
	}
	if f := Unary(op); f != nil {
		return f(a)
	}
	panic("ir: no value of " + op.String())
}

// Unary returns the function of a one-argument elementary operation, nil for
// any other operation.
func Unary(op Op) func(float64) float64 {
	switch op {
	case Exp:
		return elem.Exp
	case Log:
		return elem.Log
	case Log1p:
		return elem.Log1p
	case Expm1:
		return elem.Expm1
	case Sin:
		return elem.Sin
	case Cos:
		return elem.Cos
	case Tan:
		return elem.Tan
	case Asin:
		return elem.Asin
	case Acos:
		return elem.Acos
	case Atan:
		return elem.Atan
	case Sinh:
		return elem.Sinh
	case Cosh:
		return elem.Cosh
	case Tanh:
		return elem.Tanh
	case Erf:
		return elem.Erf
	case Erfc:
		return elem.Erfc
	case Lgamma:
		return elem.Lgamma
	case Digamma:
		return elem.Digamma
	case Trigamma:
		return elem.Trigamma
	case NormCDF:
		return elem.NormCDF
	case LogNormCDF:
		return elem.LogNormCDF
	case NormQuantile:
		return elem.NormQuantile
	}
	return nil
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
