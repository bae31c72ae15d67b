package bart

import (
	"fmt"
	"runtime/debug"
)

// Fault is a panic within a chain, of its kernel, of a sink, of Options.Progress or of this package, as the error of
// the fit. The fit is lost; errors.As finds the Fault, and the stack in it.
type Fault struct {
	// Chain is the chain's number, from 0, and Sweep the number of the sweep that it was in or that was to come next,
	// from 1; 0 is before there was a chain.
	Chain, Sweep int
	// Value is what panic was called with, and Stack where.
	Value any
	Stack string
}

func (f *Fault) Error() string {
	return fmt.Sprintf("bart: chain %d, sweep %d: panic: %v", f.Chain, f.Sweep, f.Value)
}

// Unwrap returns Value if it is an error.
func (f *Fault) Unwrap() error {
	err, _ := f.Value.(error)
	return err
}

// catch is deferred around a chain: it turns a panic into a *Fault. sweeps is the number of finished sweeps, -1 if
// there is no chain yet.
func catch(err *error, chain int, sweeps func() int) {
	if value := recover(); value != nil {
		*err = &Fault{chain, sweeps() + 1, value, string(debug.Stack())}
	}
}

// firstOf returns the error of the first chain that has one: the others fail of the same or were stopped.
func firstOf(failures []error) error {
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}
