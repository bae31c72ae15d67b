package syntax

import (
	"strconv"
	"strings"
)

// typeAhead tells whether a declaration starts here. The word array is no reserved word, so it takes a look behind the
// brackets that follow it.
func (p *parser) typeAhead() bool {
	token := p.peek()
	if token.Kind == Keyword && baseTypes[token.Text] {
		return true
	}
	if !token.isName("array") {
		return false
	}
	if after := p.ahead(1); !after.is("[") {
		return after.Kind == Keyword && baseTypes[after.Text]
	}
	depth := 0
	for n := 1; ; n++ {
		token := p.ahead(n)
		switch {
		case token.Kind == EOF, token.is(";", "{", "}"):
			return false
		case token.is("["):
			depth++
		case token.is("]"):
			if depth--; depth == 0 {
				after := p.ahead(n + 1)
				return after.Kind == Keyword && baseTypes[after.Text]
			}
		}
	}
}

// sizedType reads the type of a declaration: array sizes, base, bounds, sizes.
func (p *parser) sizedType() TypeExpr {
	if !p.enter() {
		return TypeExpr{}
	}
	defer p.leave()
	t := TypeExpr{Span: p.peek().Span}
	start := t.Start
	if p.peek().isName("array") {
		p.next()
		if p.accept("[") {
			t.Array = p.exprList("]")
		}
		t.Rank = len(t.Array)
		if len(t.Array) == 0 && !p.broken {
			p.report(p.last(), "give the sizes, as in array[N] real x", "an array that is declared needs its sizes")
		}
	}
	base := p.peek()
	if base.Kind != Keyword || !baseTypes[base.Text] {
		p.failf(base.Span, "", "expected a type, found %s", base.describe())
		return t
	}
	p.next()
	t.Base = base.Text
	if t.Base == "tuple" {
		t.Elems = p.tupleElems(p.sizedType)
	} else {
		if p.at("<") {
			t.Bounds = p.bounds()
		}
		if p.at("[") {
			p.sizes(&t)
		} else if minSizes(t.Base) > 0 {
			p.failf(p.peek().Span, "write "+t.Base+sizesExample(t.Base), "%s needs its size", t.Base)
		}
	}
	t.Span = p.from(start)
	return t
}

// tupleElems reads the parts of a tuple type.
func (p *parser) tupleElems(element func() TypeExpr) []TypeExpr {
	p.expect("(", "after tuple")
	var elems []TypeExpr
	for !p.broken {
		elems = append(elems, element())
		if !p.accept(",") {
			break
		}
	}
	p.expect(")", "after the parts of the tuple")
	if len(elems) < 2 && !p.broken {
		p.report(p.last(), "", "a tuple has at least two parts")
	}
	return elems
}

// minSizes is how many sizes the type needs at least.
func minSizes(base string) int {
	switch base {
	case "int", "real", "complex", "tuple":
		return 0
	case "matrix", "complex_matrix", "sum_to_zero_matrix", "column_stochastic_matrix", "row_stochastic_matrix":
		return 2
	}
	return 1
}

// countOf returns "1 size", "2 sizes" and so on.
func countOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

func sizesExample(base string) string {
	if minSizes(base) == 2 {
		return "[rows, columns]"
	}
	return "[size]"
}

// sizes reads the sizes behind the base type and checks how many there are.
func (p *parser) sizes(t *TypeExpr) {
	open := p.next()
	t.Sizes = p.exprList("]")
	least, most := minSizes(t.Base), minSizes(t.Base)
	if t.Base == "cholesky_factor_cov" {
		most = 2
	}
	at := p.from(open.Start)
	switch n := len(t.Sizes); {
	case p.broken:
	case most == 0 && p.peek().Kind == Name:
		sizes := p.src.Text[at.Start:at.End]
		p.report(at, "write array"+sizes+" "+t.Base+" "+p.peek().Text, "the brackets of an array stand after the word array")
		t.Array, t.Rank, t.Sizes = t.Sizes, n, nil
	case n < least, n > most:
		hint := "write " + t.Base + sizesExample(t.Base)
		if most == 0 {
			p.report(at, "an array is written array[size] "+t.Base, "%s has no size", t.Base)
			break
		}
		p.report(at, hint, "%s is declared with %s, not %d", t.Base, countOf(least, "size"), n)
	}
}

// bounds reads <lower=…, upper=…> or <offset=…, multiplier=…>.
func (p *parser) bounds() *Bounds {
	b := &Bounds{Span: p.next().Span}
	for !p.broken {
		word := p.next()
		slot := map[string]*Expr{"lower": &b.Lower, "upper": &b.Upper, "offset": &b.Offset, "multiplier": &b.Multiplier}[word.Text]
		if slot == nil {
			p.failf(word.Span, "", "expected lower, upper, offset or multiplier, found %s", word.describe())
			break
		}
		if *slot != nil {
			p.report(word.Span, "", "%s is given twice", word.Text)
		}
		p.expect("=", "after "+word.Text)
		*slot = p.binary(precAdd)
		if !p.accept(",") {
			break
		}
	}
	if !p.broken && !p.at(">") {
		p.failf(p.peek().Span, "put a comparison in parentheses", "expected '>' after the bounds, found %s", p.peek().describe())
	}
	p.next()
	b.Span = p.from(b.Start)
	if (b.Lower != nil || b.Upper != nil) && (b.Offset != nil || b.Multiplier != nil) {
		p.report(b.Span, "", "bounds cannot be combined with offset and multiplier")
	}
	return b
}

// unsizedType reads the type of a parameter or, where result is set, of a function's value.
func (p *parser) unsizedType(result bool) TypeExpr {
	if !p.enter() {
		return TypeExpr{}
	}
	defer p.leave()
	t := TypeExpr{Span: p.peek().Span}
	start := t.Start
	if p.peek().isName("array") {
		p.next()
		t.Rank = p.rank()
	}
	base := p.peek()
	if base.Kind != Keyword || !baseTypes[base.Text] && !(result && base.Text == "void") {
		p.failf(base.Span, "", "expected a type, found %s", base.describe())
		return t
	}
	p.next()
	t.Base = base.Text
	if t.Base == "tuple" {
		t.Elems = p.tupleElems(func() TypeExpr { return p.unsizedType(false) })
	}
	if p.at("[") {
		open := p.peek()
		rank := p.rank()
		if !p.broken {
			p.report(p.from(open.Start), "write array["+strings.Repeat(",", rank-1)+"] "+t.Base, "the brackets of an array stand after the word array")
		}
		t.Rank += rank
	}
	if p.at("<") {
		p.failf(p.peek().Span, "check the value in the body with reject()", "types in a function have no bounds")
	}
	t.Span = p.from(start)
	return t
}

// rank reads [], [,], [,,] and returns the number of dimensions.
func (p *parser) rank() int {
	p.expect("[", "after array")
	n := 1
	for p.accept(",") {
		n++
	}
	if !p.broken && !p.at("]") {
		p.failf(p.peek().Span, "write array[] or array[,]", "types in a function have no sizes")
	}
	p.expect("]", "after the dimensions")
	return n
}

// skipBrackets moves over a balanced pair of square brackets.
func (p *parser) skipBrackets() {
	for depth := 0; p.peek().Kind != EOF; {
		switch token := p.next(); {
		case token.is("["):
			depth++
		case token.is("]"):
			if depth--; depth == 0 {
				return
			}
		}
	}
}
