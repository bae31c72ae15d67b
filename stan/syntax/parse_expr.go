package syntax

import (
	"strconv"
	"strings"
)

// expr reads an expression of any strength.
func (p *parser) expr() Expr {
	start := p.peek().Start
	test := p.binary(precOr)
	if !p.accept("?") {
		return test
	}
	if !p.enter() {
		return test
	}
	defer p.leave()
	c := &Cond{If: test, Then: p.expr()}
	p.expect(":", "between the two values of '?'")
	c.Else = p.expr()
	c.Span = p.from(start)
	return c
}

// binary reads an expression whose infix operators bind at least as strongly as least.
func (p *parser) binary(least int) Expr {
	if !p.enter() {
		return &RowLit{Span: p.peek().Span}
	}
	defer p.leave()
	start := p.peek().Start
	x := p.prefix()
	for {
		token := p.peek()
		op := Op(token.Text)
		prec := binaryPrec[op]
		if token.Kind != Punct || prec < least || prec == 0 || !p.link(token) {
			return x
		}
		p.next()
		right := prec + 1
		if prec == precPow {
			right = prec
		}
		y := p.binary(right)
		x = &Binary{Span: p.from(start), Op: op, X: x, Y: y}
	}
}

// link counts one more operator of the statement and fails where there are too many.
func (p *parser) link(at Token) bool {
	if p.chain++; p.chain > maxChain {
		p.failf(at.Span, "split it up", "statement with more than %d operators", maxChain)
	}
	return !p.broken
}

// prefix reads an operand with its signs; a power binds more strongly than a sign before it.
func (p *parser) prefix() Expr {
	token := p.peek()
	if !p.accept("-", "+", "!") {
		return p.postfix()
	}
	x := p.binary(precPow)
	return &Unary{Span: p.from(token.Start), Op: Op(token.Text), X: x}
}

// postfix reads an operand with its indexes, transposes and tuple fields.
func (p *parser) postfix() Expr {
	start := p.peek().Start
	x := p.operand()
	for {
		token := p.peek()
		switch {
		case token.is("["):
			p.next()
			args := p.indexes()
			x = &Index{Span: p.from(start), X: x, Args: args}
		case token.is("'"):
			p.next()
			x = &Unary{Span: p.from(start), Op: OpTranspose, X: x}
		case token.Kind == DotNumber:
			p.next()
			n, err := strconv.Atoi(token.Text[1:])
			if err != nil || n < 1 {
				p.report(token.Span, "fields are counted from 1", "%s is no field of a tuple", token.Text)
			}
			x = &Field{Span: p.from(start), X: x, N: n}
		default:
			return x
		}
		if !p.link(token) {
			return x
		}
	}
}

// operand reads what has no operator outside of brackets.
func (p *parser) operand() Expr {
	token := p.peek()
	switch token.Kind {
	case Name:
		p.next()
		name := Ident{token.Span, token.Text}
		if p.at("(") {
			return p.call(name)
		}
		return &Var{name}
	case IntNumber, RealNumber, ImagNumber, DotNumber:
		p.next()
		return p.numberLit(token)
	case StringText:
		p.failf(token.Span, "", "a text can only stand in print, reject and fatal_error")
		return &StringLit{token.Span, token.Text}
	}
	switch {
	case token.is("target"):
		p.next()
		p.expect("(", "after target")
		p.expect(")", "after target(")
		return &TargetValue{p.from(token.Start)}
	case token.is("("):
		return p.parenthesised()
	case token.is("{"):
		p.next()
		return &ArrayLit{Elems: p.exprList("}"), Span: p.from(token.Start)}
	case token.is("["):
		p.next()
		return &RowLit{Elems: p.exprList("]"), Span: p.from(token.Start)}
	}
	hint := ""
	if token.is("true", "false") {
		hint = "write 1 for true and 0 for false"
	}
	p.failf(token.Span, hint, "expected an expression, found %s", token.describe())
	return &RowLit{Span: token.Span}
}

// parenthesised reads (x), which is x itself, or the tuple (x, y, …).
func (p *parser) parenthesised() Expr {
	start := p.next().Start
	x := p.expr()
	if !p.at(",") {
		p.expect(")", "to close the parenthesis")
		return x
	}
	elems := []Expr{x}
	for p.accept(",") {
		elems = append(elems, p.expr())
	}
	p.expect(")", "after the parts of the tuple")
	return &TupleLit{Span: p.from(start), Elems: elems}
}

// call reads the arguments of a function; a bar may stand after the first.
func (p *parser) call(name Ident) Expr {
	p.next()
	c := &Call{Name: name}
	if !p.accept(")") {
		c.Args = append(c.Args, p.expr())
		if p.accept("|") {
			c.Bar = true
			c.Args = append(c.Args, p.exprList(")")...)
		} else if p.accept(",") {
			c.Args = append(c.Args, p.exprList(")")...)
		} else {
			p.expect(")", "after the arguments of \""+name.Name+"\"")
		}
	}
	c.Span = p.from(name.Start)
	return c
}

// exprList reads expressions with commas between them up to and with the closing bracket.
func (p *parser) exprList(closing string) []Expr {
	var list []Expr
	if p.accept(closing) {
		return nil
	}
	for !p.broken {
		list = append(list, p.expr())
		if !p.accept(",") {
			break
		}
	}
	p.expect(closing, "to close the list")
	return list
}

// indexes reads the indexes of a bracket that is open; an empty place takes everything.
func (p *parser) indexes() []IndexArg {
	var args []IndexArg
	for {
		args = append(args, p.index())
		if !p.accept(",") {
			p.expect("]", "after the index")
			return args
		}
	}
}

func (p *parser) index() IndexArg {
	start := p.peek().Start
	arg := IndexArg{Kind: IndexAll}
	ends := func() bool { return p.at(",", "]") || p.broken }
	switch {
	case ends():
		arg.Span = Span{start, start}
		return arg
	case p.accept(":"):
		if !ends() {
			arg.Kind, arg.Hi = IndexTo, p.expr()
		}
	default:
		arg.Kind, arg.Lo = IndexSingle, p.expr()
		if p.accept(":") {
			arg.Kind = IndexFrom
			if !ends() {
				arg.Kind, arg.Hi = IndexRange, p.expr()
			}
		}
	}
	arg.Span = p.from(start)
	return arg
}

// maxInt is the largest int of the language, which has 32 bits.
const maxInt = 1<<31 - 1

// numberLit converts a number and reports one that is too large.
func (p *parser) numberLit(token Token) Expr {
	text := strings.ReplaceAll(token.Text, "_", "")
	if token.Kind == IntNumber {
		value, err := strconv.Atoi(text)
		if err != nil || value > maxInt {
			p.report(token.Span, "write it as a real, as in 3000000000.0", "an int is at most %d", maxInt)
			value = 0
		}
		return &IntLit{token.Span, text, value}
	}
	imag := token.Kind == ImagNumber
	value, err := strconv.ParseFloat(strings.TrimSuffix(text, "i"), 64)
	if err != nil {
		p.report(token.Span, "a real is at most about 1.8e308; positive_infinity() is a function", "%s is too large for a real", text)
		value = 0
	}
	return &RealLit{token.Span, text, value, imag}
}
