package kerneltest

import (
	"testing"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/kernels/interp"
)

// SettingsCase returns a program whose log density is Σ q[i]·s[i], s being the
// settings "s"; its gradient is s.
func SettingsCase(n int) Case {
	w := newWriter(n)
	s := w.buffer("s", ir.Setting, n)
	x := w.load(s, 0, 1)
	w.store(bufGrad, 0, 1, x)
	sum := w.op(ir.Sum, w.op(ir.Mul, w.load(bufQ, 0, 1), x))
	w.p.Body = append(w.p.Body, &ir.Loop{N: n, Body: w.take()})
	return Case{"settings", w.finish(sum), ir.NewInputs()}
}

// Settings checks that settings hold from one evaluation to the next, belong to
// one executable, are handed on by Fork, and are refused where the program has
// none of that name and number.
func Settings(t *testing.T, b kernels.Backend) {
	c := SettingsCase(11)
	e := bind(t, b, c.Program, c.Inputs)
	defer e.Close()
	values := ramp(11)
	wantGradient(t, e, make([]float64, 11), "before they are set")
	if err := e.Set("s", values); err != nil {
		t.Fatal(err)
	}
	fork, err := e.Fork()
	if err != nil {
		t.Fatal(err)
	}
	defer fork.Close()
	values[3] = 8
	if err := fork.Set("s", values); err != nil {
		t.Fatal(err)
	}
	wantGradient(t, fork, values, "of a fork")
	wantGradient(t, e, ramp(11), "after the fork's were set")
	again, err := fork.Fork()
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	wantGradient(t, again, values, "of a fork's fork")
	reference := bind(t, interp.Backend{}, c.Program, c.Inputs)
	if err := reference.Set("s", values); err != nil {
		t.Fatal(err)
	}
	q, grad := ramp(11), make([]float64, 11)
	got, _ := fork.LogDensityGrad(grad, q)
	want, _ := reference.LogDensityGrad(grad, q)
	if !SameBits(got, want) {
		t.Errorf("log density %x, the interpreter has %x", got, want)
	}
	if e.Set("none", values) == nil {
		t.Error("settings of an unknown name are taken")
	}
	if e.Set("s", values[:10]) == nil {
		t.Error("too few settings are taken")
	}
}

func wantGradient(t *testing.T, e kernels.Executable, want []float64, when string) {
	t.Helper()
	grad := make([]float64, len(want))
	if _, err := e.LogDensityGrad(grad, ramp(len(want))); err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if grad[i] != want[i] {
			t.Fatalf("settings %s: %v, want %v", when, grad, want)
		}
	}
}
