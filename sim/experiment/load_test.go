package experiment_test

import (
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/experiment"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/process"
)

// experiments is the number of seeds that are tried.
func experiments() int {
	if testing.Short() {
		return 4
	}
	return 12
}

// warned counts how many experiments warn that a load is at least 1, and how many
// that it is close to 1.
func warned(t *testing.T, model experiment.Model, o experiment.Options) (above, near int) {
	t.Helper()
	for seed := range experiments() {
		for _, w := range run(t, model, uint64(100+seed), o).Warnings {
			switch {
			case strings.Contains(w, "times the work that it can do"):
				above++
			case strings.Contains(w, "close to 1: its queue takes a time of about"):
				near++
			default:
				t.Errorf("warning %q", w)
			}
		}
	}
	return above, near
}

// steady asks for a steady state.
var steady = experiment.Options{Replications: 5, WarmUp: 1000, Until: sim.Until{Time: 11000}}

func TestRun_LoadsFromOneOnAreWarnedAbout(t *testing.T) {
	all := experiments()
	for _, c := range []struct {
		load        float64
		above, near int // at least, of 12
	}{{1.02, 10, 0}, {1.01, 8, 0}, {1, 3, 3}, {0.98, 0, 10}, {0.965, 0, 9}} {
		above, near := warned(t, queue(1, c.load, 1), steady)
		if all == 12 && (above < c.above || near < c.near) || c.load >= 1 && above+near < all {
			t.Errorf("load %v: %d and %d warnings", c.load, above, near)
		}
		o := steady
		if o.WarmUp = 0; c.load < 1 {
			above, near = warned(t, queue(1, c.load, 1), o)
			if above+near > 0 {
				t.Errorf("load %v with a finite horizon: %d warnings", c.load, above+near)
			}
		}
	}
}

// closed has so many tokens go round between a desk, where each is served, and a
// place where it stays for a time.
func closed(tokens int, away float64) experiment.Model {
	return func(s *sim.Simulation, _ int) error {
		desk := s.Resource("desk", 1)
		service, stay := s.Source("service", exponential(1)), s.Source("stay", exponential(away))
		g := process.New(s)
		for range tokens {
			g.Go("machine", func(p *process.Process) error {
				for {
					if err := p.Hold(p.Draw(stay)); err != nil {
						return err
					}
					if err := p.Seize(desk); err != nil {
						return err
					}
					if err := p.Hold(p.Draw(service)); err != nil {
						return err
					}
					p.Release(desk)
				}
			})
		}
		return nil
	}
}

// TestRun_QueuesThatSettleAreNotWarnedAbout looks at loads near 1 that do no harm, and
// at queues that cannot grow for ever.
func TestRun_QueuesThatSettleAreNotWarnedAbout(t *testing.T) {
	limited := func(options ...flow.SeizeOption) experiment.Model {
		return func(s *sim.Simulation, _ int) error {
			desk := s.Resource("desk", 1)
			flow.New(s, "f").Arrive(s.Source("a", exponential(1))).Seize(desk, options...).
				Hold(flow.Draw(s.Source("b", exponential(1)))).Release(desk).Depart().Label("gone").Depart("gone")
			return nil
		}
	}
	regular := func(s *sim.Simulation, _ int) error {
		desk := s.Resource("desk", 1)
		flow.New(s, "f").Arrive(s.Source("a", sim.Constant(1))).Seize(desk).Hold(flow.Const(0.98)).Release(desk).Depart()
		return nil
	}
	for name, model := range map[string]experiment.Model{
		"load 0.8": queue(1, 0.8, 1), "load 0.9": queue(1, 0.9, 1), "balking": limited(flow.Balk(40, "gone")),
		"reneging": limited(flow.Patience(flow.Const(300), "gone")), "regular": regular,
		"5 machines": closed(5, 2), "20 machines": closed(20, 15), "60 tokens": closed(60, 10), "150 tokens": closed(150, 20),
	} {
		if above, near := warned(t, model, steady); above+near > 0 {
			t.Errorf("%s: %d and %d warnings", name, above, near)
		}
	}
}

// TestBatches_LoadsFromOneOnAreWarnedAbout is the same for one long run.
func TestBatches_LoadsFromOneOnAreWarnedAbout(t *testing.T) {
	for _, c := range []struct {
		load float64
		want bool
	}{{1.02, true}, {1, true}, {0.98, true}, {0.8, false}} {
		r, err := experiment.Batches(t.Context(), queue(1, c.load, 1), rng.NewKey(1), experiment.Options{WarmUp: 1000, Until: sim.Until{Time: 51000}}, 20)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(strings.Join(r.Warnings, "\n"), `resource "server" is offered`); got != c.want {
			t.Errorf("load %v: warnings %q", c.load, r.Warnings)
		}
	}
}
