package sim_test

import (
	"context"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/input"
)

// station is an M/M/1 queue as a state machine with a queue of its own.
type station struct {
	self               sim.ID
	arrivals, services sim.Source
	wait, sojourn      sim.Tally
	number             sim.Level
	queue              []float64 // ring of arrival times
	head, n            int
	departed           uint64
	trail              *[]float64 // of departure times, nil to leave them out
}

const (
	arrive int32 = iota
	leave
)

func (s *station) Start(c *sim.Context) error {
	c.Schedule(c.Draw(s.arrivals), s.self, arrive, 0)
	return nil
}

func (s *station) Handle(c *sim.Context, e sim.Event) error {
	if e.Kind == arrive {
		c.Schedule(c.Draw(s.arrivals), s.self, arrive, 0)
		if s.n == len(s.queue) {
			s.grow()
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
	s.departed++
	c.Set(s.number, float64(s.n))
	if s.trail != nil {
		*s.trail = append(*s.trail, c.Now())
	}
	if s.n > 0 {
		s.serve(c)
	}
	return nil
}

func (s *station) serve(c *sim.Context) {
	c.Record(s.wait, c.Now()-s.queue[s.head])
	c.Schedule(c.Draw(s.services), s.self, leave, 0)
}

func (s *station) grow() {
	queue := make([]float64, max(16, 2*len(s.queue)))
	for i := range s.n {
		queue[i] = s.queue[(s.head+i)&(len(s.queue)-1)]
	}
	s.queue, s.head = queue, 0
}

func (s *station) Clone() sim.Entity {
	d := *s
	d.queue = append([]float64(nil), s.queue...)
	return &d
}

// newMM1 returns an M/M/1 queue with handlers.
func newMM1(key rng.Key, interarrival, service float64) (*sim.Simulation, *station) {
	s := sim.New(key, sim.Options{})
	m := &station{
		arrivals: s.Source("arrivals", input.Must(input.Exponential(interarrival))),
		services: s.Source("services", input.Must(input.Exponential(service))),
		wait:     s.Tally("wait"), sojourn: s.Tally("sojourn"), number: s.Level("number", 0),
	}
	m.self = s.Add("station", m)
	return s, m
}

func TestHandlers_MM1AgreesWithTheory(t *testing.T) {
	if testing.Short() {
		t.Skip("three million events")
	}
	s, m := newMM1(rng.NewKey(1), 1/0.8, 1)
	const horizon = 2e6
	if err := s.Run(context.Background(), sim.Until{Time: horizon}); err != nil {
		t.Fatal(err)
	}
	// Asymptotic variances of M/M/1 with load 0.8: 1976 for the mean wait of
	// n customers, 1800 for the mean number over time. |z| < 4 fails by chance
	// with probability 6e-5.
	n := float64(s.TallyOf(m.wait).Count())
	if z := (s.TallyOf(m.wait).Mean() - 4) / math.Sqrt(1976/n); math.Abs(z) > 4 {
		t.Errorf("mean wait %v, want 4 (z = %v)", s.TallyOf(m.wait).Mean(), z)
	}
	if z := (s.LevelOf(m.number).Mean(horizon) - 4) / math.Sqrt(1800/horizon); math.Abs(z) > 4 {
		t.Errorf("mean number %v, want 4 (z = %v)", s.LevelOf(m.number).Mean(horizon), z)
	}
	// The sojourn is exponential with mean 5: its 95 % quantile.
	if q := s.TallyOf(m.sojourn).Quantile(0.95); math.Abs(q/14.98-1) > 0.05 {
		t.Errorf("95 %% quantile of the sojourn %v, want 14.98", q)
	}
}

func TestHandlers_AllocateNothingPerEvent(t *testing.T) {
	s, _ := newMM1(rng.NewKey(1), 1/0.8, 1)
	run := func() {
		if err := s.Run(context.Background(), sim.Until{Events: 10000}); err != nil {
			t.Fatal(err)
		}
	}
	for range 30 {
		run()
	}
	if a := testing.AllocsPerRun(20, run); a > 1 {
		t.Errorf("%v allocations in 10000 events, want at most 1", a)
	}
}

func BenchmarkHandlers_MM1(b *testing.B) {
	s, _ := newMM1(rng.NewKey(1), 1/0.8, 1)
	b.ReportAllocs()
	if err := s.Run(context.Background(), sim.Until{Events: uint64(b.N)}); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(s.Events())/b.Elapsed().Seconds()/1e6, "Mevents/s")
}
