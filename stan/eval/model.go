package eval

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan/data"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// Options of Model.
type Options struct {
	// Name is the model's name; empty means the name of the program's file without its extension.
	Name string
	// Print receives what the program prints; nil discards it.
	Print io.Writer
	// Seed decides the random numbers of the transformed data block.
	Seed uint64
	// Explain receives a remark on each loop of the transformed parameters and model blocks whose iterations have to be
	// written out one by one, and why; nil discards it.
	Explain func(syntax.Diagnostic)
	// InTurn runs all loops one iteration after the other: the same model, larger. It serves to test the other way.
	InTurn bool
}

// Model runs a program over its data and returns the model. The error is an *Error with a place in the program, a
// *Rejection, or says what is wrong with the data.
func Model(p *types.Program, set *data.Set, o Options) (m *model.Model, err error) {
	ev := newEvaluator(p)
	defer func() {
		if value := recover(); value != nil {
			large, ok := value.(tooLarge)
			if !ok {
				panic(value)
			}
			m, err = nil, ev.errorf(ev.at, "check the sizes in the data", "a container of sizes %v is too large for memory", large.dims)
		}
	}()
	ev.print = o.Print
	ev.src = rng.NewKey(o.Seed).Child("transformed data").Stream()
	ev.mayTogether = !o.InTurn
	if err := ev.readData(p.Data, set); err != nil {
		return nil, err
	}
	if err := ev.block(p.TransformedData); err != nil {
		return nil, err
	}
	if err := ev.globals(p.Globals(syntax.TransformedDataBlock), ev.checkConstraint); err != nil {
		return nil, err
	}
	ev.src = nil
	ev.symbolic, ev.explain = true, o.Explain
	before := ev.snapshot()
	m = &model.Model{Name: o.Name}
	if m.Name == "" {
		m.Name = strings.TrimSuffix(filepath.Base(p.Source.Name), filepath.Ext(p.Source.Name))
	}
	if err := ev.parameters(m); err != nil {
		return nil, err
	}
	if err := ev.transformedParameters(m); err != nil {
		return nil, err
	}
	if err := ev.block(p.Model); err != nil {
		return nil, err
	}
	m.Terms = ev.modelTerms()
	m.Generated, err = ev.generated(before, m, o)
	return m, err
}

// block runs the statements of a block.
func (ev *evaluator) block(list []types.Stmt) error {
	_, err := ev.run(list)
	return err
}

// transformedParameters runs their block, reports them and lets the density be zero where one breaks its bounds.
func (ev *evaluator) transformedParameters(m *model.Model) error {
	if err := ev.block(ev.program.TransformedParameters); err != nil {
		return err
	}
	return ev.globals(ev.program.Globals(syntax.TransformedParametersBlock), func(sym *types.Symbol, v *Value) error {
		if v.Parts != nil {
			return ev.unavailable(sym.At, "tuples among the transformed parameters are")
		}
		m.Outputs = append(m.Outputs, ev.output(sym, v))
		return ev.boundsTerm(sym, v)
	})
}

// snapshot copies the variables, which are known, so that their values serve other evaluators.
func (ev *evaluator) snapshot() []*variable {
	list := make([]*variable, len(ev.frame.vars))
	for i, v := range ev.frame.vars {
		if v != nil {
			c := v.clone()
			list[i] = &c
		}
	}
	return list
}
