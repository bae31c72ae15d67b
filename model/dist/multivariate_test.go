package dist

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/transform"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// covariance returns A·Aᵀ + I for the 2 × 2 matrix A of elements off … off + 3.
func covariance(off int) expr.Expr {
	a := expr.Reshape(vector(off, 4), tensor.Shape{2, 2})
	return expr.Add(expr.MatMul(a, expr.Transpose(a)), [][]float64{{1, 0}, {0, 1}})
}

// lowerFactor returns a lower triangular matrix of three elements of q.
func lowerFactor(off int) expr.Expr {
	at := func(i int) expr.Expr { return parameter(off + i) }
	return expr.Reshape(expr.Concat(expr.Exp(at(0)), at(1), expr.Const(0), expr.Exp(at(2))), tensor.Shape{2, 2})
}

// vectorDensities are log densities over q that use every argument.
var vectorDensities = map[string]struct {
	dim int
	f   func() expr.Expr
}{
	"multi_normal":          {8, func() expr.Expr { return MvNormal(vector(0, 2), covariance(2)).LogDensity(vector(6, 2)) }},
	"multi_normal_prec":     {8, func() expr.Expr { return MvNormalPrecision(vector(0, 2), covariance(2)).LogDensity(vector(6, 2)) }},
	"multi_normal_cholesky": {7, func() expr.Expr { return MvNormalCholesky(vector(0, 2), lowerFactor(2)).LogDensity(vector(5, 2)) }},
	"columns of multi_normal": {12, func() expr.Expr {
		return MvNormal(vector(0, 2), covariance(2)).LogDensity(expr.Reshape(vector(6, 6), tensor.Shape{2, 3}))
	}},
	"columns of multi_normal_prec": {12, func() expr.Expr {
		return MvNormalPrecision(vector(0, 2), covariance(2)).LogDensity(expr.Reshape(vector(6, 6), tensor.Shape{2, 3}))
	}},
	"dirichlet": {5, func() expr.Expr {
		x, logJacobian := transform.Simplex().Constrain(vector(3, 2), tensor.Shape{3})
		return expr.Add(Dirichlet(expr.Exp(vector(0, 3))).LogDensity(x), logJacobian)
	}},
	"gaussian_random_walk": {8, func() expr.Expr {
		return GaussianRandomWalk(Normal(parameter(0), expr.Exp(parameter(1))), parameter(2), expr.Exp(parameter(3))).LogDensity(vector(4, 4))
	}},
	"gaussian_random_walk without init": {7, func() expr.Expr {
		return GaussianRandomWalk(nil, vector(0, 2), expr.Exp(vector(2, 2))).LogDensity(vector(4, 3))
	}},
	"mixture of multi_normal": {7, func() expr.Expr {
		eye := [][]float64{{1, 0}, {0, 1}}
		return Mixture(expr.Softmax(vector(0, 2)), MvNormal(vector(2, 2), eye), MvNormal([]float64{1, 1}, [][]float64{{4, 1}, {1, 2}})).LogDensity(vector(4, 2))
	}},
	"categorical": {3, func() expr.Expr {
		return expr.Sum(Categorical(expr.Softmax(vector(0, 3))).LogDensity(expr.Of([]float64{1, 3, 3, 2})))
	}},
	"categorical_logit": {3, func() expr.Expr {
		return expr.Sum(CategoricalLogit(vector(0, 3)).LogDensity(expr.Of([]float64{1, 3, 3, 2})))
	}},
	"censored": {2, func() expr.Expr {
		return expr.Sum(Censored(Weibull(expr.Exp(parameter(0)), expr.Exp(parameter(1))), 0.2, 2).LogDensity(expr.Of([]float64{0.2, 0.7, 2, 1.1})))
	}},
	"censored counts": {1, func() expr.Expr {
		return expr.Sum(Censored(Poisson(expr.Exp(parameter(0))), nil, 4).LogDensity(expr.Of([]float64{0, 4, 3, 4})))
	}},
	"interval censored": {2, func() expr.Expr {
		records := expr.Rows("", [][]float64{{-1, 0.5}, {2, 2.0001}, {0.3, 7}, {0.1, 0.1 + 1e-9}, {11, 12}})
		return expr.Sum(IntervalCensored(Normal(parameter(0), expr.Exp(parameter(1)))).LogDensity(records))
	}},
	"left and right censored": {2, func() expr.Expr {
		d := Gamma(expr.Exp(parameter(0)), expr.Exp(parameter(1)))
		x := expr.Of([]float64{0.1, 2, 9})
		return expr.Add(expr.Sum(LeftCensored(d).LogDensity(x)), expr.Sum(RightCensored(d).LogDensity(x)))
	}},
	"custom": {2, func() expr.Expr {
		rate := expr.Exp(parameter(0))
		d := Custom("mine", []expr.Expr{rate}, func(x expr.Expr) expr.Expr {
			return expr.Sub(expr.Log(rate), expr.Mul(rate, x))
		}, Support{Kind: Lower, Lower: expr.Const(0)})
		return d.LogDensity(expr.Exp(parameter(1)))
	}},
}

func TestVectorGradient_MatchesDifferences(t *testing.T) {
	for name, c := range vectorDensities {
		t.Run(name, func(t *testing.T) {
			program := function(t, c.f(), c.dim)
			src := rng.NewKey(43).Child(name).Stream()
			q, grad := make([]float64, c.dim), make([]float64, c.dim)
			for range 4 {
				for i := range q {
					q[i] = 0.6 * src.Normal()
				}
				logDensityAt(program, grad)(q)
				check.Gradient(t, grad, q, logDensityAt(program, make([]float64, c.dim)), check.FD, "at", q)
			}
		})
	}
}

// A matrix of columns is as good as the columns one by one.
func TestLogDensity_SumsOverColumns(t *testing.T) {
	x := expr.Rows("", [][]float64{{0.2, 0.5, 0.9}, {0.8, 0.5, 0.1}})
	m := [][]float64{{2, 0.3}, {0.3, 1}}
	for _, d := range []Distribution{
		Dirichlet([]float64{2, 0.7}), MvNormal([]float64{1, -1}, m), MvNormalPrecision([]float64{1, -1}, m), MvNormalCholesky([]float64{1, -1}, m),
	} {
		v := values(t, nil, d.LogDensity(x), d.LogDensity(expr.Col(x, 0)), d.LogDensity(expr.Col(x, 1)), d.LogDensity(expr.Col(x, 2)))
		check.Close(t, v[0], v[1]+v[2]+v[3], check.Rel, d.Name())
	}
}

func TestLogDensity_OfDegenerateMatrixIsNaN(t *testing.T) {
	for _, d := range []Distribution{
		MvNormal([]float64{0, 0}, [][]float64{{1, 2}, {2, 1}}),
		MvNormalPrecision([]float64{0, 0}, [][]float64{{1, 2}, {2, 1}}),
		MvNormalCholesky([]float64{0, 0}, [][]float64{{1, 0}, {2, -1}}),
	} {
		if v := values(t, nil, d.LogDensity(expr.Of([]float64{0.1, 0.2})))[0]; !math.IsNaN(v) {
			t.Errorf("%s: log density %v", d.Name(), v)
		}
	}
	weights := expr.Concat(parameter(0), parameter(1))
	for _, q := range [][]float64{{0.5, 0.6}, {-0.5, 1.5}, {nan, 1}} {
		v := values(t, q, Categorical(weights).LogDensity(expr.Const(2)), Mixture(weights, Normal(0, 1), Normal(2, 1)).LogDensity(expr.Const(0)),
			MixtureLog(expr.Log(weights), Normal(0, 1), Normal(2, 1)).LogDensity(expr.Const(0)))
		for i := range v {
			if !math.IsNaN(v[i]) {
				t.Errorf("weights %v: log density %v of law %d", q, v[i], i)
			}
		}
	}
}

// Each element of a draw follows its marginal law.
func TestRandVector_FollowsMarginals(t *testing.T) {
	const n = 3000
	s := [][]float64{{2, -0.6, 0.1}, {-0.6, 1, 0.3}, {0.1, 0.3, 0.5}}
	flat := func(rows [][]float64) []float64 { v, _ := expr.Rows("", rows).DataValues(); return v }
	mu := []float64{1, -2, 0}
	factor := choleskyFactor(flat(s), 3)
	inverse := inverseOf(factor, 3)
	rows := func(m []float64) [][]float64 {
		return [][]float64{{m[0], m[3], m[6]}, {m[1], m[4], m[7]}, {m[2], m[5], m[8]}}
	}
	normals := []Distribution{Normal(1, math.Sqrt(2)), Normal(-2, 1), Normal(0, math.Sqrt(0.5))}
	cases := []struct {
		d         Distribution
		params    [][]float64
		marginals []Distribution
	}{
		{MvNormal(mu, s), [][]float64{mu, flat(s)}, normals},
		{MvNormalCholesky(mu, rows(factor)), [][]float64{mu, factor}, normals},
		{MvNormalPrecision(mu, rows(inverse)), [][]float64{mu, inverse}, normals},
		{Dirichlet([]float64{1, 0.5, 3}), [][]float64{{1, 0.5, 3}}, []Distribution{Beta(1, 3.5), Beta(0.5, 4), Beta(3, 1.5)}},
		{GaussianRandomWalk(Normal(1, 2), 0.3, 0.7), [][]float64{{1}, {2}, {0.3}, {0.7}},
			[]Distribution{Normal(1, 2), Normal(1.3, math.Sqrt(4.49)), Normal(1.6, math.Sqrt(4.98))}},
		{GaussianRandomWalk(nil, []float64{1, 2}, 0.5), [][]float64{{1, 2}, {0.5}},
			[]Distribution{nil, Normal(1, 0.5), Normal(3, math.Sqrt(0.5))}},
	}
	for _, c := range cases {
		src := rng.NewKey(44).Child(c.d.Name()).Stream()
		draws := [3][]float64{}
		dst := make([]float64, 3)
		for range n {
			c.d.(VectorRander).RandVector(dst, src, c.params)
			for i, v := range dst {
				draws[i] = append(draws[i], v)
			}
		}
		for i, m := range c.marginals {
			if m == nil {
				continue
			}
			logCDF := numeric(m.(CDFer).LogCDF)
			distance, p := check.KolmogorovSmirnov(draws[i], func(x float64) float64 { return elem.Exp(logCDF(x)) })
			check.PValue(t, p, 1e-6, c.d.Name(), "element", i, "seed 44, distance", distance)
		}
		if c.d.Support().Kind == Vector && c.params[len(c.params)-1] != nil && len(c.params[0]) == 3 {
			correlation(t, c.d.Name(), draws, s)
		}
	}
}

// correlation checks the covariance of the first two elements.
func correlation(t *testing.T, name string, draws [3][]float64, s [][]float64) {
	t.Helper()
	products := make([]float64, len(draws[0]))
	for i := range products {
		products[i] = (draws[0][i] - 1) * (draws[1][i] + 2)
	}
	mean, se := check.MeanError(products)
	check.Close(t, mean, s[0][1], check.Z(5, se), name, "covariance, seed 44")
}

// inverseOf returns (L·Lᵀ)⁻¹ for a lower triangular L.
func inverseOf(l []float64, n int) []float64 {
	inv := make([]float64, n*n) // L⁻¹
	for c := range n {
		for i := c; i < n; i++ {
			v := 0.0
			if i == c {
				v = 1
			}
			for k := c; k < i; k++ {
				v -= l[i+k*n] * inv[k+c*n]
			}
			inv[i+c*n] = v / l[i+i*n]
		}
	}
	out := make([]float64, n*n)
	for i := range n {
		for j := range n {
			for k := range n {
				out[i+j*n] += inv[k+i*n] * inv[k+j*n]
			}
		}
	}
	return out
}

func TestCategorical_RandFollowsProbabilities(t *testing.T) {
	p := []float64{0.2, 0, 0.5, 0.3}
	for _, c := range []struct {
		d      Distribution
		params []float64
	}{
		{Categorical(p), p},
		{CategoricalLogit([]float64{1, 2, 3, 4}), []float64{elem.Log(0.2), math.Inf(-1), elem.Log(0.5), elem.Log(0.3)}},
	} {
		src := rng.NewKey(45).Child(c.d.Name()).Stream()
		counts, expected := make([]int, 4), make([]float64, 4)
		const n = 4000
		for range n {
			counts[int(c.d.(Rander).Rand(src, c.params))-1]++
		}
		for i := range p {
			expected[i] = n * p[i]
		}
		statistic, pValue := check.ChiSquare(counts, expected)
		check.PValue(t, pValue, 1e-6, c.d.Name(), "seed 45, statistic", statistic)
	}
}

// A category with probability 0 leaves the derivatives of the others alone.
func TestCategorical_EmptyCategoryHasNoDerivative(t *testing.T) {
	d := Categorical(vector(0, 3))
	program := function(t, expr.Sum(d.LogDensity(expr.Of([]float64{1, 3}))), 3)
	grad := make([]float64, 3)
	v := logDensityAt(program, grad)([]float64{0.25, 0, 0.75})
	check.Close(t, v, math.Log(0.25)+math.Log(0.75), check.Rel)
	check.CloseSlice(t, grad, []float64{4, 0, 1 / 0.75}, check.Rel)
}
