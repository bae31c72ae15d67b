//go:build cgo

package cpu

import (
	"context"
	"io"
	"runtime"
	"runtime/pprof"
	"sync"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre/kernels"
)

// Direct calls share their threads with the garbage collector, the signals of
// preemption and those of the profiler.
func TestLogDensityGrad_AmongSignals(t *testing.T) {
	c := rows(t)
	code, err := backend(t, Options{}).Compile(context.Background(), c.Program)
	if err != nil {
		t.Fatal(err)
	}
	first, err := code.Bind(c.Inputs)
	if err != nil {
		t.Fatal(err)
	}
	if err := pprof.StartCPUProfile(io.Discard); err == nil { // else the test run is profiled itself
		defer pprof.StopCPUProfile()
	}
	end := time.Now().Add(300 * time.Millisecond)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			e, err := first.Fork()
			if err != nil {
				t.Error(err)
				return
			}
			evaluateUntil(t, e, end)
		})
	}
	for time.Now().Before(end) {
		runtime.GC()
	}
	wg.Wait()
}

func evaluateUntil(t *testing.T, e kernels.Executable, end time.Time) {
	q, grad := make([]float64, e.Dim()), make([]float64, e.Dim())
	want, err := e.LogDensityGrad(grad, q)
	for err == nil && time.Now().Before(end) {
		for range 100 {
			var got float64
			if got, err = e.LogDensityGrad(grad, q); got != want {
				t.Errorf("got %g, before %g", got, want)
				return
			}
		}
	}
	if err != nil {
		t.Error(err)
	}
}

// Points are read where they are unless what native code reads behind them may be on
// another page: the place of a point changes nothing.
func TestLogDensityGrad_PointsAnywhere(t *testing.T) {
	c := rows(t)
	code, err := backend(t, Options{}).Compile(context.Background(), c.Program)
	if err != nil {
		t.Fatal(err)
	}
	e, err := code.Bind(c.Inputs)
	if err != nil {
		t.Fatal(err)
	}
	n := e.Dim()
	own, grad := make([]float64, n), make([]float64, n)
	for i := range own {
		own[i] = 0.1 * float64(i+1)
	}
	want, _ := e.LogDensityGrad(grad, own)
	room := make([]float64, 3*pageBytes/8)
	for at := range len(room) - n + 1 {
		q := room[at : at+n : at+n]
		copy(q, own)
		if got, err := e.LogDensityGrad(grad, q); got != want || err != nil {
			t.Fatalf("at %d: %g, %v, want %g", at, got, err, want)
		}
		clear(q)
	}
	// The copy is read again where there was a point in place before.
	e.LogDensityGrad(grad, room[:n])
	if got, _ := e.LogDensityGrad(grad, own); got != want {
		t.Errorf("%g after another point, want %g", got, want)
	}
}
