package eval

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// reduction is a function that makes one number of all elements of a container.
type reduction struct {
	// num is its value for numbers, ints is the same for ints where those have one.
	num  func(x []float64) float64
	ints func(n []int) int
	// sym is its value for a list with at least one element.
	sym func(x expr.Expr) expr.Expr
	// lanes is its value, lane by lane, for elements that are scalars or vectors over the lanes.
	lanes func(x []expr.Expr) expr.Expr
	// needs is the least number of elements; intsNeed is that of ints.
	needs, intsNeed int
}

// reductions are the functions of one container.
func reductions() map[string]entry {
	table := map[string]entry{}
	for name, r := range map[string]reduction{
		"sum":  {num: sumLanes, ints: intSum, sym: func(x expr.Expr) expr.Expr { return expr.Sum(x) }, lanes: chain(expr.Add)},
		"prod": {num: productOf, ints: intProduct, sym: tree(expr.Mul), lanes: chain(expr.Mul)},
		"min": {
			num: extreme(math.Inf(1), func(x, y float64) bool { return x < y }), ints: func(n []int) int { return slices.Min(n) },
			sym: tree(expr.Min), lanes: chain(expr.Min), intsNeed: 1,
		},
		"max": {
			num: extreme(math.Inf(-1), func(x, y float64) bool { return x > y }), ints: func(n []int) int { return slices.Max(n) },
			sym: tree(expr.Max), lanes: chain(expr.Max), intsNeed: 1,
		},
		"mean":        {num: tensor.Mean, sym: meanOf, lanes: laneMean, needs: 1},
		"variance":    {num: varianceOf, sym: symVariance, lanes: laneVariance, needs: 1},
		"sd":          {num: func(x []float64) float64 { return math.Sqrt(varianceOf(x)) }, sym: symSD, lanes: laneSD, needs: 1},
		"log_sum_exp": {num: tensor.LogSumExp, sym: func(x expr.Expr) expr.Expr { return expr.LogSumExp(x) }, lanes: laneLogSumExp},
		"norm1":       {num: func(x []float64) float64 { return sumLanes(each(x, math.Abs)) }, sym: func(x expr.Expr) expr.Expr { return expr.Sum(expr.Abs(x)) }, lanes: laneNorm1},
		"norm2":       {num: euclidean, sym: func(x expr.Expr) expr.Expr { return expr.Sqrt(expr.Sum(expr.Square(x))) }, lanes: laneNorm2},
		"dot_self":    {num: squares, sym: func(x expr.Expr) expr.Expr { return expr.Sum(expr.Square(x)) }, lanes: laneSquares},
	} {
		table[name] = entry{lanes: true, eval: r.eval}
	}
	// log_sum_exp of two numbers works element by element, min and max of two are those of ints.
	table["log_sum_exp"] = byCount(1, table["log_sum_exp"], twoReals(expr.LogAddExp))
	table["min"] = byCount(1, table["min"], intFunction(func(_ *call, n []int) (int, error) { return min(n[0], n[1]), nil }, pairOf(expr.Min)))
	table["max"] = byCount(1, table["max"], intFunction(func(_ *call, n []int) (int, error) { return max(n[0], n[1]), nil }, pairOf(expr.Max)))
	table["dot_product"] = entry{lanes: true, eval: dotProduct}
	table["squared_distance"] = entry{lanes: true, eval: squaredDistance}
	table["distance"] = entry{lanes: true, eval: distance}
	table["quantile"] = entry{eval: sampleQuantile}
	return table
}

func (r reduction) eval(c *call) (*Value, error) {
	v := c.args[0]
	n, need := v.Size(), r.needs
	if c.result.IsInt() {
		need = r.intsNeed
	}
	if n < need {
		return nil, c.errorf("", "the argument %s has no elements", sizesText(v))
	}
	switch {
	case v.known():
		return r.known(c, v), nil
	case n == 0:
		return newReal(r.num(nil)), nil
	case v.Lanes == nil:
		return c.value(r.sym(c.ev.flat(v)), c.result, nil, nil)
	}
	return c.value(r.lanes(c.ev.components(v)), c.result, nil, v.Lanes)
}

func (r reduction) known(c *call, v *Value) *Value {
	out := &Value{Type: c.result, Lanes: v.Lanes, Fixed: v.Fixed}
	for b := range laneCount(v.Lanes) {
		if c.result.IsInt() {
			out.Ints = append(out.Ints, r.ints(v.lane(b).Ints))
		} else {
			out.Reals = append(out.Reals, r.num(v.lane(b).Floats()))
		}
	}
	return out
}

// chain combines elements in order.
func chain(f func(a, b any) expr.Expr) func(x []expr.Expr) expr.Expr {
	return func(x []expr.Expr) expr.Expr {
		total := x[0]
		for _, next := range x[1:] {
			total = f(total, next)
		}
		return total
	}
}

// tree combines the halves of a list until one element is left.
func tree(f func(a, b any) expr.Expr) func(x expr.Expr) expr.Expr {
	return func(x expr.Expr) expr.Expr {
		for x.Err() == nil && x.Size() > 1 {
			n := x.Size()
			half := n / 2
			m := f(expr.Part(x, 0, half), expr.Part(x, half, half))
			if n%2 == 1 {
				m = expr.Concat(m, expr.At(x, n-1))
			}
			x = m
		}
		return expr.At(x, 0)
	}
}

func intSum(n []int) int {
	total := 0
	for _, k := range n {
		total += k
	}
	return total
}

func intProduct(n []int) int {
	total := 1
	for _, k := range n {
		total *= k
	}
	return total
}

func productOf(x []float64) float64 {
	total := 1.0
	for _, v := range x {
		total *= v
	}
	return total
}

// extreme returns the element that precedes all others, or start if there is none; NaN if any element is.
func extreme(start float64, before func(x, y float64) bool) func(x []float64) float64 {
	return func(x []float64) float64 {
		best := start
		for _, v := range x {
			if v != v {
				return v
			}
			if before(v, best) {
				best = v
			}
		}
		return best
	}
}

func each(x []float64, f func(float64) float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = f(v)
	}
	return out
}

func squares(x []float64) float64 {
	return sumLanes(each(x, func(v float64) float64 { return v * v }))
}

func euclidean(x []float64) float64 { return math.Sqrt(squares(x)) }

// varianceOf is 0 for one element, as the language has it.
func varianceOf(x []float64) float64 {
	if len(x) == 1 {
		return 0
	}
	return tensor.Variance(x)
}

func meanOf(x expr.Expr) expr.Expr { return expr.Div(expr.Sum(x), float64(x.Size())) }

func symVariance(x expr.Expr) expr.Expr {
	n := x.Size()
	if n == 1 {
		return expr.Const(0)
	}
	return expr.Div(expr.Sum(expr.Square(expr.Sub(x, meanOf(x)))), float64(n-1))
}

func symSD(x expr.Expr) expr.Expr {
	if x.Size() == 1 {
		return expr.Const(0)
	}
	return expr.Sqrt(symVariance(x))
}

func laneMean(x []expr.Expr) expr.Expr { return expr.Div(chain(expr.Add)(x), float64(len(x))) }

func laneVariance(x []expr.Expr) expr.Expr {
	if len(x) == 1 {
		return expr.Const(0)
	}
	mean := laneMean(x)
	return expr.Div(chain(expr.Add)(mapAll(x, func(v expr.Expr) expr.Expr { return expr.Square(expr.Sub(v, mean)) })), float64(len(x)-1))
}

func laneSD(x []expr.Expr) expr.Expr {
	if len(x) == 1 {
		return expr.Const(0)
	}
	return expr.Sqrt(laneVariance(x))
}

func laneNorm1(x []expr.Expr) expr.Expr {
	return chain(expr.Add)(mapAll(x, func(v expr.Expr) expr.Expr { return expr.Abs(v) }))
}

func laneSquares(x []expr.Expr) expr.Expr {
	return chain(expr.Add)(mapAll(x, func(v expr.Expr) expr.Expr { return expr.Square(v) }))
}

func laneNorm2(x []expr.Expr) expr.Expr { return expr.Sqrt(laneSquares(x)) }

// laneLogSumExp is log Σ e^x with the largest term taken out. With all terms −∞ it takes out 0, so that the result is −∞.
func laneLogSumExp(x []expr.Expr) expr.Expr {
	if len(x) == 2 {
		return expr.LogAddExp(x[0], x[1])
	}
	high := expr.Constant(chain(expr.Max)(x))
	shift := expr.Where(expr.Less(math.Inf(-1), high), high, 0)
	total := chain(expr.Add)(mapAll(x, func(v expr.Expr) expr.Expr { return expr.Exp(expr.Sub(v, shift)) }))
	return expr.Add(shift, expr.Log(total))
}

func mapAll(x []expr.Expr, f func(expr.Expr) expr.Expr) []expr.Expr {
	out := make([]expr.Expr, len(x))
	for i, v := range x {
		out[i] = f(v)
	}
	return out
}

// dotProduct adds the products of two containers' elements.
func dotProduct(c *call) (*Value, error) {
	x, y, l, err := c.twoLists()
	if err != nil {
		return nil, err
	}
	switch n := x.Size(); {
	case c.known():
		return c.numberPerLane(l, func(a, b float64) float64 { return a * b }, sumLanes), nil
	case n == 0:
		return newReal(0), nil
	case l == nil:
		return c.value(expr.Dot(c.ev.flat(x), c.ev.flat(y)), c.result, nil, nil)
	}
	x, y = c.inLanes(x, l), c.inLanes(y, l)
	return c.value(c.dotInLanes(c.ev.components(x), c.ev.components(y), x, y, l), c.result, nil, l)
}

// twoLists returns the two arguments, which must have equally many elements, and the lanes of the result.
func (c *call) twoLists() (x, y *Value, l *lanes, err error) {
	x, y = c.args[0], c.args[1]
	if x.Size() != y.Size() {
		err = c.errorf("", "the arguments have different sizes, %s and %s", sizesText(x), sizesText(y))
	}
	return x, y, c.lanes(), err
}

// numberPerLane applies a function to the elements of both known arguments, and total to the results of each lane.
func (c *call) numberPerLane(l *lanes, f func(a, b float64) float64, total func(x []float64) float64) *Value {
	pairs := newReals(vectorType, []int{c.args[0].Size()}, c.each(func(x []float64) float64 { return f(x[0], x[1]) }, c.args[0].Size(), l))
	pairs.Lanes = l
	out := newReals(c.result, nil, nil)
	out.Lanes, out.Fixed = l, c.fixed()
	for b := range laneCount(l) {
		out.Reals = append(out.Reals, total(pairs.lane(b).Reals))
	}
	return out
}

func squaredDistance(c *call) (*Value, error) {
	return c.distances(squares, func(x expr.Expr) expr.Expr { return x })
}

func distance(c *call) (*Value, error) {
	return c.distances(euclidean, func(x expr.Expr) expr.Expr { return expr.Sqrt(x) })
}

// distances is a function of the squared distance of the arguments.
func (c *call) distances(num func(difference []float64) float64, sym func(squared expr.Expr) expr.Expr) (*Value, error) {
	x, y, l, err := c.twoLists()
	if err != nil {
		return nil, err
	}
	switch {
	case c.known():
		return c.numberPerLane(l, func(a, b float64) float64 { return a - b }, num), nil
	case x.Size() == 0:
		return newReal(0), nil
	case l == nil:
		d := expr.Sub(c.ev.flat(x), c.ev.flat(y))
		return c.value(sym(expr.Sum(expr.Square(d))), c.result, nil, nil)
	}
	a, b := c.ev.components(c.inLanes(x, l)), c.ev.components(c.inLanes(y, l))
	d := make([]expr.Expr, len(a))
	for i := range d {
		d[i] = expr.Sub(a[i], b[i])
	}
	return c.value(sym(laneSquares(d)), c.result, nil, l)
}

// sampleQuantile interpolates between the order statistics (Hyndman and Fan 1996, type 7).
func sampleQuantile(c *call) (*Value, error) {
	if !c.known() {
		return nil, c.errorf("", "it cannot be used with parameters")
	}
	x := slices.Clone(c.args[0].Floats())
	if len(x) == 0 {
		return nil, c.errorf("", "the argument %s has no elements", sizesText(c.args[0]))
	}
	for _, v := range x {
		if v != v {
			return nil, c.errorf("", "an element is NaN")
		}
	}
	slices.Sort(x)
	out := slices.Clone(c.args[1].Floats())
	for i, p := range out {
		if !(p >= 0 && p <= 1) {
			return nil, c.errorf("", "the probability is %v; it must lie in [0, 1]", p)
		}
		out[i] = tensor.Quantile(x, p)
	}
	return newReals(c.result, c.args[1].Dims, out), nil
}
