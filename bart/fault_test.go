package bart

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// faulty is the reference kernel until it panics.
type faulty struct {
	Reference
	calls *int
	after int
}

func (k faulty) Settle(resid, weights []float32, rows []byte, removal []float32) float64 {
	if *k.calls++; *k.calls > k.after {
		panic("the kernel broke")
	}
	return k.Reference.Settle(resid, weights, rows, removal)
}

// TestFit_TellsOfAPanicInShort looks at what a user sees of a panic, and at what a program can ask for.
func TestFit_TellsOfAPanicInShort(t *testing.T) {
	d, other := mixed(40, 3), mixed(40, 4)
	fits := map[string]func(o Options) error{
		"one response": func(o Options) error { _, err := Fit(t.Context(), d, o); return err },
		"several": func(o Options) error {
			_, err := FitMany(t.Context(), d, []Response{{"a", d.Y}, {"b", other.Y}}, o)
			return err
		},
	}
	for name, fit := range fits {
		o := Options{Trees: 5, Chains: 2, Burn: 5, Draws: 5, Workers: 1}
		o.Progress = func(p Progress) {
			if p.Chain == 1 && p.Done == 3 {
				panic(io.ErrShortWrite)
			}
		}
		err := fit(o)
		var fault *Fault
		if !errors.As(err, &fault) || !errors.Is(err, io.ErrShortWrite) {
			t.Fatalf("%s: error %v, want a fault that wraps that of the panic", name, err)
		}
		if want := "bart: chain 1, sweep 4: panic: short write"; err.Error() != want {
			t.Errorf("%s: %q, want %q", name, err, want)
		}
		if !strings.Contains(fault.Stack, "fault_test.go") {
			t.Errorf("%s: the stack does not show where the panic was", name)
		}
		calls := 0
		o.Progress, o.Kernel = nil, faulty{calls: &calls}
		if err = fit(o); !errors.As(err, &fault) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line about the kernel", name, err)
		}
	}
}
