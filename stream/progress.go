package stream

import "time"

// Progress tells how far one chain has come. It is a snapshot: a later one of
// the same chain replaces it, so a receiver may miss any of them.
type Progress struct {
	// Chain is the chain's number, counted from 0.
	Chain int
	// Phase is the phase the chain is in.
	Phase Phase
	// Done of Total iterations of this phase are finished.
	Done, Total int
	// StepSize is the integrator's step at present.
	StepSize float64
	// Divergences counts divergent transitions in this phase; Recovered counts
	// those among all transitions that stem from a fault that was survived.
	Divergences, Recovered int
	// Leapfrogs counts gradient evaluations of this phase.
	Leapfrogs int64
	// Elapsed is the time since the chain began.
	Elapsed time.Duration
}

// ProgressSink is what a Sink implements besides to hear of progress. Progress
// returns at once; its calls do not overlap with each other or with Write.
type ProgressSink interface {
	Progress(p Progress)
}
