package tiered

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/kernels/kerneltest"
)

// slow is a backend that compiles when it is told to, and counts evaluations.
type slow struct {
	release chan struct{}
	fail    error
	calls   *int
}

func (slow) Name() string { return "slow" }
func (slow) Close() error { return nil }

func (s slow) Compile(ctx context.Context, p *ir.Program) (kernels.Code, error) {
	select {
	case <-s.release:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s.fail != nil {
		return nil, s.fail
	}
	code, err := interp.New(p)
	return counting{code, s.calls}, err
}

type counting struct {
	*interp.Code
	calls *int
}

func (c counting) Bind(in *ir.Inputs) (kernels.Executable, error) {
	e, err := c.Code.Bind(in)
	return counter{e, c.calls}, err
}

type counter struct {
	kernels.Executable
	calls *int
}

func (c counter) LogDensityGrad(grad, q []float64) (float64, error) {
	*c.calls++
	return c.Executable.LogDensityGrad(grad, q)
}

func (c counter) Fork() (kernels.Executable, error) {
	e, err := c.Executable.Fork()
	return counter{e, c.calls}, err
}

func start(t *testing.T, second kernels.Backend) (*Code, kernels.Executable) {
	t.Helper()
	c := kerneltest.Cases()[0]
	code, err := Compile(context.Background(), interp.Backend{}, second, c.Program)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { code.Close() })
	e, err := code.Bind(c.Inputs)
	if err != nil {
		t.Fatal(err)
	}
	return code, e
}

func TestCode_ChangesBackendWhenReady(t *testing.T) {
	calls := 0
	b := slow{release: make(chan struct{}), calls: &calls}
	code, e := start(t, b)
	fork, err := e.Fork()
	if err != nil {
		t.Fatal(err)
	}
	q, grad := make([]float64, e.Dim()), make([]float64, e.Dim())
	e.LogDensityGrad(grad, q)
	if calls != 0 || code.Ready() {
		t.Error("the second backend ran before it was ready")
	}
	close(b.release)
	if err := code.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	e.LogDensityGrad(grad, q)
	fork.LogDensityGrad(grad, q)
	if calls != 2 {
		t.Errorf("the second backend ran %d of 2 evaluations", calls)
	}
	if n := testing.AllocsPerRun(10, func() { e.LogDensityGrad(grad, q) }); n != 0 {
		t.Errorf("%g allocations per gradient after the change", n)
	}
}

func TestCode_StaysWhenTheSecondFails(t *testing.T) {
	b := slow{release: make(chan struct{}), fail: errors.New("no")}
	close(b.release)
	code, e := start(t, b)
	if err := code.Wait(context.Background()); err == nil {
		t.Error("the failure is not reported")
	}
	q, grad := make([]float64, e.Dim()), make([]float64, e.Dim())
	if _, err := e.LogDensityGrad(grad, q); err != nil {
		t.Error(err)
	}
}

// later is slow with what CompileLater asks for; begun tells when it was.
type later struct {
	slow
	begun chan struct{}
}

func (l later) CompileAfter(ctx context.Context, p *ir.Program, wait time.Duration) (kernels.Code, error) {
	close(l.begun)
	return l.Compile(ctx, p)
}

func TestCompileLater_WaitsForTheOther(t *testing.T) {
	calls := 0
	first := slow{release: make(chan struct{}), calls: &calls}
	other, _ := start(t, first)
	second := later{slow{release: make(chan struct{}), calls: &calls}, make(chan struct{})}
	c := kerneltest.Cases()[0]
	code, err := CompileLater(context.Background(), interp.Backend{}, second, c.Program, other)
	if err != nil {
		t.Fatal(err)
	}
	defer code.Close()
	select {
	case <-second.begun:
		t.Error("the second compilation began before the first had ended")
	default:
	}
	close(first.release)
	<-second.begun
	close(second.release)
	if err := code.Wait(context.Background()); err != nil || !code.Ready() {
		t.Errorf("ready %v, error %v", code.Ready(), err)
	}
}

func TestCompileLater_EndsWithClose(t *testing.T) {
	other, _ := start(t, slow{release: make(chan struct{})})
	c := kerneltest.Cases()[0]
	code, err := CompileLater(context.Background(), interp.Backend{}, later{}, c.Program, other)
	if err != nil {
		t.Fatal(err)
	}
	code.Close()
	if err := code.Wait(context.Background()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestClose_StopsTheCompilation(t *testing.T) {
	code, _ := start(t, slow{release: make(chan struct{})})
	code.Close()
	if err := code.Wait(context.Background()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestSettings_SurviveTheChange(t *testing.T) {
	calls := 0
	b := slow{release: make(chan struct{}), calls: &calls}
	c := kerneltest.SettingsCase(5)
	code, err := Compile(context.Background(), interp.Backend{}, b, c.Program)
	if err != nil {
		t.Fatal(err)
	}
	defer code.Close()
	e, err := code.Bind(c.Inputs)
	if err != nil {
		t.Fatal(err)
	}
	values := []float64{1, 2, 3, 4, 5}
	if err := e.Set("s", values); err != nil {
		t.Fatal(err)
	}
	fork, err := e.Fork()
	if err != nil {
		t.Fatal(err)
	}
	close(b.release)
	if err := code.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, x := range []kernels.Executable{e, fork} {
		before := calls
		got, err := x.LogDensityGrad(make([]float64, 5), []float64{1, 1, 1, 1, 1})
		if err != nil || got != 15 || calls != before+1 {
			t.Errorf("after the change: %g, %v, %d evaluations by the second backend; want 15, one", got, err, calls-before)
		}
	}
}
