package text

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Error is a mistake in the text of a model.
type Error struct {
	File         string
	Line, Column int // from 1
	Text         string
}

// Error writes the place before the text, as compilers do.
func (e *Error) Error() string { return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Text) }

// Errors are the mistakes in a model, in the order of the text.
type Errors []*Error

// Error writes one mistake a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, x := range e {
		lines[i] = x.Error()
	}
	return strings.Join(lines, "\n")
}

// complain records a mistake at a node, shifted by so many columns.
func (b *builder) complain(n *yaml.Node, shift int, text string, args ...any) {
	if len(b.errors) < 20 {
		b.errors = append(b.errors, &Error{File: b.file, Line: n.Line, Column: n.Column + shift, Text: fmt.Sprintf(text, args...)})
	}
}

// entry is a key of a mapping and its value.
type entry struct{ key, value *yaml.Node }

// follow returns the node that an alias stands for.
func follow(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// entries returns the keys and values of a mapping. Keys that occur twice and
// nodes that are no mapping are mistakes.
func (b *builder) entries(n *yaml.Node, what string) []entry {
	n = follow(n)
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		b.complain(n, 0, "%s must be a mapping of names to values", what)
		return nil
	}
	var all []entry
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if torn(k) {
			b.complain(k, 0, "%q is part of a formula with commas: within { } it needs quotes", k.Value)
			return nil
		}
		if seen[k.Value] {
			b.complain(k, 0, "%q occurs twice", k.Value)
			continue
		}
		seen[k.Value] = true
		all = append(all, entry{k, follow(n.Content[i+1])})
	}
	return all
}

// fields calls the function for each key of a mapping; other keys are mistakes.
func (b *builder) fields(n *yaml.Node, what string, known map[string]func(v *yaml.Node)) {
	for _, e := range b.entries(n, what) {
		if f, ok := known[e.key.Value]; ok {
			f(e.value)
			continue
		}
		names := make([]string, 0, len(known))
		for name := range known {
			names = append(names, name)
		}
		b.complain(e.key, 0, "%s has no field %q%s", what, e.key.Value, suggest(e.key.Value, names))
	}
}

// torn reports whether a scalar looks like what remains of a formula that was split at
// its commas: its parentheses do not match.
func torn(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style == 0 && strings.Count(n.Value, "(") != strings.Count(n.Value, ")")
}

// tuple returns the elements of a list of low to high elements, or complains with what
// it is a list of.
func (b *builder) tuple(n *yaml.Node, what string, low, high int, of string) ([]*yaml.Node, bool) {
	mistakes := len(b.errors)
	all := b.list(n, what)
	if len(all) >= low && len(all) <= high || len(b.errors) > mistakes {
		return all, len(b.errors) == mistakes
	}
	if i := slices.IndexFunc(all, torn); i >= 0 {
		b.complain(all[i], 0, "%q is part of a formula with commas: within [ ] it needs quotes", all[i].Value)
	} else {
		b.complain(n, 0, "%s is a list of %s", what, of)
	}
	return all, false
}

// list returns the elements of a sequence; a scalar stands for a list of one.
func (b *builder) list(n *yaml.Node, what string) []*yaml.Node {
	switch n = follow(n); n.Kind {
	case yaml.SequenceNode:
		out := make([]*yaml.Node, len(n.Content))
		for i, c := range n.Content {
			out[i] = follow(c)
		}
		return out
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return nil
		}
		return []*yaml.Node{n}
	}
	b.complain(n, 0, "%s must be a list", what)
	return nil
}

// text returns a scalar's text.
func (b *builder) text(n *yaml.Node, what string) string {
	if n = follow(n); n.Kind != yaml.ScalarNode || n.Value == "" {
		b.complain(n, 0, "%s must be a name", what)
		return ""
	}
	return n.Value
}

// number returns a constant number.
func (b *builder) number(n *yaml.Node, what string) float64 {
	if n = follow(n); n.Kind == yaml.ScalarNode {
		if x, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return x
		}
		p := &parser{text: n.Value}
		if e, err := p.whole(); err == nil {
			if x, ok := e.constant(b.parameters); ok {
				return x
			}
		}
	}
	b.complain(n, 0, "%s must be a number", what)
	return 0
}

// integer returns a constant whole number of at least low.
func (b *builder) integer(n *yaml.Node, what string, low int) int {
	n = follow(n)
	mistakes := len(b.errors)
	x := b.number(n, what)
	b.errors = b.errors[:mistakes]
	i := int(x)
	if float64(i) != x || i < low || n.Kind != yaml.ScalarNode || n.Value == "" {
		b.complain(n, 0, "%s must be a whole number ≥ %d", what, low)
		return low
	}
	return i
}

// truth returns true or false.
func (b *builder) truth(n *yaml.Node, what string) bool {
	if n = follow(n); n.Kind == yaml.ScalarNode && (n.Value == "true" || n.Value == "false") {
		return n.Value == "true"
	}
	b.complain(n, 0, "%s must be true or false", what)
	return false
}

// suggest returns `: did you mean "x"?` for the name that is close to a wrong
// one, or the list of names if they are few.
func suggest(wrong string, names []string) string {
	slices.Sort(names)
	best, at := 3, ""
	for _, name := range names {
		if d := distance(wrong, name); d < best {
			best, at = d, name
		}
	}
	switch {
	case at != "":
		return fmt.Sprintf(": did you mean %q?", at)
	case len(names) == 0:
		return ""
	case len(names) <= 30:
		return ": there are " + strings.Join(names, ", ")
	}
	return ""
}

// distance is the number of letters to change, add or remove (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
