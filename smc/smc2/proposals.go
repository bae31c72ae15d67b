package smc2

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc/internal/dense"
)

// proposals is what the moves of a rejuvenation propose from: the mean and the
// root of the covariance of the weighted particles on the whole line.
type proposals struct {
	mean []float64
	root [][]float64
}

// freedom is the degrees of freedom of the independent proposals: heavier tails
// than those of a posterior that is nearly normal.
const freedom = 7

// fit learns the proposals: from a covariance as much wider as the stored
// populations are (snapshot), so that moves can find again the spread that a
// resampling has lost.
func (s *Sampler) fit() (*proposals, error) {
	d := len(s.problem.Space)
	points := make([][]float64, len(s.theta))
	for i := range points {
		points[i] = s.theta[i].z
	}
	f := &proposals{make([]float64, d), dense.New(d, d)}
	dense.Moments(f.mean, f.root, points, s.Weights(), 1)
	spread := 1 + float64(d+2)/s.distinct(s.Weights())
	for k := range d {
		for l := range d {
			f.root[k][l] *= spread
		}
		// A floor far below the prior's scale keeps a root where few distinct
		// particles are left.
		f.root[k][k] += 1e-8
	}
	if !dense.Cholesky(f.root, f.root) {
		return nil, fmt.Errorf("smc2: observation %d: the covariance of the parameter particles is not finite: use more of them", s.steps)
	}
	return f, nil
}

// propose writes a proposal from z to next, and returns log q(z | next) −
// log q(next | z).
func (f *proposals) propose(next, z []float64, src *rng.Stream) float64 {
	d := len(z)
	noise := make([]float64, d)
	src.FillNormal(noise)
	if src.Float64() < 0.5 {
		scale := 2.38 / math.Sqrt(float64(d)) // Roberts, Gelman and Gilks 1997
		f.apply(next, z, noise, scale)
		return 0
	}
	scale := math.Sqrt(freedom / rng.ChiSquare(src, freedom))
	f.apply(next, f.mean, noise, scale)
	return f.logStudent(z) - f.logStudent(next)
}

// apply writes from + scale·root·noise to next.
func (f *proposals) apply(next, from, noise []float64, scale float64) {
	for i := range next {
		v := 0.0
		for j := range i + 1 {
			v += float64(f.root[i][j] * noise[j])
		}
		next[i] = from[i] + float64(scale*v)
	}
}

// logStudent is the log density of the independent proposals, up to a
// constant.
func (f *proposals) logStudent(z []float64) float64 {
	gap := make([]float64, len(z))
	f.standardise(gap, z)
	return -0.5 * (freedom + float64(len(z))) * elem.Log1p(square(gap)/freedom)
}

// standardise writes root⁻¹(z − mean) to u.
func (f *proposals) standardise(u, z []float64) {
	for i := range z {
		u[i] = z[i] - f.mean[i]
	}
	dense.Solve(f.root, u)
}
