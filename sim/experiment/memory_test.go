package experiment_test

import (
	"context"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/experiment"
	"github.com/quatre-ppl/quatre/sim/flow"
)

// clinic uses much of what a simulation may have. Every other replication has more
// patients and another order of things, so that memory meets what is not its like.
func clinic(s *sim.Simulation, replication int) error {
	odd := replication % 2
	beds := s.Resource("beds", 4)
	if odd == 1 {
		s.Tally("an odd one")
	}
	doctors, stock := s.Resource("doctors", 2), s.Container("blood", 50, 20)
	s.Preemptible(doctors)
	s.Breakdowns(doctors, s.Source("up", exponential(50)), s.Source("down", exponential(5)), 1)
	s.Plan(beds, []sim.Shift{{Time: 100, Capacity: 5}, {Time: 200, Capacity: 3}}, 300)
	delivered := flow.New(s, "deliveries")
	delivered.Arrive(s.Source("vans", exponential(40))).Put(stock, flow.Const(10)).Depart()
	f := flow.New(s, "patients")
	severity := f.Attribute("severity")
	f.Arrive(s.Source("arrivals", exponential(5-float64(odd)))).
		Assign(severity, flow.Draw(s.Source("severities", exponential(1)))).
		Seize(beds, flow.Patience(flow.Draw(s.Source("patience", exponential(30))), "away")).
		Seize(doctors, flow.AtPriority(flow.Attr(severity)), flow.Preempt()).
		Hold(flow.Draw(s.Source("treatments", exponential(4))), flow.Repeat()).Release(doctors).
		Get(stock, flow.Const(1), flow.Patience(flow.Const(20), "on")).Label("on").
		Release(beds).Split(1).Hold(flow.Draw(s.Source("papers", exponential(1)))).Combine().Batch(2).Hold(flow.Const(1)).Unbatch().Depart().
		Label("away").Depart("untreated")
	return nil
}

// alone returns the outcomes of a replication with memory of its own.
func alone(t *testing.T, key rng.Key, replication int, until float64) []sim.Outcome {
	t.Helper()
	s := sim.New(experiment.Key(key, replication), sim.Options{})
	defer s.Close()
	if err := clinic(s, replication); err != nil {
		t.Fatal(err)
	}
	if err := s.Run(context.Background(), sim.Until{Time: until}); err != nil {
		t.Fatal(err)
	}
	return s.Outcomes()
}

func TestMemory_OfEarlierReplicationsChangesNothing(t *testing.T) {
	key := rng.NewKey(21)
	var m sim.Memory
	for i := range 12 {
		until := 300.0 * float64(1+i%5)
		s := sim.New(experiment.Key(key, i), sim.Options{Memory: &m})
		if err := clinic(s, i); err != nil {
			t.Fatal(err)
		}
		if err := s.Run(context.Background(), sim.Until{Time: until}); err != nil {
			t.Fatal(err)
		}
		got, want := s.Outcomes(), alone(t, key, i, until)
		if !slices.EqualFunc(got, want, func(a, b sim.Outcome) bool {
			return a.Name == b.Name && math.Float64bits(a.Value) == math.Float64bits(b.Value)
		}) {
			t.Fatalf("replication %d yields %v, with memory of its own %v", i, got, want)
		}
		if i%3 != 2 { // one that is not closed keeps its memory, and the next has none
			s.Close()
			if err := s.Run(context.Background(), sim.Until{Time: 2 * until}); err == nil {
				t.Fatal("a simulation whose memory is gone runs on")
			}
		}
	}
}

func TestRun_ReplicationsUseMemoryAgain(t *testing.T) {
	bytes := func(n int) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		run(t, queue(18, 16, 1), 1, experiment.Options{Replications: n, Workers: 1, Until: sim.Until{Time: 2000}})
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	// 5 KiB are the laws, outcomes with their names and the labels of steps; the
	// windows of tallies alone would be 12.
	if each := (bytes(420) - bytes(20)) / 400; each > 6<<10 {
		t.Errorf("a replication allocates %d bytes", each)
	}
}
