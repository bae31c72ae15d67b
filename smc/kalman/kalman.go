// Package kalman filters and smooths linear Gaussian models exactly: the
// reference that particle filters are tested against, and the part of a
// Rao–Blackwellised filter that is known in closed form.
package kalman

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/quatre-ppl/quatre/elem"
)

// Model is
//
//	x[1] ~ Normal(M0, P0),  x[t] ~ Normal(F x[t−1], Q),  y[t] ~ Normal(H x[t], R),
//
// covariances, with n states and m observed numbers.
type Model struct {
	F, Q *mat.Dense // [n][n]
	H    *mat.Dense // [m][n]
	R    *mat.Dense // [m][m]
	M0   []float64  // [n]
	P0   *mat.Dense // [n][n]
}

// Dims returns the numbers of states and observed numbers, or what does not
// fit.
func (k *Model) Dims() (n, m int, err error) {
	n = len(k.M0)
	if k.H == nil || k.F == nil || k.Q == nil || k.R == nil || k.P0 == nil || n == 0 {
		return 0, 0, errors.New("kalman: a matrix of the model is missing, or M0 is empty")
	}
	m, _ = k.H.Dims()
	for _, c := range []struct {
		name       string
		matrix     *mat.Dense
		rows, cols int
	}{{"F", k.F, n, n}, {"Q", k.Q, n, n}, {"P0", k.P0, n, n}, {"H", k.H, m, n}, {"R", k.R, m, m}} {
		if r, cols := c.matrix.Dims(); r != c.rows || cols != c.cols {
			return 0, 0, fmt.Errorf("kalman: %s is %d × %d, want %d × %d for %d states and %d observed numbers", c.name, r, cols, c.rows, c.cols, n, m)
		}
	}
	return n, m, nil
}

// Step is what the filter knows after an observation.
type Step struct {
	PredMean []float64  // E x[t] given y[1..t−1]
	PredCov  *mat.Dense // its covariance
	Mean     []float64  // E x[t] given y[1..t]
	Cov      *mat.Dense
	// LogLikelihood is log p(y[t] | y[1..t−1]).
	LogLikelihood float64
}

// Filter runs over y[t][m]; NaN is a missing number. Covariances are updated
// in Joseph's form, which keeps them positive (Bucy and Joseph 1968).
func (k *Model) Filter(y [][]float64) ([]Step, error) {
	n, m, err := k.Dims()
	if err != nil {
		return nil, err
	}
	steps := make([]Step, len(y))
	mean, cov := append([]float64(nil), k.M0...), mat.DenseCopyOf(k.P0)
	for t := range y {
		if len(y[t]) != m {
			return nil, fmt.Errorf("kalman: observation %d has %d numbers, want %d", t+1, len(y[t]), m)
		}
		if t > 0 {
			mean, cov = k.predict(mean, cov)
		}
		steps[t].PredMean, steps[t].PredCov = mean, cov
		mean, cov, steps[t].LogLikelihood, err = k.update(mean, cov, y[t], n)
		if err != nil {
			return nil, fmt.Errorf("kalman: observation %d: %w", t+1, err)
		}
		steps[t].Mean, steps[t].Cov = mean, cov
	}
	return steps, nil
}

// predict moves the law of the state on by one step.
func (k *Model) predict(mean []float64, cov *mat.Dense) ([]float64, *mat.Dense) {
	next := mat.NewVecDense(len(mean), nil)
	next.MulVec(k.F, mat.NewVecDense(len(mean), mean))
	var fp, c mat.Dense
	fp.Mul(k.F, cov)
	c.Mul(&fp, k.F.T())
	c.Add(&c, k.Q)
	return next.RawVector().Data, &c
}

// update conditions the state on the numbers of y that are there.
func (k *Model) update(mean []float64, cov *mat.Dense, y []float64, n int) ([]float64, *mat.Dense, float64, error) {
	h, r, seen := k.observed(y)
	if len(seen) == 0 {
		return mean, cov, 0, nil
	}
	m := len(seen)
	var ph, s mat.Dense
	ph.Mul(cov, h.T())
	s.Mul(h, &ph)
	s.Add(&s, r)
	var chol mat.Cholesky
	if !chol.Factorize(symmetric(&s)) {
		return nil, nil, 0, errors.New("the covariance of what is predicted is not positive definite: check Q, R and P0")
	}
	innovation := mat.NewVecDense(m, nil)
	innovation.MulVec(h, mat.NewVecDense(n, mean))
	for i, v := range seen {
		innovation.SetVec(i, v-innovation.AtVec(i))
	}
	var solved mat.VecDense
	if err := chol.SolveVecTo(&solved, innovation); err != nil {
		return nil, nil, 0, fmt.Errorf("the covariance of what is predicted is nearly singular: %w", err)
	}
	logLik := -0.5 * (float64(m)*elem.Log(2*math.Pi) + chol.LogDet() + mat.Dot(innovation, &solved))
	var gainT mat.Dense
	if err := chol.SolveTo(&gainT, ph.T()); err != nil {
		return nil, nil, 0, fmt.Errorf("the covariance of what is predicted is nearly singular: %w", err)
	}
	next := mat.NewVecDense(n, nil)
	next.MulVec(gainT.T(), innovation)
	next.AddVec(next, mat.NewVecDense(n, mean))
	return next.RawVector().Data, joseph(cov, &gainT, h, r), logLik, nil
}

// joseph returns (I − K H) P (I − K H)ᵀ + K R Kᵀ.
func joseph(cov, gainT, h, r *mat.Dense) *mat.Dense {
	n, _ := cov.Dims()
	var a, ap, c, kr, krk mat.Dense
	a.Mul(gainT.T(), h)
	a.Scale(-1, &a)
	for i := range n {
		a.Set(i, i, 1+a.At(i, i))
	}
	ap.Mul(&a, cov)
	c.Mul(&ap, a.T())
	kr.Mul(gainT.T(), r)
	krk.Mul(&kr, gainT)
	c.Add(&c, &krk)
	return &c
}

// observed returns the rows of H and R, and the numbers, that are not missing.
func (k *Model) observed(y []float64) (h, r *mat.Dense, seen []float64) {
	var rows []int
	for i, v := range y {
		if !math.IsNaN(v) {
			rows, seen = append(rows, i), append(seen, v)
		}
	}
	if len(rows) == len(y) || len(rows) == 0 {
		return k.H, k.R, seen
	}
	_, n := k.H.Dims()
	h, r = mat.NewDense(len(rows), n, nil), mat.NewDense(len(rows), len(rows), nil)
	for a, i := range rows {
		h.SetRow(a, k.H.RawRowView(i))
		for b, j := range rows {
			r.Set(a, b, k.R.At(i, j))
		}
	}
	return h, r, seen
}

// symmetric returns the symmetric part of a square matrix.
func symmetric(a *mat.Dense) *mat.SymDense {
	n, _ := a.Dims()
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, 0.5*(a.At(i, j)+a.At(j, i)))
		}
	}
	return s
}

// LogLikelihood returns log p(y[1..T]).
func LogLikelihood(steps []Step) float64 {
	sum := 0.0
	for i := range steps {
		sum += steps[i].LogLikelihood
	}
	return sum
}

// Smoothed is the law of a state given all the data.
type Smoothed struct {
	Mean []float64
	Cov  *mat.Dense
}

// Smooth runs backwards over the steps of Filter (Rauch, Tung and Striebel
// 1965).
func (k *Model) Smooth(steps []Step) ([]Smoothed, error) {
	out := make([]Smoothed, len(steps))
	for t := len(steps) - 1; t >= 0; t-- {
		s := &steps[t]
		out[t] = Smoothed{append([]float64(nil), s.Mean...), mat.DenseCopyOf(s.Cov)}
		if t == len(steps)-1 {
			continue
		}
		ahead := &steps[t+1]
		var chol mat.Cholesky
		if !chol.Factorize(symmetric(ahead.PredCov)) {
			return nil, fmt.Errorf("kalman: the predicted covariance at observation %d is not positive definite: Q must reach every direction that F forgets", t+2)
		}
		var fp, gainT mat.Dense
		fp.Mul(k.F, s.Cov)
		if err := chol.SolveTo(&gainT, &fp); err != nil {
			return nil, fmt.Errorf("kalman: the predicted covariance at observation %d is nearly singular: %w", t+2, err)
		}
		n := len(s.Mean)
		gap := mat.NewVecDense(n, nil)
		gap.SubVec(mat.NewVecDense(n, out[t+1].Mean), mat.NewVecDense(n, ahead.PredMean))
		var shift mat.VecDense
		shift.MulVec(gainT.T(), gap)
		for i := range n {
			out[t].Mean[i] += shift.AtVec(i)
		}
		var d, gd, g mat.Dense
		d.Sub(out[t+1].Cov, ahead.PredCov)
		gd.Mul(gainT.T(), &d)
		g.Mul(&gd, &gainT)
		out[t].Cov.Add(out[t].Cov, &g)
	}
	return out, nil
}
