package pmcmc

import (
	"errors"
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/resample"
	"github.com/quatre-ppl/quatre/tensor"
)

// Conditional is a particle filter one of whose particles follows a given path:
// the kernel that draws a path of states given the data and leaves their
// posterior invariant, for any number of particles from 2.
type Conditional struct {
	model     smc.Model
	move      smc.Transition // for ancestor sampling; nil without
	data      []smc.Obs
	n         int
	x         [][][]float64 // [T][dim][n]
	ancestors [][]int32     // [T][n]
	logW, w   []float64
	logMove   []float64
	prev      [][]float64
	next      [][]float64
	resampler resample.Resampler
}

// NewConditional returns a conditional filter of n particles. With ancestor
// sampling, which mixes far better, the model must be a smc.Transition.
func NewConditional(m smc.Model, data []smc.Obs, n int, ancestorSampling bool) (*Conditional, error) {
	if n < 2 || len(data) == 0 {
		return nil, fmt.Errorf("pmcmc: a conditional filter of %d particles over %d observations: want 2 or more, and 1 or more", n, len(data))
	}
	c := &Conditional{
		model: m, data: data, n: n, x: make([][][]float64, len(data)), ancestors: make([][]int32, len(data)),
		logW: make([]float64, n), w: make([]float64, n), logMove: make([]float64, n), prev: matrix(m.Dim(), n), next: matrix(m.Dim(), n),
		resampler: resample.Resampler{Scheme: resample.Multinomial},
	}
	if ancestorSampling {
		move, ok := m.(smc.Transition)
		if !ok {
			return nil, errors.New("pmcmc: ancestor sampling needs the density of the moves: the model must implement smc.Transition")
		}
		c.move = move
	}
	for t := range data {
		c.x[t], c.ancestors[t] = matrix(m.Dim(), n), make([]int32, n)
	}
	return c, nil
}

func matrix(rows, cols int) [][]float64 {
	m := make([][]float64, rows)
	for i := range m {
		m[i] = make([]float64, cols)
	}
	return m
}

// Draw replaces path[T][dim] by the next one of the chain, and returns the log
// of the evidence estimate.
func (c *Conditional) Draw(path [][]float64, key rng.Key) (logEvidence float64, err error) {
	src := key.Stream()
	for t := range c.data {
		if err := c.step(t, path, src); err != nil {
			return 0, fmt.Errorf("pmcmc: observation %d: %w", t+1, err)
		}
		total := tensor.LogSumExp(c.logW)
		if math.IsNaN(total) || math.IsInf(total, 1) {
			return 0, fmt.Errorf("pmcmc: observation %d: %w", t+1, smc.ErrWeight)
		}
		if math.IsInf(total, -1) {
			return 0, &smc.CollapseError{Observation: t + 1, Particles: c.n}
		}
		for i, l := range c.logW {
			c.w[i] = elem.Exp(l - total)
		}
		logEvidence += total - elem.Log(float64(c.n))
	}
	k := int32(rng.Categorical(src, c.w))
	for t := len(c.data) - 1; t >= 0; t-- {
		for d := range path[t] {
			path[t][d] = c.x[t][d][k]
		}
		k = c.ancestors[t][k]
	}
	return logEvidence, nil
}

// step moves all particles but the last, which is put on the path, and weighs
// them.
func (c *Conditional) step(t int, path [][]float64, src *rng.Stream) error {
	last := c.n - 1
	p := &smc.Particles{X: c.x[t]}
	var err error
	if t == 0 {
		err = c.model.Init(src, &c.data[0], p)
	} else {
		if err := c.choose(t, path, src); err != nil {
			return err
		}
		for d := range c.prev {
			for i, a := range c.ancestors[t] {
				c.prev[d][i] = c.x[t-1][d][a]
			}
		}
		p.Prev = c.prev
		err = c.model.Move(src, &c.data[t], p)
	}
	if err != nil {
		return err
	}
	for d := range c.x[t] {
		c.x[t][d][last] = path[t][d]
	}
	return c.model.LogWeight(c.logW, &c.data[t], p)
}

// choose draws the ancestors of step t: those of free particles by weight, that
// of the path by weight times the density of its next state.
func (c *Conditional) choose(t int, path [][]float64, src *rng.Stream) error {
	last := c.n - 1
	c.resampler.Ancestors(c.ancestors[t][:last], src, c.w)
	c.ancestors[t][last] = int32(last)
	if c.move == nil {
		return nil
	}
	for d := range c.next {
		for i := range c.next[d] {
			c.next[d][i] = path[t][d]
		}
	}
	if err := c.move.LogTransition(c.logMove, &c.data[t], c.x[t-1], c.next); err != nil {
		return err
	}
	for i, w := range c.w {
		c.logMove[i] += elem.Log(w)
	}
	c.ancestors[t][last] = int32(rng.CategoricalLogit(src, c.logMove))
	return nil
}

// LogJoint returns log p(path, data) under a model, −Inf where it is
// impossible.
func LogJoint(m smc.Start, data []smc.Obs, path [][]float64) (float64, error) {
	sum := 0.0
	x, prev := matrix(m.Dim(), 1), matrix(m.Dim(), 1)
	var one [1]float64
	for t := range data {
		x, prev = prev, x
		for d := range x {
			x[d][0] = path[t][d]
		}
		var err error
		if t == 0 {
			err = m.LogInit(one[:], &data[t], x)
		} else {
			err = m.LogTransition(one[:], &data[t], prev, x)
		}
		if err != nil {
			return 0, err
		}
		sum += one[0]
		if err := m.LogWeight(one[:], &data[t], &smc.Particles{X: x, Prev: prev}); err != nil {
			return 0, err
		}
		sum += one[0]
	}
	return sum, nil
}
