package sim

import (
	"fmt"
	"slices"
)

// Warn adds something that a reader of the results should know; saying it twice
// does nothing.
func (c *Context) Warn(text string, args ...any) {
	if w := fmt.Sprintf(text, args...); !slices.Contains(c.warnings, w) {
		c.warnings = append(c.warnings, w)
	}
}

// Notes returns what Warn was told.
func (c *Context) Notes() []string { return slices.Clone(c.warnings) }

// Warnings returns what a reader of the results should know: what Warn was
// told, and queues that only grow.
func (c *Context) Warnings() []string {
	out := c.Notes()
	for _, l := range c.Loads() {
		if l.Grows {
			out = append(out, l.String())
		}
	}
	return out
}

// Load is the work that was offered to a resource since the measurements began.
type Load struct {
	Resource string
	// Offered is the work over what the resource could do, judged by the claims
	// made and the time that each has held its units.
	Offered float64
	// Work is the time that the resource needs for a claim: units times time over
	// its mean capacity.
	Work float64
	// Claims were made and Grants granted.
	Claims, Grants uint64
	// Queue is the mean number of claims waiting, Low and High the smallest and the
	// largest, Waiting the present one.
	Queue, Low, High float64
	Waiting          int
	// Grows is true if more work was offered than can be done and the queue has grown
	// accordingly.
	Grows bool
}

// enoughClaims is the number of claims from which on the load of a resource is
// judged.
const enoughClaims = 200

// Loads returns the loads of the resources that were claimed often enough to judge
// them, and in whose queues nobody loses patience or turns away: others have a steady state
// whatever is offered.
func (c *Context) Loads() (all []Load) {
	for i := range c.resources {
		p := &c.resources[i]
		held, able := p.inUse.Area(c.now), p.capacity.Area(c.now)
		if p.requested < enoughClaims || p.reneged > 0 || p.limited || !(held > 0 && able > 0) {
			continue
		}
		l := Load{Resource: p.name, Claims: p.requested, Grants: p.served, Waiting: p.queue.n,
			Queue: p.inQueue.Mean(c.now), Low: p.inQueue.Min(), High: p.inQueue.Max()}
		l.Offered = held / float64(max(p.served, 1)) * float64(p.requested) / able
		l.Work = held / float64(max(p.served, 1)) * (c.now - c.statsSince) / able
		// The queue of a stable system returns to zero; one that grows holds the
		// surplus, a share of all claims.
		surplus := float64(p.requested) - float64(p.served)
		l.Grows = l.Offered > 1 && surplus > 10 && surplus > 0.02*float64(p.requested) && held > 0.97*able
		all = append(all, l)
	}
	return all
}

// String warns about a load that is too large.
func (l Load) String() string {
	if 100*l.Grants < l.Claims {
		return fmt.Sprintf("resource %q was granted only %d times to %d claims, and %d wait: who holds it hardly ever releases it",
			l.Resource, l.Grants, l.Claims, l.Waiting)
	}
	return fmt.Sprintf("resource %q is offered %.3g times the work that it can do: its queue has grown to %d and there is no steady state",
		l.Resource, l.Offered, l.Waiting)
}

// Balk tells that somebody has turned away from the queue of a resource without a
// claim, so that the queue cannot grow for ever.
func (c *Context) Balk(r Resource) { c.resources[r].limited = true }
