package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/quatre-ppl/quatre/sim/text"
	"github.com/quatre-ppl/quatre/stan/eval"
	"github.com/quatre-ppl/quatre/stan/syntax"
)

// kind says whose fault a failure is; it is the exit code.
type kind int

// The kinds of failures. The description of the command line lists them.
const (
	internal    kind = 1
	usage       kind = 2
	inModel     kind = 3
	inData      kind = 4
	inSampling  kind = 5
	inOutput    kind = 6
	findings    kind = 7
	interrupted kind = 130
)

// failure is an error of which it is known whose fault it is.
type failure struct {
	kind kind
	err  error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// fail marks an error as one of a kind, unless it is marked already; nil stays.
func fail(k kind, err error) error {
	var known *failure
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &failure{k, err}
}

// failf is fail with a message.
func failf(k kind, format string, args ...any) error { return fail(k, fmt.Errorf(format, args...)) }

// errSilent is the error of a command that has said already all there is to say.
var errSilent = errors.New("")

// exitCode returns the exit code of an error.
func exitCode(err error) int {
	var f *failure
	switch {
	case err == nil:
		return 0
	case errors.As(err, &f):
		return int(f.kind)
	}
	return int(internal)
}

// complain writes the error to w and returns its exit code. Errors in a program
// have their place in front and stand alone.
func complain(w io.Writer, err error) int {
	var inText syntax.Errors
	var atPlace *eval.Error
	var rejection *eval.Rejection
	var inSimulation text.Errors
	switch {
	case err == nil || errors.Is(err, errSilent):
	case errors.As(err, &inText) || errors.As(err, &atPlace) || errors.As(err, &rejection) || errors.As(err, &inSimulation):
		fmt.Fprintln(w, err)
	default:
		fmt.Fprintln(w, "quatre: "+strings.TrimSpace(err.Error()))
	}
	return exitCode(err)
}
