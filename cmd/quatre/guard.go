package main

import (
	"context"

	"github.com/quatre-ppl/quatre/stream"
	"github.com/quatre-ppl/quatre/stream/file"
)

// guard stops the run as soon as its results cannot be written, rather than
// going on with draws that nobody will see.
type guard struct {
	*file.CSV
	stop func()
}

// Write implements stream.Sink.
func (g *guard) Write(ctx context.Context, f *stream.Frame) error {
	return g.check(g.CSV.Write(ctx, f))
}

// Adapted implements stream.ChainSink.
func (g *guard) Adapted(ctx context.Context, a *stream.Adaptation) error {
	return g.check(g.CSV.Adapted(ctx, a))
}

// Completed implements stream.ChainSink.
func (g *guard) Completed(ctx context.Context, c *stream.Completion) error {
	return g.check(g.CSV.Completed(ctx, c))
}

// Flush implements stream.Flusher.
func (g *guard) Flush(ctx context.Context) error { return g.check(g.CSV.Flush(ctx)) }

func (g *guard) check(err error) error {
	if err != nil {
		g.stop()
	}
	return err
}
