// Package stream carries draws from a sampler to whoever wants them: frames of
// rows with one schema, sinks that receive frames, and a bounded fan-out that
// feeds several sinks at once. Nothing in it knows a sampler or a file format.
package stream

import (
	"context"
	"fmt"
)

// Phase tells to which part of a chain a row belongs.
type Phase uint8

const (
	// Warmup rows were drawn while the sampler still adapted; they are no draws
	// from the posterior.
	Warmup Phase = iota
	// Sampling rows are draws from the posterior.
	Sampling
)

// String returns "warmup" or "sampling".
func (p Phase) String() string {
	switch p {
	case Warmup:
		return "warmup"
	case Sampling:
		return "sampling"
	}
	return fmt.Sprintf("Phase(%d)", uint8(p))
}

// Frame is a block of consecutive rows of one chain and one phase.
//
// The writer owns the frame and all its slices: a sink may read them until its
// Write returns and must copy what it wants to keep. Only Schema may be
// retained, it is immutable once the first frame has been written.
type Frame struct {
	// Schema describes the columns of Values and Stats.
	Schema *Schema
	// Phase is the phase of every row in the frame.
	Phase Phase
	// Chain is the chain's number, counted from 0.
	Chain int
	// First is the index of the first row within its chain and phase, from 0.
	First int
	// Rows is the number of rows, at least 1 for a frame that is written.
	Rows int
	// Values holds Rows × Schema.Width() numbers, row-major; within a row each
	// field is flattened column-major (first index fastest).
	Values []float64
	// Stats holds Rows × len(Schema.Stats) numbers, row-major.
	Stats []float64
}

// Row returns the values and statistics of row i, as windows into the frame.
// They are valid as long as the frame is.
func (f *Frame) Row(i int) (values, stats []float64) {
	w, s := f.Schema.Width(), len(f.Schema.Stats)
	return f.Values[i*w : (i+1)*w : (i+1)*w], f.Stats[i*s : (i+1)*s : (i+1)*s]
}

// Validate reports the first way in which the frame contradicts itself: no
// schema, negative numbers, or slices whose length does not fit the schema.
func (f *Frame) Validate() error {
	if f.Schema == nil {
		return fmt.Errorf("stream: frame has no schema")
	}
	if f.Phase > Sampling {
		return fmt.Errorf("stream: frame has unknown phase %d", uint8(f.Phase))
	}
	if f.Chain < 0 || f.First < 0 || f.Rows < 0 {
		return fmt.Errorf("stream: frame has negative chain %d, first row %d or row count %d", f.Chain, f.First, f.Rows)
	}
	if want := f.Rows * f.Schema.Width(); len(f.Values) != want {
		return fmt.Errorf("stream: frame of chain %d has %d values, %d rows need %d", f.Chain, len(f.Values), f.Rows, want)
	}
	if want := f.Rows * len(f.Schema.Stats); len(f.Stats) != want {
		return fmt.Errorf("stream: frame of chain %d has %d statistics, %d rows need %d", f.Chain, len(f.Stats), f.Rows, want)
	}
	return nil
}

// Sink receives frames.
//
// Write is called with the frames of one chain and phase in order of First,
// warmup before sampling; frames of different chains come interleaved in any
// order. f is valid only until Write returns. Calls do not overlap: whoever
// writes to a sink from several goroutines puts a Fanout before it. Write may
// block, for a slow disk or receiver, but must return soon after ctx is
// cancelled. After an error the sink has no more duties but Close.
//
// Close releases what the sink holds and makes what was written durable. It is
// called once no Write is running, may be called more than once, and returns
// the same result each time. Write after Close is an error.
type Sink interface {
	Write(ctx context.Context, f *Frame) error
	Close() error
}
