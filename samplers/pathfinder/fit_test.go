package pathfinder

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

type density struct {
	dim int
	f   func(grad, q []float64) (float64, error)
}

func (d density) Dim() int { return d.dim }

func (d density) LogDensityGrad(grad, q []float64) (float64, error) { return d.f(grad, q) }

// gaussian is a normal density with the mean and precision matrix given.
func gaussian(mean []float64, precision [][]float64) density {
	return density{len(mean), func(grad, q []float64) (float64, error) {
		x := make([]float64, len(q))
		for i := range x {
			x[i] = q[i] - mean[i]
		}
		logDensity := 0.0
		for i, row := range precision {
			grad[i] = -dot(row, x)
			logDensity += 0.5 * grad[i] * x[i]
		}
		return logDensity, nil
	}}
}

func fit(t *testing.T, target transition.LogDensity, seed uint64, o Options) *Result {
	t.Helper()
	r, err := Fit(context.Background(), target, rng.NewKey(seed), o)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	return r
}

// TestFit_FindsNormals: after enough steps the curvature of a normal density is
// known, and so its mean and covariance. The evidence lower bound is then the log of
// the normalising constant.
func TestFit_FindsNormals(t *testing.T) {
	for name, c := range map[string]struct {
		mean      []float64
		precision [][]float64
	}{
		"one coordinate":      {[]float64{3}, [][]float64{{0.01}}},
		"standard":            {[]float64{0, 0, 0}, [][]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
		"correlated":          {[]float64{-1, 4}, [][]float64{{1 / 0.19, -0.9 / 0.19}, {-0.9 / 0.19, 1 / 0.19}}},
		"of different scales": {[]float64{1, 2, 3}, [][]float64{{1e4, 0, 0}, {0, 1, 0}, {0, 0, 1e-2}}},
	} {
		target := gaussian(c.mean, c.precision)
		r := fit(t, target, 311, Options{History: 20, Draws: 100})
		covariance := inverse(c.precision)
		logConstant := 0.5 * float64(len(c.mean)) * math.Log(2*math.Pi)
		for i, row := range cholesky(covariance) {
			logConstant += math.Log(row[i])
		}
		// The path ends when little is left to climb, so the last directions are known
		// to some digits.
		for i := range c.mean {
			sd := math.Sqrt(covariance[i][i])
			if z := math.Abs(r.Normal.Mean()[i]-c.mean[i]) / sd; z > 0.01 {
				t.Errorf("%s: mean of coordinate %d is %g, want %g", name, i, r.Normal.Mean()[i], c.mean[i])
			}
			for j := range c.mean {
				got, want := r.Normal.Covariance(i, j), covariance[i][j]
				if math.Abs(got-want) > 0.02*sd*math.Sqrt(covariance[j][j]) {
					t.Errorf("%s: covariance %d %d is %g, want %g", name, i, j, got, want)
				}
			}
		}
		if math.Abs(r.ELBO-logConstant) > 0.02 {
			t.Errorf("%s: evidence lower bound %g, want %g", name, r.ELBO, logConstant)
		}
		if r.Gradients > 400 || len(r.Draws) != 100 {
			t.Errorf("%s: %d gradients for %d draws", name, r.Gradients, len(r.Draws))
		}
	}
}

// inverse returns the inverse of a small positive definite matrix.
func inverse(a [][]float64) [][]float64 {
	l := cholesky(a)
	out := square(len(a))
	for j := range a {
		x := make([]float64, len(a))
		x[j] = 1
		for i := range x {
			x[i] = (x[i] - dot(l[i][:i], x[:i])) / l[i][i]
		}
		for i := len(x) - 1; i >= 0; i-- {
			for k := i + 1; k < len(x); k++ {
				x[i] -= l[k][i] * x[k]
			}
			x[i] /= l[i][i]
			out[i][j] = x[i]
		}
	}
	return out
}

// TestFit_StopsBeforeThePole: the density of Neal's funnel has no bound in its neck;
// the approximation lies where there is mass.
func TestFit_StopsBeforeThePole(t *testing.T) {
	funnel := density{5, func(grad, q []float64) (float64, error) {
		v, precision := q[0], elem.Exp(-q[0])
		logDensity := -0.5 * v * v / 9
		grad[0] = -v / 9
		for i, x := range q[1:] {
			square := x * x * precision
			logDensity -= 0.5 * (square + v)
			grad[0] += 0.5 * (square - 1)
			grad[1+i] = -x * precision
		}
		return logDensity, nil
	}}
	for seed := range uint64(20) {
		r := fit(t, funnel, seed, Options{})
		// Neal's v has a standard deviation of 3.
		if v := r.Normal.Mean()[0]; !(math.Abs(v) < 9) || math.IsInf(r.ELBO, 0) {
			t.Errorf("seed %d: the normal is centred at v = %g, evidence lower bound %g", seed, v, r.ELBO)
		}
		if r.Iterations > r.Best+20 || r.Gradients > 500 {
			t.Errorf("seed %d: %d gradients on a path of %d steps, the best of them number %d", seed, r.Gradients, r.Iterations, r.Best)
		}
	}
}

// TestFit_FlatCoordinateIsNamed and the tests after it: what cannot be approximated
// gives an error that says why.
func TestFit_BadDensitiesGiveErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	constant := func(value, slope float64) density {
		return density{2, func(grad, _ []float64) (float64, error) {
			grad[0], grad[1] = slope, slope
			return value, nil
		}}
	}
	for name, c := range map[string]struct {
		target density
		want   string
	}{
		"NaN":                  {constant(nan, 0), "not finite"},
		"zero density":         {constant(-inf, 0), "not finite"},
		"infinite density":     {constant(inf, 0), "not finite"},
		"NaN in the gradient":  {constant(1, nan), "not finite"},
		"Inf in the gradient":  {constant(1, inf), "not finite"},
		"flat":                 {constant(1, 0), "does not depend on coordinate 0"},
		"no parameters":        {density{}, "no parameters"},
		"rising without bound": {density{1, func(grad, q []float64) (float64, error) { grad[0] = 1; return q[0], nil }}, "improper"},
		"bending up": {density{1, func(grad, q []float64) (float64, error) {
			grad[0] = q[0]
			return 0.5 * q[0] * q[0], nil
		}}, "improper"},
		"flat in one coordinate": {density{2, func(grad, q []float64) (float64, error) {
			grad[0], grad[1] = -q[0], 0
			return -0.5 * q[0] * q[0], nil
		}}, "does not depend on coordinate 1"},
		"holes": {density{1, func(grad, q []float64) (float64, error) {
			// Defined on the path from the start to the mode only.
			if math.Abs(q[0]) > 2 || math.Abs(q[0]) < 1e-9 {
				return nan, nil
			}
			grad[0] = -1e-8 * q[0]
			return -0.5e-8 * q[0] * q[0], nil
		}}, ""},
	} {
		r, err := Fit(context.Background(), c.target, rng.NewKey(321), Options{})
		if !errors.Is(err, ErrNoApproximation) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want ErrNoApproximation with %q", name, err, c.want)
		}
		if r == nil || r.Normal != nil || len(r.Draws) != 0 {
			t.Errorf("%s: result %+v", name, r)
		}
	}
}

var errFatal = errors.New("no such thing")

type fault struct{}

func (fault) Error() string     { return "the kernel was lost" }
func (fault) Recoverable() bool { return true }

func TestFit_Faults(t *testing.T) {
	for name, c := range map[string]struct {
		fail        func() (float64, error)
		unprotected bool
		recovers    bool
	}{
		"panic":                          {func() (float64, error) { panic("broken") }, false, true},
		"recoverable error":              {func() (float64, error) { return 0, fault{} }, false, true},
		"fatal error":                    {func() (float64, error) { return 0, errFatal }, false, false},
		"recoverable error, unprotected": {func() (float64, error) { return 0, fault{} }, true, false},
	} {
		for at := 1; at < 30; at++ {
			calls := 0
			sound := gaussian([]float64{1, 2}, [][]float64{{1, 0}, {0, 4}})
			target := density{2, func(grad, q []float64) (float64, error) {
				if calls++; calls == at {
					return c.fail()
				}
				return sound.f(grad, q)
			}}
			r, err := Fit(context.Background(), target, rng.NewKey(322), Options{Unprotected: c.unprotected})
			if calls < at {
				break
			}
			if (err == nil) != c.recovers {
				t.Errorf("%s at evaluation %d: error %v", name, at, err)
			}
			if c.recovers && (r.Recovered != 1 || r.Fault == nil || r.Gradients != calls) {
				t.Errorf("%s at evaluation %d: result %+v after %d calls", name, at, r, calls)
			}
		}
	}
}

func TestFit_EndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Fit(ctx, gaussian([]float64{1}, [][]float64{{1}}), rng.NewKey(1), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

// TestFit_RepeatsItsBits: and begins where it is told.
func TestFit_RepeatsItsBits(t *testing.T) {
	target := gaussian([]float64{1, -1}, [][]float64{{2, 0.5}, {0.5, 1}})
	o := Options{Start: []float64{5, 5}, Draws: 50}
	a, b := fit(t, target, 331, o), fit(t, target, 331, o)
	for k := range a.Draws {
		check.CloseSlice(t, b.Draws[k].Q, a.Draws[k].Q, check.Exact, "draw", k)
	}
	other := fit(t, target, 332, o)
	if other.Draws[0].Q[0] == a.Draws[0].Q[0] {
		t.Error("keys share a draw")
	}
}

func TestFit_RefusesBadOptions(t *testing.T) {
	for want, o := range map[string]Options{
		"steps kept":  {History: -1},
		"iterations":  {MaxIterations: -1},
		"trials":      {Trials: -1},
		"patience":    {Patience: -1},
		"-1 draws":    {Draws: -1},
		"radius":      {Radius: math.Inf(1)},
		"2 numbers":   {Start: []float64{1, 2}},
		"is not fini": {Start: []float64{math.NaN()}},
	} {
		if _, err := Fit(context.Background(), gaussian([]float64{1}, [][]float64{{1}}), rng.NewKey(1), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
