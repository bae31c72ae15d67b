package pathfinder

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// seen returns a curvature that has learned from random steps on a normal density
// with a random precision matrix, and that matrix.
func seen(src *rng.Stream, dim, most, steps int) (c *curvature, precision [][]float64, at *point) {
	precision = square(dim)
	for i := range dim {
		for j := range i + 1 {
			x := 0.3 * src.Normal()
			precision[i][j], precision[j][i] = x, x
		}
		precision[i][i] = 1 + float64(dim) + src.Exponential()
	}
	c = newCurvature(dim, most)
	place := func() *point {
		p := newPoint(dim)
		for i := range p.q {
			p.q[i] = src.Normal()
		}
		for i, row := range precision {
			p.grad[i] = -dot(row, p.q)
		}
		return p
	}
	at = place()
	for range steps {
		next := place()
		c.learn(at, next)
		at = next
	}
	return c, precision, at
}

// TestNormal_HasTheCovarianceOfTheTwoLoops: the factors and the two loops of L-BFGS
// are the same inverse Hessian, whatever the number of pairs and the dimension.
func TestNormal_HasTheCovarianceOfTheTwoLoops(t *testing.T) {
	src := rng.NewKey(301).Stream()
	for _, c := range []struct{ dim, most, steps int }{{1, 6, 3}, {2, 6, 9}, {5, 2, 4}, {5, 6, 6}, {20, 6, 3}, {20, 6, 40}} {
		curve, _, at := seen(src, c.dim, c.most, c.steps)
		n := curve.newNormal(at)
		if n == nil {
			t.Fatalf("%+v: no normal", c)
		}
		unit, column := make([]float64, c.dim), make([]float64, c.dim)
		for j := range c.dim {
			clear(unit)
			unit[j] = 1
			curve.multiply(column, unit)
			for i, want := range column {
				// The factors lose a digit or two against the loops.
				check.Close(t, n.Covariance(i, j), want, check.Rel.Scaled(10), c, "covariance", i, j)
			}
		}
	}
}

// TestNormal_DrawsWhatItSays: the density of draws agrees with the density by
// itself and with one written out, and pivots are normal.
func TestNormal_DrawsWhatItSays(t *testing.T) {
	const seed, dim, draws = 302, 4, 20000
	key := rng.NewKey(seed)
	curve, _, at := seen(key.Child("curve").Stream(), dim, 6, 12)
	n := curve.newNormal(at)
	covariance := square(dim)
	for i := range dim {
		for j := range dim {
			covariance[i][j] = n.Covariance(i, j)
		}
	}
	lower := cholesky(covariance)
	src := key.Child("draws").Stream()
	q := make([]float64, dim)
	pivots := make([][]float64, dim)
	for range draws {
		logDensity := n.Sample(q, src)
		want := -0.5 * dim * math.Log(2*math.Pi)
		z := make([]float64, dim)
		for i := range z {
			z[i] = (q[i] - n.Mean()[i] - dot(lower[i][:i], z[:i])) / lower[i][i]
			want -= 0.5*z[i]*z[i] + math.Log(lower[i][i])
			pivots[i] = append(pivots[i], z[i])
		}
		check.Close(t, logDensity, want, check.Rel.Scaled(10), "log density of the draw")
		check.Close(t, n.LogDensity(q), want, check.Rel.Scaled(10), "log density")
	}
	for i, z := range pivots {
		d, p := check.KolmogorovSmirnov(z, func(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) })
		check.PValue(t, p, 1e-6/dim, "seed", seed, "pivot", i, "KS distance", d)
	}
}

// cholesky returns the lower factor of a matrix.
func cholesky(a [][]float64) [][]float64 {
	l := square(len(a))
	for i := range a {
		for j := range i + 1 {
			sum := a[i][j] - dot(l[i][:j], l[j][:j])
			if i == j {
				l[i][i] = math.Sqrt(sum)
			} else {
				l[i][j] = sum / l[j][j]
			}
		}
	}
	return l
}

// TestCurvature_RefusesWhatDoesNotBend: steps along which the log density is
// straight or bends up teach nothing.
func TestCurvature_RefusesWhatDoesNotBend(t *testing.T) {
	for name, bend := range map[string]float64{"straight": 0, "up": 1, "undefined": math.NaN(), "infinite": math.Inf(-1)} {
		c := newCurvature(1, 3)
		from, to := newPoint(1), newPoint(1)
		to.q[0], to.grad[0] = 1, bend
		if c.learn(from, to) || len(c.s) != 0 || c.diagonal[0] != 1 {
			t.Errorf("%s: the step was learned from", name)
		}
	}
}
