package bart

import (
	"math"
	"slices"
)

// maxRegressors is the largest number of columns of the least-squares fit that
// gauges σ; of more columns those most correlated with the response are taken.
const maxRegressors = 50

// maxRegressionRows is the largest number of rows of that fit, evenly taken.
const maxRegressionRows = 20000

// residualSD returns the residual standard deviation of a linear regression of
// the response on the Numeric and Ordered columns, missing values at the mean, or the
// standard deviation of the response if there are fewer than twice as many rows as
// coefficients. The response has mean zero.
func residualSD(d *Data, target []float32) float64 {
	if n := len(target); n > maxRegressionRows {
		few := make([]float32, maxRegressionRows)
		for i := range few {
			few[i] = target[i*n/maxRegressionRows]
		}
		target = few
	}
	n := len(target)
	total := 0.0
	for _, y := range target {
		total += float64(float64(y) * float64(y))
	}
	sd := math.Sqrt(total / float64(max(n-1, 1)))
	z := regressors(d, target)
	if n < 2*(len(z)+1) || len(z) == 0 || total == 0 {
		return sd
	}
	return math.Sqrt(orthogonalResidual(z, target) / float64(n-1-len(z)))
}

// regressors returns the standardised columns, most correlated first, of as many rows as the target has,
// evenly taken.
func regressors(d *Data, target []float32) [][]float64 {
	type candidate struct {
		z    []float64
		corr float64
	}
	var all []candidate
	for j := range d.Columns {
		if d.Columns[j].Kind == Unordered {
			continue
		}
		values := d.Columns[j].Values
		z := make([]float64, len(target))
		for i := range z {
			z[i] = values[i*len(values)/len(z)]
		}
		if !standardise(z) {
			continue
		}
		corr := 0.0
		for i, v := range z {
			corr += float64(v * float64(target[i]))
		}
		all = append(all, candidate{z, math.Abs(corr)})
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		switch {
		case a.corr > b.corr:
			return -1
		case a.corr < b.corr:
			return 1
		}
		return 0
	})
	if len(all) > maxRegressors {
		all = all[:maxRegressors]
	}
	z := make([][]float64, len(all))
	for i := range all {
		z[i] = all[i].z
	}
	return z
}

// standardise changes values to mean 0 and sum of squares 1, missing ones to 0; it reports false for a
// constant.
func standardise(z []float64) bool {
	largest, count := 0.0, 0.0
	for _, v := range z {
		if !math.IsNaN(v) {
			largest = max(largest, math.Abs(v))
			count++
		}
	}
	if largest == 0 {
		return false
	}
	mean := 0.0
	for i, v := range z {
		z[i] = v / largest
		if !math.IsNaN(v) {
			mean += z[i] / count
		}
	}
	squares := 0.0
	for i := range z {
		z[i] -= mean
		if math.IsNaN(z[i]) {
			z[i] = 0
		}
		squares += float64(z[i] * z[i])
	}
	if math.Sqrt(squares/count) < 1e-12 {
		return false
	}
	root := math.Sqrt(squares)
	for i := range z {
		z[i] /= root
	}
	return true
}

// orthogonalResidual returns the residual sum of squares of a regression on
// centred columns of length 1 by the modified Gram–Schmidt process. The columns
// are changed.
func orthogonalResidual(z [][]float64, target []float32) float64 {
	r := make([]float64, len(target))
	for i, y := range target {
		r[i] = float64(y)
	}
	for k, column := range z {
		length := math.Sqrt(dot(column, column))
		if length < 1e-6 {
			continue // depends on the columns before it
		}
		for i := range column {
			column[i] /= length
		}
		subtract(r, column, dot(column, r))
		for _, later := range z[k+1:] {
			subtract(later, column, dot(column, later))
		}
	}
	return dot(r, r)
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += float64(x * b[i])
	}
	return sum
}

func subtract(a, b []float64, factor float64) {
	for i, x := range b {
		a[i] -= float64(factor * x)
	}
}
