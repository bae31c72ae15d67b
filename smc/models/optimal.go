package models

import (
	"errors"
	"fmt"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/internal/dense"
)

// Optimal returns the model with the move that minimises the variance of the
// weights: x given prev and y, exactly; the weights are then p(y | prev)
// (Doucet, Godsill and Andrieu 2000, section II.D). It is an error where what
// is observed has no density given prev.
func (m *LinearGaussian) Optimal() (smc.Model, error) {
	all := make([]int, len(m.H))
	for i := range all {
		all[i] = i
	}
	o := &optimal{LinearGaussian: m}
	var err error
	if o.first, err = m.condition(m.start, m.P0, all); err != nil {
		return nil, err
	}
	if o.later, err = m.condition(m.move, m.Q, all); err != nil {
		return nil, err
	}
	return smc.Guided(m, o), nil
}

// optimal is the proposal, prepared for whole observations.
type optimal struct {
	*LinearGaussian
	first, later *conditioned
}

// conditioned is a move given the numbers of the next observation in some
// rows.
type conditioned struct {
	rows []int
	move affine      // for y = 0
	gain [][]float64 // shift per unit of y
	law  *whitened   // of y given what comes before
}

// condition conditions a move of noise covariance cov on the given rows.
func (m *LinearGaussian) condition(before *affine, cov [][]float64, rows []int) (*conditioned, error) {
	h := pick(m.H, rows, false)
	covH := dense.Mul(cov, dense.Transpose(h)) // [n][rows]
	root := dense.Add(dense.Mul(h, covH), 1, pick(m.R, rows, true))
	if !dense.Cholesky(root, root) || !regular(root) {
		return nil, errors.New("models: the covariance of the observed numbers is singular")
	}
	// half = root⁻¹ h cov; the gain is halfᵀ root⁻¹, and cov − halfᵀ half is
	// left of the covariance.
	half := whiten(dense.Transpose(covH), root).g
	rest := dense.Add(cov, -1, dense.Mul(dense.Transpose(half), half))
	if !dense.Cholesky(rest, rest) {
		return nil, errors.New("models: the covariance of a state given its observation is not positive")
	}
	identity := dense.New(len(rows), len(rows))
	for i := range identity {
		identity[i][i] = 1
	}
	c := &conditioned{rows: rows, gain: dense.Mul(dense.Transpose(half), whiten(identity, root).g), move: affine{root: rest}}
	correction := dense.Mul(c.gain, h)
	c.move.shift = append([]float64(nil), before.shift...)
	for d, v := range dense.Apply(correction, before.shift) {
		c.move.shift[d] -= v
	}
	image := h // of what y depends on
	if before.a != nil {
		c.move.a = dense.Add(before.a, -1, dense.Mul(correction, before.a))
		image = dense.Mul(h, before.a)
	}
	c.law = whiten(image, root)
	return c, nil
}

// at returns the move given y and the law of y, nil where all is missing, for
// the first state or a later one.
func (m *optimal) at(o *smc.Obs, first bool) (*affine, *whitened, error) {
	if len(o.Y) != len(m.H) {
		return nil, nil, fmt.Errorf("models: %d observed numbers, want %d", len(o.Y), len(m.H))
	}
	c, before, cov := m.later, m.move, m.Q
	if first {
		c, before, cov = m.first, m.start, m.P0
	}
	rows := seen(o.Y)
	if len(rows) == 0 {
		return before, nil, nil
	}
	if len(rows) < len(o.Y) {
		var err error
		if c, err = m.condition(before, cov, rows); err != nil {
			return nil, nil, err
		}
	}
	y := pickNumbers(o.Y, rows)
	move := c.move
	move.shift = dense.Apply(c.gain, y)
	for d, v := range c.move.shift {
		move.shift[d] += v
	}
	return &move, c.law.at(y), nil
}

// ProposeInit implements smc.Proposal.
func (m *optimal) ProposeInit(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	move, _, err := m.at(o, true)
	if err == nil {
		move.draw(src, p.X, nil)
	}
	return err
}

// Propose implements smc.Proposal.
func (m *optimal) Propose(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	move, _, err := m.at(o, false)
	if err == nil {
		move.draw(src, p.X, p.Prev)
	}
	return err
}

// LogProposal implements smc.Proposal: log p(y | prev).
func (m *optimal) LogProposal(dst []float64, o *smc.Obs, p *smc.Particles) error {
	_, law, err := m.at(o, p.Prev == nil)
	if err != nil || law == nil {
		clear(dst)
		return err
	}
	if p.Prev != nil {
		law.log(dst, p.Prev)
		return nil
	}
	mean := make([][]float64, len(m.M0))
	for d := range mean {
		mean[d] = m.M0[d : d+1]
	}
	var one [1]float64
	law.log(one[:], mean)
	for i := range dst {
		dst[i] = one[0]
	}
	return nil
}
