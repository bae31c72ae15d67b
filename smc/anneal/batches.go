package anneal

import (
	"context"
	"errors"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
	"github.com/quatre-ppl/quatre/smc/internal/parallel"
)

// Sequence is a posterior whose observations come one by one. Its functions
// are called from several goroutines.
type Sequence struct {
	Dim int
	// Draw writes a point drawn from the prior to q.
	Draw func(q []float64, src *rng.Stream)
	// Terms is the number of observations; LogTerm returns the log likelihood
	// of observation i from 0, given those before, at q.
	Terms   int
	LogTerm func(i int, q []float64) float64
	// Posterior returns the log density, up to a constant, of prior times the
	// first n terms, for one goroutine. The gradient may be left out where the
	// kernels ask for none.
	Posterior func(n int) (transition.LogDensity, error)
}

// Batches takes the observations one by one. observe, where not nil, sees the
// cloud after each: Result.Q, Weights and LogEvidence, valid until it returns.
func Batches(ctx context.Context, s Sequence, key rng.Key, o Options, observe func(taken int, r *Result) error) (*Result, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	if s.Dim < 1 || s.Draw == nil || s.LogTerm == nil || s.Posterior == nil {
		return nil, errors.New("anneal: a sequence needs a dimension and the functions Draw, LogTerm and Posterior")
	}
	c := newCloud(s.Dim, s.Draw, key, o)
	increments := make([]float64, o.Points)
	for t := range s.Terms {
		err := parallel.Each(o.Points, o.Workers, func(i, _ int) error {
			increments[i] = s.LogTerm(t, c.q[i])
			return nil
		})
		if err == nil {
			err = c.reweigh(increments)
		}
		if err != nil {
			return nil, err
		}
		if _, ess := c.weights(); ess < o.Threshold*float64(o.Points) {
			if err := c.refresh(ctx, Stage{Power: 1, Terms: t + 1}, func() (transition.LogDensity, error) { return s.Posterior(t + 1) }); err != nil {
				return nil, err
			}
		}
		if observe != nil {
			if err := observe(t+1, c.finish()); err != nil {
				return nil, err
			}
		}
	}
	return c.finish(), nil
}
