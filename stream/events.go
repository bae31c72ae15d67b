package stream

import (
	"context"
	"slices"
	"time"
)

// Adaptation is what a chain's warmup settled on, told once per chain after its
// warmup and before its first sampling frame.
type Adaptation struct {
	// Chain is the chain's number, counted from 0.
	Chain int
	// StepSize is the integrator's step for the sampling phase.
	StepSize float64
	// Dim is the number of unconstrained coordinates.
	Dim int
	// InverseMetric holds the diagonal (Dim numbers) or the whole matrix
	// (Dim × Dim, row-major, symmetric) of the inverse mass matrix; nil for the
	// unit metric.
	InverseMetric []float64
}

// Dense reports whether InverseMetric is a whole matrix. For Dim 1, where both
// forms look alike, it is taken for a diagonal.
func (a *Adaptation) Dense() bool {
	return len(a.InverseMetric) > a.Dim
}

// Completion says that a chain has drawn all it was asked for. It is told once
// per chain after its last frame; a chain that was interrupted has none.
type Completion struct {
	// Chain is the chain's number, counted from 0.
	Chain int
	// Warmup and Sampling are the times that the two phases took.
	Warmup, Sampling time.Duration
}

// ChainSink is what a Sink implements besides to hear of the turning points of
// a chain. They come in order with the chain's frames and are never dropped.
// The arguments are valid only until the call returns; the rules of Write hold
// for contexts, errors and overlapping.
type ChainSink interface {
	Adapted(ctx context.Context, a *Adaptation) error
	Completed(ctx context.Context, c *Completion) error
}

// Adapted queues the event for every sink that is a ChainSink, as Write does
// with a frame.
func (f *Fanout) Adapted(ctx context.Context, a *Adaptation) error {
	kept := *a
	kept.InverseMetric = slices.Clone(a.InverseMetric)
	return f.send(ctx, item{event: func(ctx context.Context, s ChainSink) error { return s.Adapted(ctx, &kept) }})
}

// Completed queues the event for every sink that is a ChainSink, as Write does
// with a frame.
func (f *Fanout) Completed(ctx context.Context, c *Completion) error {
	kept := *c
	return f.send(ctx, item{event: func(ctx context.Context, s ChainSink) error { return s.Completed(ctx, &kept) }})
}

// send queues one item for every sink.
func (f *Fanout) send(ctx context.Context, it item) error {
	if !f.enter() {
		return ErrClosed
	}
	defer f.writers.Done()
	if err := f.reserve(ctx); err != nil {
		return err
	}
	for _, o := range f.feeds {
		o.queue <- it
	}
	return nil
}
