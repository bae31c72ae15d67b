package flow_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
)

// TestFlow_CopiesGoOnAlike takes copies of a model with everything in it at
// several moments and compares what they do with the uninterrupted run.
func TestFlow_CopiesGoOnAlike(t *testing.T) {
	s := newEverything(rng.NewKey(5))
	var snaps []*sim.Snapshot
	for i := range 5 {
		if err := s.Run(context.Background(), sim.Until{Events: uint64(100 + 777*i)}); err != nil {
			t.Fatal(err)
		}
		snap, err := s.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		snaps = append(snaps, snap)
	}
	run(t, s, 20000)
	want, events := s.Outcomes(), s.Events()
	for i, snap := range snaps {
		for range 2 {
			if err := s.Restore(snap); err != nil {
				t.Fatal(err)
			}
			run(t, s, 20000)
			if got := s.Outcomes(); !slices.EqualFunc(got, want, func(a, b sim.Outcome) bool {
				return a.Name == b.Name && math.Float64bits(a.Value) == math.Float64bits(b.Value)
			}) || s.Events() != events {
				t.Fatalf("snapshot %d: got %v\nwant %v", i, got, want)
			}
		}
	}
}

// TestFlow_SnapshotAtAnyEvent takes a snapshot of that model at a random event,
// goes on, returns, and goes on again by steps of random length.
func TestFlow_SnapshotAtAnyEvent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newEverything(rng.NewKey(rapid.Uint64().Draw(t, "seed")))
		forward := func(n int) {
			if err := s.Run(context.Background(), sim.Until{Events: uint64(n)}); err != nil {
				t.Fatal(err)
			}
		}
		forward(rapid.IntRange(1, 2000).Draw(t, "events"))
		snap, err := s.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		forward(500)
		want := s.Outcomes()
		if err := s.Restore(snap); err != nil {
			t.Fatal(err)
		}
		first := rapid.IntRange(1, 499).Draw(t, "first")
		forward(first)
		forward(500 - first)
		if got := s.Outcomes(); !slices.EqualFunc(got, want, sameOutcome) {
			t.Fatalf("got %v\nwant %v", got, want)
		}
	})
}

// newEverything returns a model with steps of every sort.
func newEverything(key rng.Key) *sim.Simulation {
	s := sim.New(key, sim.Options{})
	r, q := s.Resource("r", 2), s.Resource("q", 3)
	s.Preemptible(r)
	s.Breakdowns(r, s.Source("up", exponential(30)), s.Source("down", exponential(2)), 1)
	s.Plan(q, []sim.Shift{{Time: 10, Capacity: 2}, {Time: 20, Capacity: 4}}, 25)
	s.WearByTime(q, s.Source("life", exponential(40)), s.Source("mending", exponential(3)), 1)
	tank := s.Container("tank", 50, 10)
	green := s.Signal("green")
	u := s.Source("u", uniform01())
	short, long := s.Source("short", exponential(1)), s.Source("long", exponential(3))
	f := flow.New(s, "f")
	belt := f.Conveyor("belt", 10, 2, 1, true)
	n := f.Attribute("n")
	later := flow.New(s, "later")
	later.Attribute("n")
	later.Entrance("in").Hold(flow.Draw(short)).Depart()
	f.Arrive(s.Source("a", exponential(3))).
		Assign(n, flow.Draw(u)).
		Priority(flow.Func(func(_ *sim.Context, t flow.Token) float64 { return 3 * t.Get(n) })).
		Decide(u, flow.Branch{Chance: 0.3, Label: "second"}, flow.Branch{Chance: 0.1, Label: "third"}).
		Seize(r, flow.Preempt(), flow.Patience(flow.Draw(long), "out")).Hold(flow.Draw(long)).Release(r).
		Get(tank, flow.Const(2)).Depart().
		Label("second").Split(2).Seize(q, flow.Balk(5, "join")).Hold(flow.Draw(short)).Release(q).
		Label("join").Combine().Depart("second").
		Label("third").SeizeAll([]sim.Need{{Resource: q, Units: 1}, {Resource: r, Units: 2}}, flow.Patience(flow.Const(30), "out")).
		Hold(flow.Draw(short)).Release(q).Release(r).Batch(3).Transport(belt).Hold(flow.Const(0.2)).Leave(belt).Unbatch().
		Wait(green, flow.Patience(flow.Const(20), "out")).
		Label("out").Transfer(later, "in", flow.Const(2))
	flow.New(s, "g").Arrive(s.Source("b", exponential(4))).Put(tank, flow.Const(3)).Fire(green, 2).Depart()
	return s
}
