package eval

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// folder computes the values of expressions whose leaves are known. It has the semantics of a program compiled from them:
// the same elementary functions and the same order of additions. It lets a function of the library be written once, as an
// expression, and serve data as well.
type folder struct {
	// q are the values of the Param leaves.
	q    []float64
	memo map[expr.Expr][]float64
}

// fold returns the elements of x, column-major, at the point q of the unconstrained space; q is nil for an expression
// without parameters. The caller must not change them. An error is x's own.
func fold(x expr.Expr, q []float64) ([]float64, error) {
	if err := x.Err(); err != nil {
		return nil, err
	}
	f := &folder{q: q, memo: map[expr.Expr][]float64{}}
	return f.value(x), nil
}

func (f *folder) value(x expr.Expr) []float64 {
	switch x.Kind {
	case expr.Literal, expr.Datum:
		return x.Values
	case expr.Param:
		return f.q[x.Off : x.Off+x.Size()]
	}
	if v, ok := f.memo[x]; ok {
		return v
	}
	in := make([][]float64, len(x.In))
	for i, a := range x.In {
		in[i] = f.value(a)
	}
	v := apply(x, in)
	f.memo[x] = v
	return v
}

// apply computes one node from its arguments.
func apply(x expr.Expr, in [][]float64) []float64 {
	if out, ok := aliased(x, in); ok {
		return out
	}
	out := make([]float64, x.Size())
	applyTo(out, x, in)
	return out
}

// aliased returns the elements of a node that are part of its argument's.
func aliased(x expr.Expr, in [][]float64) ([]float64, bool) {
	switch x.Kind {
	case expr.Stop:
		return in[0], true
	case expr.Slice:
		return in[0][x.Off : x.Off+x.Size()], true
	}
	return nil, false
}

// foldable reports whether apply knows the kind of a node.
func foldable(k expr.Kind) bool {
	switch k {
	case expr.Stop, expr.Slice, expr.SumAll, expr.Map, expr.Fill, expr.Outer, expr.Gather, expr.SegSum, expr.Assemble, expr.CumSum,
		expr.MatVec, expr.Chol, expr.TriSolve:
		return true
	}
	return false
}

// applyTo computes one node from its arguments into out, which is zero.
func applyTo(out []float64, x expr.Expr, in [][]float64) {
	switch x.Kind {
	case expr.SumAll:
		out[0] = sumLanes(in[0])
	case expr.Map:
		applyMap(out, x.Fn, in)
	case expr.Fill:
		for i := range out {
			out[i] = in[0][0]
		}
	case expr.Outer:
		for k := range out {
			out[k] = in[0][k%x.Rows] * in[1][k/x.Rows]
		}
	case expr.Gather:
		for i, k := range x.Index.Values {
			out[i] = in[0][k]
		}
	case expr.SegSum:
		for i, k := range x.Index.Values {
			out[k] += in[0][i]
		}
	case expr.Assemble:
		for k, piece := range in {
			copy(out[x.Offs[k]:], piece)
		}
	case expr.CumSum:
		runningSum(out, in[0], x.Reverse)
	case expr.MatVec:
		matVec(out, in[0], in[1], x.Rows, x.Cols, x.Trans)
	case expr.Chol:
		choleskyFactor(out, in[0], x.Rows)
	case expr.TriSolve:
		for c := range x.Cols {
			solveTriangular(out[c*x.Rows:][:x.Rows], in[0], in[1][c*x.Rows:][:x.Rows], x.Trans)
		}
	default:
		panic(fmt.Sprintf("eval: no value of expression kind %d", x.Kind))
	}
}

// applyMap computes an elementwise operation; arguments of one element are the same for all.
func applyMap(out []float64, fn ir.Op, in [][]float64) {
	if len(in) == 2 && applyPairs(out, fn, in[0], in[1]) {
		return
	}
	var v [3]float64
	for i := range out {
		for k, a := range in {
			if len(a) == 1 {
				v[k] = a[0]
			} else {
				v[k] = a[i]
			}
		}
		out[i] = applyOp(fn, v[0], v[1], v[2])
	}
}

// applyPairs is applyMap for the commonest operations of two arguments, each in a loop of its own; false for all others.
func applyPairs(out []float64, fn ir.Op, a, b []float64) bool {
	as, bs := stride(a), stride(b)
	switch fn {
	case ir.Add:
		for i := range out {
			out[i] = a[i*as] + b[i*bs]
		}
	case ir.Sub:
		for i := range out {
			out[i] = a[i*as] - b[i*bs]
		}
	case ir.Mul:
		for i := range out {
			out[i] = a[i*as] * b[i*bs]
		}
	case ir.Div:
		for i := range out {
			out[i] = a[i*as] / b[i*bs]
		}
	case ir.Eq:
		for i := range out {
			equal := 0 // an int, for which no branch is needed
			if a[i*as] == b[i*bs] {
				equal = 1
			}
			out[i] = float64(equal)
		}
	default:
		return false
	}
	return true
}

// stride is how far the elements of an argument are apart, 0 where one serves all.
func stride(x []float64) int {
	if len(x) == 1 {
		return 0
	}
	return 1
}

// applyOp computes one operation, macros included, with the bits of a compiled program.
func applyOp(fn ir.Op, a, b, c float64) float64 {
	switch fn {
	case ir.Square:
		return a * a
	case ir.Inv:
		return 1 / a
	case ir.InvLogit:
		return elem.InvLogit(a)
	case ir.Log1pExp:
		return elem.Log1pExp(a)
	}
	return ir.Apply(fn, a, b, c)
}

// sumLanes adds in the order that package ir fixes for reductions.
func sumLanes(x []float64) float64 {
	var a [ir.Lanes]float64
	for i, v := range x {
		a[i%ir.Lanes] += v
	}
	return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]))
}

func runningSum(out, x []float64, reverse bool) {
	sum := 0.0
	for i := range out {
		if reverse {
			i = len(out) - 1 - i
		}
		sum += x[i]
		out[i] = sum
	}
}

// matVec computes A·x, or Aᵀ·x in lanes, by fma.
func matVec(out, a, x []float64, rows, cols int, trans bool) {
	for j := range cols {
		column := a[j*rows:][:rows]
		if trans {
			var lanes [ir.Lanes]float64
			for i, v := range column {
				lanes[i%ir.Lanes] = math.FMA(v, x[i], lanes[i%ir.Lanes])
			}
			out[j] = sumLanes(lanes[:])
			continue
		}
		for i, v := range column {
			out[i] = math.FMA(v, x[j], out[i])
		}
	}
}

// choleskyFactor computes the lower factor column by column; a matrix that is not positive definite gives NaN.
func choleskyFactor(l, a []float64, n int) {
	for j := range n {
		d := a[j+j*n]
		for k := range j {
			d = math.FMA(-l[j+k*n], l[j+k*n], d)
		}
		d = math.Sqrt(d)
		if !(d > 0) {
			d = math.NaN()
		}
		l[j+j*n] = d
		for i := j + 1; i < n; i++ {
			v := a[i+j*n]
			for k := range j {
				v = math.FMA(-l[i+k*n], l[j+k*n], v)
			}
			l[i+j*n] = v / d
		}
	}
}

// solveTriangular solves L·x = b, or Lᵀ·x = b, by substitution.
func solveTriangular(x, l, b []float64, trans bool) {
	n := len(x)
	if trans {
		for i := n - 1; i >= 0; i-- {
			v := b[i]
			for k := i + 1; k < n; k++ {
				v = math.FMA(-l[k+i*n], x[k], v)
			}
			x[i] = v / l[i+i*n]
		}
		return
	}
	for i := range n {
		v := b[i]
		for k := range i {
			v = math.FMA(-l[i+k*n], x[k], v)
		}
		x[i] = v / l[i+i*n]
	}
}
