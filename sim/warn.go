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

// Warnings returns what a reader of the results should know: what Warn was
// told, and queues that only grow.
func (c *Context) Warnings() []string {
	out := slices.Clone(c.warnings)
	for i := range c.resources {
		p := &c.resources[i]
		switch load, grows := c.offered(p); {
		case grows && 100*p.served < p.requested:
			out = append(out, fmt.Sprintf("resource %q was granted only %d times to %d claims, and %d wait: who holds it hardly ever releases it",
				p.name, p.served, p.requested, p.queue.n))
		case grows:
			out = append(out, fmt.Sprintf("resource %q is offered %.3g times the work that it can do: its queue has grown to %d and there is no steady state",
				p.name, load, p.queue.n))
		}
	}
	return out
}

// enoughClaims is the number of claims from which on the load of a resource is
// judged.
const enoughClaims = 200

// offered returns the work that was offered to a resource over what it can do,
// judged by the claims made and the time that each has held its units; grows is
// true if that is above 1 and the queue has grown accordingly.
func (c *Context) offered(p *resource) (load float64, grows bool) {
	if p.requested < enoughClaims || p.reneged > 0 {
		return 0, false
	}
	held, able := p.inUse.Area(c.now), p.capacity.Area(c.now)
	load = held / float64(max(p.served, 1)) * float64(p.requested) / able
	// The queue of a stable system returns to zero; one that grows holds the
	// surplus, a share of all claims.
	surplus := float64(p.requested) - float64(p.served)
	return load, load > 1 && surplus > 10 && surplus > 0.02*float64(p.requested) && held > 0.97*able
}
