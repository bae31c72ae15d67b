package types

import (
	"slices"
	"strings"
)

// classes are the words of a signature that stand for several types.
var classes = map[string][]Type{
	"ints":    {plain(Int), plain(Int).ArrayOf(1)},
	"reals":   {plain(Real), plain(Real).ArrayOf(1), plain(Vector), plain(RowVector)},
	"vectors": {plain(Vector), plain(RowVector), plain(Vector).ArrayOf(1), plain(RowVector).ArrayOf(1)},
}

// complexOf gives the complex counterpart of a type's word.
var complexOf = map[string]string{
	"real": "complex", "vector": "complex_vector", "row_vector": "complex_row_vector", "matrix": "complex_matrix",
}

// expand replaces the abbreviations V and ~ of a line by the lines they stand for.
func expand(line string) []string {
	lines := []string{line}
	if slices.Contains(words(line), "V") {
		lines = nil
		for _, base := range []string{"vector", "row_vector", "matrix"} {
			lines = append(lines, replaceWord(line, "V", base))
		}
	}
	if !strings.Contains(line, "~") {
		return lines
	}
	var both []string
	for _, line := range lines {
		both = append(both, strings.ReplaceAll(line, "~", ""))
		for _, word := range []string{"real", "vector", "row_vector", "matrix"} {
			line = replaceWord(line, "~"+word, complexOf[word])
		}
		both = append(both, line)
	}
	return both
}

// words cuts a line at everything that cannot stand in a word.
func words(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" ,|()[]~", r) })
}

// replaceWord replaces each whole word of line that is word; a leading '~' belongs to the word.
func replaceWord(line, word, by string) string {
	var out strings.Builder
	for line != "" {
		n := strings.IndexAny(line, " ,|()[]")
		if n < 0 {
			n = len(line)
		}
		token := line[:n]
		switch {
		case token == word:
			token = by
		case token == "~"+word:
			token = "~" + by
		}
		out.WriteString(token)
		if n < len(line) {
			out.WriteByte(line[n])
			n++
		}
		line = line[n:]
	}
	return out.String()
}

// signatureReader reads the text of signatures. The text is part of the program, so a mistake in it panics.
type signatureReader struct {
	text string
}

// parseSignature reads RESULT NAME(ARGUMENTS).
func parseSignature(line string) *Signature {
	r := &signatureReader{line}
	s := &Signature{result: r.pattern()}
	s.Name = r.word()
	s.params, s.variadic = r.patterns()
	r.end()
	return s
}

func (r *signatureReader) fail() { panic("types: bad signature in the library near " + r.text) }

func (r *signatureReader) end() {
	if r.skip(); r.text != "" {
		r.fail()
	}
}

func (r *signatureReader) skip() { r.text = strings.TrimLeft(r.text, " ") }

func (r *signatureReader) accept(prefix string) bool {
	r.skip()
	rest, ok := strings.CutPrefix(r.text, prefix)
	if ok {
		r.text = rest
	}
	return ok
}

func (r *signatureReader) word() string {
	r.skip()
	n := strings.IndexAny(r.text, " ,|()[]")
	if n < 0 {
		n = len(r.text)
	}
	word := r.text[:n]
	r.text = r.text[n:]
	return word
}

// patterns reads (ARGUMENT, ARGUMENT, …).
func (r *signatureReader) patterns() (list []pattern, variadic bool) {
	if !r.accept("(") {
		r.fail()
	}
	for !r.accept(")") {
		if len(list) > 0 && !r.accept(",") || r.text == "" {
			r.fail()
		}
		if r.accept("…") {
			variadic = true
			continue
		}
		list = append(list, r.pattern())
	}
	return list, variadic
}

// pattern reads the alternatives of one argument.
func (r *signatureReader) pattern() pattern {
	r.skip()
	whole := r.text
	p := pattern{data: r.accept("data ")}
	for {
		rank := 0
		if r.accept("array[") {
			rank = 1
			for r.accept(",") {
				rank++
			}
			if !r.accept("]") {
				r.fail()
			}
		}
		r.base(&p, rank)
		if !r.accept("|") {
			p.text = whole[:len(whole)-len(r.text)]
			return p
		}
	}
}

// base reads the innermost part of a type into p.
func (r *signatureReader) base(p *pattern, rank int) {
	word := r.word()
	base := Base(slices.Index(baseNames[:], word))
	switch {
	case word == "T":
		p.generic, p.rank = true, rank
	case word == "fn":
		fn := &Signature{Name: "fn"}
		fn.params, fn.variadic = r.patterns()
		fn.result = r.pattern()
		p.fn = fn
	case word == "tuple":
		elems, _ := r.patterns()
		t := Type{Base: Tuple, Rank: rank}
		for _, elem := range elems {
			t.Elems = append(t.Elems, elem.resolve(nil))
		}
		p.alternatives = append(p.alternatives, t)
	case classes[word] != nil:
		p.alternatives = append(p.alternatives, classes[word]...)
	case slices.Contains(baseNames[:], word):
		p.alternatives = append(p.alternatives, plain(base).ArrayOf(rank))
	default:
		r.fail()
	}
}
