package smc

import (
	"context"
	"fmt"
	"slices"

	"github.com/quatre-ppl/quatre/stream"
	"github.com/quatre-ppl/quatre/tensor"
)

// Collector turns the cloud of a step into numbers.
type Collector struct {
	Field stream.Field
	// Collect writes Field.Size() numbers to dst.
	Collect func(dst []float64, f *Filter)
}

// Means collects the weighted means of the first coordinates, as many as there
// are names.
func Means(names ...string) []Collector {
	out := make([]Collector, len(names))
	for d, name := range names {
		out[d] = Collector{stream.Field{Name: name}, func(dst []float64, f *Filter) { dst[0] = f.Mean(d) }}
	}
	return out
}

// Quantiles collects weighted quantiles of coordinate d, for rising
// probabilities.
func Quantiles(name string, d int, probs ...float64) Collector {
	return Collector{stream.Field{Name: name, Shape: []int{len(probs)}}, func(dst []float64, f *Filter) { f.Quantiles(dst, d, probs) }}
}

// Quantiles writes to dst the weighted quantiles of coordinate d: the least
// state whose cumulated weight reaches each of the rising probabilities.
func (f *Filter) Quantiles(dst []float64, d int, probs []float64) {
	order := make([]int, f.n)
	for i := range order {
		order[i] = i
	}
	x := f.x[d]
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case x[a] < x[b]:
			return -1
		case x[a] > x[b]:
			return 1
		}
		return 0
	})
	k, cumulated := 0, f.now.w[order[0]]
	for j, p := range probs {
		for k < f.n-1 && cumulated < p*f.now.sum {
			k++
			cumulated += f.now.w[order[k]]
		}
		dst[j] = x[order[k]]
	}
}

// filterStats are the statistics of a step.
var filterStats = []string{"log_evidence", "ess", "resampled"}

// Run runs the filter to its end and sends a row of what the collectors make
// of each step to sink, with the statistics log_evidence, ess and resampled. It
// does not close the sink.
func Run(ctx context.Context, f *Filter, sink stream.Sink, collectors ...Collector) error {
	schema := &stream.Schema{Stats: filterStats}
	for _, c := range collectors {
		schema.Values = append(schema.Values, c.Field)
	}
	if err := schema.Validate(); err != nil {
		return fmt.Errorf("smc: the collectors: %w", err)
	}
	frame := stream.Frame{Schema: schema, Phase: stream.Sampling, First: f.Steps(), Rows: 1, Values: make([]float64, schema.Width()), Stats: make([]float64, 3)}
	for f.Step() {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := 0
		for _, c := range collectors {
			size := c.Field.Size()
			c.Collect(frame.Values[at:at+size:at+size], f)
			at += size
		}
		frame.Stats[0], frame.Stats[1], frame.Stats[2] = f.LogEvidence(), f.ESS(), 0
		if f.Resampled() {
			frame.Stats[2] = 1
		}
		if err := sink.Write(ctx, &frame); err != nil {
			return err
		}
		frame.First++
	}
	return f.Err()
}

// Band returns quantiles of equally weighted numbers, for rising
// probabilities.
func Band(draws []float64, probs ...float64) []float64 {
	sorted := slices.Clone(draws)
	slices.Sort(sorted)
	out := make([]float64, len(probs))
	for i, p := range probs {
		out[i] = tensor.Quantile(sorted, p)
	}
	return out
}
