package transform

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// The order of the unconstrained numbers and the log densities are Stan's:
// these are its values at u_i = 0.3 i − 0.5.
func TestConstrain_StansCoordinates(t *testing.T) {
	cases := []struct {
		instance
		x    []float64
		logJ float64
	}{
		{instance{"cholesky_factor_corr[3]", CholeskyCorr(), tensor.Shape{3, 3}, nil},
			[]float64{1.0, -0.4621171572600097, -0.197375320224904, 0.0, 0.8868188839700739, 0.0977073255999482, 0.0, 0.0, 0.9754466984362714}, -0.30981660707987},
		{instance{"cholesky_factor_corr[4]", CholeskyCorr(), tensor.Shape{4, 4}, nil},
			[]float64{1.0, -0.4621171572600097, -0.197375320224904, 0.3799489622552248, 0.0, 0.8868188839700739, 0.0977073255999482, 0.5590446975250928, 0.0, 0.0, 0.9754466984362714, 0.5612632772371806, 0.0, 0.0, 0.0, 0.477589097316129}, -2.171002897672771},
		{instance{"corr_matrix[3]", CorrMatrix(), tensor.Shape{3, 3}, nil},
			[]float64{1.0, -0.4621171572600098, -0.197375320224904, -0.4621171572600098, 1.0, 0.1778592233398634, -0.197375320224904, 0.1778592233398634, 1.0}, -0.4299311140381476},
		{instance{"corr_matrix[4]", CorrMatrix(), tensor.Shape{4, 4}, nil},
			[]float64{1.0, -0.4621171572600098, -0.197375320224904, 0.0996679946249558, -0.4621171572600098, 1.0, 0.4215280357413401, 0.4872377641842609, -0.197375320224904, 0.4215280357413401, 1.0, 0.7518011702469158, 0.0996679946249558, 0.4872377641842609, 0.7518011702469158, 0.9999999999999998}, -2.363129875684794},
		{instance{"cholesky_factor_cov[3]", CholeskyCov(), tensor.Shape{3, 3}, nil},
			[]float64{0.6065306597126334, -0.2, 0.3999999999999999, 0.0, 1.1051709180756475, 0.7, 0.0, 0.0, 2.718281828459045}, 0.6},
		{instance{"cholesky_factor_cov[4,2]", CholeskyCov(), tensor.Shape{4, 2}, nil},
			[]float64{0.6065306597126334, -0.2, 0.3999999999999999, 1.0, 0.0, 1.1051709180756475, 0.7, 1.2999999999999998}, -0.4},
		{instance{"cov_matrix[3]", CovMatrix(), tensor.Shape{3, 3}, nil},
			[]float64{0.3678794411714424, -0.1213061319425267, 0.2426122638850533, -0.1213061319425267, 1.2614027581601697, 0.6936196426529533, 0.2426122638850533, 0.6936196426529533, 8.039056098930649}, 2.3794415416798356},
		{instance{"unit_vector[3]", UnitVector(), tensor.Shape{3}, nil},
			[]float64{-0.9128709291752768, -0.3651483716701107, 0.1825741858350553}, -0.15000000000000002},
		{instance{"sum_to_zero_vector[4]", SumToZero(), tensor.Shape{4}, nil},
			[]float64{-0.406335535226565, 0.3007712459599824, 0.1921668296450266, -0.0866025403784439}, 0.0},
		{instance{"sum_to_zero_matrix[3,4]", SumToZero(), tensor.Shape{3, 4}, nil},
			[]float64{-0.1795015913384461, -0.4845056475667744, 0.6640072389052205, -0.1006340778789649, 0.0309644062711508, 0.0696696716078141, 0.0751073143937823, 0.7071067811865478, -0.7822140955803301, 0.2050283548236286, -0.2535655398909242, 0.0485371850672954}, 0.0},
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			k := compile(t, c.instance)
			u := make([]float64, k.free)
			for i := range u {
				u[i] = 0.3*float64(i) - 0.5
			}
			x, logJ, _ := k.at(u)
			check.CloseSlice(t, x, c.x, check.Rel.Scaled(1), "x at", u)
			check.Close(t, logJ, c.logJ, check.Rel.Scaled(1), "log Jacobian at", u)
		})
	}
}

// Rows of a correlation's factor have length 1 and a tail that is kept: far out
// the way back is exact.
func TestCholeskyCorr_FarTails(t *testing.T) {
	for _, u := range [][]float64{{18, -17, 3}, {-300, 0.1, 300}, {1e-200, 2e-200, -1e-200}, {0, 0, 0}} {
		k := compile(t, instance{"", CholeskyCorr(), tensor.Shape{3, 3}, nil})
		x, logJ, back := k.at(u)
		for i := range 3 {
			check.Close(t, x[i]*x[i]+x[i+3]*x[i+3]+x[i+6]*x[i+6], 1, check.Rel, "length of row", i, "at", u)
		}
		want := 0.0
		for i, w := range []float64{1, 1.5, 1} { // row by row
			want += w * 2 * (math.Ln2 - math.Abs(u[i]) - math.Log1p(math.Exp(-2*math.Abs(u[i]))))
		}
		check.Close(t, logJ, want, check.Rel.Scaled(1), "log Jacobian at", u)
		check.CloseSlice(t, back, u, check.Rel, "and back at", u)
	}
}

func TestUnitVector(t *testing.T) {
	k := compile(t, instance{"", UnitVector(), tensor.Shape{3}, nil})
	src := rng.NewKey(13).Stream()
	for range 5 {
		u := []float64{src.Normal(), src.Normal(), src.Normal()}
		x, logJ, back := k.at(u)
		square := u[0]*u[0] + u[1]*u[1] + u[2]*u[2]
		check.Close(t, x[0]*x[0]+x[1]*x[1]+x[2]*x[2], 1, check.Rel, "length at", u)
		check.Close(t, x[1]*math.Sqrt(square), u[1], check.Rel, "direction at", u)
		check.Close(t, logJ, -0.5*square, check.Rel, "log density at", u)
		check.CloseSlice(t, append([]float64{}, back...), x, check.Rel, "back at", u)
	}
}

func TestSumToZero(t *testing.T) {
	for _, shape := range []tensor.Shape{{1}, {2}, {5}, {1, 3}, {2, 2}, {4, 3}} {
		k := compile(t, instance{"", SumToZero(), shape, nil})
		src := rng.NewKey(14).Stream()
		u := make([]float64, k.free)
		long := 0.0
		for i := range u {
			u[i] = src.Normal()
			long += u[i] * u[i]
		}
		x, logJ, back := k.at(u)
		if logJ != 0 {
			t.Errorf("log Jacobian %v of a rotation", logJ)
		}
		rows, cols := shape[0], shape.Size()/shape[0]
		square := 0.0
		for j := range cols {
			sum := 0.0
			for i := range rows {
				sum += x[i+j*rows]
				square += x[i+j*rows] * x[i+j*rows]
			}
			check.Close(t, sum, 0, check.Rel.Scaled(1), "sum of column", j, "of", shape)
		}
		for i := range rows {
			sum := 0.0
			for j := range cols {
				sum += x[i+j*rows]
			}
			if cols > 1 {
				check.Close(t, sum, 0, check.Rel.Scaled(1), "sum of row", i, "of", shape)
			}
		}
		check.Close(t, square, long, check.Rel.Scaled(1), "squared length of", shape)
		check.CloseSlice(t, back, u, check.Rel.Scaled(1), "and back of", shape)
	}
}
