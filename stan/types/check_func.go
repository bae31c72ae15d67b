package types

import (
	"strings"

	"github.com/quatre-ppl/quatre/stan/syntax"
)

// densitySuffixes mark functions whose first argument is separated by a bar.
var densitySuffixes = []string{"_lpdf", "_lpmf", "_lupdf", "_lupmf", "_cdf", "_lcdf", "_lccdf"}

// suffixOf returns the density suffix of a function's name, "" if it has none.
func suffixOf(name string) string {
	for _, suffix := range densitySuffixes {
		if strings.HasSuffix(name, suffix) {
			return suffix
		}
	}
	return ""
}

// functions checks the functions block: first all headers, so that functions may call each other, then the bodies.
func (c *checker) functions(defs []*syntax.FuncDef) {
	c.block = syntax.FunctionsBlock
	var announced []*Function
	for _, def := range defs {
		f := c.header(def)
		same := c.sameFunction(f)
		switch {
		case def.Forward:
			announced = append(announced, f)
			continue
		case same != nil:
			line, _ := c.src.Position(same.At.Start)
			c.errorf(def.Span, "", "%q with these parameters is already defined in line %d", f.Name, line)
			continue
		}
		c.funcs[f.Name] = append(c.funcs[f.Name], f)
		c.program.Functions = append(c.program.Functions, f)
	}
	for _, f := range announced {
		if c.sameFunction(f) == nil {
			c.errorf(f.At, "add its body, or remove the line", "%q is announced but not defined", f.Name)
		}
	}
	for _, f := range c.program.Functions {
		c.body(f)
	}
}

// header checks result, name and parameters of a function.
func (c *checker) header(def *syntax.FuncDef) *Function {
	f := &Function{Name: def.Name.Name, Result: c.unsizedType(def.Return), At: def.Span, def: def}
	for _, param := range def.Params {
		t := c.unsizedType(param.Type)
		f.Params = append(f.Params, &Symbol{
			Name: param.Name.Name, Kind: ParamVar, Type: t, Block: syntax.FunctionsBlock,
			DataOnly: param.Data || t.IsInt(), At: param.Name.Span,
		})
	}
	c.functionName(f, def.Name)
	return f
}

// functionName checks what the name of a function promises of its result and first parameter.
func (c *checker) functionName(f *Function, id syntax.Ident) {
	suffix := suffixOf(f.Name)
	switch {
	case suffix == "_lupdf" || suffix == "_lupmf":
		c.errorf(id.Span, "define "+strings.Replace(f.Name, "_lup", "_lp", 1)+"; the other name follows from it",
			"a function cannot be defined under a name in %s", suffix)
	case suffix != "" && !f.Result.Equal(plain(Real)):
		c.errorf(f.def.Return.Span, "write real", "a function in %s must return real", suffix)
	case suffix != "" && len(f.Params) == 0:
		c.errorf(id.Span, "", "a function in %s needs a first parameter, the value", suffix)
	case suffix == "_lpmf" && !f.Params[0].Type.IsInt():
		c.errorf(f.Params[0].At, "name the function in _lpdf", "the first parameter of a function in _lpmf is an int or ints")
	case suffix == "_lpdf" && f.Params[0].Type.hasInt():
		c.errorf(f.Params[0].At, "name the function in _lpmf", "the first parameter of a function in _lpdf is real")
	}
	var args []Type
	for _, param := range f.Params {
		args = append(args, param.Type)
	}
	if m, ok := c.lib.lookup(f.Name, args); ok && m.steps == 0 {
		c.errorf(id.Span, "choose another name", "the library already has %q for these parameters", f.Name)
	}
}

// sameFunction returns the defined function with the name and the parameters of f.
func (c *checker) sameFunction(f *Function) *Function {
	for _, other := range c.funcs[f.Name] {
		same := len(other.Params) == len(f.Params)
		for i := range f.Params {
			same = same && other.Params[i].Type.Equal(f.Params[i].Type)
		}
		if same {
			return other
		}
	}
	return nil
}

// body checks the body of a function in a scope of its own.
func (c *checker) body(f *Function) {
	outer := c.slots
	c.fn, c.slots, c.loops = f, 0, 0
	c.reported = map[string]bool{}
	c.push()
	for _, param := range f.Params {
		c.declare(param)
	}
	c.depth++
	f.Body = c.stmts(f.def.Body)
	c.depth--
	c.pop()
	if f.Result.Base != Void && !returns(f.Body) {
		c.errorf(f.def.Name.Span, "end every way through the body with return or reject()", "%q may end without returning a value", f.Name)
	}
	f.Slots = c.slots
	c.fn, c.slots = nil, outer
	c.reported = map[string]bool{}
}

// returns tells whether every way through the statements ends the function.
func returns(stmts []Stmt) bool {
	for _, stmt := range stmts {
		switch s := stmt.(type) {
		case *Return:
			return true
		case *Message:
			if s.Kind != "print" {
				return true
			}
		case *If:
			if returns(s.Then) && returns(s.Else) {
				return true
			}
		case *Block:
			if returns(s.Body) {
				return true
			}
		case *While:
			// a loop with a constant condition ends by a return in its body, if at all
			if k, ok := s.Cond.(*Const); ok && (k.Int != 0 || k.Real != 0) && !breaks(s.Body) {
				return true
			}
		}
	}
	return false
}

// breaks tells whether the statements of a loop's body may leave that loop.
func breaks(stmts []Stmt) bool {
	for _, stmt := range stmts {
		switch s := stmt.(type) {
		case *Break:
			return true
		case *If:
			if breaks(s.Then) || breaks(s.Else) {
				return true
			}
		case *Block:
			if breaks(s.Body) {
				return true
			}
		}
	}
	return false
}

// signature returns how f is called.
func (f *Function) signature() *Signature {
	s := &Signature{Name: f.Name, result: pattern{alternatives: []Type{f.Result}}}
	for _, param := range f.Params {
		text := param.Type.String()
		data := param.DataOnly && !param.Type.IsInt()
		if data {
			text = "data " + text
		}
		s.params = append(s.params, pattern{alternatives: []Type{param.Type}, data: data, text: text})
	}
	return s
}
