package data

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unsafe"
)

// lister reads one value: a number or nested lists of numbers. What is valid JSON but no data becomes the value's problem,
// of which the first is kept; a syntax error ends reading.
type lister struct {
	*parser
	value *Value
	// extents are the lengths of lists by depth, -1 while the first list of that depth is being read; scalarDepth is the
	// depth at which numbers stand, -1 while none was met.
	extents     []int
	scalarDepth int
	// began is the number of bytes before the value.
	began int64
	// index is the 0-based index of the element that is being read, outside how many levels lie around the value.
	index   []int
	outside int
}

// problemf notes why the value is no data, at the token.
func (l *lister) problemf(format string, args ...any) { l.problemAt(l.place(), format, args...) }

func (l *lister) problemAt(at spot, format string, args ...any) {
	if l.value.problem == nil {
		l.value.problem = fmt.Errorf("%s: %s", at.in(l.set.Name), fmt.Sprintf(format, args...))
	}
}

func (l *lister) name() string { return indexed(l.value.Key, l.index) }

// element reads a number, a list, or something that is no data.
func (l *lister) element() error {
	switch l.space() {
	case '[':
		return l.list()
	case '{':
		l.problemf("%s is an object; data are numbers and lists of numbers", l.name())
		return l.skipObject()
	case '"':
		text, err := l.quoted()
		if err != nil {
			return err
		}
		if x, ok := parseNonFinite(text); ok {
			l.number(x, strconv.Quote(text), false)
			return nil
		}
		l.problemf("%s is the text %q; data are numbers, and \"NaN\", \"Inf\", \"-Inf\"", l.name(), text)
		return nil
	}
	word := l.word()
	switch string(word) {
	case "":
		return l.errorf("found %s where the value of %s should be", l.found(), l.name())
	case "true", "false", "null":
		l.problemf("%s is %s; data are numbers: write 1 or 0 for a condition, and leave missing values out", l.name(), word)
		return nil
	}
	return l.numeral(word)
}

// skipObject reads an object for its syntax alone.
func (l *lister) skipObject() error {
	if err := l.tooDeep(); err != nil {
		return err
	}
	return l.object(func(key string, _ spot) error {
		inner := &lister{parser: l.parser, value: &Value{Key: key}, scalarDepth: -1, outside: l.outside + len(l.index) + 1}
		return inner.element()
	})
}

func (l *lister) tooDeep() error {
	if l.outside+len(l.index) < maxDepth {
		return nil
	}
	return l.errorf("more than %d levels are nested here", maxDepth)
}

// numeral reads a number from its text.
func (l *lister) numeral(word []byte) error {
	if !isNumber(word) {
		if x, ok := parseNonFinite(string(word)); ok {
			l.number(x, string(word), false)
			return nil
		}
		return l.errorf("%q, the value of %s, is not a number", word, l.name())
	}
	text := unsafe.String(&word[0], len(word)) // for as long as the word is valid
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return l.errorf("%s = %s is beyond the range of reals, which ends near ±1.8e308", l.name(), word)
	}
	l.number(x, text, isWhole(text) && x >= math.MinInt32 && x <= math.MaxInt32)
	return nil
}

// isNumber tells whether a text is a number of JSON.
func isNumber(text []byte) bool {
	rest := bytes.TrimPrefix(text, []byte{'-'})
	digits := func() bool {
		n := 0
		for n < len(rest) && '0' <= rest[n] && rest[n] <= '9' {
			n++
		}
		rest = rest[n:]
		return n > 0
	}
	if len(rest) > 1 && rest[0] == '0' && '0' <= rest[1] && rest[1] <= '9' || !digits() {
		return false
	}
	if len(rest) > 0 && rest[0] == '.' {
		if rest = rest[1:]; !digits() {
			return false
		}
	}
	if len(rest) > 0 && (rest[0] == 'e' || rest[0] == 'E') {
		if rest = rest[1:]; len(rest) > 0 && (rest[0] == '+' || rest[0] == '-') {
			rest = rest[1:]
		}
		if !digits() {
			return false
		}
	}
	return len(rest) == 0
}

// number appends an element, the token, to the value.
func (l *lister) number(x float64, text string, isInt bool) {
	depth := len(l.index)
	switch {
	case depth < len(l.extents):
		l.problemf("%s is a number, other elements beside it are lists", l.name())
	case l.scalarDepth < 0:
		l.scalarDepth = depth
	}
	v := l.value
	if !isInt && v.firstReal < 0 {
		v.firstReal, v.text, v.realPlace = len(v.Reals), strings.Clone(text), l.place().in(l.set.Name)
	}
	if isInt {
		x += 0 // -0 is the int 0
	}
	if len(v.Reals) == cap(v.Reals) {
		v.Reals = l.grow(v.Reals)
	}
	v.Reals = append(v.Reals, x)
}

// manyNumbers is the number of elements from which it pays to estimate how many there will be.
const manyNumbers = 1 << 15

// grow returns the elements with room for more: for as many as the rest of the file would have at the length of those so
// far. Room that is not used costs address space alone.
func (l *lister) grow(elements []float64) []float64 {
	n := int64(len(elements))
	room := max(2*n, 8)
	if read := l.before + int64(l.pos); n >= manyNumbers && l.size > read {
		left := float64(l.size-read) / float64(read-l.began)
		room = max(n+n/4, n+int64(1.01*left*float64(n)))
	}
	grown := make([]float64, n, room)
	copy(grown, elements)
	return grown
}

// list reads a list and checks that it is like those beside it.
func (l *lister) list() error {
	at, depth := l.place(), len(l.index)
	if err := l.tooDeep(); err != nil {
		return err
	}
	if l.scalarDepth >= 0 && l.scalarDepth <= depth {
		l.problemf("%s is a list, other elements beside it are numbers", l.name())
	}
	if depth == len(l.extents) {
		l.extents = append(l.extents, -1)
	}
	count, err := l.elements()
	if err != nil {
		return err
	}
	switch {
	case l.extents[depth] < 0:
		l.extents[depth] = count
	case l.extents[depth] != count:
		l.problemAt(at, "%s has %s, the lists before it have %d; all lists of one level must be equally long",
			l.name(), elements(count), l.extents[depth])
	}
	return nil
}

// elements reads the elements of a list, from its bracket on, and counts them.
func (l *lister) elements() (count int, err error) {
	l.pos++
	if l.space() == ']' {
		l.pos++
		return 0, nil
	}
	level := len(l.index)
	l.index = append(l.index, 0)
	for {
		l.index[level] = count
		if err := l.element(); err != nil {
			return 0, err
		}
		count++
		done, err := l.next(']', l.name)
		if err != nil {
			return 0, err
		}
		if done {
			l.index = l.index[:level]
			return count, nil
		}
	}
}

// elements writes a number of elements.
func elements(n int) string {
	if n == 1 {
		return "1 element"
	}
	return strconv.Itoa(n) + " elements"
}
