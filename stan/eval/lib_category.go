package eval

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
)

// categoryFunctions are the log probabilities of categories.
func categoryFunctions() map[string]entry {
	return map[string]entry{
		"categorical_lpmf":       {lanes: true, eval: categorical},
		"categorical_logit_lpmf": {lanes: true, eval: categorical},
		"ordered_logistic_lpmf":  {lanes: true, eval: ordered(logisticScale)},
		"ordered_probit_lpmf":    {lanes: true, eval: ordered(probitScale)},
	}
}

// categories returns the known first argument, each element a category from 1 to k, over all lanes of l.
func (c *call) categories(k int, l *lanes) ([]int, error) {
	y := c.args[0]
	if y.IsSym() {
		return nil, c.errorf("", "the category depends on parameters")
	}
	if l != nil {
		y = c.ev.spread(y, l)
	}
	for _, n := range y.Ints {
		if n < 1 || n > k {
			return nil, c.errorf("", "the category is %d; it must lie between 1 and %d", n, k)
		}
	}
	return y.Ints, nil
}

// categorical: log P(y) = log θ_y, or β_y − log Σ e^β for logits.
func categorical(c *call) (*Value, error) {
	theta := c.args[1]
	l := c.lanes()
	k, size := theta.Size(), c.args[0].Size()
	y, err := c.categories(k, l)
	if err != nil {
		return nil, err
	}
	if !c.known() {
		return c.summed(c.chosen(theta, y, size, l), size, l)
	}
	var logs *Value
	if c.name == "categorical_logit_lpmf" {
		inner := *c
		inner.args, inner.name, inner.result = []*Value{theta}, "log_softmax", theta.Type
		logs, err = logSoftmax(&inner)
	} else {
		taken := *theta
		taken.Reals = each(theta.Reals, elem.Log)
		logs, err = &taken, c.simplex(theta)
	}
	if err != nil {
		return nil, err
	}
	logs = c.inLanes(logs, l)
	out := newReals(realType, nil, make([]float64, laneCount(l)))
	out.Lanes = l
	for i, category := range y {
		out.Reals[i%laneCount(l)] += logs.Reals[logs.position(category-1, i%laneCount(l))]
	}
	if c.unnormalised && !slices.Contains(out.Reals, math.Inf(-1)) {
		clear(out.Reals)
	}
	return out, nil
}

// chosen returns the log probabilities of the categories y for a theta that depends on parameters.
func (c *call) chosen(theta *Value, y []int, size int, l *lanes) expr.Expr {
	theta = c.inLanes(theta, l)
	n := laneCount(l)
	at := make([]int, len(y))
	for i, category := range y {
		at[i] = theta.position(category-1, i%n)
	}
	list := c.ev.flat(theta)
	picked := c.ev.pick(list, at)
	if c.name == "categorical_lpmf" {
		return expr.Log(picked)
	}
	if theta.Lanes == nil {
		return expr.Sub(picked, expr.LogSumExp(list))
	}
	total := laneLogSumExp(c.ev.components(theta))
	if size > 1 {
		total = repeatVector(total, size)
	}
	return expr.Sub(picked, total)
}

// simplex returns an error unless the elements of a known value are probabilities that add to 1, in each lane.
func (c *call) simplex(v *Value) error {
	const tolerance = 1e-8
	for b := range laneCount(v.Lanes) {
		total := 0.0
		for i, p := range v.lane(b).Reals {
			if !(p >= 0) {
				return c.errorf("", "probability %d is %v; it must not be negative", i+1, p)
			}
			total += p
		}
		if !(math.Abs(total-1) <= tolerance) {
			return c.errorf("", "the probabilities add to %v; they must add to 1", total)
		}
	}
	return nil
}

// latentScale is the distribution function F of the latent number behind ordered categories: log F, log(1 − F), and
// log(F(x) − F(z)) for x > z.
type latentScale struct {
	logCDF, logCCDF func(x any) expr.Expr
	logBetween      func(x, z any) expr.Expr
}

var logisticScale = latentScale{expr.LogInvLogit, expr.Log1mInvLogit, logInvLogitDiff}

var probitScale = latentScale{
	logCDF:  mapped(ir.LogNormCDF),
	logCCDF: func(x any) expr.Expr { return expr.Apply(ir.LogNormCDF, expr.Neg(x)) },
	logBetween: func(a, b any) expr.Expr {
		// The difference is taken on the side of the smaller tail.
		x, z := expr.Of(a), expr.Of(b)
		right := expr.Less(0, expr.Add(x, z))
		high, low := expr.Where(right, expr.Neg(z), x), expr.Where(right, expr.Neg(x), z)
		return expr.LogDiffExp(expr.Apply(ir.LogNormCDF, high), expr.Apply(ir.LogNormCDF, low))
	},
}

// ordered: P(y = j) = F(η − c_{j−1}) − F(η − c_j) with c_0 = −∞ and c_K = ∞, for K − 1 cut points.
func ordered(scale latentScale) func(c *call) (*Value, error) {
	return func(c *call) (*Value, error) {
		if err := c.increasing(c.args[2]); err != nil {
			return nil, err
		}
		eta, cuts := c.args[1], c.args[2]
		l, size := c.lanes(), c.args[0].Size()
		perElement := cuts.Type.Rank == 1
		k := cuts.Dims[len(cuts.Dims)-1] + 1
		if n := eta.Size(); !eta.IsScalar() && n != size || perElement && cuts.Dims[0] != size {
			return nil, c.errorf("", "the arguments have different sizes, %s, %s and %s", sizesText(c.args[0]), sizesText(eta), sizesText(cuts))
		}
		y, err := c.categories(k, l)
		if err != nil {
			return nil, err
		}
		if k == 1 || size == 0 {
			return newReal(0), nil
		}
		inner := *c
		inner.args = []*Value{eta}
		x := inner.broadcast(size, l)[0]
		if size > 1 && x.IsScalar() {
			x = expr.Repeat(x, []int{size * laneCount(l)})
		}
		return c.summed(c.between(scale, x, y, c.inLanes(cuts, l), k, perElement, laneCount(l)), size, l)
	}
}

// between returns the log probability of each category y at the location x.
func (c *call) between(scale latentScale, x expr.Expr, y []int, cuts *Value, k int, perElement bool, n int) expr.Expr {
	first, last := make([]float64, len(y)), make([]float64, len(y))
	lower, upper := make([]int, len(y)), make([]int, len(y))
	for i, category := range y {
		from := 0
		if perElement {
			from = i / n * (k - 1)
		}
		first[i], last[i] = truth(category == 1), truth(category == k)
		lower[i] = cuts.position(from+max(category-2, 0), i%n)
		upper[i] = cuts.position(from+min(category-1, k-2), i%n)
	}
	flags := func(v []float64) expr.Expr {
		if x.IsScalar() {
			return expr.Const(v[0])
		}
		return c.ev.nodes.of(v, false)
	}
	points := func(at []int) expr.Expr {
		if x.IsScalar() && c.ev.flat(cuts).IsScalar() {
			return c.ev.flat(cuts)
		}
		if x.IsScalar() {
			return expr.At(c.ev.flat(cuts), at[0])
		}
		return c.ev.pick(c.ev.flat(cuts), at)
	}
	isFirst, isLast := flags(first), flags(last)
	above, below := expr.Sub(x, points(lower)), expr.Sub(x, points(upper))
	end := expr.Max(isFirst, isLast)
	middle := scale.logBetween(expr.Where(end, 1, above), expr.Where(end, 0, below))
	return expr.Where(isFirst, scale.logCCDF(below), expr.Where(isLast, scale.logCDF(above), middle))
}

// increasing returns an error unless known cut points increase.
func (c *call) increasing(cuts *Value) error {
	if cuts.IsSym() {
		return nil
	}
	k := cuts.Dims[len(cuts.Dims)-1]
	for b := range laneCount(cuts.Lanes) {
		x := cuts.lane(b).Reals
		for i := range x {
			if i%k > 0 && !(x[i] > x[i-1]) {
				return c.errorf("", "cut point %d is %v, not above the one before, %v", i%k+1, x[i], x[i-1])
			}
		}
	}
	return nil
}

// glmFunctions are the regressions: a density with the linear predictor α + x·β in its place.
func glmFunctions() map[string]entry {
	return map[string]entry{
		"normal_id_glm_lpdf":          {lanes: true, eval: regression("normal_lpdf", 1)},
		"poisson_log_glm_lpmf":        {lanes: true, eval: regression("poisson_log_lpmf", 1)},
		"bernoulli_logit_glm_lpmf":    {lanes: true, eval: regression("bernoulli_logit_lpmf", 1)},
		"neg_binomial_2_log_glm_lpmf": {lanes: true, eval: regression("neg_binomial_2_log_lpmf", 1)},
		"binomial_logit_glm_lpmf":     {lanes: true, eval: regression("binomial_logit_lpmf", 2)},
		"ordered_logistic_glm_lpmf":   {lanes: true, eval: orderedRegression},
		"categorical_logit_glm_lpmf":  {lanes: true, eval: categoricalRegression},
	}
}

// other calls another function of the library.
func (c *call) other(name string, result types.Type, args ...*Value) (*Value, error) {
	return c.ev.apply(&call{ev: c.ev, at: c.at, name: name, args: args, result: result, unnormalised: c.unnormalised, total: c.total})
}

// predictor returns x·β for a matrix or row vector x.
func (c *call) predictor(x, beta *Value) (*Value, error) {
	result := vectorType
	if x.Type.Base == types.RowVector {
		result = realType
	}
	return c.other("*", result, x, beta)
}

// regression is the density called name with the arguments x, α, β from position i on in the place of its location.
func regression(name string, i int) func(c *call) (*Value, error) {
	return func(c *call) (*Value, error) {
		product, err := c.predictor(c.args[i], c.args[i+2])
		if err != nil {
			return nil, err
		}
		result := vectorType
		if product.IsScalar() && c.args[i+1].IsScalar() {
			result = realType
		}
		location, err := c.other("+", result, c.args[i+1], product)
		if err != nil {
			return nil, err
		}
		args := append(slices.Clone(c.args[:i]), location)
		return c.other(name, realType, append(args, c.args[i+3:]...)...)
	}
}

func orderedRegression(c *call) (*Value, error) {
	location, err := c.predictor(c.args[1], c.args[2])
	if err != nil {
		return nil, err
	}
	return c.other("ordered_logistic_lpmf", realType, c.args[0], location, c.args[3])
}

// categoricalRegression: row i of x·β, with α added, holds the logits of category y_i. Rows are taken as lanes.
func categoricalRegression(c *call) (*Value, error) {
	if c.lanes() != nil {
		return c.outOfLanes()
	}
	y, x, alpha, beta := c.args[0], c.args[1], c.args[2], c.args[3]
	rows, cols := x.matrixSizes()
	matrix := types.Type{Base: types.Matrix}
	scores, err := c.other("*", matrix, x.as(matrix, []int{rows, cols}), beta)
	if err != nil {
		return nil, err
	}
	k := alpha.Size()
	if y.Size() != rows || k != scores.Dims[1] {
		return nil, c.errorf("", "the arguments have sizes %s, %s, %s and %s", sizesText(y), sizesText(x), sizesText(alpha), sizesText(beta))
	}
	if rows == 0 {
		return newReal(0), nil
	}
	l := &lanes{n: rows}
	perRow := scores.as(vectorType, []int{k})
	perRow.Lanes = l
	categories := y.as(intType, nil)
	categories.Lanes = l
	logits, err := c.other("+", vectorType, perRow, alpha)
	if err != nil {
		return nil, err
	}
	density := &call{
		ev: c.ev, at: c.at, name: "categorical_logit_lpmf", args: []*Value{categories, logits}, result: realType,
		unnormalised: c.unnormalised, total: true,
	}
	v, err := c.ev.apply(density)
	if err != nil || v.Lanes == nil {
		return v, err
	}
	return newReal(sumLanes(v.Reals)), nil
}
