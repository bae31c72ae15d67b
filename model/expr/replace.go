package expr

// Replace returns x with every node that is a key of by replaced by its value,
// which has the same shape.
func Replace(x Expr, by map[Expr]Expr) Expr { return Replacing(by)(x) }

// Replacing returns Replace for many expressions: what they share is rebuilt
// once. A key may be added to by as long as no expression that holds it was
// handed over.
func Replacing(by map[Expr]Expr) func(x Expr) Expr {
	return replacer{by: by, done: make(map[Expr]Expr)}.in
}

type replacer struct{ by, done map[Expr]Expr }

func (r replacer) in(x Expr) Expr {
	if y, ok := r.by[x]; ok {
		if x.err == nil && y.err == nil && !x.Shape.Equal(y.Shape) {
			return errorf("cannot replace an array of shape %v by one of shape %v", x.Shape, y.Shape)
		}
		return y
	}
	if y, ok := r.done[x]; ok {
		return y
	}
	y := x
	in := make([]*Node, len(x.In))
	changed := false
	for i, a := range x.In {
		in[i] = r.in(a)
		changed = changed || in[i] != a
	}
	if changed {
		y = build(x.Op, x.Shape, in...)
		if y.err == nil {
			y.Values = x.Values
		}
	}
	r.done[x] = y
	return y
}
