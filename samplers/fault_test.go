package samplers

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

type kernelFault struct{}

func (kernelFault) Error() string     { return "the kernel was lost" }
func (kernelFault) Recoverable() bool { return true }

var errModel = errors.New("the model rejects")

// failsAt returns d failing once, at a number of evaluations of one density
// value; another value of the density counts anew.
func failsAt(d density, at int, fail func() (float64, error)) density {
	calls := 0
	good := d.f
	d.f = func(grad, q []float64) (float64, error) {
		if calls++; calls == at {
			return fail()
		}
		return good(grad, q)
	}
	return d
}

// onlyFirst is a problem whose chain 0 gets a bad density when it is opened the
// first time; other chains and openings get a good one.
func onlyFirst(good, bad density) *problem {
	return &problem{density: good, open: func(chain, opening int) (density, error) {
		if chain == 0 && opening == 1 {
			return bad, nil
		}
		return good, nil
	}}
}

// TestRun_RecoversFaultsInTrees puts a fault at evaluations all over the run.
func TestRun_RecoversFaultsInTrees(t *testing.T) {
	for name, fail := range map[string]func() (float64, error){
		"panic":             func() (float64, error) { panic("a broken kernel") },
		"recoverable error": func() (float64, error) { return 0, kernelFault{} },
	} {
		// The first evaluation is the start, the next are the step-size search.
		for _, at := range []int{2, 3, 4, 5, 10, 50, 300, 500} {
			p := onlyFirst(normals(1, 2), failsAt(normals(1, 2), at, fail))
			sink, report := run(t, p, 41, quick(2, 100, 100))
			c := report.Chains[0]
			if c.Recovered != 1 || c.FirstFault == nil || c.Restarts != 0 || sink.Sampling.Len(0) != 100 {
				t.Errorf("%s at evaluation %d: report %+v, want one recovered fault and all draws", name, at, c)
			}
			if other := report.Chains[1]; other.Recovered != 0 || other.FirstFault != nil {
				t.Errorf("%s at evaluation %d: the other chain's report is %+v", name, at, other)
			}
		}
	}
}

func TestRun_FaultAtTheStartCostsAPoint(t *testing.T) {
	p := onlyFirst(normals(1), failsAt(normals(1), 1, func() (float64, error) { panic("once") }))
	sink, _ := run(t, p, 42, quick(1, 20, 20))
	if sink.Sampling.Len(0) != 20 {
		t.Error("the chain did not start at another point")
	}
}

// TestRun_RestartContinuesTheSameDraws: an error that passes sets the chain back,
// and the rows are those of a run without it, each once.
func TestRun_RestartContinuesTheSameDraws(t *testing.T) {
	o := quick(2, 250, 250)
	o.SaveWarmup = true
	for _, metric := range []Metric{DiagMetric, DenseMetric} {
		o.Metric = metric
		want, clean := run(t, &problem{density: normals(1, 2)}, 43, o)
		for _, at := range []int{20, 100, 500, 1200, 1400} {
			p := onlyFirst(normals(1, 2), failsAt(normals(1, 2), at, func() (float64, error) { return 0, errModel }))
			got, report := run(t, p, 43, o)
			if report.Chains[0].Restarts != 1 || p.openings[0] != 2 {
				t.Errorf("evaluation %d: %d restarts, %d openings, want a restart", at, report.Chains[0].Restarts, p.openings[0])
			}
			p.allClosed(t)
			for chain := range 2 {
				sameDraws(t, &got.Warmup, &want.Warmup, chain, "evaluation", at)
				sameDraws(t, &got.Sampling, &want.Sampling, chain, "evaluation", at)
				if got.Warmup.Len(chain) != 250 || got.Sampling.Len(chain) != 250 {
					t.Errorf("evaluation %d: chain %d has %d and %d rows", at, chain, got.Warmup.Len(chain), got.Sampling.Len(chain))
				}
				a, b := report.Chains[chain], clean.Chains[chain]
				if a.Sampling.Leapfrogs != b.Sampling.Leapfrogs || a.Warmup.Leapfrogs != b.Warmup.Leapfrogs || a.StepSize != b.StepSize {
					t.Errorf("evaluation %d: chain %d counts differ from a run without faults", at, chain)
				}
			}
		}
	}
}

// TestRun_RestartAfterARecoveredFault: the draws after the recovered fault were
// sent already, so the restart must not cross it again.
func TestRun_RestartAfterARecoveredFault(t *testing.T) {
	recovered := func() density {
		return failsAt(normals(1, 2), 900, func() (float64, error) { panic("once") })
	}
	want, _ := run(t, onlyFirst(normals(1, 2), recovered()), 44, quick(1, 100, 300))
	both := failsAt(recovered(), 950, func() (float64, error) { return 0, errModel })
	got, report := run(t, onlyFirst(normals(1, 2), both), 44, quick(1, 100, 300))
	if c := report.Chains[0]; c.Recovered != 1 || c.Restarts != 1 {
		t.Errorf("report %+v, want one recovered fault and one restart", c)
	}
	sameDraws(t, &got.Sampling, &want.Sampling, 0)
}

func TestRun_PersistentErrorEndsOneChain(t *testing.T) {
	good := normals(1, 2)
	p := &problem{density: good, open: func(chain, _ int) (density, error) {
		if chain == 1 {
			return failsAt(normals(1, 2), 900, func() (float64, error) { return 0, errModel }), nil
		}
		return good, nil
	}}
	// A density that counts anew fails 900 evaluations after the restart too.
	sink := stream.NewMemory()
	report, err := Run(context.Background(), p, rng.NewKey(45), quick(3, 100, 500), sink)
	if err != nil {
		t.Fatalf("two chains are left, yet the run failed: %v", err)
	}
	failed := report.Failed()
	if len(failed) != 1 || failed[0].Chain != 1 || !errors.Is(failed[0].Err, errModel) || failed[0].Restarts != 1 {
		t.Fatalf("failed chains %+v, want chain 1 after one restart", failed)
	}
	if !strings.Contains(failed[0].Err.Error(), "sampling iteration") {
		t.Errorf("error %q does not say where", failed[0].Err)
	}
	if n := sink.Sampling.Len(1); n != failed[0].Draws || n == 0 {
		t.Errorf("%d draws of the failed chain came, %d reported", n, failed[0].Draws)
	}
	want, _ := run(t, &problem{density: good}, 45, quick(3, 100, 500))
	for chain := range 3 {
		sameDraws(t, &sink.Sampling, &want.Sampling, chain)
	}
	p.allClosed(t)
}

func TestRun_AllChainsFailing(t *testing.T) {
	p := &problem{density: density{1, func(_, _ []float64) (float64, error) { return 0, errModel }}}
	report, err := Run(context.Background(), p, rng.NewKey(46), quick(3, 10, 10), stream.Discard{})
	if !errors.Is(err, errModel) || !strings.Contains(err.Error(), "all 3 chains") || len(report.Failed()) != 3 {
		t.Errorf("error %v, report %+v", err, report)
	}
	broken := &problem{density: normals(1), open: func(int, int) (density, error) { return density{}, errModel }}
	if _, err := Run(context.Background(), broken, rng.NewKey(46), quick(1, 10, 10), stream.Discard{}); !errors.Is(err, errModel) {
		t.Errorf("error %v, want that of opening the chain", err)
	}
}

// TestRun_LostKernelEndsTheChain: when nothing works any more, draws that all
// stay in place must not go on for ever.
func TestRun_LostKernelEndsTheChain(t *testing.T) {
	calls := 0
	good := normals(1)
	lost := density{1, func(grad, q []float64) (float64, error) {
		if calls++; calls > 500 {
			return 0, kernelFault{}
		}
		return good.f(grad, q)
	}}
	p := &problem{density: lost}
	report, err := Run(context.Background(), p, rng.NewKey(47), quick(1, 100, 100000), stream.Discard{})
	var fault kernelFault
	if !errors.As(err, &fault) || !strings.Contains(err.Error(), "in a row") {
		t.Errorf("error %v, want faults in a row", err)
	}
	if c := report.Chains[0]; c.Restarts != 1 || c.Recovered < maxFaults {
		t.Errorf("report %+v, want one restart", c)
	}
	// A new kernel after the restart lets the chain finish.
	calls = 0
	run(t, onlyFirst(good, lost), 47, quick(1, 100, 500))
}

// TestRun_NamesTheFaultBehindALostStepSize: where every trajectory is lost to a
// fault no step size is small enough, and the fault is what to look at.
func TestRun_NamesTheFaultBehindALostStepSize(t *testing.T) {
	calls := 0
	good := normals(1)
	lost := density{1, func(grad, q []float64) (float64, error) {
		if calls++; calls > 20 {
			panic("a broken kernel")
		}
		return good.f(grad, q)
	}}
	o := quick(1, 100, 100)
	o.Adaptation = StanAdaptation
	_, err := Run(context.Background(), &problem{density: lost}, rng.NewKey(49), o, stream.Discard{})
	if !errors.Is(err, ErrNoStepSize) || !strings.Contains(err.Error(), "a broken kernel") {
		t.Errorf("error %v, want the step size and the fault", err)
	}
}

// TestRun_FaultsOutsideOfTrees: a panic or an error in the draw's quantities sets
// the chain back like any failure.
func TestRun_FaultsOutsideOfTrees(t *testing.T) {
	for name, fail := range map[string]func() error{
		"panic": func() error { panic("broken quantities") },
		"error": func() error { return errModel },
	} {
		calls := 0
		p := &problem{density: normals(1)}
		p.draw = func(_ int, dst, q []float64, _ *rng.Stream) error {
			if calls++; calls == 130 {
				return fail()
			}
			copy(dst, q)
			return nil
		}
		got, report := run(t, p, 48, quick(1, 50, 200))
		want, _ := run(t, &problem{density: normals(1)}, 48, quick(1, 50, 200))
		if report.Chains[0].Restarts != 1 || got.Sampling.Len(0) != 200 {
			t.Errorf("%s: report %+v, %d rows", name, report.Chains[0], got.Sampling.Len(0))
		}
		sameDraws(t, &got.Sampling, &want.Sampling, 0, name)
	}
}

func TestRun_UnprotectedEndsAtTheFirstFault(t *testing.T) {
	o := quick(1, 50, 50)
	o.Unprotected = true
	for name, fail := range map[string]func() (float64, error){
		"panic":             func() (float64, error) { panic("a broken kernel") },
		"recoverable error": func() (float64, error) { return 0, kernelFault{} },
	} {
		p := &problem{density: normals(1), open: func(int, int) (density, error) {
			return failsAt(normals(1), 100, fail), nil
		}}
		report, err := Run(context.Background(), p, rng.NewKey(49), o, stream.Discard{})
		if err == nil || report.Chains[0].Recovered != 0 {
			t.Errorf("%s: error %v, %d recovered, want an end", name, err, report.Chains[0].Recovered)
		}
		var caught *PanicError
		if name == "panic" && (!errors.As(err, &caught) || !strings.Contains(string(caught.Stack), "failsAt")) {
			t.Errorf("%s: error %v does not hold the stack of the panic", name, err)
		}
	}
}
