package expr

// Rewriter applies a function to every node of expressions, arguments first,
// and to a node that several expressions share only once.
type Rewriter struct {
	f    func(x Expr) Expr
	done map[Expr]Expr
}

// NewRewriter returns a Rewriter with the function f, which is given a node
// whose arguments are rewritten already and returns it or another one of its
// shape.
func NewRewriter(f func(x Expr) Expr) *Rewriter {
	return &Rewriter{f: f, done: make(map[Expr]Expr)}
}

// Rewrite returns x with every node rewritten.
func (r *Rewriter) Rewrite(x Expr) Expr {
	if x.err != nil {
		return x
	}
	if y, ok := r.done[x]; ok {
		return y
	}
	in := make([]*Node, len(x.In))
	changed := false
	for i, a := range x.In {
		in[i] = r.Rewrite(a)
		changed = changed || in[i] != a
	}
	y := x
	if changed {
		y = build(x.Op, x.Shape, in...)
	}
	y = r.f(y)
	r.done[x] = y
	return y
}
