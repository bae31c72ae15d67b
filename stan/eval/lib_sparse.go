package eval

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
)

// sparseFunctions are those of matrices in compressed rows: the elements w that are not zero, row by row, their columns v,
// and where in w each row begins, u; all counted from 1.
func sparseFunctions() map[string]entry {
	return map[string]entry{
		"csr_matrix_times_vector": {eval: sparseTimesVector},
		"csr_to_dense_matrix":     {eval: sparseToDense},
		"csr_extract":             {eval: func(c *call) (*Value, error) { return c.sparseParts() }},
		"csr_extract_w":           {eval: func(c *call) (*Value, error) { return c.sparsePart(0) }},
		"csr_extract_v":           {eval: func(c *call) (*Value, error) { return c.sparsePart(1) }},
		"csr_extract_u":           {eval: func(c *call) (*Value, error) { return c.sparsePart(2) }},
	}
}

// placed returns row and column, from 0, of each element w.
func (c *call) placed(m, n int, w *Value, v, u []int) (rows, cols []int, err error) {
	if len(u) != m+1 || len(v) != w.Size() || u[0] != 1 || u[m] != len(v)+1 {
		return nil, nil, c.errorf("", "%d elements, %d columns and %d row starts do not describe a matrix of %d rows", w.Size(), len(v), len(u), m)
	}
	for i := range m {
		for k := u[i]; k < u[i+1]; k++ {
			if k < 1 || k > len(v) || v[k-1] < 1 || v[k-1] > n {
				return nil, nil, c.errorf("", "row %d has an element outside of its %d columns", i+1, n)
			}
			rows, cols = append(rows, i), append(cols, v[k-1]-1)
		}
	}
	if len(rows) != len(v) {
		return nil, nil, c.errorf("", "the row starts do not increase")
	}
	return rows, cols, nil
}

func (c *call) sparseArguments() (m, n int, rows, cols []int, err error) {
	if m, err = c.size(0); err != nil {
		return 0, 0, nil, nil, err
	}
	if n, err = c.size(1); err != nil {
		return 0, 0, nil, nil, err
	}
	rows, cols, err = c.placed(m, n, c.args[2], c.args[3].Ints, c.args[4].Ints)
	return m, n, rows, cols, err
}

func sparseTimesVector(c *call) (*Value, error) {
	m, n, rows, cols, err := c.sparseArguments()
	if err != nil {
		return nil, err
	}
	if c.args[5].Size() != n {
		return nil, c.errorf("", "%s does not fit a matrix of %d columns", sizesText(c.args[5]), n)
	}
	if len(rows) == 0 {
		return newVector(make([]float64, m)), nil
	}
	products := expr.Mul(c.read(c.args[2]), expr.Elements(c.read(c.args[5]), cols))
	index := &expr.Index{Values: make([]int32, len(rows)), Max: m}
	for i, r := range rows {
		index.Values[i] = int32(r)
	}
	return c.value(expr.SumBy(products, index, m), vectorType, []int{m}, nil)
}

func sparseToDense(c *call) (*Value, error) {
	m, n, rows, cols, err := c.sparseArguments()
	if err != nil {
		return nil, err
	}
	padded, err := c.joined([]*Value{c.args[2], newReal(0)}, vectorType, []int{len(rows) + 1})
	if err != nil {
		return nil, err
	}
	at := make([]int, m*n)
	for i := range at {
		at[i] = len(rows)
	}
	for k, r := range rows {
		at[r+cols[k]*m] = k
	}
	return c.picked(padded, at, types.Type{Base: types.Matrix}, []int{m, n})
}

// sparseParts takes the elements of a matrix of numbers that are not zero apart, row by row.
func (c *call) sparseParts() (*Value, error) {
	if !c.known() {
		return nil, c.errorf("", "it cannot be used with parameters")
	}
	m, n := c.args[0].Dims[0], c.args[0].Dims[1]
	var w []float64
	var v []int
	u := []int{1}
	for i := range m {
		for j := range n {
			if x := c.args[0].Reals[i+j*m]; x != 0 {
				w, v = append(w, x), append(v, j+1)
			}
		}
		u = append(u, len(w)+1)
	}
	ints := intType.ArrayOf(1)
	return &Value{Type: c.result, Parts: []*Value{
		newVector(w), newInts(ints, []int{len(v)}, v), newInts(ints, []int{len(u)}, u),
	}}, nil
}

func (c *call) sparsePart(i int) (*Value, error) {
	all, err := c.sparseParts()
	if err != nil {
		return nil, err
	}
	return all.Parts[i], nil
}
