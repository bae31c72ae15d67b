package eval

import (
	"math"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
)

// mixtures are log_mix and the functions of one number that are steps or tests.
func mixtures() map[string]entry {
	two := realFunction(3, func(x []expr.Expr) expr.Expr {
		return expr.LogAddExp(expr.Add(expr.Log(x[0]), x[1]), expr.Add(expr.Log1p(expr.Neg(x[0])), x[2]))
	})
	return map[string]entry{
		"log_mix":  byCount(3, two, entry{lanes: true, eval: logMix}),
		"int_step": test(func(x float64) bool { return x > 0 }, func(x expr.Expr) expr.Expr { return expr.Less(0, x) }),
		"is_nan":   test(func(x float64) bool { return x != x }, func(x expr.Expr) expr.Expr { return expr.Sub(1, expr.Equal(x, x)) }),
		"is_inf": test(func(x float64) bool { return math.IsInf(x, 0) }, func(x expr.Expr) expr.Expr {
			return expr.Equal(expr.Apply(ir.Abs, x), math.Inf(1))
		}),
	}
}

// byCount is f for calls with n arguments, else g.
func byCount(n int, f, g entry) entry {
	return entry{lanes: f.lanes && g.lanes, eval: func(c *call) (*Value, error) {
		if len(c.args) == n {
			return f.eval(c)
		}
		return g.eval(c)
	}}
}

// test is a condition on one real number.
func test(num func(x float64) bool, sym func(x expr.Expr) expr.Expr) entry {
	return entry{lanes: true, eval: func(c *call) (*Value, error) {
		v, err := c.elementwise(elementwise{
			num: func(x []float64) float64 { return truth(num(x[0])) },
			sym: func(x []expr.Expr) expr.Expr { return sym(x[0]) },
		})
		if err != nil || v.IsSym() {
			return v, err
		}
		return v.asInt(), nil
	}}
}

// logMix: log Σ_k θ_k·e^(lp_k), summed over the vectors lp where there is an array of them.
func logMix(c *call) (*Value, error) {
	theta, lp := c.args[0], c.args[1]
	k := theta.Size()
	n := 1
	if lp.Type.Rank == 1 && lp.Type.Base != types.Real {
		n = lp.Dims[0]
	}
	if lp.Size() != n*k {
		return nil, c.errorf("", "%s and %s do not fit", sizesText(theta), sizesText(lp))
	}
	if k == 0 || n == 0 {
		return newReal(0), nil
	}
	l := c.lanes()
	weights, terms := c.parts(c.inLanes(theta, l)), c.parts(c.inLanes(lp, l))
	logs := mapAll(weights, func(w expr.Expr) expr.Expr { return expr.Log(w) })
	total := expr.Const(0)
	for i := range n {
		list := make([]expr.Expr, k)
		for j := range list {
			list[j] = expr.Add(logs[j], terms[i*k+j])
		}
		total = expr.Add(total, laneLogSumExp(list))
	}
	return c.value(total, realType, nil, l)
}

// parts is ev.components; known values are leaves that nobody else sees where the whole call is known.
func (c *call) parts(v *Value) []expr.Expr {
	if !c.known() {
		return c.ev.components(v)
	}
	n := laneCount(v.Lanes)
	list := make([]expr.Expr, v.Size())
	for e := range list {
		x := v.Reals[e*n : (e+1)*n]
		if v.Lanes == nil {
			list[e] = expr.Const(x[0])
		} else {
			list[e] = expr.Data("", []int{n}, x)
		}
	}
	return list
}
