package flow_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/input"
)

func exponential(mean float64) sim.Law { return input.Must(input.Exponential(mean)) }

func uniform01() sim.Law { return input.Must(input.Uniform(0, 1)) }

// trail keeps what was observed, as text.
type trail struct {
	lines []string
	only  func(o *sim.Observation) bool
}

func (t *trail) Observe(o *sim.Observation) {
	if t.only == nil || t.only(o) {
		t.lines = append(t.lines, fmt.Sprintf("%g %v %d %s", o.Time, o.What, o.Number, o.Place))
	}
}

func run(t testing.TB, s *sim.Simulation, until float64) {
	t.Helper()
	if err := s.Run(context.Background(), sim.Until{Time: until}); err != nil {
		t.Fatal(err)
	}
}

// fixed returns a source of the given numbers.
func fixed(s *sim.Simulation, name string, x ...float64) sim.Source {
	return s.Source(name, input.Must(input.Trace(x)))
}

func newBarbershop(key rng.Key) (*sim.Simulation, *flow.Flow) {
	s := sim.New(key, sim.Options{})
	barber := s.Resource("barber", 1)
	arrivals, services := s.Source("arrivals", exponential(18)), s.Source("services", exponential(16))
	f := flow.New(s, "customers")
	f.Arrive(arrivals).Seize(barber).Hold(flow.Draw(services)).Release(barber).Depart()
	return s, f
}

func TestFlow_BarbershopAgreesWithTheory(t *testing.T) {
	if testing.Short() {
		t.Skip("two million events")
	}
	s, _ := newBarbershop(rng.NewKey(1))
	const horizon = 2e7
	run(t, s, horizon)
	// Asymptotic variance of the mean number: 352512, of the mean wait of n
	// customers: 5951488; |z| < 4 fails by chance with probability 6e-5.
	n := sim.Find(s.Outcomes(), "barber.served")
	for _, c := range []struct {
		name               string
		value, want, error float64
	}{
		{"number", sim.Find(s.Outcomes(), "customers.number"), 8, math.Sqrt(352512 / horizon)},
		{"wait", sim.Find(s.Outcomes(), "barber.wait"), 128, math.Sqrt(5951488 / n)},
	} {
		if z := (c.value - c.want) / c.error; math.Abs(z) > 4 {
			t.Errorf("%s %v, want %v (z = %v)", c.name, c.value, c.want, z)
		}
	}
}

// TestFlow_StepByStep compares the trace of small deterministic models with one
// worked out by hand.
func TestFlow_StepByStep(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(s *sim.Simulation)
		only  sim.What
		want  []string
	}{
		{"first come first served", func(s *sim.Simulation) {
			r := s.Resource("r", 1)
			flow.New(s, "f").Arrive(fixed(s, "a", 1, 1, 1)).Seize(r).Hold(flow.Const(5)).Release(r).Depart()
		}, sim.Departed, []string{"6 depart 1 f", "11 depart 2 f", "16 depart 3 f"}},
		{"priority", func(s *sim.Simulation) {
			r := s.Resource("r", 1)
			f := flow.New(s, "f")
			f.Arrive(fixed(s, "a", 1, 1, 1)).
				Priority(flow.Func(func(_ *sim.Context, t flow.Token) float64 { return -float64(t.Number()) })).
				Seize(r).Hold(flow.Const(5)).Release(r).Depart()
		}, sim.Departed, []string{"6 depart 1 f", "11 depart 3 f", "16 depart 2 f"}},
		{"preemption resumes", func(s *sim.Simulation) {
			r := s.Resource("r", 1)
			flow.New(s, "f").Arrive(fixed(s, "a", 1)).Priority(flow.Const(2)).Seize(r).Hold(flow.Const(10)).Release(r).Depart()
			flow.New(s, "g").Arrive(fixed(s, "b", 4, 2)).Seize(r, flow.Preempt()).Hold(flow.Const(5)).Release(r).Depart()
		}, sim.Departed, []string{"9 depart 1 g", "14 depart 2 g", "21 depart 1 f"}},
		{"preemption repeats", func(s *sim.Simulation) {
			r := s.Resource("r", 1)
			flow.New(s, "f").Arrive(fixed(s, "a", 1)).Priority(flow.Const(2)).Seize(r).Hold(flow.Const(10), flow.Repeat()).Release(r).Depart()
			flow.New(s, "g").Arrive(fixed(s, "b", 4)).Seize(r, flow.Preempt()).Hold(flow.Const(5)).Release(r).Depart()
		}, sim.Departed, []string{"9 depart 1 g", "19 depart 1 f"}},
		{"reneging", func(s *sim.Simulation) {
			r := s.Resource("r", 1)
			flow.New(s, "f").Arrive(fixed(s, "a", 1, 1, 1)).Seize(r, flow.Patience(flow.Const(6), "gone")).
				Hold(flow.Const(5)).Release(r).Depart().Label("gone").Depart("lost")
		}, sim.Departed, []string{"6 depart 1 f", "9 depart 3 f", "11 depart 2 f"}},
		{"balking", func(s *sim.Simulation) {
			r := s.Resource("r", 1)
			flow.New(s, "f").Arrive(fixed(s, "a", 1, 1, 1)).Seize(r, flow.Balk(1, "gone")).
				Hold(flow.Const(5)).Release(r).Depart().Label("gone").Depart("lost")
		}, sim.Departed, []string{"3 depart 3 f", "6 depart 1 f", "11 depart 2 f"}},
		{"batch and unbatch", func(s *sim.Simulation) {
			flow.New(s, "f").Arrive(fixed(s, "a", 1, 2, 3, 4)).Batch(2).Hold(flow.Const(5)).Unbatch().Hold(flow.Const(1)).Depart()
		}, sim.Departed, []string{"9 depart 1 f", "9 depart 2 f", "16 depart 4 f", "16 depart 5 f"}},
		{"split and combine, nested", func(s *sim.Simulation) {
			f := flow.New(s, "f")
			n := f.Attribute("n")
			f.Arrive(fixed(s, "a", 1, 1)).
				Split(1).Split(1).
				Assign(n, flow.Func(func(_ *sim.Context, t flow.Token) float64 { return float64(t.Number()) })).
				Hold(flow.Attr(n)).Combine().Combine().Depart()
		}, sim.Departed, []string{"5 depart 1 f", "10 depart 5 f"}},
		{"two resources together", func(s *sim.Simulation) {
			r, q := s.Resource("r", 1), s.Resource("q", 1)
			both := []sim.Need{{Resource: r, Units: 1}, {Resource: q, Units: 1}}
			flow.New(s, "f").Arrive(fixed(s, "a", 1)).Seize(q).Hold(flow.Const(9)).Release(q).Depart()
			flow.New(s, "g").Arrive(fixed(s, "b", 2, 1)).SeizeAll(both, flow.Patience(flow.Const(10), "out")).
				Hold(flow.Const(5)).Release(r).Release(q).Depart().Label("out").Depart("out")
			flow.New(s, "h").Arrive(fixed(s, "c", 4)).Seize(r).Hold(flow.Const(3)).Release(r).Depart()
			// h passes g, which waits for q; the second g gives up at 13.
		}, sim.Departed, []string{"7 depart 1 h", "10 depart 1 f", "13 depart 2 g", "15 depart 1 g"}},
		{"signal", func(s *sim.Simulation) {
			g := s.Signal("go")
			flow.New(s, "f").Arrive(fixed(s, "a", 1, 1, 1)).Wait(g).Depart()
			flow.New(s, "h").Arrive(fixed(s, "b", 10, 10)).Fire(g, 2).Depart()
		}, sim.Departed, []string{"10 depart 1 h", "10 depart 1 f", "10 depart 2 f", "20 depart 2 h", "20 depart 3 f"}},
		{"containers", func(s *sim.Simulation) {
			tank := s.Container("tank", 10, 3)
			flow.New(s, "f").Arrive(fixed(s, "a", 1, 1)).Get(tank, flow.Const(5)).Depart()
			flow.New(s, "h").Arrive(fixed(s, "b", 4, 4)).Put(tank, flow.Const(4)).Depart()
		}, sim.Departed, []string{"4 depart 1 h", "4 depart 1 f", "8 depart 2 h", "8 depart 2 f"}},
		{"accumulating conveyor", func(s *sim.Simulation) {
			r := s.Resource("r", 1)
			f := flow.New(s, "f")
			b := f.Conveyor("belt", 10, 1, 2, true)
			f.Arrive(fixed(s, "a", 1, 0, 0)).Transport(b).Seize(r).Leave(b).Hold(flow.Const(8)).Release(r).Depart()
			// On at 1, 3, 5; at the end at 11; off at 11, 19, 27.
		}, sim.Departed, []string{"19 depart 1 f", "27 depart 2 f", "35 depart 3 f"}},
		{"belt that stops", func(s *sim.Simulation) {
			f := flow.New(s, "f")
			b := f.Conveyor("belt", 10, 1, 2, false)
			f.Arrive(fixed(s, "a", 1, 0)).Transport(b).Hold(flow.Const(8)).Leave(b).Depart()
			// On at 1 and 3; the first is at the end at 11 and stands until 19;
			// the second has 2 left.
		}, sim.Departed, []string{"19 depart 1 f", "29 depart 2 f"}},
		{"breakdown", func(s *sim.Simulation) {
			r := s.Resource("r", 1)
			s.Preemptible(r)
			s.Breakdowns(r, fixed(s, "up", 4, 1000), fixed(s, "down", 3), 0)
			flow.New(s, "f").Arrive(fixed(s, "a", 1)).Seize(r).Hold(flow.Const(5)).Release(r).Depart()
		}, sim.Departed, []string{"9 depart 1 f"}},
		{"wear by uses", func(s *sim.Simulation) {
			r := s.Resource("r", 1)
			s.WearByUse(r, s.Source("life", sim.Constant(2)), s.Source("down", sim.Constant(3)), 0)
			flow.New(s, "f").Arrive(fixed(s, "a", 1, 0, 0)).Seize(r).Hold(flow.Const(5)).Release(r).Depart()
		}, sim.Departed, []string{"6 depart 1 f", "11 depart 2 f", "19 depart 3 f"}},
		{"wear by time", func(s *sim.Simulation) {
			r := s.Resource("r", 1)
			s.Preemptible(r)
			s.WearByTime(r, s.Source("life", sim.Constant(4)), s.Source("down", sim.Constant(1)), 0)
			flow.New(s, "f").Arrive(fixed(s, "a", 1, 9)).Seize(r).Hold(flow.Const(5)).Release(r).Depart()
			// The first life ends at 5, the second, of which 1 is over at 7, at 13.
		}, sim.Departed, []string{"7 depart 1 f", "16 depart 2 f"}},
		{"schedule", func(s *sim.Simulation) {
			r := s.Resource("r", 1)
			s.Plan(r, []sim.Shift{{Time: 2, Capacity: 0}, {Time: 5, Capacity: 2}}, 10)
			flow.New(s, "f").Arrive(fixed(s, "a", 1, 2, 3)).Seize(r).Hold(flow.Const(4)).Release(r).Depart()
		}, sim.Departed, []string{"5 depart 1 f", "9 depart 2 f", "10 depart 3 f"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sim.New(rng.NewKey(1), sim.Options{})
			c.build(s)
			seen := &trail{only: func(o *sim.Observation) bool { return o.What == c.only }}
			s.SetObserver(seen)
			run(t, s, 100)
			if !slices.Equal(seen.lines, c.want) {
				t.Errorf("observed\n  %s\nwant\n  %s", strings.Join(seen.lines, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

func TestFlow_MistakesAreNamed(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(s *sim.Simulation)
		want  []string
	}{
		{"unknown label", func(s *sim.Simulation) {
			flow.New(s, "f").Arrive(fixed(s, "a", 1)).Goto("nowhere")
		}, []string{`label "nowhere"`, `step 2 (goto "nowhere") of flow "f"`}},
		{"no end", func(s *sim.Simulation) {
			flow.New(s, "f").Arrive(fixed(s, "a", 1)).Hold(flow.Const(1))
		}, []string{"Depart"}},
		{"release of what is not held", func(s *sim.Simulation) {
			r := s.Resource("desk", 1)
			flow.New(s, "f").Arrive(fixed(s, "a", 7)).Release(r).Depart()
		}, []string{"time 7, f 1, at step 2 (release \"desk\") of flow \"f\", event 1: ", "does not hold"}},
		{"departure with a resource", func(s *sim.Simulation) {
			r := s.Resource("desk", 1)
			flow.New(s, "f").Arrive(fixed(s, "a", 7)).Seize(r).Depart()
		}, []string{"time 7", "f 1", `"desk"`, "while it holds"}},
		{"negative delay", func(s *sim.Simulation) {
			flow.New(s, "f").Arrive(fixed(s, "a", 7)).Hold(flow.Const(-3)).Depart()
		}, []string{"time 7, f 1, at step 2 (hold) of flow", "-3"}},
		{"NaN delay", func(s *sim.Simulation) {
			flow.New(s, "f").Arrive(fixed(s, "a", 7)).Hold(flow.Const(math.NaN())).Depart()
		}, []string{"time 7", "f 1", "NaN"}},
		{"arrivals without an interval", func(s *sim.Simulation) {
			flow.New(s, "f").Arrive(s.Source("a", sim.Constant(0)), flow.AtOnce(flow.Const(1e6))).Depart()
		}, []string{"time 0", `step 1 (arrive) of flow "f"`, "3000000 arrivals at one moment"}},
		{"too many arrivals at once", func(s *sim.Simulation) {
			flow.New(s, "f").Arrive(fixed(s, "a", 2), flow.AtOnce(flow.Const(1e8))).Depart()
		}, []string{"time 2", `step 1 (arrive) of flow "f"`, "100000000 arrivals"}},
		{"loop within a step", func(s *sim.Simulation) {
			flow.New(s, "f").Arrive(fixed(s, "a", 7)).Label("x").Goto("x")
		}, []string{"time 7", "f 1", "endless loop", "goto"}},
		{"loop of events", func(s *sim.Simulation) {
			flow.New(s, "f").Arrive(fixed(s, "a", 7)).Label("x").Hold(flow.Const(0)).Goto("x")
		}, []string{"time 7", "f 1", "endless loop"}},
		{"panic", func(s *sim.Simulation) {
			flow.New(s, "f").Arrive(fixed(s, "a", 7)).If(func(*sim.Context, flow.Token) bool { panic("oh") }, "x").Label("x").Depart()
		}, []string{"time 7", "panic: oh"}},
		{"capacity below zero", func(s *sim.Simulation) {
			s.Resource("desk", -1)
			flow.New(s, "f").Arrive(fixed(s, "a", 7)).Depart()
		}, []string{`"desk"`, "-1"}},
		{"schedule out of order", func(s *sim.Simulation) {
			r := s.Resource("desk", 1)
			s.Plan(r, []sim.Shift{{Time: 5, Capacity: 1}, {Time: 2, Capacity: 2}}, 0)
			flow.New(s, "f").Arrive(fixed(s, "a", 7)).Depart()
		}, []string{`"desk"`, "out of order", "5"}},
		{"too many units", func(s *sim.Simulation) {
			r := s.Resource("desk", 2)
			flow.New(s, "f").Arrive(fixed(s, "a", 7)).Seize(r, flow.Units(3)).Depart()
		}, []string{"time 7", "f 1", "3 units", "capacity of 2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && c.name == "arrivals without an interval" {
				t.Skip("two million tokens")
			}
			s := sim.New(rng.NewKey(1), sim.Options{StillLimit: 10000})
			c.build(s)
			err := s.Run(context.Background(), sim.Until{Time: 100})
			if err == nil {
				t.Fatal("no error")
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

func TestFlow_DeadlockNamesWhoWaitsForWhat(t *testing.T) {
	s := sim.New(rng.NewKey(1), sim.Options{})
	left, right := s.Resource("left fork", 1), s.Resource("right fork", 1)
	flow.New(s, "plato").Arrive(fixed(s, "a", 1)).Seize(left).Hold(flow.Const(1)).Seize(right).Depart()
	flow.New(s, "kant").Arrive(fixed(s, "b", 1)).Seize(right).Hold(flow.Const(1)).Seize(left).Depart()
	// Others keep the calendar busy.
	flow.New(s, "clock").Arrive(s.Source("c", exponential(1))).Depart()
	err := s.Run(context.Background(), sim.Until{Time: 1e6})
	var d *sim.Deadlock
	if !errors.As(err, &d) {
		t.Fatalf("%v, want a deadlock", err)
	}
	if len(d.Waits) != 2 || d.Waits[0].Since != 2 {
		t.Fatalf("%+v", d.Waits)
	}
	for _, part := range []string{"plato 1 waits for 1 of resource \"right fork\"", "held by kant 1"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

func TestFlow_StepsAllocateNothing(t *testing.T) {
	s, _ := newBarbershop(rng.NewKey(1))
	more := func() {
		if err := s.Run(context.Background(), sim.Until{Events: 20000}); err != nil {
			t.Fatal(err)
		}
	}
	for range 100 {
		more()
	}
	if a := testing.AllocsPerRun(10, more); a > 1 {
		t.Errorf("%v allocations in 20000 events, want at most 1", a)
	}
}
