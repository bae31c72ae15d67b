package transition

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// Recoverable reports whether err, or an error it wraps, is a fault of the
// machinery (a lost kernel, a device that failed) and not of the model, which
// it says by a method Recoverable() bool that returns true. Such a fault costs
// a sampler one tree expansion; any other error ends the chain.
func Recoverable(err error) bool {
	var fault interface{ Recoverable() bool }
	return errors.As(err, &fault) && fault.Recoverable()
}

// PanicError is a panic that was caught, as an error. The chain or the
// transition that it hit has been ended in order; the run goes on.
type PanicError struct {
	Value any    // what was passed to panic
	Stack []byte // stack of the goroutine at the panic
}

// NewPanicError wraps the value of a recovered panic. Call it in the deferred
// function that recovered, so that the stack shows the place.
func NewPanicError(value any) *PanicError {
	return &PanicError{Value: value, Stack: debug.Stack()}
}

// Error names the panic's value; the stack is kept in Stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the panic's value if it was an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Recoverable reports true: a panic in a log density is a fault of machinery.
func (e *PanicError) Recoverable() bool { return true }
