package anneal

import (
	"context"
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
	"github.com/quatre-ppl/quatre/smc/internal/parallel"
)

// tempered is the prior times a power of the likelihood.
type tempered struct {
	prior, likelihood transition.LogDensity
	power             float64
	grad              []float64
}

func (t *tempered) Dim() int { return t.prior.Dim() }

func (t *tempered) LogDensityGrad(grad, q []float64) (float64, error) {
	logPrior, err := t.prior.LogDensityGrad(grad, q)
	if err != nil {
		return 0, err
	}
	if t.power == 0 {
		return logPrior, nil
	}
	logLikelihood, err := t.likelihood.LogDensityGrad(t.grad, q)
	if err != nil {
		return 0, err
	}
	for i, g := range t.grad {
		grad[i] += float64(t.power * g)
	}
	return logPrior + float64(t.power*logLikelihood), nil
}

// leastStep is the smallest step of the power, against a likelihood that is
// infinitely sharp somewhere.
const leastStep = 1e-9

// Temper moves a cloud from the prior to the posterior through powers of the
// likelihood.
func Temper(ctx context.Context, p Problem, key rng.Key, o Options) (*Result, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	if p.Dim < 1 || p.Draw == nil || p.Open == nil {
		return nil, fmt.Errorf("anneal: a problem of %d dimensions: it needs at least one, and the functions Draw and Open", p.Dim)
	}
	c := newCloud(p.Dim, p.Draw, key, o)
	for power := 0.0; power < 1; {
		logs, err := c.likelihoods(p)
		if err != nil {
			return nil, err
		}
		step := c.step(logs, 1-power)
		if step < leastStep {
			return nil, fmt.Errorf("anneal: the power of the likelihood stands still at %v: its values are too far apart, as where it has a point mass", power)
		}
		power += step
		if 1-power < leastStep {
			power = 1
		}
		for i := range logs {
			logs[i] *= step
		}
		if err := c.reweigh(logs); err != nil {
			return nil, err
		}
		err = c.refresh(ctx, Stage{Power: power}, func() (transition.LogDensity, error) {
			prior, likelihood, err := p.Open()
			return &tempered{prior, likelihood, power, make([]float64, p.Dim)}, err
		})
		if err != nil {
			return nil, err
		}
	}
	return c.finish(), nil
}

// likelihoods returns the log likelihood at each point.
func (c *cloud) likelihoods(p Problem) ([]float64, error) {
	logs := make([]float64, len(c.q))
	densities, grads := make([]transition.LogDensity, c.options.Workers), make([][]float64, c.options.Workers)
	err := parallel.Each(len(c.q), c.options.Workers, func(i, worker int) (err error) {
		if densities[worker] == nil {
			if _, densities[worker], err = p.Open(); err != nil {
				return err
			}
			grads[worker] = make([]float64, p.Dim)
		}
		logs[i], err = densities[worker].LogDensityGrad(grads[worker], c.q[i])
		if err == nil && (math.IsNaN(logs[i]) || math.IsInf(logs[i], 1)) {
			err = fmt.Errorf("anneal: the log likelihood at point %v is %v", c.q[i], logs[i])
		}
		return err
	})
	return logs, err
}

// step returns the largest step of the power up to most that keeps the
// effective sample size at the threshold, by bisection on its logarithm.
func (c *cloud) step(logs []float64, most float64) float64 {
	target := c.options.Threshold * float64(len(logs))
	if powerESS(logs, most) >= target {
		return most
	}
	low, high := elem.Log(leastStep/10), elem.Log(most)
	for range 60 {
		middle := (low + high) / 2
		if powerESS(logs, elem.Exp(middle)) >= target {
			low = middle
		} else {
			high = middle
		}
	}
	return elem.Exp(low)
}

// powerESS returns the effective sample size of weights exp(step·logs).
func powerESS(logs []float64, step float64) float64 {
	largest := logs[0]
	for _, l := range logs {
		largest = max(largest, l)
	}
	sum, squares := 0.0, 0.0
	for _, l := range logs {
		w := elem.Exp(step * (l - largest))
		sum += w
		squares += float64(w * w)
	}
	return sum * sum / squares
}
