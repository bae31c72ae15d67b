package samplers

import (
	"github.com/quatre-ppl/quatre/samplers/adapt"
	"github.com/quatre-ppl/quatre/stream"
)

// newTuning returns what tunes the chain during warmup, nil without warmup.
func (c *chain) newTuning() adapt.Scheme {
	o := c.options
	if o.Warmup == 0 {
		return nil
	}
	dim := c.problem.Dim()
	if o.Adaptation == FisherAdaptation {
		latents := 0
		if c.mapping != nil {
			latents = len(c.mapping.Latents())
		}
		return adapt.NewFisher(dim, latents, adapt.FisherOptions{
			Warmup: o.Warmup, FixedLength: o.FixedWarmup || o.SaveWarmup, TargetAccept: o.TargetAccept,
			FixedMetric: o.Metric == UnitMetric, LowRank: o.directions(), Rotations: o.directions(), FixedMap: o.AsWritten,
		})
	}
	var estimator *adapt.Welford
	switch o.Metric {
	case AutoMetric, DiagMetric:
		estimator = adapt.NewVariance(dim)
	case DenseMetric:
		estimator = adapt.NewCovariance(dim)
	}
	return adapt.NewWindowed(o.Warmup, o.TargetAccept, estimator)
}

// subject returns what is tuned.
func (c *chain) subject() adapt.Subject {
	return adapt.Subject{Kernel: c.kernel, Target: c.problem, Map: c.mapping}
}

// settled reports that warmup may end before its time.
func (c *chain) settled() bool {
	return c.now.phase == stream.Warmup && c.now.tuning != nil && c.now.tuning.Settled()
}
