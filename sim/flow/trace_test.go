package flow_test

import (
	"context"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/input"
)

// census counts the tokens in the system from the trace alone.
type census struct {
	inside map[uint64]float64 // by number: 1, or 0 for a batch
	belts  int
	ended  int
	total  float64
}

func (n *census) Observe(o *sim.Observation) {
	switch o.What {
	case sim.Arrived:
		n.inside[o.Number] = 1
		n.total++
	case sim.Begun:
		n.inside[o.Number] = o.Value
		n.total += o.Value
	case sim.Departed, sim.Ended:
		n.total -= n.inside[o.Number]
		delete(n.inside, o.Number)
		n.ended++
	case sim.Moved:
		n.belts++
	case sim.Left:
		n.belts--
	}
}

// TestTrace_TellsWhoIsInTheSystem follows copies, batches in batches, members of
// batches that depart as a whole, and a conveyor.
func TestTrace_TellsWhoIsInTheSystem(t *testing.T) {
	s := sim.New(rng.NewKey(1), sim.Options{})
	f := flow.New(s, "f")
	law := func(mean float64) sim.Law { return input.Must(input.Exponential(mean)) }
	u := s.Source("u", input.Must(input.Uniform(0, 1)))
	belt := f.Conveyor("belt", 4, 2, 1, true)
	f.Arrive(s.Source("a", law(1))).
		Split(2).Hold(flow.Draw(s.Source("h", law(3)))).Combine().
		Decide(u, flow.Branch{Chance: 0.2, Label: "lost"}).
		Batch(2).Transport(belt).Hold(flow.Const(0.1)).Leave(belt).Hold(flow.Const(1)).
		Batch(3).Hold(flow.Const(1)).
		Decide(u, flow.Branch{Chance: 0.3, Label: "whole"}).
		Unbatch().Hold(flow.Const(1)).Unbatch().Hold(flow.Const(0.5)).
		Label("whole").Depart().
		Label("lost").Depart("lost")
	n := &census{inside: map[uint64]float64{}}
	s.SetObserver(n)
	for i := range 200 {
		if err := s.Run(context.Background(), sim.Until{Time: float64(1 + i), More: true}); err != nil {
			t.Fatal(err)
		}
		if got, want := n.total, s.Value(f.Number()); got != want {
			t.Fatalf("at time %v the trace has %v in the system, there are %v", s.Now(), got, want)
		}
		if n.belts < 0 || n.belts > 4 {
			t.Fatalf("%d on the conveyor", n.belts)
		}
	}
	if n.ended < 500 {
		t.Errorf("%d tokens ended", n.ended)
	}
}

// TestFlow_EndsOnAConveyorAreFaults has tokens depart, or end in a combination,
// where they stand at the end of a conveyor.
func TestFlow_EndsOnAConveyorAreFaults(t *testing.T) {
	for name, last := range map[string]func(f *flow.Flow){
		"depart":  func(f *flow.Flow) { f.Depart() },
		"combine": func(f *flow.Flow) { f.Combine().Depart() },
	} {
		s := sim.New(rng.NewKey(1), sim.Options{})
		f := flow.New(s, "f")
		belt := f.Conveyor("belt", 4, 2, 1, true)
		f.Arrive(s.Source("a", sim.Constant(1))).Split(1, "belt").Combine().Depart().Label("belt").Transport(belt)
		last(f)
		err := s.Run(context.Background(), sim.Until{Time: 100})
		if err == nil || !strings.Contains(err.Error(), `ends while it stands at the end of conveyor "belt": Leave comes first`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFlow_SplitsHaveABound(t *testing.T) {
	s := sim.New(rng.NewKey(1), sim.Options{})
	flow.New(s, "f").Arrive(s.Source("a", sim.Constant(1))).Split(2_000_000_000).Depart()
	if err := s.Run(context.Background(), sim.Until{Time: 1}); err == nil || !strings.Contains(err.Error(), "a split into 2000000000 copies") {
		t.Errorf("%v", err)
	}
}
