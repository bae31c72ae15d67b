package data

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/quatre-ppl/quatre/tensor"
)

// maxDepth bounds how deep lists may be nested, beyond what any program declares.
const maxDepth = 32

// SyntaxError says where a file is not JSON.
type SyntaxError struct {
	// File is the name given to Read; Line and Column count from 1, columns in characters.
	File         string
	Line, Column int
	Message      string
}

// Error implements error.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Read reads data from JSON: one object whose entries are numbers or nested rectangular lists of numbers. The texts "NaN",
// "Inf", "Infinity" and their negatives, and the bare words NaN and Infinity, are numbers. A name may occur once.
//
// An error of reading is returned as it is; a file that is not such an object gives a *SyntaxError. Entries that are not
// numbers are found out by Set.Get, so that a file may hold more than a program asks for.
func Read(r io.Reader, name string) (*Set, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	p := &parser{set: New(name), text: strings.TrimPrefix(string(text), "\ufeff")}
	if err := p.file(); err != nil {
		return nil, err
	}
	return p.set, nil
}

// parser reads one file. Its methods return a *SyntaxError or nil.
type parser struct {
	set  *Set
	text string
	pos  int
	// last is the place that was asked for last; the next one is usually behind it.
	last struct{ at, line, column int }
}

func (p *parser) errorf(at int, format string, args ...any) error {
	line, column := p.position(at)
	return &SyntaxError{File: p.set.Name, Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
}

func (p *parser) position(at int) (line, column int) {
	if at < p.last.at || p.last.line == 0 {
		p.last.at, p.last.line, p.last.column = 0, 1, 1
	}
	between := p.text[p.last.at:at]
	if start := strings.LastIndexByte(between, '\n') + 1; start > 0 {
		p.last.line += strings.Count(between, "\n")
		p.last.column = utf8.RuneCountInString(between[start:]) + 1
	} else {
		p.last.column += utf8.RuneCountInString(between)
	}
	p.last.at = at
	return p.last.line, p.last.column
}

func (p *parser) place(at int) string {
	line, column := p.position(at)
	return fmt.Sprintf("%s:%d:%d", p.set.Name, line, column)
}

// space skips white space and returns the next character, 0 at the end.
func (p *parser) space() byte {
	for ; p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// found says what stands at the next place.
func (p *parser) found() string {
	if p.space() == 0 && p.pos >= len(p.text) {
		return "the end of the file"
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.pos:])
	return strconv.QuoteRune(r)
}

func (p *parser) file() error {
	if p.space() != '{' {
		return p.errorf(p.pos, "found %s where the data begin; they are one object, as in {\"N\": 3, \"y\": [1.5, 2, 0.5]}", p.found())
	}
	if err := p.object(p.entry); err != nil {
		return err
	}
	if p.space(); p.pos < len(p.text) {
		return p.errorf(p.pos, "found %s behind the end of the data; remove what follows", p.found())
	}
	return nil
}

// object reads an object, handing each key with its place to entry, which reads the value.
func (p *parser) object(entry func(key string, at int) error) error {
	p.pos++
	if p.space() == '}' {
		p.pos++
		return nil
	}
	for {
		if p.space() != '"' {
			return p.errorf(p.pos, "found %s where a name in double quotes should be", p.found())
		}
		at := p.pos
		key, err := p.quoted()
		if err != nil {
			return err
		}
		if p.space() != ':' {
			return p.errorf(p.pos, "found %s behind the name %q; a colon should be there", p.found(), key)
		}
		p.pos++
		if err := entry(key, at); err != nil {
			return err
		}
		if done, err := p.next('}', "the value of "+strconv.Quote(key)); done || err != nil {
			return err
		}
	}
}

// next reads what follows an element: a comma, or the closing character.
func (p *parser) next(closing byte, after string) (done bool, err error) {
	switch p.space() {
	case closing:
		p.pos++
		return true, nil
	case ',':
		p.pos++
		return false, nil
	}
	return false, p.errorf(p.pos, "found %s behind %s; a comma or %q should be there", p.found(), after, closing)
}

func (p *parser) entry(key string, at int) error {
	if p.set.Has(key) {
		return p.errorf(at, "the name %q occurs twice; remove one of the two", key)
	}
	p.space()
	v := &Value{Key: key, firstReal: -1, place: p.place(p.pos)}
	list := &lister{parser: p, value: v, scalarDepth: -1}
	if err := list.element(); err != nil {
		return err
	}
	v.Shape = tensor.Shape(list.extents)
	p.set.add(v)
	return nil
}

// quoted reads a text in double quotes.
func (p *parser) quoted() (string, error) {
	start := p.pos
	for p.pos++; p.pos < len(p.text) && p.text[p.pos] != '"'; p.pos++ {
		if p.text[p.pos] == '\n' {
			break
		}
		if p.text[p.pos] == '\\' {
			p.pos++
		}
	}
	if p.pos >= len(p.text) || p.text[p.pos] != '"' {
		p.pos = min(p.pos, len(p.text))
		return "", p.errorf(start, "the text that begins here has no closing quote")
	}
	p.pos++
	var text string
	if err := json.Unmarshal([]byte(p.text[start:p.pos]), &text); err != nil {
		return "", p.errorf(start, "the text %s is not valid JSON", p.text[start:p.pos])
	}
	return text, nil
}

// word reads a number or a bare word such as null.
func (p *parser) word() string {
	start := p.pos
	for p.pos < len(p.text) && !strings.ContainsRune(" \t\r\n,:[]{}\"", rune(p.text[p.pos])) {
		p.pos++
	}
	return p.text[start:p.pos]
}

// nonFinite are the words for numbers that JSON has no digits for, in lower case and without sign.
var nonFinite = map[string]float64{"nan": math.NaN(), "inf": math.Inf(1), "infinity": math.Inf(1)}

// parseNonFinite reads such a word with its sign.
func parseNonFinite(text string) (float64, bool) {
	unsigned := strings.TrimLeft(text, "+-")
	if len(text) > len(unsigned)+1 {
		return 0, false
	}
	x, ok := nonFinite[strings.ToLower(unsigned)]
	if strings.HasPrefix(text, "-") {
		x = -x
	}
	return x, ok
}
