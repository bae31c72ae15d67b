//go:build !cgo

package cpu

import (
	"fmt"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
)

// canLoad tells whether this build can load native code.
const canLoad = false

// library stands for loaded native code, which this build cannot have.
type library struct{}

func load(string, string) (*library, error) {
	return nil, fmt.Errorf("cpu: %w: built without cgo", kernels.ErrUnavailable)
}

func (*library) close() {}

// Bind implements kernels.Code.
func (*code) Bind(*ir.Inputs) (kernels.Executable, error) {
	return nil, fmt.Errorf("cpu: %w: built without cgo", kernels.ErrUnavailable)
}
