package sim_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/process"
)

func TestClone_OfHandlersGoesOnAlike(t *testing.T) {
	s, m := newMM1(rng.NewKey(2), 1/0.8, 1)
	if err := s.Run(context.Background(), sim.Until{Events: 12345}); err != nil {
		t.Fatal(err)
	}
	d, err := s.Clone()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []*sim.Simulation{s, d} {
		if err := x.Run(context.Background(), sim.Until{Time: 20000}); err != nil {
			t.Fatal(err)
		}
	}
	a, b := s.TallyOf(m.sojourn), d.TallyOf(m.sojourn)
	if a.Mean() != b.Mean() || a.Count() != b.Count() || s.Events() != d.Events() {
		t.Errorf("means %v and %v of %d and %d", a.Mean(), b.Mean(), a.Count(), b.Count())
	}
}

func TestClone_OfProcessesIsRefused(t *testing.T) {
	s := sim.New(rng.NewKey(1), sim.Options{})
	defer s.Close()
	process.New(s)
	if _, err := s.Snapshot(); err == nil || !strings.Contains(err.Error(), `"processes"`) {
		t.Errorf("%v", err)
	}
}

func TestRun_StepsPausesAndStops(t *testing.T) {
	s, _ := newMM1(rng.NewKey(3), 1, 0.5)
	if done, err := s.Step(); done || err != nil || s.Events() != 1 {
		t.Errorf("%v %v after %d events", done, err, s.Events())
	}
	s.Pause()
	if err := s.Run(context.Background(), sim.Until{Time: 1e4}); !errors.Is(err, sim.ErrPaused) {
		t.Errorf("%v", err)
	}
	if err := s.Run(context.Background(), sim.Until{Condition: func(c *sim.Context) bool { return c.Now() > 1500 }}); err != nil || s.Now() < 1500 || s.Now() > 1520 {
		t.Errorf("%v at %v", err, s.Now())
	}
	if err := s.Run(context.Background(), sim.Until{Time: 10}); err == nil {
		t.Error("time went backwards")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Run(ctx, sim.Until{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := s.Run(context.Background(), sim.Until{Time: 5000}); err != nil || s.Now() != 5000 {
		t.Errorf("%v at %v", err, s.Now())
	}
}

// TestSources_DoNotShiftEachOther adds a source to a model: the draws of the
// others stay.
func TestSources_DoNotShiftEachOther(t *testing.T) {
	draws := func(more bool) (x float64) {
		s := sim.New(rng.NewKey(1), sim.Options{})
		if more {
			other := s.Source("other", exponential(1))
			s.Draw(other)
		}
		a := s.Source("a", exponential(1))
		for range 100 {
			x += s.Draw(a)
		}
		return x
	}
	if draws(false) != draws(true) {
		t.Error("a source has shifted the draws of another")
	}
}
