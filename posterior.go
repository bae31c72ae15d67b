package quatre

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/kernels/cpu"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/kernels/tiered"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/latent"
	"github.com/quatre-ppl/quatre/model/reduce"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/samplers/transition"
	"github.com/quatre-ppl/quatre/stream"
)

// BackendName chooses who runs a model. Draws do not depend on it.
type BackendName string

// The backends.
const (
	// Auto starts on the interpreter at once and changes to native code when
	// the C compiler has made it; without a C compiler it stays interpreted.
	Auto BackendName = "auto"
	// Interpreter runs the model in Go alone.
	Interpreter BackendName = "interp"
	// Native waits for native code and fails without a C compiler.
	Native BackendName = "cpu"
)

// CompileOptions choose how a model is compiled; the zero value is Auto.
type CompileOptions struct {
	Backend BackendName
	CPU     cpu.Options
	// NoReduce keeps the sums over data as they are written; see package reduce.
	NoReduce bool
	// NoMap leaves latents in the coordinates in which the model is written;
	// see Posterior.Mapped.
	NoMap bool
	// Without names passes of the compiler that are left out, to measure what
	// they are worth; see Passes.
	Without []string
}

// Posterior is a compiled model with its data, ready to be sampled by any
// number of chains. It implements samplers.Problem.
type Posterior struct {
	model      *model.Model
	schema     *stream.Schema
	density    *ir.Program
	values     *ir.Program  // outputs, parameters of predictions, and log |dq/dz| where latents are mapped
	quantities kernels.Code // of values
	native     *cpu.Backend // nil if interpreted only
	code       kernels.Code

	inputs       *ir.Inputs // of density
	valueInputs  *ir.Inputs
	executable   kernels.Executable
	valuesBase   kernels.Valuer
	reason       string // why there is no native code
	outputValues int
	borrowed     bool // code belongs to another Posterior
	predictions  []prediction
	prepared     int            // numbers for the generator
	mapping      *mapping       // nil if nothing is mapped
	mapReport    []latent.Entry // of latents

	options   CompileOptions
	terms     []model.Term   // of density, not reduced
	reduction *reduce.Report // of terms
	effects   []ir.Effect    // of the passes over density
	changes   changes        // of data since Compile

	explain     sync.Once
	explainable *interp.Executable
	explainErr  error
}

var _ samplers.Problem = (*Posterior)(nil)

// Compile builds the log density, its gradient and the reported quantities of
// a model. With Auto it returns before the native code is ready. The Posterior
// must be closed.
func Compile(ctx context.Context, m *model.Model, o CompileOptions) (*Posterior, error) {
	if m.Dim == 0 {
		return nil, fmt.Errorf("model %s: %w", m.Name, samplers.ErrNoParameters)
	}
	p := &Posterior{model: m, options: o}
	err := o.checkPasses()
	if err != nil {
		return nil, err
	}
	terms := m.Terms
	if !o.leavesOut(passMap) {
		if terms, err = p.findLatents(); err != nil {
			return nil, fmt.Errorf("model %s: %w", m.Name, err)
		}
	}
	if err := p.compileDensity(terms); err != nil {
		return nil, fmt.Errorf("model %s: %w", m.Name, err)
	}
	if err := p.compileValues(); err != nil {
		return nil, fmt.Errorf("model %s: %w", m.Name, err)
	}
	if err := p.choose(ctx, o); err != nil {
		return nil, err
	}
	if err := p.bind(); err != nil {
		p.Close()
		return nil, fmt.Errorf("model %s: %w", m.Name, err)
	}
	return p, nil
}

func (p *Posterior) compileValues() error {
	list := make([]expr.Expr, len(p.model.Outputs))
	p.schema = &stream.Schema{}
	for i, o := range p.model.Outputs {
		list[i] = o.Value
		p.schema.Values = append(p.schema.Values, stream.Field{Name: o.Name, Shape: o.Shape})
	}
	p.outputValues = p.schema.Width()
	list = append(list, p.predicted()...)
	if g := p.model.Generated; g != nil {
		list = append(list, g.Prepared...)
		p.prepared = 0
		for _, x := range g.Prepared {
			p.prepared += x.Size()
		}
	}
	if p.mapping != nil {
		var err error
		if list, err = p.mapping.found.OfZ(list); err != nil {
			return err
		}
		list = append(list, p.mapping.found.LogJacobian)
	}
	if g := p.model.Generated; g != nil {
		for _, f := range g.Fields {
			p.schema.Values = append(p.schema.Values, stream.Field{Name: f.Name, Shape: f.Shape})
		}
	}
	var err error
	p.values, p.valueInputs, err = graph.CompileValues(list, p.model.Dim)
	return err
}

// choose compiles the density and the values on the backends that were asked for.
func (p *Posterior) choose(ctx context.Context, o CompileOptions) error {
	switch o.Backend {
	case "", Auto, Native:
	case Interpreter:
		return p.interpret(ctx, "the interpreter was asked for")
	default:
		return fmt.Errorf("unknown backend %q: choose %s, %s or %s", o.Backend, Auto, Interpreter, Native)
	}
	native, err := cpu.New(o.CPU)
	switch {
	case err == nil:
	case errors.Is(err, kernels.ErrUnavailable) && o.Backend != Native:
		return p.interpret(ctx, err.Error())
	default:
		return err
	}
	p.native = native
	if o.Backend == Native {
		if p.code, err = native.Compile(ctx, p.density); err != nil {
			return err
		}
		native.Prepare(ctx, 0)
		p.quantities, err = tiered.CompileLater(ctx, interp.Backend{}, native, p.values, nil)
		return err
	}
	code, err := tiered.Compile(ctx, interp.Backend{}, native, p.density)
	if err != nil {
		return err
	}
	p.code = code
	p.quantities, err = tiered.CompileLater(ctx, interp.Backend{}, native, p.values, code)
	return err
}

// interpret leaves everything to the interpreter.
func (p *Posterior) interpret(ctx context.Context, reason string) (err error) {
	p.reason = reason
	if p.code, err = (interp.Backend{}).Compile(ctx, p.density); err != nil {
		return err
	}
	p.quantities, err = interp.Backend{}.Compile(ctx, p.values)
	return err
}

func (p *Posterior) bind() error {
	var err error
	if p.executable, err = p.code.Bind(p.inputs); err != nil {
		return err
	}
	values, err := p.quantities.Bind(p.valueInputs)
	if err != nil {
		return err
	}
	p.valuesBase = values.(kernels.Valuer)
	return p.bindMapping()
}

// Model returns the model.
func (p *Posterior) Model() *model.Model { return p.model }

// Program returns the program of the log density and its gradient.
func (p *Posterior) Program() *ir.Program { return p.density }

// Dim returns the number of unconstrained coordinates.
func (p *Posterior) Dim() int { return p.model.Dim }

// Schema implements samplers.Problem.
func (p *Posterior) Schema() *stream.Schema { return p.schema }

// Native reports whether native code is in use for new chains; if not, the
// reason, empty while the compiler is still at work.
func (p *Posterior) Native() (bool, string) {
	if c, ok := p.code.(*tiered.Code); ok {
		if err := c.Err(); err != nil {
			return false, err.Error()
		}
		return c.Ready(), p.reason
	}
	return p.native != nil, p.reason
}

// WaitNative blocks until the compilation in the background has ended and
// returns its error; it is nil at once where there is none.
func (p *Posterior) WaitNative(ctx context.Context) error {
	if c, ok := p.quantities.(*tiered.Code); ok {
		_ = c.Wait(ctx) // without native code they stay interpreted
	}
	if c, ok := p.code.(*tiered.Code); ok {
		return c.Wait(ctx)
	}
	return ctx.Err()
}

// Compiled returns a channel that is closed when the log density has been compiled in
// the background, or that has failed; nil where nothing is.
func (p *Posterior) Compiled() <-chan struct{} {
	if c, ok := p.code.(*tiered.Code); ok {
		return c.Compiled()
	}
	return nil
}

// Close stops a compilation in the background. Executables that are in use
// remain valid. Closing a Posterior that Bind returned does nothing.
func (p *Posterior) Close() error {
	if p.borrowed {
		return nil
	}
	var err error
	for _, code := range []kernels.Code{p.code, p.quantities} {
		if c, ok := code.(*tiered.Code); ok {
			err = errors.Join(err, c.Close())
		}
	}
	return err
}

// LogDensity returns an evaluator of the log density for one goroutine. Where
// latents are mapped it is over z, with the constants under which z is q; see
// Mapped.
func (p *Posterior) LogDensity() (kernels.Executable, error) { return p.executable.Fork() }

// Chain implements samplers.Problem.
func (p *Posterior) Chain(int) (samplers.ChainProblem, error) {
	density, err := p.executable.Fork()
	if err != nil {
		return nil, err
	}
	values, err := p.valuesBase.Fork()
	if err != nil {
		return nil, err
	}
	c := &chain{p: p, Executable: density, values: values.(kernels.Valuer)}
	c.width = p.outputValues + p.predictionParams() + p.prepared
	if p.mapping != nil {
		c.width++
	}
	if g := p.model.Generated; g != nil {
		if c.generator, err = g.New(); err != nil {
			return nil, err
		}
	}
	if p.mapping != nil {
		return newMappedChain(c)
	}
	return c, nil
}

// chain is a Posterior in the hands of one chain.
type chain struct {
	kernels.Executable
	p         *Posterior
	values    kernels.Valuer
	width     int       // values at a point
	rows      []float64 // scratch: values at some points
	generator model.Generator
}

var _ transition.FlopCounter = (*chain)(nil)

// Flops implements transition.FlopCounter.
func (c *chain) Flops() float64 { return ir.Flops(c.p.density.Body) }

// Move implements transition.Mover as far as the backend does.
func (c *chain) Move(r *transition.Request) bool {
	mover, ok := c.Executable.(kernels.Mover)
	return ok && mover.Move((*kernels.Transition)(r))
}

// Draw implements samplers.ChainProblem.
func (c *chain) Draw(dst, q []float64, src *rng.Stream) error {
	return c.complete(dst, c.valuesAt(q), src)
}

// DrawAll is Draw at several points, one after the other in q; the random numbers
// of draw i begin at place i of src. It also writes the log Jacobians of the map
// there, if coordinates are mapped.
func (c *chain) DrawAll(dst, logJacobian, q []float64, src *rng.Stream, places []uint64) error {
	values, width := c.valuesAt(q), len(dst)/len(places)
	for i, place := range places {
		row := values[i*c.width : (i+1)*c.width]
		if c.p.mapping != nil {
			logJacobian[i] = row[c.width-1]
		}
		src.Seek(place)
		if err := c.complete(dst[i*width:(i+1)*width], row, src); err != nil {
			return err
		}
	}
	return nil
}

// valuesAt returns the values at some points, valid until the next call.
func (c *chain) valuesAt(q []float64) []float64 {
	n := len(q) / c.p.model.Dim * c.width
	if cap(c.rows) < n {
		c.rows = make([]float64, n)
	}
	values := c.rows[:n]
	c.values.Values(values, q)
	return values
}

// complete makes the quantities of a draw of the values there.
func (c *chain) complete(dst, values []float64, src *rng.Stream) error {
	n := c.p.outputValues
	outputs := dst[:n]
	copy(outputs, values)
	if len(c.p.predictions) > 0 {
		c.p.predict(dst[n:], values[n:], src)
		return nil
	}
	if c.generator == nil {
		return nil
	}
	return c.generator.Generate(dst[n:], outputs, values[n:n+c.p.prepared], src)
}
