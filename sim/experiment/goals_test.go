package experiment_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/experiment"
	"github.com/quatre-ppl/quatre/sim/flow"
)

func TestRun_PrecisionOfWhatIsNoOutcome(t *testing.T) {
	_, err := experiment.Run(context.Background(), queue(2, 1, 1), rng.NewKey(1), experiment.Options{
		Until: sim.Until{Time: 100}, Precision: &experiment.Precision{Outcome: "server.weight", Relative: 0.1, Most: 1000},
	})
	if err == nil || !strings.Contains(err.Error(), `"server.weight", which is no outcome`) || !strings.Contains(err.Error(), "server.wait") {
		t.Errorf("%v", err)
	}
}

func TestRun_SaysWhetherThePrecisionWasReached(t *testing.T) {
	warned := func(outcome string, most int) bool {
		r := run(t, queue(10, 9, 1), 1, experiment.Options{
			Until: sim.Until{Time: 500}, Precision: &experiment.Precision{Outcome: outcome, Relative: 0.02, Most: most},
		})
		return slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.Contains(w, "not within 0.02 of its mean") })
	}
	if !warned("server.wait", 20) || warned("customers.arrived", 1000) {
		t.Error("reached and not reached are mixed up")
	}
	// An interval without a width is narrow, even around 0.
	if r := run(t, queue(10, 9, 1), 1, experiment.Options{
		Until: sim.Until{Time: 500}, Precision: &experiment.Precision{Outcome: "customers.balked", Relative: 0.02, Most: 1000},
	}); len(r.Values) != 10 || len(r.Warnings) > 0 {
		t.Errorf("%d replications, %q", len(r.Values), r.Warnings)
	}
}

func TestRun_WarnsOfOutcomesWithOneName(t *testing.T) {
	r := run(t, func(s *sim.Simulation, _ int) error {
		nurse := s.Resource("nurse", 1)
		flow.New(s, "nurse").Arrive(s.Source("a", exponential(1))).Seize(nurse).Release(nurse).Depart()
		return nil
	}, 1, experiment.Options{Replications: 2, Until: sim.Until{Time: 10}})
	if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], `two outcomes are called "nurse.reneged"`) {
		t.Errorf("%q", r.Warnings)
	}
}

// TestCompare_AnAntitheticPairIsOneObservation counts independent differences.
// One replication fails, so its partner has no pair.
func TestCompare_AnAntitheticPairIsOneObservation(t *testing.T) {
	a := queue(10, 8, 1)
	faulty := func(s *sim.Simulation, i int) error {
		if i == 12 {
			return errors.New("no model")
		}
		return a(s, i)
	}
	o := experiment.Options{Replications: 40, Antithetic: true, Until: sim.Until{Time: 1000}}
	c, err := experiment.Compare(context.Background(), faulty, queue(10, 7.5, 1), rng.NewKey(2), o)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := c.Difference("server.wait")
	if d.N != 19 || d.Low() < 0 {
		t.Errorf("%d differences, %v", d.N, d)
	}
	x, y := c.A.Interval("server.wait"), c.B.Interval("server.wait")
	if x.N != 19 || y.N != 20 {
		t.Errorf("%d and %d pairs", x.N, y.N)
	}
}

// TestOCBA_ReportsAFailure has a model fail in the replication that is left when
// the shares of all models are rounded down: with these means and spreads they
// are 3.3 each.
func TestOCBA_ReportsAFailure(t *testing.T) {
	fixed := func(values ...float64) experiment.Model {
		return func(s *sim.Simulation, i int) error {
			if i >= len(values) {
				return errors.New("no more")
			}
			s.Level("x", values[i])
			return nil
		}
	}
	models := []experiment.Model{fixed(-0.7, 0, 0.7), fixed(-2, -1, 0), fixed(-2, -1, 0)}
	got, err := experiment.OCBA(context.Background(), models, rng.NewKey(1), experiment.Options{Until: sim.Until{Time: 1}},
		experiment.Goal{Outcome: "x", Largest: true, Begin: 3, Most: 10})
	if err == nil || got != nil || !strings.Contains(err.Error(), "model 0: no more") {
		t.Errorf("%v, %v", got, err)
	}
}
