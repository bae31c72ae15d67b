package tensor_test

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/tensor"
)

var inf, nan = math.Inf(1), math.NaN()

// fewRoundings is the error of the handful of operations in these cases.
var fewRoundings = check.ULP(4)

func TestLogSumExp(t *testing.T) {
	cases := []struct {
		name string
		x    []float64
		want float64
	}{
		{"empty", nil, -inf},
		{"all minus infinity", []float64{-inf, -inf}, -inf},
		{"one", []float64{-3.5}, -3.5},
		{"pair", []float64{0, 0}, math.Ln2},
		{"minus infinity adds nothing", []float64{-inf, 2, -inf}, 2},
		{"no overflow", []float64{1e4, 1e4}, 1e4 + math.Ln2},
		{"no underflow", []float64{-1e4, -1e4}, -1e4 + math.Ln2},
		{"largest finite", []float64{math.MaxFloat64, -math.MaxFloat64}, math.MaxFloat64},
		{"accurate near zero", []float64{-50, 0}, math.Exp(-50)},
		{"plus infinity", []float64{1, inf, inf}, inf},
		{"not a number", []float64{1, nan, 2}, nan},
		{"not a number beats plus infinity", []float64{inf, nan}, nan},
		{"not a number first", []float64{nan, -inf}, nan},
	}
	for _, c := range cases {
		check.Close(t, tensor.LogSumExp(c.x), c.want, fewRoundings, c.name)
	}
}

func TestDot(t *testing.T) {
	check.Close(t, tensor.Dot([]float64{1, 2, 3}, []float64{4, -5, 6}), 12, check.Exact)
	check.Close(t, tensor.Dot(nil, nil), 0, check.Exact, "empty")
	check.Close(t, tensor.Dot([]float64{inf, 1}, []float64{0, 1}), nan, check.Exact, "infinite times 0")
	check.Panics(t, "tensor: ", func() { tensor.Dot([]float64{1}, nil) })
}

func TestMeanAndVariance(t *testing.T) {
	cases := []struct {
		name           string
		x              []float64
		mean, variance float64
	}{
		{"empty", nil, nan, nan},
		{"one", []float64{7}, 7, nan},
		{"constant", []float64{0.1, 0.1, 0.1}, 0.1, 0},
		{"small", []float64{1, 2, 3, 4}, 2.5, 5.0 / 3},
		{"far from zero", []float64{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}, 1e9 + 10, 30},
		{"infinite", []float64{inf, 1}, inf, nan},
		{"opposite infinities", []float64{inf, -inf}, nan, nan},
		{"not a number", []float64{nan, 1}, nan, nan},
	}
	for _, c := range cases {
		check.Close(t, tensor.Mean(c.x), c.mean, fewRoundings, "mean,", c.name)
		check.Close(t, tensor.Variance(c.x), c.variance, fewRoundings, "variance,", c.name)
	}
}

func TestQuantile_Type7(t *testing.T) {
	x := []float64{1, 2, 4, 8, 16}
	cases := []struct {
		x       []float64
		p, want float64
	}{
		{x, 0, 1}, {x, 1, 16}, {x, 0.5, 4}, {x, 0.25, 2}, {x, 0.125, 1.5}, {x, 0.9, 12.8},
		{[]float64{3}, 0.3, 3},
		{nil, 0.5, nan},
		{[]float64{-inf, -inf, 1}, 0.25, -inf},
		{[]float64{1, inf, inf}, 0.75, inf},
		{[]float64{1, inf}, 0, 1},
	}
	for _, c := range cases {
		check.Close(t, tensor.Quantile(c.x, c.p), c.want, fewRoundings, c.p, "quantile of", c.x)
	}
	check.Panics(t, "tensor: ", func() { tensor.Quantile(x, 1.5) })
	check.Panics(t, "tensor: ", func() { tensor.Quantile(x, nan) })
}

func TestReductions_AllocateNothing(t *testing.T) {
	x := []float64{1, 2, 3, 4}
	sink := 0.0
	n := testing.AllocsPerRun(100, func() {
		sink += tensor.LogSumExp(x) + tensor.Dot(x, x) + tensor.Mean(x) + tensor.Variance(x) + tensor.Quantile(x, 0.3)
	})
	if n != 0 {
		t.Errorf("%v allocations per run, want 0 (sink %v)", n, sink)
	}
}
