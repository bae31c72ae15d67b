package process_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/process"
)

// The tests of this file write one model in handlers, as a flow and in processes, and
// require the same departures, to the last bit, from the same streams. Numbers are
// drawn in the order in which the model needs them, and the laws are continuous, so
// that no two causes fall on the same moment.

// departure is how one of those who came leaves.
type departure struct {
	time float64
	no   int // in the order of arrival
	how  string
}

// ledger takes down departures.
type ledger struct {
	lines []departure
	came  int
}

// arrive counts one who comes and returns the number.
func (l *ledger) arrive() int {
	l.came++
	return l.came
}

func (l *ledger) leave(c *sim.Context, no int, how string) {
	l.lines = append(l.lines, departure{c.Now(), no, how})
}

// number is the attribute of a flow's tokens with the number that the ledger gave.
func (l *ledger) number(f *flow.Flow) flow.Attribute {
	a := f.Attribute("no")
	f.Assign(a, flow.Func(func(*sim.Context, flow.Token) float64 { return float64(l.arrive()) }))
	return a
}

// depart has tokens leave and be taken down.
func (l *ledger) depart(f *flow.Flow, no flow.Attribute, how string) {
	label := "out " + how
	f.If(func(c *sim.Context, t flow.Token) bool {
		l.leave(c, int(t.Get(no)), how)
		return true
	}, label).Label(label).Depart()
}

// style is a way to build a model of parameters P.
type style[P any] struct {
	name  string
	build func(s *sim.Simulation, p P, l *ledger)
}

// departures runs a model.
func departures[P any](t fataler, st style[P], p P, seed uint64, until float64) []departure {
	s := sim.New(rng.NewKey(seed), sim.Options{})
	defer s.Close()
	var l ledger
	st.build(s, p, &l)
	if err := s.Run(t.Context(), sim.Until{Time: until}); err != nil {
		t.Fatalf("%s: %v", st.name, err)
	}
	// Those of one moment leave in an order that the styles may choose.
	slices.SortFunc(l.lines, func(a, b departure) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.no, b.no))
	})
	return l.lines
}

// agree requires all styles to have the same departures.
func agree[P any](t fataler, styles []style[P], p P, seed uint64, until float64) []departure {
	want := departures(t, styles[0], p, seed, until)
	for _, st := range styles[1:] {
		got := departures(t, st, p, seed, until)
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("departure %d of %+v with seed %d: %s has %v, %s has %v", i, p, seed, st.name, got[i], styles[0].name, want[i])
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%+v with seed %d: %s has %d departures, %s has %d", p, seed, st.name, len(got), styles[0].name, len(want))
		}
	}
	return want
}

// TestStyles_HaveTheSameDepartures compares the styles in one long run of each model,
// which must have something of everything in it, and in many small ones.
func TestStyles_HaveTheSameDepartures(t *testing.T) {
	compare(t, "bank", bankStyles, bankOf{tellers: 3, special: 0.2, balkAt: 9, load: 1.1, patience: 4},
		rapid.Custom(func(t *rapid.T) bankOf {
			return bankOf{
				tellers: rapid.IntRange(1, 4).Draw(t, "tellers"), special: rapid.Float64Range(0, 1).Draw(t, "special"),
				balkAt: rapid.IntRange(0, 8).Draw(t, "balk at"), load: rapid.Float64Range(0.3, 3).Draw(t, "load"),
				patience: rapid.Float64Range(0.1, 10).Draw(t, "patience"),
			}
		}), map[string]int{"served": 8000, "gone": 3000, "turned away": 10})
	compare(t, "machine shop", shopStyles, shopOf{machines: 3, load: 0.6, urgent: 0.3, up: 20, down: 4},
		rapid.Custom(func(t *rapid.T) shopOf {
			return shopOf{
				machines: rapid.IntRange(1, 4).Draw(t, "machines"), load: rapid.Float64Range(0.2, 1.5).Draw(t, "load"),
				urgent: rapid.Float64Range(0.01, 0.99).Draw(t, "urgent"),
				up:     rapid.Float64Range(0.5, 50).Draw(t, "up"), down: rapid.Float64Range(0.1, 10).Draw(t, "down"),
			}
		}), map[string]int{"normal": 3000, "urgent": 1500, "normal, interrupted": 900, "urgent, interrupted": 50})
	compare(t, "job shop", routeStyles, routeOf{stations: 4, machines: 2, every: 1.2, chances: [][]float64{{0, 0.5, 0.3, 0.2}, {0.1, 0, 0.4, 0.2}, {0.05, 0.1, 0.05, 0.3}, {0, 0.1, 0.1, 0}}},
		rapid.Custom(func(t *rapid.T) routeOf {
			n := rapid.IntRange(1, 4).Draw(t, "stations")
			r := routeOf{stations: n, machines: rapid.IntRange(1, 3).Draw(t, "machines"), every: rapid.Float64Range(0.5, 5).Draw(t, "every")}
			for range n {
				r.chances = append(r.chances, rapid.SliceOfN(rapid.Float64Range(0, 0.9/float64(n)), n, n).Draw(t, "chances"))
			}
			return r
		}), map[string]int{"done": 8000})
	compare(t, "assembly", assemblyStyles, assemblyOf{workers: 5, copies: 3, together: 4, every: 1.2},
		rapid.Custom(func(t *rapid.T) assemblyOf {
			return assemblyOf{
				workers: rapid.IntRange(1, 6).Draw(t, "workers"), copies: rapid.IntRange(1, 4).Draw(t, "copies"),
				together: rapid.IntRange(1, 5).Draw(t, "together"), every: rapid.Float64Range(0.5, 5).Draw(t, "every"),
			}
		}), map[string]int{"done": 7000})
}

// compare compares the styles of one model; least says how many departures of each
// sort the long run must have.
func compare[P any](t *testing.T, name string, styles []style[P], long P, small *rapid.Generator[P], least map[string]int) {
	t.Run(name, func(t *testing.T) {
		had := map[string]int{}
		for _, d := range agree(t, styles, long, 1, 10000) {
			had[d.how]++
		}
		for how, n := range least {
			if had[how] < n {
				t.Errorf("%d departures are %q, want %d: %v", had[how], how, n, had)
			}
		}
	})
	t.Run(name+", small", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			agree(t, styles, small.Draw(t, "model"), rapid.Uint64().Draw(t, "seed"), 60)
		})
	})
}

// bankOf is a bank: some customers are served before the others, those who would be
// too many in the queue do not stay, those who wait too long go away.
type bankOf struct {
	tellers, balkAt         int
	special, load, patience float64
}

func (b bankOf) sources(s *sim.Simulation) (arrivals, class, patience, service sim.Source) {
	return s.Source("arrivals", exponential(1/(b.load*float64(b.tellers)/2))), s.Source("class", uniform()),
		s.Source("patience", exponential(b.patience)), s.Source("service", exponential(2))
}

var bankStyles = []style[bankOf]{
	{"handlers", func(s *sim.Simulation, b bankOf, l *ledger) {
		m := &bank{of: b, l: l, tellers: s.Resource("tellers", b.tellers)}
		m.arrivals, m.class, m.patience, m.service = b.sources(s)
		m.self = s.Add("bank", m)
	}},
	{"a flow", func(s *sim.Simulation, b bankOf, l *ledger) {
		tellers := s.Resource("tellers", b.tellers)
		arrivals, class, patience, service := b.sources(s)
		f := flow.New(s, "customers")
		f.Arrive(arrivals)
		no, limit := l.number(f), f.Attribute("patience")
		f.Assign(limit, flow.Draw(patience)).
			Priority(flow.Func(func(c *sim.Context, _ flow.Token) float64 {
				if c.Draw(class) < b.special {
					return 0
				}
				return 1
			})).
			Seize(tellers, flow.Balk(b.balkAt, "balked"), flow.Patience(flow.Attr(limit), "gone")).
			Hold(flow.Draw(service)).
			Release(tellers)
		l.depart(f, no, "served")
		f.Label("gone")
		l.depart(f, no, "gone")
		f.Label("balked")
		l.depart(f, no, "turned away")
	}},
	{"processes", func(s *sim.Simulation, b bankOf, l *ledger) {
		tellers := s.Resource("tellers", b.tellers)
		arrivals, class, patience, service := b.sources(s)
		g := process.New(s)
		customer := func(p *process.Process) error {
			c, no := p.Context(), l.arrive()
			limit, priority := p.Draw(patience), 1
			if p.Draw(class) < b.special {
				priority = 0
			}
			if n := c.QueueLength(tellers); n >= b.balkAt && (n > 0 || c.Free(tellers) == 0) {
				l.leave(c, no, "turned away")
				return nil
			}
			which, err := p.WaitAny(process.Seized(tellers, process.Priority(priority)), process.Timeout(limit))
			if which == 1 {
				l.leave(c, no, "gone")
				return err
			}
			p.Hold(p.Draw(service))
			p.Release(tellers)
			l.leave(c, no, "served")
			return nil
		}
		sendIn(g, arrivals, "customer", customer)
	}},
}

// sendIn starts a process of the given body after each of the times between arrivals.
func sendIn(g *process.Processes, arrivals sim.Source, name string, body process.Body) {
	g.Go("arrivals", func(p *process.Process) error {
		for {
			p.Hold(p.Draw(arrivals))
			p.Go(name, body)
		}
	})
}

// bank is a bank as a state machine.
type bank struct {
	of                                 bankOf
	l                                  *ledger
	self                               sim.ID
	tellers                            sim.Resource
	arrivals, class, patience, service sim.Source
	customers                          []bankCustomer // by number, from 1
}

type bankCustomer struct {
	claim sim.Claim
	limit sim.Timer
}

const (
	bankArrival int32 = iota
	bankGranted
	bankImpatient
	bankServed
)

func (m *bank) Start(c *sim.Context) error {
	m.customers = append(m.customers, bankCustomer{})
	c.Schedule(c.Draw(m.arrivals), m.self, bankArrival, 0)
	return nil
}

func (m *bank) Handle(c *sim.Context, e sim.Event) error {
	switch e.Kind {
	case bankArrival:
		c.Schedule(c.Draw(m.arrivals), m.self, bankArrival, 0)
		m.arrive(c)
	case bankGranted:
		c.CancelTimer(m.customers[e.Arg].limit)
		c.Schedule(c.Draw(m.service), m.self, bankServed, e.Arg)
	case bankImpatient:
		c.Withdraw(m.customers[e.Arg].claim)
		m.l.leave(c, int(e.Arg), "gone")
	case bankServed:
		c.Release(m.customers[e.Arg].claim)
		m.l.leave(c, int(e.Arg), "served")
	default:
		return fmt.Errorf("event of kind %d", e.Kind)
	}
	return nil
}

func (m *bank) arrive(c *sim.Context) {
	no := m.l.arrive()
	m.customers = append(m.customers, bankCustomer{})
	limit, priority := c.Draw(m.patience), int32(1)
	if c.Draw(m.class) < m.of.special {
		priority = 0
	}
	if n := c.QueueLength(m.tellers); n >= m.of.balkAt && (n > 0 || c.Free(m.tellers) == 0) {
		m.l.leave(c, no, "turned away")
		return
	}
	p := &m.customers[no]
	claim, held := c.Seize(m.tellers, 1, sim.Request{Owner: m.self, Kind: bankGranted, Arg: uint64(no), Priority: priority, Lost: -1, Flags: sim.Timed})
	p.claim = claim
	if held {
		c.Schedule(c.Draw(m.service), m.self, bankServed, uint64(no))
	} else {
		p.limit = c.Timer(limit, m.self, bankImpatient, uint64(no))
	}
}

// fataler is a test, or one try of rapid's.
type fataler interface {
	Context() context.Context
	Fatalf(format string, args ...any)
}
