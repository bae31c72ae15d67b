// Package tiered starts on one backend and goes on with a faster one as soon
// as that has compiled the program. Since all backends return the same bits,
// the change can come in the middle of a run without any effect on its draws.
package tiered

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
)

// Code compiles a program on a fast-starting backend at once and on a
// fast-running one in the background.
type Code struct {
	first  kernels.Code
	second chan struct{} // closed when the second compilation has ended
	all    chan struct{} // closed when nothing goes on in the background
	code   kernels.Code
	err    error
	stop   context.CancelFunc
}

var _ kernels.Code = (*Code)(nil)

// Compile returns when the first backend has compiled p; second goes on in the
// background until it is done or Close is called.
func Compile(ctx context.Context, first, second kernels.Backend, p *ir.Program) (*Code, error) {
	start, err := first.Compile(ctx, p)
	if err != nil {
		return nil, err
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	c := &Code{first: start, second: make(chan struct{}), all: make(chan struct{}), stop: stop}
	go func() {
		defer close(c.all)
		c.code, c.err = second.Compile(background, p)
		close(c.second)
		if preparer, ok := second.(Preparer); ok && c.err == nil {
			preparer.Prepare(background, patience)
		}
	}()
	return c, nil
}

// CompileLater is Compile for a program that is not worth the processors while
// another one is compiled: the second backend begins when other's, if any, has ended,
// and after some time of waiting unless it has the program at hand.
func CompileLater(ctx context.Context, first kernels.Backend, second Patient, p *ir.Program, other *Code) (*Code, error) {
	start, err := first.Compile(ctx, p)
	if err != nil {
		return nil, err
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	c := &Code{first: start, second: make(chan struct{}), all: make(chan struct{}), stop: stop}
	go func() {
		defer close(c.all)
		defer close(c.second)
		if other != nil {
			select {
			case <-other.second:
			case <-background.Done():
				c.err = background.Err()
				return
			}
		}
		c.code, c.err = second.CompileAfter(background, p, patience)
	}()
	return c, nil
}

// Patient is a Backend that can wait before it begins.
type Patient interface {
	kernels.Backend
	// CompileAfter is Compile, after some time of waiting where it takes long.
	CompileAfter(ctx context.Context, p *ir.Program, wait time.Duration) (kernels.Code, error)
}

// Preparer is a Backend with something besides programs to make ready. What takes
// long, it begins after some time of waiting; it stops early when ctx ends.
type Preparer interface {
	Prepare(ctx context.Context, wait time.Duration)
}

// patience is how long a run must last before anything but its program is compiled
// during it: most runs are over sooner, and their chains need the processors.
const patience = 300 * time.Millisecond

// Wait blocks until the second backend has finished and returns its error.
func (c *Code) Wait(ctx context.Context) error {
	select {
	case <-c.all:
		return c.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Compiled is closed when the second backend is done with the program.
func (c *Code) Compiled() <-chan struct{} { return c.second }

// Ready reports whether the second backend's code is in use for new forks.
func (c *Code) Ready() bool {
	select {
	case <-c.second:
		return c.err == nil
	default:
		return false
	}
}

// Err returns why the second backend failed; nil if it did not, or not yet.
func (c *Code) Err() error {
	select {
	case <-c.second:
		return c.err
	default:
		return nil
	}
}

// Close stops a compilation that is still running and waits for it.
func (c *Code) Close() error {
	c.stop()
	<-c.all
	return nil
}

// Bind implements kernels.Code.
func (c *Code) Bind(in *ir.Inputs) (kernels.Executable, error) {
	first, err := c.first.Bind(in)
	if err != nil {
		return nil, err
	}
	return &executable{shared: &shared{code: c, in: in}, now: first}, nil
}

// shared binds the second code once for all forks.
type shared struct {
	code *Code
	in   *ir.Inputs
	once sync.Once
	base kernels.Executable
	done atomic.Bool
}

// fast returns a fork of the second executable, nil while there is none.
func (s *shared) fast() kernels.Executable {
	if !s.code.Ready() {
		return nil
	}
	s.once.Do(func() {
		if base, err := s.code.code.Bind(s.in); err == nil {
			s.base = base
		}
		s.done.Store(true)
	})
	if !s.done.Load() || s.base == nil {
		return nil
	}
	e, err := s.base.Fork()
	if err != nil {
		return nil
	}
	return e
}

// executable runs on the first backend until the second is ready.
type executable struct {
	shared  *shared
	now     kernels.Executable
	settled bool // no further change will come
	set     map[string][]float64
}

// Dim implements kernels.Executable.
func (e *executable) Dim() int { return e.now.Dim() }

// LogDensityGrad implements kernels.Executable.
func (e *executable) LogDensityGrad(grad, q []float64) (float64, error) {
	if !e.settled {
		e.upgrade()
	}
	return e.now.LogDensityGrad(grad, q)
}

// Values implements kernels.Valuer, for programs of values.
func (e *executable) Values(dst, q []float64) {
	if !e.settled {
		e.upgrade()
	}
	e.now.(kernels.Valuer).Values(dst, q)
}

// Move implements kernels.Mover as far as the present backend does.
func (e *executable) Move(t *kernels.Transition) bool {
	if !e.settled {
		e.upgrade()
	}
	mover, ok := e.now.(kernels.Mover)
	return ok && mover.Move(t)
}

// upgrade changes to the second backend if that has ended with success.
func (e *executable) upgrade() {
	select {
	case <-e.shared.code.second:
	default:
		return
	}
	e.settled = true
	if fast := e.faster(); fast != nil {
		old := e.now
		e.now = fast
		old.Close() // nothing to report: the chain no longer uses it
	}
}

// faster returns an executable of the second backend with the present settings, nil
// if there is none.
func (e *executable) faster() kernels.Executable {
	fast := e.shared.fast()
	if fast == nil {
		return nil
	}
	for name, values := range e.set {
		if fast.Set(name, values) != nil {
			return nil // the first one knows this setting
		}
	}
	return fast
}

// Set implements kernels.Executable.
func (e *executable) Set(name string, values []float64) error {
	if err := e.now.Set(name, values); err != nil {
		return err
	}
	if !e.settled {
		if e.set == nil {
			e.set = make(map[string][]float64)
		}
		e.set[name] = slices.Clone(values)
	}
	return nil
}

// Fork implements kernels.Executable.
func (e *executable) Fork() (kernels.Executable, error) {
	if !e.settled {
		if fast := e.faster(); fast != nil {
			return &executable{shared: e.shared, now: fast, settled: true}, nil
		}
	}
	now, err := e.now.Fork()
	if err != nil {
		return nil, err
	}
	return &executable{shared: e.shared, now: now, settled: e.settled, set: maps.Clone(e.set)}, nil
}

// Close implements kernels.Executable.
func (e *executable) Close() error { return e.now.Close() }
