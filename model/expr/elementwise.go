package expr

import (
	"math"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/tensor"
)

// Apply returns fn of the arguments, element by element; scalars broadcast.
func Apply(fn ir.Op, args ...Expr) Expr {
	if e := firstErr(args...); e != nil {
		return e
	}
	if len(args) != fn.Arity() {
		return errorf("%v takes %d arguments, got %d", fn, fn.Arity(), len(args))
	}
	shape, ok := broadcast(args)
	if !ok {
		return errorf("%v of shapes %s: they must be equal or scalar", fn, shapes(args))
	}
	return build(Op{Kind: Map, Fn: fn}, shape, args...)
}

func broadcast(args []Expr) (tensor.Shape, bool) {
	var shape tensor.Shape
	for _, a := range args {
		switch {
		case a.IsScalar():
		case len(shape) == 0:
			shape = a.Shape
		case !shape.Equal(a.Shape):
			return nil, false
		}
	}
	return shape, true
}

func shapes(args []Expr) string {
	s := ""
	for i, a := range args {
		if i > 0 {
			s += " and "
		}
		s += a.Shape.String()
	}
	return s
}

// Add returns a + b.
func Add(a, b any) Expr {
	x, y := Of(a), Of(b)
	if v, ok := x.ConstValue(); ok && v == 0 && y.err == nil {
		return y
	}
	if v, ok := y.ConstValue(); ok && v == 0 && x.err == nil {
		return x
	}
	return Apply(ir.Add, x, y)
}

// Sub returns a − b.
func Sub(a, b any) Expr {
	x, y := Of(a), Of(b)
	if v, ok := y.ConstValue(); ok && v == 0 && x.err == nil {
		return x
	}
	return Apply(ir.Sub, x, y)
}

// Mul returns the elementwise product a·b.
func Mul(a, b any) Expr {
	x, y := Of(a), Of(b)
	if v, ok := x.ConstValue(); ok && v == 1 && y.err == nil {
		return y
	}
	if v, ok := y.ConstValue(); ok && v == 1 && x.err == nil {
		return x
	}
	return Apply(ir.Mul, x, y)
}

// Div returns the elementwise quotient a/b.
func Div(a, b any) Expr {
	x, y := Of(a), Of(b)
	if v, ok := y.ConstValue(); ok && v == 1 && x.err == nil {
		return x
	}
	return Apply(ir.Div, x, y)
}

// Pow returns a to the power b. Whole constant exponents from −1 to 3 and ½
// become products, a reciprocal or a root.
func Pow(a, b any) Expr {
	x, y := Of(a), Of(b)
	if v, ok := y.ConstValue(); ok && x.err == nil {
		switch v {
		case 1:
			return x
		case 2:
			return Square(x)
		case 3:
			return Mul(x, Square(x))
		case -1:
			return Inv(x)
		case 0.5:
			return Sqrt(x)
		}
	}
	return Apply(ir.Pow, x, y)
}

// Neg returns −a.
func Neg(a any) Expr { return Apply(ir.Neg, Of(a)) }

// Abs returns |a|.
func Abs(a any) Expr { return Apply(ir.Abs, Of(a)) }

// Square returns a².
func Square(a any) Expr { return Apply(ir.Square, Of(a)) }

// Inv returns 1/a.
func Inv(a any) Expr { return Apply(ir.Inv, Of(a)) }

// Sqrt returns the square root.
func Sqrt(a any) Expr { return Apply(ir.Sqrt, Of(a)) }

// Exp returns e^a.
func Exp(a any) Expr { return Apply(ir.Exp, Of(a)) }

// Expm1 returns e^a − 1 without cancellation.
func Expm1(a any) Expr { return Apply(ir.Expm1, Of(a)) }

// Log returns the natural logarithm.
func Log(a any) Expr { return Apply(ir.Log, Of(a)) }

// Log1p returns log(1 + a) without cancellation.
func Log1p(a any) Expr { return Apply(ir.Log1p, Of(a)) }

// Sin returns the sine of an angle in radians.
func Sin(a any) Expr { return Apply(ir.Sin, Of(a)) }

// Cos returns the cosine of an angle in radians.
func Cos(a any) Expr { return Apply(ir.Cos, Of(a)) }

// Tanh returns the hyperbolic tangent.
func Tanh(a any) Expr { return Apply(ir.Tanh, Of(a)) }

// Atan returns the inverse tangent in radians.
func Atan(a any) Expr { return Apply(ir.Atan, Of(a)) }

// Lgamma returns log |Γ(a)|.
func Lgamma(a any) Expr { return Apply(ir.Lgamma, Of(a)) }

// Digamma returns the derivative of Lgamma.
func Digamma(a any) Expr { return Apply(ir.Digamma, Of(a)) }

// InvLogit returns 1/(1 + e^−a).
func InvLogit(a any) Expr { return Apply(ir.InvLogit, Of(a)) }

// Log1pExp returns log(1 + e^a) without overflow.
func Log1pExp(a any) Expr { return Apply(ir.Log1pExp, Of(a)) }

// LogInvLogit returns log(1/(1 + e^−a)).
func LogInvLogit(a any) Expr { return Neg(Log1pExp(Neg(a))) }

// Log1mInvLogit returns log(1 − 1/(1 + e^−a)).
func Log1mInvLogit(a any) Expr { return Neg(Log1pExp(a)) }

// Logit returns log(a/(1 − a)).
func Logit(a any) Expr {
	x := Of(a)
	return Sub(Log(x), Log1p(Neg(x)))
}

// Log1mExp returns log(1 − e^a) for a < 0, with full accuracy at both ends
// (Mächler 2012, the switch at −log 2).
func Log1mExp(a any) Expr {
	x := Of(a)
	near := Less(-math.Ln2, x)
	// Each branch sees a harmless argument where the other one is chosen, so
	// that its derivative stays finite.
	safeNear := Where(near, x, -0.5)
	safeFar := Where(near, -1, x)
	return Where(near, Log(Neg(Expm1(safeNear))), Log1p(Neg(Exp(safeFar))))
}

// LogAddExp returns log(e^a + e^b) without overflow.
func LogAddExp(a, b any) Expr {
	x, y := Of(a), Of(b)
	hi := Max(x, y)
	// With hi infinite the difference is NaN: −∞ means both are −∞, +∞ wins.
	finite := Less(Abs(hi), math.Inf(1))
	d := Where(finite, Neg(Abs(Sub(x, y))), 0)
	return Where(finite, Add(hi, Log1p(Exp(d))), hi)
}

// LogDiffExp returns log(e^a − e^b) for a ≥ b.
func LogDiffExp(a, b any) Expr {
	x, y := Of(a), Of(b)
	empty := LessEq(y, math.Inf(-1)) // e^b = 0
	return Where(empty, x, Add(x, Log1mExp(Sub(Where(empty, Sub(x, 1), y), x))))
}

// Hypot returns the square root of a² + b² for a, b ≥ 0; where the larger one is
// below 1e−150 or above 1e150 it is that one, which is exact if the other is 0
// or in between.
func Hypot(a, b any) Expr { return Apply(ir.Hypot, Of(a), Of(b)) }

// Min returns the smaller of a and b.
func Min(a, b any) Expr { return Apply(ir.Min, Of(a), Of(b)) }

// Max returns the larger of a and b.
func Max(a, b any) Expr { return Apply(ir.Max, Of(a), Of(b)) }

// Less returns 1 where a < b, else 0.
func Less(a, b any) Expr { return Apply(ir.Lt, Of(a), Of(b)) }

// LessEq returns 1 where a ≤ b, else 0.
func LessEq(a, b any) Expr { return Apply(ir.Le, Of(a), Of(b)) }

// Equal returns 1 where a = b, else 0.
func Equal(a, b any) Expr { return Apply(ir.Eq, Of(a), Of(b)) }

// Where returns a where cond is not 0, else b. The derivative flows through
// the chosen branch only, as 0 times that of the other one; so where the other
// one is not finite, because it computes with a missing value, say, give it a
// harmless argument first: f(Where(cond, x, 0)).
func Where(cond, a, b any) Expr { return Apply(ir.Select, Of(cond), Of(a), Of(b)) }

// Derivative is By, the derivative of a value's elements by those of Of.
type Derivative struct{ Of, By Expr }

// WithDerivatives returns value, with derivatives that are known in a better
// form than differentiation finds. Each of Of and By is a scalar or has the
// value's shape, or the value is a scalar and By has the shape of Of; the value
// may depend on nothing else that matters.
func WithDerivatives(value Expr, list ...Derivative) Expr {
	in := []*Node{value}
	for _, d := range list {
		if e := firstErr(value, d.Of, d.By); e != nil {
			return e
		}
		if value.IsScalar() && d.By.Shape.Equal(d.Of.Shape) {
			in = append(in, d.Of, d.By)
			continue
		}
		for _, x := range []Expr{d.Of, d.By} {
			if !x.IsScalar() && !x.Shape.Equal(value.Shape) {
				return errorf("a derivative of shape %v for a value of shape %v", x.Shape, value.Shape)
			}
		}
		in = append(in, d.Of, d.By)
	}
	return build(Op{Kind: Tangent}, value.Shape, in...)
}

// Constant returns the argument with its derivative taken as zero.
func Constant(a any) Expr {
	x := Of(a)
	if x.err != nil || x.static {
		return x
	}
	return build(Op{Kind: Stop}, x.Shape, x)
}
