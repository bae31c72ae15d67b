package samplers

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

// strict is a sink that checks what Run promises to one: frames in order and
// valid, and calls that do not overlap.
type strict struct {
	stream.Memory
	t     *testing.T
	busy  atomic.Bool
	delay time.Duration
	seen  []stream.Progress
}

func (s *strict) enter() func() {
	if !s.busy.CompareAndSwap(false, true) {
		s.t.Error("two calls to the sink at once")
	}
	return func() { s.busy.Store(false) }
}

func (s *strict) Write(ctx context.Context, f *stream.Frame) error {
	defer s.enter()()
	if err := f.Validate(); err != nil || f.Rows == 0 {
		s.t.Errorf("frame of %d rows: %v", f.Rows, err)
	}
	time.Sleep(s.delay)
	return s.Memory.Write(ctx, f) // refuses frames out of order
}

func (s *strict) Progress(p stream.Progress) {
	defer s.enter()()
	s.seen = append(s.seen, p)
}

func TestRun_SlowSinkGetsEveryRow(t *testing.T) {
	o := quick(4, 100, 300)
	o.SaveWarmup, o.Parallel = true, 4
	want, _ := run(t, &problem{density: normals(1)}, 31, o)
	sink := &strict{t: t, delay: 3 * time.Millisecond}
	if _, err := Run(context.Background(), &problem{density: normals(1)}, rng.NewKey(31), o, sink); err != nil {
		t.Fatal(err)
	}
	for chain := range 4 {
		if w, s := sink.Warmup.Len(chain), sink.Sampling.Len(chain); w != 100 || s != 300 {
			t.Errorf("chain %d: %d warmup rows, %d draws", chain, w, s)
		}
		sameDraws(t, &sink.Warmup, &want.Warmup, chain)
		sameDraws(t, &sink.Sampling, &want.Sampling, chain)
	}
}

// TestRun_RowsDoNotWaitLong: draws that come slowly are sent about every 50 ms.
func TestRun_RowsDoNotWaitLong(t *testing.T) {
	slow := normals(1)
	fast := slow.f
	slow.f = func(grad, q []float64) (float64, error) {
		time.Sleep(4 * time.Millisecond)
		return fast(grad, q)
	}
	s := begin(context.Background(), &problem{density: slow}, 32, quick(1, 0, endless))
	for deadline := time.Now().Add(patience); s.sink.rows.Load() == 0; {
		if time.Now().After(deadline) {
			t.Fatal("no row came")
		}
		time.Sleep(time.Millisecond)
	}
	if rows := s.sink.rows.Load(); rows >= maxFrameRows {
		t.Errorf("the first %d rows came at once", rows)
	}
	s.control.Abort()
	s.end(t)
}

func TestRun_TellsProgress(t *testing.T) {
	sink := &strict{t: t}
	p := &problem{density: normals(1)}
	if _, err := Run(context.Background(), p, rng.NewKey(33), quick(2, 60, 40), sink); err != nil {
		t.Fatal(err)
	}
	ended := map[[2]int]bool{}
	for _, p := range sink.seen {
		if p.Done > p.Total || p.StepSize <= 0 || p.Elapsed <= 0 {
			t.Errorf("progress %+v cannot be", p)
		}
		if p.Done == p.Total {
			ended[[2]int{p.Chain, int(p.Phase)}] = true
		}
	}
	if len(ended) != 4 {
		t.Errorf("the end of %d phases was told, want all 4", len(ended))
	}
}

// TestRun_WideDrawsMakeSmallFrames: a frame stays near its size in bytes.
func TestRun_WideDrawsMakeSmallFrames(t *testing.T) {
	p := &problem{density: normals(1), width: maxFrameBytes / 8}
	p.draw = func(_ int, dst, q []float64, _ *rng.Stream) error {
		dst[0] = q[0]
		return nil
	}
	rows := 0
	sink := stream.Func(func(_ context.Context, f *stream.Frame) error {
		if f.Rows != 1 {
			t.Errorf("%d rows of 1 MiB each in a frame", f.Rows)
		}
		rows += f.Rows
		return nil
	})
	if _, err := Run(context.Background(), p, rng.NewKey(34), quick(1, 10, 5), sink); err != nil || rows != 5 {
		t.Errorf("%d rows, error %v", rows, err)
	}
}

var errDisk = errors.New("disk full")

func TestRun_FailingSinkEndsTheRun(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error": func() error { return errDisk },
		"panic": func() error { panic(errDisk) },
	} {
		frames := 0
		sink := stream.Func(func(context.Context, *stream.Frame) error {
			if frames++; frames > 5 {
				return fail()
			}
			return nil
		})
		p := &problem{density: normals(1)}
		report, err := Run(context.Background(), p, rng.NewKey(35), quick(4, 100, endless), sink)
		if !errors.Is(err, errDisk) {
			t.Fatalf("%s: error %v, want the sink's", name, err)
		}
		if frames != 6 {
			t.Errorf("%s: %d writes, want none after the failure of the sixth", name, frames)
		}
		draws := 0
		for _, c := range report.Chains {
			draws += c.Draws
			if c.Err != nil || c.Restarts != 0 {
				t.Errorf("%s: chain %d: error %v, %d restarts; the chain did not fail", name, c.Chain, c.Err, c.Restarts)
			}
		}
		if draws != 5*maxFrameRows || !report.Interrupted {
			t.Errorf("%s: %d draws delivered, interrupted %v, want those of five frames", name, draws, report.Interrupted)
		}
		p.allClosed(t)
	}
}

func TestRun_FailingProgressEndsTheRun(t *testing.T) {
	sink := &brokenProgress{}
	_, err := Run(context.Background(), &problem{density: normals(1)}, rng.NewKey(36), quick(2, 100, 100), sink)
	if err == nil || !strings.Contains(err.Error(), "no terminal") {
		t.Errorf("error %v, want the panic of Progress", err)
	}
}

type brokenProgress struct{ stream.Discard }

func (brokenProgress) Progress(stream.Progress) { panic("no terminal") }

// TestRun_CancelDeliversEverything cancels while the sink is slow.
func TestRun_CancelDeliversEverything(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	sink := &strict{t: t, delay: 2 * time.Millisecond}
	time.AfterFunc(100*time.Millisecond, cancel)
	p := &problem{density: normals(1, 2)}
	o := quick(2, 50, endless)
	o.Parallel = 2
	report, err := Run(ctx, p, rng.NewKey(37), o, sink)
	if err != nil || !report.Interrupted {
		t.Fatalf("error %v, report %+v, want an interrupted run without error", err, report)
	}
	for chain, c := range report.Chains {
		if n := sink.Sampling.Len(chain); n != c.Draws || n != c.Sampling.Iterations || n == 0 {
			t.Errorf("chain %d: %d rows came, %d reported of %d iterations", chain, n, c.Draws, c.Sampling.Iterations)
		}
	}
	p.allClosed(t)
}

func TestRun_CancelledBeforehand(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := &problem{density: normals(1)}
	report, err := Run(ctx, p, rng.NewKey(38), quick(3, 10, 10), stream.Discard{})
	if err != nil || !report.Interrupted || len(report.Chains) != 3 || len(p.openings) != 0 {
		t.Errorf("error %v, report %+v, %d chains opened, want none", err, report, len(p.openings))
	}
}

func TestRun_BehindAFanout(t *testing.T) {
	a, b := stream.NewMemory(), stream.NewMemory()
	fanout := stream.NewFanout(4, a, b)
	o := quick(4, 100, 200)
	o.Parallel = 4
	if _, err := Run(context.Background(), &problem{density: normals(1)}, rng.NewKey(39), o, fanout); err != nil {
		t.Fatal(err)
	}
	if err := fanout.Close(); err != nil {
		t.Fatal(err)
	}
	for chain := range 4 {
		if a.Sampling.Len(chain) != 200 || b.Sampling.Len(chain) != 200 {
			t.Errorf("chain %d: %d and %d rows, want 200", chain, a.Sampling.Len(chain), b.Sampling.Len(chain))
		}
	}
}

// TestDelivery_CutsOffAStuckSink: a sink that waits for its context gets it
// cancelled a grace after the run's, not before.
func TestDelivery_CutsOffAStuckSink(t *testing.T) {
	const grace = 30 * time.Millisecond
	ctx, cancel := context.WithCancel(context.Background())
	sink := stream.Func(func(ctx context.Context, _ *stream.Frame) error {
		<-ctx.Done()
		return ctx.Err()
	})
	d := newDelivery(ctx, sink, grace, func(error) {})
	defer d.close()
	cancel()
	began := time.Now()
	if err := d.write(&stream.Frame{}); !errors.Is(err, context.Canceled) || time.Since(began) < grace/2 {
		t.Errorf("error %v after %v, want a cancelled context after %v", err, time.Since(began), grace)
	}
}
