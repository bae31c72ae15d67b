package stream_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/quatre-ppl/quatre/stream"
)

// flushed is a sink that counts its flushes and keeps progress.
type flushed struct {
	gate
	flushes int
	told    []stream.Progress
}

func (f *flushed) Flush(context.Context) error {
	f.flushes++
	return nil
}

func (f *flushed) Progress(p stream.Progress) { f.told = append(f.told, p) }

func TestFanout_FlushWaitsForTheQueues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &flushed{gate: *newGate()}
		fan := stream.NewFanout(8, stream.Discard{}, sink)
		for row := range 4 {
			if err := fan.Write(t.Context(), frameAt(0, row)); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		var waiter sync.WaitGroup
		var first, second error
		waiter.Go(func() { first = fan.Flush(ctx) })
		synctest.Wait()
		cancel()
		waiter.Wait()
		if !errors.Is(first, context.Canceled) {
			t.Errorf("cancelled Flush returns %v", first)
		}
		waiter.Go(func() { second = fan.Flush(t.Context()) })
		synctest.Wait()
		if sink.flushes != 0 {
			t.Error("sink is flushed before its frames are written")
		}
		close(sink.open)
		waiter.Wait()
		if second != nil || sink.Sampling.Len(0) != 4 || sink.flushes != 2 {
			t.Errorf("Flush returns %v with %d rows and %d flushes, want 4 and 2", second, sink.Sampling.Len(0), sink.flushes)
		}
		if err := fan.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestFanout_ProgressNeverBlocksAndKeepsTheLatest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &flushed{gate: *newGate()}
		fan := stream.NewFanout(1, sink)
		if err := fan.Write(t.Context(), frameAt(0, 0)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // the sink is now busy with the frame
		for done := range 1000 {
			fan.Progress(stream.Progress{Chain: done % 2, Done: done, Total: 1000})
		}
		close(sink.open)
		if err := fan.Close(); err != nil {
			t.Error(err)
		}
		if len(sink.told) != 2 || sink.told[0].Done != 998 || sink.told[1].Done != 999 {
			t.Errorf("told %v, want the last of either chain", sink.told)
		}
		fan.Progress(stream.Progress{}) // after Close it does nothing
	})
}

// diary is a sink that notes what it is told, in order.
type diary struct {
	stream.Discard
	notes []string
}

func (d *diary) Write(_ context.Context, f *stream.Frame) error {
	d.notes = append(d.notes, fmt.Sprint(f.Phase, f.First))
	return nil
}

func (d *diary) Adapted(_ context.Context, a *stream.Adaptation) error {
	d.notes = append(d.notes, fmt.Sprint("adapted ", a.StepSize, a.InverseMetric, a.Dense()))
	return nil
}

func (d *diary) Completed(_ context.Context, c *stream.Completion) error {
	d.notes = append(d.notes, fmt.Sprint("completed ", c.Warmup, c.Sampling))
	return nil
}

func TestFanout_EventsComeInOrderWithFrames(t *testing.T) {
	sink := new(diary)
	fan := stream.NewFanout(1, sink, stream.NewMemory())
	warmup, draw := frameAt(0, 0), frameAt(0, 0)
	warmup.Phase = stream.Warmup
	a := &stream.Adaptation{StepSize: 0.5, Dim: 1, InverseMetric: []float64{2}}
	steps := []error{
		fan.Write(t.Context(), warmup),
		fan.Adapted(t.Context(), a),
		fan.Write(t.Context(), draw),
		fan.Completed(t.Context(), &stream.Completion{Warmup: time.Second, Sampling: time.Minute}),
	}
	a.InverseMetric[0] = -1
	if err := errors.Join(append(steps, fan.Close())...); err != nil {
		t.Fatal(err)
	}
	want := []string{"warmup 0", "adapted 0.5 [2] false", "sampling 0", "completed 1s 1m0s"}
	if !slices.Equal(sink.notes, want) {
		t.Errorf("sink was told %q, want %q", sink.notes, want)
	}
	if err := fan.Adapted(t.Context(), a); !errors.Is(err, stream.ErrClosed) {
		t.Errorf("Adapted after Close returns %v", err)
	}
}
