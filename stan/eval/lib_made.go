package eval

import (
	"math"

	"github.com/quatre-ppl/quatre/stan/types"
)

// madeOfNothing are the constants, and the functions that make a container of its size and a few numbers.
func madeOfNothing() map[string]entry {
	table := map[string]entry{}
	for name, x := range map[string]float64{
		"e": math.E, "pi": math.Pi, "sqrt2": math.Sqrt2, "log2": math.Ln2, "log10": math.Ln10,
		"machine_precision": 0x1p-52, "positive_infinity": math.Inf(1), "negative_infinity": math.Inf(-1),
		"not_a_number": math.NaN(),
	} {
		table[name] = entry{lanes: true, eval: func(*call) (*Value, error) {
			v := newReal(x)
			v.Fixed = true
			return v, nil
		}}
	}
	for _, base := range []string{"int_array", "array", "row_vector", "vector"} {
		table["zeros_"+base] = elementsMade(func(c *call, n, i int) float64 { return 0 })
		table["ones_"+base] = elementsMade(func(c *call, n, i int) float64 { return 1 })
		table["linspaced_"+base] = elementsMade(spaced)
		table["one_hot_"+base] = elementsMade(func(c *call, n, i int) float64 { return truth(i+1 == c.args[1].Int()) })
	}
	table["linspaced_int_array"] = elementsMade(spacedInts)
	table["uniform_simplex"] = elementsMade(func(c *call, n, i int) float64 { return 1 / float64(n) })
	table["identity_matrix"] = entry{eval: identityMatrix}
	return table
}

// elementsMade makes a list of n elements, n being the first argument; f gives element i, counted from 0.
func elementsMade(f func(c *call, n, i int) float64) entry {
	return entry{eval: func(c *call) (*Value, error) {
		n, err := c.size(0)
		if err != nil {
			return nil, err
		}
		if len(c.args) == 2 && (c.args[1].Int() < 1 || c.args[1].Int() > n) {
			return nil, c.errorf("", "the one stands at %d; it must stand between 1 and %d", c.args[1].Int(), n)
		}
		if len(c.args) == 3 && !(c.args[1].Real() <= c.args[2].Real()) {
			return nil, c.errorf("", "the first element %v is above the last, %v", c.args[1].Real(), c.args[2].Real())
		}
		x := make([]float64, n)
		for i := range x {
			x[i] = f(c, n, i)
		}
		v := newReals(c.result, []int{n}, x)
		if c.result.IsInt() {
			v = v.asInt()
		}
		v.Fixed = len(c.args) == 1
		return v, nil
	}}
}

// spaced divides the way from the second argument to the third in equal steps; the only element is the third.
func spaced(c *call, n, i int) float64 {
	low, high := c.args[1].Real(), c.args[2].Real()
	if i == n-1 {
		return high
	}
	return low + float64(float64(i)*((high-low)/float64(n-1)))
}

// spacedInts does so with a whole step, or where there are more elements than ints between with ints repeated equally
// often.
func spacedInts(c *call, n, i int) float64 {
	low, high := c.args[1].Int(), c.args[2].Int()
	if n == 1 {
		return float64(high)
	}
	if width := high - low; width+1 >= n {
		return float64(low + i*(width/(n-1)))
	} else {
		return float64(low + i/((n+width)/(width+1)))
	}
}

func identityMatrix(c *call) (*Value, error) {
	n, err := c.size(0)
	if err != nil {
		return nil, err
	}
	return newReals(types.Type{Base: types.Matrix}, []int{n, n}, identity(n)), nil
}

// identity returns the elements of the identity matrix.
func identity(n int) []float64 {
	x := make([]float64, n*n)
	for i := range n {
		x[i*(n+1)] = 1
	}
	return x
}
