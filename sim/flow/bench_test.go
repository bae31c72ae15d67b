package flow_test

import (
	"context"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
)

func newJobShop(key rng.Key) (*sim.Simulation, *flow.Flow) {
	s := sim.New(key, sim.Options{})
	f := flow.New(s, "jobs")
	f.Arrive(s.Source("arrivals", exponential(6)))
	for i, mean := range []float64{8, 6, 10, 5, 7} {
		name := string(rune('A' + i))
		r := s.Resource(name, 2)
		f.Seize(r).Hold(flow.Draw(s.Source(name, exponential(mean)))).Release(r)
	}
	f.Depart()
	return s, f
}

func newRework(key rng.Key) (*sim.Simulation, *flow.Flow) {
	s := sim.New(key, sim.Options{})
	machine, bench := s.Resource("machine", 3), s.Resource("bench", 1)
	f := flow.New(s, "parts")
	f.Arrive(s.Source("arrivals", exponential(4))).
		Seize(machine).Hold(flow.Draw(s.Source("machining", exponential(5)))).Release(machine).
		Decide(s.Source("quality", uniform01()), flow.Branch{Chance: 0.85, Label: "good"}).
		Seize(bench).Hold(flow.Draw(s.Source("reworking", exponential(8)))).Release(bench).
		Label("good").Depart()
	return s, f
}

func BenchmarkFlow(b *testing.B) {
	for _, m := range []struct {
		name  string
		build func(rng.Key) (*sim.Simulation, *flow.Flow)
	}{{"barbershop", newBarbershop}, {"job_shop", newJobShop}, {"rework", newRework}} {
		b.Run(m.name, func(b *testing.B) {
			s, f := m.build(rng.NewKey(1))
			b.ReportAllocs()
			// b.N counts steps.
			for f.Steps() < uint64(b.N) {
				if err := s.Run(context.Background(), sim.Until{Events: uint64(b.N) - f.Steps()}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(f.Steps())/b.Elapsed().Seconds()/1e6, "Msteps/s")
			b.ReportMetric(float64(s.Events())/b.Elapsed().Seconds()/1e6, "Mevents/s")
		})
	}
}
