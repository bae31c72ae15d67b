package eval

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// mathFunctions are the elementary functions that work element by element.
func mathFunctions() map[string]entry {
	return map[string]entry{
		"exp":          oneNumber(elem.Exp, expr.Exp),
		"exp2":         oneReal(func(x any) expr.Expr { return expr.Apply(ir.Pow, expr.Const(2), expr.Of(x)) }),
		"expm1":        oneNumber(elem.Expm1, expr.Expm1),
		"log":          oneNumber(elem.Log, expr.Log),
		"log2":         oneNumber(logBase(2, math.Ln2), func(x any) expr.Expr { return expr.Div(expr.Log(x), math.Ln2) }),
		"log10":        oneNumber(logBase(10, math.Ln10), func(x any) expr.Expr { return expr.Div(expr.Log(x), math.Ln10) }),
		"log1p":        oneNumber(elem.Log1p, expr.Log1p),
		"sqrt":         oneNumber(math.Sqrt, expr.Sqrt),
		"cbrt":         oneNumber(cubeRootOf, cubeRoot),
		"square":       oneReal(expr.Square),
		"inv":          oneReal(expr.Inv),
		"inv_sqrt":     oneReal(func(x any) expr.Expr { return expr.Inv(expr.Sqrt(x)) }),
		"inv_square":   oneReal(func(x any) expr.Expr { return expr.Inv(expr.Square(x)) }),
		"sin":          oneNumber(elem.Sin, expr.Sin),
		"cos":          oneNumber(elem.Cos, expr.Cos),
		"tan":          oneReal(mapped(ir.Tan)),
		"asin":         oneReal(mapped(ir.Asin)),
		"acos":         oneReal(mapped(ir.Acos)),
		"atan":         oneReal(expr.Atan),
		"sinh":         oneReal(mapped(ir.Sinh)),
		"cosh":         oneReal(mapped(ir.Cosh)),
		"tanh":         oneReal(expr.Tanh),
		"asinh":        oneReal(asinh),
		"acosh":        oneReal(acosh),
		"atanh":        oneReal(func(x any) expr.Expr { return expr.Mul(0.5, expr.Sub(expr.Log1p(x), expr.Log1p(expr.Neg(x)))) }),
		"floor":        oneReal(rounded(ir.Floor)),
		"ceil":         oneReal(rounded(ir.Ceil)),
		"round":        oneReal(rounded(ir.Round)),
		"trunc":        oneReal(rounded(ir.Trunc)),
		"step":         oneReal(func(x any) expr.Expr { return expr.LessEq(0, x) }),
		"abs":          {lanes: true, eval: absolute},
		"atan2":        twoReals(atan2),
		"fdim":         twoReals(func(x, y any) expr.Expr { return expr.Max(expr.Sub(x, y), 0) }),
		"fmax":         numericFunction(func(x []float64) float64 { return orOther(math.Max, x[0], x[1]) }, pairOf(expr.Max)),
		"fmin":         numericFunction(func(x []float64) float64 { return orOther(math.Min, x[0], x[1]) }, pairOf(expr.Min)),
		"fmod":         numericFunction(func(x []float64) float64 { return math.Mod(x[0], x[1]) }, pairOf(remainder)),
		"hypot":        twoReals(hypotenuse),
		"pow":          numericFunction(func(x []float64) float64 { return power(x[0], x[1]) }, pairOf(expr.Pow)),
		"ldexp":        numericFunction(func(x []float64) float64 { return math.Ldexp(x[0], int(x[1])) }, pairOf(scaled)),
		"fma":          realFunction(3, func(x []expr.Expr) expr.Expr { return expr.Add(expr.Mul(x[0], x[1]), x[2]) }),
		"lmultiply":    twoReals(multiplyLog),
		"log_diff_exp": twoReals(expr.LogDiffExp),
	}
}

// absolute is |x|, of ints an int.
func absolute(c *call) (*Value, error) {
	if c.result.IsInt() {
		return c.ints(func(_ *call, x []int) (int, error) { return max(x[0], -x[0]), nil }, func(x []expr.Expr) expr.Expr { return expr.Abs(x[0]) })
	}
	return c.elementwise(elementwise{
		num: func(x []float64) float64 { return math.Abs(x[0]) },
		sym: func(x []expr.Expr) expr.Expr { return expr.Abs(x[0]) },
	})
}

// mapped is the function of one elementary operation.
func mapped(op ir.Op) func(x any) expr.Expr {
	return func(x any) expr.Expr { return expr.Apply(op, expr.Of(x)) }
}

// rounded is a function of whole steps, whose derivative is zero.
func rounded(op ir.Op) func(x any) expr.Expr {
	return func(x any) expr.Expr { return expr.Apply(op, expr.Constant(x)) }
}

// pairOf takes a function of two arguments as one of a list.
func pairOf(f func(x, y any) expr.Expr) func(x []expr.Expr) expr.Expr {
	return func(x []expr.Expr) expr.Expr { return f(x[0], x[1]) }
}

// orOther returns f(x, y), or where one of the two is NaN the other one.
func orOther(f func(x, y float64) float64, x, y float64) float64 {
	switch {
	case x != x:
		return y
	case y != y:
		return x
	}
	return f(x, y)
}

// logBase returns the logarithm to a whole base. Powers of the base with whole exponents are exact.
func logBase(base, logOfBase float64) func(x float64) float64 {
	return func(x float64) float64 {
		y := elem.Log(x) / logOfBase
		if n := math.Round(y); math.Abs(y-n) < 1e-12 && elem.Pow(base, n) == x {
			return n
		}
		return y
	}
}

// power is elem.Pow with the products that expr.Pow has for small whole exponents.
func power(x, y float64) float64 {
	switch y {
	case 2:
		return x * x
	case 3:
		return x * (x * x)
	case -1:
		return 1 / x
	case 0.5:
		return math.Sqrt(x)
	}
	return elem.Pow(x, y)
}

// sign returns x's sign: 1 at zero, so that |x| = x·sign(x) has the derivative 1 there.
func sign(x any) expr.Expr { return expr.Where(expr.Less(x, 0), -1, 1) }

// cubeRootOf is cubeRoot with a step of Newton's, since 1/3 is no float64.
func cubeRootOf(x float64) float64 {
	y := elem.Pow(math.Abs(x), 1.0/3)
	if y > 0 && y <= math.MaxFloat64 {
		square := y * y
		y -= math.FMA(square, y, -math.Abs(x)) / (3 * square)
	}
	return math.Copysign(y, x)
}

func cubeRoot(x any) expr.Expr {
	return expr.Mul(sign(x), expr.Pow(expr.Abs(x), 1.0/3))
}

// hugeArgument is where x² + 1 = x² in floating point, for a while already.
const hugeArgument = 1e9

// asinh: sign(x)·log1p(|x| + x²/(1 + √(1 + x²))), and log(2|x|) for huge x.
func asinh(a any) expr.Expr {
	x := expr.Of(a)
	s := sign(x)
	x = expr.Mul(s, x)
	huge := expr.Less(hugeArgument, x)
	small := expr.Where(huge, 1, x)
	square := expr.Square(small)
	y := expr.Log1p(expr.Add(small, expr.Div(square, expr.Add(1, expr.Sqrt(expr.Add(1, square))))))
	return expr.Mul(s, expr.Where(huge, expr.Add(expr.Log(expr.Where(huge, x, 1)), math.Ln2), y))
}

// acosh: with t = x − 1, log1p(t + √(t·(x + 1))), and log(2x) for huge x.
func acosh(a any) expr.Expr {
	x := expr.Of(a)
	huge := expr.Less(hugeArgument, x)
	small := expr.Where(huge, 2, x)
	t := expr.Sub(small, 1)
	y := expr.Log1p(expr.Add(t, expr.Sqrt(expr.Mul(t, expr.Add(small, 1)))))
	return expr.Where(huge, expr.Add(expr.Log(expr.Where(huge, x, 1)), math.Ln2), y)
}

// atan2 divides the smaller by the larger of the two, so that no quotient overflows.
func atan2(a, b any) expr.Expr {
	y, x := expr.Of(a), expr.Of(b)
	steep := expr.Less(expr.Abs(x), expr.Abs(y))
	atOrigin := expr.Mul(expr.Equal(x, 0), expr.Equal(y, 0))
	numerator := expr.Where(steep, x, y)
	denominator := expr.Where(steep, y, expr.Where(atOrigin, 1, x))
	t := expr.Atan(expr.Div(numerator, denominator))
	flat := expr.Add(t, expr.Where(expr.Less(x, 0), expr.Mul(sign(y), math.Pi), 0))
	return expr.Where(steep, expr.Sub(expr.Mul(sign(y), math.Pi/2), t), flat)
}

// remainder: x − y·trunc(x/y); the derivative takes the whole part as constant.
func remainder(x, y any) expr.Expr {
	whole := expr.Apply(ir.Trunc, expr.Constant(expr.Div(x, y)))
	return expr.Sub(x, expr.Mul(y, whole))
}

// hypotenuse divides by the larger of the two before it squares.
func hypotenuse(a, b any) expr.Expr {
	x, y := expr.Abs(a), expr.Abs(b)
	// Max and Min would both be x where the two are equal, and so would the derivative.
	swap := expr.Less(x, y)
	large, small := expr.Where(swap, y, x), expr.Where(swap, x, y)
	plain := expr.Mul(expr.Less(0, large), expr.Less(large, math.Inf(1)))
	ratio := expr.Where(plain, expr.Div(small, expr.Where(plain, large, 1)), 0)
	return expr.Mul(large, expr.Sqrt(expr.Add(1, expr.Square(ratio))))
}

func scaled(x, n any) expr.Expr {
	return expr.Mul(x, expr.Apply(ir.Pow, expr.Const(2), expr.Of(n)))
}

// multiplyLog: x·log(y), 0 where both are 0.
func multiplyLog(a, b any) expr.Expr {
	x, y := expr.Of(a), expr.Of(b)
	none := expr.Mul(expr.Equal(x, 0), expr.Equal(y, 0))
	return expr.Mul(x, expr.Log(expr.Where(none, 1, y)))
}
