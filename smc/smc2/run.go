package smc2

import (
	"context"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/stream"
)

// runStats are the statistics of a row of Run.
var runStats = []string{"log_evidence", "ess", "states", "rejuvenations"}

// Run takes all of the data and sends a row per observation to sink: for each
// parameter a vector of posterior mean, standard deviation, 5 % and 95 %
// quantile, with the statistics log_evidence, ess, states and rejuvenations so
// far. It returns the sampler, also beside an error, which then stands before
// the observation that failed. It does not close the sink.
func Run(ctx context.Context, problem Problem, data []smc.Obs, key rng.Key, o Options, sink stream.Sink) (*Sampler, error) {
	s, err := New(problem, key, o)
	if err != nil {
		return nil, err
	}
	schema := &stream.Schema{Stats: runStats}
	for _, name := range problem.Space.Names() {
		schema.Values = append(schema.Values, stream.Field{Name: name, Shape: []int{4}})
	}
	row := stream.Frame{Schema: schema, Phase: stream.Sampling, Rows: 1, Values: make([]float64, schema.Width()), Stats: make([]float64, len(runStats))}
	for i := range data {
		if err := ctx.Err(); err != nil {
			return s, err
		}
		if err := s.Observe(data[i]); err != nil {
			return s, err
		}
		for d := range problem.Space {
			low, high := s.Interval(d, 0.05, 0.95)
			copy(row.Values[4*d:], []float64{s.Mean(d), s.SD(d), low, high})
		}
		copy(row.Stats, []float64{s.LogEvidence(), s.ESS(), float64(s.States()), float64(s.Total().Count)})
		row.First = i
		if err := sink.Write(ctx, &row); err != nil {
			return s, err
		}
	}
	return s, nil
}
