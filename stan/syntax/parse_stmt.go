package syntax

// statements reads statements up to a closing brace, the next block or the end; it consumes none of these.
func (p *parser) statements() []Stmt {
	var stmts []Stmt
	for !p.at("}") && p.peek().Kind != EOF && p.blockAhead() == nil {
		before := p.pos
		if stmt := p.statement(); stmt != nil && !p.broken {
			stmts = append(stmts, stmt)
		}
		if p.broken {
			p.recoverStatement()
			if p.pos == before {
				p.pos++
			}
		}
	}
	return stmts
}

// braced reads { statements } and returns them; what names their owner in a message.
func (p *parser) braced(what string) []Stmt {
	open := p.peek().Span
	p.expect("{", "to open "+what)
	stmts := p.statements()
	if p.accept("}") || p.broken {
		return stmts
	}
	if p.unclosed != p.pos {
		p.report(open, "", "the braces of %s are not closed: expected '}' before %s", what, p.peek().describe())
		p.unclosed = p.pos
	}
	return stmts
}

// body reads the body of a loop or a condition: braces or one statement.
func (p *parser) body(what string) []Stmt {
	if p.at("{") {
		return p.braced(what)
	}
	at := p.peek().Span
	stmt := p.statement()
	if decl, ok := stmt.(*Decl); ok && !p.broken {
		p.report(at, "put braces around the body of "+what, "the declaration of %q would end at once", decl.Names[0].Name.Name)
	}
	if stmt == nil {
		return nil
	}
	return []Stmt{stmt}
}

// statement reads one statement or declaration; the empty statement gives nil.
func (p *parser) statement() Stmt {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	p.chain = 0
	token := p.peek()
	if p.typeAhead() {
		return p.decl()
	}
	if token.Kind == Keyword {
		if read := p.keywordStatement(token.Text); read != nil {
			return read(token.Start)
		}
	}
	switch {
	case p.accept(";"):
		return nil
	case token.is("{") && !p.arrayAhead():
		body := p.braced("the block")
		return &Group{Span: p.from(token.Start), Body: body}
	case token.isName("jacobian") && p.ahead(1).is("+="):
		return p.targetAdd(token.Start)
	}
	return p.exprStatement()
}

// arrayAhead tells whether the brace that comes next opens an array, as in {a, b} ~ normal(0, 1), and not a block.
func (p *parser) arrayAhead() bool {
	depth := 0
	for n := 0; ; n++ {
		token := p.ahead(n)
		switch {
		case token.Kind == EOF, token.is(";"):
			return false
		case token.is("{"):
			depth++
		case token.is("}"):
			if depth--; depth == 0 {
				return p.ahead(n+1).is("~", "[", "'")
			}
		}
	}
}

// keywordStatement returns the production of the statements that a reserved word starts, nil for other words.
func (p *parser) keywordStatement(word string) func(start int) Stmt {
	switch word {
	case "for":
		return p.forLoop
	case "while":
		return p.while
	case "if":
		return p.ifElse
	case "return":
		return p.returnStmt
	case "break", "continue":
		return p.jump
	case "print", "reject", "fatal_error":
		return p.message
	case "profile":
		return p.profile
	case "target":
		if !p.ahead(1).is("(") {
			return p.targetAdd
		}
	}
	return nil
}

func (p *parser) forLoop(start int) Stmt {
	p.next()
	f := &For{}
	p.expect("(", "after for")
	f.Var = p.newName("the loop variable")
	p.expect("in", "after the loop variable")
	f.Lo = p.expr()
	if p.accept(":") {
		f.Hi = p.expr()
	} else {
		f.Over, f.Lo = f.Lo, nil
	}
	p.expect(")", "after the range of the loop")
	f.Span = p.from(start)
	f.Body = p.body("the loop")
	return f
}

func (p *parser) while(start int) Stmt {
	p.next()
	p.expect("(", "after while")
	w := &While{Cond: p.expr()}
	p.expect(")", "after the condition")
	w.Span = p.from(start)
	w.Body = p.body("the loop")
	return w
}

func (p *parser) ifElse(start int) Stmt {
	p.next()
	p.expect("(", "after if")
	i := &If{Cond: p.expr()}
	p.expect(")", "after the condition")
	i.Span = p.from(start)
	i.Then = p.body("if")
	if p.accept("else") {
		i.Else = p.body("else")
	}
	return i
}

func (p *parser) returnStmt(start int) Stmt {
	p.next()
	r := &Return{}
	if !p.at(";") {
		r.Value = p.expr()
	}
	p.semicolon("return")
	r.Span = p.from(start)
	return r
}

func (p *parser) jump(start int) Stmt {
	word := p.next().Text
	p.semicolon(word)
	if word == "break" {
		return &Break{p.from(start)}
	}
	return &Continue{p.from(start)}
}

// message reads print, reject and fatal_error with their mix of texts and expressions.
func (p *parser) message(start int) Stmt {
	m := &Message{Kind: p.next().Text}
	p.expect("(", "after "+m.Kind)
	for !p.at(")") && !p.broken {
		if token := p.peek(); token.Kind == StringText {
			p.next()
			m.Args = append(m.Args, &StringLit{token.Span, token.Text})
		} else {
			m.Args = append(m.Args, p.expr())
		}
		if !p.accept(",") {
			break
		}
	}
	p.expect(")", "after what "+m.Kind+" says")
	p.semicolon(m.Kind)
	m.Span = p.from(start)
	return m
}

func (p *parser) profile(start int) Stmt {
	p.next()
	p.expect("(", "after profile")
	name := p.next()
	if name.Kind != StringText {
		p.failf(name.Span, "write profile(\"name\") { … }", "a profile's name is a text in double quotes")
	}
	p.expect(")", "after the profile's name")
	f := &Profile{Name: name.Text}
	f.Body = p.braced("the profile")
	f.Span = p.from(start)
	return f
}

// targetAdd reads target += value and jacobian += value.
func (p *parser) targetAdd(start int) Stmt {
	word := p.next()
	t := &TargetAdd{Jacobian: word.Text == "jacobian"}
	if !p.accept("+=") {
		p.failf(p.peek().Span, "write target += value, or target() to read it",
			"the log density can only be added to, found %s", p.peek().describe())
		return t
	}
	t.Value = p.expr()
	p.semicolon("the statement")
	t.Span = p.from(start)
	return t
}

// exprStatement reads the statements that start with an expression: assignment, tilde, call.
func (p *parser) exprStatement() Stmt {
	start, first := p.peek().Start, p.pos
	x := p.expr()
	token := p.peek()
	switch {
	case p.broken:
		return nil
	case token.is("~"):
		return p.tilde(x)
	case token.Kind == Punct && isAssign(token.Text):
		p.next()
		a := &Assign{Target: x, Op: assignOps[token.Text]}
		p.checkTarget(x)
		a.Value = p.expr()
		p.semicolon("the assignment")
		a.Span = p.from(start)
		return a
	}
	call, ok := x.(*Call)
	if !ok {
		p.uselessExpr(x, first)
		return nil
	}
	if call.Name.Name == "increment_log_prob" {
		hint := "write target += …"
		if len(call.Args) == 1 {
			hint = "write target += " + ExprText(call.Args[0])
		}
		p.report(call.Span, hint, "increment_log_prob is no longer part of the language")
	}
	p.semicolon("the call of \"" + call.Name.Name + "\"")
	return &CallStmt{Span: p.from(start), Call: call}
}

func isAssign(text string) bool { _, ok := assignOps[text]; return ok }

// checkTarget reports a left-hand side that cannot be assigned to.
func (p *parser) checkTarget(x Expr) {
	switch x := x.(type) {
	case *Var:
	case *Index:
		p.checkTarget(x.X)
	case *Field:
		p.checkTarget(x.X)
	case *TupleLit:
		for _, elem := range x.Elems {
			p.checkTarget(elem)
		}
	case *TargetValue:
		p.report(x.Span, "write target += value", "target() cannot be assigned to")
	default:
		p.report(x.Pos(), "", "this cannot be assigned to: a variable or a part of one stands left of '='")
	}
}

// uselessExpr reports an expression used as a statement, with the old arrow and the double equals sign as causes.
func (p *parser) uselessExpr(x Expr, first int) {
	for n := first; n+1 < p.pos; n++ {
		if a, b := p.tokens[n], p.tokens[n+1]; a.is("<") && b.is("-") && a.End == b.Start {
			p.failf(a.Span.To(b.Span), "write =", "'<-' is no longer an assignment")
			return
		}
	}
	if b, ok := x.(*Binary); ok && b.Op == OpEq {
		p.failf(x.Pos(), "an assignment has a single =", "this comparison has no effect")
		return
	}
	if next := p.peek(); !next.is(";") {
		p.failf(next.Span, "", "expected an operator, '=' or '~', found %s", next.describe())
		return
	}
	p.failf(x.Pos(), "assign it, or remove it", "this expression has no effect")
}

// tilde reads what follows value ~.
func (p *parser) tilde(value Expr) Stmt {
	p.next()
	t := &Tilde{Value: value}
	t.Dist = p.distName()
	p.expect("(", "after the distribution")
	t.Args = p.exprList(")")
	if p.peek().isName("T") && p.ahead(1).is("[") {
		t.Trunc = p.truncation()
	}
	p.semicolon("the distribution")
	t.Span = p.from(value.Pos().Start)
	return t
}

func (p *parser) distName() Ident {
	token := p.next()
	if token.Kind != Name {
		p.failf(token.Span, "as in x ~ normal(0, 1);", "expected a distribution after '~', found %s", token.describe())
	}
	return Ident{token.Span, token.Text}
}

func (p *parser) truncation() *Truncation {
	t := &Truncation{Span: p.next().Span}
	p.expect("[", "after T")
	if !p.at(",") {
		t.Lower = p.expr()
	}
	if !p.at(",") {
		p.failf(p.peek().Span, "write T[lower, upper], T[lower, ] or T[ , upper]", "expected ',' in the truncation, found %s", p.peek().describe())
		return t
	}
	p.next()
	if !p.at("]") {
		t.Upper = p.expr()
	}
	p.expect("]", "after the truncation")
	t.Span = p.from(t.Start)
	return t
}
