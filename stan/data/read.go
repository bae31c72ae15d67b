package data

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
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
func Read(r io.Reader, name string) (*Set, error) { return ReadSized(r, 0, name) }

// ReadSized is Read of so many bytes, which helps to make room for the numbers once; 0 where that is not known. The text
// is not kept: reading takes little more memory than the numbers.
func ReadSized(r io.Reader, size int64, name string) (*Set, error) {
	p := &parser{set: New(name), in: r, size: size, buf: make([]byte, 0, window)}
	p.last.line, p.last.column = 1, 1
	err := p.file()
	if p.failed != nil {
		return nil, p.failed
	}
	if err != nil {
		return nil, err
	}
	return p.set, nil
}

// window is the number of bytes that are read at a time.
const window = 64 << 10

// parser reads one file. Its methods return a *SyntaxError or nil.
type parser struct {
	set    *Set
	in     io.Reader
	size   int64 // of the file, 0 where it is not known
	ended  bool  // there is no more to read
	failed error // of reading

	// buf holds what is being read, from byte number before of the file on. The word, text or character at hand
	// begins at token and is read up to pos.
	buf        []byte
	before     int64
	token, pos int
	// last is the place that was asked for last; the next one is not before it.
	last struct{ at, line, column int }
}

// more reads further bytes; what is before token is given up. It reports whether there are any.
func (p *parser) more() bool {
	if p.ended {
		return false
	}
	p.place()
	rest := copy(p.buf, p.buf[p.token:])
	p.before += int64(p.token)
	p.pos -= p.token
	p.token, p.last.at = 0, 0
	p.buf = slices.Grow(p.buf[:rest], window)
	n, err := io.ReadAtLeast(p.in, p.buf[rest:cap(p.buf)], 1)
	p.buf = p.buf[:rest+n]
	if n == 0 {
		p.ended = true
		if err != io.EOF {
			p.failed = err
		}
	}
	return n > 0
}

// has reports whether there is a byte at pos, reading on if need be.
func (p *parser) has() bool {
	for p.pos >= len(p.buf) {
		if !p.more() {
			return false
		}
	}
	return true
}

// spot is a place in the file, counted from 1, columns in characters.
type spot struct{ line, column int }

// place returns the place of the token.
func (p *parser) place() spot {
	between := p.buf[p.last.at:p.token]
	if start := bytes.LastIndexByte(between, '\n') + 1; start > 0 {
		p.last.line += bytes.Count(between, []byte{'\n'})
		p.last.column = utf8.RuneCount(between[start:]) + 1
	} else {
		p.last.column += utf8.RuneCount(between)
	}
	p.last.at = p.token
	return spot{p.last.line, p.last.column}
}

// in returns a place with the name of the file.
func (s spot) in(file string) string { return fmt.Sprintf("%s:%d:%d", file, s.line, s.column) }

// errorf says what is wrong with the token, or at the place given.
func (p *parser) errorf(format string, args ...any) error {
	return p.errorAt(p.place(), format, args...)
}

func (p *parser) errorAt(at spot, format string, args ...any) error {
	return &SyntaxError{File: p.set.Name, Line: at.line, Column: at.column, Message: fmt.Sprintf(format, args...)}
}

// space skips white space and returns the next character, which begins a token; 0 at the end.
func (p *parser) space() byte {
	for ; p.has(); p.pos++ {
		switch c := p.buf[p.pos]; c {
		case ' ', '\t', '\n', '\r':
			p.token = p.pos + 1
		default:
			p.token = p.pos
			return c
		}
	}
	p.token = p.pos
	return 0
}

// found says what stands at the next place.
func (p *parser) found() string {
	if p.space() == 0 && !p.has() {
		return "the end of the file"
	}
	for len(p.buf)-p.pos < utf8.UTFMax && p.more() {
	}
	r, _ := utf8.DecodeRune(p.buf[p.pos:])
	return strconv.QuoteRune(r)
}

func (p *parser) file() error {
	const mark = "\ufeff"
	for len(p.buf) < len(mark) && p.more() {
	}
	if bytes.HasPrefix(p.buf, []byte(mark)) {
		p.pos, p.token, p.last.at = len(mark), len(mark), len(mark)
	}
	if p.space() != '{' {
		return p.errorf("found %s where the data begin; they are one object, as in {\"N\": 3, \"y\": [1.5, 2, 0.5]}", p.found())
	}
	if err := p.object(p.entry); err != nil {
		return err
	}
	if p.space(); p.has() {
		return p.errorf("found %s behind the end of the data; remove what follows", p.found())
	}
	return nil
}

// object reads an object, handing each key with its place to entry, which reads the value.
func (p *parser) object(entry func(key string, at spot) error) error {
	p.pos++
	if p.space() == '}' {
		p.pos++
		return nil
	}
	for {
		if p.space() != '"' {
			return p.errorf("found %s where a name in double quotes should be", p.found())
		}
		at := p.place()
		key, err := p.quoted()
		if err != nil {
			return err
		}
		if p.space() != ':' {
			return p.errorf("found %s behind the name %q; a colon should be there", p.found(), key)
		}
		p.pos++
		if err := entry(key, at); err != nil {
			return err
		}
		if done, err := p.next('}', func() string { return "the value of " + strconv.Quote(key) }); done || err != nil {
			return err
		}
	}
}

// next reads what follows an element, which after names in messages: a comma, or the closing character.
func (p *parser) next(closing byte, after func() string) (done bool, err error) {
	switch p.space() {
	case closing:
		p.pos++
		return true, nil
	case ',':
		p.pos++
		return false, nil
	}
	return false, p.errorf("found %s behind %s; a comma or %q should be there", p.found(), after(), closing)
}

func (p *parser) entry(key string, at spot) error {
	if p.set.Has(key) {
		return p.errorAt(at, "the name %q occurs twice; remove one of the two", key)
	}
	p.space()
	v := &Value{Key: key, firstReal: -1, place: p.place().in(p.set.Name)}
	list := &lister{parser: p, value: v, scalarDepth: -1, began: p.before + int64(p.pos)}
	if err := list.element(); err != nil {
		return err
	}
	v.Shape = tensor.Shape(list.extents)
	p.set.add(v)
	return nil
}

// quoted reads a text in double quotes, the token.
func (p *parser) quoted() (string, error) {
	for p.pos++; p.has() && p.buf[p.pos] != '"'; p.pos++ {
		if p.buf[p.pos] == '\n' {
			break
		}
		if p.buf[p.pos] == '\\' {
			p.pos++
		}
	}
	if !p.has() || p.buf[p.pos] != '"' {
		return "", p.errorf("the text that begins here has no closing quote")
	}
	p.pos++
	var text string
	if err := json.Unmarshal(p.buf[p.token:p.pos], &text); err != nil {
		return "", p.errorf("the text %s is not valid JSON", p.buf[p.token:p.pos])
	}
	return text, nil
}

// endsWord tells which characters a number or a bare word ends before.
var endsWord = func() (ends [256]bool) {
	for _, c := range []byte(" \t\r\n,:[]{}\"") {
		ends[c] = true
	}
	return ends
}()

// word reads a number or a bare word such as null, the token. It is valid until something else is read.
func (p *parser) word() []byte {
	for {
		for p.pos < len(p.buf) && !endsWord[p.buf[p.pos]] {
			p.pos++
		}
		if p.pos < len(p.buf) || !p.more() {
			return p.buf[p.token:p.pos]
		}
	}
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
