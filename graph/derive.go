package graph

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// DiffWRT implements gorgonia.SDOp: the arguments through which a derivative
// flows.
func (o *op) DiffWRT(n int) []bool {
	flows := make([]bool, n)
	for i := range flows {
		flows[i] = true
	}
	switch o.Kind {
	case expr.Literal, expr.Stop:
		clear(flows)
	case expr.Tangent:
		for i := range flows {
			flows[i] = i%2 == 1
		}
	case expr.Map:
		switch o.Fn {
		case ir.Floor, ir.Ceil, ir.Round, ir.Trunc, ir.Lt, ir.Le, ir.Eq:
			clear(flows)
		case ir.Select:
			flows[0] = false
		}
	}
	return flows
}

// SymDiff implements gorgonia.SDOp: the adjoints of the arguments from the
// adjoint g of the result. g may be a scalar that holds for every element.
func (o *op) SymDiff(in G.Nodes, out, g *G.Node) (G.Nodes, error) {
	b := o.b
	switch o.Kind {
	case expr.Map:
		return o.diffMap(in, out, g)
	case expr.Fill:
		return G.Nodes{b.sum(g, o.out)}, nil
	case expr.SumAll:
		return G.Nodes{g}, nil
	case expr.SumLogs:
		return G.Nodes{b.apply(ir.Div, g, in[0])}, nil
	case expr.Slice:
		return G.Nodes{b.node(expr.Op{Kind: expr.Assemble, Offs: []int{o.Off}}, nil, o.in[0], b.full(g, o.out))}, nil
	case expr.Assemble:
		parts := make(G.Nodes, len(in))
		for k := range in {
			if b.extent(g) == scalar {
				parts[k] = b.sumIfScalar(g, o.in[k])
			} else {
				parts[k] = b.node(expr.Op{Kind: expr.Slice, Off: o.Offs[k]}, nil, o.in[k], g)
			}
		}
		return parts, nil
	case expr.Gather:
		return G.Nodes{b.node(expr.Op{Kind: expr.SegSum, Index: o.Index, Rows: o.in[0]}, nil, o.in[0], b.full(g, o.out))}, nil
	case expr.SegSum:
		return G.Nodes{b.node(expr.Op{Kind: expr.Gather, Index: o.Index}, nil, o.in[0], b.full(g, o.out))}, nil
	case expr.MatVec:
		return o.diffMatVec(in, b.full(g, o.out)), nil
	case expr.Outer:
		full := b.full(g, o.out)
		return G.Nodes{b.matVec(full, in[1], o.Rows, o.Cols, false), b.matVec(full, in[0], o.Rows, o.Cols, true)}, nil
	case expr.CumSum:
		return G.Nodes{b.node(expr.Op{Kind: expr.CumSum, Reverse: !o.Reverse}, nil, o.in[0], b.full(g, o.out))}, nil
	case expr.Tangent:
		return o.diffTangent(in, g), nil
	case expr.Linear:
		return o.diffLinear(in, out, b.full(g, o.out)), nil
	case expr.Chol:
		return G.Nodes{b.node(expr.Op{Kind: expr.CholGrad, Rows: o.Rows}, nil, o.in[0], out, b.full(g, o.out))}, nil
	case expr.TriSolve:
		return o.diffTriSolve(in, out, b.full(g, o.out)), nil
	case expr.ScanLoop:
		return o.diffScan(in, out, b.full(g, o.out))
	}
	return nil, fmt.Errorf("no derivative of a derivative")
}

// diffTangent multiplies by the derivatives that were given.
func (o *op) diffTangent(in G.Nodes, g *G.Node) G.Nodes {
	parts := make(G.Nodes, len(in))
	for i := 1; i < len(in); i += 2 {
		parts[i] = o.b.apply(ir.Mul, g, in[i+1])
		if o.in[i] == scalar && o.out != scalar {
			parts[i] = o.b.sum(parts[i], o.out)
		}
	}
	return parts
}

// diffLinear: with x[i+1] = a[i] + b[i]·x[i], ā[i] = x̄[i+1] + b[i+1]·ā[i+1] and
// b̄ = ā·x.
func (o *op) diffLinear(in G.Nodes, out, g *G.Node) G.Nodes {
	b, n := o.b, o.in[0]
	adjoint := b.node(expr.Op{Kind: expr.LinearGrad}, nil, n, g, in[1])
	return G.Nodes{adjoint, b.apply(ir.Mul, adjoint, b.node(expr.Op{Kind: expr.Slice}, nil, n, out))}
}

// sumIfScalar is the adjoint of one element-like argument: g itself, because a
// scalar piece stands for exactly one element.
func (b *builder) sumIfScalar(g *G.Node, extent int) *G.Node {
	if extent == scalar {
		return g
	}
	return b.full(g, extent)
}

func (o *op) diffMatVec(in G.Nodes, g *G.Node) G.Nodes {
	b := o.b
	x := b.matVec(in[0], g, o.Rows, o.Cols, !o.Trans)
	outer := expr.Op{Kind: expr.Outer, Rows: o.Rows, Cols: o.Cols}
	if o.Trans {
		return G.Nodes{b.node(outer, nil, o.in[0], in[1], g), x}
	}
	return G.Nodes{b.node(outer, nil, o.in[0], g, in[1]), x}
}

func (b *builder) matVec(m, x *G.Node, rows, cols int, trans bool) *G.Node {
	out := rows
	if trans {
		out = cols
	}
	return b.node(expr.Op{Kind: expr.MatVec, Rows: rows, Cols: cols, Trans: trans}, nil, out, m, x)
}

// diffTriSolve: with L·X = B, B̄ = L⁻ᵀ·X̄ and L̄ = −tril(B̄·Xᵀ); with Lᵀ·X = B,
// B̄ = L⁻¹·X̄ and L̄ = −tril(X·B̄ᵀ) (Giles 2008, section 2.2.3 and 2.3).
func (o *op) diffTriSolve(in G.Nodes, out, g *G.Node) G.Nodes {
	b, n := o.b, o.Rows
	back := b.node(expr.Op{Kind: expr.TriSolve, Rows: n, Cols: o.Cols, Trans: !o.Trans}, nil, o.in[1], in[0], g)
	left, right := back, out
	if o.Trans {
		left, right = out, back
	}
	var full *G.Node
	for c := range o.Cols {
		column := func(m *G.Node) *G.Node {
			if o.Cols == 1 {
				return m
			}
			return b.node(expr.Op{Kind: expr.Slice, Off: c * n}, nil, n, m)
		}
		product := b.node(expr.Op{Kind: expr.Outer, Rows: n, Cols: n}, nil, n*n, column(left), column(right))
		if full == nil {
			full = product
		} else {
			full = b.apply(ir.Add, full, product)
		}
	}
	lower := make([]float64, n*n)
	for j := range n {
		for i := j; i < n; i++ {
			lower[i+j*n] = 1
		}
	}
	masked := b.apply(ir.Select, b.literal(lower, n*n), b.apply(ir.Neg, full), b.constant(0))
	return G.Nodes{masked, back}
}

// diffMap applies the derivative of an elementwise function. Where an argument
// is a scalar and the result is not, its adjoint is summed.
func (o *op) diffMap(in G.Nodes, out, g *G.Node) (G.Nodes, error) {
	b := o.b
	parts, err := b.partials(o.Fn, in, out, g)
	if err != nil {
		return nil, err
	}
	for i, p := range parts {
		if p != nil && o.in[i] == scalar && o.out != scalar {
			parts[i] = b.sum(p, o.out)
		}
	}
	return parts, nil
}

func (b *builder) partials(fn ir.Op, in G.Nodes, y, g *G.Node) (G.Nodes, error) {
	one := func(n *G.Node) (G.Nodes, error) { return G.Nodes{n}, nil }
	c := b.constant
	mul := func(p, q *G.Node) *G.Node { return b.apply(ir.Mul, p, q) }
	x := in[0]
	switch fn {
	case ir.Neg:
		return one(b.apply(ir.Neg, g))
	case ir.Abs:
		return one(b.apply(ir.Select, b.apply(ir.Lt, x, c(0)), b.apply(ir.Neg, g), g))
	case ir.Sqrt:
		return one(b.apply(ir.Div, mul(c(0.5), g), y))
	case ir.Square:
		return one(mul(mul(c(2), g), x))
	case ir.Inv:
		return one(b.apply(ir.Neg, mul(g, mul(y, y))))
	case ir.Add:
		return G.Nodes{g, g}, nil
	case ir.Sub:
		return G.Nodes{g, b.apply(ir.Neg, g)}, nil
	case ir.Mul:
		return G.Nodes{mul(g, in[1]), mul(g, in[0])}, nil
	case ir.Div:
		q := b.apply(ir.Div, g, in[1])
		return G.Nodes{q, b.apply(ir.Neg, mul(q, y))}, nil
	case ir.Min, ir.Max:
		second := b.apply(ir.Lt, in[1], in[0])
		if fn == ir.Max {
			second = b.apply(ir.Lt, in[0], in[1])
		}
		return G.Nodes{b.apply(ir.Select, second, c(0), g), b.apply(ir.Select, second, g, c(0))}, nil
	case ir.Select:
		return G.Nodes{nil, b.apply(ir.Select, x, g, c(0)), b.apply(ir.Select, x, c(0), g)}, nil
	case ir.Pow:
		return b.powPartials(in, y, g), nil
	case ir.Exp:
		return one(mul(g, y))
	case ir.Log:
		return one(b.apply(ir.Div, g, x))
	case ir.Log1p:
		return one(b.apply(ir.Div, g, b.apply(ir.Add, c(1), x)))
	case ir.Expm1:
		return one(mul(g, b.apply(ir.Add, y, c(1))))
	case ir.Hypot:
		part := mul(g, b.apply(ir.Inv, y))
		return G.Nodes{mul(part, in[0]), mul(part, in[1])}, nil
	case ir.InvLogit:
		return one(mul(g, mul(y, b.apply(ir.Sub, c(1), y))))
	case ir.Log1pExp:
		return one(mul(g, b.apply(ir.InvLogit, x)))
	case ir.Lgamma:
		return one(mul(g, b.apply(ir.Digamma, x)))
	case ir.Digamma:
		return one(mul(g, b.apply(ir.Trigamma, x)))
	}
	if d := b.trigonometric(fn, x, y); d != nil {
		return one(mul(g, d))
	}
	if d := b.normalIntegrals(fn, x, y); d != nil {
		return one(mul(g, d))
	}
	return b.incompletePartials(fn, in, g)
}

// powPartials: ∂a^b = b·a^(b−1) and a^b·log a, the latter 0 at a = 0.
func (b *builder) powPartials(in G.Nodes, y, g *G.Node) G.Nodes {
	c := b.constant
	base := b.apply(ir.Mul, in[1], b.apply(ir.Pow, in[0], b.apply(ir.Sub, in[1], c(1))))
	log := b.apply(ir.Select, b.apply(ir.Lt, c(0), in[0]), b.apply(ir.Mul, y, b.apply(ir.Log, in[0])), c(0))
	return G.Nodes{b.apply(ir.Mul, g, base), b.apply(ir.Mul, g, log)}
}

func (b *builder) trigonometric(fn ir.Op, x, y *G.Node) *G.Node {
	c := b.constant
	square := func(n *G.Node) *G.Node { return b.apply(ir.Mul, n, n) }
	oneMinusSquare := func(n *G.Node) *G.Node {
		return b.apply(ir.Mul, b.apply(ir.Sub, c(1), n), b.apply(ir.Add, c(1), n))
	}
	switch fn {
	case ir.Sin:
		return b.apply(ir.Cos, x)
	case ir.Cos:
		return b.apply(ir.Neg, b.apply(ir.Sin, x))
	case ir.Tan:
		return b.apply(ir.Add, c(1), square(y))
	case ir.Asin:
		return b.apply(ir.Inv, b.apply(ir.Sqrt, oneMinusSquare(x)))
	case ir.Acos:
		return b.apply(ir.Neg, b.apply(ir.Inv, b.apply(ir.Sqrt, oneMinusSquare(x))))
	case ir.Atan:
		return b.apply(ir.Inv, b.apply(ir.Add, c(1), square(x)))
	case ir.Sinh:
		return b.apply(ir.Cosh, x)
	case ir.Cosh:
		return b.apply(ir.Sinh, x)
	case ir.Tanh:
		return oneMinusSquare(y)
	}
	return nil
}

// logSqrt2Pi is ½·log 2π.
const logSqrt2Pi = 0.91893853320467274178

// normalIntegrals differentiates the integrals of e^(−x²) and their inverse.
func (b *builder) normalIntegrals(fn ir.Op, x, y *G.Node) *G.Node {
	c := b.constant
	gauss := func(n *G.Node, scale, shift float64) *G.Node { // e^(scale·n² + shift)
		return b.apply(ir.Exp, b.apply(ir.Add, b.apply(ir.Mul, c(scale), b.apply(ir.Mul, n, n)), c(shift)))
	}
	switch fn {
	case ir.Erf:
		return b.apply(ir.Mul, c(2/math.SqrtPi), gauss(x, -1, 0))
	case ir.Erfc:
		return b.apply(ir.Mul, c(-2/math.SqrtPi), gauss(x, -1, 0))
	case ir.NormCDF:
		return gauss(x, -0.5, -logSqrt2Pi)
	case ir.LogNormCDF: // φ(x)/Φ(x), in logs so that both tails hold
		e := b.apply(ir.Sub, b.apply(ir.Mul, c(-0.5), b.apply(ir.Mul, x, x)), y)
		return b.apply(ir.Exp, b.apply(ir.Sub, e, c(logSqrt2Pi)))
	case ir.NormQuantile:
		return gauss(y, 0.5, logSqrt2Pi)
	}
	return nil
}

// incompletePartials differentiates the incomplete gamma and beta functions.
func (b *builder) incompletePartials(fn ir.Op, in G.Nodes, g *G.Node) (G.Nodes, error) {
	c := b.constant
	ap := b.apply
	switch fn {
	case ir.GammaP, ir.GammaQ:
		a, x := in[0], in[1]
		if fn == ir.GammaQ {
			g = ap(ir.Neg, g)
		}
		logDensity := ap(ir.Sub, ap(ir.Sub, ap(ir.Mul, ap(ir.Sub, a, c(1)), ap(ir.Log, x)), x), ap(ir.Lgamma, a))
		return G.Nodes{ap(ir.Mul, g, ap(ir.GammaPDa, a, x)), ap(ir.Mul, g, ap(ir.Exp, logDensity))}, nil
	case ir.BetaInc:
		p, q, x := in[0], in[1], in[2]
		logBeta := ap(ir.Sub, ap(ir.Add, ap(ir.Lgamma, p), ap(ir.Lgamma, q)), ap(ir.Lgamma, ap(ir.Add, p, q)))
		logDensity := ap(ir.Sub, ap(ir.Add, ap(ir.Mul, ap(ir.Sub, p, c(1)), ap(ir.Log, x)),
			ap(ir.Mul, ap(ir.Sub, q, c(1)), ap(ir.Log1p, ap(ir.Neg, x)))), logBeta)
		return G.Nodes{ap(ir.Mul, g, ap(ir.BetaIncDa, p, q, x)), ap(ir.Mul, g, ap(ir.BetaIncDb, p, q, x)),
			ap(ir.Mul, g, ap(ir.Exp, logDensity))}, nil
	}
	return nil, fmt.Errorf("%v has no derivative here", fn)
}
