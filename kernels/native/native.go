// Package native holds the sources in C that compiled backends put in front of a
// program: elem.h, the elementary and special functions with the bits of package elem.
package native

import (
	"embed"
	"regexp"
)

//go:embed elem.h elem/*.h
var sources embed.FS

// Prelude is the text of elem.h with its parts in place, a single text for a C or CUDA
// compiler: every function of package elem as qe_<name>.
var Prelude = flatten("elem.h")

var partInclude = regexp.MustCompile(`(?m)^#include "(elem/[a-z]+\.h)"$`)

// flatten returns an embedded file with the other embedded files in place of their includes.
func flatten(name string) string {
	text, err := sources.ReadFile(name)
	if err != nil {
		panic("native: " + err.Error()) // embedded when the package is built
	}
	return partInclude.ReplaceAllStringFunc(string(text), func(line string) string {
		return flatten(partInclude.FindStringSubmatch(line)[1])
	})
}
