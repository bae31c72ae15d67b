package text

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/input"
)

// vector is a source of several numbers that belong together.
type vector struct {
	s sim.Source
	n int
}

// inSequence reads {law, autocorrelation}: numbers that depend on those before.
func (b *builder) inSequence(n *yaml.Node) sim.Law {
	var law sim.Law
	rho := 0.0
	mistakes := len(b.errors)
	b.fields(n, "a source", map[string]func(*yaml.Node){
		"law":             func(v *yaml.Node) { law = b.law(v) },
		"autocorrelation": func(v *yaml.Node) { rho = b.number(v, "the autocorrelation") },
	})
	if len(b.errors) > mistakes || rho == 0 {
		return law
	}
	return b.dependent(n, func() (sim.Law, error) { return input.AutoCorrelated(law, rho) })
}

// together reads {laws: [law, …], correlations: [[1, …], …]}: vectors of numbers that
// depend on each other. A single number is the correlation of two.
func (b *builder) together(n *yaml.Node) (law sim.Law, width int) {
	var laws []sim.Law
	var correlations *yaml.Node
	mistakes := len(b.errors)
	b.fields(n, "a source of vectors", map[string]func(*yaml.Node){
		"laws": func(v *yaml.Node) {
			for _, one := range b.list(v, "laws") {
				laws = append(laws, b.law(one))
			}
		},
		"correlations": func(v *yaml.Node) { correlations = v },
	})
	if len(b.errors) > mistakes {
		return nil, 0
	}
	if correlations == nil || len(laws) < 2 {
		b.complain(n, 0, "a source of vectors needs two laws or more, and their correlations")
		return nil, 0
	}
	matrix := b.correlations(correlations, len(laws))
	if matrix == nil {
		return nil, 0
	}
	return b.dependent(correlations, func() (sim.Law, error) { return input.Correlated(laws, matrix) }), len(laws)
}

// dependent returns a law, or complains about it.
func (b *builder) dependent(n *yaml.Node, law func() (sim.Law, error)) sim.Law {
	l, err := law()
	if err != nil {
		b.complain(n, 0, "%s", strings.TrimPrefix(err.Error(), "input: "))
		return nil
	}
	return l
}

// correlations reads n rows of n numbers, or the one number of two laws; nil after a
// mistake.
func (b *builder) correlations(v *yaml.Node, n int) (matrix []float64) {
	if v.Kind == yaml.ScalarNode && n == 2 {
		rho := b.number(v, "the correlation")
		return []float64{1, rho, rho, 1}
	}
	rows := b.list(v, "correlations")
	for _, row := range rows {
		numbers := b.list(row, "a row of correlations")
		if len(rows) != n || len(numbers) != n {
			b.complain(row, 0, "correlations of %d laws are %d rows of %d numbers", n, n, n)
			return nil
		}
		for _, x := range numbers {
			matrix = append(matrix, b.number(x, "a correlation"))
		}
	}
	if len(rows) == 0 {
		b.complain(v, 0, "correlations of %d laws are %d rows of %d numbers", n, n, n)
	}
	return matrix
}

// draw reads {source: [attribute, …], …}: the numbers of a vector become attributes.
func (fb *flowBuilder) draw(v *yaml.Node) {
	for _, e := range fb.b.entries(v, "draw") {
		from, ok := find(fb.b, e.key, "source of vectors", fb.b.vectors)
		if !ok {
			continue
		}
		names := fb.b.list(e.value, "attributes")
		if len(names) != from.n {
			fb.b.complain(e.value, 0, "source %q gives vectors of %d numbers: name an attribute for each", e.key.Value, from.n)
			continue
		}
		for _, name := range names {
			if a, ok := find(fb.b, name, "attribute", fb.attributes); ok {
				fb.f.Assign(a, flow.Draw(from.s))
			}
		}
	}
}

// vectorHint says how to use a source of vectors where a number is wanted; empty if
// the name is none.
func (b *builder) vectorHint(name string) string {
	if v, ok := b.vectors[name]; ok {
		return fmt.Sprintf("source %q gives vectors of %d numbers: the step `draw` makes them attributes", name, v.n)
	}
	return ""
}
