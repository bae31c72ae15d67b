package data

import (
	"bufio"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"
)

// Write writes the set as JSON, one entry on a line, so that Read gives the same set again: ints without a decimal point,
// reals with the digits that determine them, "NaN", "Inf" and "-Inf" as texts. Entries that are no data are left out.
func (s *Set) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	separator := "{\n"
	for _, key := range s.keys {
		v := s.values[key]
		if v.problem != nil {
			continue
		}
		name, err := json.Marshal(key)
		if err != nil {
			return err
		}
		b.WriteString(separator + "  " + string(name) + ": ")
		v.writeList(b, 0, 0)
		separator = ",\n"
	}
	if separator == "{\n" {
		b.WriteString("{")
	}
	b.WriteString("\n}\n")
	return b.Flush()
}

// writeList writes the part of v from a position on, at a depth of the nested lists, and returns the position behind it.
func (v *Value) writeList(b *bufio.Writer, depth, position int) int {
	if depth == len(v.Shape) {
		if v.IsInt() {
			b.WriteString(strconv.Itoa(int(v.Reals[position])))
		} else {
			b.WriteString(formatReal(v.Reals[position]))
		}
		return position + 1
	}
	b.WriteByte('[')
	for i := range v.Shape[depth] {
		if i > 0 {
			b.WriteString(", ")
		}
		position = v.writeList(b, depth+1, position)
	}
	b.WriteByte(']')
	return position
}

// formatReal writes a real so that it is read as one.
func formatReal(x float64) string {
	switch {
	case math.IsNaN(x):
		return `"NaN"`
	case math.IsInf(x, 1):
		return `"Inf"`
	case math.IsInf(x, -1):
		return `"-Inf"`
	}
	text := strconv.FormatFloat(x, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}
