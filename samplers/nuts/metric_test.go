package nuts

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// TestMomentum_HasCovarianceM compares the second moments of momenta with M,
// the inverse of what was set.
func TestMomentum_HasCovarianceM(t *testing.T) {
	const dim, draws, seed = 3, 40000, 71
	inverse := []float64{2, 0.6, -0.3, 0.6, 1, 0.2, -0.3, 0.2, 0.5}
	covariance := invert(inverse, dim)
	dense := NewDense(dim)
	if err := dense.SetInverse(inverse); err != nil {
		t.Fatal(err)
	}
	diag := NewDiag(dim)
	if err := diag.SetInverse([]float64{2, 1, 0.5}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		metric Metric
		want   []float64
	}{
		"dense":    {dense, covariance},
		"diagonal": {diag, []float64{0.5, 0, 0, 0, 1, 0, 0, 0, 2}},
	} {
		src := rng.NewKey(seed).Child(name).Stream()
		z := newMemory(dim).point()
		products := make([][]float64, dim*dim)
		for range draws {
			kinetic := c.metric.Momentum(z, src)
			check.Close(t, kinetic, 0.5*dot(z.P, z.V), check.Rel, name, "kinetic energy")
			for i := range dim {
				for j := range dim {
					products[i*dim+j] = append(products[i*dim+j], z.P[i]*z.P[j])
				}
			}
		}
		for i, x := range products {
			mean, se := check.MeanError(x)
			// 18 comparisons at 5 standard errors: false alarm 1e-5.
			check.Close(t, mean, c.want[i], check.Z(5, se), name, "seed", seed, "element", i)
		}
	}
}

// invert returns the inverse of the matrix by Gauss-Jordan elimination without
// pivots, which a positive definite matrix does not need.
func invert(values []float64, n int) []float64 {
	a := append([]float64(nil), values...)
	for k := range n {
		pivot := 1 / a[k*n+k]
		a[k*n+k] = 1
		for j := range n {
			a[k*n+j] *= pivot
		}
		for i := range n {
			if i == k {
				continue
			}
			factor := a[i*n+k]
			a[i*n+k] = 0
			for j := range n {
				a[i*n+j] -= factor * a[k*n+j]
			}
		}
	}
	return a
}

// TestDense_VelocityIsTheProduct covers sizes on both sides of the unrolling.
func TestDense_VelocityIsTheProduct(t *testing.T) {
	src := rng.NewKey(72).Stream()
	for dim := 1; dim <= 9; dim++ {
		metric := NewDense(dim)
		_, full := skewed(dim)
		if err := metric.SetInverse(full); err != nil {
			t.Fatal(err)
		}
		p := make([]float64, dim)
		for i := range p {
			p[i] = src.Normal()
		}
		v, verify := check.Guarded(dim)
		metric.velocity(v, p)
		verify(t, "dim", dim)
		for i := range v {
			want := 0.0
			for j := range dim {
				want += full[j*dim+i] * p[j]
			}
			check.Close(t, v[i], want, check.Exact, "dim", dim, "row", i)
		}
	}
}

func TestSetInverse_RefusesWhatIsNoMetric(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	diag, dense := NewDiag(2), NewDense(2)
	for name, c := range map[string]struct {
		metric Metric
		values []float64
	}{
		"diagonal, too short":       {diag, []float64{1}},
		"diagonal, zero":            {diag, []float64{1, 0}},
		"diagonal, negative":        {diag, []float64{-1, 1}},
		"diagonal, NaN":             {diag, []float64{1, nan}},
		"diagonal, infinite":        {diag, []float64{inf, 1}},
		"dense, diagonal only":      {dense, []float64{1, 1}},
		"dense, not definite":       {dense, []float64{1, 2, 2, 1}},
		"dense, negative":           {dense, []float64{-1, 0, 0, 1}},
		"dense, NaN off diagonal":   {dense, []float64{1, nan, nan, 1}},
		"dense, infinite":           {dense, []float64{inf, 0, 0, 1}},
		"dense, semidefinite":       {dense, []float64{1, 1, 1, 1}},
		"dense, infinite off diag.": {dense, []float64{1, inf, inf, 1}},
	} {
		before := append([]float64(nil), c.metric.Inverse()...)
		if c.metric.SetInverse(c.values) == nil {
			t.Errorf("%s was accepted", name)
		}
		check.CloseSlice(t, c.metric.Inverse(), before, check.Exact, name, "metric after the error")
	}
}
