package models

import (
	"errors"
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/internal/dense"
)

// LinearGaussian is
//
//	x[1] ~ Normal(M0, P0),  x[t] ~ Normal(F x[t−1], Q),  y[t] ~ Normal(H x[t], R)
//
// with covariances P0, Q and R, and n states. Package kalman solves it exactly;
// here it is a test, and a block of larger models. NewLinearGaussian checks
// and prepares it.
type LinearGaussian struct {
	LinearGaussianParameters
	start, move *affine
	rootQ       [][]float64
	seenAll     *whitened // the law of a whole observation; nil where it has no density
}

// LinearGaussianParameters are the matrices, as rows.
type LinearGaussianParameters struct {
	F, Q [][]float64 // [n][n]
	H    [][]float64 // [m][n]
	R    [][]float64 // [m][m]
	M0   []float64   // [n]
	P0   [][]float64 // [n][n]
}

// NewLinearGaussian returns the model, or an error that names the matrix that
// does not fit or is no covariance.
func NewLinearGaussian(p LinearGaussianParameters) (*LinearGaussian, error) {
	n, m := len(p.M0), len(p.H)
	if n == 0 || m == 0 {
		return nil, errors.New("models: a linear Gaussian model needs at least one state and one observed number")
	}
	for _, c := range []struct {
		name       string
		a          [][]float64
		rows, cols int
	}{{"F", p.F, n, n}, {"Q", p.Q, n, n}, {"P0", p.P0, n, n}, {"H", p.H, m, n}, {"R", p.R, m, m}} {
		if err := checkSize(c.name, c.a, c.rows, c.cols); err != nil {
			return nil, err
		}
	}
	rootQ, rootP := dense.New(n, n), dense.New(n, n)
	for _, c := range []struct {
		name string
		l, a [][]float64
	}{{"Q", rootQ, p.Q}, {"P0", rootP, p.P0}, {"R", dense.New(m, m), p.R}} {
		if !dense.Cholesky(c.l, c.a) {
			return nil, fmt.Errorf("models: %s is no covariance: it must be positive semidefinite", c.name)
		}
	}
	zero := make([]float64, n)
	model := &LinearGaussian{p, &affine{nil, p.M0, rootP}, &affine{p.F, zero, rootQ}, rootQ, nil}
	if rootR := dense.New(m, m); dense.Cholesky(rootR, p.R) && regular(rootR) {
		model.seenAll = whiten(p.H, rootR)
	}
	return model, nil
}

func checkSize(name string, a [][]float64, rows, cols int) error {
	if len(a) != rows {
		return fmt.Errorf("models: %s has %d rows, want %d", name, len(a), rows)
	}
	for i, row := range a {
		if len(row) != cols {
			return fmt.Errorf("models: row %d of %s has %d numbers, want %d", i+1, name, len(row), cols)
		}
	}
	return nil
}

// Dim implements smc.Model.
func (m *LinearGaussian) Dim() int { return len(m.M0) }

// Init implements smc.Model.
func (m *LinearGaussian) Init(src *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	m.start.draw(src, p.X, nil)
	return nil
}

// Move implements smc.Model.
func (m *LinearGaussian) Move(src *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	m.move.draw(src, p.X, p.Prev)
	return nil
}

// LogWeight implements smc.Model.
func (m *LinearGaussian) LogWeight(dst []float64, o *smc.Obs, p *smc.Particles) error {
	if len(o.Y) != len(m.H) {
		return fmt.Errorf("models: %d observed numbers, want %d", len(o.Y), len(m.H))
	}
	rows := seen(o.Y)
	w, err := m.seenAll, error(nil)
	if w == nil || len(rows) < len(o.Y) {
		w, err = emission(m.H, m.R, rows)
	}
	if err != nil || w == nil {
		clear(dst)
		return err
	}
	w.at(pickNumbers(o.Y, rows)).log(dst, p.X)
	return nil
}

// emission is the law of the given rows of Normal(h x, cov); nil for no rows.
func emission(h, cov [][]float64, rows []int) (*whitened, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	root := pick(cov, rows, true)
	if !dense.Cholesky(root, root) || !regular(root) {
		return nil, errors.New("models: the covariance of the observed numbers is singular")
	}
	return whiten(pick(h, rows, false), root), nil
}

func regular(root [][]float64) bool {
	for i := range root {
		if !(root[i][i] > 0) {
			return false
		}
	}
	return true
}

// LogInit implements smc.Start. It needs a regular P0.
func (m *LinearGaussian) LogInit(dst []float64, _ *smc.Obs, x [][]float64) error {
	if !regular(m.start.root) {
		return errors.New("models: the first state has no density, because P0 is singular")
	}
	identity := dense.New(m.Dim(), m.Dim())
	for i := range identity {
		identity[i][i] = 1
	}
	whiten(identity, m.start.root).at(m.M0).log(dst, x)
	return nil
}

// LogTransition implements smc.Transition. It needs a regular Q.
func (m *LinearGaussian) LogTransition(dst []float64, _ *smc.Obs, prev, next [][]float64) error {
	if !regular(m.rootQ) {
		return errors.New("models: the moves have no density, because Q is singular")
	}
	n := m.Dim()
	z := make([]float64, n)
	w := whiten(m.F, m.rootQ)
	for i := range dst {
		for d := range z {
			z[d] = next[d][i]
			for j, a := range m.F[d] {
				z[d] -= float64(a * prev[j][i])
			}
		}
		dense.Solve(m.rootQ, z)
		sum := 0.0
		for _, v := range z {
			sum += float64(v * v)
		}
		dst[i] = -float64(0.5*sum) - w.norm
	}
	return nil
}

// Emit implements smc.Emitter; each observed number is drawn by its marginal
// law.
func (m *LinearGaussian) Emit(dst []float64, k int, src *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	src.FillNormal(dst)
	sd := math.Sqrt(m.R[k][k])
	for i, z := range dst {
		dst[i] = float64(sd * z)
		for j, h := range m.H[k] {
			dst[i] += float64(h * p.X[j][i])
		}
	}
	return nil
}

// Uniforms implements smc.Inverse.
func (m *LinearGaussian) Uniforms() int { return m.Dim() }

// InitFrom implements smc.Inverse.
func (m *LinearGaussian) InitFrom(u [][]float64, _ *smc.Obs, p *smc.Particles) error {
	m.start.drawFrom(u, p.X, nil)
	return nil
}

// MoveFrom implements smc.Inverse.
func (m *LinearGaussian) MoveFrom(u [][]float64, _ *smc.Obs, p *smc.Particles) error {
	m.move.drawFrom(u, p.X, p.Prev)
	return nil
}

// LogTransitionBound implements smooth.Bounded.
func (m *LinearGaussian) LogTransitionBound(*smc.Obs) float64 { return -whiten(m.F, m.rootQ).norm }
