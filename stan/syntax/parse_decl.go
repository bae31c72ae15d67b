package syntax

import "strings"

// decl reads a declaration of one or more variables.
func (p *parser) decl() Stmt {
	start := p.peek().Start
	d := &Decl{Type: p.sizedType()}
	for !p.broken {
		name := p.newName("the variable")
		if p.at("[") && !p.broken {
			p.oldArray(&d.Type, name)
		}
		declarator := Declarator{Name: name}
		if p.accept("=") {
			declarator.Init = p.expr()
		}
		d.Names = append(d.Names, declarator)
		if !p.accept(",") {
			break
		}
	}
	if p.peek().is("<") && p.ahead(1).is("-") {
		p.failf(p.peek().Span.To(p.ahead(1).Span), "write =", "'<-' is no longer an assignment")
	}
	if len(d.Names) > 0 {
		p.semicolon("the declaration of \"" + d.Names[len(d.Names)-1].Name.Name + "\"")
	}
	d.Span = p.from(start)
	return d
}

// oldArray reports sizes behind a variable's name and takes them as if they stood before the type.
func (p *parser) oldArray(t *TypeExpr, name Ident) {
	start := p.next().Start
	sizes := p.exprList("]")
	if p.broken {
		return
	}
	at := p.from(start)
	written := strings.TrimSpace(p.src.Text[t.Start:t.End])
	p.report(at, "write array"+p.src.Text[at.Start:at.End]+" "+written+" "+name.Name,
		"the sizes of an array stand before its type")
	t.Array = append(sizes, t.Array...)
	t.Rank = len(t.Array)
}

// newName reads the name that something gets.
func (p *parser) newName(what string) Ident {
	token := p.peek()
	if token.Kind == Keyword && !p.broken {
		p.failf(token.Span, "choose another name", "%q is a reserved word and cannot name %s", token.Text, what)
		return Ident{}
	}
	if token.Kind != Name {
		p.failf(token.Span, "", "expected a name for %s, found %s", what, token.describe())
		return Ident{}
	}
	p.next()
	if strings.HasSuffix(token.Text, "__") {
		p.report(token.Span, "drop the underscores at its end", "the name %q is reserved for internal use", token.Text)
	}
	return Ident{token.Span, token.Text}
}
