package eval

import (
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan/types"
)

// falseAlarm is the rate at which one statistical test of this package rejects a right generator. There are about 60 of
// them, so with fixed seeds the suite as written had a chance of 6e-5 to fail for nothing.
const falseAlarm = 1e-6

const generatorSeed = 20110915

// sampleSize is the number of draws of each generator.
const sampleSize = 4000

// drawn returns the evaluator and the draws of a generator, one in each of sampleSize lanes.
func drawn(t *testing.T, name string, result types.Type, args ...*Value) *Value {
	t.Helper()
	ev := newEvaluator(parse(t, name, "parameters { real x; }"))
	ev.src = rng.NewKey(generatorSeed).Child(name).Stream()
	ev.lanes = &lanes{n: sampleSize}
	v, err := ev.apply(&call{ev: ev, name: name, args: args, result: result})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// logAt calls a function of the library for scalars.
func logAt(t *testing.T, name string, args ...*Value) float64 {
	t.Helper()
	ev := newEvaluator(parse(t, name, "parameters { real x; }"))
	v, err := ev.apply(&call{ev: ev, name: name, args: args, result: realType})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v.Real()
}

func numbers(x ...float64) []*Value {
	list := make([]*Value, len(x))
	for i := range x {
		list[i] = newReal(x[i])
	}
	return list
}

// generatorParams are parameters to draw with.
var generatorParams = map[string][]float64{
	"std_normal": nil, "normal": {0.5, 1.7}, "lognormal": {0.5, 0.7}, "student_t": {3.5, 0.5, 1.7}, "cauchy": {0.5, 1.7},
	"double_exponential": {0.5, 1.7}, "logistic": {0.5, 1.7}, "gumbel": {0.5, 1.7}, "exponential": {1.7}, "gamma": {2.5, 1.7},
	"inv_gamma": {2.5, 1.7}, "chi_square": {2.5}, "inv_chi_square": {2.5}, "scaled_inv_chi_square": {2.5, 1.7}, "weibull": {2.5, 1.7},
	"frechet": {2.5, 1.7}, "rayleigh": {1.7}, "pareto": {0.8, 1.7}, "pareto_type_2": {0.8, 1.7, 2.2}, "loglogistic": {0.8, 1.7},
	"skew_normal": {0.5, 1.7, -1.2}, "exp_mod_normal": {0.5, 1.7, 0.6}, "skew_double_exponential": {0.5, 1.7, 0.3}, "beta": {2.5, 1.7},
	"beta_proportion": {0.4, 3.5}, "von_mises": {0.3, 1.7}, "uniform": {-0.5, 1.7}, "bernoulli": {0.3}, "bernoulli_logit": {0.7}, "binomial": {12, 0.3},
	"binomial_logit": {12, 0.7}, "beta_binomial": {12, 0.6, 1.7}, "poisson": {2.3}, "poisson_log": {0.7}, "neg_binomial": {2.3, 0.6},
	"neg_binomial_2": {2.3, 0.6}, "neg_binomial_2_log": {0.7, 1.6}, "beta_neg_binomial": {2.3, 4.6, 0.8}, "discrete_range": {1, 6},
	"hypergeometric": {5, 6, 7},
}

func TestGenerators_FollowTheirDensities(t *testing.T) {
	all := laws()
	for name := range generators() {
		p, ok := generatorParams[name]
		if !ok {
			t.Errorf("%s is not tested", name)
			continue
		}
		result := realType
		if all[name].discrete {
			result = intType
			followsMass(t, name, drawn(t, name+"_rng", result, numbers(p...)...).Ints, numbers(p...))
			continue
		}
		sample := drawn(t, name+"_rng", result, numbers(p...)...).Reals
		cdf := func(x float64) float64 {
			return math.Exp(logAt(t, name+"_lcdf", append(numbers(x), numbers(p...)...)...))
		}
		if all[name].logCDF == nil {
			cdf = integrated(t, name, p)
		}
		d, pValue := check.KolmogorovSmirnov(sample, cdf)
		check.PValue(t, pValue, falseAlarm, name, "seed", generatorSeed, "distance", d)
	}
}

// followsMass compares counts with a log probability mass.
func followsMass(t *testing.T, name string, sample []int, params []*Value) {
	t.Helper()
	const cells = 60
	counts, expected := make([]int, cells+1), make([]float64, cells+1)
	rest := float64(len(sample))
	for _, n := range sample {
		counts[min(n, cells)]++
	}
	for n := range cells {
		expected[n] = float64(len(sample)) * math.Exp(logAt(t, name+"_lpmf", append([]*Value{newInt(n)}, params...)...))
		rest -= expected[n]
	}
	expected[cells] = max(rest, 0)
	statistic, p := check.ChiSquare(counts, expected)
	check.PValue(t, p, falseAlarm, name, "seed", generatorSeed, "chi-square", statistic)
}

// integrated returns the distribution function of a density by the trapezoidal rule from far left.
func integrated(t *testing.T, name string, p []float64) func(x float64) float64 {
	low, high := -12.0, 12.0
	if name == "von_mises" {
		low, high = p[0]-math.Pi, p[0]+math.Pi
	}
	const steps = 4800
	h := (high - low) / steps
	cumulative := make([]float64, steps+1)
	last := 0.0
	for i := range cumulative {
		f := math.Exp(logAt(t, name+"_lpdf", append(numbers(low+h*float64(i)), numbers(p...)...)...))
		if i > 0 {
			cumulative[i] = cumulative[i-1] + h*(f+last)/2
		}
		last = f
	}
	return func(x float64) float64 {
		at := min(max((x-low)/h, 0), steps-1e-9)
		i := int(at)
		return cumulative[i] + (at-float64(i))*(cumulative[i+1]-cumulative[i])
	}
}

func TestVectorGenerators_OfCategories(t *testing.T) {
	theta, logits, cuts := newVector([]float64{0.2, 0, 0.5, 0.3}), newVector([]float64{0.3, -1, 2}), newVector([]float64{-1, 0.3, 2})
	for name, args := range map[string][]*Value{
		"categorical": {theta}, "categorical_logit": {logits},
		"ordered_logistic": {newReal(0.4), cuts}, "ordered_probit": {newReal(0.4), cuts},
	} {
		sample := drawn(t, name+"_rng", intType, args...).Ints
		k := args[len(args)-1].Size()
		if strings.HasPrefix(name, "ordered") {
			k++
		}
		counts, expected := make([]int, k), make([]float64, k)
		for _, n := range sample {
			counts[n-1]++
		}
		for j := range expected {
			expected[j] = sampleSize * math.Exp(logAt(t, name+"_lpmf", append([]*Value{newInt(j + 1)}, args...)...))
		}
		statistic, p := check.ChiSquare(counts, expected)
		check.PValue(t, p, falseAlarm, name, "seed", generatorSeed, "chi-square", statistic)
	}
}

// TestHiddenStates_FollowTheirProbabilities looks at the middle one of three states.
func TestHiddenStates_FollowTheirProbabilities(t *testing.T) {
	matrix := types.Type{Base: types.Matrix}
	args := []*Value{
		newReals(matrix, []int{2, 3}, []float64{-1, -0.3, -2, -1.5, -0.2, -1}),
		newReals(matrix, []int{2, 2}, []float64{0.8, 0.4, 0.2, 0.6}),
		newVector([]float64{0.3, 0.7}),
	}
	ev := newEvaluator(parse(t, "none", "parameters { real x; }"))
	want, err := ev.apply(&call{ev: ev, name: "hmm_hidden_state_prob", args: args, result: matrix})
	if err != nil {
		t.Fatal(err)
	}
	counts := make([]int, 2)
	for _, state := range drawn(t, "hmm_latent_rng", intType.ArrayOf(1), args...).Ints[sampleSize : 2*sampleSize] {
		counts[state-1]++
	}
	statistic, p := check.ChiSquare(counts, []float64{sampleSize * want.Reals[2], sampleSize * want.Reals[3]})
	check.PValue(t, p, falseAlarm, "seed", generatorSeed, "chi-square", statistic)
}

// TestVectorGenerators_Margins looks at one element of each vector, whose law is known.
func TestVectorGenerators_Margins(t *testing.T) {
	ints := intType.ArrayOf(1)
	alpha := newVector([]float64{1.5, 0.7, 2})
	theta := newVector([]float64{0.2, 0.3, 0.5})
	logits := newVector([]float64{math.Log(0.2), math.Log(0.3), math.Log(0.5)})
	second := func(v *Value) *Value {
		out := &Value{Type: v.Type}
		if v.Type.IsInt() {
			out.Ints = v.Ints[sampleSize : 2*sampleSize]
		} else {
			out.Reals = v.Reals[sampleSize : 2*sampleSize]
		}
		return out
	}
	continuous := func(label string, sample []float64, law string, p ...float64) {
		t.Helper()
		d, pValue := check.KolmogorovSmirnov(sample, func(x float64) float64 {
			return math.Exp(logAt(t, law+"_lcdf", append(numbers(x), numbers(p...)...)...))
		})
		check.PValue(t, pValue, falseAlarm, label, "seed", generatorSeed, "distance", d)
	}
	continuous("dirichlet", second(drawn(t, "dirichlet_rng", vectorType, alpha)).Reals, "beta", 0.7, 3.5)
	followsMass(t, "binomial", second(drawn(t, "multinomial_rng", ints, theta, newInt(9))).Ints, numbers(9, 0.3))
	followsMass(t, "binomial", second(drawn(t, "multinomial_logit_rng", ints, logits, newInt(9))).Ints, numbers(9, 0.3))
	followsMass(t, "beta_binomial", second(drawn(t, "dirichlet_multinomial_rng", ints, alpha, newInt(9))).Ints, numbers(9, 0.7, 3.5))
	followsMass(t, "binomial", drawn(t, "poisson_binomial_rng", intType, newVector([]float64{0.3, 0.3, 0.3, 0.3})).Ints, numbers(4, 0.3))

	x := newReals(types.Type{Base: types.Matrix}, []int{2, 1}, []float64{1, 2})
	beta := newVector([]float64{0.4})
	followsMass(t, "bernoulli_logit", second(drawn(t, "bernoulli_logit_glm_rng", ints, x, newVector([]float64{0, 0.1}), beta)).Ints, numbers(0.9))

	// The sum of the elements of a normal vector is normal, with the sum of all covariances.
	mu := newVector([]float64{1, -2})
	covariance := newReals(types.Type{Base: types.Matrix}, []int{2, 2}, []float64{2, 0.6, 0.6, 1.5})
	root := newReals(covariance.Type, covariance.Dims, make([]float64, 4))
	choleskyFactor(root.Reals, covariance.Reals, 2)
	precision := newReals(covariance.Type, covariance.Dims, newLU(covariance).inverse())
	sums := func(v *Value) []float64 {
		out := make([]float64, sampleSize)
		for i := range out {
			out[i] = v.Reals[i] + v.Reals[sampleSize+i]
		}
		return out
	}
	sd := math.Sqrt(2 + 1.5 + 1.2)
	continuous("multi_normal", sums(drawn(t, "multi_normal_rng", vectorType, mu, covariance)), "normal", -1, sd)
	continuous("multi_normal_cholesky", sums(drawn(t, "multi_normal_cholesky_rng", vectorType, mu, root)), "normal", -1, sd)
	continuous("multi_normal_prec", sums(drawn(t, "multi_normal_prec_rng", vectorType, mu, precision)), "normal", -1, sd)
	nu := newReal(3.5)
	continuous("multi_student_t", sums(drawn(t, "multi_student_t_rng", vectorType, nu, mu, covariance)), "student_t", 3.5, -1, sd)
	continuous("multi_student_t_cholesky", sums(drawn(t, "multi_student_t_cholesky_rng", vectorType, nu, mu, root)), "student_t", 3.5, -1, sd)
}

func TestGenerators_RefuseInvalidParameters(t *testing.T) {
	ev := newEvaluator(parse(t, "none", "parameters { real x; }"))
	ev.src = rng.NewKey(1).Stream()
	invalid := map[string][]*Value{
		"categorical_rng":        {newVector([]float64{0.5, 0.6})},
		"dirichlet_rng":          {newVector([]float64{0.5, -1})},
		"multinomial_rng":        {newVector([]float64{0.5, 0.5}), newInt(-1)},
		"uniform_rng":            numbers(1, 0),
		"discrete_range_rng":     {newInt(3), newInt(2)},
		"poisson_log_rng":        numbers(50),
		"multi_normal_rng":       {newVector([]float64{0, 0}), newReals(types.Type{Base: types.Matrix}, []int{2, 2}, []float64{1, 2, 2, 1})},
		"ordered_logistic_rng":   {newReal(0), newVector([]float64{1, 0})},
		"bernoulli_rng":          numbers(math.NaN()),
		"multi_student_t_rng":    {newReal(-1), newVector([]float64{0}), newReals(types.Type{Base: types.Matrix}, []int{1, 1}, []float64{1})},
		"binomial_rng":           {newInt(-3), newReal(0.5)},
		"neg_binomial_2_log_rng": numbers(1000, 1),
	}
	for name, g := range generators() {
		for i := range g.params {
			p := numbers(generatorParams[name]...)
			p[i] = newReal(math.Inf(1))
			invalid[name+"_rng of "+g.params[i].name] = p
		}
	}
	for name, args := range invalid {
		function, _, _ := strings.Cut(name, " ")
		result := realType
		if strings.HasPrefix(function, "poisson") || strings.HasPrefix(function, "neg_binomial") {
			result = intType
		}
		if v, err := ev.apply(&call{ev: ev, name: function, args: args, result: result}); err == nil {
			t.Errorf("%s gives %v, must be refused", name, v.Floats())
		}
	}
}

// TestGenerators_SurviveExtremeParameters looks for parameters that are accepted and then are too much.
func TestGenerators_SurviveExtremeParameters(t *testing.T) {
	ev := newEvaluator(parse(t, "none", "parameters { real x; }"))
	for name, g := range generators() {
		ev.src = rng.NewKey(generatorSeed).Child(name).Stream()
		result := realType
		if laws()[name].discrete {
			result = intType
		}
		for i := range g.params {
			for _, x := range []float64{0, 5e-324, 1e-310, 1e-200, 1, math.MaxInt32, 1e17, 1e200, math.MaxFloat64, -1, -1e308} {
				p := numbers(generatorParams[name]...)
				p[i] = newReal(x)
				// Any value or error will do, as long as there is one.
				_, _ = ev.apply(&call{ev: ev, name: name + "_rng", args: p, result: result})
			}
		}
	}
}
