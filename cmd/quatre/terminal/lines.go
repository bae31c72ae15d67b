package terminal

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/quatre-ppl/quatre/stream"
)

// Lines writes a line for every tenth of a chain.
type Lines struct {
	stream.Discard
	chains     []chain
	milestones *Milestones

	mu sync.Mutex // of w
	w  io.Writer
}

// NewLines returns a display that writes to w.
func NewLines(w io.Writer, plan Plan) *Lines {
	return &Lines{w: w, chains: newChains(plan), milestones: NewMilestones(plan)}
}

// Progress implements stream.ProgressSink.
func (l *Lines) Progress(p stream.Progress) {
	if p.Chain < 0 || p.Chain >= len(l.chains) {
		return
	}
	c := &l.chains[p.Chain]
	c.update(p)
	if l.milestones.Pass(p) {
		l.Note(c.line())
	}
}

// Note writes a line.
func (l *Lines) Note(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.w, text) // nobody to tell if nobody can be told
}

// line describes the chain.
func (c *chain) line() string {
	parts := []string{
		fmt.Sprintf("%s: %3d %%", c.name(), 100*c.done()/max(c.total(), 1)),
		fmt.Sprintf("%-8s %s", c.phase(), c.count()),
		c.divergences(), c.step(),
	}
	for _, part := range []string{c.effort(), c.clock()} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}
