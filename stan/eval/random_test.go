package eval

import (
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan/data"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
	"github.com/quatre-ppl/quatre/tensor"
)

// randomData draws values for a program's data block that keep its bounds and sets. Ints without an upper bound are at most
// so much above their lower bound, or above 0.
func randomData(p *types.Program, src *rng.Stream, above int) (*data.Set, error) {
	ev := newEvaluator(p)
	set := data.New("random")
	for _, sym := range p.Data {
		if isComplex(sym.Type) || sym.Type.Base == types.Tuple {
			return nil, ev.unavailable(sym.At, "random "+sym.Type.String()+" is")
		}
		dims, err := ev.sizes(sym.Decl, sym.Name)
		if err != nil {
			return nil, err
		}
		lower, upper, err := boundsOf(ev, sym)
		if err != nil {
			return nil, err
		}
		n := product(dims)
		if sym.Type.IsInt() {
			list := make([]int, n)
			for i := range list {
				lo := int(max(lower[i%len(lower)], -3))
				hi := int(min(upper[i%len(upper)], float64(max(lo, 0)+above)))
				if upper[i%len(upper)] < 100 {
					hi = int(upper[i%len(upper)])
				}
				list[i] = lo + src.Intn(max(1, hi-lo+1))
			}
			set.SetInts(sym.Name, tensor.Shape(dims), list)
		} else {
			v := newReals(sym.Type, dims, make([]float64, n))
			for i := range v.Reals {
				v.Reals[i] = between(lower[i%len(lower)], upper[i%len(upper)], src)
			}
			intoSet(sym.Decl.Constraint, v)
			set.SetReals(sym.Name, tensor.Shape(dims), toRows(v))
		}
		if err := ev.readData([]*types.Symbol{sym}, set); err != nil {
			return nil, err
		}
	}
	return set, nil
}

func boundsOf(ev *evaluator, sym *types.Symbol) (lower, upper []float64, err error) {
	lower, upper = []float64{math.Inf(-1)}, []float64{math.Inf(1)}
	for _, b := range []struct {
		e  types.Expr
		to *[]float64
	}{{sym.Decl.Lower, &lower}, {sym.Decl.Upper, &upper}} {
		if b.e == nil {
			continue
		}
		v, err := ev.eval(b.e)
		if err != nil {
			return nil, nil, err
		}
		if v.Size() > 0 {
			*b.to = v.Floats()
		}
	}
	return lower, upper, nil
}

func between(lo, hi float64, src *rng.Stream) float64 {
	u := src.Float64()
	switch {
	case math.IsInf(lo, -1) && math.IsInf(hi, 1):
		return src.Normal()
	case math.IsInf(lo, -1):
		return hi - 2*u
	case math.IsInf(hi, 1):
		return lo + 2*u
	}
	return lo + (hi-lo)*u
}

// intoSet moves random values into the set of a declaration.
func intoSet(c types.Constraint, v *Value) {
	rows, cols := v.matrixSizes()
	size := rows * cols
	for from := 0; size > 0 && from < len(v.Reals); from += size {
		x := v.Reals[from : from+size]
		switch c {
		case types.Ordered:
			slices.Sort(x)
		case types.PositiveOrdered:
			for i := range x {
				x[i] = math.Abs(x[i])
			}
			slices.Sort(x)
		case types.Simplex:
			s := 0.0
			for i := range x {
				x[i] = math.Abs(x[i])
				s += x[i]
			}
			for i := range x {
				x[i] /= s
			}
		case types.CovMatrix:
			for i := range rows {
				for j := range i {
					x[i+j*rows] = 0.1
					x[j+i*rows] = 0.1
				}
				x[i+i*rows] = 1 + math.Abs(x[i+i*rows])
			}
		}
	}
}

// toRows returns the elements in row-major order.
func toRows(v *Value) []float64 {
	if !isMatrix(v.Type) {
		return v.Reals
	}
	rows, cols := v.matrixSizes()
	out := make([]float64, len(v.Reals))
	for from := 0; from < len(out); from += rows * cols {
		for i := range rows {
			for j := range cols {
				out[from+i*cols+j] = v.Reals[from+i+j*rows]
			}
		}
	}
	return out
}

// direct is the log density of a program computed with numbers throughout: the parameters are known, nothing runs in
// lanes, nothing is derived. It includes all constants.
type direct struct {
	ev     *evaluator
	before []*variable
}

func newDirect(t testing.TB, p *types.Program, set *data.Set) *direct {
	t.Helper()
	for _, list := range [][]types.Stmt{p.Model, p.TransformedParameters} {
		normalise(list)
	}
	for _, f := range p.Functions {
		normalise(f.Body)
	}
	ev := newEvaluator(p)
	ev.src = rng.NewKey(0).Child("transformed data").Stream()
	if err := ev.readData(p.Data, set); err != nil {
		t.Fatal(err)
	}
	if err := ev.block(p.TransformedData); err != nil {
		t.Fatal(err)
	}
	return &direct{ev: ev, before: ev.snapshot()}
}

func normalise(list []types.Stmt) {
	types.WalkStmts(list, func(types.Stmt) {}, func(e types.Expr) bool {
		if c, ok := e.(*types.Call); ok {
			c.Unnormalised = false
		}
		return true
	})
}

// logDensity runs the program at the point q; m is its model.
func (d *direct) logDensity(t testing.TB, q []float64) (float64, []*Value) {
	t.Helper()
	ev := d.ev
	ev.frame = &frame{vars: slices.Clone(d.before)}
	ev.terms, ev.nodes = nil, newNodes()
	m := emptyModel()
	if err := ev.parameters(m); err != nil {
		t.Fatal(err)
	}
	for i, term := range ev.terms {
		ev.terms[i].x = expr.Const(number1(t, term.x, q))
	}
	for _, sym := range ev.program.Parameters {
		v := ev.frame.vars[sym.Slot]
		if v.value.Sym != nil {
			x, err := fold(v.value.Sym, q)
			if err != nil {
				t.Fatal(err)
			}
			v.set(newReals(v.typ, v.dims, slices.Clone(x)))
		}
	}
	if err := ev.block(ev.program.TransformedParameters); err != nil {
		t.Fatal(err)
	}
	var values []*Value
	for _, sym := range append(slices.Clone(ev.program.Parameters), ev.program.Globals(syntax.TransformedParametersBlock)...) {
		values = append(values, ev.load(ev.frame.vars[sym.Slot]))
	}
	if err := ev.block(ev.program.Model); err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, term := range ev.terms {
		sum += number1(t, term.x, nil)
	}
	return sum, values
}
