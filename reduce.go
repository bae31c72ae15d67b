package quatre

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/reduce"
)

// compileDensity compiles the sum of terms, with its sums over data reduced
// unless that is not wanted.
func (p *Posterior) compileDensity(terms []model.Term) error {
	p.terms, p.reduction = terms, new(reduce.Report)
	if !p.options.leavesOut(passReduce) {
		terms, p.reduction = reduce.Terms(terms)
	}
	total := (&model.Model{Terms: terms}).LogDensity()
	var err error
	p.density, p.inputs, p.effects, err = graph.CompileDensityWithout(p.options.Without, total, p.model.Dim)
	return err
}

// Reduction returns what was reduced of the sums over data in the log density.
func (p *Posterior) Reduction() *reduce.Report { return p.reduction }

// changes are data that were bound in the place of those of the model.
type changes struct {
	data    map[string][]float64
	indices map[string][]int32
}

func (c changes) copy() changes {
	d := changes{maps.Clone(c.data), maps.Clone(c.indices)}
	if d.data == nil {
		d = changes{make(map[string][]float64), make(map[string][]int32)}
	}
	return d
}

// remake compiles the density anew if new values of the named data may change
// the number of rows that are left of them. The native code serves on if they
// do not.
func (p *Posterior) remake(names map[string]any) error {
	again := slices.ContainsFunc(p.reduction.Data, func(name string) bool { _, ok := names[name]; return ok })
	if !again {
		return nil
	}
	list := make([]expr.Expr, len(p.terms))
	for i, t := range p.terms {
		list[i] = t.LogDensity
	}
	terms := slices.Clone(p.terms)
	for i, x := range expr.Rebind(list, p.changes.data, p.changes.indices) {
		terms[i].LogDensity = x
	}
	asWritten, was := p.terms, p.density.Hash()
	if err := p.compileDensity(terms); err != nil {
		return fmt.Errorf("model %s: %w", p.model.Name, err)
	}
	p.terms = asWritten
	if p.density.Hash() == was {
		return nil
	}
	p.borrowed = false
	return p.choose(context.Background(), p.options)
}
