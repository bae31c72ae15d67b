package nuts

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/samplertest"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// turned returns a rotation of dimension dim about a point, with scales that differ.
func turned(t testing.TB, dim int) *Rotation {
	t.Helper()
	values := make([]float64, 2*dim)
	for i := range dim {
		values[i], values[dim+i] = 0.6+0.3*float64(i%5), 0.2*float64(i%3)-0.1
	}
	m := NewRotation(dim)
	if err := m.SetInverse(values); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRotation_Conforms(t *testing.T) {
	samplertest.Run(t, samplertest.Case{
		New: func(t *testing.T, target transition.LogDensity) transition.Kernel {
			return newSampler(t, target, turned(t, target.Dim()), 0.5, Options{})
		},
		Seed: 132, Reversible: true, Jump: 0.02,
	})
}

func TestRotation_StepIsSymplectic(t *testing.T) {
	samplertest.RunIntegrator(t, 2, func(target transition.LogDensity, q, p []float64, step float64, n int) float64 {
		m := turned(t, target.Dim())
		memory := newMemory(target.Dim())
		from, to := memory.point(), memory.point()
		copy(from.Q, q)
		copy(from.P, p)
		logDensity, err := target.LogDensityGrad(from.Grad, from.Q)
		if err != nil {
			t.Fatal(err)
		}
		from.Energy = energy(m.Settle(from, 0), logDensity)
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

// shifted is the normal that turned knows: independent coordinates.
type shifted struct{ m *Rotation }

func (s shifted) Dim() int { return s.m.Dim() }

func (s shifted) LogDensityGrad(grad, q []float64) (float64, error) {
	sum := 0.0
	for i := range q {
		d := q[i] - s.m.centre[i]
		grad[i] = -d / s.m.inverse[i]
		sum += float64(d * grad[i])
	}
	return 0.5 * sum, nil
}

// TestRotation_IsExactOnItsNormal: the energy does not change, and the position
// after an angle is that of the harmonic motion, whatever the number of steps.
func TestRotation_IsExactOnItsNormal(t *testing.T) {
	const dim = 5
	m := turned(t, dim)
	target := shifted{m}
	memory := newMemory(dim)
	for _, step := range []float64{0.01, 0.5, LongestRotation, -0.7} {
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
		if math.Abs(from.Energy-h0) > 1e-12*h0 {
			t.Errorf("step %g: the energy is %g after 20 steps, was %g", step, from.Energy, h0)
		}
		for i, q := range from.Q {
			want := m.centre[i] + (q0[i]-m.centre[i])*math.Cos(20*step) + v0[i]*math.Sin(20*step)
			if math.Abs(q-want) > 1e-12 {
				t.Errorf("step %g: coordinate %d is %g, want %g", step, i, q, want)
			}
		}
		memory.reset()
	}
}

func TestRotation_SetInverseRefusesWhatIsNoMetric(t *testing.T) {
	m := NewRotation(2)
	for _, values := range [][]float64{{1, 1}, {1, 0, 0, 0}, {1, math.NaN(), 0, 0}, {1, 1, math.Inf(1), 0}, {1, 1, 0, math.NaN()}} {
		if m.SetInverse(values) == nil {
			t.Errorf("%v was taken", values)
		}
	}
	if m.inverse[0] != 1 || m.centre[1] != 0 {
		t.Error("a refused metric left a trace")
	}
}
