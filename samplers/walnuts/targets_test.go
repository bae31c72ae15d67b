package walnuts

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/nuts"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// known is a density with exact draws, and a function that turns a draw into
// numbers that are then uniform on (0, 1).
type known struct {
	target transition.LogDensity
	sample func(q []float64, src *rng.Stream)
	pivot  func(u, q []float64)
	step   float64 // a macro step that asks for halvings often
}

type density struct {
	dim int
	f   func(grad, q []float64) float64
}

func (d density) Dim() int { return d.dim }

func (d density) LogDensityGrad(grad, q []float64) (float64, error) { return d.f(grad, q), nil }

// changing returns densities whose scales change from place to place: Neal's
// funnel, v ~ Normal(0, 3) and x_i ~ Normal(0, exp(v/2)), and a banana, x ~
// Normal(0, 1) and y ~ Normal(x², 0.3).
func changing() map[string]known {
	return map[string]known{
		"funnel": {
			density{3, func(grad, q []float64) float64 {
				v, precision := q[0], elem.Exp(-q[0])
				logDensity := float64(-0.5*v*v) / 9
				grad[0] = -v / 9
				for i, x := range q[1:] {
					square := float64(x*x) * precision
					logDensity -= float64(0.5 * (float64(square) + v))
					grad[0] += float64(0.5 * (float64(square) - 1))
					grad[1+i] = -x * precision
				}
				return logDensity
			}},
			func(q []float64, src *rng.Stream) {
				q[0] = 3 * src.Normal()
				for i := 1; i < len(q); i++ {
					q[i] = elem.Exp(0.5*q[0]) * src.Normal()
				}
			},
			func(u, q []float64) {
				u[0] = elem.NormCDF(q[0] / 3)
				for i := 1; i < len(q); i++ {
					u[i] = elem.NormCDF(q[i] * elem.Exp(-0.5*q[0]))
				}
			},
			1.5,
		},
		"banana": {
			density{2, func(grad, q []float64) float64 {
				r := (q[1] - q[0]*q[0]) / 0.09
				grad[0], grad[1] = -q[0]+2*r*q[0], -r
				return -0.5*q[0]*q[0] - 0.5*0.09*r*r
			}},
			func(q []float64, src *rng.Stream) {
				q[0] = src.Normal()
				q[1] = q[0]*q[0] + 0.3*src.Normal()
			},
			func(u, q []float64) {
				u[0], u[1] = elem.NormCDF(q[0]), elem.NormCDF((q[1]-q[0]*q[0])/0.3)
			},
			0.6,
		},
	}
}

// begin returns a point at an exact draw with a fresh momentum.
func begin(t *testing.T, c known, metric nuts.Metric, src *rng.Stream) *nuts.Point {
	t.Helper()
	z := nuts.NewPoint(c.target.Dim())
	c.sample(z.Q, src)
	logDensity, err := c.target.LogDensityGrad(z.Grad, z.Q)
	if err != nil {
		t.Fatal(err)
	}
	z.LogDensity = logDensity
	z.Energy = metric.Momentum(z, src) - logDensity
	return z
}

// stationary starts independent chains at exact draws and returns the smallest
// p-value of the pivots after three transitions. Chains must move by least on
// average.
func stationary(t *testing.T, c known, kernel transition.Kernel, least float64) float64 {
	t.Helper()
	chains := 20000
	if testing.Short() {
		chains = 2000
	}
	dim := c.target.Dim()
	key := rng.NewKey(201)
	q, u := make([]float64, dim), make([]float64, dim)
	state := transition.NewState(dim)
	pivots := make([][]float64, dim)
	moved := 0.0
	for k := range chains {
		src := key.Child("chain", uint64(k)).Stream()
		c.sample(q, src)
		if err := kernel.Init(state, q); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := kernel.Step(src, state); err != nil {
				t.Fatal(err)
			}
		}
		moved += math.Abs(state.Q[0]-q[0]) / float64(chains)
		c.pivot(u, state.Q)
		for i, x := range u {
			pivots[i] = append(pivots[i], x)
		}
	}
	if moved < least {
		t.Errorf("the chains moved by %g on average, want %g at least", moved, least)
	}
	worst := 1.0
	for _, x := range pivots {
		_, p := check.KolmogorovSmirnov(x, func(u float64) float64 { return u })
		worst = min(worst, p)
	}
	return worst
}
