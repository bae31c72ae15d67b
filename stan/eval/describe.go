package eval

import (
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
)

// description computes the generated quantities of a draw without running the program: it is what the program does, found out
// once by running it with parameters and random numbers as expressions. What does not hang on random numbers is prepared
// by compiled code; the rest is computed from these values and the random numbers, operation by operation.
type description struct {
	// random and prepared count the random numbers and the prepared values. Expressions below are over a vector of the
	// former and, behind them, the latter.
	random, prepared int
	draws            []*drawing
	fields           []describedField
}

// mostNodes bounds the nodes of the expressions of a description, which take some 20 µs each to compile.
const mostNodes = 10000

// describedField is one of the quantities.
type describedField struct {
	x expr.Expr
	n int
	// needs are the drawings that it depends on.
	needs []int
}

// describe returns the description of the generated quantities, nil where there is none: the program prints or rejects, decides
// by random numbers how to go on, or asks for more than expressions can say. prepared are the expressions over the
// model's q whose values the description is given. before are the variables of the data blocks.
func (ev *evaluator) describe(before []*variable, m *model.Model) (r *description, prepared []expr.Expr) {
	if len(ev.program.GeneratedQuantities) == 0 {
		return nil, nil
	}
	e := newEvaluator(ev.program)
	e.nodes, e.symbolic, e.mayTogether = ev.nodes, true, ev.mayTogether
	e.drawings = &drawings{dim: m.Dim}
	copy(e.frame.vars, ownCopies(before))
	for _, v := range ev.given() {
		c := v.clone()
		e.frame.vars[v.sym.Slot] = &c
	}
	if err := e.block(ev.program.GeneratedQuantities); err != nil {
		return nil, nil
	}
	fields, ok := e.expressions()
	if !ok {
		return nil, nil
	}
	return e.drawings.description(fields)
}

// expressions returns the generated quantities as expressions, in the order in which they are reported; false if one has
// no value.
func (ev *evaluator) expressions() ([]expr.Expr, bool) {
	var list []expr.Expr
	for _, sym := range ev.generatedSymbols() {
		v := ev.frame.vars[sym.Slot]
		if v == nil {
			return nil, false
		}
		value := ev.load(v)
		if !value.IsSym() {
			// Numbers that nothing was assigned to are reported as NaN.
			value = newReals(value.Type, value.Dims, reported(value))
			value.Type.Base = types.Real
		}
		x := ev.flat(value)
		if order := outputOrder(v.typ, v.dims); order != nil {
			x = ev.pick(x, order)
		}
		if x.Err() != nil {
			return nil, false
		}
		list = append(list, x)
	}
	return list, true
}

// description separates what compiled code can prepare.
func (d *drawings) description(fields []expr.Expr) (*description, []expr.Expr) {
	c := &cutter{drawings: d, by: make(map[expr.Expr]expr.Expr), hangs: make(map[expr.Expr]bool), done: make(map[expr.Expr]bool)}
	for _, draw := range d.list {
		for _, p := range draw.params {
			c.cut(p)
		}
	}
	for _, x := range fields {
		c.cut(x)
	}
	if c.failed || len(c.hangs) > mostNodes {
		return nil, nil
	}
	r := &description{random: d.count, prepared: c.width}
	replace := expr.Replacing(c.by)
	for _, draw := range d.list {
		own := *draw
		own.params = make([]expr.Expr, len(draw.params))
		for i, p := range draw.params {
			own.params[i] = replace(p)
			own.chancy = own.chancy || c.depends(p)
		}
		r.draws = append(r.draws, &own)
	}
	for _, x := range fields {
		r.fields = append(r.fields, describedField{x: replace(x), n: x.Size(), needs: d.needs(x)})
	}
	return r, c.prepared
}

// needs lists the drawings that x depends on, in order.
func (d *drawings) needs(x expr.Expr) []int {
	needed := make([]bool, len(d.list))
	seen := make(map[expr.Expr]bool)
	var visit func(x expr.Expr)
	visit = func(x expr.Expr) {
		if seen[x] {
			return
		}
		seen[x] = true
		if d.random(x) {
			for k, draw := range d.list {
				if draw.from == x.Off-d.dim && !needed[k] {
					needed[k] = true
					for _, p := range draw.params {
						visit(p)
					}
				}
			}
		}
		for _, a := range x.In {
			visit(a)
		}
	}
	visit(x)
	var list []int
	for k, yes := range needed {
		if yes {
			list = append(list, k)
		}
	}
	return list
}

// random reports whether x is a drawing's numbers.
func (d *drawings) random(x expr.Expr) bool { return x.Kind == expr.Param && x.Off >= d.dim }

// cutter finds the largest parts of expressions that do not hang on random numbers.
type cutter struct {
	*drawings
	by          map[expr.Expr]expr.Expr // what takes their place, and that of random numbers
	hangs, done map[expr.Expr]bool
	prepared    []expr.Expr
	width       int
	// failed tells that something hangs on random numbers that cannot be computed here.
	failed bool
}

// depends reports whether x hangs on random numbers.
func (c *cutter) depends(x expr.Expr) bool {
	if yes, ok := c.hangs[x]; ok {
		return yes
	}
	yes := c.random(x)
	for _, a := range x.In {
		yes = c.depends(a) || yes
	}
	c.hangs[x] = yes
	return yes
}

func (c *cutter) cut(x expr.Expr) {
	if c.done[x] {
		return
	}
	c.done[x] = true
	switch {
	case c.random(x):
		c.by[x] = expr.Unconstrained("", x.Off-c.dim, x.Shape)
	case c.depends(x):
		c.failed = c.failed || !foldable(x.Kind)
		for _, a := range x.In {
			c.cut(a)
		}
	case !x.Static():
		c.by[x] = expr.Unconstrained("", c.count+c.width, x.Shape)
		c.prepared = append(c.prepared, x)
		c.width += x.Size()
	case x.Kind != expr.Datum && x.Kind != expr.Literal && !c.known(x):
		c.failed = true
	}
}

// known reports whether data expressions can be computed here.
func (c *cutter) known(x expr.Expr) bool {
	if x.Kind == expr.Datum || x.Kind == expr.Literal {
		return true
	}
	if !foldable(x.Kind) {
		return false
	}
	for _, a := range x.In {
		if !c.known(a) {
			return false
		}
	}
	return true
}
