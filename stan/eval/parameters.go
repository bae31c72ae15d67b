package eval

import (
	"slices"

	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/transform"
	"github.com/quatre-ppl/quatre/stan/types"
	"github.com/quatre-ppl/quatre/tensor"
)

// parameters declares the program's parameters in the model: each is a transform of its part of the unconstrained vector,
// with the log Jacobian as a term.
func (ev *evaluator) parameters(m *model.Model) error {
	for _, sym := range ev.program.Parameters {
		if err := ev.supported(sym); err != nil {
			return err
		}
		dims, err := ev.sizes(sym.Decl, sym.Name)
		if err != nil {
			return err
		}
		t, err := ev.transformOf(sym, dims)
		if err != nil {
			return err
		}
		flatShape := flatShape(dims)
		size, err := t.unconstrained(flatShape)
		if err != nil {
			return ev.errorf(sym.At, "", "%s: %v", sym.Name, err)
		}
		u := expr.Unconstrained(sym.Name, m.Dim, flatShape)
		if len(dims) > 0 {
			u = expr.Unconstrained(sym.Name, m.Dim, tensor.Shape{size})
		}
		x, logJacobian := t.constrain(u, flatShape)
		if x.Err() != nil {
			return ev.errorf(sym.At, "", "%s: %v", sym.Name, x.Err())
		}
		value := newSym(sym.Type, dims, x)
		if product(dims) == 0 {
			value = newReals(sym.Type, dims, nil)
		}
		ev.frame.vars[sym.Slot] = &variable{sym: sym, typ: sym.Type, dims: dims, value: value}
		t.order = outputOrder(sym.Type, dims)
		out := ev.output(sym, value)
		m.Parameters = append(m.Parameters, model.Parameter{
			Name: sym.Name, Shape: out.Shape, Transform: t, Offset: m.Dim, Size: size, Value: out.Value,
		})
		m.Outputs = append(m.Outputs, out)
		m.Dim += size
		if v, ok := logJacobian.ConstValue(); !ok || v != 0 {
			ev.terms = append(ev.terms, term{at: sym.At, site: sym.Name, x: logJacobian, jacobian: true})
		}
	}
	return nil
}

// flatShape is the shape of a list of all elements, none for a scalar.
func flatShape(dims []int) tensor.Shape {
	if len(dims) == 0 {
		return nil
	}
	return tensor.Shape{product(dims)}
}

// blocks is the transform of a parameter whose elements are transformed in blocks of equal size: all together where the
// transform works element by element, one simplex after the other in an array of simplexes. It implements
// transform.Transform for the parameter in its own shape; within the evaluator elements stand in the order of Value.
type blocks struct {
	each transform.Transform
	// block is the shape of a block, nil where all elements are one.
	block tensor.Shape
	// order[i] is the position in a Value's list of element i of the parameter, column-major; nil where they agree.
	order []int
}

// Name implements transform.Transform.
func (t *blocks) Name() string { return t.each.Name() }

// Unconstrained implements transform.Transform.
func (t *blocks) Unconstrained(shape tensor.Shape) (int, error) {
	return t.unconstrained(flatShape(shape))
}

func (t *blocks) unconstrained(flat tensor.Shape) (int, error) {
	if t.block == nil {
		return t.each.Unconstrained(flat)
	}
	n, err := t.each.Unconstrained(t.block)
	return n * t.count(flat.Size()), err
}

// count returns the number of blocks in a list of elements.
func (t *blocks) count(elements int) int { return elements / max(1, t.block.Size()) }

// Constrain implements transform.Transform.
func (t *blocks) Constrain(u expr.Expr, shape tensor.Shape) (x, logJacobian expr.Expr) {
	x, logJacobian = t.constrain(u, flatShape(shape))
	return expr.Reshape(reordered(x, t.order), shape), logJacobian
}

func (t *blocks) constrain(u expr.Expr, flat tensor.Shape) (x, logJacobian expr.Expr) {
	if t.block == nil {
		return t.each.Constrain(u, flat)
	}
	count := t.count(flat.Size())
	if count == 0 {
		return expr.Data("", flat, nil), expr.Const(0)
	}
	length := u.Size() / count
	parts := make([]expr.Expr, count)
	logJacobian = expr.Const(0)
	for k := range parts {
		part, j := t.each.Constrain(expr.Part(u, k*length, length), t.block)
		if part.Err() != nil {
			return part, part
		}
		parts[k] = expr.Reshape(part, tensor.Shape{t.block.Size()})
		logJacobian = expr.Add(logJacobian, j)
	}
	return expr.Concat(parts...), logJacobian
}

// Unconstrain implements transform.Transform.
func (t *blocks) Unconstrain(x expr.Expr) expr.Expr {
	if !x.IsScalar() {
		x = reordered(expr.Reshape(x, tensor.Shape{x.Size()}), inverseOrder(t.order))
	}
	if t.block == nil {
		return t.each.Unconstrain(x)
	}
	if x.Err() != nil || x.Size() == 0 {
		return x
	}
	var parts []expr.Expr
	size := t.block.Size()
	for from := 0; from < x.Size(); from += size {
		parts = append(parts, t.each.Unconstrain(expr.Reshape(expr.Part(x, from, size), t.block)))
	}
	return expr.Concat(parts...)
}

func reordered(x expr.Expr, order []int) expr.Expr {
	if order == nil || x.Err() != nil {
		return x
	}
	return expr.Elements(x, order)
}

func inverseOrder(order []int) []int {
	if order == nil {
		return nil
	}
	out := make([]int, len(order))
	for i, k := range order {
		out[k] = i
	}
	return out
}

// transformOf returns the transform that a parameter's declaration asks for.
func (ev *evaluator) transformOf(sym *types.Symbol, dims []int) (*blocks, error) {
	d := sym.Decl
	switch {
	case sym.Type.Base == types.Tuple:
		return nil, ev.unavailable(sym.At, "tuples in the parameters block are")
	case d.Constraint == types.None:
		t, err := ev.elementTransform(sym, dims)
		return &blocks{each: t}, err
	}
	return &blocks{each: blockTransforms[d.Constraint], block: tensor.Shape(dims[sym.Type.Rank:])}, nil
}

// blockTransforms are the transforms of whole vectors and matrices.
var blockTransforms = map[types.Constraint]transform.Transform{
	types.Ordered: transform.Ordered(), types.PositiveOrdered: transform.PositiveOrdered(), types.Simplex: transform.Simplex(),
	types.UnitVector: transform.UnitVector(), types.SumToZero: transform.SumToZero(),
	types.CholeskyCorr: transform.CholeskyCorr(), types.CorrMatrix: transform.CorrMatrix(),
	types.CholeskyCov: transform.CholeskyCov(), types.CovMatrix: transform.CovMatrix(),
	types.ColumnStochastic: transform.ColumnStochastic(), types.RowStochastic: transform.RowStochastic(),
}

// elementTransform returns the transform of a parameter with bounds, or with an offset and a multiplier.
func (ev *evaluator) elementTransform(sym *types.Symbol, dims []int) (transform.Transform, error) {
	d := sym.Decl
	var bounds [4]expr.Expr
	for i, e := range []types.Expr{d.Lower, d.Upper, d.Offset, d.Multiplier} {
		if e == nil {
			continue
		}
		v, err := ev.eval(e)
		if err != nil {
			return nil, err
		}
		if bounds[i], err = ev.eachElement(v, dims, e); err != nil {
			return nil, err
		}
	}
	lower, upper, offset, multiplier := bounds[0], bounds[1], bounds[2], bounds[3]
	scaled := offset != nil || multiplier != nil
	if offset == nil {
		offset = expr.Const(0)
	}
	if multiplier == nil {
		multiplier = expr.Const(1)
	}
	switch {
	case scaled && (lower != nil || upper != nil):
		return nil, ev.errorf(sym.At, "leave one of them out", "%s has bounds and an offset or multiplier", sym.Name)
	case scaled:
		return transform.OffsetMultiplier(offset, multiplier), nil
	case lower != nil && upper != nil:
		return transform.Interval(lower, upper), nil
	case lower != nil:
		return transform.Lower(lower), nil
	case upper != nil:
		return transform.Upper(upper), nil
	}
	return transform.Identity(), nil
}

// eachElement returns a bound with one element for each of a variable with the given sizes, or a scalar: a bound of the
// size of an array's elements holds for each of them.
func (ev *evaluator) eachElement(v *Value, dims []int, e types.Expr) (expr.Expr, error) {
	x := ev.flat(v)
	n, size := product(dims), v.Size()
	switch {
	case len(v.Dims) == 0:
		return x, nil
	case len(v.Dims) > len(dims) || !slices.Equal(dims[len(dims)-len(v.Dims):], v.Dims):
		return nil, ev.errorf(e.Pos(), "", "a bound with the sizes of %s for a variable with sizes %v", sizesText(v), dims)
	case size == n || size == 0:
		return x, nil
	}
	return repeatVector(x, n/size), nil
}
