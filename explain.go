package quatre

import (
	"fmt"
	"maps"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/model/expr"
)

// Explain implements samplers.ChainProblem: it names the first term of the log
// density that is not finite at q, else the parameter by which the gradient is
// not.
func (c *chain) Explain(q []float64) string {
	if site := c.p.blame(q); site != "" {
		return site
	}
	return c.blameGradient(q)
}

// blameGradient names the parameter by which the gradient is not finite.
func (c *chain) blameGradient(q []float64) string {
	grad := make([]float64, len(q))
	if _, err := c.LogDensityGrad(grad, q); err != nil {
		return ""
	}
	for _, site := range c.p.model.Parameters {
		for _, g := range grad[site.Offset : site.Offset+site.Size] {
			if notFinite(g) {
				return fmt.Sprintf("its derivative by parameter %s is %g", site.Name, g)
			}
		}
	}
	return ""
}

func notFinite(x float64) bool { return x-x != 0 }

// blame evaluates the terms of the log density one by one and names the first
// that is not finite.
func (p *Posterior) blame(q []float64) string {
	p.explain.Do(func() { p.explainable, p.explainErr = p.compileTerms() })
	if p.explainErr != nil {
		return ""
	}
	fork, err := p.explainable.Fork()
	if err != nil {
		return ""
	}
	terms := make([]float64, len(p.model.Terms))
	fork.(*interp.Executable).Values(terms, q)
	for i, v := range terms {
		if notFinite(v) {
			return fmt.Sprintf("%s (its log density is %g)", p.model.Terms[i].Site, v)
		}
	}
	return ""
}

// compileTerms returns the terms of the log density as values, with the data
// that are bound now.
func (p *Posterior) compileTerms() (*interp.Executable, error) {
	list := make([]expr.Expr, len(p.model.Terms))
	for i, t := range p.model.Terms {
		list[i] = t.LogDensity
	}
	program, inputs, err := graph.CompileValues(list, p.model.Dim)
	if err != nil {
		return nil, err
	}
	// Data without a name are numbered anew by each program.
	maps.Copy(inputs.Floats, named(p.inputs.Floats))
	maps.Copy(inputs.Ints, named(p.inputs.Ints))
	code, err := interp.New(program)
	if err != nil {
		return nil, err
	}
	return code.BindValues(inputs)
}

// named returns the data that have a name.
func named[T any](data map[string]T) map[string]T {
	list := make(map[string]T)
	for name, v := range data {
		if name[0] != '#' {
			list[name] = v
		}
	}
	return list
}
