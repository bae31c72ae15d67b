package syntax

import (
	"fmt"
	"slices"
	"sort"
)

// maxDepth bounds how deeply a program may be nested, so that no input exhausts the stack.
const maxDepth = 1000

// maxChain bounds the operators of one statement, for a tree may be as deep as a chain of them is long.
const maxChain = 10_000

// maxErrors is where the parser gives up on a text that is no program.
const maxErrors = 100

// parser reads one program by recursive descent.
//
// After an error it is broken: every look-ahead sees the end of the text, so that all productions return at once, until
// the statement or block loop that is in charge skips to where it can go on. No production needs to handle failure.
type parser struct {
	src    *Source
	tokens []Token
	pos    int
	broken bool
	depth  int // of nested productions
	chain  int // operators of this statement so far
	errs   Errors
	// unclosed is the position at which a missing brace was reported, so that one brace gives one message.
	unclosed int
	// garbled are the lines with bad characters: what is missing there is no second error.
	garbled map[int]bool
}

// Parse reads a program. On error it returns the Errors found and the tree of what could be read.
func Parse(src *Source) (*Program, error) {
	tokens, errs := Lex(src)
	p := &parser{src: src, tokens: tokens, errs: errs, unclosed: -1, garbled: map[int]bool{}}
	for _, err := range errs {
		p.garbled[err.Line] = true
	}
	program := p.program()
	if len(p.errs) > 0 {
		sort.SliceStable(p.errs, func(i, j int) bool { return p.errs[i].Span.Start < p.errs[j].Span.Start })
		return program, p.errs
	}
	return program, nil
}

// peek returns the next token, or EOF in a broken parser.
func (p *parser) peek() Token {
	token := p.tokens[p.pos]
	if p.broken {
		return Token{Kind: EOF, Span: Span{token.Start, token.Start}}
	}
	return token
}

// ahead returns the token n places behind the next one.
func (p *parser) ahead(n int) Token {
	if p.broken {
		return p.peek()
	}
	return p.tokens[min(p.pos+n, len(p.tokens)-1)]
}

// next consumes a token. EOF stays.
func (p *parser) next() Token {
	token := p.peek()
	if token.Kind != EOF {
		p.pos++
	}
	return token
}

// is tells whether the token is that operator, bracket or reserved word.
func (t Token) is(texts ...string) bool {
	return (t.Kind == Punct || t.Kind == Keyword) && slices.Contains(texts, t.Text)
}

// isName tells whether the token is that name, for words that have a meaning in some places only.
func (t Token) isName(text string) bool { return t.Kind == Name && t.Text == text }

// describe names the token in a message.
func (t Token) describe() string {
	switch t.Kind {
	case EOF:
		return "the end of the program"
	case StringText:
		return "a text"
	case Keyword:
		return fmt.Sprintf("the reserved word %q", t.Text)
	}
	return fmt.Sprintf("%q", t.Text)
}

func (p *parser) at(texts ...string) bool { return p.peek().is(texts...) }

// accept consumes the next token if it is one of texts.
func (p *parser) accept(texts ...string) bool {
	if p.at(texts...) {
		p.next()
		return true
	}
	return false
}

// expect consumes text or fails; where says after what it is due.
func (p *parser) expect(text, where string) {
	if !p.accept(text) {
		p.failf(p.peek().Span, "", "expected %q %s, found %s", text, where, p.peek().describe())
	}
}

// last returns the span of the token consumed last.
func (p *parser) last() Span {
	if p.pos == 0 {
		return Span{}
	}
	return p.tokens[p.pos-1].Span
}

// from returns the span from start to the token consumed last.
func (p *parser) from(start int) Span { return Span{start, max(start, p.last().End)} }

// report records an error and goes on.
func (p *parser) report(at Span, hint, format string, args ...any) {
	line, before := p.src.LineOf(at.Start), p.src.LineOf(p.last().End-1)
	if !p.broken && !p.garbled[line] && !p.garbled[before] && len(p.errs) < maxErrors {
		p.errs = append(p.errs, p.src.Diagnose(SeverityError, at, fmt.Sprintf(format, args...), hint))
	}
}

// failf records an error and breaks the parser until it is resynchronised.
func (p *parser) failf(at Span, hint, format string, args ...any) {
	p.report(at, hint, format, args...)
	p.broken = true
}

// enter guards a recursive production; the caller returns at once where it is false, else defers leave.
func (p *parser) enter() bool {
	if p.depth++; p.depth > maxDepth {
		p.failf(p.peek().Span, "name parts of it as variables or functions", "nested more than %d deep", maxDepth)
	}
	return !p.broken
}

func (p *parser) leave() { p.depth-- }

// semicolon consumes the end of a statement. A missing one is reported where it is due; what follows on a new line or
// closes the block is read as usual.
func (p *parser) semicolon(what string) {
	if p.broken || p.accept(";") {
		return
	}
	end, next := p.last().End, p.peek()
	p.report(Span{end, end}, "", "missing ';' after %s", what)
	p.broken = p.src.LineOf(next.Start) == p.src.LineOf(end-1) && !next.is("}")
}

// recoverStatement leaves the broken state: it skips to the end of a statement, or to where one surely starts.
func (p *parser) recoverStatement() {
	p.broken = false
	for depth := 0; ; p.pos++ {
		token := p.peek()
		switch {
		case token.Kind == EOF, p.blockAhead() != nil:
			return
		case token.is("{"):
			depth++
		case token.is("}"):
			if depth == 0 {
				return
			}
			if depth--; depth == 0 {
				p.pos++
				return
			}
		case depth > 0:
		case token.is(";"):
			p.pos++
			return
		case token.Kind == Keyword && statementWords[token.Text] && p.startsLine():
			return
		case token.Kind == Keyword && baseTypes[token.Text] && p.startsLine():
			return
		}
	}
}

// startsLine tells whether the next token is the first of its line.
func (p *parser) startsLine() bool {
	return p.src.LineOf(p.peek().Start) > p.src.LineOf(p.last().End-1)
}
