package reduce_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/reduce"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// regression is data of a linear regression with n rows.
type regression struct {
	n    int
	y    []float64
	x    [][]float64 // columns
	best []float64   // coefficients near the best fit
}

// exact returns −½ Σ (y − x·b)² with 500 bits, its derivatives by b, and for each
// of these the sum of the magnitudes of what it sums over the rows.
func (r regression) exact(b []float64) (logp float64, grad, size []float64) {
	num := func(v float64) *big.Float { return new(big.Float).SetPrec(500).SetFloat64(v) }
	mul := func(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(500).Mul(x, y) }
	value := func(x *big.Float) float64 { f, _ := x.Float64(); return f }
	sum, by := num(0), make([]*big.Float, len(b))
	size = make([]float64, len(b))
	for k := range by {
		by[k] = num(0)
	}
	for i := range r.n {
		z := num(r.y[i])
		for k := range b {
			z.Sub(z, mul(num(r.x[k][i]), num(b[k])))
		}
		sum.Add(sum, mul(z, z))
		for k := range b {
			part := mul(z, num(r.x[k][i]))
			by[k].Add(by[k], part)
			size[k] += math.Abs(value(part))
		}
	}
	for k := range b {
		grad = append(grad, value(by[k]))
	}
	return -0.5 * value(sum), grad, size
}

// density returns the log density over b and log sigma.
func (r regression) density() expr.Expr {
	mu := expr.Const(0)
	for k, col := range r.x {
		mu = expr.Add(mu, expr.Mul(expr.Unconstrained("b", k, nil), expr.Data("", tensor.Shape{r.n}, col)))
	}
	sigma := expr.Exp(expr.Unconstrained("sigma", len(r.x), nil))
	return expr.DropStatic(expr.SumOver(dist.Normal(mu, sigma).LogDensity(expr.Data("y", tensor.Shape{r.n}, r.y)), r.n))
}

// newRegression makes y = x·best + noise of sd 1, with columns of the functions.
func newRegression(n int, best []float64, columns ...func(i int, src *rng.Stream) float64) regression {
	src := rng.NewKey(3).Child("regression").Stream()
	r := regression{n: n, best: best}
	for _, f := range columns {
		col := make([]float64, n)
		for i := range col {
			col[i] = f(i, src)
		}
		r.x = append(r.x, col)
	}
	for i := range n {
		v := src.Normal()
		for k := range best {
			v += best[k] * r.x[k][i]
		}
		r.y = append(r.y, v)
	}
	return r
}

func hard() map[string]regression {
	one := func(int, *rng.Stream) float64 { return 1 }
	normal := func(_ int, s *rng.Stream) float64 { return s.Normal() }
	times := func(c float64) func(int, *rng.Stream) float64 {
		return func(_ int, s *rng.Stream) float64 { return c * s.Normal() }
	}
	year := func(i int, _ *rng.Stream) float64 { return 1950 + float64(i%70) }
	return map[string]regression{
		"ordinary":            newRegression(200, []float64{1, 2}, one, normal),
		"large mean":          newRegression(200, []float64{1e8, 2}, one, normal),
		"scales":              newRegression(200, []float64{1, 1e-6, 1e6}, one, times(1e6), times(1e-6)),
		"years":               newRegression(200, []float64{-1000, 0.5}, one, year),
		"years squared":       newRegression(200, []float64{3e3, -3, 1e-3}, one, year, func(i int, s *rng.Stream) float64 { return year(i, s) * year(i, s) }),
		"a column twice":      newRegression(200, []float64{1, 1, 1}, one, year, year),
		"a column of zeros":   newRegression(200, []float64{1, 1}, one, func(int, *rng.Stream) float64 { return 0 }),
		"nearly collinear":    newRegression(200, []float64{1, 1, 1}, one, year, func(i int, s *rng.Stream) float64 { return year(i, s) + 1e-7*s.Normal() }),
		"many rows":           newRegression(20000, []float64{1e4, 3, -2}, one, normal, normal),
		"no noise but little": newRegression(200, []float64{1 << 20, 1 << 10}, one, year),
	}
}

// TestLeastSquares_KeepsDigits compares values and gradients with exact ones, at
// the coefficients that made the data and at distances from them. A derivative is
// a sum over rows that may cancel; its error is measured against the sum of the
// magnitudes.
func TestLeastSquares_KeepsDigits(t *testing.T) {
	for name, r := range hard() {
		t.Run(name, func(t *testing.T) {
			src := rng.NewKey(4).Child("far").Stream()
			x, report := reduced(r.density())
			if len(report.Steps) != 1 || report.Steps[0].Rule != reduce.LeastSquares {
				t.Fatal(report.Steps)
			}
			k := len(r.x)
			d := compile(t, x, k+1)
			for _, far := range []float64{0, 1e-9, 1e-3, 1} {
				b := make([]float64, k+1)
				for i := range k {
					b[i] = r.best[i] * (1 + far*src.Normal())
				}
				want, grad, size := r.exact(b[:k])
				got, g := d.at(b)
				check.Close(t, got, want, check.Rel, "log density at distance ", far)
				for i := range k {
					check.Close(t, g[i], grad[i], check.Rel.Scaled(size[i]), "derivative ", i, " at distance ", far)
				}
			}
		})
	}
}

// TestLeastSquares_IsBetterThanTheRowsNearALargeMean shows why the factors have
// an origin: rows of residuals lose what the mean has more digits than they.
func TestLeastSquares_IsBetterThanTheRowsNearALargeMean(t *testing.T) {
	r := hard()["large mean"]
	x := r.density()
	y, _ := reduced(x)
	b := append(append([]float64(nil), r.best...), 0)
	want, _, _ := r.exact(r.best)
	rows, _ := compile(t, x, 3).at(b)
	factors, _ := compile(t, y, 3).at(b)
	if a, c := math.Abs(rows-want), math.Abs(factors-want); !(c < 1e-3*a) {
		t.Errorf("errors %g by rows, %g reduced", a, c)
	}
}

// TestLeastSquares_KeepsDigitsByGroup has groups with means of 10⁸ and more, one of
// a single row, beside a slope on years, with coefficients and scales by group.
func TestLeastSquares_KeepsDigitsByGroup(t *testing.T) {
	const n, groups = 301, 6
	idx := &expr.Index{Max: groups, Values: make([]int32, n)}
	for i := range n {
		idx.Values[i] = int32(i % (groups - 1))
	}
	idx.Values[n-1] = groups - 1
	best := make([]float64, groups+1)
	var columns []func(i int, src *rng.Stream) float64
	for j := range groups {
		best[j] = 1e8 * float64(j+1)
		columns = append(columns, func(i int, _ *rng.Stream) float64 {
			if int(idx.Values[i]) == j {
				return 1
			}
			return 0
		})
	}
	best[groups] = 0.5
	r := newRegression(n, best, append(columns, func(i int, _ *rng.Stream) float64 { return 1950 + float64(i%70) })...)
	intercepts := expr.Pick(expr.Unconstrained("b", 0, tensor.Shape{groups}), idx)
	mu := expr.Add(intercepts, expr.Mul(expr.Unconstrained("b", groups, nil), expr.Data("", tensor.Shape{n}, r.x[groups])))
	scales := expr.Exp(expr.Unconstrained("scales", groups+1, tensor.Shape{groups}))
	y := expr.Data("y", tensor.Shape{n}, r.y)
	for name, scale := range map[string]expr.Expr{"one scale": expr.Const(1), "scales": expr.Pick(scales, idx)} {
		x, report := reduced(expr.DropStatic(expr.SumOver(dist.Normal(mu, scale).LogDensity(y), n)))
		if len(report.Steps) == 0 || report.Steps[0].Rule != reduce.LeastSquares {
			t.Fatal(name, report.Steps)
		}
		d := compile(t, x, 2*groups+1)
		src := rng.NewKey(5).Child("far").Stream()
		for _, far := range []float64{0, 1e-9, 1e-3} {
			b := make([]float64, 2*groups+1)
			for i, v := range best {
				b[i] = v * (1 + far*src.Normal())
			}
			want, grad, size := r.exact(b[:groups+1])
			got, g := d.at(b)
			check.Close(t, got, want, check.Rel, name, " at distance ", far)
			for i := range grad {
				check.Close(t, g[i], grad[i], check.Rel.Scaled(size[i]), name, ", derivative ", i, " at distance ", far)
			}
		}
	}
}
