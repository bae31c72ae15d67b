package process

import (
	"fmt"

	"github.com/quatre-ppl/quatre/sim"
)

// Processes are the processes of a simulation.
type Processes struct {
	s       *sim.Simulation
	c       *sim.Context
	self    sim.ID
	table   []*Process // by number; nil for those that have ended
	free    []uint32
	started uint64
	running *Process // nil while the simulation itself is

	loop     bed // of the goroutine of Run
	idle     []*routine
	all      []*routine
	next     *Process // is to go on as soon as it has a routine
	err      error    // that ends the run
	panicked any      // likewise
	exited   bool     // a body has called runtime.Goexit
	closing  bool
}

// Body is what a process does. An error ends the run.
type Body func(p *Process) error

// New makes a simulation ready for processes.
func New(s *sim.Simulation) *Processes {
	g := &Processes{s: s, c: &s.Context}
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

// ahead takes the next events of the calendar as long as they are for processes,
// up to one that a process goes on with; nil if there is none.
func (g *Processes) ahead() *Process {
	for {
		e, ok := g.s.Ahead(g.self)
		if !ok {
			return nil
		}
		if p := g.wakes(g.c, e); p != nil {
			return p
		}
	}
}

// begin gives a process a coroutine.
func (g *Processes) begin(p *Process, r *routine) {
	p.r, r.p, p.bed = r, p, r.bed
	p.born = g.c.Now()
	g.c.Observe(sim.Arrived, g.self, p.number, p.name, 0)
}

// enter notes that a process goes on.
func (g *Processes) enter(p *Process) {
	p.turn++
	p.state = running
	g.running = p
}

// leave notes that a process has ended.
func (g *Processes) leave(p *Process, err error) error {
	c, r := g.c, p.r
	p.state = over
	c.Observe(sim.Departed, g.self, p.number, p.name, c.Now()-p.born)
	p.r = nil
	if n := len(r.holds); n > 0 {
		return fmt.Errorf("%s ends while it holds resource %q: Release comes first", p, c.ResourceName(r.holds[n-1].resource))
	}
	if err != nil {
		return err // its name stays in the table for the message
	}
	g.table[p.index] = nil
	g.free = append(g.free, p.index)
	if p.joined != nil {
		for _, j := range *p.joined {
			c.Schedule(0, g.self, j.kind, j.arg)
		}
		p.joined = nil
	}
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
	p := g.wakes(c, e)
	if p == nil {
		return nil
	}
	return g.resume(p)
}

// wakes returns the process that goes on at an event, nil if none does.
func (g *Processes) wakes(c *sim.Context, e sim.Event) *Process {
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
	switch r := p.r; {
	case e.Kind == eventGo:
	case e.Kind == eventGranted:
		if r.claim != 0 && !c.Held(r.claim) {
			return nil // lost again before it came here
		}
	case r.left > 0:
		if !r.meet(e.Kind - eventAny) {
			return nil
		}
	default:
		r.which = int(e.Kind - eventAny)
	}
	return p
}

// Preempted interrupts the delay of a process that loses what it holds, or
// tells it if it wants to be told.
func (g *Processes) Preempted(c *sim.Context, claim sim.Claim, arg uint64) {
	p := g.find(arg)
	if p == nil || p.r == nil {
		return
	}
	for i := range p.r.holds {
		if p.r.holds[i].claim != claim {
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
