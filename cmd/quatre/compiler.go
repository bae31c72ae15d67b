package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/quatre-ppl/quatre"
)

// compilerReport tells what the compiler made of the model.
type compilerReport struct {
	Program   string  `json:"program"` // hash
	Dim       int     `json:"dim"`
	Evaluated cost    `json:"evaluation"` // of one evaluation of density and gradient
	Hoisted   cost    `json:"hoisted"`    // done once, when the data are bound
	Backend   string  `json:"backend"`    // in use at present
	Native    native  `json:"native"`
	Reading   seconds `json:"reading_seconds"`
	Compiling seconds `json:"compiling_seconds"` // the C compiler not included
}

// native tells how the compilation to machine code stands.
type native struct {
	State  nativeState `json:"state"`
	Reason string      `json:"reason,omitempty"` // of off or failed
}

type nativeState string

const (
	nativeReady   nativeState = "ready"
	nativePending nativeState = "pending" // the C compiler is at work
	nativeFailed  nativeState = "failed"
	nativeOff     nativeState = "off" // not wanted, or there is no C compiler
)

// seconds is a time that is written to the microsecond.
type seconds float64

// MarshalJSON implements json.Marshaler.
func (s seconds) MarshalJSON() ([]byte, error) {
	return json.Marshal(math.Round(float64(s)*1e6) / 1e6)
}

// compilerReport returns the report as it is now.
func (l *loaded) compilerReport() json.RawMessage {
	program := l.posterior.Program()
	r := compilerReport{
		Program: sha(program.Hash()), Dim: program.Dim,
		Evaluated: costOf(program.Body), Hoisted: costOf(program.Setup),
		Backend: string(quatre.Interpreter), Native: l.native(),
		Reading: seconds(l.reading.Seconds()), Compiling: seconds(l.compiling.Seconds()),
	}
	if r.Native.State == nativeReady {
		r.Backend = string(quatre.Native)
	}
	text, err := json.Marshal(r)
	if err != nil {
		panic(fmt.Sprintf("the compiler's report is no JSON: %v", err))
	}
	return text
}

// keepPatience is how long a run that is over waits for the C compiler.
const keepPatience = 100 * time.Millisecond

// keepCode lets a compilation that is nearly done come to its end, so that the next run
// finds its result in the cache: short runs would else never have any.
func (l *loaded) keepCode() {
	done := l.posterior.Compiled()
	if done == nil {
		return
	}
	select {
	case <-done:
	case <-time.After(keepPatience):
	}
}

// glance is how long to wait for an answer that is there already.
const glance = time.Millisecond

// native asks how the compilation to machine code stands.
func (l *loaded) native() native {
	ready, reason := l.posterior.Native()
	switch {
	case ready:
		return native{State: nativeReady}
	case reason != "":
		return native{nativeOff, reason}
	}
	ctx, cancel := context.WithTimeout(context.Background(), glance)
	defer cancel()
	err := l.posterior.WaitNative(ctx)
	switch {
	case err == nil:
		return native{State: nativeReady}
	case errors.Is(err, context.DeadlineExceeded):
		return native{State: nativePending}
	}
	return native{nativeFailed, err.Error()}
}
