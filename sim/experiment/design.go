package experiment

import (
	"fmt"

	"github.com/quatre-ppl/quatre/rng"
)

// Factorial returns the points of a full factorial design: every combination of
// the levels 0 to levels[i]−1 of the factors, the first factor running fastest.
func Factorial(levels ...int) ([][]int, error) {
	n := 1
	for i, l := range levels {
		if l < 1 || n > 1_000_000/l {
			return nil, fmt.Errorf("experiment: factor %d has %d levels: want at least 1, and a million points at most", i+1, l)
		}
		n *= l
	}
	points := make([][]int, n)
	for i := range points {
		points[i] = make([]int, len(levels))
		rest := i
		for f, l := range levels {
			points[i][f] = rest % l
			rest /= l
		}
	}
	return points, nil
}

// LatinHypercube returns n points in the unit cube of so many dimensions: in
// each dimension, one point in each of n slices of equal width, at a uniform
// place, the slices in an order of their own (McKay, Beckman and Conover 1979).
func LatinHypercube(key rng.Key, n, dimensions int) ([][]float64, error) {
	if n < 1 || dimensions < 1 {
		return nil, fmt.Errorf("experiment: a Latin hypercube of %d points in %d dimensions: want at least 1", n, dimensions)
	}
	points := make([][]float64, n)
	for i := range points {
		points[i] = make([]float64, dimensions)
	}
	order := make([]int, n)
	for d := range dimensions {
		src := key.Child("dimension", uint64(d)).Stream()
		rng.Permutation(order, src)
		for i, slice := range order {
			points[i][d] = (float64(slice) + src.Float64()) / float64(n)
		}
	}
	return points, nil
}

// Row returns which of so many draws of a posterior a replication takes. Each is
// taken once before any is taken again, and few replications take draws from all
// over the table: successive draws of a chain are alike.
func Row(replication, rows int) int {
	if rows <= 1 {
		return 0
	}
	step := int(float64(rows) * 0.6180339887498949) // of the golden section
	for step = max(1, step); gcd(step, rows) != 1; {
		step++
	}
	return int(uint64(replication) % uint64(rows) * uint64(step) % uint64(rows))
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
