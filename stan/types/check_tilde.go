package types

import (
	"strings"

	"github.com/quatre-ppl/quatre/stan/syntax"
)

// tilde checks value ~ distribution(arguments), with its truncation.
func (c *checker) tilde(s *syntax.Tilde) Stmt {
	out := &Tilde{Span: s.Span, Dist: s.Dist.Name}
	if !c.mayAddToTarget() {
		c.errorf(s.Span, "", "'~' belongs into the model block or a function in _lp")
	}
	args, _ := c.exprs(append([]syntax.Expr{s.Value}, s.Args...))
	var lower, upper Expr
	if s.Trunc != nil {
		lower, upper = c.optional(s.Trunc.Lower), c.optional(s.Trunc.Upper)
	}
	lpdf, lpmf := s.Dist.Name+"_lpdf", s.Dist.Name+"_lpmf"
	if len(c.candidates(lpdf)) == 0 && len(c.candidates(lpmf)) == 0 {
		c.unknownDistribution(s.Dist)
		return out
	}
	for _, arg := range args {
		if arg.Type().IsInvalid() {
			return out
		}
	}
	m, fn, ok := c.resolve(lpdf, typesOf(args))
	if other, otherFn, also := c.resolve(lpmf, typesOf(args)); also && (!ok || other.steps < m.steps) {
		m, fn, ok = other, otherFn, true
	}
	if !ok {
		name := lpdf
		if len(c.candidates(lpdf)) == 0 {
			name = lpmf
		}
		c.errorf(s.Span, c.tildeHint(name, args), "%q takes no value of type %s with arguments (%s)",
			s.Dist.Name, args[0].Type(), typeList(args[1:]))
		return out
	}
	c.fit(m, fn, args)
	out.Density = &Call{node: c.node(s.Span, plain(Real), false), Name: m.sig.Name, Func: fn, Args: args, Unnormalised: true}
	if s.Trunc != nil {
		out.Lower = c.truncation(s, out.Density, lower, "_lccdf")
		out.Upper = c.truncation(s, out.Density, upper, "_lcdf")
	}
	return out
}

func (c *checker) optional(e syntax.Expr) Expr {
	if e == nil {
		return nil
	}
	return c.expr(e)
}

// tildeHint tells the form of a distribution, or that a discrete one has real values.
func (c *checker) tildeHint(name string, args []Expr) string {
	if strings.HasSuffix(name, "_lpmf") && args[0].Type().Base != Int && args[0].Type().isNumeric() {
		return "its values are ints: declare the left-hand side as int or array[…] int"
	}
	return c.formsHint(name, len(args))
}

// truncation checks one bound of T[,]: the distribution must have the distribution function that truncating there needs.
func (c *checker) truncation(s *syntax.Tilde, density *Call, bound Expr, suffix string) Expr {
	if bound == nil || bound.Type().IsInvalid() {
		return bound
	}
	name := s.Dist.Name + suffix
	if len(c.candidates(name)) == 0 {
		c.errorf(s.Trunc.Span, "", "%q has no distribution function %q, so it cannot be truncated there", s.Dist.Name, name)
		return bound
	}
	scalar := plain(Real)
	if strings.HasSuffix(density.Name, "_lpmf") {
		scalar = plain(Int)
	}
	bound = c.convert(bound, scalar, "a bound of the truncation")
	if _, _, ok := c.resolve(name, typesOf(append([]Expr{bound}, density.Args[1:]...))); !ok && bound.Type().Equal(scalar) {
		c.errorf(s.Trunc.Span, c.formsHint(name, len(density.Args)), "no form of %q takes (%s)", name, typeList(append([]Expr{bound}, density.Args[1:]...)))
	}
	return bound
}
