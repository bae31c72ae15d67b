// Package kernels is the contract between programs and the backends that run
// them. By the rule of package ir every backend returns the same bits for the
// same program, data and point.
package kernels

import (
	"context"
	"errors"
	"fmt"

	"github.com/quatre-ppl/quatre/graph/ir"
)

// ErrUnavailable means that a backend cannot work on this machine, for example
// because there is no C compiler. The run can go on with another backend.
var ErrUnavailable = errors.New("backend unavailable")

// ErrUnsupported means that a backend lacks an operation of a program. It is
// returned by Compile, never later.
var ErrUnsupported = errors.New("operation not supported by this backend")

// ErrNoSetting means that a program has no settings of a name.
var ErrNoSetting = errors.New("the program has no such settings")

// Backend compiles programs.
type Backend interface {
	Name() string
	// Compile may take long; it stops early when ctx ends. It may be called
	// from several goroutines.
	Compile(ctx context.Context, p *ir.Program) (Code, error)
	// Close releases what the backend holds; its Executables must not be used
	// afterwards.
	Close() error
}

// Code is a compiled program without data. It is safe for concurrent use.
type Code interface {
	// Bind returns an executable on these data. The values are not copied and
	// must not change while the executable is in use.
	Bind(in *ir.Inputs) (Executable, error)
}

// SettingOf returns the buffer of p that holds n settings of that name.
func SettingOf(p *ir.Program, name string, n int) (ir.BufID, error) {
	id := p.Find(ir.Setting, name)
	switch {
	case id < 0:
		return id, fmt.Errorf("%w: %q", ErrNoSetting, name)
	case p.Bufs[id].Len != n:
		return id, fmt.Errorf("%d settings %q, the program has %d", n, name, p.Bufs[id].Len)
	}
	return id, nil
}

// Executable is a program with its data. One goroutine at a time may use it;
// Fork gives each chain its own, sharing the data.
type Executable interface {
	Dim() int
	// LogDensityGrad returns the program's log density at q and writes its
	// gradient to grad, both of length Dim. An error means a fault of the
	// kernel, not a property of the point; -Inf and NaN are results.
	LogDensityGrad(grad, q []float64) (logDensity float64, err error)
	// Set copies values to the settings of that name, which hold from the next
	// evaluation on. They are zero until they are set.
	Set(name string, values []float64) error
	// Fork returns another executable with the present settings.
	Fork() (Executable, error)
	// Close is idempotent.
	Close() error
}

// Valuer is an Executable of a program that computes values in the place of a
// density.
type Valuer interface {
	Executable
	// Values writes the program's values at each of some points, one after the
	// other in q, [points × Dim], to dst, [points × values]. A program without
	// parameters takes as many points as dst has room for.
	Values(dst, q []float64)
}

// Points returns how many points a call of Valuer.Values is about, from the
// lengths of q and dst and those of one point and its values.
func Points(q, dim, dst, values int) int {
	switch {
	case dim > 0:
		return q / dim
	case values > 0:
		return dst / values
	}
	return 0
}
