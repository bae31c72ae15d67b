package types

import (
	"fmt"

	"github.com/quatre-ppl/quatre/stan/syntax"
)

// takesFunction tells whether the first argument of a library function is a function.
func (l *Library) takesFunction(name string) bool {
	signatures := l.signatures(name)
	return len(signatures) > 0 && len(signatures[0].params) > 0 && signatures[0].params[0].fn != nil
}

// functionValue checks a name that stands for a function of the program. Which of several is settled by fitFunction.
func (c *checker) functionValue(id *syntax.Var) Expr {
	name, unnormalised := normalised(id.Name)
	functions := c.funcs[name]
	if len(functions) == 0 {
		hint := "define it in the functions block"
		if c.lib.functions[name] != nil {
			hint = "the library's functions cannot be handed on; define one that calls it"
		}
		c.errorf(id.Span, hint, "%q is no function of this program", id.Name)
		return c.invalid(id.Span)
	}
	return &FuncRef{node: c.node(id.Span, plain(Func), true), Func: functions[0], Unnormalised: unnormalised}
}

// fitFunction picks the function of the program whose form is what the library function hands to it.
func (c *checker) fitFunction(m match, args []Expr) bool {
	if len(args) == 0 || args[0].Type().Base != Func {
		return true
	}
	ref := args[0].(*FuncRef)
	form := m.sig.params[0].fn
	var params []Type
	for _, p := range form.params {
		params = append(params, p.resolve(&m.generic))
	}
	if form.variadic {
		params = append(params, m.params[len(m.sig.params):]...)
	}
	for _, f := range c.funcs[ref.Func.Name] {
		if f.takes(params) && f.Result.Equal(form.result.resolve(&m.generic)) {
			ref.Func = f
			return true
		}
	}
	want := ""
	for i, t := range params {
		if i > 0 {
			want += ", "
		}
		want += t.String()
	}
	c.errorf(ref.Span, fmt.Sprintf("define %s %s(%s)", form.result.resolve(&m.generic), ref.Func.Name, want),
		"%q has not the form that %q needs", ref.Func.Name, m.sig.Name)
	return false
}

// takes tells whether arguments of these types can be handed to f.
func (f *Function) takes(args []Type) bool {
	if len(args) != len(f.Params) {
		return false
	}
	for i, arg := range args {
		if _, ok := promotion(arg, f.Params[i].Type); !ok {
			return false
		}
	}
	return true
}
