// Package native holds the sources in C that compiled backends put in front of a
// program: elem.h, the elementary and special functions with the bits of package elem.
package native

import (
	"embed"
	"strings"
)

//go:embed elem.h elem/*.h
var sources embed.FS

// Prelude is the text of elem.h with its parts in place, a single text for a C or CUDA
// compiler: every function of package elem as qe_<name>.
var Prelude = flatten("elem.h")

// flatten returns an embedded file with the other embedded files in place of their includes.
func flatten(name string) string {
	var b strings.Builder
	for rest := source(name); rest != ""; {
		before, part, after := cutInclude(rest)
		b.WriteString(before)
		if part != "" {
			b.WriteString(flatten(part))
		}
		rest = after
	}
	return b.String()
}

// source returns an embedded file.
func source(name string) string {
	text, err := sources.ReadFile(name)
	if err != nil {
		panic("native: " + err.Error()) // embedded when the package is built
	}
	return string(text)
}

// cutInclude cuts a text around its first line that includes an embedded file; part is
// that file's name, "" if there is no such line.
func cutInclude(text string) (before, part, after string) {
	const begin, end = "#include \"", "\"\n"
	for at := 0; ; {
		next := strings.Index(text[at:], begin+"elem/")
		if next < 0 {
			return text, "", ""
		}
		at += next
		name, rest, whole := strings.Cut(text[at+len(begin):], end)
		if whole && (at == 0 || text[at-1] == '\n') {
			return text[:at], name, "\n" + rest
		}
		at += len(begin)
	}
}
