package expr

import (
	"math"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/tensor"
)

// Sum returns the sum of all elements. Terms that do not vary over the
// elements are multiplied by their number instead of being added one by one.
func Sum(a any) Expr {
	x := Of(a)
	if x.err != nil || x.IsScalar() {
		return x
	}
	return sumOver(x, x.Size())
}

// SumOver returns n·a for a scalar a and Sum(a) for an array: the sum of n
// elements that may have been given as one.
func SumOver(a any, n int) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	return sumOver(x, n)
}

func sumOver(x Expr, n int) Expr {
	if x.IsScalar() {
		return Mul(float64(n), x)
	}
	if x.Kind == Fill {
		return Mul(float64(n), x.In[0])
	}
	if x.Kind == Map && !x.static {
		switch x.Fn {
		case ir.Add:
			if splits(x.In[0]) || splits(x.In[1]) {
				return Add(sumOver(x.In[0], n), sumOver(x.In[1], n))
			}
		case ir.Sub:
			if splits(x.In[0]) || splits(x.In[1]) {
				return Sub(sumOver(x.In[0], n), sumOver(x.In[1], n))
			}
		case ir.Neg:
			return Neg(sumOver(x.In[0], n))
		case ir.Mul:
			if x.In[0].IsScalar() {
				return Mul(x.In[0], sumOver(x.In[1], n))
			}
			if x.In[1].IsScalar() {
				return Mul(x.In[1], sumOver(x.In[0], n))
			}
		}
	}
	return build(Op{Kind: SumAll}, nil, x)
}

// SumLog returns Σ log a over the elements of a, numbers from 2^−1022 to 2^1023,
// by one logarithm of a product that does not over- or underflow; NaN where an
// element is less than these, or infinite.
func SumLog(a any) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if x.IsScalar() {
		return Log(x)
	}
	return build(Op{Kind: SumLogs}, nil, x)
}

// splits reports whether x, one side of a sum, has a term that need not be
// added element by element: one that is the same for every element or that
// depends on data alone.
func splits(x Expr) bool {
	if x.IsScalar() || x.Kind == Fill || x.static {
		return true
	}
	if x.Kind != Map {
		return false
	}
	switch x.Fn {
	case ir.Add, ir.Sub:
		return splits(x.In[0]) || splits(x.In[1])
	case ir.Neg:
		return splits(x.In[0])
	}
	return false
}

// Terms splits an expression into the terms of its sum, or of the sums that its
// elements are; some of those may be scalars, which count for every element.
func Terms(x Expr) []Expr {
	if x.err == nil && x.Kind == Map {
		switch x.Fn {
		case ir.Add:
			return append(Terms(x.In[0]), Terms(x.In[1])...)
		case ir.Sub:
			left := Terms(x.In[0])
			for _, t := range Terms(x.In[1]) {
				left = append(left, Neg(t))
			}
			return left
		case ir.Neg:
			var out []Expr
			for _, t := range Terms(x.In[0]) {
				out = append(out, Neg(t))
			}
			return out
		}
	}
	return []Expr{x}
}

// DropStatic returns an expression without the terms of its sum that do not
// depend on parameters: a density up to a constant. Terms that are not finite
// stay, since they carry meaning. Of an array, whose elements are sums, a
// scalar may be left.
func DropStatic(x Expr) Expr {
	if x.err != nil {
		return x
	}
	kept, dropped := Const(0), false
	for _, t := range Terms(x) {
		if t.static && !notFinite(t) {
			dropped = true
			continue
		}
		kept = Add(kept, t)
	}
	if !dropped {
		return x
	}
	return kept
}

func notFinite(t Expr) bool {
	v, ok := t.ConstValue()
	return ok && (math.IsInf(v, 0) || math.IsNaN(v))
}

// Dot returns Σ a·b for two vectors of equal length.
func Dot(a, b any) Expr {
	x, y := Of(a), Of(b)
	if e := firstErr(x, y); e != nil {
		return e
	}
	if !x.Shape.Equal(y.Shape) {
		return errorf("dot product of shapes %v and %v", x.Shape, y.Shape)
	}
	return Sum(Mul(x, y))
}

// CumulativeSum returns the running sums of a vector.
func CumulativeSum(a any) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if x.Shape.Dims() != 1 {
		return errorf("cumulative sum of an array of shape %v", x.Shape)
	}
	return build(Op{Kind: CumSum}, x.Shape, x)
}

// Recurrence returns the vector of n + 1 elements x with x[0] = 0 and
// x[i+1] = a[i] + b[i]·x[i], rounded once, for vectors a and b of n.
func Recurrence(a, b any) Expr {
	x, y := Of(a), Of(b)
	if e := firstErr(x, y); e != nil {
		return e
	}
	if x.Shape.Dims() != 1 || !x.Shape.Equal(y.Shape) || x.Size() == 0 {
		return errorf("recurrence of arrays of shapes %v and %v", x.Shape, y.Shape)
	}
	return build(Op{Kind: Linear}, tensor.Shape{x.Size() + 1}, x, y)
}

// LogSumExp returns log Σ e^a over all elements, without overflow.
func LogSumExp(a any) Expr {
	x := Of(a)
	if x.err != nil || x.IsScalar() {
		return x
	}
	if x.Size() == 0 {
		return Const(math.Inf(-1))
	}
	hi := Constant(maxElement(x))
	// All −∞: subtract 0 instead, so that the sum is 0 and its log −∞.
	shift := Where(Less(math.Inf(-1), hi), hi, 0)
	return Add(shift, Log(Sum(Exp(Sub(x, shift)))))
}

// maxElement halves the vector until one element is left.
func maxElement(x Expr) Expr {
	for x.Size() > 1 {
		n := x.Size()
		half := n / 2
		rest := Part(x, half, half)
		m := Max(Part(x, 0, half), rest)
		if n%2 == 1 {
			m = Concat(m, At(x, n-1))
		}
		x = m
	}
	return At(x, 0)
}

// Softmax returns e^a / Σ e^a.
func Softmax(a any) Expr {
	x := Of(a)
	return Exp(Sub(x, LogSumExp(x)))
}
