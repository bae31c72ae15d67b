package nuts

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/samplertest"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// slanted returns a metric of dimension dim with scales that differ and one
// direction, or two where there is room, and M⁻¹ as a matrix.
func slanted(t testing.TB, dim int) (m *LowRank, inverse []float64) {
	t.Helper()
	values := make([]float64, dim)
	for i := range values {
		values[i] = 0.5 + float64(i)
	}
	share := 1 / math.Sqrt(float64(dim))
	directions := [][]float64{make([]float64, dim)}
	for i := range dim {
		directions[0][i] = share
	}
	eigenvalues := []float64{4}
	if dim > 2 {
		second := make([]float64, dim)
		second[0], second[1] = math.Sqrt(0.5), -math.Sqrt(0.5)
		directions, eigenvalues = append(directions, second), append(eigenvalues, 0.2)
	}
	for k, u := range directions {
		values = append(append(values, eigenvalues[k]), u...)
	}
	m = NewLowRank(dim)
	if err := m.SetInverse(values); err != nil {
		t.Fatal(err)
	}
	if m.Rank() != len(directions) {
		t.Fatalf("rank %d, want %d", m.Rank(), len(directions))
	}
	inverse = make([]float64, dim*dim)
	for i := range dim {
		for j := range dim {
			x := 0.0
			if i == j {
				x = 1
			}
			for k, u := range directions {
				x += (eigenvalues[k] - 1) * u[i] * u[j]
			}
			inverse[i*dim+j] = math.Sqrt(values[i]*values[j]) * x
		}
	}
	return m, inverse
}

func TestLowRank_Conforms(t *testing.T) {
	samplertest.Run(t, samplertest.Case{
		New: func(t *testing.T, target transition.LogDensity) transition.Kernel {
			m, _ := slanted(t, target.Dim())
			return newSampler(t, target, m, 0.4, Options{})
		},
		Seed: 131, Reversible: true, Jump: 0.02,
	})
}

// set gives a point the momentum that it has without a draw of it.
func (m *LowRank) set(z *Point) (kinetic float64) {
	m.multiply(z.V, z.P)
	m.multiply(z.GradV, z.Grad)
	return 0.5 * dot(z.P, z.V)
}

func (m *LowRankRotation) set(z *Point) (kinetic float64) {
	m.attract(z)
	return m.LowRank.set(z)
}

// settable is a metric with directions.
type settable interface {
	Metric
	set(z *Point) (kinetic float64)
}

// symplectic runs the checks of an integrator.
func symplectic(t *testing.T, metric func(dim int) settable) {
	samplertest.RunIntegrator(t, 2, func(target transition.LogDensity, q, p []float64, step float64, n int) float64 {
		m := metric(target.Dim())
		memory := newMemory(target.Dim())
		from, to := memory.point(), memory.point()
		copy(from.Q, q)
		copy(from.P, p)
		logDensity, err := target.LogDensityGrad(from.Grad, from.Q)
		if err != nil {
			t.Fatal(err)
		}
		from.Energy = energy(m.set(from), logDensity)
		for range n {
			if err := Leapfrog(target, m, to, from, step); err != nil {
				t.Fatal(err)
			}
			from, to = to, from
		}
		copy(q, from.Q)
		copy(p, from.P)
		return from.Energy
	})
}

func TestLowRank_LeapfrogIsSymplectic(t *testing.T) {
	symplectic(t, func(dim int) settable {
		m, _ := slanted(t, dim)
		return m
	})
}

// TestLowRank_MomentumHasCovarianceM: 6 comparisons at 5 standard errors, false
// alarm 3e-6. Velocities are M⁻¹ P exactly.
func TestLowRank_MomentumHasCovarianceM(t *testing.T) {
	const dim, draws, seed = 3, 40000, 132
	m, inverse := slanted(t, dim)
	covariance := invert(inverse, dim)
	variances, directions := LowRankVariances(m.Inverse(), dim)
	if directions != 2 {
		t.Errorf("%d directions, want 2", directions)
	}
	for i, v := range variances {
		check.Close(t, v, inverse[i*dim+i], check.Rel, "variance", i)
	}
	src := rng.NewKey(seed).Stream()
	z := newMemory(dim).point()
	products := make([][]float64, dim*dim)
	for range draws {
		kinetic := m.Momentum(z, src)
		check.Close(t, kinetic, 0.5*dot(z.P, z.V), check.Rel, "kinetic energy")
		for i := range dim {
			check.Close(t, z.V[i], dot(inverse[i*dim:(i+1)*dim], z.P), check.Rel.Scaled(1), "velocity", i)
			for j := range i + 1 {
				products[i*dim+j] = append(products[i*dim+j], z.P[i]*z.P[j])
			}
		}
	}
	for i := range dim {
		for j := range i + 1 {
			mean, se := check.MeanError(products[i*dim+j])
			check.Close(t, mean, covariance[i*dim+j], check.Z(5, se), "seed", seed, "element", i, j)
		}
	}
}

// TestLowRank_WithoutDirectionsIsDiag to the last bit of its draws' places, up
// to the order of roundings.
func TestLowRank_WithoutDirectionsIsDiag(t *testing.T) {
	diag, low := NewDiag(3), NewLowRank(3)
	for _, m := range []Metric{diag, low} {
		if err := m.SetInverse([]float64{0.5, 2, 7}); err != nil {
			t.Fatal(err)
		}
	}
	a, b := newMemory(3).point(), newMemory(3).point()
	diag.Momentum(a, rng.NewKey(1).Stream())
	low.Momentum(b, rng.NewKey(1).Stream())
	check.CloseSlice(t, b.P, a.P, check.ULP(4), "momentum")
	check.CloseSlice(t, b.V, a.V, check.ULP(8), "velocity")
}

// TestLowRank_KeepsVelocities: what points keep beside the momentum is still M⁻¹ P,
// M⁻¹ Grad and M (Q − c) after many steps.
func TestLowRank_KeepsVelocities(t *testing.T) {
	const dim = 7
	m, inverse := slanted(t, dim)
	r, _, centre := slantedRotation(t, dim)
	for name, metric := range map[string]Metric{"leapfrogs": m, "rotations": r} {
		memory := newMemory(dim)
		from, to := memory.point(), memory.point()
		src := rng.NewKey(134).Stream()
		target := newNormal(dim)
		for i := range from.Q {
			from.Q[i] = src.Normal()
		}
		target.LogDensityGrad(from.Grad, from.Q)
		metric.Momentum(from, src)
		for range 1000 {
			if err := Leapfrog(target, metric, to, from, 0.3); err != nil {
				t.Fatal(err)
			}
			from, to = to, from
		}
		class := check.Rel.Scaled(10)
		for i := range dim {
			row := inverse[i*dim : (i+1)*dim]
			check.Close(t, from.V[i], dot(row, from.P), class, name, "velocity", i)
			check.Close(t, from.GradV[i], dot(row, from.Grad), class, name, "velocity of the gradient", i)
			if metric == Metric(r) {
				check.Close(t, dot(row, from.Pull), from.Q[i]-centre[i], class, name, "M⁻¹ of the pull", i)
			}
		}
	}
}

func TestLowRank_RefusesNonsense(t *testing.T) {
	m := NewLowRank(2)
	for name, values := range map[string][]float64{
		"too short": {1}, "half a direction": {1, 1, 2, 0.5}, "a variance of zero": {1, 0},
		"an infinite variance": {1, math.Inf(1)}, "a negative eigenvalue": {1, 1, -1, 1, 0}, "not a number": {1, 1, math.NaN(), 1, 0},
	} {
		if err := m.SetInverse(values); err == nil || len(m.Inverse()) != 2 {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestLowRank_DoesNotAllocate(t *testing.T) {
	m, _ := slanted(t, 10)
	r, _, _ := slantedRotation(t, 10)
	for _, metric := range []Metric{m, r} {
		s := newSampler(t, newNormal(10), metric, 0.3, Options{})
		state := transition.NewState(10)
		if err := s.Init(state, make([]float64, 10)); err != nil {
			t.Fatal(err)
		}
		src := rng.NewKey(133).Stream()
		step := func() {
			if _, err := s.Step(src, state); err != nil {
				t.Fatal(err)
			}
		}
		for range 100 {
			step()
		}
		if allocs := testing.AllocsPerRun(500, step); allocs != 0 {
			t.Errorf("%T: %g allocations per draw, want 0", metric, allocs)
		}
	}
}
