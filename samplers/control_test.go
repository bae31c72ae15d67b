package samplers

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

// patience bounds every wait for something that must come.
const patience = 10 * time.Second

// counter is a sink that keeps what it gets and counts the rows for others.
type counter struct {
	stream.Memory
	rows    atomic.Int64
	flushed atomic.Int64
}

func (s *counter) Write(ctx context.Context, f *stream.Frame) error {
	err := s.Memory.Write(ctx, f)
	s.rows.Add(int64(f.Rows))
	return err
}

func (s *counter) Flush(context.Context) error {
	s.flushed.Add(1)
	return nil
}

// started is a run in another goroutine.
type started struct {
	control *Control
	sink    *counter
	report  *Report
	err     error
	done    chan struct{}
}

// begin starts a run with all chains at once.
func begin(ctx context.Context, p Problem, seed uint64, o Options) *started {
	s := &started{control: NewControl(), sink: new(counter), done: make(chan struct{})}
	o.Control, o.Parallel = s.control, o.Chains
	go func() {
		defer close(s.done)
		s.report, s.err = Run(ctx, p, rng.NewKey(seed), o, s.sink)
	}()
	return s
}

// end waits for the run.
func (s *started) end(t *testing.T) {
	t.Helper()
	select {
	case <-s.done:
	case <-time.After(patience):
		t.Fatal("the run does not end")
	}
	if s.err != nil {
		t.Fatal(s.err)
	}
}

// inspect returns a snapshot that must come.
func (s *started) inspect(t *testing.T, chain int) Snapshot {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	snapshot, err := s.control.Inspect(ctx, chain)
	if err != nil {
		t.Fatalf("inspect chain %d: %v", chain, err)
	}
	return snapshot
}

// endless is more draws than a test can wait for.
const endless = 1 << 40

func TestControl_PauseHoldsAndResumeGoesOn(t *testing.T) {
	o := quick(2, 200, 20000)
	want, _ := run(t, &problem{density: normals(1, 2)}, 21, o)
	s := begin(context.Background(), &problem{density: normals(1, 2)}, 21, o)
	for range 3 {
		s.control.Pause()
		first := [2]Snapshot{s.inspect(t, 0), s.inspect(t, 1)}
		rows := s.sink.rows.Load()
		time.Sleep(20 * time.Millisecond)
		for chain, before := range first {
			if after := s.inspect(t, chain); after.Done != before.Done || after.Phase != before.Phase {
				t.Errorf("chain %d went from iteration %d to %d while paused", chain, before.Done, after.Done)
			}
		}
		if after := s.sink.rows.Load(); after != rows && !first[0].Ended && !first[1].Ended {
			t.Errorf("%d rows came while paused", after-rows)
		}
		s.control.Resume()
		time.Sleep(5 * time.Millisecond)
	}
	s.end(t)
	for chain := range 2 {
		sameDraws(t, &s.sink.Sampling, &want.Sampling, chain, "paused and not")
		if s.sink.Sampling.Len(chain) != 20000 {
			t.Errorf("chain %d: %d draws, want 20000", chain, s.sink.Sampling.Len(chain))
		}
	}
	if s.report.Interrupted || s.report.Chains[0].Paused < 15*time.Millisecond {
		t.Errorf("report says interrupted %v, paused %v", s.report.Interrupted, s.report.Chains[0].Paused)
	}
}

func TestControl_PauseBeforeTheRun(t *testing.T) {
	s := &started{control: NewControl(), sink: new(counter), done: make(chan struct{})}
	s.control.Pause()
	o := quick(1, 10, 10)
	o.Control = s.control
	go func() {
		defer close(s.done)
		s.report, s.err = Run(context.Background(), &problem{density: normals(1)}, rng.NewKey(1), o, s.sink)
	}()
	if got := s.inspect(t, 0); got.Done != 0 || got.Position != nil {
		t.Errorf("snapshot %+v of a chain that may not begin", got)
	}
	s.control.Resume()
	s.end(t)
	if n := s.sink.Sampling.Len(0); n != 10 {
		t.Errorf("%d draws after Resume, want 10", n)
	}
}

// TestControl_AbortKeepsWhatWasDrawn: what comes is the beginning of the run
// that nobody aborts, and all of it.
func TestControl_AbortKeepsWhatWasDrawn(t *testing.T) {
	for name, paused := range map[string]bool{"running": false, "paused": true} {
		p := &problem{density: normals(1, 2)}
		s := begin(context.Background(), p, 22, quick(3, 100, endless))
		for s.sink.rows.Load() < 500 {
			time.Sleep(time.Millisecond)
		}
		if paused {
			s.control.Pause()
			s.inspect(t, 0)
		}
		s.control.Abort()
		s.end(t)
		if !s.report.Interrupted {
			t.Errorf("%s: the report does not say interrupted", name)
		}
		p.allClosed(t)
		want, _ := run(t, &problem{density: normals(1, 2)}, 22, quick(3, 100, 300))
		for chain, c := range s.report.Chains {
			if n := s.sink.Sampling.Len(chain); n != c.Draws || n != c.Sampling.Iterations {
				t.Errorf("%s: chain %d: %d rows came, %d reported of %d iterations", name, chain, n, c.Draws, c.Sampling.Iterations)
			}
			if s.sink.Sampling.Len(chain) > 0 {
				sameDraws(t, &s.sink.Sampling, &want.Sampling, chain, name)
			}
		}
		if last := s.inspect(t, 1); !last.Ended || last.Done != s.report.Chains[1].Sampling.Iterations {
			t.Errorf("%s: last snapshot %+v does not fit the report", name, last)
		}
	}
}

func TestControl_AbortBeforeTheRun(t *testing.T) {
	control := NewControl()
	control.Abort()
	o := quick(2, 10, 10)
	o.Control = control
	sink := stream.NewMemory()
	report, err := Run(context.Background(), &problem{density: normals(1)}, rng.NewKey(1), o, sink)
	if err != nil || !report.Interrupted || sink.Sampling.Chains() != 0 {
		t.Errorf("report %+v, error %v, want an interrupted run without draws", report, err)
	}
}

func TestControl_FlushReachesTheSink(t *testing.T) {
	s := begin(context.Background(), &problem{density: normals(1)}, 23, quick(1, 0, endless))
	s.inspect(t, 0)
	s.control.Flush()
	for deadline := time.Now().Add(patience); s.sink.flushed.Load() == 0; {
		if time.Now().After(deadline) {
			t.Fatal("the sink was not asked to flush")
		}
		time.Sleep(time.Millisecond)
	}
	s.control.Abort()
	s.end(t)
}

// TestControl_InspectShowsTheChain compares a snapshot with the draw that the
// chain sent last.
func TestControl_InspectShowsTheChain(t *testing.T) {
	s := begin(context.Background(), &problem{density: normals(1, 2)}, 24, quick(2, 500, endless))
	for got := (Snapshot{}); got.Phase != stream.Sampling || got.Done == 0; got = s.inspect(t, 1) {
		time.Sleep(time.Millisecond)
	}
	s.control.Pause()
	got := s.inspect(t, 1)
	s.control.Abort()
	s.end(t)
	values, stats := s.sink.Sampling.Row(1, got.Done-1)
	check.CloseSlice(t, got.Position, values, check.Exact, "position")
	check.Close(t, got.LogDensity, stats[0], check.Exact, "log density")
	check.Close(t, got.StepSize, stats[2], check.Exact, "step size")
	check.CloseSlice(t, got.InverseMetric, s.report.Chains[1].InverseMetric, check.Exact, "inverse metric")
	if got.Phase != stream.Sampling || got.Chain != 1 || got.Ended {
		t.Errorf("snapshot %+v, want one of chain 1 while sampling", got)
	}
}

func TestControl_InspectFailsInOrder(t *testing.T) {
	control := NewControl()
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := control.Inspect(ctx, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("inspect without a run: error %v, want the deadline", err)
	}
	o := quick(1, 10, 10)
	o.Control = control
	if _, err := Run(context.Background(), &problem{density: normals(1)}, rng.NewKey(1), o, stream.Discard{}); err != nil {
		t.Fatal(err)
	}
	if _, err := control.Inspect(context.Background(), 1); err == nil {
		t.Error("a chain that does not exist was inspected")
	}
	if _, err := Run(context.Background(), &problem{density: normals(1)}, rng.NewKey(1), o, stream.Discard{}); err == nil {
		t.Error("a Control served twice")
	}
}
