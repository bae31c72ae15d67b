package reduce

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// square returns u if x is u².
func square(x expr.Expr) (expr.Expr, bool) {
	switch {
	case x.Kind != expr.Map:
	case x.Fn == ir.Square:
		return x.In[0], true
	case x.Fn == ir.Mul && x.In[0] == x.In[1]:
		return x.In[0], true
	}
	return nil, false
}

// factors is scale·static·weight·inner, of which weight varies with the rows
// and parameters and is the same within a cell; nil is 1.
type factors struct{ scale, static, weight, inner expr.Expr }

// peel takes factors off a vector.
func (s *sum) peel(u expr.Expr) factors {
	f := factors{inner: u}
	for {
		x := f.inner
		if x.Kind == expr.TriSolve && x.Cols == 1 {
			scale, rest := unscaled(x)
			if scale != nil {
				f.scale, f.inner = times(f.scale, expr.Inv(scale)), rest
			}
			return f
		}
		if x.Kind != expr.Map {
			return f
		}
		switch x.Fn {
		case ir.Neg:
			f.inner = x.In[0]
			continue
		case ir.Mul:
			if s.peelFactor(&f, x.In[0], x.In[1]) || s.peelFactor(&f, x.In[1], x.In[0]) {
				continue
			}
		case ir.Div:
			if s.peelFactor(&f, expr.Inv(x.In[1]), x.In[0]) || s.peelFactor(&f, x.In[0], expr.Inv(x.In[1])) {
				continue
			}
		}
		return f
	}
}

// peelFactor takes a off if it is data, a scalar, or a weight of rest.
func (s *sum) peelFactor(f *factors, a, rest expr.Expr) bool {
	if rest.Static() || rest.IsScalar() {
		return false
	}
	switch {
	case a.Static():
		f.static = times(f.static, a)
	case a.IsScalar():
		f.scale = times(f.scale, a)
	case !hasData(a) && hasData(rest):
		f.weight = times(f.weight, a)
	default:
		return false
	}
	f.inner = rest
	return true
}

// hasData reports whether x is a sum with a part that is data.
func hasData(x expr.Expr) bool {
	switch {
	case x.Static():
		return !x.IsScalar()
	case x.Kind != expr.Map:
		return false
	}
	switch x.Fn {
	case ir.Add, ir.Sub:
		return hasData(x.In[0]) || hasData(x.In[1])
	case ir.Neg:
		return hasData(x.In[0])
	}
	return false
}

// squares reduces Σ_i static[i]·dynamic[i] without the product's scale, if the
// dynamic factor is a square, possibly times what is the same within a cell.
func (s *sum) squares(p product) (expr.Expr, bool) {
	u, ok := square(p.dynamic)
	var outer expr.Expr
	if !ok && p.dynamic.Kind == expr.Map && p.dynamic.Fn == ir.Mul {
		for k := range 2 {
			if v, isSquare := square(p.dynamic.In[k]); isSquare && !ok {
				u, outer, ok = v, p.dynamic.In[1-k], true
			}
		}
	}
	if !ok {
		return nil, false
	}
	f := s.peel(u)
	if f.static != nil && f.static.IsScalar() {
		f.scale, f.static = times(f.scale, f.static), nil
	}
	q := &quadratic{s: s, weight: f.weight, outer: outer}
	lines, ok := s.affine(f.inner)
	if !ok || !q.take(lines, f.static, p.static) {
		return nil, false
	}
	x := q.build()
	if x == nil {
		return nil, false
	}
	if q.leftOver != nil {
		x = expr.Mul(q.leftOver, x)
	}
	if f.scale != nil {
		x = expr.Mul(expr.Mul(x, f.scale), f.scale)
	}
	return x, true
}

// root returns the square root of data that cannot be negative by the way they
// are computed.
func root(x expr.Expr) (expr.Expr, bool) {
	if v, ok := square(x); ok {
		return expr.Abs(v), true
	}
	if x.Kind == expr.Map {
		switch x.Fn {
		case ir.Exp, ir.Abs, ir.Sqrt, ir.InvLogit:
			return expr.Sqrt(x), true
		case ir.Inv:
			r, ok := root(x.In[0])
			return inverse(r), ok
		case ir.Mul, ir.Div:
			a, ok := root(x.In[0])
			b, ok2 := root(x.In[1])
			if !ok || !ok2 {
				return nil, false
			}
			return expr.Apply(x.Fn, a, b), true
		}
	}
	return nil, false
}

func inverse(x expr.Expr) expr.Expr {
	if x == nil {
		return nil
	}
	return expr.Inv(x)
}
