package native

import (
	"strings"
	"sync"
)

// PreludeFor returns the parts of Prelude that a program's text needs, so that
// the compiler has less to read.
func PreludeFor(text string) string {
	list := parts()
	wanted := identifiers(text)
	needed := make([]bool, len(list))
	for again := true; again; {
		again = false
		for i, p := range list {
			if needed[i] || p.name != "" && !p.defines(wanted) {
				continue
			}
			needed[i], again = true, true
			for name := range p.names {
				wanted[name] = true
			}
		}
	}
	var b strings.Builder
	for i, p := range list {
		if needed[i] {
			b.WriteString(p.text)
		}
	}
	return b.String()
}

// part is a piece of Prelude: one of the included files, or what stands around
// them, which has no name.
type part struct {
	name  string
	text  string
	names map[string]bool // what it mentions
	own   []string        // what it is the first to mention
}

// defines reports whether the part is the first to mention one of the wanted
// names: as each part follows those that it needs, that is its definition.
func (p *part) defines(wanted map[string]bool) bool {
	for _, name := range p.own {
		if wanted[name] {
			return true
		}
	}
	return false
}

// parts cuts Prelude once.
var parts = sync.OnceValue(func() []*part {
	var list []*part
	for rest := source("elem.h"); rest != ""; {
		before, name, after := cutInclude(rest)
		list = append(list, &part{text: before})
		if name != "" {
			list = append(list, &part{name: name, text: flatten(name)})
		}
		rest = after
	}
	seen := make(map[string]bool)
	for _, p := range list {
		p.names = identifiers(p.text)
		for name := range p.names {
			if !seen[name] {
				seen[name] = true
				p.own = append(p.own, name)
			}
		}
	}
	return list
})

// identifiers returns the names in a text that begin with the prefixes of this
// library.
func identifiers(text string) map[string]bool {
	names := make(map[string]bool)
	for i := 0; i < len(text); {
		if !isNameByte(text[i]) {
			i++
			continue
		}
		start := i
		for i < len(text) && isNameByte(text[i]) {
			i++
		}
		if name := text[start:i]; strings.HasPrefix(name, "qe_") || strings.HasPrefix(name, "QE_") {
			names[name] = true
		}
	}
	return names
}

func isNameByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
