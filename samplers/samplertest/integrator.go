package samplertest

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// Integrator moves the phase point (q, p) in place by n steps of signed length
// step in the dynamics of a target, and returns the energy there.
type Integrator func(target transition.LogDensity, q, p []float64, step float64, n int) (energy float64)

// RunIntegrator checks that an integrator is symplectic as far as a sampler
// relies on it: reversible, volume preserving, and with an energy error that
// falls with the given power of the step.
func RunIntegrator(t *testing.T, order int, move Integrator) {
	for _, target := range Targets() {
		t.Run(target.Name, func(t *testing.T) {
			t.Run("is reversible", func(t *testing.T) { reversible(t, target, move) })
			t.Run("preserves volume", func(t *testing.T) { preservesVolume(t, target, move) })
			t.Run("has its order", func(t *testing.T) { hasOrder(t, target, order, move) })
		})
	}
}

// phasePoint returns a point drawn with a fixed seed.
func phasePoint(target Target) (q, p []float64) {
	src := rng.NewKey(31).Child(target.Name).Stream()
	q, p = make([]float64, target.Dim()), make([]float64, target.Dim())
	target.Sample(q, src)
	for i := range p {
		p[i] = src.Normal()
	}
	return q, p
}

func reversible(t *testing.T, target Target, move Integrator) {
	q, p := phasePoint(target)
	q0, p0 := append([]float64(nil), q...), append([]float64(nil), p...)
	move(target, q, p, 0.1, 50)
	moved := 0.0
	for i := range q {
		moved = max(moved, math.Abs(q[i]-q0[i]))
	}
	if moved < 0.1 {
		t.Errorf("50 steps moved the point by %g only", moved)
	}
	move(target, q, p, -0.1, 50)
	class := check.Rel.Scaled(1)
	check.CloseSlice(t, q, q0, class, "position there and back")
	check.CloseSlice(t, p, p0, class, "momentum there and back")
}

// preservesVolume checks that the Jacobian determinant of a few steps is 1, by
// central differences.
func preservesVolume(t *testing.T, target Target, move Integrator) {
	dim := target.Dim()
	const h = 1e-5
	jacobian := matrix(2*dim, 2*dim)
	image := func(column int, shift float64) []float64 {
		q, p := phasePoint(target)
		z := append(append([]float64(nil), q...), p...)
		z[column] += shift
		copy(q, z)
		copy(p, z[dim:])
		move(target, q, p, 0.1, 5)
		return append(append([]float64(nil), q...), p...)
	}
	for column := range 2 * dim {
		up, down := image(column, h), image(column, -h)
		for row := range jacobian {
			jacobian[row][column] = (up[row] - down[row]) / (2 * h)
		}
	}
	check.Close(t, Determinant(jacobian), 1, check.FD, "determinant of the Jacobian")
}

// Determinant returns that of a square matrix, given by rows, which it overwrites:
// elimination with pivots.
func Determinant(a [][]float64) float64 {
	det := 1.0
	for k := range a {
		pivot := k
		for i := k + 1; i < len(a); i++ {
			if math.Abs(a[i][k]) > math.Abs(a[pivot][k]) {
				pivot = i
			}
		}
		if pivot != k {
			a[k], a[pivot] = a[pivot], a[k]
			det = -det
		}
		det *= a[k][k]
		for i := k + 1; i < len(a); i++ {
			factor := a[i][k] / a[k][k]
			for j := k; j < len(a); j++ {
				a[i][j] -= factor * a[k][j]
			}
		}
	}
	return det
}

// hasOrder checks that the largest energy error along a trajectory of fixed
// length falls by 2^order when the step is halved.
func hasOrder(t *testing.T, target Target, order int, move Integrator) {
	largest := func(step float64, n int) float64 {
		q, p := phasePoint(target)
		begin := move(target, q, p, step, 0)
		worst := 0.0
		for range n {
			worst = max(worst, math.Abs(move(target, q, p, step, 1)-begin))
		}
		return worst
	}
	got := math.Log2(largest(0.02, 100) / largest(0.01, 200))
	if math.Abs(got-float64(order)) > 0.1 {
		t.Errorf("energy error falls with the power %.3f of the step, want %d", got, order)
	}
}
