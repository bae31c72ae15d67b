package syntax

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Source is the text of one program together with the name that messages give it.
type Source struct {
	// Name is the file's name as the user wrote it.
	Name string
	// Text is the whole program.
	Text string

	lineStarts []int
}

// NewSource returns a Source for text. Name appears in messages only; nothing is read from disk.
func NewSource(name, text string) *Source {
	text = strings.TrimPrefix(text, "\ufeff") // the byte order mark that some editors write
	s := &Source{Name: name, Text: text, lineStarts: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			s.lineStarts = append(s.lineStarts, i+1)
		}
	}
	return s
}

// Position converts a byte offset to a line and a column, both counted from 1; columns count characters.
func (s *Source) Position(offset int) (line, column int) {
	offset = min(max(offset, 0), len(s.Text))
	line = s.LineOf(offset)
	column = utf8.RuneCountInString(s.Text[s.lineStarts[line-1]:offset]) + 1
	return line, column
}

// LineOf returns the line of a byte offset, counted from 1.
func (s *Source) LineOf(offset int) int {
	return max(sort.SearchInts(s.lineStarts, offset+1), 1)
}

// Line returns the text of a line, counted from 1, without its line break.
func (s *Source) Line(line int) string {
	text := s.Text[s.lineStarts[line-1]:]
	if end := strings.IndexByte(text, '\n'); end >= 0 {
		text = text[:end]
	}
	return strings.TrimSuffix(text, "\r")
}

// Span is a half-open range of byte offsets, [Start, End), into a Source. Syntax nodes embed it.
type Span struct{ Start, End int }

// Pos returns the span itself, so that a node that embeds a Span is a Node.
func (s Span) Pos() Span { return s }

// To returns the smallest span that holds both s and t.
func (s Span) To(t Span) Span { return Span{min(s.Start, t.Start), max(s.End, t.End)} }
