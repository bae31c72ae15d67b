package eval

import (
	"fmt"

	"github.com/quatre-ppl/quatre/stan/syntax"
)

// Error is what stopped the evaluation, with its place in the program.
type Error struct{ syntax.Diagnostic }

// Error renders the place and the message.
func (e *Error) Error() string { return e.Diagnostic.String() }

// notTogether tells that a loop cannot run in lanes. It is never seen by users: the loop is run one iteration after the
// other instead.
type notTogether struct{ why string }

func (n notTogether) Error() string { return "iterations cannot run together: " + n.why }

// errorf returns an error at a place; hint says what to do about it and may be empty.
func (ev *evaluator) errorf(at syntax.Span, hint, format string, args ...any) error {
	return &Error{ev.source.Diagnose(syntax.SeverityError, at, fmt.Sprintf(format, args...), hint)}
}
