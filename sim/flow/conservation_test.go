package flow_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"pgregory.net/rapid"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
)

// TestFlow_NothingIsLost runs random networks of stations with priorities,
// preemption, reneging, balking, breakdowns and batches, and stops them at
// random moments: who arrived has departed or is there, nobody waits at a
// station with free units, and the books of Little's law agree (Run checks
// them).
func TestFlow_NothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sim.New(rng.NewKey(rapid.Uint64().Draw(t, "seed")), sim.Options{})
		f := flow.New(s, "f")
		u := s.Source("u", uniform01())
		stations := rapid.IntRange(1, 4).Draw(t, "stations")
		f.Arrive(s.Source("a", exponential(rapid.Float64Range(0.5, 3).Draw(t, "interval"))))
		f.Priority(flow.Func(func(c *sim.Context, _ flow.Token) float64 { return 3 * c.Draw(u) }))
		var all []sim.Resource
		for i := range stations {
			name := fmt.Sprint("r", i)
			r := s.Resource(name, rapid.IntRange(1, 3).Draw(t, "capacity"))
			all = append(all, r)
			if rapid.Bool().Draw(t, "breaks") {
				s.Preemptible(r)
				s.Breakdowns(r, s.Source(name+"up", exponential(9)), s.Source(name+"down", exponential(2)), 1)
			}
			var options []flow.SeizeOption
			if rapid.Bool().Draw(t, "preempts") {
				options = append(options, flow.Preempt())
			}
			if rapid.Bool().Draw(t, "impatient") {
				options = append(options, flow.Patience(flow.Draw(s.Source(name+"p", exponential(4))), "out"))
			}
			if rapid.Bool().Draw(t, "balks") {
				options = append(options, flow.Balk(3, "out"))
			}
			f.Label(name).Seize(r, options...).Hold(flow.Draw(s.Source(name+"s", exponential(2)))).Release(r)
			f.Decide(u, flow.Branch{Chance: 0.2, Label: name}, flow.Branch{Chance: 0.1, Label: "out"})
		}
		if rapid.Bool().Draw(t, "batches") {
			f.Batch(3).Hold(flow.Const(1)).Unbatch()
		}
		f.Depart().Label("out").Depart("out")
		for range 4 {
			n := uint64(rapid.IntRange(1, 400).Draw(t, "events"))
			if err := s.Run(context.Background(), sim.Until{Events: n}); err != nil {
				t.Fatal(err)
			}
			out := s.Outcomes()
			there := s.Value(f.Number())
			arrived := sim.Find(out, "f.arrived")
			gone := sim.Find(out, "f.departed") + sim.Find(out, "f.out.departed")
			if arrived != gone+there {
				t.Fatalf("%v arrived, %v are gone, %v are there", arrived, gone, there)
			}
			for _, r := range all {
				if s.QueueLength(r) > 0 && s.Free(r) > 0 {
					t.Fatalf("%d wait for %s with %d free", s.QueueLength(r), s.ResourceName(r), s.Free(r))
				}
				if s.Busy(r) < 0 || there < float64(s.Busy(r)+s.QueueLength(r)) {
					t.Fatalf("%v are there, %d in service, %d wait", there, s.Busy(r), s.QueueLength(r))
				}
			}
		}
		if err := s.Run(context.Background(), sim.Until{Time: s.Now() + 10}); err != nil {
			t.Fatal(err)
		}
	})
}

// TestFlow_MemoryOfLiveTokens measures a token that waits, and one that is in
// service, with all that belongs to it, the calendar among it: about 150 and 190
// bytes.
func TestFlow_MemoryOfLiveTokens(t *testing.T) {
	if testing.Short() {
		t.Skip("half a million tokens")
	}
	const n = 500_000
	for _, servers := range []int{1, n} {
		s := sim.New(rng.NewKey(1), sim.Options{})
		r := s.Resource("r", servers)
		delay := s.Source("delay", exponential(1e6))
		flow.New(s, "f").Arrive(s.Source("a", sim.Constant(1e-3)), flow.Limit(n)).
			Seize(r).Hold(flow.Draw(delay)).Release(r).Depart()
		run(t, s, 1e-3*n+1)
		var used runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&used)
		if each := float64(used.HeapAlloc) / n; each > 200 {
			t.Errorf("%d servers: %.0f bytes for each token", servers, each)
		} else {
			t.Logf("%d servers: %.0f bytes for each token", servers, each)
		}
		if s.Value(0) == 0 {
			t.Error("nobody is there")
		}
		runtime.KeepAlive(s)
	}
}
