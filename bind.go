package quatre

import (
	"errors"
	"fmt"
	"maps"
	"math"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// Bind returns the same compiled model with other values of named data, of the
// shapes that it was compiled with: what Builder.Data and Builder.Observe take,
// and for an index []int. Nothing is compiled again, unless the new values leave
// another number of rows of a reduced density: other groups without rows, more or
// fewer repeated rows. Generated quantities of a Stan program keep their old
// data, so a Posterior of a Stan program refuses; read the program again instead.
func (p *Posterior) Bind(data map[string]any) (*Posterior, error) {
	if p.model.Generated != nil {
		return nil, errors.New("a model with generated quantities takes new data only when it is read again")
	}
	q := &Posterior{
		model: p.model, schema: p.schema, density: p.density, values: p.values, quantities: p.quantities, code: p.code, native: p.native,
		outputValues: p.outputValues, predictions: p.predictions, reason: p.reason, borrowed: true,
		mapping: p.mapping.copy(), mapReport: p.mapReport,
		options: p.options, terms: p.terms, reduction: p.reduction, effects: p.effects, changes: p.changes.copy(),
	}
	q.inputs, q.valueInputs = copyInputs(p.inputs), copyInputs(p.valueInputs)
	known := dataOf(p.model)
	for name, v := range data {
		var err error
		if limits, isIndex := known.indices[name]; isIndex {
			err = q.bindIndex(name, v, limits)
		} else if shapes, isData := known.shapes[name]; isData {
			err = q.bindData(name, v, shapes)
		} else {
			err = fmt.Errorf("data %q: the model has no data of that name", name)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := q.remake(data); err != nil {
		return nil, err
	}
	return q, q.bind()
}

// allInputs lists the data of all programs.
func (p *Posterior) allInputs() []*ir.Inputs {
	list := []*ir.Inputs{p.inputs, p.valueInputs}
	if p.mapping != nil {
		list = append(list, p.mapping.model.inputs, p.mapping.places.inputs)
	}
	return list
}

func copyInputs(in *ir.Inputs) *ir.Inputs {
	return &ir.Inputs{Floats: maps.Clone(in.Floats), Ints: maps.Clone(in.Ints)}
}

func (p *Posterior) bindIndex(name string, v any, want indexLimits) error {
	list, ok := v.([]int)
	if !ok {
		return fmt.Errorf("index %q: want []int, got %T", name, v)
	}
	values := make([]int32, len(list))
	for i, k := range list {
		if k < 0 || k >= want.max || k > math.MaxInt32 {
			return fmt.Errorf("index %q: element [%d] is %d, outside [0, %d); positions count from 0", name, i, k, want.max)
		}
		values[i] = int32(k)
	}
	if len(values) != want.n {
		return fmt.Errorf("index %q has %d elements, the model was compiled for %d", name, len(values), want.n)
	}
	for _, in := range p.allInputs() {
		if _, used := in.Ints[name]; used {
			in.Ints[name] = values
		}
	}
	p.changes.indices[name] = values
	return nil
}

func (p *Posterior) bindData(name string, v any, shapes []tensor.Shape) error {
	x := expr.Of(v)
	values, isData := x.DataValues()
	switch {
	case x.Err() != nil:
		return fmt.Errorf("data %q: %w", name, x.Err())
	case !isData:
		return fmt.Errorf("data %q: want numbers, got an expression", name)
	}
	fits := false
	for _, s := range shapes {
		fits = fits || s.Equal(x.Shape)
	}
	if !fits {
		return fmt.Errorf("data %q: shape %v, the model was compiled for %v", name, x.Shape, shapes[0])
	}
	for _, in := range p.allInputs() {
		if _, used := in.Floats[name]; used {
			in.Floats[name] = values
		}
	}
	p.changes.data[name] = values
	return nil
}

// namedData lists the data of a model by name: the shapes in which it is used,
// and the limits of its indices.
type namedData struct {
	shapes  map[string][]tensor.Shape
	indices map[string]indexLimits
	seen    map[expr.Expr]bool
}

// indexLimits are the length of an index and the bound of its elements.
type indexLimits struct{ n, max int }

func dataOf(m *model.Model) namedData {
	d := namedData{make(map[string][]tensor.Shape), make(map[string]indexLimits), make(map[expr.Expr]bool)}
	for _, t := range m.Terms {
		d.collect(t.LogDensity)
	}
	for _, o := range m.Outputs {
		d.collect(o.Value)
	}
	for _, p := range m.Predictions {
		for _, x := range p.From.Params() {
			d.collect(x)
		}
	}
	return d
}

func (d namedData) collect(x expr.Expr) {
	if d.seen[x] {
		return
	}
	d.seen[x] = true
	if x.Kind == expr.Datum && x.Name != "" {
		d.shapes[x.Name] = append(d.shapes[x.Name], x.Shape)
	}
	if i := x.Index; i != nil && !i.Fixed && i.Name != "" {
		d.indices[i.Name] = indexLimits{len(i.Values), i.Max}
	}
	for _, a := range x.In {
		d.collect(a)
	}
}
