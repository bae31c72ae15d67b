package eval

import (
	"errors"
	"fmt"
	"io"
	"math"
	"sync"

	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
	"github.com/quatre-ppl/quatre/tensor"
)

// generated describes the generated quantities; before are the variables of the data blocks.
func (ev *evaluator) generated(before []*variable, m *model.Model, o Options) (*model.Generated, error) {
	if ev.program.GeneratedQuantities == nil {
		return nil, nil
	}
	g := &model.Generated{}
	symbols := ev.generatedSymbols()
	width := 0
	for _, sym := range symbols {
		if err := ev.supported(sym); err != nil {
			return nil, err
		}
		if sym.Type.Base == types.Tuple {
			return nil, ev.unavailable(sym.At, "tuples among the generated quantities are")
		}
		dims, err := ev.sizes(sym.Decl, sym.Name)
		if err != nil {
			return nil, err
		}
		g.Fields = append(g.Fields, model.Field{Name: sym.Name, Shape: tensor.Shape(dims)})
		width += product(dims)
	}
	given := ev.given()
	r, prepared := ev.describe(before, m)
	g.Prepared = prepared
	said, program := &sync.Once{}, ev.program
	g.New = func() (model.Generator, error) {
		e := newEvaluator(program)
		e.print, e.mayTogether = o.Print, !o.InTurn
		q := &quantities{ev: e, before: before, given: given, fields: symbols, width: width, print: o.Print, said: said}
		if r != nil {
			q.evaluation = newEvaluation(r)
		}
		return q, nil
	}
	return g, nil
}

// given lists the parameters and transformed parameters in the order of the model's outputs.
func (ev *evaluator) given() []*variable {
	var list []*variable
	for _, symbols := range [][]*types.Symbol{ev.program.Parameters, ev.program.Globals(syntax.TransformedParametersBlock)} {
		for _, sym := range symbols {
			list = append(list, ev.frame.vars[sym.Slot])
		}
	}
	return list
}

// generatedSymbols lists the generated quantities.
func (ev *evaluator) generatedSymbols() []*types.Symbol {
	return ev.program.Globals(syntax.GeneratedQuantitiesBlock)
}

// quantities computes the generated quantities of one draw after the other.
type quantities struct {
	ev     *evaluator
	before []*variable
	// given are the parameters and transformed parameters in the order of the model's outputs.
	given  []*variable
	fields []*types.Symbol
	width  int
	print  io.Writer
	// said lets the first failure of all chains be told, and no other.
	said *sync.Once
	// evaluation follows the description of the quantities, nil where there is none.
	evaluation *evaluation
}

// Generate implements model.Generator. Where the program rejects, or computes something impossible, the quantities that
// have no value yet are NaN; the first such failure is printed.
func (g *quantities) Generate(dst, outputs, prepared []float64, src *rng.Stream) error {
	if len(dst) != g.width {
		panic(fmt.Sprintf("eval: %d numbers for %d generated quantities", len(dst), g.width))
	}
	if g.evaluation != nil {
		start := src.Position()
		if g.evaluation.follow(dst, prepared, src) {
			return nil
		}
		src.Seek(start)
	}
	return g.run(dst, outputs, src)
}

// run computes the quantities by running the program.
func (g *quantities) run(dst, outputs []float64, src *rng.Stream) error {
	ev := g.ev
	ev.nodes, ev.src = newNodes(), src
	vars := ownCopies(g.before)
	ev.frame = &frame{vars: vars}
	ev.lanes, ev.attempt, ev.loop, ev.guards = nil, nil, nil, nil
	ev.turns, ev.depth = 0, 0
	for _, v := range g.given {
		n := product(v.dims)
		value := newReals(v.typ, v.dims, fromOutput(outputs[:n], v.typ, v.dims))
		vars[v.sym.Slot] = &variable{sym: v.sym, typ: v.typ, dims: v.dims, value: value}
		outputs = outputs[n:]
	}
	if err := ev.block(ev.program.GeneratedQuantities); err != nil {
		if why := new(notTogether); errors.As(err, why) {
			return fmt.Errorf("generated quantities: %w", err)
		}
		g.said.Do(func() {
			if g.print != nil {
				fmt.Fprintf(g.print, "generated quantities: %v\nThe quantities without a value are NaN in this draw and in all in which that happens; it is said once.\n", err)
			}
		})
	}
	g.collect(dst)
	return nil
}

// collect writes the quantities to dst, those without a value as NaN.
func (g *quantities) collect(dst []float64) {
	for i := range dst {
		dst[i] = math.NaN()
	}
	for _, sym := range g.fields {
		v := g.ev.frame.vars[sym.Slot]
		if v == nil || v.value == nil && v.parts == nil { // the program ended before it had a value
			return
		}
		value := g.ev.load(v)
		x := reported(value)
		if order := outputOrder(v.typ, v.dims); order != nil {
			x = take(x, order)
		}
		dst = dst[copy(dst, x):]
	}
}

// reported returns the elements of a known value, those of ints without a value as NaN.
func reported(value *Value) []float64 {
	x := value.Floats()
	for i, n := range value.Ints {
		if n == undefinedInt {
			x[i] = math.NaN()
		}
	}
	return x
}

// ownCopies returns variables that others may share, to be assigned to.
func ownCopies(list []*variable) []*variable {
	vars := make([]*variable, len(list))
	for i, v := range list {
		if v != nil {
			c := *v
			c.owned = false
			vars[i] = &c
		}
	}
	return vars
}

// fromOutput returns the elements of a reported quantity in the order of a Value's list.
func fromOutput(x []float64, t types.Type, dims []int) []float64 {
	out := make([]float64, len(x))
	order := outputOrder(t, dims)
	if order == nil {
		copy(out, x)
		return out
	}
	for i, k := range order {
		out[k] = x[i]
	}
	return out
}
