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
)

// newRing builds stations in a ring, station i in part(i): a third of those who
// are served leave, the others go on to the next station.
func newRing(stations int, lookahead float64, part func(i int) *sim.Simulation) {
	flows := make([]*flow.Flow, stations)
	for i := range flows {
		flows[i] = flow.New(part(i), fmt.Sprint("f", i))
		flows[i].Attribute("hops")
	}
	for i, f := range flows {
		s, hops := part(i), f.Attribute("hops")
		name := fmt.Sprint("station ", i)
		r := s.Resource(name, 1)
		f.Arrive(s.Source("arrivals "+name, exponential(7))).Goto("in").
			Entrance("other").
			Label("in").Assign(hops, flow.Func(func(_ *sim.Context, t flow.Token) float64 { return t.Get(hops) + 1 })).
			Seize(r, flow.Patience(flow.Draw(s.Source("patience "+name, exponential(40))), "out")).
			Hold(flow.Draw(s.Source("service "+name, exponential(2)))).Release(r).
			Decide(s.Source("choice "+name, uniform01()), flow.Branch{Chance: 1.0 / 3, Label: "out"}).
			Transfer(flows[(i+1)%stations], "other", flow.Func(func(c *sim.Context, t flow.Token) float64 {
				return lookahead + float64(t.Number()%7)*0.3183098861837907
			})).
			Label("out").Record(s.Tally("hops "+name), flow.Attr(hops)).Depart()
	}
}

// outcomesOf returns what parts have measured, in one list in order of names.
func outcomesOf(parts ...*sim.Simulation) (all []sim.Outcome) {
	for _, s := range parts {
		all = append(all, s.Outcomes()...)
	}
	slices.SortFunc(all, func(a, b sim.Outcome) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func sameOutcome(a, b sim.Outcome) bool {
	return a.Name == b.Name && math.Float64bits(a.Value) == math.Float64bits(b.Value)
}

// TestCluster_HasTheBitsOfOneSimulation runs a ring of stations as one
// simulation, and in several parts by several goroutines.
func TestCluster_HasTheBitsOfOneSimulation(t *testing.T) {
	const stations, lookahead = 6, 0.75
	horizon := 3000.0
	if testing.Short() {
		horizon = 900
	}
	key := rng.NewKey(8)
	one := sim.New(key, sim.Options{})
	newRing(stations, lookahead, func(int) *sim.Simulation { return one })
	run(t, one, horizon)
	want := outcomesOf(one)
	if sim.Find(want, "f3.to f4.departed") < horizon/10 {
		t.Fatal("too little happens")
	}
	for _, n := range []int{1, 2, 3, 6} {
		for _, workers := range []int{1, 4} {
			parts := make([]*sim.Simulation, n)
			for i := range parts {
				parts[i] = sim.New(key, sim.Options{})
			}
			newRing(stations, lookahead, func(i int) *sim.Simulation { return parts[i%n] })
			g, err := flow.NewCluster(lookahead, parts...)
			if err != nil {
				t.Fatal(err)
			}
			for _, until := range []float64{0.1, 0.3 * horizon, horizon} {
				if err := g.Run(context.Background(), until, workers); err != nil {
					t.Fatal(err)
				}
			}
			if got := outcomesOf(parts...); !slices.EqualFunc(got, want, sameOutcome) || g.Events() != one.Events() || g.Now() != horizon {
				t.Errorf("%d parts, %d workers: %d events, want %d\n%v\nwant\n%v", n, workers, g.Events(), one.Events(), got, want)
			}
		}
	}
}

func TestCluster_MistakesAreNamed(t *testing.T) {
	build := func(delay float64) (*sim.Simulation, *sim.Simulation) {
		a, b := sim.New(rng.NewKey(1), sim.Options{}), sim.New(rng.NewKey(1), sim.Options{})
		to := flow.New(b, "to")
		to.Entrance("in").Hold(flow.Const(-1)).Depart()
		flow.New(a, "from").Arrive(fixed(a, "a", 3)).Transfer(to, "in", flow.Const(delay))
		return a, b
	}
	a, _ := build(0.5)
	if err := a.Run(context.Background(), sim.Until{Time: 10}); err == nil || !strings.Contains(err.Error(), "Cluster") {
		t.Errorf("alone: %v", err)
	}
	a, b := build(0.5)
	g, err := flow.NewCluster(1, a, b)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Run(context.Background(), 10, 2); err == nil || !strings.Contains(err.Error(), `at time 3 a token goes from flow "from" of part 1 to flow "to" in a time of 0.5`) {
		t.Errorf("too short: %v", err)
	}
	a, b = build(2)
	if g, err = flow.NewCluster(1, a, b); err != nil {
		t.Fatal(err)
	}
	var fault *sim.Fault
	if err := g.Run(context.Background(), 10, 2); !errors.As(err, &fault) || fault.Time != 5 || !strings.HasPrefix(err.Error(), "part 2: ") {
		t.Errorf("a fault: %v", err)
	}
	if _, err := flow.NewCluster(0, a); err == nil {
		t.Error("no lookahead")
	}
}

// BenchmarkCluster runs 64 stations in one simulation and in parts.
func BenchmarkCluster(b *testing.B) {
	for _, n := range []int{1, 2, 4} {
		b.Run(fmt.Sprint("parts ", n), func(b *testing.B) {
			parts := make([]*sim.Simulation, n)
			for i := range parts {
				parts[i] = sim.New(rng.NewKey(1), sim.Options{})
			}
			newRing(64, 20, func(i int) *sim.Simulation { return parts[i*n/64] })
			g, err := flow.NewCluster(20, parts...)
			if err != nil {
				b.Fatal(err)
			}
			until := 1000.0
			for b.Loop() {
				if err := g.Run(context.Background(), until, 0); err != nil {
					b.Fatal(err)
				}
				until += 1000
			}
			b.ReportMetric(float64(g.Events())/b.Elapsed().Seconds()/1e6, "Mevents/s")
		})
	}
}
