package dist

import (
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/transform"
	"github.com/quatre-ppl/quatre/tensor"
)

// outsideOf returns values that a support with the given numbers for bounds
// leaves out.
func outsideOf(s Support) []float64 {
	low, high := s.limits()
	var xs []float64
	if s.Discrete() {
		xs = append(xs, 0.5, 1.25)
	}
	if low > math.Inf(-1) {
		xs = append(xs, low-1, low-0.5, low-40)
	}
	if high < math.Inf(1) {
		xs = append(xs, high+0.01, high+1, high+40)
	}
	return xs
}

// TestLogDensity_OutsideSupport wants −Inf, and derivatives that are numbers,
// for parameters and for data.
func TestLogDensity_OutsideSupport(t *testing.T) {
	for _, s := range samples {
		d, x := s.symbolic()
		free := len(s.params[0]) - s.fixed
		program := function(t, d.LogDensity(x), free+1)
		grad := make([]float64, free+1)
		for _, row := range s.params {
			xs := outsideOf(s.constant(row).Support())
			for _, x := range xs {
				v := logDensityAt(program, grad)(append(append([]float64{}, row[s.fixed:]...), x))
				if v != math.Inf(-1) || math.IsNaN(tensor.Mean(grad)) {
					t.Errorf("%s%v: log density %v, gradient %v at %v", s.title, row, v, grad, x)
				}
			}
			for i, v := range values(t, row[s.fixed:], d.LogDensity(expr.Of(xs))) {
				if v != math.Inf(-1) {
					t.Errorf("%s%v: log density of data %v at %v", s.title, row, v, xs[i])
				}
			}
		}
	}
}

// TestLogDensity_InvalidParameters wants a log density that rejects the point,
// and an error where the values are known at once.
func TestLogDensity_InvalidParameters(t *testing.T) {
	for _, s := range samples {
		for _, row := range s.invalid {
			d, _ := s.symbolic()
			x, n := expr.Of(s.points), len(s.points)
			all := values(t, row[s.fixed:], d.LogDensity(x), d.(CDFer).LogCDF(x), d.(CDFer).LogCCDF(x))
			for i, v := range all[:n] {
				if !math.IsNaN(v) && v != math.Inf(-1) {
					t.Errorf("%s%v: log density %v at %v", s.title, row, v, s.points[i])
				}
			}
			if s.title == "uniform" {
				continue // no point is between ends that cross
			}
			_, end := s.constant(s.params[0]).Support().limits()
			for i := range 2 * n {
				if v := all[n+i]; !math.IsNaN(v) && !math.IsInf(v, 0) && s.points[i%n] < end {
					t.Errorf("%s%v: distribution function %v at %v", s.title, row, v, s.points[i%n])
				}
			}
		}
	}
}

func TestErr_NamesTheArgument(t *testing.T) {
	vector := func(x ...float64) []float64 { return x }
	named := expr.Data("y", tensor.Shape{2}, []float64{1, 2})
	cases := []struct {
		d    Distribution
		want string
	}{
		{Normal(0, -1), "normal: sigma is -1; it must be positive and finite"},
		{Normal(nan, 1), "normal: mu is NaN; it must be finite"},
		{Normal(0, vector(1, 2, 0)), "normal: element 3 of sigma is 0; it must be positive and finite"},
		{Normal("a", 1), "normal: mu: cannot use a value of type string"},
		{Normal(vector(1, 2, 3), named), "normal: mu has shape (3), sigma has shape (2)"},
		{HalfNormal(0), "half_normal: sigma is 0"},
		{LogNormal(0, -1), "lognormal: sigma is -1"},
		{StudentT(-2, 0, 1), "student_t: nu is -2"},
		{HalfStudentT(1, math.Inf(1)), "half_student_t: sigma is +Inf"},
		{Cauchy(0, -1), "cauchy: sigma is -1"},
		{HalfCauchy(-1), "half_cauchy: sigma is -1"},
		{Laplace(0, -1), "double_exponential: sigma is -1"},
		{Logistic(0, -1), "logistic: sigma is -1"},
		{Gumbel(0, -1), "gumbel: beta is -1"},
		{Exponential(-1), "exponential: rate is -1"},
		{Gamma(-1, 1), "gamma: shape is -1"},
		{InverseGamma(1, -1), "inv_gamma: scale is -1"},
		{ChiSquare(0), "chi_square: nu is 0"},
		{InvChiSquare(0), "inv_chi_square: nu is 0"},
		{ScaledInvChiSquare(1, 0), "scaled_inv_chi_square: s is 0"},
		{Weibull(1, -1), "weibull: scale is -1"},
		{Beta(1, -1), "beta: b is -1"},
		{Uniform(2, 1), "uniform: low = 2 is not below high = 1"},
		{Bernoulli(1.5), "bernoulli: p is 1.5; it must be in [0, 1]"},
		{BernoulliLogit(nan), "bernoulli_logit: eta is NaN"},
		{Binomial(2.5, 0.5), "binomial: n is 2.5; it must be a whole number"},
		{BinomialLogit(-1, 0), "binomial_logit: n is -1"},
		{BetaBinomial(3, -1, 1), "beta_binomial: a is -1"},
		{Poisson(-1), "poisson: rate is -1"},
		{PoissonLog(nan), "poisson_log: eta is NaN"},
		{NegBinomial(1, 0), "neg_binomial_2: phi is 0"},
		{NegBinomialLog(1, 0), "neg_binomial_2_log: phi is 0"},
		{Categorical(vector(0.5, 0.4)), "categorical: probs sum to 0.9"},
		{Categorical(0.5), "categorical: probs of shape (); give a vector"},
		{CategoricalLogit(vector()), "categorical_logit: logits of shape (0)"},
		{ZeroInflated(-0.5, Poisson(1)), "zero_inflated: pi is -0.5"},
		{ZeroInflated(0.5, Normal(0, 1)), "zero_inflated: normal is not a family of counts"},
		{ZeroInflated(0.5, Poisson(-1)), "zero_inflated: poisson: rate is -1"},
		{Mixture(vector(0.5, 0.6), Normal(0, 1), Normal(1, 1)), "mixture: weights sum to 1.1"},
		{Mixture(vector(1), Normal(0, 1), Normal(1, 1)), "mixture: weights of shape (1) for 2 components"},
		{Mixture(vector(0.5, 0.5), Normal(0, 1), Poisson(1)), "mixture: normal and poisson: counts cannot be mixed"},
		{Mixture(vector(0.5, 0.5), Normal(0, 1), MvNormal(vector(1), [][]float64{{1}})), "mixture: univariate families cannot be mixed with"},
		{Mixture(vector(0.5, 0.5), Normal(0, 1), nil), "mixture: no distribution given"},
		{Mixture(vector(0.5, 0.5), Normal(0, 1), Normal(0, 0)), "mixture: normal: sigma is 0"},
		{MixtureLog(vector(0, 0), Normal(0, 1), Normal(1, 1)), "mixture_log: weights sum to 2"},
		{Truncated(Normal(0, 1), 2, 1), "truncated: lower = 2 is not below upper = 1"},
		{Truncated(Dirichlet(vector(1, 1)), 0, 1), "truncated: dirichlet has no distribution function"},
		{LeftCensored(Normal(0, -1)), "left_censored: normal: sigma is -1"},
		{Censored(Normal(0, 1), 2, 1), "censored: lower = 2 is not below upper = 1"},
		{Dirichlet(vector(1, 0)), "dirichlet: element 2 of alpha is 0"},
		{Dirichlet(2), "dirichlet: alpha of shape (); give a vector"},
		{MvNormal(vector(1, 2), [][]float64{{1}}), "multi_normal: covariance of shape (1, 1) for a mu of 2 elements; give shape (2, 2)"},
		{MvNormal(vector(1, 2), [][]float64{{1, 0.5}, {0.2, 1}}), "multi_normal: covariance is not symmetric: element (1, 2) is 0.5, element (2, 1) is 0.2"},
		{MvNormalCholesky(1, [][]float64{{1}}), "multi_normal_cholesky: mu of shape (); give a vector"},
		{MvNormalPrecision(vector(1, 2), [][]float64{{1, 0.5}, {0.2, 1}}), "multi_normal_prec: precision is not symmetric"},
		{GaussianRandomWalk(nil, 0, -1), "gaussian_random_walk: sigma is -1"},
		{GaussianRandomWalk(Normal(0, -1), 0, 1), "gaussian_random_walk: init: normal: sigma is -1"},
		{Custom("mine", nil, nil, Support{}), "mine: no log density given"},
	}
	for _, c := range cases {
		if c.d.Err() == nil || !strings.Contains(c.d.Err().Error(), c.want) {
			t.Errorf("error %v, want one with %q", c.d.Err(), c.want)
		}
		if e := c.d.LogDensity(expr.Const(1)); e.Err() == nil {
			t.Errorf("%v: the log density carries no error", c.d.Err())
		}
		if l, ok := c.d.(CDFer); ok && (l.LogCDF(expr.Const(1)).Err() == nil || l.LogCCDF(expr.Const(1)).Err() == nil) {
			t.Errorf("%v: the distribution functions carry no error", c.d.Err())
		}
	}
}

func TestLogDensity_ShapesThatDoNotFit(t *testing.T) {
	three := expr.Of([]float64{1, 2, 3})
	cases := []struct {
		e    expr.Expr
		want string
	}{
		{Normal([]float64{1, 2}, 1).LogDensity(three), "normal: values of shape (3) with a parameter of shape (2)"},
		{Normal(0, 1).LogDensity(expr.Of("x")), "cannot use a value of type string"},
		{Dirichlet([]float64{1, 2}).LogDensity(three), "dirichlet: a value of shape (3) for parameters of 2 elements"},
		{MvNormal([]float64{1}, [][]float64{{1}}).LogDensity(three), "multi_normal: a value of shape (3)"},
		{GaussianRandomWalk(nil, 0, 1).LogDensity(expr.Const(1)), "gaussian_random_walk: a value of shape (); give a vector"},
		{GaussianRandomWalk(nil, []float64{1}, 1).LogDensity(three), "drift or sigma of shape (1) for 2 steps"},
		{IntervalCensored(Normal(0, 1)).LogDensity(three), "interval_censored: records of shape (3)"},
		{BetaBinomial(parameter(0), 1, 1).(CDFer).LogCDF(expr.Const(1)), "needs the number of trials as data"},
	}
	for _, c := range cases {
		if c.e.Err() == nil || !strings.Contains(c.e.Err().Error(), c.want) {
			t.Errorf("error %v, want one with %q", c.e.Err(), c.want)
		}
	}
}

func TestLogDensity_HasTheBroadcastShape(t *testing.T) {
	three := expr.Of([]float64{0.1, 0.2, 0.3})
	matrix := expr.Reshape(vector(0, 6), tensor.Shape{2, 3})
	cases := []struct {
		e    expr.Expr
		want tensor.Shape
	}{
		{Normal(0, 1).LogDensity(three), tensor.Shape{3}},
		{Normal(three, 1).LogDensity(expr.Const(0)), tensor.Shape{3}},
		{Normal(0, 1).LogDensity(matrix), tensor.Shape{2, 3}},
		{Uniform(0, 1).LogDensity(expr.InvLogit(vector(0, 4))), tensor.Shape{4}},
		{Beta(1, 1).LogDensity(expr.InvLogit(vector(0, 1))), tensor.Shape{1}},
		{Exponential(1).LogDensity(expr.Of([]float64{})), tensor.Shape{0}},
		{Categorical([]float64{0.5, 0.5}).LogDensity(expr.Of([]float64{1, 2, 2, 1})), tensor.Shape{4}},
		{Categorical([]float64{0.5, 0.5}).LogDensity(expr.Const(1)), nil},
		{Poisson(3).(CDFer).LogCDF(three), tensor.Shape{3}},
		{IntervalCensored(Normal(0, 1)).LogDensity(expr.Rows("", [][]float64{{0, 1}, {2, 3}, {4, 5}})), tensor.Shape{3}},
	}
	for i, c := range cases {
		if c.e.Err() == nil && !c.e.Shape.Equal(c.want) {
			t.Errorf("case %d: shape %v, want %v", i, c.e.Shape, c.want)
		}
	}
}

func TestCheckData_NamesTheObservation(t *testing.T) {
	cases := []struct {
		d    Distribution
		x    any
		want string
	}{
		{Poisson(1), []float64{0, 3, 2.5}, "poisson: observation 3 is 2.5, not a whole number"},
		{Poisson(1), []float64{0, -1}, "poisson: observation 2 is -1, below the support, which begins at 0"},
		{Binomial([]float64{3, 4}, 0.5), []float64{3, 5}, "binomial: observation 2 is 5, above the support, which ends at 4"},
		{Exponential(1), -0.5, "exponential: an observation is -0.5, below"},
		{LogNormal(0, 1), []float64{0}, "lognormal: observation 1 is 0, below"},
		{Categorical([]float64{1}), 2, "categorical: an observation is 2, above"},
		{Exponential(1), []float64{0, 1}, ""},
		{Normal(0, 1), []float64{-5}, ""},
		{Exponential(1), parameter(0), ""},
	}
	for _, c := range cases {
		err := CheckData(c.d, expr.Of(c.x))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

func TestSupport_Transforms(t *testing.T) {
	cases := []struct {
		d    Distribution
		want transform.Transform
	}{
		{Normal(0, 1), transform.Identity()},
		{Gamma(1, 1), transform.Lower(0)},
		{LogNormal(0, 1), transform.Lower(0)},
		{Beta(1, 1), transform.Interval(0, 1)},
		{Truncated(Normal(0, 1), nil, 3), transform.Upper(3)},
		{Truncated(Gamma(1, 1), nil, 3), transform.Interval(0, 3)},
		{Truncated(Gamma(1, 1), 2, nil), transform.Lower(2)},
		{Truncated(Normal(0, 1), math.Inf(-1), math.Inf(1)), transform.Identity()},
		{Mixture([]float64{0.5, 0.5}, Gamma(1, 1), Exponential(1)), transform.Lower(0)},
		{Mixture([]float64{0.5, 0.5}, Gamma(1, 1), Normal(0, 1)), transform.Identity()},
		{Dirichlet([]float64{1, 1}), transform.Simplex()},
		{MvNormal([]float64{1}, [][]float64{{1}}), transform.Identity()},
		{GaussianRandomWalk(nil, 0, 1), transform.Identity()},
		{Poisson(1), nil},
		{Binomial(3, 0.5), nil},
		{Truncated(Poisson(1), 1, nil), nil},
		{Categorical([]float64{1}), nil},
	}
	u := parameter(0)
	for _, c := range cases {
		got, ok := c.d.Support().Transform()
		if ok != (c.want != nil) {
			t.Errorf("%s: has a transform: %v", c.d.Name(), ok)
		}
		if !ok || c.want == nil {
			continue
		}
		if got.Name() != c.want.Name() {
			t.Errorf("%s: transform %s, want %s", c.d.Name(), got.Name(), c.want.Name())
			continue
		}
		if got.Name() == "simplex" {
			continue
		}
		x, _ := got.Constrain(u, nil)
		y, _ := c.want.Constrain(u, nil)
		v := values(t, []float64{0.3}, x, y)
		check.Close(t, v[0], v[1], check.Exact, c.d.Name())
	}
	if tr, ok := (Support{Kind: Ordered}).Transform(); !ok || tr.Name() != "ordered" {
		t.Error("no transform onto ordered vectors")
	}
}

// TestLogDensity_OfTransformedParameter takes the value of each continuous
// family through its own transform: what is known of it must not change the
// density.
func TestLogDensity_OfTransformedParameter(t *testing.T) {
	eachSample(t, func(t *testing.T, s sample, row []float64) {
		d := s.constant(row)
		tr, ok := d.Support().Transform()
		if !ok {
			return
		}
		within := check.ULP(2)
		if d.Support().Kind == Interval {
			// log(1 − x) is taken of u, not of the rounded x, which is near 1.
			within = check.ULP(16)
		}
		for _, u := range []float64{-3, 0.2, 2.5} {
			x, _ := tr.Constrain(parameter(0), nil)
			at := values(t, []float64{u}, x, d.LogDensity(x))
			check.Close(t, at[1], values(t, at[:1], d.LogDensity(parameter(0)))[0], within, "at", u)
		}
	})
}

// TestLogDensity_DropsOnlyConstants compares a likelihood of data with what is
// left of it without the terms that depend on data alone.
func TestLogDensity_DropsOnlyConstants(t *testing.T) {
	eachSample(t, func(t *testing.T, s sample, row []float64) {
		if len(s.points) == 0 {
			return
		}
		d, _ := s.symbolic()
		full := expr.Sum(d.LogDensity(expr.Of(s.points)))
		short := expr.DropStatic(full)
		var first float64
		for k := range 3 {
			q := append([]float64{}, row[s.fixed:]...)
			q[len(q)-1] *= 1 + 0.03*float64(k)
			v := values(t, q, full, short)
			if k == 0 {
				first = v[0] - v[1]
			}
			check.Close(t, v[0]-v[1], first, check.Rel.Scaled(max(1, math.Abs(v[0]))), "at", q)
		}
	})
	y := []float64{3, 0, 2}
	full := expr.Sum(Poisson(expr.Exp(parameter(0))).LogDensity(expr.Of(y)))
	v := values(t, []float64{0.4}, full, expr.DropStatic(full))
	check.Close(t, v[1]-v[0], math.Log(6)+math.Log(2), check.Rel, "Σ log y! is dropped")
}
