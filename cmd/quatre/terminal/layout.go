package terminal

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The width of a bar, where there is room.
const (
	leastBar = 10
	mostBar  = 40
)

// line is a line of text with the number of columns that it takes.
type line struct {
	text  string
	width int
}

// add appends a text in a colour; "" is no colour.
func (l *line) add(text, colour string, s style) {
	l.width += utf8.RuneCountInString(text)
	if colour != "" {
		text = s.paint(colour, text)
	}
	l.text += text
}

// field is a piece of a chain's line.
type field struct {
	text   string
	colour string
	width  int // the columns it is padded to, so that lines stand below each other
}

// bar returns the line of a chain in so many columns: its name, a bar, and as
// much of the rest as there is room for, the most important first.
func (s style) bar(c *chain, columns int) line {
	fields := c.fields()
	name := fmt.Sprintf("%-*s", len("chain ")+digits(c.plan.Chains), c.name())
	used := utf8.RuneCountInString(name) + 1 + leastBar
	kept := 0
	for _, f := range fields {
		if used+2+f.width > columns {
			break
		}
		used += 2 + f.width
		kept++
	}
	var l line
	l.add(clip(name, columns), "", s)
	if kept == 0 { // too narrow for a bar and a number: the number says more
		l.add(clip(fmt.Sprintf(" %d%%", 100*c.done()/max(c.total(), 1)), columns-l.width), "", s)
		return l
	}
	l.add(" ", "", s)
	s.cells(&l, c, min(mostBar, leastBar+columns-used))
	gap := 0 // before the next text; none is left at the end of the line
	for _, f := range fields[:kept] {
		gap += 2
		text := clip(f.text, f.width)
		if text != "" {
			l.add(strings.Repeat(" ", gap), "", s)
			l.add(text, f.colour, s)
			gap = 0
		}
		gap += f.width - utf8.RuneCountInString(text)
	}
	return l
}

// others returns the line about chains that there is no room for.
func (s style) others(rest []*chain, columns int) line {
	done := 0
	for _, c := range rest {
		if c.finished() {
			done++
		}
	}
	var l line
	l.add(clip(fmt.Sprintf("and %d more chains, %d of them done", len(rest), done), columns), "", s)
	return l
}

// cells draws the bar itself.
func (s style) cells(l *line, c *chain, width int) {
	total := max(c.total(), 1)
	warmup := width * min(c.done(), c.plan.Warmup) / total
	filled := width * c.done() / total
	l.add(strings.Repeat(string(s.warmup), warmup), yellow, s)
	l.add(strings.Repeat(string(s.drawn), filled-warmup), green, s)
	l.add(strings.Repeat(string(s.rest), width-filled), dim, s)
}

// fields returns the pieces of a chain's line, the most important first. Those of
// a chain that has not begun are empty.
func (c *chain) fields() []field {
	list := []field{
		{width: len("sampling ") + 2*digits(max(c.plan.Warmup, c.plan.Draws)) + len("/")},
		{width: len("done in 59 min 59 s")},
		{width: digits(max(c.plan.Warmup, c.plan.Draws)) + len(" divergences"), colour: c.alarm()},
		{width: len("step 0.000123")},
		{width: len("1023.0 leapfrogs/draw")},
	}
	if !c.begun {
		list[0].text = c.phase()
		return list
	}
	list[0].text = fmt.Sprintf("%-8s %s", c.phase(), c.count())
	for i, text := range []string{c.clock(), c.divergences(), c.step(), c.effort()} {
		list[1+i].text = text
	}
	return list
}

// alarm is the colour of the divergences: those after warmup are a problem.
func (c *chain) alarm() string {
	if c.last.Divergences > 0 && c.phase() == "sampling" {
		return red
	}
	return ""
}

// clip cuts a text to so many columns.
func clip(text string, columns int) string {
	runes := []rune(text)
	return string(runes[:max(min(len(runes), columns), 0)])
}

// digits returns the number of decimal digits of n ≥ 0.
func digits(n int) int { return len(fmt.Sprint(n)) }
