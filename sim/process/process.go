package process

import (
	"errors"
	"fmt"
	"slices"

	"github.com/quatre-ppl/quatre/sim"
)

// Process is a function under way in simulated time. Its methods that wait may
// be called from its own body only.
type Process struct {
	// A delay needs no more than these, which lie in one cache line.
	g           *Processes
	r           *routine // while the body runs
	bed         bed
	state       state
	interrupted bool
	lost        int32   // claims of r.holds that are lost at present
	until       float64 // end of the delay; while paused, what is left of it
	index       uint32
	turn        uint32 // counts the times that control came here

	body   Body
	name   string
	number uint64
	born   float64     // when its body began
	joined *[]listener // nil for none
	taken  any         // by the latest Item condition
}

type state uint8

const (
	running state = iota // or about to
	holding              // a delay
	paused               // a delay that was interrupted by a preemption
	waiting              // for a claim
	over
)

// listener is a process that waits for the end of another.
type listener struct {
	kind int32
	arg  uint64
}

// ErrInterrupted is the error of a wait that was ended by Interrupt; the cause
// is wrapped with it.
var ErrInterrupted = errors.New("process: interrupted")

// String names the process, as in "customer 17".
func (p *Process) String() string { return fmt.Sprintf("%s %d", p.name, p.number) }

// Number returns the number of the process in the order of starting, from 1.
func (p *Process) Number() uint64 { return p.number }

// Context returns the simulation that the process is in.
func (p *Process) Context() *sim.Context { return p.g.c }

// Now returns the simulated time.
func (p *Process) Now() float64 { return p.g.c.Now() }

// Draw returns the next number of a source.
func (p *Process) Draw(s sim.Source) float64 { return p.g.c.Draw(s) }

// Go starts another process: it begins when this one waits.
func (p *Process) Go(name string, body Body) *Process { return p.g.Go(name, body) }

// Ended reports whether the body has returned.
func (p *Process) Ended() bool { return p.state == over }

// arg is the argument of events for the present turn.
func (p *Process) arg() uint64 { return uint64(p.turn)<<32 | uint64(p.index) }

// suspend gives control away until the process goes on; it returns why, if it was
// interrupted.
func (p *Process) suspend() error {
	g := p.g
	if g.running != p {
		g.check()
		g.c.Fail(fmt.Errorf("%s waits, but not from its own body", p))
	}
	if q := g.ahead(); q == p {
		g.enter(p)
	} else {
		if next, yield := p.bed.take(g.heir(q)); yield != nil {
			yield(struct{}{})
		} else {
			next()
		}
		if g.running != p {
			g.check()
		}
	}
	if !p.interrupted {
		return nil
	}
	p.interrupted = false
	return p.r.cause
}

// Hold lets a time ≥ 0 pass. While a claim that the process holds is lost to
// another of higher priority, no time passes for it.
func (p *Process) Hold(delay float64) error {
	c := p.g.c
	if p.lost > 0 {
		if !(delay >= 0) {
			c.Fail(fmt.Errorf("%s holds for %v: want it ≥ 0", p, delay))
		}
		p.state, p.until = paused, delay
		return p.suspend()
	}
	c.Schedule(delay, p.g.self, eventGo, p.arg())
	p.state, p.until = holding, c.Now()+delay
	return p.suspend()
}

// regained has a delay go on when everything lost is held again.
func (p *Process) regained(c *sim.Context) {
	r := p.r
	if r == nil || p.lost == 0 {
		return
	}
	p.lost = 0
	for _, h := range r.holds {
		if !c.Held(h.claim) {
			p.lost++
		}
	}
	if p.lost == 0 && p.state == paused {
		c.Schedule(p.until, p.g.self, eventGo, p.arg())
		p.state, p.until = holding, c.Now()+p.until
	}
}

// Option is a property of a claim.
type Option func(o *options)

type options struct {
	units    int
	priority int32
	flags    sim.Flags
}

// Units sets the number of units to claim, instead of 1.
func Units(n int) Option { return func(o *options) { o.units = n } }

// Priority sets the priority of a claim: the lowest number is served first. The
// default is 0.
func Priority(n int) Option { return func(o *options) { o.priority = int32(n) } }

// Preempt lets the claim take units from claims of higher priority numbers.
func Preempt() Option { return func(o *options) { o.flags |= sim.Preempts } }

// Interruptible tells the search for deadlocks that another process may end the wait
// for the claim by Interrupt.
func Interruptible() Option { return func(o *options) { o.flags |= sim.Timed } }

// request returns the request of a claim, and its units.
func (p *Process) request(kind int32, opts []Option) (sim.Request, int) {
	req := sim.Request{Owner: p.g.self, Kind: kind, Arg: p.arg(), Lost: -1}
	if len(opts) == 0 {
		return req, 1
	}
	o := apply(opts)
	req.Priority, req.Flags = o.priority, o.flags
	return req, o.units
}

// apply returns what options say. It is a function of its own because its result
// lies on the heap.
func apply(opts []Option) *options {
	o := &options{units: 1}
	for _, set := range opts {
		set(o)
	}
	return o
}

// Seize claims units of a resource and waits until the claim is granted.
func (p *Process) Seize(r sim.Resource, opts ...Option) error {
	req, units := p.request(eventGranted, opts)
	claim, granted := p.g.c.Seize(r, units, req)
	if !granted {
		if err := p.await(claim); err != nil {
			return err
		}
	}
	r, _ = p.g.c.ResourceOf(claim) // it may have changed lines
	p.r.holds = append(p.r.holds, held{claim, r})
	return nil
}

// SeizeAll claims units of several resources together and waits until all are
// granted at the same moment; it holds nothing meanwhile. Each is released by
// itself.
func (p *Process) SeizeAll(needs ...sim.Need) error {
	_, err := p.WaitAny(AllSeized(needs))
	return err
}

// await waits for a claim; an interrupt withdraws it.
func (p *Process) await(claim sim.Claim) error {
	p.state, p.r.claim = waiting, claim
	err := p.suspend()
	p.r.claim = 0
	if err != nil && !p.g.c.Withdraw(claim) && p.g.c.Held(claim) {
		p.g.c.Release(claim)
	}
	return err
}

// Release gives back what the process holds of a resource, the latest claim.
func (p *Process) Release(r sim.Resource) {
	for i := len(p.r.holds) - 1; i >= 0; i-- {
		if h := p.r.holds[i]; h.resource == r {
			p.r.holds = append(p.r.holds[:i], p.r.holds[i+1:]...)
			if p.lost > 0 && !p.g.c.Held(h.claim) {
				p.lost--
			}
			p.g.c.Release(h.claim)
			return
		}
	}
	p.g.c.Fail(fmt.Errorf("%s releases resource %q, which it does not hold", p, p.g.c.ResourceName(r)))
}

// ReleaseOneOf gives back the latest claim of one of several resources: after
// Seize of the shortest of several lines, which may have been changed since.
func (p *Process) ReleaseOneOf(resources ...sim.Resource) {
	for i := len(p.r.holds) - 1; i >= 0; i-- {
		if slices.Contains(resources, p.r.holds[i].resource) {
			p.Release(p.r.holds[i].resource)
			return
		}
	}
	p.Release(resources[0]) // which says what is wrong
}

// Interrupt ends the wait of another process: its Hold, Seize or other wait
// returns an error that is ErrInterrupted and wraps the cause. A process that
// does not wait, or was interrupted already, is not touched: then it returns
// false. Who waits for units of a resource for ever but for this counts as part of a
// deadlock, unless the claim is Interruptible.
func (p *Process) Interrupt(cause error) bool {
	if p.state == running || p.state == over || p.r == nil {
		return false
	}
	p.interrupted = true
	p.r.cause = fmt.Errorf("%w: %w", ErrInterrupted, cause)
	p.turn++
	p.state = running
	p.g.c.Schedule(0, p.g.self, eventGo, p.arg())
	return true
}

// Join waits until another process has ended.
func (p *Process) Join(q *Process) error {
	_, err := p.WaitAny(End(q))
	return err
}
