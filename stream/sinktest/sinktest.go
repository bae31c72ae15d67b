// Package sinktest is the conformance suite of stream.Sink: whoever writes a
// sink adds one test that calls Run.
package sinktest

import (
	"context"
	"math"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/quatre-ppl/quatre/stream"
)

// Chains is the number of chains the suite writes.
const Chains = 3

// patience bounds every call that must return soon.
const patience = 10 * time.Second

// Case is a sink to be tested.
type Case struct {
	// New returns a fresh sink that accepts Schema's columns. What it needs,
	// such as a folder, comes from t.
	New func(t *testing.T) stream.Sink
	// Read returns the rows that the closed sink kept, nil for a phase that it
	// does not keep. Read itself is nil for a sink that keeps nothing.
	Read func(t *testing.T, s stream.Sink) (warmup, sampling *stream.Draws)
	// Stateless is set for a sink that cannot know whether it has been closed,
	// and so need not refuse a Write after Close.
	Stateless bool
}

// Schema returns the columns of the frames that the suite writes.
func Schema() *stream.Schema {
	return &stream.Schema{
		Values: []stream.Field{{Name: "mu"}, {Name: "theta", Shape: []int{3}}, {Name: "L", Shape: []int{2, 2}}},
		Stats:  []string{"lp__", "accept_stat__", "stepsize__", "treedepth__", "n_leapfrog__", "divergent__", "energy__"},
	}
}

// Run checks that the sink keeps the contract of stream.Sink.
func Run(t *testing.T, c Case) {
	leaks := goleak.IgnoreCurrent()
	t.Run("keeps every row", func(t *testing.T) { keepsRows(t, c) })
	t.Run("closes unused and twice", func(t *testing.T) { closes(t, c) })
	t.Run("returns under a cancelled context", func(t *testing.T) { returnsWhenCancelled(t, c) })
	t.Run("refuses frames once closed", func(t *testing.T) { refusesAfterClose(t, c) })
	t.Run("works behind a fan-out", func(t *testing.T) { worksBehindFanout(t, c) })
	goleak.VerifyNone(t, leaks)
}

// Frames returns the frames of one run in an order in which chains interleave:
// per chain two frames of warmup and three of sampling, 12 rows in all. Values
// are distinct, and NaN, infinities, zeros of both signs and the extremes of
// float64 are among them.
func Frames() []*stream.Frame {
	schema := Schema()
	var frames []*stream.Frame
	for _, step := range []struct {
		phase       stream.Phase
		first, rows int
	}{
		{stream.Warmup, 0, 3}, {stream.Warmup, 3, 2},
		{stream.Sampling, 0, 1}, {stream.Sampling, 1, 4}, {stream.Sampling, 5, 2},
	} {
		for chain := range Chains {
			frames = append(frames, newFrame(schema, step.phase, chain, step.first, step.rows))
		}
	}
	return frames
}

// special are the values that a careless sink would lose; read only.
var special = [...]float64{
	math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), math.MaxFloat64,
	math.SmallestNonzeroFloat64, 0.1, -1e-300, 1.0 / 3, 123456789012345678, 1e21, 100,
}

func newFrame(schema *stream.Schema, phase stream.Phase, chain, first, rows int) *stream.Frame {
	f := &stream.Frame{Schema: schema, Phase: phase, Chain: chain, First: first, Rows: rows}
	for row := range rows {
		index := 1000*int(phase) + 100*chain + first + row
		for column := range schema.Width() {
			value := float64(index) + float64(column)/64
			if (index+column)%3 == 0 {
				value = special[(index*schema.Width()+column)%len(special)]
			}
			f.Values = append(f.Values, value)
		}
		for column := range schema.Stats {
			f.Stats = append(f.Stats, -float64(index)-float64(column)/8)
		}
	}
	return f
}

// keepsRows writes frames, spoils each as soon as Write has returned, and
// compares what was kept with what was written.
func keepsRows(t *testing.T, c Case) {
	sink := c.New(t)
	for i, f := range Frames() {
		mustReturn(t, "Write", func() {
			if err := sink.Write(t.Context(), f); err != nil {
				t.Fatalf("frame %d: %v", i, err)
			}
		})
		original := Frames()[i]
		if !sameBits(f.Values, original.Values) || !sameBits(f.Stats, original.Stats) {
			t.Fatalf("Write changed frame %d", i)
		}
		spoil(f)
	}
	mustClose(t, sink)
	compareKept(t, c, sink)
}

func compareKept(t *testing.T, c Case, sink stream.Sink) {
	if c.Read == nil {
		return
	}
	var wantWarmup, wantSampling stream.Draws
	for _, f := range Frames() {
		want := &wantSampling
		if f.Phase == stream.Warmup {
			want = &wantWarmup
		}
		if err := want.Append(f); err != nil {
			t.Fatal(err)
		}
	}
	warmup, sampling := c.Read(t, sink)
	compareDraws(t, "warmup", warmup, &wantWarmup)
	compareDraws(t, "sampling", sampling, &wantSampling)
}

func compareDraws(t *testing.T, phase string, got, want *stream.Draws) {
	if got == nil {
		return
	}
	if got.Chains() != want.Chains() {
		t.Fatalf("%s: kept %d chains of %d", phase, got.Chains(), want.Chains())
	}
	for chain := range want.Chains() {
		if got.Len(chain) != want.Len(chain) {
			t.Fatalf("%s: chain %d: kept %d rows of %d", phase, chain, got.Len(chain), want.Len(chain))
		}
		for row := range want.Len(chain) {
			gotValues, gotStats := got.Row(chain, row)
			wantValues, wantStats := want.Row(chain, row)
			if !sameBits(gotValues, wantValues) || !sameBits(gotStats, wantStats) {
				t.Errorf("%s: chain %d row %d: kept %v %v, want %v %v", phase, chain, row, gotValues, gotStats, wantValues, wantStats)
			}
		}
	}
}

func closes(t *testing.T, c Case) {
	sink := c.New(t)
	var first, second error
	mustReturn(t, "Close", func() { first, second = sink.Close(), sink.Close() })
	if first != nil || second != nil {
		t.Errorf("closing an unused sink twice gives %v, then %v", first, second)
	}
}

func returnsWhenCancelled(t *testing.T, c Case) {
	sink := c.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	// Whether the frame is still taken is up to the sink.
	mustReturn(t, "Write", func() { _ = sink.Write(ctx, Frames()[0]) })
	mustReturn(t, "Close", func() { _ = sink.Close() })
}

func refusesAfterClose(t *testing.T, c Case) {
	sink := c.New(t)
	mustClose(t, sink)
	var err error
	mustReturn(t, "Write", func() { err = sink.Write(t.Context(), Frames()[0]) })
	if err == nil && !c.Stateless {
		t.Error("Write after Close returns no error")
	}
}

func worksBehindFanout(t *testing.T, c Case) {
	sink := c.New(t)
	fan := stream.NewFanout(2, sink)
	for _, f := range Frames() {
		if err := fan.Write(t.Context(), f); err != nil {
			t.Fatal(err)
		}
		fan.Progress(stream.Progress{Chain: f.Chain, Phase: f.Phase, Done: f.First + f.Rows, Total: 12})
		spoil(f)
	}
	mustReturn(t, "Flush", func() {
		if err := fan.Flush(t.Context()); err != nil {
			t.Error(err)
		}
	})
	mustClose(t, fan)
	compareKept(t, c, sink)
}

func mustClose(t *testing.T, sink stream.Sink) {
	t.Helper()
	mustReturn(t, "Close", func() {
		if err := sink.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
	})
}

// mustReturn fails the test, with all goroutines' stacks, if call hangs. It runs
// call on the test's own goroutine, where t.Fatal is allowed.
func mustReturn(t *testing.T, name string, call func()) {
	t.Helper()
	alarm := time.AfterFunc(patience, func() { panic("sinktest: " + name + " of the sink does not return") })
	defer alarm.Stop()
	call()
}

func spoil(f *stream.Frame) {
	for i := range f.Values {
		f.Values[i] = -777
	}
	for i := range f.Stats {
		f.Stats[i] = -777
	}
	f.Rows, f.First, f.Chain = -1, -1, -1
}

// sameBits compares bit by bit, except that all NaNs are one.
func sameBits(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) && !(math.IsNaN(a[i]) && math.IsNaN(b[i])) {
			return false
		}
	}
	return true
}
