package text

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/input"
)

// lawMakers are the laws that a text may name, with their parameters.
var lawMakers = map[string]struct {
	parameters []string
	build      func(p []float64) (sim.Law, error)
}{
	"exponential": {[]string{"mean"}, func(p []float64) (sim.Law, error) { return input.Exponential(p[0]) }},
	"uniform":     {[]string{"low", "high"}, func(p []float64) (sim.Law, error) { return input.Uniform(p[0], p[1]) }},
	"triangular":  {[]string{"low", "mode", "high"}, func(p []float64) (sim.Law, error) { return input.Triangular(p[0], p[1], p[2]) }},
	"normal": {[]string{"mean", "sd"}, func(p []float64) (sim.Law, error) {
		l, err := input.Normal(p[0], p[1])
		if err != nil {
			return nil, err
		}
		return input.AtLeast(l, 0)
	}},
	"lognormal": {[]string{"mu", "sigma"}, func(p []float64) (sim.Law, error) { return input.LogNormal(p[0], p[1]) }},
	"weibull":   {[]string{"shape", "scale"}, func(p []float64) (sim.Law, error) { return input.Weibull(p[0], p[1]) }},
	"gamma":     {[]string{"shape", "scale"}, func(p []float64) (sim.Law, error) { return input.Gamma(p[0], p[1]) }},
	"erlang":    {[]string{"stages", "mean"}, func(p []float64) (sim.Law, error) { return input.Erlang(int(p[0]), p[1]) }},
	"beta": {[]string{"a", "b", "low", "high"}, func(p []float64) (sim.Law, error) {
		return input.Beta(p[0], p[1], p[2], p[3])
	}},
	"constant":  {[]string{"value"}, func(p []float64) (sim.Law, error) { return sim.Constant(p[0]), nil }},
	"poisson":   {[]string{"mean"}, func(p []float64) (sim.Law, error) { return input.Poisson(p[0]) }},
	"geometric": {[]string{"p"}, func(p []float64) (sim.Law, error) { return input.Geometric(p[0]) }},
	"bernoulli": {[]string{"p"}, func(p []float64) (sim.Law, error) { return input.Bernoulli(p[0]) }},
	"integer":   {[]string{"low", "high"}, func(p []float64) (sim.Law, error) { return input.Integer(int(p[0]), int(p[1])) }},
	"hyperexponential": {nil, func(p []float64) (sim.Law, error) {
		var shares, means []float64
		for i, x := range p {
			if i%2 == 0 {
				shares = append(shares, x)
			} else {
				means = append(means, x)
			}
		}
		return input.HyperExponential(shares, means)
	}},
	"empirical": {nil, func(p []float64) (sim.Law, error) { return input.Empirical(p) }},
	"choice":    {nil, func(p []float64) (sim.Law, error) { return input.Choice(p) }},
	"trace":     {nil, func(p []float64) (sim.Law, error) { return input.Trace(p) }},
	"cycle":     {nil, func(p []float64) (sim.Law, error) { return input.Cycle(p) }},
}

// isLaw reports whether a function of an expression is a law.
func isLaw(name string) bool {
	_, ok := lawMakers[name]
	return ok
}

// makeLaw returns the law of a call with constant arguments.
func makeLaw(name string, p []float64) (sim.Law, error) {
	m := lawMakers[name]
	if m.parameters != nil && len(p) != len(m.parameters) {
		return nil, fmt.Errorf("%s has the parameters (%s), not %d", name, strings.Join(m.parameters, ", "), len(p))
	}
	l, err := m.build(p)
	if err != nil {
		return nil, fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "input: "))
	}
	return l, nil
}

// law reads a law: a call such as exponential(5), or a number.
func (b *builder) law(n *yaml.Node) sim.Law {
	e := b.parse(n)
	if e == nil {
		return nil
	}
	x, isConstant := e.constant(b.parameters)
	switch {
	case isConstant:
		return sim.Constant(x)
	case e.op == opCall && isLaw(e.name):
		return b.lawOf(n, e)
	}
	if hint := b.vectorHint(n.Value); hint != "" {
		b.complain(n, 0, "%s", hint)
		return nil
	}
	b.complain(n, 0, "want a law, such as exponential(5), or a number")
	return nil
}

// lawOf returns the law of a call.
func (b *builder) lawOf(n *yaml.Node, e *expression) sim.Law {
	p := make([]float64, len(e.args))
	for i, a := range e.args {
		x, ok := a.constant(b.parameters)
		if !ok {
			b.complain(n, a.at, "the parameters of %s must be numbers or parameters of the model", e.name)
			return nil
		}
		p[i] = x
	}
	l, err := makeLaw(e.name, p)
	if err != nil {
		b.complain(n, e.at, "%v", err)
		return nil
	}
	return l
}

// source reads the name of a source, or a law for a source of its own.
func (b *builder) source(n *yaml.Node, name string) sim.Source {
	if s, ok := b.sources[n.Value]; ok && n.Kind == yaml.ScalarNode {
		return s
	}
	l := b.law(n)
	if l == nil {
		return -1
	}
	return b.s.Source(b.unique(name+" "+written(n, l)), l)
}

// written returns what names a law that is written in place. Where parameters of
// the model occur it is the formula and not their values: a source draws from the
// same stream whatever they are, so that models with other parameters can be
// compared under common random numbers.
func written(n *yaml.Node, l sim.Law) string {
	p := &parser{text: n.Value}
	if e, err := p.whole(); err != nil || !e.named() {
		return l.String()
	}
	return strings.Join(strings.Fields(n.Value), "")
}

// unique makes the name of a source that is written in place: the same law
// written again gets a number. So steps that are added elsewhere do not change
// the draws.
func (b *builder) unique(name string) string {
	b.used[name]++
	if k := b.used[name]; k > 1 {
		return fmt.Sprintf("%s #%d", name, k)
	}
	return name
}
