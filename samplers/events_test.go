package samplers

import (
	"context"
	"math"
	"sync"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

// normalDensity is a standard normal of the given dimension.
type normalDensity int

func (d normalDensity) Dim() int { return int(d) }

func (d normalDensity) LogDensityGrad(grad, q []float64) (float64, error) {
	sum := 0.0
	for i, x := range q {
		grad[i] = -x
		sum = math.FMA(x, x, sum)
	}
	return -0.5 * sum, nil
}

// eventSink notes the order of what it hears.
type eventSink struct {
	mu     sync.Mutex
	events [2][]string
	step   [2]float64
	cancel func()
}

func (s *eventSink) note(chain int, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.events[chain]); n == 0 || s.events[chain][n-1] != what {
		s.events[chain] = append(s.events[chain], what)
	}
}

func (s *eventSink) Write(_ context.Context, f *stream.Frame) error {
	s.note(f.Chain, f.Phase.String())
	if s.cancel != nil && f.Phase == stream.Sampling {
		s.cancel()
	}
	return nil
}

func (s *eventSink) Close() error { return nil }

func (s *eventSink) Adapted(_ context.Context, a *stream.Adaptation) error {
	s.note(a.Chain, "adapted")
	s.step[a.Chain] = a.StepSize
	if len(a.InverseMetric) != a.Dim {
		s.note(a.Chain, "a metric of the wrong length")
	}
	return nil
}

func (s *eventSink) Completed(_ context.Context, c *stream.Completion) error {
	s.note(c.Chain, "completed")
	return nil
}

func normalProblem(dim int) Problem {
	return Direct("x", dim, func(int) (LogDensity, error) { return normalDensity(dim), nil })
}

func TestRun_TellsTheTurningPoints(t *testing.T) {
	sink := &eventSink{}
	o := Options{Chains: 2, Warmup: 150, Draws: 200, SaveWarmup: true}
	report, err := Run(context.Background(), normalProblem(3), rng.NewKey(1), o, sink)
	if err != nil {
		t.Fatal(err)
	}
	for c, events := range sink.events {
		want := []string{stream.Warmup.String(), "adapted", stream.Sampling.String(), "completed"}
		if len(events) != len(want) {
			t.Fatalf("chain %d: %v, want %v", c, events, want)
		}
		for i := range want {
			if events[i] != want[i] {
				t.Errorf("chain %d: %v, want %v", c, events, want)
			}
		}
		if sink.step[c] != report.Chains[c].StepSize {
			t.Errorf("chain %d: step size %g told, %g reported", c, sink.step[c], report.Chains[c].StepSize)
		}
	}
}

func TestRun_AnInterruptedChainIsNotCompleted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	sink := &eventSink{cancel: cancel}
	report, err := Run(ctx, normalProblem(3), rng.NewKey(1), Options{Chains: 1, Warmup: 50, Draws: 10_000_000}, sink)
	if err != nil || !report.Interrupted {
		t.Fatal(report, err)
	}
	for _, e := range sink.events[0] {
		if e == "completed" {
			t.Error("an interrupted chain was called complete")
		}
	}
}
