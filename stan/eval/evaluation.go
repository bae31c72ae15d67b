package eval

import (
	"math"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

// evaluation follows a description, draw after draw. One goroutine at a time may use it.
type evaluation struct {
	*description
	// vector holds the random numbers and behind them the prepared values.
	vector []float64
	cells  []cell
	at     map[expr.Expr]int // of cells
	round  int               // of draws
	params [][]int           // cells of the drawings' parameters
	fields []int             // cells of the quantities
	failed []bool            // drawings whose parameters were out of their range, and so their numbers
	// args and steps are the parameters of a drawing and how far their elements are apart, 0 where one serves all; one is
	// those of a number.
	args  [][]float64
	steps []int
	one   []float64
}

// cell is a node of an expression with its elements.
type cell struct {
	x   expr.Expr
	in  []int
	of  [][]float64 // elements of in
	out []float64
	// round is the last one in which out was computed; it need not be again where known is set.
	round int
	known bool
	alias bool // out is a part of in's
}

func newEvaluation(of *description) *evaluation {
	e := &evaluation{description: of, vector: make([]float64, of.random+of.prepared), at: make(map[expr.Expr]int), failed: make([]bool, len(of.draws))}
	most := 0
	for _, d := range of.draws {
		var list []int
		for _, p := range d.params {
			list = append(list, e.cell(p))
		}
		e.params = append(e.params, list)
		most = max(most, len(list))
	}
	for _, f := range of.fields {
		e.fields = append(e.fields, e.cell(f.x))
	}
	e.args, e.steps, e.one = make([][]float64, most), make([]int, most), make([]float64, most)
	return e
}

// cell returns the number of an expression's cell.
func (e *evaluation) cell(x expr.Expr) int {
	if k, ok := e.at[x]; ok {
		return k
	}
	made := cell{x: x, round: -1}
	switch x.Kind {
	case expr.Literal, expr.Datum:
		made.out, made.known = x.Values, true
	case expr.Param:
		made.out, made.known = e.vector[x.Off:x.Off+x.Size()], true
	default:
		for _, a := range x.In {
			k := e.cell(a)
			made.in = append(made.in, k)
			made.of = append(made.of, e.cells[k].out)
		}
		if made.out, made.alias = aliased(x, made.of); !made.alias {
			made.out = make([]float64, x.Size())
		}
	}
	e.cells = append(e.cells, made)
	k := len(e.cells) - 1
	e.at[x] = k
	if x.Static() && !made.known {
		e.value(k)
		e.cells[k].known = true
	}
	return k
}

// value returns the elements of a cell in this round.
func (e *evaluation) value(k int) []float64 {
	it := &e.cells[k]
	if it.known || it.round == e.round {
		return it.out
	}
	it.round = e.round
	for _, a := range it.in {
		e.value(a)
	}
	if !it.alias {
		if it.x.Kind != expr.Map {
			clear(it.out)
		}
		applyTo(it.out, it.x, it.of)
	}
	return it.out
}

// follow writes the quantities to dst. It reports false if the program has to run, as something without random numbers is
// out of its range or not finite, which may stop the program.
func (e *evaluation) follow(dst, prepared []float64, src *rng.Stream) bool {
	for _, v := range prepared {
		if v-v != 0 {
			return false
		}
	}
	e.round++
	copy(e.vector[e.random:], prepared)
	for k, d := range e.draws {
		if e.failed[k] = !e.draw(k, d, src); e.failed[k] && !d.chancy {
			return false
		}
	}
	for i, f := range e.description.fields {
		out := dst[:f.n]
		copy(out, e.value(e.fields[i]))
		for _, k := range f.needs {
			if e.failed[k] {
				for j := range out {
					out[j] = math.NaN()
				}
			}
		}
		dst = dst[f.n:]
	}
	return true
}

// draw draws the numbers of drawing k; false where its parameters, or the numbers, are out of their range.
func (e *evaluation) draw(k int, d *drawing, src *rng.Stream) bool {
	dst, n := e.vector[d.from:d.from+d.n], len(e.params[k])
	args, steps := e.args[:n], e.steps[:n]
	for i, p := range e.params[k] {
		args[i] = e.value(p)
		steps[i] = stride(args[i])
		for _, x := range args[i] {
			if !d.generator.params[i].holds(x) {
				return false
			}
		}
	}
	switch d.name {
	case "std_normal":
		src.FillNormal(dst)
		return true
	case "normal":
		src.FillNormal(dst)
		mu, sigma, ms, ss := args[0], args[1], steps[0], steps[1]
		for i, z := range dst {
			dst[i] = mu[i*ms] + float64(sigma[i*ss]*z)
		}
		return true
	case "bernoulli":
		src.FillFloat64(dst)
		theta, step := args[0], steps[0]
		for i, u := range dst {
			heads := 0 // an int, for which no branch is needed
			if u < theta[i*step] {
				heads = 1
			}
			dst[i] = float64(heads)
		}
		return true
	}
	return e.drawOneByOne(dst, d, src)
}

func (e *evaluation) drawOneByOne(dst []float64, d *drawing, src *rng.Stream) bool {
	rule, joint := together[d.name]
	p := e.one[:len(d.params)]
	for i := range dst {
		for k := range p {
			p[k] = e.args[k][i*e.steps[k]]
		}
		if joint && !rule.holds(p) {
			return false
		}
		x := d.generator.draw(src, p)
		if d.ints && !(x >= math.MinInt32 && x <= math.MaxInt32) {
			return false
		}
		dst[i] = x
	}
	return true
}
