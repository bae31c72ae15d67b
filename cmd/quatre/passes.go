package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/quatre-ppl/quatre"
)

// passes are the flags that leave out parts of the compiler.
type passes struct {
	NoMap    bool     `help:"Sample latents in the coordinates in which the model is written, without a map that adapts."`
	NoReduce bool     `help:"Keep sums over data as they are written instead of reducing them to fewer terms."`
	Without  []string `placeholder:"PASS" help:"Leave out a pass of the compiler, to measure what it is worth; check --explain lists them."`
}

// check returns an error if a pass that is to be left out is not known.
func (p passes) check() error {
	for _, name := range p.Without {
		if !slices.Contains(quatre.Passes(), name) {
			return failf(usage, "--without=%s: no such pass can be left out; choose from %s", name, strings.Join(quatre.Passes(), ", "))
		}
	}
	return nil
}

// options returns how to compile for a backend.
func (p passes) options(backend quatre.BackendName) quatre.CompileOptions {
	return quatre.CompileOptions{Backend: backend, NoMap: p.NoMap, NoReduce: p.NoReduce, Without: p.Without}
}

// explainPasses says what each pass of the compiler did.
func (l *loaded) explainPasses(w io.Writer) {
	fmt.Fprintf(w, "\npasses of the compiler\n")
	for _, pass := range l.posterior.PassReports() {
		name := pass.Name
		if pass.Skipped {
			name += ": left out"
		}
		fmt.Fprintf(w, "  %s\n", name)
		for _, line := range pass.Did {
			fmt.Fprintf(w, "    %s\n", line)
		}
	}
}
