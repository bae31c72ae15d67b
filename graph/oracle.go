package graph

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// Do implements gorgonia.Op. Gorgonia's own machine runs it in tests only, as
// an oracle: plain loops over package math and gonum, sharing no code with the
// backends.
func (o *op) Do(args ...G.Value) (G.Value, error) {
	in := make([][]float64, len(args))
	for i, v := range args {
		in[i] = floats(v)
	}
	out := make([]float64, elements(o.out))
	if err := o.evaluate(out, in); err != nil {
		return nil, err
	}
	if o.out == scalar {
		f := G.F64(out[0])
		return &f, nil
	}
	return tensor.New(tensor.WithShape(o.out), tensor.WithBacking(out)), nil
}

func floats(v G.Value) []float64 {
	switch v := v.(type) {
	case *G.F64:
		return []float64{float64(*v)}
	case tensor.Tensor:
		switch d := v.Data().(type) {
		case []float64:
			return d
		case float64:
			return []float64{d}
		}
	}
	panic(fmt.Sprintf("graph: unexpected value %T", v))
}

func (o *op) evaluate(out []float64, in [][]float64) error {
	switch o.Kind {
	case expr.Literal:
		copy(out, o.values)
	case expr.Map:
		return o.evaluateMap(out, in)
	case expr.Fill:
		for i := range out {
			out[i] = in[0][0]
		}
	case expr.Stop, expr.Tangent:
		copy(out, in[0])
	case expr.Linear:
		for i, x := range in[0] {
			out[i+1] = x + in[1][i]*out[i]
		}
	case expr.LinearGrad:
		for i := len(out) - 1; i >= 0; i-- {
			if out[i] = in[0][i+1]; i+1 < len(out) {
				out[i] += in[1][i+1] * out[i+1]
			}
		}
	case expr.SumLogs:
		for _, x := range in[0] {
			out[0] += math.Log(x)
		}
	case expr.SumAll:
		for _, x := range in[0] {
			out[0] += x
		}
	case expr.MatVec:
		for j := range o.Cols {
			for i := range o.Rows {
				if o.Trans {
					out[j] += in[0][i+j*o.Rows] * in[1][i]
				} else {
					out[i] += in[0][i+j*o.Rows] * in[1][j]
				}
			}
		}
	case expr.Outer:
		for k := range out {
			out[k] = in[0][k%o.Rows] * in[1][k/o.Rows]
		}
	case expr.Gather:
		for i, k := range o.Index.Values {
			out[i] = in[0][k]
		}
	case expr.SegSum:
		for i, k := range o.Index.Values {
			out[k] += in[0][i]
		}
	case expr.Slice:
		copy(out, in[0][o.Off:o.Off+len(out)])
	case expr.Assemble:
		for k, piece := range in {
			copy(out[o.Offs[k]:], piece)
		}
	case expr.CumSum:
		sum := 0.0
		for i := range out {
			if o.Reverse {
				i = len(out) - 1 - i
			}
			sum += in[0][i]
			out[i] = sum
		}
	case expr.ScanLoop, expr.ScanGrad:
		return o.evaluateScan(out, in)
	default:
		return o.evaluateMatrix(out, in)
	}
	return nil
}

func (o *op) evaluateMap(out []float64, in [][]float64) error {
	var v [3]float64
	for i := range out {
		for k, a := range in {
			v[k] = a[min(i, len(a)-1)]
		}
		y, ok := plain(o.Fn, v[0], v[1], v[2])
		if !ok {
			return fmt.Errorf("no oracle of %v", o.Fn)
		}
		out[i] = y
	}
	return nil
}

// plain evaluates an elementwise function with the standard library.
func plain(fn ir.Op, a, b, c float64) (float64, bool) {
	switch fn {
	case ir.Neg, ir.Abs, ir.Sqrt, ir.Floor, ir.Ceil, ir.Round, ir.Trunc, ir.Add, ir.Sub, ir.Mul, ir.Div, ir.FMA,
		ir.Min, ir.Max, ir.Lt, ir.Le, ir.Eq, ir.Select:
		return ir.Apply(fn, a, b, c), true
	case ir.Pow:
		return math.Pow(a, b), true
	case ir.Lgamma:
		v, _ := math.Lgamma(a)
		return v, true
	case ir.Hypot:
		return math.Hypot(a, b), true
	case ir.Square:
		return a * a, true
	case ir.Inv:
		return 1 / a, true
	case ir.InvLogit:
		return 1 / (1 + math.Exp(-a)), true
	case ir.Log1pExp:
		return math.Max(a, 0) + math.Log1p(math.Exp(-math.Abs(a))), true
	case ir.LogNormCDF:
		if a > -10 {
			return math.Log(0.5 * math.Erfc(-a/math.Sqrt2)), true
		}
		return 0, false
	case ir.GammaP:
		return mathext.GammaIncReg(a, b), true
	case ir.GammaQ:
		return mathext.GammaIncRegComp(a, b), true
	case ir.BetaInc:
		return mathext.RegIncBeta(a, b, c), true
	}
	f, ok := plainUnary[fn]
	if !ok {
		return 0, false
	}
	return f(a), true
}

var plainUnary = map[ir.Op]func(float64) float64{
	ir.Exp: math.Exp, ir.Log: math.Log, ir.Log1p: math.Log1p, ir.Expm1: math.Expm1,
	ir.Sin: math.Sin, ir.Cos: math.Cos, ir.Tan: math.Tan, ir.Asin: math.Asin, ir.Acos: math.Acos, ir.Atan: math.Atan,
	ir.Sinh: math.Sinh, ir.Cosh: math.Cosh, ir.Tanh: math.Tanh, ir.Erf: math.Erf, ir.Erfc: math.Erfc,
	ir.Digamma:      mathext.Digamma,
	ir.Trigamma:     func(x float64) float64 { return mathext.Zeta(2, x) },
	ir.NormCDF:      func(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) },
	ir.NormQuantile: func(p float64) float64 { return mathext.NormalQuantile(p) },
}

func (o *op) evaluateMatrix(out []float64, in [][]float64) error {
	n := o.Rows
	switch o.Kind {
	case expr.Chol:
		for j := range n {
			for i := j; i < n; i++ {
				s := in[0][i+j*n]
				for k := range j {
					s -= out[i+k*n] * out[j+k*n]
				}
				if i == j {
					out[i+j*n] = math.Sqrt(s)
				} else {
					out[i+j*n] = s / out[j+j*n]
				}
			}
		}
	case expr.CholGrad:
		choleskyAdjoint(out, in[0], in[1], n)
	case expr.TriSolve:
		for c := range o.Cols {
			solveTriangular(out[c*n:(c+1)*n], in[0], in[1][c*n:(c+1)*n], n, o.Trans)
		}
	default:
		return fmt.Errorf("no oracle of %v", o)
	}
	return nil
}

func solveTriangular(x, l, b []float64, n int, trans bool) {
	for step := range n {
		i := step
		if trans {
			i = n - 1 - step
		}
		s := b[i]
		for k := range n {
			if !trans && k < i {
				s -= l[i+k*n] * x[k]
			}
			if trans && k > i {
				s -= l[k+i*n] * x[k]
			}
		}
		x[i] = s / l[i+i*n]
	}
}

// choleskyAdjoint reverses the column-by-column factorisation (Smith 1995).
func choleskyAdjoint(out, l, adj []float64, n int) {
	f := make([]float64, n*n)
	for j := range n {
		for i := j; i < n; i++ {
			f[i+j*n] = adj[i+j*n]
		}
	}
	for j := n - 1; j >= 0; j-- {
		for i := n - 1; i > j; i-- {
			f[j+j*n] -= f[i+j*n] * l[i+j*n] / l[j+j*n]
			f[i+j*n] /= l[j+j*n]
			for k := range j {
				f[j+k*n] -= f[i+j*n] * l[i+k*n]
				f[i+k*n] -= f[i+j*n] * l[j+k*n]
			}
		}
		f[j+j*n] *= 0.5 / l[j+j*n]
		for k := range j {
			f[j+k*n] -= 2 * f[j+j*n] * l[j+k*n]
		}
	}
	copy(out, f)
}

// evaluateScan runs a scan, or its reverse, through the graph of its body.
func (o *op) evaluateScan(out []float64, in [][]float64) error {
	sg, err := newScanGraph(o.Scan, o.Kind == expr.ScanGrad)
	if err != nil {
		return err
	}
	s := layoutOf(o)
	values := make(map[*G.Node]float64)
	eval := func(n *G.Node) float64 { return evaluateNode(sg.b, n, values) }
	carry := make([]float64, s.carry)
	first := func(i int) { // binds the placeholders of iteration i
		clear(values)
		for k, h := range sg.shared {
			values[h] = in[s.carry+k][0]
		}
		for k, h := range sg.step {
			values[h] = in[s.carry+s.shared+k][i]
		}
	}
	if o.Kind == expr.ScanLoop {
		for k := range carry {
			carry[k] = in[k][0]
		}
		for i := range s.n {
			first(i)
			for k, h := range sg.carry {
				values[h] = carry[k]
				out[k*s.n+i] = carry[k]
			}
			for k, n := range sg.out {
				out[(s.carry+k)*s.n+i] = eval(n)
			}
			for k, n := range sg.next {
				carry[k] = eval(n)
			}
		}
		copy(out[(s.carry+s.out)*s.n:], carry)
		return nil
	}
	args := s.carry + s.shared + s.step
	trace, adj := in[args], in[args+1]
	copy(carry, adj[(s.carry+s.out)*s.n:])
	for i := s.n - 1; i >= 0; i-- {
		first(i)
		for k, h := range sg.carry {
			values[h] = trace[k*s.n+i]
			values[sg.nextAdj[k]] = carry[k]
		}
		for k, h := range sg.outAdj {
			values[h] = adj[(s.carry+k)*s.n+i]
		}
		for k, n := range sg.stepAdj {
			out[s.carry+s.shared+k*s.n+i] = eval(n)
		}
		for k, n := range sg.sharedAdj {
			out[s.carry+k] += eval(n)
		}
		for k, n := range sg.carryAdj {
			carry[k] = eval(n) + adj[k*s.n+i]
		}
	}
	copy(out, carry)
	return nil
}

func evaluateNode(b *builder, n *G.Node, values map[*G.Node]float64) float64 {
	if v, ok := values[n]; ok {
		return v
	}
	o := opOf(n)
	in := [][]float64{}
	for _, c := range b.children(n) {
		in = append(in, []float64{evaluateNode(b, c, values)})
	}
	var out [1]float64
	if err := o.evaluate(out[:], in); err != nil {
		panic("graph: " + err.Error())
	}
	values[n] = out[0]
	return out[0]
}
