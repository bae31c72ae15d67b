package transition

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
)

type fault struct{ recoverable bool }

func (fault) Error() string       { return "fault" }
func (f fault) Recoverable() bool { return f.recoverable }

func TestRecoverable(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"no error":          {nil, false},
		"plain error":       {errors.New("plain"), false},
		"fault":             {fault{true}, true},
		"wrapped fault":     {fmt.Errorf("evaluation: %w", fault{true}), true},
		"fault that denies": {fault{false}, false},
		"panic":             {NewPanicError("x"), true},
	} {
		if got := Recoverable(c.err); got != c.want {
			t.Errorf("%s: recoverable %v, want %v", name, got, c.want)
		}
	}
}

func TestPanicError_ShowsThePlace(t *testing.T) {
	cause := errors.New("cause")
	var caught *PanicError
	func() {
		defer func() { caught = NewPanicError(recover()) }()
		panic(cause)
	}()
	if !errors.Is(caught, cause) || caught.Error() != "panic: cause" || !strings.Contains(string(caught.Stack), "TestPanicError_ShowsThePlace") {
		t.Errorf("%v with stack %s", caught, caught.Stack)
	}
	if NewPanicError(7).Unwrap() != nil {
		t.Error("a panic with a number has an error for cause")
	}
}

func TestState(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		logDensity, grad float64
		finite           bool
		at               int
	}{{1, 2, true, -1}, {-inf, 2, false, -1}, {inf, 2, false, -1}, {nan, 2, false, -1}, {1, nan, false, 1}, {1, -inf, false, 1}, {-math.MaxFloat64, math.MaxFloat64, true, -1}} {
		s := &State{Q: []float64{0, 0}, Grad: []float64{0, c.grad}, LogDensity: c.logDensity}
		if s.Finite() != c.finite || s.NonFiniteGrad() != c.at {
			t.Errorf("log density %g, gradient %g: finite %v, first bad derivative %d", c.logDensity, c.grad, s.Finite(), s.NonFiniteGrad())
		}
	}
	var copied State
	original := &State{Q: []float64{1}, Grad: []float64{2}, LogDensity: 3}
	copied.CopyFrom(original)
	original.Q[0], original.Grad[0] = 9, 9
	if copied.Q[0] != 1 || copied.Grad[0] != 2 || copied.LogDensity != 3 {
		t.Errorf("copy %+v follows its original", copied)
	}
}
