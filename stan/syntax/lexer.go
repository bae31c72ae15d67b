package syntax

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// lexer cuts a Source into tokens. It never fails: a bad character is reported and skipped.
type lexer struct {
	src    *Source
	text   string
	pos    int
	errs   Errors
	hashed bool
}

// Lex returns the tokens of src, the last of them EOF, and what was wrong with its characters.
func Lex(src *Source) ([]Token, Errors) {
	l := &lexer{src: src, text: src.Text}
	var tokens []Token
	for {
		l.skipBlank()
		if l.pos >= len(l.text) {
			return append(tokens, Token{Kind: EOF, Span: Span{len(l.text), len(l.text)}}), l.errs
		}
		if token, ok := l.token(); ok {
			tokens = append(tokens, token)
		}
	}
}

func (l *lexer) errorf(at Span, hint, format string, args ...any) {
	if len(l.errs) < maxErrors {
		l.errs = append(l.errs, l.src.Diagnose(SeverityError, at, fmt.Sprintf(format, args...), hint))
	}
}

// skipBlank moves over white space and comments.
func (l *lexer) skipBlank() {
	for l.pos < len(l.text) {
		rest := l.text[l.pos:]
		switch {
		case strings.ContainsRune(" \t\r\n\f", rune(rest[0])):
			l.pos++
		case strings.HasPrefix(rest, "//"):
			l.skipLine()
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				l.errorf(Span{l.pos, l.pos + 2}, "close it with */", "comment does not end")
				l.pos = len(l.text)
				return
			}
			l.pos += end + 4
		case rest[0] == '#':
			l.hash(rest)
		default:
			return
		}
	}
}

func (l *lexer) skipLine() {
	if end := strings.IndexByte(l.text[l.pos:], '\n'); end >= 0 {
		l.pos += end
		return
	}
	l.pos = len(l.text)
}

// hash reports the two old meanings of '#': an include, and a comment (once per program, for there are many).
func (l *lexer) hash(rest string) {
	start := l.pos
	l.skipLine()
	at := Span{start, start + len(strings.TrimRight(l.text[start:l.pos], " \t\r"))}
	if strings.HasPrefix(rest, "#include") {
		l.errorf(at, "put the contents of the file in place of this line", "include is not supported")
		return
	}
	if !l.hashed {
		l.errorf(Span{start, start + 1}, "start comments with //", "'#' no longer starts a comment")
	}
	l.hashed = true
}

// token reads the token at l.pos; ok is false where there was none.
func (l *lexer) token() (token Token, ok bool) {
	start, rest := l.pos, l.text[l.pos:]
	switch c := rest[0]; {
	case isLetter(c):
		word := rest[:prefixLen(rest, isWord)]
		kind := Name
		if reserved[word] {
			kind = Keyword
		}
		return l.take(kind, len(word)), true
	case isDigit(c), c == '.' && len(rest) > 1 && isDigit(rest[1]):
		return l.number(rest), true
	case c == '"':
		return l.stringText(rest)
	case c == '_':
		n := prefixLen(rest, isWord)
		l.pos += n
		l.errorf(Span{start, l.pos}, "", "a name starts with a letter, not with '_'")
		return Token{}, false
	}
	for _, punct := range puncts {
		if strings.HasPrefix(rest, punct) {
			return l.take(Punct, len(punct)), true
		}
	}
	return l.badCharacter(rest)
}

func (l *lexer) take(kind Kind, n int) Token {
	at := Span{l.pos, l.pos + n}
	l.pos += n
	return Token{Kind: kind, Text: l.text[at.Start:at.End], Span: at}
}

// number reads 12, 1_000, 1.5, 1., .5, 1e-3 and the imaginary 2i. A point right behind digits belongs to the number, so
// that 1./x divides a real.
func (l *lexer) number(rest string) Token {
	kind, n := IntNumber, digits(rest)
	if n == 0 {
		kind, n = DotNumber, 1+digits(rest[1:])
	} else if strings.HasPrefix(rest[n:], ".") {
		kind = RealNumber
		n += 1 + digits(rest[n+1:])
	}
	if m := exponent(rest[n:]); m > 0 {
		kind = RealNumber
		n += m
	}
	if strings.HasPrefix(rest[n:], "i") && prefixLen(rest[n:], isWord) == 1 {
		kind = ImagNumber
		n++
	}
	token := l.take(kind, n)
	if junk := prefixLen(rest[n:], isWord); junk > 0 {
		at := Span{token.Start, token.End + junk}
		l.pos += junk
		l.errorf(at, "a name starts with a letter", "%q is no number", l.text[at.Start:at.End])
	}
	return token
}

// digits counts the leading digits, with single underscores allowed between them.
func digits(text string) int {
	n := 0
	for n < len(text) && (isDigit(text[n]) || n > 0 && text[n] == '_' && n+1 < len(text) && isDigit(text[n+1])) {
		n++
	}
	return n
}

// exponent returns the length of the exponent that text starts with, 0 if there is none.
func exponent(text string) int {
	if text == "" || text[0] != 'e' && text[0] != 'E' {
		return 0
	}
	n := 1
	if n < len(text) && (text[n] == '+' || text[n] == '-') {
		n++
	}
	if m := digits(text[n:]); m > 0 {
		return n + m
	}
	return 0
}

func (l *lexer) stringText(rest string) (Token, bool) {
	start := l.pos
	end := strings.IndexAny(rest[1:], "\"\n")
	if end < 0 || rest[1+end] == '\n' {
		l.skipLine()
		l.errorf(Span{start, l.pos}, "close it with a double quote on the same line", "text does not end")
		return Token{}, false
	}
	token := l.take(StringText, end+2)
	token.Text = token.Text[1 : len(token.Text)-1]
	return token, true
}

// badCharacter reports a run of characters that no token starts with.
func (l *lexer) badCharacter(rest string) (Token, bool) {
	r, size := utf8.DecodeRuneInString(rest)
	at := Span{l.pos, l.pos + size}
	l.pos += size
	switch {
	case r == utf8.RuneError && size == 1:
		l.errorf(at, "save the file as UTF-8", "byte 0x%02x is not valid UTF-8", rest[0])
	case strings.ContainsRune("“”„", r):
		l.errorf(at, "use the plain double quote \"", "typographic quote %q", r)
	case strings.ContainsRune("−–—", r):
		l.errorf(at, "use the plain minus sign -", "typographic dash %q", r)
	case r == '&':
		l.errorf(at, "the logical and is &&", "unexpected character '&'")
	case r == '@', r == '$', r == '`':
		l.errorf(at, "", "unexpected character %q", r)
	default:
		l.errorf(at, "names consist of letters a to z, digits and underscores", "unexpected character %q", r)
	}
	return Token{}, false
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isWord(c byte) bool   { return isLetter(c) || isDigit(c) || c == '_' }

// prefixLen counts the leading bytes of text for which in holds.
func prefixLen(text string, in func(byte) bool) int {
	n := 0
	for n < len(text) && in(text[n]) {
		n++
	}
	return n
}
