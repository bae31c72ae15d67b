package samplers

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/adapt"
	"github.com/quatre-ppl/quatre/samplers/samplertest"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// known is a density with exact draws, and a function that turns a draw into
// numbers of known distribution functions.
type known struct {
	target LogDensity
	sample func(q []float64, src *rng.Stream) // in the model's coordinates
	pivot  func(u, q []float64)               // u uniform on (0, 1) if q is a draw

	constants []transition.MapConstants // of its map; nil without one
}

// autoregression has q_t = rho q_{t-1} + noise with unit variances.
func autoregression(dim int, rho float64) known {
	noise := math.Sqrt(1 - rho*rho)
	residual := func(q []float64, t int) float64 {
		if t == 0 {
			return q[0]
		}
		return (q[t] - rho*q[t-1]) / noise
	}
	return known{
		density{dim, func(grad, q []float64) (float64, error) {
			logDensity := 0.0
			clear(grad)
			for t := range q {
				u := residual(q, t)
				logDensity -= 0.5 * u * u
				if t == 0 {
					grad[0] -= u
					continue
				}
				grad[t] -= u / noise
				grad[t-1] += rho * u / noise
			}
			return logDensity, nil
		}},
		func(q []float64, src *rng.Stream) {
			for t := range q {
				q[t] = src.Normal()
				if t > 0 {
					q[t] = rho*q[t-1] + noise*q[t]
				}
			}
		},
		func(u, q []float64) {
			for t := range q {
				u[t] = elem.NormCDF(residual(q, t))
			}
		},
		nil,
	}
}

// banana has q_0 standard normal and q_1 ~ Normal(q_0², 0.5).
func banana() known {
	return known{
		density{2, func(grad, q []float64) (float64, error) {
			u := (q[1] - q[0]*q[0]) / 0.5
			grad[0], grad[1] = -q[0]+4*u*q[0], -2*u
			return -0.5*q[0]*q[0] - 0.5*u*u, nil
		}},
		func(q []float64, src *rng.Stream) {
			q[0] = src.Normal()
			q[1] = q[0]*q[0] + 0.5*src.Normal()
		},
		func(u, q []float64) {
			u[0], u[1] = elem.NormCDF(q[0]), elem.NormCDF((q[1]-q[0]*q[0])/0.5)
		},
		nil,
	}
}

// heavyTails are independent Student t with 3 degrees of freedom.
func heavyTails(dim int) known {
	return known{
		density{dim, func(grad, q []float64) (float64, error) {
			logDensity := 0.0
			for i, x := range q {
				logDensity -= 2 * elem.Log1p(x*x/3)
				grad[i] = -4 * x / (3 + x*x)
			}
			return logDensity, nil
		}},
		func(q []float64, src *rng.Stream) {
			for i := range q {
				q[i] = rng.StudentT(src, 3, 0, 1)
			}
		},
		func(u, q []float64) {
			for i, x := range q {
				v := x / math.Sqrt(3)
				u[i] = 0.5 + (v/(1+v*v)+math.Atan(v))/math.Pi
			}
		},
		nil,
	}
}

// mappedFunnel is Neal's funnel under constants of all kinds.
func mappedFunnel() known {
	h := samplertest.NealsFunnel(4)
	constants := []transition.MapConstants{{B: 1}, {A: 1}, {A: 1, B: 0.7, C: 0.5}, {A: 1, B: 20, C: -1}}
	return known{h,
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
		constants,
	}
}

// TestKernels_AreStationary starts independent chains at exact draws and looks at
// where two transitions take them, for the kernels that the default adaptation
// uses: metrics with directions, rotations, steps that vary, mapped coordinates. A right
// kernel fails with probability below 1e-6 for a random seed.
func TestKernels_AreStationary(t *testing.T) {
	for name, c := range map[string]struct {
		known
		step, jitter float64
		rank         int
		turning      bool
	}{
		"normals of dimension 100":              {autoregression(100, 0.8), 0.3, 0, 5, false},
		"the same with jitter":                  {autoregression(100, 0.8), 0.3, 0.2, 5, false},
		"banana":                                {banana(), 0.2, 0, 1, false},
		"banana with jitter":                    {banana(), 0.2, 0.2, 0, false},
		"heavy tails":                           {heavyTails(5), 0.5, 0.1, 2, false},
		"normals, turning":                      {autoregression(100, 0.8), 0.3, 0, 5, true},
		"banana, turning":                       {banana(), 0.2, 0.2, 1, true},
		"heavy tails, turning":                  {heavyTails(5), 0.5, 0, 2, true},
		"turning without directions":            {heavyTails(5), 0.5, 0.1, 0, true},
		"funnel in mapped coordinates, turning": {mappedFunnel(), 0.3, 0, 2, true},
		"funnel in mapped coordinates":          {mappedFunnel(), 0.3, 0.1, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			const seed = 111
			key := rng.NewKey(seed).Child(name)
			o, err := Options{Draws: 1, StepSize: c.step, StepJitter: c.jitter}.complete()
			if err != nil {
				t.Fatal(err)
			}
			kernel, err := newKernel(c.target, &o)
			if err != nil {
				t.Fatal(err)
			}
			src := key.Child("metric").Stream()
			inverse := directed(c.target.Dim(), c.rank, src)
			if c.turning {
				for range c.target.Dim() {
					inverse = append(inverse, 0.3*src.Normal())
				}
			}
			if err := kernel.SetInverseMetric(inverse); err != nil {
				t.Fatal(err)
			}
			if turns(kernel) != c.turning {
				t.Fatalf("steps are rotations: %t", !c.turning)
			}
			stationary(t, c.known, kernel, key)
		})
	}
}

// directed returns an inverse metric with random scales and random orthogonal
// directions.
func directed(dim, rank int, src *rng.Stream) []float64 {
	values := make([]float64, dim)
	for i := range values {
		values[i] = elem.Exp(0.3 * src.Normal())
	}
	var directions [][]float64
	for len(directions) < rank {
		u := make([]float64, dim)
		for i := range u {
			u[i] = src.Normal()
		}
		for _, v := range append(directions, nil) {
			along := 0.0
			for i := range v {
				along += u[i] * v[i]
			}
			for i := range v {
				u[i] -= along * v[i]
			}
		}
		length := 0.0
		for _, x := range u {
			length += x * x
		}
		for i := range u {
			u[i] /= math.Sqrt(length)
		}
		directions = append(directions, u)
		values = append(append(values, elem.Exp(0.5*src.Normal())), u...)
	}
	return values
}

// stationary runs the chains and tests each pivot.
func stationary(t *testing.T, c known, kernel tunedKernel, key rng.Key) {
	t.Helper()
	chains := 20000
	if testing.Short() {
		chains = 2000
	}
	dim := c.target.Dim()
	if dim >= 100 {
		chains /= 10
	}
	mapping := adapt.NewMapping(c.target)
	if mapping != nil {
		if err := mapping.Set(c.constants); err != nil {
			t.Fatal(err)
		}
	}
	h, _ := c.target.(*samplertest.Hierarchy)
	q, z, u := make([]float64, dim), make([]float64, dim), make([]float64, dim)
	state := NewState(dim)
	pivots := make([][]float64, dim)
	moved := 0.0
	for k := range chains {
		src := key.Child("chain", uint64(k)).Stream()
		c.sample(q, src)
		copy(z, q)
		if mapping != nil {
			h.ToSampling(z, q)
		}
		if err := kernel.Init(state, z); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := kernel.Step(src, state); err != nil {
				t.Fatal(err)
			}
		}
		moved += math.Abs(state.Q[0]-z[0]) / float64(chains)
		copy(q, state.Q)
		if mapping != nil {
			if _, err := mapping.ToModel(q, state.Q); err != nil {
				t.Fatal(err)
			}
		}
		c.pivot(u, q)
		for i, x := range u {
			pivots[i] = append(pivots[i], x)
		}
	}
	if moved < 0.1 {
		t.Errorf("the chains moved by %g on average", moved)
	}
	for i, x := range pivots {
		d, p := check.KolmogorovSmirnov(x, func(u float64) float64 { return u })
		check.PValue(t, p, 1e-6/float64(11*dim), "coordinate", i, "KS distance", d)
	}
}
