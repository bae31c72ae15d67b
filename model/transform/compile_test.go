package transform

import (
	"testing"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels/interp"
)

// bind returns the interpreted program with its data.
func bind(t *testing.T, p *ir.Program, in *ir.Inputs) *interp.Executable {
	t.Helper()
	code, err := interp.New(p)
	if err != nil {
		t.Fatal(err)
	}
	e, err := code.BindValues(in)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
