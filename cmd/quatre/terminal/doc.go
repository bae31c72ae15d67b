// Package terminal shows people how a run goes: Bars redraws one bar per chain
// on a terminal, Lines writes a line now and then where there is none. Both
// learn what they show from the events of stream.ProgressSink alone.
package terminal

import (
	"io"

	"github.com/quatre-ppl/quatre/stream"
)

// Plan is what a run is to do: the iterations of each phase of each chain.
type Plan struct {
	Chains, Warmup, Draws int
}

// Display shows the progress of a run. Close ends it; what it shows then stays.
type Display interface {
	stream.Sink
	stream.ProgressSink
	// Note shows a message without disturbing the rest. It may be called from
	// any goroutine, after Close too.
	Note(text string)
}

// Open returns the display that fits w: Bars if it is a terminal that can move
// its cursor, else Lines.
func Open(w io.Writer, plan Plan, env Environment) Display {
	if size, ok := sizer(w); ok && env.Term != "dumb" {
		return NewBars(w, plan, size, env.style())
	}
	return NewLines(w, plan)
}
