package syntax

import (
	"fmt"
	"strings"
	"unicode"
)

// Severity tells whether a diagnostic stops the program from being used.
type Severity uint8

const (
	// SeverityError marks a program that cannot be used.
	SeverityError Severity = iota
	// SeverityWarning marks something legal that is probably not meant.
	SeverityWarning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == SeverityWarning {
		return "warning"
	}
	return "error"
}

// Diagnostic is one message about one place of a program.
type Diagnostic struct {
	Severity Severity
	// File is the name of the Source; Line and Column count from 1.
	File         string
	Line, Column int
	// Span is the place as byte offsets.
	Span Span
	// Text is the line of source, and Width how many of its characters from Column on are meant (at least 1).
	Text  string
	Width int
	// Message says what is wrong, Hint what to write instead; Hint may be empty.
	Message, Hint string
}

// Diagnose builds the diagnostic of a place in s. Hint may be empty.
func (s *Source) Diagnose(severity Severity, at Span, message, hint string) Diagnostic {
	line, column := s.Position(at.Start)
	endLine, endColumn := s.Position(at.End)
	text := s.Line(line)
	width := endColumn - column
	if endLine != line {
		width = len([]rune(text)) - column + 1
	}
	return Diagnostic{
		Severity: severity, File: s.Name, Line: line, Column: column, Span: at,
		Text: text, Width: max(width, 1), Message: message, Hint: hint,
	}
}

// shownColumns bounds how much of a long source line a message repeats.
const shownColumns = 120

// String renders the diagnostic as a header, the source line, an underline and, where there is one, the hint.
func (d Diagnostic) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s: %s\n", d.File, d.Line, d.Column, d.Severity, d.Message)
	text, column := []rune(printable(d.Text)), d.Column
	if column > shownColumns {
		cut := column - shownColumns/2
		text, column = append([]rune("…"), text[min(cut, len(text)):]...), column-cut+1
	}
	width := d.Width
	if len(text) > shownColumns {
		text = append(text[:shownColumns:shownColumns], '…')
		width = max(min(width, shownColumns-column+1), 1)
	}
	number := fmt.Sprintf("%4d", d.Line)
	fmt.Fprintf(&b, "%s | %s\n", number, strings.TrimRight(string(text), " "))
	fmt.Fprintf(&b, "%s | %s^%s", strings.Repeat(" ", len(number)), strings.Repeat(" ", column-1), strings.Repeat("~", width-1))
	if d.Hint != "" {
		fmt.Fprintf(&b, "\n%s = %s", strings.Repeat(" ", len(number)), d.Hint)
	}
	return b.String()
}

// printable replaces tabs and control characters by one column each, so that the underline meets its text.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case !unicode.IsPrint(r):
			return '?'
		}
		return r
	}, text)
}

// Errors is every error found in a program, in the order of the text. It is never empty when returned as an error.
type Errors []Diagnostic

// shownErrors bounds how many errors the rendering spells out.
const shownErrors = 20

// Error renders all diagnostics, one after the other.
func (e Errors) Error() string {
	var parts []string
	for i, d := range e {
		if i == shownErrors {
			parts = append(parts, fmt.Sprintf("and %d more errors", len(e)-i))
			break
		}
		parts = append(parts, d.String())
	}
	return strings.Join(parts, "\n")
}
