package data

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
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
	// index is the 0-based index of the element that is being read, outside how many levels lie around the value.
	index   []int
	outside int
}

// problemf notes why the value is no data.
func (l *lister) problemf(at int, format string, args ...any) {
	if l.value.problem == nil {
		l.value.problem = fmt.Errorf("%s: %s", l.place(at), fmt.Sprintf(format, args...))
	}
}

func (l *lister) name() string { return indexed(l.value.Key, l.index) }

// element reads a number, a list, or something that is no data.
func (l *lister) element() error {
	c := l.space()
	at := l.pos
	switch {
	case c == '[':
		return l.list()
	case c == '{':
		l.problemf(at, "%s is an object; data are numbers and lists of numbers", l.name())
		return l.skipObject()
	case c == '"':
		text, err := l.quoted()
		if err != nil {
			return err
		}
		if x, ok := parseNonFinite(text); ok {
			l.number(at, x, strconv.Quote(text), false)
			return nil
		}
		l.problemf(at, "%s is the text %q; data are numbers, and \"NaN\", \"Inf\", \"-Inf\"", l.name(), text)
		return nil
	}
	word := l.word()
	switch word {
	case "":
		return l.errorf(at, "found %s where the value of %s should be", l.found(), l.name())
	case "true", "false", "null":
		l.problemf(at, "%s is %s; data are numbers: write 1 or 0 for a condition, and leave missing values out", l.name(), word)
		return nil
	}
	return l.numeral(at, word)
}

// skipObject reads an object for its syntax alone.
func (l *lister) skipObject() error {
	if err := l.tooDeep(); err != nil {
		return err
	}
	return l.object(func(key string, _ int) error {
		inner := &lister{parser: l.parser, value: &Value{Key: key}, scalarDepth: -1, outside: l.outside + len(l.index) + 1}
		return inner.element()
	})
}

func (l *lister) tooDeep() error {
	if l.outside+len(l.index) < maxDepth {
		return nil
	}
	return l.errorf(l.pos, "more than %d levels are nested here", maxDepth)
}

// numeral reads a number from its text.
func (l *lister) numeral(at int, word string) error {
	if x, ok := parseNonFinite(word); ok {
		l.number(at, x, word, false)
		return nil
	}
	if !json.Valid([]byte(word)) {
		return l.errorf(at, "%q, the value of %s, is not a number", word, l.name())
	}
	x, err := strconv.ParseFloat(word, 64)
	if err != nil {
		return l.errorf(at, "%s = %s is beyond the range of reals, which ends near ±1.8e308", l.name(), word)
	}
	l.number(at, x, word, isWhole(word) && x >= math.MinInt32 && x <= math.MaxInt32)
	return nil
}

// number appends an element to the value.
func (l *lister) number(at int, x float64, text string, isInt bool) {
	depth := len(l.index)
	switch {
	case depth < len(l.extents):
		l.problemf(at, "%s is a number, other elements beside it are lists", l.name())
	case l.scalarDepth < 0:
		l.scalarDepth = depth
	}
	if !isInt && l.value.firstReal < 0 {
		l.value.firstReal, l.value.text, l.value.realPlace = len(l.value.Reals), text, l.place(at)
	}
	if isInt {
		x += 0 // -0 is the int 0
	}
	l.value.Reals = append(l.value.Reals, x)
}

// list reads a list and checks that it is like those beside it.
func (l *lister) list() error {
	at, depth := l.pos, len(l.index)
	if err := l.tooDeep(); err != nil {
		return err
	}
	if l.scalarDepth >= 0 && l.scalarDepth <= depth {
		l.problemf(at, "%s is a list, other elements beside it are numbers", l.name())
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
		l.problemf(at, "%s has %s, the lists before it have %d; all lists of one level must be equally long",
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
		done, err := l.next(']', l.name())
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
