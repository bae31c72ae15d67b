package quatre

import (
	"errors"
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/latent"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// mapping is what a Posterior with mapped latents has besides its density.
type mapping struct {
	latents []transition.Latent
	found   *latent.Map
	model   calculator // coordinates of the model at z
	places  calculator // locations, scales and slopes at q
}

// calculator is a program of values with its data.
type calculator struct {
	code   *interp.Code
	inputs *ir.Inputs
	base   *interp.Executable
}

func newCalculator(list []expr.Expr, dim int) (c calculator, err error) {
	program, inputs, err := graph.CompileValues(list, dim)
	if err != nil {
		return c, err
	}
	c.inputs = inputs
	c.code, err = interp.New(program)
	return c, err
}

func (c *calculator) bind() (err error) {
	c.base, err = c.code.BindValues(c.inputs)
	return err
}

func (c *calculator) fork() (*interp.Executable, error) {
	e, err := c.base.Fork()
	if err != nil {
		return nil, err
	}
	return e.(*interp.Executable), nil
}

// findLatents looks for latents, prepares what their map needs, and returns the
// terms of the log density over the coordinates in which chains move.
func (p *Posterior) findLatents() ([]model.Term, error) {
	found := latent.Find(p.model)
	p.mapReport = found.Report
	if len(found.Latents) == 0 {
		return p.model.Terms, nil
	}
	m := &mapping{found: found}
	for _, l := range found.Latents {
		m.latents = append(m.latents, transition.Latent(l))
	}
	var err error
	if m.model, err = newCalculator(found.Model, p.model.Dim); err != nil {
		return nil, err
	}
	places := append(append(append([]expr.Expr{}, found.Location...), found.Scale...), found.Slope...)
	if m.places, err = newCalculator(places, p.model.Dim); err != nil {
		return nil, err
	}
	p.mapping = m
	return found.Terms, nil
}

// copy returns the mapping with data of its own, to be bound to others.
func (m *mapping) copy() *mapping {
	if m == nil {
		return nil
	}
	c := *m
	c.model.inputs, c.places.inputs = copyInputs(m.model.inputs), copyInputs(m.places.inputs)
	return &c
}

// bindMapping binds the programs of the map and sets its constants as written.
func (p *Posterior) bindMapping() error {
	if p.mapping == nil {
		return nil
	}
	if err := p.mapping.model.bind(); err != nil {
		return err
	}
	if err := p.mapping.places.bind(); err != nil {
		return err
	}
	return p.mapping.set(asWritten(p.mapping.latents), p.executable, p.mapping.model.base, p.valuesBase)
}

func asWritten(latents []transition.Latent) []transition.MapConstants {
	list := make([]transition.MapConstants, len(latents))
	for i, l := range latents {
		list[i] = l.AsWritten()
	}
	return list
}

// set sets the constants of the map in executables, as far as these know them.
func (m *mapping) set(constants []transition.MapConstants, in ...kernels.Executable) error {
	n := len(m.latents)
	if len(constants) != n {
		return fmt.Errorf("%d constants for a map of %d latents", len(constants), n)
	}
	a, b, c := make([]float64, n), make([]float64, n), make([]float64, n)
	for i, k := range constants {
		if !usable(k) {
			return fmt.Errorf("constants of latent %d: A = %g, B = %g, C = %g; want A of 0 or between 1e-200 and 1e200, B ≥ 0, not both 0, B and C finite", i, k.A, k.B, k.C)
		}
		a[i], b[i], c[i] = math.Sqrt(k.A), math.Sqrt(k.B), k.C
	}
	for _, e := range in {
		for name, values := range map[string][]float64{latent.SqrtA: a, latent.SqrtB: b, latent.C: c} {
			if err := e.Set(name, values); err != nil && !errors.Is(err, kernels.ErrNoSetting) {
				return err
			}
		}
	}
	return nil
}

// usable reports whether the map is one with these constants, and exact at any
// scale.
func usable(k transition.MapConstants) bool {
	a := k.A == 0 && k.B > 0 || k.A >= 1e-200 && k.A <= 1e200
	return a && k.B >= 0 && k.B <= math.MaxFloat64 && math.Abs(k.C) <= math.MaxFloat64
}

// Mapped reports the latents of the model, parameters whose prior has a location
// and a scale of which one depends on other parameters: those that chains sample
// in coordinates z of a map, and those that they do not, with the reason. It is
// empty where there are none, and with CompileOptions.NoMap.
func (p *Posterior) Mapped() []latent.Entry { return p.mapReport }

// mappedChain is a chain whose density is one over z; it implements
// transition.Mapped.
type mappedChain struct {
	*chain
	model, places *interp.Executable
	q, values     []float64
}

var _ transition.Mapped = (*mappedChain)(nil)

func newMappedChain(c *chain) (*mappedChain, error) {
	m := c.p.mapping
	model, err := m.model.fork()
	if err != nil {
		return nil, err
	}
	places, err := m.places.fork()
	if err != nil {
		return nil, err
	}
	return &mappedChain{
		chain: c, model: model, places: places, q: make([]float64, c.p.model.Dim), values: make([]float64, 2*len(m.latents)+transition.Links(m.latents)),
	}, nil
}

// Latents implements transition.Mapped.
func (c *mappedChain) Latents() []transition.Latent { return c.p.mapping.latents }

// SetMap implements transition.Mapped.
func (c *mappedChain) SetMap(constants []transition.MapConstants) error {
	return c.p.mapping.set(constants, c.Executable, c.model, c.chain.values)
}

// ToModel implements transition.Mapped.
func (c *mappedChain) ToModel(q, z []float64) error {
	latents := c.p.mapping.latents
	values := c.values[:len(latents)]
	c.model.Values(values, z)
	copy(q, z)
	for k, l := range latents {
		q[l.Coordinate] = values[k]
	}
	return nil
}

// LocationScale implements transition.Mapped.
func (c *mappedChain) LocationScale(location, scale, slope, q []float64) error {
	n := len(c.p.mapping.latents)
	c.places.Values(c.values, q)
	copy(location, c.values[:n])
	copy(scale, c.values[n:2*n])
	copy(slope, c.values[2*n:])
	return nil
}

// Explain implements samplers.ChainProblem.
func (c *mappedChain) Explain(z []float64) string {
	if err := c.ToModel(c.q, z); err != nil {
		return ""
	}
	if site := c.p.blame(c.q); site != "" {
		return site
	}
	return c.blameGradient(z)
}
