package models

import (
	"errors"
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/internal/dense"
)

// Drawn is the part of a state that particles hold where the rest of it is
// known exactly given that part: a smc.Model without its weights.
type Drawn interface {
	Dim() int
	Init(src *rng.Stream, o *smc.Obs, p *smc.Particles) error
	Move(src *rng.Stream, o *smc.Obs, p *smc.Particles) error
}

// GaussianStep is the law of a linear Gaussian state x and of what is seen of
// it, at one time and for one value of the drawn part:
//
//	x[t] ~ Normal(A x[t−1] + B, Q),  y[t] ~ Normal(C x[t] + D, R)
//
// with covariances Q and R, n states and m observed numbers.
type GaussianStep struct {
	A, Q [][]float64 // [n][n]
	B    []float64   // [n]
	C    [][]float64 // [m][n]
	D    []float64   // [m]
	R    [][]float64 // [m][m]
}

// ConditionalGaussian is a model with a part u of the state that is drawn and a
// part x that is linear Gaussian given u: x[1] ~ Normal(M0, P0), and then as
// Law says. Its particles hold u, and mean and covariance of x given u and y so
// far, which a Kalman filter keeps exactly (Chen and Liu 2000, section 3); so
// only u is drawn, and the weight is p(y[t] | u[1..t], y[1..t−1]).
//
// Its coordinates are those of u, the mean of x, the lower triangle of its
// covariance row by row, and the log weight. NewConditionalGaussian checks and
// prepares it.
type ConditionalGaussian struct {
	Drawn Drawn
	// Law writes the laws at o given u to step, whose matrices are all 0; it
	// may put matrices of its own in their place, which are only read.
	Law func(step *GaussianStep, o *smc.Obs, u []float64)
	M0  []float64   // [n]
	P0  [][]float64 // [n][n]
	// Observed is the number of observed numbers, m.
	Observed int
}

// NewConditionalGaussian returns the model, or what is wrong with it.
func NewConditionalGaussian(c ConditionalGaussian) (*ConditionalGaussian, error) {
	n := len(c.M0)
	if c.Drawn == nil || c.Law == nil || n == 0 || c.Observed < 1 {
		return nil, errors.New("models: a conditionally Gaussian model needs the drawn part, the law of the rest, its first mean and at least one observed number")
	}
	if err := checkSize("P0", c.P0, n, n); err != nil {
		return nil, err
	}
	if !dense.Cholesky(dense.New(n, n), c.P0) {
		return nil, errors.New("models: P0 is no covariance: it must be positive semidefinite")
	}
	return &c, nil
}

// Dim implements smc.Model.
func (m *ConditionalGaussian) Dim() int {
	n := len(m.M0)
	return m.Drawn.Dim() + n + n*(n+1)/2 + 1
}

// Mean returns the coordinate that holds the mean of x[d], and Variance that of
// its variance: the variance of x[d] given the data is the filter's mean of the
// latter plus its variance of the former.
func (m *ConditionalGaussian) Mean(d int) int { return m.Drawn.Dim() + d }

// Variance returns the coordinate of the variance of x[d]; see Mean.
func (m *ConditionalGaussian) Variance(d int) int {
	return m.Drawn.Dim() + len(m.M0) + d*(d+1)/2 + d
}

// part is the drawn part of a cloud.
func part(d Drawn, p *smc.Particles) *smc.Particles {
	own := *p
	own.X = p.X[:d.Dim():d.Dim()]
	if p.Prev != nil {
		own.Prev = p.Prev[:d.Dim():d.Dim()]
	}
	return &own
}

// Init implements smc.Model.
func (m *ConditionalGaussian) Init(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	if err := m.Drawn.Init(src, o, part(m.Drawn, p)); err != nil {
		return err
	}
	return m.filter(o, p)
}

// Move implements smc.Model.
func (m *ConditionalGaussian) Move(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	if err := m.Drawn.Move(src, o, part(m.Drawn, p)); err != nil {
		return err
	}
	return m.filter(o, p)
}

// filter makes a step of each particle's Kalman filter.
func (m *ConditionalGaussian) filter(o *smc.Obs, p *smc.Particles) error {
	if len(o.Y) != m.Observed {
		return fmt.Errorf("models: %d observed numbers, want %d", len(o.Y), m.Observed)
	}
	k := m.newKalman(seen(o.Y))
	drawn, n := m.Drawn.Dim(), len(m.M0)
	u := make([]float64, drawn)
	for i := range p.X[0] {
		for d := range u {
			u[d] = p.X[d][i]
		}
		step := k.lawAt(m, o, u)
		if p.Prev == nil {
			copy(k.mean, m.M0)
			for r, row := range m.P0 {
				copy(k.cov[r], row)
			}
		} else {
			k.load(p.Prev[drawn:], i)
			k.predict(step)
		}
		logp, ok := k.update(step, o.Y)
		if !ok {
			return fmt.Errorf("models: particle %d: the covariance of the observed numbers is not positive: check Q, R and P0", p.First+i)
		}
		k.store(p.X[drawn:], i)
		p.X[drawn+n+n*(n+1)/2][i] = logp
	}
	return nil
}

// LogWeight implements smc.Model.
func (m *ConditionalGaussian) LogWeight(dst []float64, _ *smc.Obs, p *smc.Particles) error {
	copy(dst, p.X[len(p.X)-1])
	return nil
}

// Emit implements smc.Emitter; each observed number is drawn by its marginal
// law.
func (m *ConditionalGaussian) Emit(dst []float64, number int, src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	k := m.newKalman([]int{number})
	drawn := m.Drawn.Dim()
	u := make([]float64, drawn)
	src.FillNormal(dst)
	for i, z := range dst {
		for d := range u {
			u[d] = p.X[d][i]
		}
		step := k.lawAt(m, o, u)
		k.load(p.X[drawn:], i)
		k.observe(step)
		mean := step.D[number]
		for d, v := range k.mean {
			mean += float64(step.C[number][d] * v)
		}
		dst[i] = mean + float64(z*math.Sqrt(k.spread[0][0]))
	}
	return nil
}

// kalman is a Kalman filter on one particle's moments, and its scratch.
type kalman struct {
	own  GaussianStep // memory that laws are written to
	step GaussianStep
	mean []float64
	next []float64
	cov  [][]float64
	half [][]float64 // A P, scratch
	rows []int       // observed numbers that are there

	spread [][]float64 // covariance of these, and its root
	cross  [][]float64 // of them with x, [rows][n]
	gap    []float64
	column []float64
}

func (m *ConditionalGaussian) newKalman(rows []int) *kalman {
	n, r := len(m.M0), len(rows)
	return &kalman{
		own: GaussianStep{
			A: dense.New(n, n), Q: dense.New(n, n), B: make([]float64, n),
			C: dense.New(m.Observed, n), D: make([]float64, m.Observed), R: dense.New(m.Observed, m.Observed),
		},
		mean: make([]float64, n), next: make([]float64, n), cov: dense.New(n, n), half: dense.New(n, n),
		rows: rows, spread: dense.New(r, r), cross: dense.New(r, n), gap: make([]float64, r), column: make([]float64, r),
	}
}

// lawAt asks for the law at u.
func (k *kalman) lawAt(m *ConditionalGaussian, o *smc.Obs, u []float64) *GaussianStep {
	for _, a := range [][][]float64{k.own.A, k.own.Q, k.own.C, k.own.R} {
		for _, row := range a {
			clear(row)
		}
	}
	clear(k.own.B)
	clear(k.own.D)
	k.step = k.own
	m.Law(&k.step, o, u)
	return &k.step
}

// load reads the moments of particle i from coordinates of a cloud.
func (k *kalman) load(x [][]float64, i int) {
	n := len(k.mean)
	at := n
	for d := range n {
		k.mean[d] = x[d][i]
		for e := range d + 1 {
			k.cov[d][e] = x[at][i]
			k.cov[e][d] = x[at][i]
			at++
		}
	}
}

// store writes them.
func (k *kalman) store(x [][]float64, i int) {
	n := len(k.mean)
	at := n
	for d := range n {
		x[d][i] = k.mean[d]
		for e := range d + 1 {
			x[at][i] = k.cov[d][e]
			at++
		}
	}
}

// predict moves the moments by the law of x.
func (k *kalman) predict(s *GaussianStep) {
	for d, row := range s.A {
		v := s.B[d]
		for e, a := range row {
			v += float64(a * k.mean[e])
		}
		k.next[d] = v
		for e := range k.mean {
			v := 0.0
			for f, a := range row {
				v += float64(a * k.cov[f][e])
			}
			k.half[d][e] = v
		}
	}
	copy(k.mean, k.next)
	for d := range s.A {
		for e := range d + 1 {
			v := s.Q[d][e]
			for f, a := range s.A[e] {
				v += float64(k.half[d][f] * a)
			}
			k.cov[d][e], k.cov[e][d] = v, v
		}
	}
}

// observe computes the covariances of the observed numbers that are there.
func (k *kalman) observe(s *GaussianStep) {
	for a, row := range k.rows {
		for d := range k.mean {
			v := 0.0
			for e, c := range s.C[row] {
				v += float64(c * k.cov[e][d])
			}
			k.cross[a][d] = v
		}
		for b := range a + 1 {
			v := s.R[row][k.rows[b]]
			for d, c := range s.C[k.rows[b]] {
				v += float64(k.cross[a][d] * c)
			}
			k.spread[a][b] = v
		}
	}
}

// update conditions the moments on y and returns its log density. ok is false
// where y has none.
func (k *kalman) update(s *GaussianStep, y []float64) (logp float64, ok bool) {
	if len(k.rows) == 0 {
		return 0, true
	}
	k.observe(s)
	if !dense.Cholesky(k.spread, k.spread) || !regular(k.spread) {
		return 0, false
	}
	for a, row := range k.rows {
		v := y[row] - s.D[row]
		for d, c := range s.C[row] {
			v -= float64(c * k.mean[d])
		}
		k.gap[a] = v
		logp -= elem.Log(k.spread[a][a]) + halfLog2Pi
	}
	dense.Solve(k.spread, k.gap)
	for d := range k.mean {
		for a := range k.rows {
			k.column[a] = k.cross[a][d]
		}
		dense.Solve(k.spread, k.column)
		for a, v := range k.column {
			k.cross[a][d] = v
		}
	}
	for a, g := range k.gap {
		logp -= float64(0.5 * (g * g))
		for d, v := range k.cross[a] {
			k.mean[d] += float64(v * g)
			for e := range d + 1 {
				k.cov[d][e] -= float64(v * k.cross[a][e])
			}
		}
	}
	return logp, true
}
