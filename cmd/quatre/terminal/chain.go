package terminal

import (
	"fmt"
	"strconv"
	"time"

	"github.com/quatre-ppl/quatre/stream"
)

// chain is what is known of one chain.
type chain struct {
	plan   Plan
	number int  // counted from 1
	begun  bool // there was an event
	over   bool // there will be no further one
	last   stream.Progress
	warmed time.Duration // Elapsed when sampling was first heard of
}

// newChains returns the chains of a plan, none of them begun.
func newChains(plan Plan) []chain {
	list := make([]chain, plan.Chains)
	for i := range list {
		list[i] = chain{plan: plan, number: i + 1}
	}
	return list
}

// update takes in an event. Of a chain that ends before its first iteration
// there is nothing to show.
func (c *chain) update(p stream.Progress) {
	if !c.begun && p.Phase == stream.Warmup && p.Done == 0 && p.Total > 0 {
		return
	}
	if p.Phase == stream.Sampling && (!c.begun || c.last.Phase == stream.Warmup) {
		c.warmed = c.last.Elapsed
	}
	c.last, c.begun = p, true
}

// done returns the iterations that are finished, warmup included.
func (c *chain) done() int {
	if c.last.Phase == stream.Sampling {
		return c.plan.Warmup + c.last.Done
	}
	return c.last.Done
}

// total returns the iterations of the whole chain.
func (c *chain) total() int { return c.plan.Warmup + c.plan.Draws }

// finished reports whether the chain has drawn all that it should.
func (c *chain) finished() bool { return c.begun && c.done() >= c.total() }

// rank orders chains by how much they are worth looking at: at work, done,
// waiting.
func (c *chain) rank() int {
	switch {
	case !c.begun:
		return 2
	case c.finished():
		return 1
	}
	return 0
}

// left estimates the time to the end from the pace of the present phase; ok is
// false as long as there is nothing to go by. The iterations of warmup are
// longer at first, so its estimate is on the safe side.
func (c *chain) left() (left time.Duration, ok bool) {
	spent := c.last.Elapsed
	if c.last.Phase == stream.Sampling {
		spent -= c.warmed
	}
	if c.last.Done == 0 || spent <= 0 {
		return 0, false
	}
	pace := float64(spent) / float64(c.last.Done)
	return time.Duration(pace * float64(c.total()-c.done())), true
}

// The pieces of text about a chain.

func (c *chain) name() string { return "chain " + strconv.Itoa(c.number) }

func (c *chain) phase() string {
	if !c.begun {
		return "waiting"
	}
	return c.last.Phase.String()
}

func (c *chain) count() string { return fmt.Sprintf("%d/%d", c.last.Done, c.last.Total) }

func (c *chain) divergences() string {
	if c.last.Divergences == 1 {
		return "1 divergence"
	}
	return fmt.Sprintf("%d divergences", c.last.Divergences)
}

func (c *chain) step() string { return fmt.Sprintf("step %.3g", c.last.StepSize) }

func (c *chain) effort() string {
	if c.last.Done == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f leapfrogs/draw", float64(c.last.Leapfrogs)/float64(c.last.Done))
}

// clock says how long the chain took, or has still to go.
func (c *chain) clock() string {
	switch {
	case c.finished():
		return "done in " + Duration(c.last.Elapsed)
	case c.over:
		return "stopped"
	}
	if left, ok := c.left(); ok {
		return Duration(left) + " left"
	}
	return ""
}

// Duration writes a time as a person would: "0.31 s", "42 s", "3 min 5 s",
// "2 h 10 min".
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "0 s"
	case d < time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}
