package nuts

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/samplertest"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// slantedRotation returns the rotation with the metric slanted about a centre, M⁻¹ as
// a matrix, and the centre.
func slantedRotation(t testing.TB, dim int) (m *LowRankRotation, inverse, centre []float64) {
	t.Helper()
	metric, inverse := slanted(t, dim)
	centre = make([]float64, dim)
	for i := range centre {
		centre[i] = 0.2*float64(i%3) - 0.1
	}
	m = NewLowRankRotation(dim)
	if err := m.SetInverse(append(append([]float64{}, metric.Inverse()...), centre...)); err != nil {
		t.Fatal(err)
	}
	return m, inverse, centre
}

func TestLowRankRotation_Conforms(t *testing.T) {
	samplertest.Run(t, samplertest.Case{
		New: func(t *testing.T, target transition.LogDensity) transition.Kernel {
			m, _, _ := slantedRotation(t, target.Dim())
			return newSampler(t, target, m, 0.4, Options{})
		},
		Seed: 141, Reversible: true, Jump: 0.02,
	})
}

func TestLowRankRotation_StepIsSymplectic(t *testing.T) {
	symplectic(t, func(dim int) settable {
		m, _, _ := slantedRotation(t, dim)
		return m
	})
}

// normalAbout is the normal with a mean and a precision matrix.
type normalAbout struct{ mean, precision []float64 }

func (d normalAbout) Dim() int { return len(d.mean) }

func (d normalAbout) LogDensityGrad(grad, q []float64) (float64, error) {
	dim := len(q)
	x := make([]float64, dim)
	for i := range x {
		x[i] = q[i] - d.mean[i]
	}
	logDensity := 0.0
	for i := range grad {
		grad[i] = -dot(d.precision[i*dim:(i+1)*dim], x)
		logDensity += 0.5 * grad[i] * x[i]
	}
	return logDensity, nil
}

// TestLowRankRotation_IsExactOnItsNormal: the energy does not change, and the position
// after an angle is that of the harmonic motion, whatever the number of steps.
func TestLowRankRotation_IsExactOnItsNormal(t *testing.T) {
	const dim = 5
	m, inverse, centre := slantedRotation(t, dim)
	target := normalAbout{centre, invert(inverse, dim)}
	for _, step := range []float64{0.01, 0.5, LongestRotation, -0.7} {
		memory := newMemory(dim)
		from, to := memory.point(), memory.point()
		src := rng.NewKey(7).Stream()
		for i := range from.Q {
			from.Q[i] = src.Normal()
		}
		logDensity, _ := target.LogDensityGrad(from.Grad, from.Q)
		from.Energy = energy(m.Momentum(from, src), logDensity)
		q0, v0, h0 := append([]float64{}, from.Q...), append([]float64{}, from.V...), from.Energy
		for range 20 {
			if err := Leapfrog(target, m, to, from, step); err != nil {
				t.Fatal(err)
			}
			from, to = to, from
		}
		check.Close(t, from.Energy, h0, check.Rel, "energy, step", step)
		for i, q := range from.Q {
			want := centre[i] + (q0[i]-centre[i])*math.Cos(20*step) + v0[i]*math.Sin(20*step)
			check.Close(t, q, want, check.Rel.Scaled(1), "step", step, "coordinate", i)
		}
	}
}

// TestLowRankRotation_WithoutDirectionsIsRotation up to rounding.
func TestLowRankRotation_WithoutDirectionsIsRotation(t *testing.T) {
	const dim = 4
	plain := turned(t, dim)
	other := NewLowRankRotation(dim)
	if err := other.SetInverse(plain.Inverse()); err != nil {
		t.Fatal(err)
	}
	target := newNormal(dim)
	var ends [2]*Point
	for k, m := range []Metric{plain, other} {
		memory := newMemory(dim)
		from, to := memory.point(), memory.point()
		for i := range from.Q {
			from.Q[i] = float64(i)
		}
		target.LogDensityGrad(from.Grad, from.Q)
		m.Momentum(from, rng.NewKey(8).Stream())
		if err := Leapfrog(target, m, to, from, 0.4); err != nil {
			t.Fatal(err)
		}
		ends[k] = to
	}
	check.CloseSlice(t, ends[1].Q, ends[0].Q, check.Rel.Scaled(1), "position")
	check.CloseSlice(t, ends[1].P, ends[0].P, check.Rel.Scaled(1), "momentum")
	check.CloseSlice(t, ends[1].V, ends[0].V, check.Rel.Scaled(1), "velocity")
}

func TestLowRankRotation_RefusesNonsense(t *testing.T) {
	m := NewLowRankRotation(2)
	for name, values := range map[string][]float64{
		"too short": {1}, "no centre": {1, 1}, "half a direction": {1, 1, 2, 0.5, 0, 0}, "a variance of zero": {1, 0, 0, 0},
		"an infinite centre": {1, 1, 0, math.Inf(1)}, "a negative eigenvalue": {1, 1, -1, 1, 0, 0, 0},
	} {
		if err := m.SetInverse(values); err == nil || len(m.Inverse()) != 4 || m.Inverse()[1] != 1 {
			t.Errorf("%s was taken", name)
		}
	}
}
