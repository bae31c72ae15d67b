package process_test

import (
	"math"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/process"
)

// assemblyOf is a shop in which a job is taken apart, workers see to the pieces, and
// several finished jobs go through an oven together.
type assemblyOf struct {
	workers, copies, together int // copies beside the job itself
	every                     float64
}

func (o assemblyOf) parts(s *sim.Simulation) (workers, oven sim.Resource, arrivals, work, bake sim.Source) {
	return s.Resource("workers", o.workers), s.Resource("oven", 1),
		s.Source("arrivals", exponential(o.every)), s.Source("work", exponential(1)), s.Source("bake", exponential(2))
}

var assemblyStyles = []style[assemblyOf]{
	{"handlers", func(s *sim.Simulation, o assemblyOf, l *ledger) {
		m := &assembly{of: o, l: l}
		m.workers, m.oven, m.arrivals, m.work, m.bake = o.parts(s)
		m.self = s.Add("shop", m)
	}},
	{"a flow", func(s *sim.Simulation, o assemblyOf, l *ledger) {
		workers, oven, arrivals, work, bake := o.parts(s)
		f := flow.New(s, "jobs")
		f.Arrive(arrivals)
		no := l.number(f)
		f.Split(o.copies).
			Seize(workers).Hold(flow.Draw(work)).Release(workers).
			Combine().
			Batch(o.together).
			Seize(oven).Hold(flow.Draw(bake)).Release(oven).
			Unbatch()
		l.depart(f, no, "done")
	}},
	{"processes", func(s *sim.Simulation, o assemblyOf, l *ledger) {
		workers, oven, arrivals, work, bake := o.parts(s)
		finished := s.Store("finished", math.MaxInt32) // numbers of batches
		g := process.New(s)
		see := func(p *process.Process) error {
			p.Seize(workers)
			p.Hold(p.Draw(work))
			p.Release(workers)
			return nil
		}
		waiting, batch := 0, 0
		job := func(p *process.Process) error {
			no := l.arrive()
			var copies []process.Condition
			for range o.copies {
				copies = append(copies, process.End(p.Go("copy", see)))
			}
			see(p)
			p.WaitAll(copies...)
			mine := batch
			if waiting++; waiting < o.together {
				p.GetItem(finished, func(item any) bool { return item == mine })
			} else {
				waiting, batch = 0, batch+1
				p.Seize(oven)
				p.Hold(p.Draw(bake))
				p.Release(oven)
				for range o.together - 1 {
					p.PutItem(finished, mine)
				}
			}
			l.leave(p.Context(), no, "done")
			return nil
		}
		sendIn(g, arrivals, "job", job)
	}},
}

// assembly is the shop as a state machine.
type assembly struct {
	of                   assemblyOf
	l                    *ledger
	self                 sim.ID
	workers, oven        sim.Resource
	arrivals, work, bake sim.Source
	pieces               []assemblyPiece
	missing              []int    // pieces of each job, by number from 1
	waiting              []uint64 // jobs for the next batch
	batches              [][]uint64
	claims               []sim.Claim // of the batches
}

// assemblyPiece is the job itself or a copy.
type assemblyPiece struct {
	job   uint64
	claim sim.Claim
}

const (
	assemblyArrival int32 = iota
	assemblyWorker        // is granted, for a piece
	assemblyPieceDone
	assemblyOven // is granted, for a batch
	assemblyBaked
)

func (m *assembly) Start(c *sim.Context) error {
	m.missing = append(m.missing, 0)
	c.Schedule(c.Draw(m.arrivals), m.self, assemblyArrival, 0)
	return nil
}

func (m *assembly) Handle(c *sim.Context, e sim.Event) error {
	switch e.Kind {
	case assemblyArrival:
		c.Schedule(c.Draw(m.arrivals), m.self, assemblyArrival, 0)
		job := uint64(m.l.arrive())
		m.missing = append(m.missing, 1+m.of.copies)
		for range 1 + m.of.copies {
			k := uint64(len(m.pieces))
			claim, held := c.Seize(m.workers, 1, sim.Request{Owner: m.self, Kind: assemblyWorker, Arg: k, Lost: -1})
			m.pieces = append(m.pieces, assemblyPiece{job, claim})
			if held {
				c.Schedule(c.Draw(m.work), m.self, assemblyPieceDone, k)
			}
		}
	case assemblyWorker:
		c.Schedule(c.Draw(m.work), m.self, assemblyPieceDone, e.Arg)
	case assemblyPieceDone:
		p := m.pieces[e.Arg]
		c.Release(p.claim)
		if m.missing[p.job]--; m.missing[p.job] == 0 {
			m.collect(c, p.job)
		}
	case assemblyOven:
		c.Schedule(c.Draw(m.bake), m.self, assemblyBaked, e.Arg)
	default: // assemblyBaked
		c.Release(m.claims[e.Arg])
		for _, job := range m.batches[e.Arg] {
			m.l.leave(c, int(job), "done")
		}
	}
	return nil
}

// collect adds a job to the batch, and sends a full one on.
func (m *assembly) collect(c *sim.Context, job uint64) {
	if m.waiting = append(m.waiting, job); len(m.waiting) < m.of.together {
		return
	}
	b := uint64(len(m.batches))
	m.batches, m.waiting = append(m.batches, m.waiting), nil
	claim, held := c.Seize(m.oven, 1, sim.Request{Owner: m.self, Kind: assemblyOven, Arg: b, Lost: -1})
	m.claims = append(m.claims, claim)
	if held {
		c.Schedule(c.Draw(m.bake), m.self, assemblyBaked, b)
	}
}
