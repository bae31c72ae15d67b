package quatre

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/stream"
)

// TestRun_EndsThoughASinkHangs runs on a clock of its own.
func TestRun_EndsThoughASinkHangs(t *testing.T) {
	hang := stream.Func(func(ctx context.Context, _ *stream.Frame) error {
		<-ctx.Done()
		return ctx.Err()
	})
	open := func(int) (samplers.LogDensity, error) { return gaussian{}, nil }
	endless := func() *SamplerOptions {
		o := few(1)
		o.Draws = 1 << 40
		return o
	}
	for name, end := range map[string]func(cancel func(), c *samplers.Control){
		"cancelled": func(cancel func(), _ *samplers.Control) { cancel() },
		"aborted":   func(_ func(), c *samplers.Control) { c.Abort() },
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			o := Options{Sampler: endless(), Sinks: []stream.Sink{hang}}
			o.Sampler.Control = samplers.NewControl()
			time.AfterFunc(time.Second, func() { end(cancel, o.Sampler.Control) })
			began := time.Now()
			fit, err := SampleDensity(ctx, "x", 3, open, o)
			if took := time.Since(began); took > time.Minute {
				t.Errorf("%s: the run took %v to end", name, took)
			}
			if fit == nil || !fit.Report.Interrupted {
				t.Errorf("%s: no interrupted fit", name)
			}
			if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "sink") {
				t.Errorf("%s: got %v, want the failure of the sink", name, err)
			}
		})
	}
}

func TestSample_FailuresOfSinksCountFromTheFirstGiven(t *testing.T) {
	full := errors.New("disk full")
	bad := stream.Func(func(context.Context, *stream.Frame) error { return full })
	o := Options{Sampler: few(1), Sinks: []stream.Sink{bad}, Compile: CompileOptions{Backend: Interpreter}}
	fit, err := Sample(context.Background(), schools(), o)
	var failure *stream.SinkError
	if !errors.As(err, &failure) || failure.Index != 0 || !errors.Is(err, full) {
		t.Errorf("got %v, want the failure of sink 0", err)
	}
	if fit == nil || fit.Draws.Len(0) != o.Sampler.Draws {
		t.Error("the draws were not kept")
	}
	o.Sinks = []stream.Sink{nil}
	if _, err := Sample(context.Background(), schools(), o); err == nil || !strings.Contains(err.Error(), "sink 0 is nil") {
		t.Errorf("a nil sink: got %v", err)
	}
}

func TestSample_NamesTheParameterWithoutAFiniteDerivative(t *testing.T) {
	m := New("m")
	mu := m.Param("mu", dist.Normal(0, 1))
	// The branch that is not chosen has the derivative NaN.
	m.Potential("p", expr.Where(0, expr.Sqrt(expr.Mul(-1, expr.Square(mu))), mu))
	_, err := Sample(context.Background(), m, Options{Sampler: few(1), Compile: CompileOptions{Backend: Interpreter}})
	if err == nil || !strings.Contains(err.Error(), "parameter mu is NaN") {
		t.Errorf("got %v, want an error that names mu", err)
	}
}
