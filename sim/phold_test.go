package sim_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/input"
)

// phold is the usual benchmark of calendars: an event draws an increment and a
// destination and schedules one event; with probability 1/4 it goes to another
// process than its own.
type phold struct {
	self                     sim.ID
	processes                float64
	lookahead                float64
	increments, destinations sim.Source
}

func (p *phold) Handle(c *sim.Context, e sim.Event) error {
	to := e.Arg
	// One uniform number decides whether the event goes away, and where to.
	if u := 4 * c.Draw(p.destinations); u < 1 {
		if to = uint64(u * (p.processes - 1)); to >= e.Arg {
			to++
		}
	}
	c.Schedule(p.lookahead+c.Draw(p.increments), p.self, 0, to)
	return nil
}

// newPHOLD returns PHOLD with so many processes and events for each, remote
// probability 0.25 and increments of mean 1, the lookahead included.
func newPHOLD(processes, each int, lookahead float64) *sim.Simulation {
	s := sim.New(rng.NewKey(1), sim.Options{})
	p := &phold{
		processes: float64(processes), lookahead: lookahead,
		increments:   s.Source("increments", exponential(1-lookahead)),
		destinations: s.Source("destinations", input.Must(input.Uniform(0, 1))),
	}
	p.self = s.Add("processes", p)
	for i := range uint64(processes) {
		for range each {
			s.Schedule(lookahead+s.Draw(p.increments), p.self, 0, i)
		}
	}
	return s
}

// TestPHOLD_ExecutesTheExpectedNumberOfEvents compares with the exact number
// and its standard deviation, by renewal theory; 4 of these fail by chance with
// probability 6e-5.
func TestPHOLD_ExecutesTheExpectedNumberOfEvents(t *testing.T) {
	if testing.Short() {
		t.Skip("three million events")
	}
	for _, c := range []struct {
		processes, each              int
		lookahead, end, expected, sd float64
	}{{1000, 16, 0, 100, 1600000, 1264.911064067}, {1000, 1, 0.1, 1600, 1599905, 1138.389853404}} {
		s := newPHOLD(c.processes, c.each, c.lookahead)
		if err := s.Run(context.Background(), sim.Until{Time: c.end}); err != nil {
			t.Fatal(err)
		}
		if z := (float64(s.Events()) - c.expected) / c.sd; math.Abs(z) > 4 || s.Pending() != c.processes*c.each {
			t.Errorf("%d events, want %v (z = %v); %d pending", s.Events(), c.expected, z, s.Pending())
		}
	}
}

// BenchmarkPHOLD has one event for each process, remote probability 0.25,
// lookahead 0.1 and increments of mean 0.9 beyond it. Set-up is not timed.
func BenchmarkPHOLD(b *testing.B) {
	for _, n := range []int{1024, 65536, 1000000} {
		b.Run(fmt.Sprintf("lps=%d", n), func(b *testing.B) {
			s := newPHOLD(n, 1, 0.1)
			if err := s.Run(context.Background(), sim.Until{Time: 4}); err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			if err := s.Run(context.Background(), sim.Until{Events: uint64(b.N)}); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mevents/s")
		})
	}
}
