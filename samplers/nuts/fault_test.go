package nuts

import (
	"errors"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

type kernelFault struct{}

func (kernelFault) Error() string     { return "the kernel was lost" }
func (kernelFault) Recoverable() bool { return true }

var errFatal = errors.New("no such thing")

// faulty is a normal that fails in a given way at one evaluation.
type faulty struct {
	normal
	calls, at int
	fail      func() (float64, error)
}

func (f *faulty) LogDensityGrad(grad, q []float64) (float64, error) {
	f.calls++
	if f.calls == f.at {
		return f.fail()
	}
	return f.normal.LogDensityGrad(grad, q)
}

// history makes draws and returns all bits of them.
func history(t *testing.T, target transition.LogDensity, draws int, o Options) (bits []float64, infos []transition.Info) {
	t.Helper()
	s := newSampler(t, target, NewDiag(target.Dim()), 0.3, o)
	src := rng.NewKey(81).Stream()
	state := transition.NewState(target.Dim())
	if err := s.Init(state, make([]float64, target.Dim())); err != nil {
		t.Fatal(err)
	}
	for range draws {
		info, err := s.Step(src, state)
		if err != nil {
			t.Fatal(err)
		}
		bits = append(append(bits, state.Q...), state.LogDensity, info.Energy, info.AcceptStat)
		infos = append(infos, info)
	}
	return bits, infos
}

func TestStep_ProtectionChangesNothing(t *testing.T) {
	with, _ := history(t, newNormal(4), 200, Options{})
	without, _ := history(t, newNormal(4), 200, Options{Unprotected: true})
	check.CloseSlice(t, with, without, check.Exact, "draws with and without protection")
}

// TestStep_RecoversFaults puts a fault at every evaluation of the first draws in
// turn: exactly one transition must be lost to it, and the chain go on.
func TestStep_RecoversFaults(t *testing.T) {
	for name, fail := range map[string]func() (float64, error){
		"panic":              func() (float64, error) { panic("a broken kernel") },
		"index out of range": func() (float64, error) { var empty []float64; return empty[len(empty)], nil },
		"recoverable error":  func() (float64, error) { return 0, kernelFault{} },
		"wrapped error":      func() (float64, error) { return 0, errors.Join(errFatal, kernelFault{}) },
	} {
		for at := 2; at < 60; at++ {
			target := &faulty{normal: newNormal(3), at: at, fail: fail}
			_, infos := history(t, target, 30, Options{})
			recovered := 0
			for _, info := range infos {
				if !info.Recovered {
					continue
				}
				recovered++
				if !info.Divergent || info.Fault == nil || info.Leapfrogs < 1 || math.IsNaN(info.AcceptStat) {
					t.Errorf("%s at evaluation %d: info %+v, want a divergence with its fault", name, at, info)
				}
			}
			if recovered != 1 {
				t.Errorf("%s at evaluation %d: %d transitions recovered, want 1", name, at, recovered)
			}
		}
	}
}

func TestStep_KeepsThePanic(t *testing.T) {
	target := &faulty{normal: newNormal(1), at: 2, fail: func() (float64, error) { panic(errFatal) }}
	_, infos := history(t, target, 1, Options{})
	var caught *transition.PanicError
	if !errors.As(infos[0].Fault, &caught) || len(caught.Stack) == 0 || !errors.Is(caught, errFatal) {
		t.Errorf("fault %v, want a PanicError with stack and cause", infos[0].Fault)
	}
}

func TestStep_OtherErrorsEndTheChain(t *testing.T) {
	for name, o := range map[string]Options{"protected": {}, "unprotected": {Unprotected: true}} {
		fault := errFatal
		if o.Unprotected {
			fault = kernelFault{}
		}
		target := &faulty{normal: newNormal(2), at: 2, fail: func() (float64, error) { return 0, fault }}
		s := newSampler(t, target, NewDiag(2), 0.3, o)
		state := transition.NewState(2)
		if err := s.Init(state, []float64{1, 2}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Step(rng.NewKey(82).Stream(), state); !errors.Is(err, fault) {
			t.Errorf("%s: error %v, want %v", name, err, fault)
		}
		check.CloseSlice(t, state.Q, []float64{1, 2}, check.Exact, name, "position after the error")
	}
}

func TestTryStep_TellsFaultFromError(t *testing.T) {
	for name, c := range map[string]struct {
		fail         func() (float64, error)
		fault, error bool
	}{
		"panic":             {func() (float64, error) { panic("x") }, true, false},
		"recoverable error": {func() (float64, error) { return 0, kernelFault{} }, true, false},
		"fatal error":       {func() (float64, error) { return 0, errFatal }, false, true},
		"zero density":      {func() (float64, error) { return math.Inf(-1), nil }, false, false},
	} {
		target := &faulty{normal: newNormal(2), at: 2, fail: c.fail}
		s := newSampler(t, target, NewDiag(2), 0.3, Options{})
		state := transition.NewState(2)
		if err := s.Init(state, []float64{1, 2}); err != nil {
			t.Fatal(err)
		}
		drop, fault, err := s.TryStep(rng.NewKey(83).Stream(), state, 0.1)
		if (fault != nil) != c.fault || (err != nil) != c.error {
			t.Errorf("%s: fault %v, error %v", name, fault, err)
		}
		if !c.error && !math.IsInf(drop, -1) {
			t.Errorf("%s: energy drop %g, want -Inf", name, drop)
		}
	}
}
