package anneal

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
	"github.com/quatre-ppl/quatre/smc/internal/dense"
)

// Fit is what is known of the present law when kernels are made for it: the
// weighted mean and covariance of the cloud, and the lower triangular root of
// the covariance.
type Fit struct {
	Mean      []float64
	Cov, Root [][]float64
}

// Move makes a kernel for a density. It is called once per worker and step,
// from several goroutines.
type Move func(density transition.LogDensity, fit *Fit) (transition.Kernel, error)

// RandomWalk is the Move of Metropolis steps with the cloud's covariance times
// 2.38²/dim (Roberts, Gelman and Gilks 1997). It looks at no gradient.
func RandomWalk(density transition.LogDensity, fit *Fit) (transition.Kernel, error) {
	d := density.Dim()
	return &randomWalk{density: density, root: fit.Root, scale: 2.38 / math.Sqrt(float64(d)), noise: make([]float64, d), next: transition.NewState(d)}, nil
}

type randomWalk struct {
	density transition.LogDensity
	root    [][]float64
	scale   float64
	noise   []float64
	next    *transition.State
}

// Init implements transition.Kernel.
func (k *randomWalk) Init(s *transition.State, q []float64) (err error) {
	copy(s.Q, q)
	s.LogDensity, err = k.density.LogDensityGrad(s.Grad, s.Q)
	return err
}

// Step implements transition.Kernel.
func (k *randomWalk) Step(src *rng.Stream, s *transition.State) (transition.Info, error) {
	src.FillNormal(k.noise)
	for i := range s.Q {
		v := 0.0
		for j := range i + 1 {
			v += float64(k.root[i][j] * k.noise[j])
		}
		k.next.Q[i] = s.Q[i] + float64(k.scale*v)
	}
	var err error
	if k.next.LogDensity, err = k.density.LogDensityGrad(k.next.Grad, k.next.Q); err != nil {
		return transition.Info{}, err
	}
	info := transition.Info{StepSize: k.scale, Energy: -s.LogDensity}
	ratio := k.next.LogDensity - s.LogDensity
	if !math.IsNaN(ratio) {
		info.AcceptStat = elem.Exp(min(ratio, 0))
	}
	if src.Float64() < info.AcceptStat {
		s.CopyFrom(k.next)
		info.Energy = -s.LogDensity
	}
	return info, nil
}

// fit learns the moments of a weighted cloud.
func fit(q [][]float64, w []float64, total float64) (*Fit, bool) {
	d := len(q[0])
	f := &Fit{make([]float64, d), dense.New(d, d), dense.New(d, d)}
	dense.Moments(f.Mean, f.Cov, q, w, total)
	for i := range d {
		f.Cov[i][i] += 1e-12
	}
	return f, dense.Cholesky(f.Root, f.Cov)
}
