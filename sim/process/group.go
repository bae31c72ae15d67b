package process

import (
	"fmt"
	"iter"

	"github.com/quatre-ppl/quatre/sim"
)

// Processes are the processes of a simulation.
type Processes struct {
	c       *sim.Context
	self    sim.ID
	table   []*Process // by number; nil for those that have ended
	free    []uint32
	idle    []*routine
	all     []*routine
	started uint64
	running *Process
}

// Body is what a process does. An error ends the run.
type Body func(p *Process) error

// New makes a simulation ready for processes.
func New(s *sim.Simulation) *Processes {
	g := &Processes{c: &s.Context}
	g.self = s.Add("processes", g)
	s.OnClose(g.close)
	return g
}

// ID returns the number of the processes as an entity.
func (g *Processes) ID() sim.ID { return g.self }

// Live returns the number of processes that have not ended.
func (g *Processes) Live() int { return len(g.table) - len(g.free) }

// Started returns the number of processes that were started.
func (g *Processes) Started() uint64 { return g.started }

// Go starts a process: its body begins when the present event is over.
func (g *Processes) Go(name string, body Body) *Process { return g.After(0, name, body) }

// After starts a process after a delay ≥ 0.
func (g *Processes) After(delay float64, name string, body Body) *Process {
	p := &Process{g: g, name: name, body: body}
	p.holds = p.first[:0]
	if n := len(g.free); n > 0 {
		p.index = g.free[n-1]
		g.free = g.free[:n-1]
		g.table[p.index] = p
	} else {
		p.index = uint32(len(g.table))
		g.table = append(g.table, p)
	}
	g.started++
	p.number = g.started
	g.c.Schedule(delay, g.self, eventGo, p.arg())
	return p
}

// Kinds of events of processes. Arg is the turn and the index of a process; an
// event of an earlier turn is stale.
const (
	eventGo      int32 = iota // on after a delay, an interrupt, or at first
	eventGranted              // a claim
	eventAny                  // and up: the first, second, … condition of WaitAny
)

// routine is a coroutine that runs one process after another.
type routine struct {
	p     *Process
	next  func() (ended bool, ok bool)
	stop  func()
	yield func(ended bool) bool
}

// closing is the panic that unwinds a process when the simulation is closed.
type closing struct{}

// start takes an idle coroutine or makes one.
func (g *Processes) start(p *Process) {
	if n := len(g.idle); n > 0 {
		p.r = g.idle[n-1]
		g.idle = g.idle[:n-1]
		p.r.p = p
		return
	}
	r := &routine{p: p}
	r.next, r.stop = iter.Pull(func(yield func(bool) bool) {
		r.yield = yield
		for r.run() && yield(true) {
			continue
		}
	})
	p.r = r
	g.all = append(g.all, r)
}

// run executes the body of the routine's process; false if it was unwound.
func (r *routine) run() (ended bool) {
	defer func() {
		if !ended {
			if value := recover(); value != nil && value != any(closing{}) {
				panic(value)
			}
		}
	}()
	r.p.err = r.p.body(r.p)
	return true
}

// resume switches to a process until it waits or ends.
func (g *Processes) resume(c *sim.Context, p *Process) error {
	p.turn++
	p.state = running
	if p.r == nil {
		g.start(p)
		p.born = c.Now()
		c.Observe(sim.Arrived, g.self, p.number, p.name, 0)
	}
	outer := g.running
	g.running = p
	ended, ok := p.r.next()
	g.running = outer
	if !ok || !ended {
		return nil
	}
	p.state = over
	c.Observe(sim.Departed, g.self, p.number, p.name, c.Now()-p.born)
	g.idle = append(g.idle, p.r)
	p.r = nil
	if len(p.holds) > 0 {
		return fmt.Errorf("%s ends while it holds resource %q: Release comes first", p, c.ResourceName(p.holds[len(p.holds)-1].resource))
	}
	if p.err != nil {
		return p.err // its name stays in the table for the message
	}
	g.table[p.index] = nil
	g.free = append(g.free, p.index)
	for _, j := range p.joined {
		c.Schedule(0, g.self, j.kind, j.arg)
	}
	p.joined = nil
	return nil
}

// find returns the process of an event, nil if it has ended.
func (g *Processes) find(arg uint64) *Process {
	if i := uint32(arg); int(i) < len(g.table) {
		return g.table[i]
	}
	return nil
}

// Handle executes an event.
func (g *Processes) Handle(c *sim.Context, e sim.Event) error {
	p := g.find(e.Arg)
	if p == nil {
		return nil
	}
	if e.Kind != eventGo {
		p.regained(c)
	}
	if uint32(e.Arg>>32) != p.turn {
		return nil
	}
	switch {
	case e.Kind == eventGranted:
		if p.claimed && !c.Held(p.claim) {
			return nil // lost again before it came here
		}
	case e.Kind >= eventAny && p.left > 0:
		if !p.meet(e.Kind - eventAny) {
			return nil
		}
	case e.Kind >= eventAny:
		p.which = int(e.Kind - eventAny)
	}
	return g.resume(c, p)
}

// Preempted interrupts the delay of a process that loses what it holds, or
// tells it if it wants to be told.
func (g *Processes) Preempted(c *sim.Context, claim sim.Claim, arg uint64) {
	p := g.find(arg)
	if p == nil {
		return
	}
	for i := range p.holds {
		if p.holds[i].claim != claim {
			continue
		}
		p.lost++
		if p.state == holding {
			// The event of the delay's end becomes stale.
			p.turn++
			p.state = paused
			p.until -= c.Now()
		}
	}
}

// NameOf names a process.
func (g *Processes) NameOf(arg uint64) string {
	if p := g.find(arg); p != nil {
		return p.String()
	}
	return "a process that has ended"
}

// PartyOf returns what tells processes apart in the argument of an event.
func (g *Processes) PartyOf(arg uint64) uint64 { return arg & (1<<32 - 1) }

// NumberOf returns the number of a process.
func (g *Processes) NumberOf(arg uint64) uint64 {
	if p := g.find(arg); p != nil {
		return p.number
	}
	return 0
}

// close unwinds the processes that are left.
func (g *Processes) close() {
	for _, r := range g.all {
		r.stop()
	}
	g.all, g.idle = nil, nil
}
