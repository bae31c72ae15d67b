package types

import (
	"github.com/quatre-ppl/quatre/stan/syntax"
)

// stmts checks a list of statements in the current scope.
func (c *checker) stmts(list []syntax.Stmt) []Stmt {
	var out []Stmt
	for _, stmt := range list {
		out = append(out, c.stmt(stmt)...)
	}
	return out
}

// scoped checks a list of statements in a scope of its own.
func (c *checker) scoped(list []syntax.Stmt) []Stmt {
	c.push()
	c.depth++
	defer func() {
		c.depth--
		c.pop()
	}()
	return c.stmts(list)
}

// stmt checks one statement. A declaration of several variables gives several.
func (c *checker) stmt(stmt syntax.Stmt) []Stmt {
	switch s := stmt.(type) {
	case *syntax.Decl:
		return c.decl(s)
	case *syntax.Assign:
		return []Stmt{c.assign(s)}
	case *syntax.Tilde:
		return []Stmt{c.tilde(s)}
	case *syntax.TargetAdd:
		return []Stmt{c.targetAdd(s)}
	case *syntax.For:
		return []Stmt{c.forLoop(s)}
	case *syntax.While:
		w := &While{Span: s.Span, Cond: c.condition(s.Cond)}
		w.Body = c.loopBody(s.Body)
		return []Stmt{w}
	case *syntax.If:
		return []Stmt{&If{Span: s.Span, Cond: c.condition(s.Cond), Then: c.scoped(s.Then), Else: c.scoped(s.Else)}}
	case *syntax.Group:
		return []Stmt{&Block{Span: s.Span, Body: c.scoped(s.Body)}}
	case *syntax.Profile:
		return []Stmt{&Block{Span: s.Span, Profile: s.Name, Body: c.scoped(s.Body)}}
	case *syntax.Message:
		return []Stmt{c.message(s)}
	case *syntax.CallStmt:
		return c.callStmt(s)
	case *syntax.Return:
		return []Stmt{c.returnStmt(s)}
	case *syntax.Break:
		c.inLoop(s.Span, "break")
		return []Stmt{&Break{s.Span}}
	case *syntax.Continue:
		c.inLoop(s.Span, "continue")
		return []Stmt{&Continue{s.Span}}
	}
	panic("types: unknown statement")
}

func (c *checker) inLoop(at syntax.Span, word string) {
	if c.loops == 0 {
		c.errorf(at, "", "%s stands in no loop", word)
	}
}

func (c *checker) loopBody(body []syntax.Stmt) []Stmt {
	c.loops++
	defer func() { c.loops-- }()
	return c.scoped(body)
}

// condition checks the condition of if and while.
func (c *checker) condition(e syntax.Expr) Expr {
	cond := c.expr(e)
	if t := cond.Type(); !t.IsInvalid() && !t.Equal(plain(Int)) && !t.Equal(plain(Real)) {
		c.errorf(cond.Pos(), "compare it with something", "a condition must be an int or a real, not %s", t)
	}
	return cond
}

// forLoop checks both kinds of for. The loop variable lives in a scope around the body.
func (c *checker) forLoop(f *syntax.For) Stmt {
	sym := &Symbol{Name: f.Var.Name, Kind: LoopVar, Type: plain(Int), Block: c.block, DataOnly: true, At: f.Var.Span}
	c.depth++
	c.push()
	defer func() {
		c.pop()
		c.depth--
	}()
	if f.Over == nil {
		loop := &For{Span: f.Span, Var: sym, Lo: c.intExpr(f.Lo, "the start of a range"), Hi: c.intExpr(f.Hi, "the end of a range")}
		c.declare(sym)
		loop.Body = c.loopBody(f.Body)
		return loop
	}
	loop := &ForEach{Span: f.Span, Var: sym, Over: c.expr(f.Over)}
	t := loop.Over.Type()
	sym.DataOnly = loop.Over.DataOnly()
	switch {
	case t.IsInvalid():
		sym.Type = t
	case t.Rank > 0:
		sym.Type = t.Elem()
	case t.Base >= Vector && t.Base <= Matrix:
		sym.Type = plain(Real)
	case t.Base >= ComplexVector && t.Base <= ComplexMatrix:
		sym.Type = plain(Complex)
	default:
		hint := ""
		if t.IsInt() {
			hint = "a range is written 1:" + syntax.ExprText(f.Over)
		}
		c.errorf(loop.Over.Pos(), hint, "a loop cannot run over %s", t)
		sym.Type = Type{}
	}
	c.declare(sym)
	loop.Body = c.loopBody(f.Body)
	return loop
}

// intExpr checks an expression that must be an int.
func (c *checker) intExpr(e syntax.Expr, what string) Expr {
	x := c.expr(e)
	if t := x.Type(); !t.IsInvalid() && !t.Equal(plain(Int)) {
		c.errorf(x.Pos(), "", "%s must be an int, not %s", what, t)
	}
	return x
}

func (c *checker) targetAdd(s *syntax.TargetAdd) Stmt {
	t := &TargetAdd{Span: s.Span, Jacobian: s.Jacobian, Value: c.expr(s.Value)}
	switch {
	case s.Jacobian && !c.mayAddJacobian():
		c.errorf(s.Span, "in the model block write target +=", "jacobian += belongs into transformed parameters or a function in _jacobian")
	case !s.Jacobian && !c.mayAddToTarget():
		c.errorf(s.Span, "", "target += belongs into the model block or a function in _lp")
	}
	typ := t.Value.Type()
	if !typ.IsInvalid() && !typ.isNumeric() {
		c.errorf(t.Value.Pos(), "", "the log density is real; %s cannot be added to it", typ)
	}
	return t
}

// message checks print, reject and fatal_error.
func (c *checker) message(s *syntax.Message) Stmt {
	m := &Message{Span: s.Span, Kind: s.Kind}
	for _, arg := range s.Args {
		if text, ok := arg.(*syntax.StringLit); ok {
			m.Args = append(m.Args, &TextConst{node: c.node(text.Span, plain(Text), true), Text: text.Text})
			continue
		}
		m.Args = append(m.Args, c.expr(arg))
	}
	return m
}

func (c *checker) returnStmt(s *syntax.Return) Stmt {
	r := &Return{Span: s.Span}
	switch {
	case c.fn == nil:
		c.errorf(s.Span, "", "return stands in no function")
	case s.Value == nil && c.fn.Result.Base != Void:
		c.errorf(s.Span, "", "%q must return %s", c.fn.Name, c.fn.Result)
	case s.Value != nil && c.fn.Result.Base == Void:
		c.errorf(s.Value.Pos(), "write return; or give the function a type", "%q is void and returns no value", c.fn.Name)
	case s.Value != nil:
		r.Value = c.convert(c.expr(s.Value), c.fn.Result, "the value of \""+c.fn.Name+"\"")
	}
	return r
}

// callStmt checks a call used as a statement: its function must return nothing.
func (c *checker) callStmt(s *syntax.CallStmt) []Stmt {
	call, ok := c.call(s.Call, true).(*Call)
	if !ok {
		return nil
	}
	if t := call.Type(); !t.IsInvalid() && t.Base != Void {
		c.errorf(s.Span, "assign it to a variable", "the value of %q, of type %s, is not used", s.Call.Name.Name, t)
	}
	return []Stmt{&CallStmt{Span: s.Span, Call: call}}
}
