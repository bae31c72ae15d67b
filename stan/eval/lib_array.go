package eval

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
)

// arrayFunctions take containers apart and put them together.
func arrayFunctions() map[string]entry {
	table := map[string]entry{
		"size":         sizeFunction(length),
		"num_elements": sizeFunction((*Value).Size),
		"rows":         sizeFunction(func(v *Value) int { r, _ := v.matrixSizes(); return r }),
		"cols":         sizeFunction(func(v *Value) int { _, k := v.matrixSizes(); return k }),
		"dims": {lanes: true, eval: func(c *call) (*Value, error) {
			v := c.args[0]
			d := slices.Clone(v.Dims[:v.Type.Rank])
			if len(v.Dims) > v.Type.Rank { // a vector has one column, a row vector one row
				rows, cols := v.matrixSizes()
				d = append(d, rows, cols)
			}
			return newInts(c.result, []int{len(d)}, d), nil
		}},

		"head":           {lanes: true, eval: part(func(size, n, _ int) (int, int) { return 1, n })},
		"tail":           {lanes: true, eval: part(func(size, n, _ int) (int, int) { return size - n + 1, n })},
		"segment":        {lanes: true, eval: part(func(size, from, n int) (int, int) { return from, n })},
		"reverse":        {lanes: true, eval: reverse},
		"append_array":   {lanes: true, eval: appendArray},
		"append_row":     {lanes: true, eval: appendRow},
		"append_col":     {lanes: true, eval: appendCol},
		"cumulative_sum": {lanes: true, eval: cumulativeSum},

		"sort_asc":          sorted(false, false),
		"sort_desc":         sorted(true, false),
		"sort_indices_asc":  sorted(false, true),
		"sort_indices_desc": sorted(true, true),
		"rank":              {eval: rank},

		"to_vector":     {lanes: true, eval: flatAs},
		"to_row_vector": {lanes: true, eval: flatAs},
		"to_array_1d":   {lanes: true, eval: flatAs},
		"to_array_2d":   {lanes: true, eval: toArray2D},
		"to_matrix":     {lanes: true, eval: toMatrix},
		"to_int":        {lanes: true, eval: toInt},
	}
	for _, name := range []string{"rep_vector", "rep_row_vector", "rep_array"} {
		table[name] = entry{lanes: true, eval: repeat}
	}
	table["rep_matrix"] = entry{lanes: true, eval: repeatMatrix}
	return table
}

// sizeFunction is a function of the sizes of its argument alone, which are the same in all lanes.
func sizeFunction(f func(v *Value) int) entry {
	return entry{lanes: true, eval: func(c *call) (*Value, error) { return newInt(f(c.args[0])), nil }}
}

// length is the number of elements of the outermost array; all elements of what is no array.
func length(v *Value) int {
	if v.Type.Rank > 0 {
		return v.Dims[0]
	}
	return v.Size()
}

// stride returns how many elements one element of the outermost dimension has, if that dimension is of an array or of a
// vector.
func (v *Value) stride() int { return product(v.Dims[1:]) }

// outermost returns the positions of elements [from, from+n) of the outermost dimension, counted from 0.
func (v *Value) outermost(from, n int) []int {
	s := v.stride()
	at := make([]int, n*s)
	for i := range at {
		at[i] = from*s + i
	}
	return at
}

// part takes n elements from element from on, as bounds says.
func part(bounds func(size, first, second int) (from, n int)) func(c *call) (*Value, error) {
	return func(c *call) (*Value, error) {
		v := c.args[0]
		given, err := c.sizes(1)
		if err != nil {
			return nil, err
		}
		size := v.Dims[0]
		from, n := bounds(size, given[0], given[len(given)-1])
		if n > 0 && (from < 1 || from+n-1 > size) {
			return nil, c.errorf("", "elements %d to %d are wanted of %s", from, from+n-1, sizesText(v))
		}
		return c.picked(v, v.outermost(max(from, 1)-1, n), v.Type, withFirst(v.Dims, n))
	}
}

func withFirst(dims []int, n int) []int {
	out := slices.Clone(dims)
	out[0] = n
	return out
}

func reverse(c *call) (*Value, error) {
	v := c.args[0]
	var at []int
	for i := v.Dims[0] - 1; i >= 0; i-- {
		at = append(at, v.outermost(i, 1)...)
	}
	return c.picked(v, at, v.Type, v.Dims)
}

func appendArray(c *call) (*Value, error) {
	x, y := c.args[0], c.args[1]
	switch {
	case x.Dims[0] == 0:
		return y, nil
	case y.Dims[0] == 0:
		return x, nil
	case !equalInts(x.Dims[1:], y.Dims[1:]):
		return nil, c.errorf("", "the elements of %s and %s have different sizes", sizesText(x), sizesText(y))
	}
	return c.joined(c.args, c.result, withFirst(x.Dims, x.Dims[0]+y.Dims[0]))
}

// appendCol puts matrices side by side; a vector is a matrix of one column, a scalar one element of a row.
func appendCol(c *call) (*Value, error) {
	xRows, xCols := c.args[0].matrixSizes()
	yRows, yCols := c.args[1].matrixSizes()
	if xRows != yRows {
		return nil, c.errorf("", "%s and %s have different numbers of rows", sizesText(c.args[0]), sizesText(c.args[1]))
	}
	dims := []int{xCols + yCols}
	if c.result.Base == types.Matrix {
		dims = []int{xRows, xCols + yCols}
	}
	return c.joined(c.args, c.result, dims)
}

// appendRow puts matrices one below the other; a row vector is a matrix of one row, a scalar one element of a column.
func appendRow(c *call) (*Value, error) {
	xRows, xCols := c.args[0].matrixSizes()
	yRows, yCols := c.args[1].matrixSizes()
	if xCols != yCols {
		return nil, c.errorf("", "%s and %s have different numbers of columns", sizesText(c.args[0]), sizesText(c.args[1]))
	}
	rows := xRows + yRows
	if c.result.Base != types.Matrix {
		return c.joined(c.args, c.result, []int{rows})
	}
	all, err := c.joined(c.args, c.result, []int{rows, xCols})
	if err != nil {
		return nil, err
	}
	at := make([]int, 0, rows*xCols)
	for j := range xCols {
		for i := range xRows {
			at = append(at, j*xRows+i)
		}
		for i := range yRows {
			at = append(at, xRows*xCols+j*yRows+i)
		}
	}
	return c.picked(all, at, all.Type, all.Dims)
}

func cumulativeSum(c *call) (*Value, error) {
	v := c.args[0]
	l := v.Lanes
	if v.IsSym() && l == nil {
		return c.value(expr.CumulativeSum(c.ev.flat(v)), c.result, v.Dims, nil)
	}
	if v.IsSym() {
		x := c.ev.components(v)
		for e := 1; e < len(x); e++ {
			x[e] = expr.Add(x[e-1], x[e])
		}
		return c.value(assemble(x, l), c.result, v.Dims, l)
	}
	out, n := *v, laneCount(l)
	out.Ints, out.Reals = slices.Clone(v.Ints), slices.Clone(v.Reals)
	for i := n; i < len(out.Ints); i++ {
		out.Ints[i] += out.Ints[i-n]
	}
	for i := n; i < len(out.Reals); i++ {
		out.Reals[i] += out.Reals[i-n]
	}
	return &out, nil
}

// sorted orders the elements, NaN last; equal ones keep their order.
func sorted(descending, indices bool) entry {
	return entry{eval: func(c *call) (*Value, error) {
		v := c.args[0]
		switch {
		case !c.known() && indices:
			return nil, c.errorf("", "it cannot be used with parameters yet")
		case !c.known():
			return c.value(sortedParameters(c.ev.flat(v), descending), c.result, v.Dims, nil)
		}
		x := v.Floats()
		order := make([]int, len(x))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(i, j int) int {
			if descending {
				i, j = j, i
			}
			switch {
			case x[i] < x[j], x[i] == x[i] && x[j] != x[j]:
				return -1
			case x[i] > x[j], x[i] != x[i] && x[j] == x[j]:
				return 1
			}
			return 0
		})
		if !indices {
			return c.picked(v, order, v.Type, v.Dims)
		}
		for i := range order {
			order[i]++
		}
		return newInts(c.result, v.Dims, order), nil
	}}
}

// sortedParameters exchanges neighbours that stand in the wrong order, in as many rounds as there are elements
// (odd-even transposition sort; Knuth 1998, section 5.3.4, exercise 37).
func sortedParameters(x expr.Expr, descending bool) expr.Expr {
	n := x.Size()
	for round := range n {
		var parts []expr.Expr
		for i := 0; i < n; i++ {
			if i%2 != round%2 || i+1 == n {
				parts = append(parts, expr.At(x, i))
				continue
			}
			a, b := expr.At(x, i), expr.At(x, i+1)
			swap := expr.Less(b, a)
			if descending {
				swap = expr.Less(a, b)
			}
			parts = append(parts, expr.Where(swap, b, a), expr.Where(swap, a, b))
			i++
		}
		x = expr.Concat(parts...)
	}
	return x
}

// rank counts the elements that are smaller than one of them.
func rank(c *call) (*Value, error) {
	i, err := c.number(1)
	if err != nil {
		return nil, err
	}
	v := c.args[0]
	switch {
	case !c.known():
		return nil, c.errorf("", "it cannot be used with parameters yet")
	case i < 1 || i > v.Dims[0]:
		return nil, c.errorf("", "element %d is wanted of %s", i, sizesText(v))
	}
	count := 0
	for _, x := range v.Floats() {
		if x < v.Floats()[i-1] {
			count++
		}
	}
	return newInt(count), nil
}

// flatAs returns all elements in their order as one list.
func flatAs(c *call) (*Value, error) {
	v := c.args[0].asReal()
	if c.result.IsInt() {
		v = c.args[0]
	}
	return v.as(c.result, []int{v.Size()}), nil
}

// rowsOf returns the positions of the elements of a matrix, row by row.
func rowsOf(rows, cols int) []int {
	at := make([]int, 0, rows*cols)
	for i := range rows {
		for j := range cols {
			at = append(at, i+j*rows)
		}
	}
	return at
}

func toArray2D(c *call) (*Value, error) {
	v := c.args[0]
	return c.picked(v, rowsOf(v.Dims[0], v.Dims[1]), c.result, v.Dims)
}

// toMatrix fills a matrix column by column, from an array of rows or where the fourth argument is 0 row by row.
func toMatrix(c *call) (*Value, error) {
	v := c.args[0].asReal()
	rows, cols := v.matrixSizes()
	byRow := v.Type.Rank == 2 || v.Type.Rank == 1 && v.Type.Base == types.RowVector
	if byRow {
		rows, cols = v.Dims[0], v.Dims[1]
	}
	if len(c.args) > 1 {
		given, err := c.sizes(1)
		if err != nil {
			return nil, err
		}
		rows, cols = given[0], given[1]
		byRow = len(given) == 3 && given[2] == 0
		if rows*cols != v.Size() {
			return nil, c.errorf("", "%s has not the %d elements of a matrix of %d rows and %d columns", sizesText(v), rows*cols, rows, cols)
		}
	}
	dims := []int{rows, cols}
	if !byRow {
		return v.as(c.result, dims), nil
	}
	at := make([]int, 0, rows*cols)
	for j := range cols {
		for i := range rows {
			at = append(at, i*cols+j)
		}
	}
	return c.picked(v, at, c.result, dims)
}

func toInt(c *call) (*Value, error) {
	v := c.args[0]
	if !v.known() {
		return nil, c.errorf("", "it cannot be used with parameters")
	}
	for _, x := range v.Floats() {
		if !(x > math.MinInt32-1 && x < math.MaxInt32+1) {
			return nil, c.errorf("", "%v has no int", x)
		}
	}
	w := *v.asInt()
	w.Type = c.result
	return &w, nil
}

// repeat fills a list, or an array of several dimensions, with one value.
func repeat(c *call) (*Value, error) {
	v := c.args[0]
	dims, err := c.sizes(1)
	if err != nil {
		return nil, err
	}
	at := make([]int, 0, product(dims)*v.Size())
	for range product(dims) {
		for e := range v.Size() {
			at = append(at, e)
		}
	}
	return c.picked(v, at, c.result, append(dims, v.Dims...))
}

// repeatMatrix fills a matrix with a scalar, a vector as each column or a row vector as each row.
func repeatMatrix(c *call) (*Value, error) {
	v := c.args[0]
	dims, err := c.sizes(1)
	if err != nil {
		return nil, err
	}
	switch v.Type.Base {
	case types.Vector:
		dims = []int{v.Dims[0], dims[0]}
	case types.RowVector:
		dims = []int{dims[0], v.Dims[0]}
	}
	at := make([]int, 0, product(dims))
	for j := range dims[1] {
		for i := range dims[0] {
			switch v.Type.Base {
			case types.Vector:
				at = append(at, i)
			case types.RowVector:
				at = append(at, j)
			default:
				at = append(at, 0)
			}
		}
	}
	return c.picked(v, at, c.result, dims)
}
