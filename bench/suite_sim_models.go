package bench

import (
	"fmt"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/input"
	"github.com/quatre-ppl/quatre/sim/process"
)

func exponential(mean float64) sim.Law { return input.Must(input.Exponential(mean)) }

// queueModel is a model under measurement and how to ask it what came of it.
type queueModel struct {
	s        *sim.Simulation
	sojourns sim.Tally
	wait     string        // outcome with the mean wait
	steps    func() uint64 // as the engine counts them
}

// queueFacts are what is known of a model: the exact mean wait with the
// asymptotic variance of the mean of n waits times n, 0 if that is not known,
// and the exact mean time in the system.
type queueFacts struct{ wait, variance, sojourn float64 }

// facts returns what is known of a model, by queueing theory.
func (p *simParams) facts() queueFacts {
	switch p.Model {
	case "mm1":
		return queueFacts{wait: 4, variance: 1976, sojourn: 5}
	case "barbershop":
		return queueFacts{wait: 128, variance: 5951488, sojourn: 144}
	case "job_shop":
		return queueFacts{sojourn: 71.78821921113}
	default: // rework
		return queueFacts{sojourn: 7.158493248045}
	}
}

// build returns a model for a run.
func (p *simParams) build(key rng.Key) (*queueModel, error) {
	s := sim.New(key, sim.Options{})
	switch p.Model + " " + p.Style {
	case "mm1 handlers":
		return mm1Handlers(s, 1.25, 1), nil
	case "mm1 flow":
		return mm1Flow(s, 1.25, 1), nil
	case "mm1 processes":
		return mm1Processes(s, 1.25, 1), nil
	case "barbershop flow":
		return mm1Flow(s, 18, 16), nil
	case "job_shop flow":
		return jobShop(s), nil
	case "rework flow":
		return rework(s), nil
	}
	return nil, fmt.Errorf("bench: there is no model %q as %q", p.Model, p.Style)
}

// ofFlow is the model of a flow that has been built.
func ofFlow(s *sim.Simulation, f *flow.Flow, station string) *queueModel {
	return &queueModel{s: s, steps: f.Steps, sojourns: f.Time(), wait: station + ".wait"}
}

func mm1Flow(s *sim.Simulation, interarrival, service float64) *queueModel {
	r := s.Resource("server", 1)
	f := flow.New(s, "customers")
	f.Arrive(s.Source("arrivals", exponential(interarrival))).
		Seize(r).Hold(flow.Draw(s.Source("services", exponential(service)))).Release(r).
		Depart()
	return ofFlow(s, f, "server")
}

func jobShop(s *sim.Simulation) *queueModel {
	f := flow.New(s, "jobs")
	f.Arrive(s.Source("arrivals", exponential(6)))
	for i, mean := range []float64{8, 6, 10, 5, 7} {
		name := fmt.Sprint("station ", i+1)
		r := s.Resource(name, 2)
		f.Seize(r).Hold(flow.Draw(s.Source(name, exponential(mean)))).Release(r)
	}
	f.Depart()
	return ofFlow(s, f, "station 1")
}

func rework(s *sim.Simulation) *queueModel {
	machine, bench := s.Resource("machine", 3), s.Resource("bench", 1)
	f := flow.New(s, "parts")
	f.Arrive(s.Source("arrivals", exponential(4))).
		Seize(machine).Hold(flow.Draw(s.Source("machining", exponential(5)))).Release(machine).
		Decide(s.Source("quality", input.Must(input.Uniform(0, 1))), flow.Branch{Chance: 0.85, Label: "good"}).
		Seize(bench).Hold(flow.Draw(s.Source("reworking", exponential(8)))).Release(bench).
		Label("good").Depart()
	return ofFlow(s, f, "machine")
}

func mm1Processes(s *sim.Simulation, interarrival, service float64) *queueModel {
	r, sojourns := s.Resource("server", 1), s.Tally("sojourn")
	arrivals, services := s.Source("arrivals", exponential(interarrival)), s.Source("services", exponential(service))
	g := process.New(s)
	customer := func(p *process.Process) error {
		began := p.Now()
		if err := p.Seize(r); err != nil {
			return err
		}
		if err := p.Hold(p.Draw(services)); err != nil {
			return err
		}
		p.Release(r)
		p.Context().Record(sojourns, p.Now()-began)
		return nil
	}
	g.Go("arrivals", func(p *process.Process) error {
		for {
			if err := p.Hold(p.Draw(arrivals)); err != nil {
				return err
			}
			p.Go("customer", customer)
		}
	})
	return &queueModel{s: s, steps: s.Events, sojourns: sojourns, wait: "server.wait"}
}

func mm1Handlers(s *sim.Simulation, interarrival, service float64) *queueModel {
	m := &station{
		arrivals: s.Source("arrivals", exponential(interarrival)), services: s.Source("services", exponential(service)),
		wait: s.Tally("wait"), sojourn: s.Tally("sojourn"), number: s.Level("number", 0), queue: make([]float64, 16),
	}
	m.self = s.Add("station", m)
	return &queueModel{s: s, steps: s.Events, sojourns: m.sojourn, wait: "wait"}
}

// station is an M/M/1 queue as a state machine.
type station struct {
	self               sim.ID
	arrivals, services sim.Source
	wait, sojourn      sim.Tally
	number             sim.Level
	queue              []float64 // ring of arrival times
	head, n            int
}

// The events of a station.
const (
	arrival int32 = iota
	departure
)

// Start implements sim.Starter.
func (s *station) Start(c *sim.Context) error {
	c.Schedule(c.Draw(s.arrivals), s.self, arrival, 0)
	return nil
}

// Handle implements sim.Entity.
func (s *station) Handle(c *sim.Context, e sim.Event) error {
	if e.Kind == arrival {
		c.Schedule(c.Draw(s.arrivals), s.self, arrival, 0)
		if s.n == len(s.queue) {
			s.queue = append(append(make([]float64, 0, 2*s.n), s.queue[s.head:]...), s.queue[:s.head]...)[:2*s.n]
			s.head = 0
		}
		s.queue[(s.head+s.n)&(len(s.queue)-1)] = c.Now()
		s.n++
		c.Set(s.number, float64(s.n))
		if s.n == 1 {
			s.serve(c)
		}
		return nil
	}
	c.Record(s.sojourn, c.Now()-s.queue[s.head])
	s.head = (s.head + 1) & (len(s.queue) - 1)
	s.n--
	c.Set(s.number, float64(s.n))
	if s.n > 0 {
		s.serve(c)
	}
	return nil
}

func (s *station) serve(c *sim.Context) {
	c.Record(s.wait, c.Now()-s.queue[s.head])
	c.Schedule(c.Draw(s.services), s.self, departure, 0)
}

// phold is PHOLD as one entity: an event's number is its logical process.
type phold struct {
	self                     sim.ID
	processes                float64
	increments, destinations sim.Source
}

// The parameters of PHOLD.
const (
	pholdRemote    = 0.25
	pholdLookahead = 0.1
	pholdMean      = 0.9 // of an increment beyond the lookahead
)

// Handle implements sim.Entity.
func (p *phold) Handle(c *sim.Context, e sim.Event) error {
	to := e.Arg
	// One uniform number decides whether the event goes away, and where to.
	if u := c.Draw(p.destinations) / pholdRemote; u < 1 {
		if to = uint64(u * (p.processes - 1)); to >= e.Arg {
			to++
		}
	}
	c.Schedule(pholdLookahead+c.Draw(p.increments), p.self, 0, to)
	return nil
}

// newPHOLD returns PHOLD with one event for each process.
func newPHOLD(key rng.Key, processes int) *sim.Simulation {
	s := sim.New(key, sim.Options{})
	p := &phold{
		processes: float64(processes), increments: s.Source("increments", exponential(pholdMean)),
		destinations: s.Source("destinations", input.Must(input.Uniform(0, 1))),
	}
	p.self = s.Add("processes", p)
	for i := range uint64(processes) {
		s.Schedule(pholdLookahead+s.Draw(p.increments), p.self, 0, i)
	}
	return s
}
