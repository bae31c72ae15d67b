package dist

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

var nan = math.NaN()

// eachSample runs f for every set of parameter values of every family.
func eachSample(t *testing.T, f func(t *testing.T, s sample, row []float64)) {
	for _, s := range samples {
		for _, row := range s.params {
			t.Run(fmt.Sprint(s.title, row), func(t *testing.T) { f(t, s, row) })
		}
	}
}

// ownParams returns the values of d's parameters, which need not be the row they
// were made from.
func ownParams(t *testing.T, d Distribution) []float64 {
	t.Helper()
	return values(t, nil, d.Params()...)
}

func logDensityAt(e *interp.Executable, scratch []float64) func(q []float64) float64 {
	return func(q []float64) float64 {
		v, err := e.LogDensityGrad(scratch, q)
		if err != nil {
			panic(err)
		}
		return v
	}
}

// TestGradient_MatchesDifferences takes the derivatives of the log density and
// of both distribution functions in the value, unless it is a count, and in
// every parameter.
func TestGradient_MatchesDifferences(t *testing.T) {
	for _, s := range samples {
		t.Run(s.title, func(t *testing.T) {
			d, x := s.symbolic()
			free := len(s.params[0]) - s.fixed
			moving := free + 1
			if d.Support().Discrete() {
				moving = free
			}
			for name, e := range map[string]expr.Expr{"log density": d.LogDensity(x), "log CDF": d.(CDFer).LogCDF(x), "log CCDF": d.(CDFer).LogCCDF(x)} {
				program := function(t, e, free+1)
				grad, scratch := make([]float64, free+1), make([]float64, free+1)
				for _, row := range s.params {
					for _, x := range s.points {
						q := append(append([]float64{}, row[s.fixed:]...), x)
						if math.IsInf(logDensityAt(program, grad)(q), 0) {
							continue
						}
						f := func(v []float64) float64 {
							copy(q, v)
							return logDensityAt(program, scratch)(q)
						}
						check.Gradient(t, grad[:moving], append([]float64{}, q[:moving]...), f, check.FD, name, "at", row, x)
					}
				}
			}
		})
	}
}

// TestDensity_IntegratesToCDF compares the integral of the density between
// neighbouring quantiles with the difference of the distribution function, and
// the sum over all with 1.
func TestDensity_IntegratesToCDF(t *testing.T) {
	eachSample(t, func(t *testing.T, s sample, row []float64) {
		d := s.constant(row)
		p := ownParams(t, d)
		if d.Support().Discrete() {
			sumsToCDF(t, d, p)
			return
		}
		logDensity := numeric(d.LogDensity)
		density := func(x float64) float64 { return elem.Exp(logDensity(x)) }
		q := d.(Quantiler)
		from := q.Quantile(1e-9, p)
		total := q.CDF(from, p)
		for _, u := range []float64{1e-6, 1e-4, 0.01, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 0.99, 1 - 1e-4, 1 - 1e-6, 1 - 1e-9} {
			to := q.Quantile(u, p)
			part := integral(density, from, to)
			check.Close(t, part, q.CDF(to, p)-q.CDF(from, p), check.Rel.Scaled(0.1).Loosened(1e3, "the kink of a density is inside"), "between", from, to)
			total += part
			from = to
		}
		check.Close(t, total, 1, check.FD, "total")
	})
}

// integral substitutes x = from + w(e^(ct) − 1)/(e^c − 1), so that panels of many
// decades, as near a pole at 0, are resolved; Legendre on pieces.
func integral(f func(x float64) float64, from, to float64) float64 {
	sum := 0.0
	if from > 0 && to/from > 4 {
		g := func(u float64) float64 { x := elem.Exp(u); return f(x) * x }
		a, b := elem.Log(from), elem.Log(to)
		for i := range 8 {
			w := (b - a) / 8
			sum += quad.Fixed(g, a+float64(i)*w, a+float64(i+1)*w, 32, nil, 0)
		}
		return sum
	}
	if from < 0 && to < 0 && from/to > 4 {
		return integral(func(x float64) float64 { return f(-x) }, -to, -from)
	}
	for i := range 8 {
		w := (to - from) / 8
		sum += quad.Fixed(f, from+float64(i)*w, from+float64(i+1)*w, 32, nil, 0)
	}
	return sum
}

func sumsToCDF(t *testing.T, d Distribution, p []float64) {
	t.Helper()
	last := int(d.(Quantiler).Quantile(1-1e-12, p))
	var xs []float64
	for x := 0; x <= last; x++ {
		xs = append(xs, float64(x))
	}
	logP := values(t, nil, d.LogDensity(expr.Of(xs)))
	sum := 0.0
	for i, x := range xs {
		sum += elem.Exp(logP[i])
		check.Close(t, d.(Quantiler).CDF(x, p), sum, check.Rel.Scaled(1), "CDF at", x)
	}
	check.Close(t, sum, 1, check.Rel)
}

func TestQuantile_InvertsCDF(t *testing.T) {
	eachSample(t, func(t *testing.T, s sample, row []float64) {
		d := s.constant(row)
		p := ownParams(t, d)
		q := d.(Quantiler)
		for _, u := range []float64{1e-12, 1e-3, 0.1, 0.5, 0.77, 0.999, 1 - 1e-9} {
			x := q.Quantile(u, p)
			if d.Support().Discrete() {
				if q.CDF(x, p) < u*(1-1e-12) || x > 0 && q.CDF(x-1, p) > u*(1+1e-12) {
					t.Errorf("quantile of %v is %v, CDF %v there and %v before", u, x, q.CDF(x, p), q.CDF(x-1, p))
				}
				continue
			}
			// Next to an end of the support neighbouring numbers may be far
			// apart in probability.
			before, after := q.CDF(math.Nextafter(x, math.Inf(-1)), p), q.CDF(math.Nextafter(x, math.Inf(1)), p)
			if !check.Rel.Accepts(q.CDF(x, p), u) && !(before < u && u < after) {
				t.Errorf("quantile of %v is %v, CDF %v there, %v and %v at its neighbours", u, x, q.CDF(x, p), before, after)
			}
		}
	})
}

// TestRand_FollowsCDF compares draws with the distribution function, with a
// false alarm in 1e6 for each family.
func TestRand_FollowsCDF(t *testing.T) {
	n := 2000
	if testing.Short() {
		n = 500
	}
	eachSample(t, func(t *testing.T, s sample, row []float64) {
		d := s.constant(row)
		p := ownParams(t, d)
		src := rng.NewKey(41).Child(s.title).Stream()
		draws := make([]float64, n)
		for i := range draws {
			draws[i] = d.(Rander).Rand(src, p)
		}
		if d.Support().Discrete() {
			statistic, pValue := countsTest(d, p, draws)
			check.PValue(t, pValue, 1e-6, "seed 41, chi-square", statistic)
			return
		}
		logCDF := numeric(d.(CDFer).LogCDF)
		distance, pValue := check.KolmogorovSmirnov(draws, func(x float64) float64 { return elem.Exp(logCDF(x)) })
		check.PValue(t, pValue, 1e-6, "seed 41, distance", distance)
	})
}

func countsTest(d Distribution, p, draws []float64) (statistic, pValue float64) {
	last := int(d.(Quantiler).Quantile(1-1e-5, p))
	seen, expected := make([]int, last+2), make([]float64, last+2)
	for _, x := range draws {
		seen[min(int(x), last+1)]++
	}
	before := 0.0
	for x := 0; x <= last; x++ {
		now := d.(Quantiler).CDF(float64(x), p)
		expected[x] = (now - before) * float64(len(draws))
		before = now
	}
	expected[last+1] = (1 - before) * float64(len(draws))
	return check.ChiSquare(seen, expected)
}
