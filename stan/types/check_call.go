package types

import (
	"fmt"
	"strings"

	"github.com/quatre-ppl/quatre/stan/syntax"
)

// call checks the application of a function. In a statement, its function may return nothing.
func (c *checker) call(s *syntax.Call, statement bool) Expr {
	name, unnormalised := normalised(s.Name.Name)
	if !c.callPlace(s) {
		return c.invalid(s.Span)
	}
	args, data, ok := c.arguments(name, s.Args)
	if !ok {
		return c.invalid(s.Span)
	}
	if len(c.candidates(name)) == 0 {
		c.unknownFunction(s.Name)
		return c.invalid(s.Span)
	}
	m, fn, ok := c.resolve(name, typesOf(args))
	if !ok {
		c.errorf(s.Span, c.formsHint(name, len(args)), "no form of %q takes (%s)", s.Name.Name, typeList(args))
		return c.invalid(s.Span)
	}
	c.fit(m, fn, args)
	if !c.fitFunction(m, args) {
		return c.invalid(s.Span)
	}
	if m.result.Base == Void && !statement {
		c.errorf(s.Span, "", "%q returns nothing, so it is no value", s.Name.Name)
		return c.invalid(s.Span)
	}
	return &Call{node: c.node(s.Span, m.result, data && !strings.HasSuffix(name, "_lp")), Name: name, Func: fn, Args: args, Unnormalised: unnormalised}
}

// normalised returns the name of the density that a name in _lupdf or _lupmf means.
func normalised(name string) (string, bool) {
	for _, kind := range []string{"pdf", "pmf"} {
		if base, ok := strings.CutSuffix(name, "_lu"+kind); ok {
			return base + "_l" + kind, true
		}
	}
	return name, false
}

// callPlace checks what depends on the name alone: the bar, and where such functions may be called. It returns false
// where the name cannot be meant.
func (c *checker) callPlace(s *syntax.Call) bool {
	name := s.Name.Name
	suffix := suffixOf(name)
	switch {
	case suffix != "" && !s.Bar && len(s.Args) > 1:
		c.errorf(s.Span, fmt.Sprintf("write %s(%s | …)", name, syntax.ExprText(s.Args[0])),
			"a bar stands behind the first argument of a function in %s", suffix)
	case suffix == "" && s.Bar:
		c.errorf(s.Span, "", "a bar stands only in functions in _lpdf, _lpmf, _cdf, _lcdf and _lccdf")
		return false
	}
	switch {
	case strings.HasSuffix(name, "_rng") && !c.mayDraw():
		c.errorf(s.Span, "", "random numbers can be drawn only in transformed data, generated quantities or a function in _rng")
	case strings.HasSuffix(name, "_lp") && len(c.funcs[name]) > 0 && !c.mayAddToTarget() && !c.inBlock(syntax.TransformedParametersBlock):
		c.errorf(s.Span, "", "a function in _lp can be called only in the model block, in transformed parameters or in a function in _lp")
	case strings.HasSuffix(name, "_jacobian") && !c.mayAddJacobian():
		c.errorf(s.Span, "", "a function in _jacobian can be called only in transformed parameters or in a function in _jacobian")
	case (suffix == "_lupdf" || suffix == "_lupmf") && !c.mayAddToTarget() && !c.inFunction("_lpdf", "_lpmf"):
		c.errorf(s.Span, "write "+strings.Replace(name, "_lup", "_lp", 1),
			"an unnormalised density can be used only in the model block or in a function in _lpdf, _lpmf or _lp")
	}
	return true
}

// arguments checks the arguments; a function's name is one where the library wants a function.
func (c *checker) arguments(name string, list []syntax.Expr) (args []Expr, data, ok bool) {
	data, ok = true, true
	for i, e := range list {
		if id, isVar := e.(*syntax.Var); isVar && i == 0 && c.lib.takesFunction(name) {
			args = append(args, c.functionValue(id))
		} else {
			args = append(args, c.expr(e))
		}
		last := args[len(args)-1]
		data = data && last.DataOnly()
		ok = ok && !last.Type().IsInvalid()
	}
	return args, data, ok
}

// candidate is a signature with the function of the program that it belongs to, nil for the library.
type candidate struct {
	sig *Signature
	fn  *Function
}

// candidates returns the ways to call a name, those of the program first.
func (c *checker) candidates(name string) []candidate {
	var list []candidate
	for _, f := range c.funcs[name] {
		list = append(list, candidate{f.signature(), f})
	}
	for _, s := range c.lib.signatures(name) {
		list = append(list, candidate{s, nil})
	}
	return list
}

// resolve returns the candidate with the fewest promotions; the program's functions win a tie.
func (c *checker) resolve(name string, args []Type) (match, *Function, bool) {
	var found match
	var fn *Function
	ok := false
	for _, candidate := range c.candidates(name) {
		if m, matches := candidate.sig.match(args); matches && (!ok || m.steps < found.steps) {
			found, fn, ok = m, candidate.fn, true
		}
	}
	return found, fn, ok
}

// fit promotes the arguments to what the chosen signature takes, and reports those that must be data and are not.
func (c *checker) fit(m match, fn *Function, args []Expr) {
	for i := range args {
		if args[i].Type().Base == Func {
			continue
		}
		if i < len(m.data) && m.data[i] && !args[i].DataOnly() {
			hint := "it may depend on data and transformed data only"
			if sym := root(args[i]); sym != nil && sym.Kind == ParamVar {
				hint = fmt.Sprintf("write \"data\" before the parameter %q", sym.Name)
			}
			c.errorf(args[i].Pos(), hint, "argument %d of %q must be data", i+1, m.sig.Name)
		}
		args[i] = c.promote(args[i], m.params[i])
	}
}

func typesOf(args []Expr) []Type {
	list := make([]Type, len(args))
	for i, arg := range args {
		list[i] = arg.Type()
	}
	return list
}

// typeList prints the types of arguments.
func typeList(args []Expr) string {
	parts := make([]string, len(args))
	for i, arg := range args {
		parts[i] = arg.Type().String()
	}
	return strings.Join(parts, ", ")
}

// formsHint lists ways to call a name, those with the given number of arguments first.
func (c *checker) formsHint(name string, count int) string {
	const shown = 4
	var fitting, others []string
	for _, candidate := range c.candidates(name) {
		text := candidate.sig.String()
		if len(candidate.sig.params) == count {
			fitting = append(fitting, text)
		} else {
			others = append(others, text)
		}
	}
	if len(fitting) == 0 {
		fitting = others
	}
	if len(fitting) > shown {
		fitting = append(fitting[:shown], "…")
	}
	return "it has the form " + strings.Join(fitting, " or ")
}
