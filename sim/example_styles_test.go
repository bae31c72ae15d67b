package sim_test

import (
	"context"
	"fmt"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/process"
)

// counter is what the three styles have in common: a counter with two clerks.
type counter struct {
	clerks            sim.Resource
	arrivals, service sim.Source
}

func newCounter(s *sim.Simulation) counter {
	return counter{s.Resource("clerks", 2), s.Source("arrivals", exponential(3)), s.Source("service", exponential(5))}
}

// asFlow has customers go through a list of steps.
func asFlow(s *sim.Simulation, d counter) {
	flow.New(s, "customers").
		Arrive(d.arrivals).
		Seize(d.clerks).
		Hold(flow.Draw(d.service)).
		Release(d.clerks).
		Depart()
}

// asProcesses has a function for the door and one for each customer. Errors of Hold
// and Seize are interrupts, of which there are none here.
func asProcesses(s *sim.Simulation, d counter) {
	customer := func(p *process.Process) error {
		p.Seize(d.clerks)
		p.Hold(p.Draw(d.service))
		p.Release(d.clerks)
		return nil
	}
	process.New(s).Go("door", func(p *process.Process) error {
		for {
			p.Hold(p.Draw(d.arrivals))
			p.Go("customer", customer)
		}
	})
}

// handler has a method to which all events come.
type handler struct {
	counter
	self sim.ID
	held []sim.Claim // by customer
}

const (
	arrival int32 = iota
	served
	gone
)

// Start schedules the first arrival.
func (h *handler) Start(c *sim.Context) error {
	c.Schedule(c.Draw(h.arrivals), h.self, arrival, 0)
	return nil
}

// Handle executes an event; its argument is the customer's number.
func (h *handler) Handle(c *sim.Context, e sim.Event) error {
	switch e.Kind {
	case arrival:
		number := uint64(len(h.held))
		claim, now := c.Seize(h.clerks, 1, sim.Request{Owner: h.self, Kind: served, Arg: number})
		h.held = append(h.held, claim)
		if now {
			c.Schedule(c.Draw(h.service), h.self, gone, number)
		}
		c.Schedule(c.Draw(h.arrivals), h.self, arrival, 0)
	case served: // later than claimed
		c.Schedule(c.Draw(h.service), h.self, gone, e.Arg)
	case gone:
		c.Release(h.held[e.Arg])
	}
	return nil
}

func asHandler(s *sim.Simulation, d counter) {
	h := &handler{counter: d}
	h.self = s.Add("customers", h)
}

// The same counter in the three styles.
func Example_styles() {
	for _, build := range []func(*sim.Simulation, counter){asFlow, asProcesses, asHandler} {
		s := sim.New(rng.NewKey(1), sim.Options{})
		build(s, newCounter(s))
		if err := s.Run(context.Background(), sim.Until{Time: 10000}); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("waits: %.4f\n", sim.Find(s.Outcomes(), "clerks.wait"))
		s.Close()
	}
	// Output:
	// waits: 11.3712
	// waits: 11.3712
	// waits: 11.3712
}
