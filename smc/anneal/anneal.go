package anneal

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
	"github.com/quatre-ppl/quatre/smc/internal/parallel"
	"github.com/quatre-ppl/quatre/smc/resample"
	"github.com/quatre-ppl/quatre/tensor"
)

// Options of a run. The zero value of a field is its default.
type Options struct {
	// Points is the size of the cloud; 1000 by default.
	Points int
	// Threshold is the effective sample size, as a fraction of Points, that a
	// step of tempering aims at and below which Batches moves; 0.5 by default.
	Threshold float64
	// Moves is the number of steps of each chain: with waste-free moves
	// Points/Moves chains whose states are the new cloud, 20 by default; else
	// the steps of every point, 5 by default.
	Moves int
	// Standard moves every point instead of keeping whole chains.
	Standard bool
	// Move makes the kernels; RandomWalk by default.
	Move Move
	// Resampling is the scheme; systematic by default.
	Resampling resample.Scheme
	// Workers is the number of goroutines; 1 by default. Results do not depend
	// on it.
	Workers int
}

func (o Options) complete() (Options, error) {
	if o.Points == 0 {
		o.Points = 1000
	}
	if o.Threshold == 0 {
		o.Threshold = 0.5
	}
	if o.Moves == 0 && o.Standard {
		o.Moves = 5
	} else if o.Moves == 0 {
		o.Moves = 20
	}
	if o.Move == nil {
		o.Move = RandomWalk
	}
	if o.Workers == 0 {
		o.Workers = 1
	}
	switch {
	case o.Points < 4 || o.Moves < 1 || o.Workers < 1:
		return o, fmt.Errorf("anneal: Points %d, Moves %d, Workers %d: want at least 4, 1 and 1", o.Points, o.Moves, o.Workers)
	case !o.Standard && o.Points%o.Moves != 0:
		return o, fmt.Errorf("anneal: %d points are no whole number of chains of %d states: make Points a multiple of Moves", o.Points, o.Moves)
	case !(o.Threshold > 0 && o.Threshold < 1):
		return o, fmt.Errorf("anneal: Threshold is %v, want a fraction", o.Threshold)
	}
	return o, nil
}

// Result is a weighted cloud of the last law.
type Result struct {
	// Q is the points, [Points][Dim], Weights their weights, which sum to 1.
	Q       [][]float64
	Weights []float64
	// LogEvidence is the log of the estimate of the integral of prior times
	// likelihood.
	LogEvidence float64
	// Stages tells of each resampling with its moves.
	Stages []Stage
}

// Stage is a resampling with its moves.
type Stage struct {
	// Power is the exponent of the likelihood; Terms the number of
	// observations taken.
	Power float64
	Terms int
	// ESS is the effective sample size before, AcceptRate the mean acceptance
	// of the moves.
	ESS, AcceptRate float64
}

// Mean returns the weighted mean of coordinate d, SD its standard deviation.
func (r *Result) Mean(d int) float64 {
	sum := 0.0
	for i, w := range r.Weights {
		sum += float64(w * r.Q[i][d])
	}
	return sum
}

// SD is described with Mean.
func (r *Result) SD(d int) float64 {
	mean, sum := r.Mean(d), 0.0
	for i, w := range r.Weights {
		gap := r.Q[i][d] - mean
		sum += float64(w * (gap * gap))
	}
	return math.Sqrt(sum)
}

// Problem is a posterior in two parts. Its functions are called from several
// goroutines.
type Problem struct {
	Dim int
	// Draw writes a point drawn from the prior to q.
	Draw func(q []float64, src *rng.Stream)
	// Open returns the log densities of the prior and the likelihood for one
	// goroutine. The gradients may be left out where the kernels ask for none.
	Open func() (prior, likelihood transition.LogDensity, err error)
}

// cloud is the points under way.
type cloud struct {
	options Options
	key     rng.Key
	q       [][]float64
	logW    []float64
	result  *Result
	stage   int
}

func newCloud(dim int, draw func(q []float64, src *rng.Stream), key rng.Key, o Options) *cloud {
	c := &cloud{options: o, key: key, q: make([][]float64, o.Points), logW: make([]float64, o.Points), result: new(Result)}
	for i := range c.q {
		c.q[i] = make([]float64, dim)
		draw(c.q[i], key.Child("prior", uint64(i)).Stream())
	}
	return c
}

// reweigh adds increments to the log weights and to the evidence.
func (c *cloud) reweigh(increments []float64) error {
	before := tensor.LogSumExp(c.logW)
	for i, v := range increments {
		if math.IsNaN(v) || math.IsInf(v, 1) {
			return fmt.Errorf("anneal: the log likelihood at point %v is %v", c.q[i], v)
		}
		c.logW[i] += v
	}
	after := tensor.LogSumExp(c.logW)
	if math.IsInf(after, -1) {
		return errors.New("anneal: the likelihood is 0 at every point: use more points, or a prior nearer to the data")
	}
	c.result.LogEvidence += after - before
	return nil
}

// weights returns the normalised weights and their effective number.
func (c *cloud) weights() (w []float64, ess float64) {
	total := tensor.LogSumExp(c.logW)
	w = make([]float64, len(c.logW))
	squares := 0.0
	for i, l := range c.logW {
		w[i] = elem.Exp(l - total)
		squares += float64(w[i] * w[i])
	}
	return w, 1 / squares
}

// refresh resamples the cloud and moves it by kernels of the density that open
// returns.
func (c *cloud) refresh(ctx context.Context, stage Stage, open func() (transition.LogDensity, error)) error {
	o := c.options
	w, ess := c.weights()
	learnt, ok := fit(c.q, w, 1)
	if !ok {
		return errors.New("anneal: the covariance of the cloud is not finite: use more points")
	}
	chains := o.Points
	if !o.Standard {
		chains = o.Points / o.Moves
	}
	key := c.key.Child("stage", uint64(c.stage))
	ancestors := make([]int32, chains)
	r := resample.Resampler{Scheme: o.Resampling}
	r.Ancestors(ancestors, key.Child("resample").Stream(), w)
	next, accept := make([][]float64, o.Points), make([]float64, chains)
	kernels := make([]transition.Kernel, o.Workers)
	err := parallel.Each(chains, o.Workers, func(i, worker int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if kernels[worker] == nil {
			density, err := open()
			if err == nil {
				kernels[worker], err = o.Move(density, learnt)
			}
			if err != nil {
				return err
			}
		}
		var err error
		accept[i], err = c.chain(kernels[worker], c.q[ancestors[i]], next, i, key.Child("chain", uint64(i)).Stream())
		return err
	})
	if err != nil {
		return err
	}
	c.q = next
	for i := range c.logW {
		c.logW[i] = 0
	}
	stage.ESS, stage.AcceptRate = ess, tensor.Mean(accept)
	c.result.Stages = append(c.result.Stages, stage)
	c.stage++
	return nil
}

// chain runs one chain from q and puts its states, or its last one, into next.
// It returns the mean acceptance.
func (c *cloud) chain(k transition.Kernel, q []float64, next [][]float64, i int, src *rng.Stream) (float64, error) {
	state := transition.NewState(len(q))
	if err := k.Init(state, q); err != nil {
		return 0, err
	}
	o, sum, steps := c.options, 0.0, c.options.Moves
	if !o.Standard {
		next[i*o.Moves] = slices.Clone(q)
		steps--
	}
	for step := range steps {
		info, err := k.Step(src, state)
		if err != nil {
			return 0, err
		}
		sum += info.AcceptStat
		if !o.Standard {
			next[i*o.Moves+step+1] = slices.Clone(state.Q)
		}
	}
	if o.Standard {
		next[i] = slices.Clone(state.Q)
	}
	return sum / float64(max(steps, 1)), nil
}

func (c *cloud) finish() *Result {
	c.result.Q = c.q
	c.result.Weights, _ = c.weights()
	return c.result
}
