package stream_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"github.com/quatre-ppl/quatre/stream"
	"github.com/quatre-ppl/quatre/stream/sinktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var lineSchema = &stream.Schema{Values: []stream.Field{{Name: "x", Shape: []int{4}}}, Stats: []string{"lp__"}}

func frameAt(chain, first int) *stream.Frame {
	x := float64(1000*chain + first)
	return &stream.Frame{
		Schema: lineSchema, Phase: stream.Sampling, Chain: chain, First: first, Rows: 1,
		Values: []float64{x, x, x, x}, Stats: []float64{-x},
	}
}

// gate is a sink that waits in Write until it is opened or its context ends.
type gate struct {
	stream.Memory
	open   chan struct{}
	closed bool
}

func newGate() *gate { return &gate{open: make(chan struct{})} }

func (g *gate) Write(ctx context.Context, f *stream.Frame) error {
	select {
	case <-g.open:
		return g.Memory.Write(ctx, f)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *gate) Close() error {
	g.closed = true
	return g.Memory.Close()
}

func TestFanout_KeepsTheOrderOfEachChain(t *testing.T) {
	const chains, rows = 4, 300
	sinks := []stream.Sink{stream.NewMemory(), stream.NewMemory(), stream.NewMemory()}
	fan := stream.NewFanout(3, sinks...)
	var writers sync.WaitGroup
	for chain := range chains {
		writers.Go(func() {
			for row := range rows {
				if err := fan.Write(t.Context(), frameAt(chain, row)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	if err := fan.Close(); err != nil {
		t.Fatal(err)
	}
	for i, sink := range sinks {
		kept := &sink.(*stream.Memory).Sampling // Memory refuses rows out of order
		for chain := range chains {
			if kept.Len(chain) != rows {
				t.Errorf("sink %d: chain %d has %d rows, want %d", i, chain, kept.Len(chain), rows)
			}
			for row := range kept.Len(chain) {
				if values, _ := kept.Row(chain, row); values[3] != float64(1000*chain+row) {
					t.Errorf("sink %d: chain %d row %d holds %v", i, chain, row, values)
				}
			}
		}
	}
}

func TestFanout_SlowSinkHoldsTheWriterBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const capacity = 5
		slow, fast := newGate(), stream.NewMemory()
		fan := stream.NewFanout(capacity, fast, slow)
		written := 0
		var writer sync.WaitGroup
		writer.Go(func() {
			for row := range 50 {
				if err := fan.Write(t.Context(), frameAt(0, row)); err != nil {
					t.Error(err)
				}
				written++
			}
		})
		synctest.Wait()
		// One frame is in the slow sink's hands, capacity wait before it.
		if written != capacity+1 || fast.Sampling.Len(0) != capacity+1 {
			t.Errorf("writer passed %d frames and the fast sink has %d, want %d", written, fast.Sampling.Len(0), capacity+1)
		}
		close(slow.open)
		writer.Wait()
		if err := fan.Close(); err != nil {
			t.Error(err)
		}
		if slow.Sampling.Len(0) != 50 || fast.Sampling.Len(0) != 50 {
			t.Errorf("sinks have %d and %d rows, want 50", slow.Sampling.Len(0), fast.Sampling.Len(0))
		}
	})
}

func TestFanout_CancelledWriterLeavesNoSinkAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow, fast := newGate(), stream.NewMemory()
		fan := stream.NewFanout(1, fast, slow)
		ctx, cancel := context.WithCancel(t.Context())
		taken, result := 0, error(nil)
		var writer sync.WaitGroup
		writer.Go(func() {
			for result == nil {
				if result = fan.Write(ctx, frameAt(0, taken)); result == nil {
					taken++
				}
			}
		})
		synctest.Wait()
		cancel()
		writer.Wait()
		if !errors.Is(result, context.Canceled) {
			t.Errorf("cancelled Write returns %v", result)
		}
		close(slow.open)
		synctest.Wait()
		// The queue has room again, so a frame is taken although ctx is cancelled.
		if err := fan.Write(ctx, frameAt(0, taken)); err != nil {
			t.Errorf("Write with room in the queues: %v", err)
		}
		if err := fan.Close(); err != nil {
			t.Error(err)
		}
		if slow.Sampling.Len(0) != taken+1 || fast.Sampling.Len(0) != taken+1 {
			t.Errorf("sinks have %d and %d rows, want %d", slow.Sampling.Len(0), fast.Sampling.Len(0), taken+1)
		}
	})
}

func TestFanout_FailingSinkIsDetachedAndReported(t *testing.T) {
	full := errors.New("disk full")
	tests := []struct {
		name  string
		write stream.Func
		check func(error) bool
	}{
		{"error", func(context.Context, *stream.Frame) error { return full }, func(err error) bool { return errors.Is(err, full) }},
		{"panic", func(context.Context, *stream.Frame) error { panic("boom") }, func(err error) bool {
			var p *stream.PanicError
			return errors.As(err, &p) && p.Value == "boom" && strings.Contains(string(p.Stack), "fanout_test.go")
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			calls := 0
			bad := stream.Func(func(ctx context.Context, f *stream.Frame) error {
				if calls++; f.First < 3 {
					return nil
				}
				return test.write(ctx, f)
			})
			good := stream.NewMemory()
			fan := stream.NewFanout(2, good, bad)
			var reported []*stream.SinkError
			fan.OnFailure(func(e *stream.SinkError) { reported = append(reported, e) })
			for row := range 20 {
				if err := fan.Write(t.Context(), frameAt(0, row)); err != nil {
					t.Fatalf("frame %d: %v", row, err)
				}
			}
			err := fan.Close()
			if len(reported) != 1 || reported[0].Index != 1 || !test.check(reported[0]) {
				t.Errorf("reported %v", reported)
			}
			if !test.check(err) || !strings.Contains(err.Error(), "sink 1 (stream.Func)") {
				t.Errorf("Close returns %v", err)
			}
			if calls != 4 || good.Sampling.Len(0) != 20 {
				t.Errorf("failed sink got %d calls, want 4; good sink has %d rows, want 20", calls, good.Sampling.Len(0))
			}
		})
	}
}

func TestFanout_WriteFailsOnceAllSinksHave(t *testing.T) {
	full := errors.New("disk full")
	fan := stream.NewFanout(1, stream.Func(func(context.Context, *stream.Frame) error { return full }))
	if err := fan.Write(t.Context(), frameAt(0, 0)); err != nil {
		t.Fatal(err)
	}
	if err := fan.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := fan.Write(t.Context(), frameAt(0, 1)); !errors.Is(err, full) {
		t.Errorf("Write returns %v", err)
	}
	if err := fan.Close(); !errors.Is(err, full) {
		t.Errorf("Close returns %v", err)
	}
}

func TestFanout_CloseReleasesABlockedWriterAndDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := newGate()
		fan := stream.NewFanout(2, slow)
		taken, result := 0, error(nil)
		var others sync.WaitGroup
		others.Go(func() {
			for result == nil {
				if result = fan.Write(t.Context(), frameAt(0, taken)); result == nil {
					taken++
				}
			}
		})
		synctest.Wait()
		for range 2 { // at once, from two goroutines
			others.Go(func() {
				if err := fan.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if !errors.Is(result, stream.ErrClosed) {
			t.Errorf("blocked Write returns %v", result)
		}
		if slow.closed {
			t.Error("sink is closed while it writes")
		}
		close(slow.open)
		others.Wait()
		if !slow.closed || slow.Sampling.Len(0) != taken {
			t.Errorf("closed %v with %d rows, want %d", slow.closed, slow.Sampling.Len(0), taken)
		}
		if err := fan.Write(t.Context(), frameAt(0, taken)); !errors.Is(err, stream.ErrClosed) {
			t.Errorf("Write after Close returns %v", err)
		}
		if err := fan.Flush(t.Context()); !errors.Is(err, stream.ErrClosed) {
			t.Errorf("Flush after Close returns %v", err)
		}
	})
}

func TestFanout_ShutdownGivesUpOnAStuckSink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck, good := newGate(), stream.NewMemory()
		fan := stream.NewFanout(4, stuck, good)
		for row := range 3 {
			if err := fan.Write(t.Context(), frameAt(0, row)); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		var closer sync.WaitGroup
		var err error
		closer.Go(func() { err = fan.Shutdown(ctx) })
		synctest.Wait()
		cancel()
		closer.Wait()
		if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "sink 0") {
			t.Errorf("Shutdown returns %v", err)
		}
		if good.Sampling.Len(0) != 3 || !stuck.closed {
			t.Errorf("good sink has %d rows, want 3; stuck sink closed: %v", good.Sampling.Len(0), stuck.closed)
		}
	})
}

func TestFanout_AllocatesNothingPerFrame(t *testing.T) {
	fan := stream.NewFanout(4, stream.Discard{}, stream.Func(func(context.Context, *stream.Frame) error { return nil }))
	f := frameAt(0, 0)
	ctx := t.Context()
	write := func() {
		if err := fan.Write(ctx, f); err != nil {
			t.Error(err)
		}
		fan.Progress(stream.Progress{})
	}
	for range 100 {
		write() // fill the pool
	}
	if allocs := testing.AllocsPerRun(2000, write); allocs != 0 {
		t.Errorf("%v allocations per frame, want 0", allocs)
	}
	if err := fan.Close(); err != nil {
		t.Error(err)
	}
}

func TestFanout_RefusesWrongUse(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a capacity of 0 does not panic")
		}
	}()
	fan := stream.NewFanout(1, stream.Discard{})
	bad := sinktest.Frames()[0]
	bad.Values = bad.Values[1:]
	if err := fan.Write(t.Context(), bad); err == nil {
		t.Error("a frame that contradicts itself is taken")
	}
	if err := fan.Close(); err != nil {
		t.Error(err)
	}
	stream.NewFanout(0)
}
