//go:build cgo

package cpu

import (
	"context"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/kernels/interp"
)

// TestValues_WithoutParameters asks for as many points as there is room for,
// since there are no parameters to count them by.
func TestValues_WithoutParameters(t *testing.T) {
	p := &ir.Program{Bufs: []ir.Buf{
		{Name: "q", Kind: ir.In},
		{Name: "values", Kind: ir.Out, Len: 1},
	}, Body: []ir.Region{&ir.Scalar{Body: []ir.Instr{
		{Op: ir.Const, Dst: 0, Imm: 7},
		{Op: ir.Store, Buf: 1},
	}}}, NumRegs: 1}
	for _, b := range []kernels.Backend{interp.Backend{}, backend(t, Options{})} {
		code, err := b.Compile(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		e, err := code.Bind(&ir.Inputs{})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		got := make([]float64, 3)
		e.(kernels.Valuer).Values(got, nil)
		if want := []float64{7, 7, 7}; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", b.Name(), got, want)
		}
	}
}
