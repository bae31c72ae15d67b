package eval

import (
	"strings"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
	"github.com/quatre-ppl/quatre/tensor"
)

// mostDescribed bounds the assignments that depend on parameters and that loops of the generated quantities write out
// where these are described by expressions: beyond it a description is no faster than running the program.
const mostDescribed = 400

// drawings describe the random numbers of the generated quantities. The numbers themselves are parameters with offsets
// behind those of the model.
type drawings struct {
	dim   int // of the model
	count int // of random numbers so far
	list  []*drawing
}

// drawing is a call of a generator.
type drawing struct {
	name string
	generator
	// params are the generator's parameters: one element for all numbers that are drawn, or one for each.
	params []expr.Expr
	// The numbers are [from, from+n) of all.
	from, n int
	ints    bool
	// chancy tells that parameters hang on earlier random numbers.
	chancy bool
}

// length returns the number of drawings; nil has none.
func (d *drawings) length() int {
	if d == nil {
		return 0
	}
	return len(d.list)
}

// cut forgets all but the first drawings.
func (d *drawings) cut(length int) {
	if d.length() <= length {
		return
	}
	d.count = d.list[length].from
	d.list = d.list[:length]
}

// described is drawn where random numbers are described: their parameters may be expressions, and the value is one.
func (c *call) described(name string, g generator) (*Value, error) {
	dims, err := c.commonDims()
	if err != nil {
		return nil, err
	}
	all, l := c.ev.drawings, c.ev.lanes
	size := product(dims)
	d := &drawing{name: name, generator: g, from: all.count, n: size * laneCount(l), ints: c.result.Base == types.Int}
	if d.n == 0 {
		return nil, c.errorf("", "it draws nothing")
	}
	d.params = c.broadcast(size, l)
	for a := c.ev.attempt; a != nil; a = a.outer {
		f := newFinder(a.holes)
		for _, p := range d.params {
			if f.depends(p) {
				return nil, notTogether{"random numbers follow from those of the iteration before"}
			}
		}
	}
	d.simplify()
	all.list = append(all.list, d)
	all.count += d.n
	shape := tensor.Shape{d.n}
	if len(dims) == 0 && l == nil {
		shape = nil
	}
	return symIn(c.result, dims, l, expr.Unconstrained("", all.dim+d.from, shape)), nil
}

// takesDrawn reports whether a function or operator takes the ints that it is given where they may have been drawn: most
// functions take them for sizes, positions or counts that are known.
func (c *call) takesDrawn() bool {
	switch c.name {
	case "sum", "min", "max", "abs", "size", "num_elements":
		return true
	}
	if strings.HasSuffix(c.name, "_rng") || !startsWithLetter(c.name) {
		return true
	}
	for _, a := range c.args {
		if a.Type.IsInt() && a.IsSym() {
			return false
		}
	}
	return true
}

// simplify leaves the functions within a generator to compiled code.
func (d *drawing) simplify() {
	if d.name == "bernoulli_logit" {
		d.name, d.generator = "bernoulli", bernoulliGenerator
		d.params = []expr.Expr{expr.InvLogit(d.params[0])}
	}
}

var bernoulliGenerator = generators()["bernoulli"]
