package reduce

import (
	"fmt"
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

type liftKey struct {
	p *partition
	x expr.Expr
}

// use keeps the names of data whose values decided the cells.
func (r *rewriter) use(p *partition) {
	for _, name := range p.names {
		if name != "" {
			r.names[name] = true
		}
	}
}

// lift returns a vector over rows as a vector over the cells, within which it
// does not vary. Its key has to be part of the partition's.
func (r *rewriter) lift(x expr.Expr, p *partition) expr.Expr {
	if x.IsScalar() {
		return x
	}
	at := liftKey{p, x}
	y, ok := r.lifted[at]
	if !ok {
		y = r.liftNode(x, p)
		r.lifted[at] = y
	}
	return y
}

func (r *rewriter) liftNode(x expr.Expr, p *partition) expr.Expr {
	if x.Static() {
		return p.pick(x)
	}
	switch x.Kind {
	case expr.Fill:
		return expr.Repeat(x.In[0], vectorOf(p.cells))
	case expr.Map:
		in := make([]expr.Expr, len(x.In))
		for i, a := range x.In {
			in[i] = r.lift(a, p)
		}
		return expr.Apply(x.Fn, in...)
	case expr.Stop:
		return expr.Constant(r.lift(x.In[0], p))
	case expr.Gather:
		return p.gather(x)
	case expr.Slice:
		if y, ok := r.sliced(x); ok {
			return r.lift(y, p)
		}
		return r.lift(x.In[0], p)
	case expr.MatVec:
		return p.product(x)
	case expr.Outer:
		return expr.Mul(r.lift(x.In[0], p), expr.At(x.In[1], 0))
	}
	return expr.Error(fmt.Errorf("reduce: a node of kind %d is not a function of the cell", x.Kind))
}

// pick returns the rows of data that stand for the cells.
func (p *partition) pick(x expr.Expr) expr.Expr {
	return expr.Pick(expr.Reshape(x, vectorOf(p.n)), p.index(p.first, p.n))
}

// gather returns what rows gather, for the cells.
func (p *partition) gather(x expr.Expr) expr.Expr {
	from := flatten(x.In[0])
	if p.by != nil && sameIndex(p.by, x.Index) {
		return expr.Part(from, 0, p.cells)
	}
	at := make([]int32, p.cells)
	same := p.cells == x.Index.Max
	for c, i := range p.first {
		at[c] = x.Index.Values[i]
		same = same && at[c] == int32(c)
	}
	if same {
		return expr.Part(from, 0, p.cells)
	}
	return expr.Pick(from, p.index(at, x.Index.Max))
}

// product returns a matrix of data times a vector for the cells.
func (p *partition) product(x expr.Expr) expr.Expr {
	k := x.In[1].Size()
	at := make([]int32, 0, k*p.cells)
	for c := range k {
		for _, i := range p.first {
			if x.Trans {
				at = append(at, int32(c)+i*int32(x.Rows))
			} else {
				at = append(at, i+int32(c*x.Rows))
			}
		}
	}
	m := expr.Pick(flatten(x.In[0]), p.index(at, x.In[0].Size()))
	return expr.MulVec(expr.Reshape(m, tensor.Shape{p.cells, k}), flatten(x.In[1]))
}

// index returns positions as an index; equal ones are one index.
func (p *partition) index(at []int32, limit int) *expr.Index {
	for _, x := range p.indices {
		if x.Max == limit && slices.Equal(x.Values, at) {
			return x
		}
	}
	x := &expr.Index{Values: at, Max: limit}
	p.indices = append(p.indices, x)
	return x
}
