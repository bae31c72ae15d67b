package quatre

import (
	"fmt"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/model/expr"
)

// Unconstrain returns the unconstrained point [Dim] at which the parameters
// have the given values, by name and column-major. The error names a parameter
// without a value, with a value of another size, or with one outside of its
// support.
func (p *Posterior) Unconstrain(values map[string][]float64) ([]float64, error) {
	list := make([]expr.Expr, len(p.model.Parameters))
	for i, site := range p.model.Parameters {
		v, ok := values[site.Name]
		if !ok {
			return nil, fmt.Errorf("parameter %q has no value", site.Name)
		}
		if want := site.Shape.Size(); len(v) != want {
			return nil, fmt.Errorf("parameter %q has %d values, its shape %v wants %d", site.Name, len(v), site.Shape, want)
		}
		list[i] = site.Transform.Unconstrain(expr.Data("", site.Shape, v))
		if err := list[i].Err(); err != nil {
			return nil, fmt.Errorf("parameter %q: %w", site.Name, err)
		}
	}
	program, inputs, err := graph.CompileValues(list, p.model.Dim)
	if err != nil {
		return nil, err
	}
	code, err := interp.New(program)
	if err != nil {
		return nil, err
	}
	run, err := code.BindValues(inputs)
	if err != nil {
		return nil, err
	}
	return p.solve(run)
}

// solve evaluates the unconstrained parameters one after the other, since the
// bounds of one may depend on those before it.
func (p *Posterior) solve(run *interp.Executable) ([]float64, error) {
	q, all := make([]float64, p.model.Dim), make([]float64, p.model.Dim)
	for _, site := range p.model.Parameters {
		run.Values(all, q)
		for i := site.Offset; i < site.Offset+site.Size; i++ {
			q[i] = all[i]
			if q[i]-q[i] != 0 { // NaN or infinite
				return nil, fmt.Errorf("parameter %q: the value given is on the edge of its support or outside (transform %s)", site.Name, site.Transform.Name())
			}
		}
	}
	return q, nil
}
