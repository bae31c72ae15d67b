package flow_test

import (
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
)

// departures keeps the times at which tokens leave.
type departures []float64

func (d *departures) Observe(o *sim.Observation) {
	if o.What == sim.Departed {
		*d = append(*d, o.Time)
	}
}

// TestJockey_IsOneQueue compares two servers with a line each, between which
// those who wait change as soon as that helps, with two servers and one line: no
// server is idle while somebody waits, so services begin and end at the same
// times.
func TestJockey_IsOneQueue(t *testing.T) {
	build := func(lines bool) (*sim.Simulation, *departures) {
		s := sim.New(rng.NewKey(3), sim.Options{})
		a, v := s.Source("arrivals", exponential(0.6)), s.Source("services", exponential(1))
		f := flow.New(s, "customers").Arrive(a)
		if lines {
			both := []sim.Resource{s.Resource("left", 1), s.Resource("right", 1)}
			s.Jockey(both, 2)
			f.SeizeOneOf(both).Hold(flow.Draw(v)).ReleaseOneOf(both...).Depart()
		} else {
			r := s.Resource("both", 2)
			f.Seize(r).Hold(flow.Draw(v)).Release(r).Depart()
		}
		seen := &departures{}
		s.SetObserver(seen)
		return s, seen
	}
	s, got := build(true)
	run(t, s, 6000)
	one, want := build(false)
	run(t, one, 6000)
	if len(*want) < 9000 || !slices.Equal(*got, *want) {
		t.Errorf("%d and %d departures differ", len(*got), len(*want))
	}
	if n := sim.Find(s.Outcomes(), "left.queue") + sim.Find(s.Outcomes(), "right.queue"); !(n > 1) || n > 1.0001*sim.Find(one.Outcomes(), "both.queue") {
		t.Errorf("%v wait in two lines, %v in one", n, sim.Find(one.Outcomes(), "both.queue"))
	}
}

// TestJockey_StepByStep has three at a slow desk, of whom the last changes to the
// quick one when that is free, and one who waits on since its claim is urgent.
func TestJockey_StepByStep(t *testing.T) {
	s := sim.New(rng.NewKey(1), sim.Options{})
	slow, quick := s.Resource("slow", 1), s.Resource("quick", 1)
	s.Jockey([]sim.Resource{slow, quick}, 2)
	flow.New(s, "q").Arrive(fixed(s, "a", 1)).Seize(quick).Hold(flow.Const(4)).Release(quick).Depart()
	flow.New(s, "s").Arrive(fixed(s, "b", 2, 0, 0)).Seize(slow, flow.Patience(flow.Const(50), "out")).
		Hold(flow.Const(10)).ReleaseOneOf(slow, quick).Depart().Label("out").Depart("out")
	seen := &trail{only: func(o *sim.Observation) bool { return o.What == sim.Seized || o.What == sim.Departed }}
	s.SetObserver(seen)
	run(t, s, 100)
	// At 2 the lines are 3 and 1 long: the third changes, and waits until 5.
	want := []string{"1 seize 1 quick", "2 seize 1 slow", "5 depart 1 q", "5 seize 3 quick", "12 depart 1 s", "12 seize 2 slow", "15 depart 3 s", "22 depart 2 s"}
	slices.Sort(seen.lines)
	slices.Sort(want)
	if !slices.Equal(seen.lines, want) {
		t.Errorf("observed %q\nwant %q", seen.lines, want)
	}
	if w := sim.Find(s.Outcomes(), "quick.wait"); w != 1.5 {
		t.Errorf("the mean wait at the quick desk is %v, want 1.5", w)
	}
}
