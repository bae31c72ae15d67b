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
