package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/tensor"
)

// checkCmd reads a model without sampling.
type checkCmd struct {
	Model   string `arg:"" name:"MODEL.stan" help:"The model."`
	Data    string `short:"d" placeholder:"DATA.json" help:"Its data: then the model is built, and the data are checked against it."`
	Explain bool   `help:"Say what the model consists of and what the compiler made of it, for these data."`
	Program bool   `help:"Print the compiled program of the log density and its gradient."`
	passes
}

// Run implements the command.
func (c *checkCmd) Run() error {
	program, source, err := readProgram(c.Model, new(console))
	if err != nil {
		return err
	}
	if missing := program.Unsupported(); len(missing) > 0 {
		return fail(inModel, syntax.Errors(missing))
	}
	if c.Data == "" && !c.Explain && !c.Program {
		return result(func(w io.Writer) error {
			_, err := fmt.Fprintf(w, "%s: the program is correct, and all of it is supported\n", source.File)
			return err
		})
	}
	l, err := load(context.Background(), c.Model, c.Data, 0, c.options(quatre.Interpreter), &console{quiet: true})
	if err != nil {
		return err
	}
	defer l.posterior.Close()
	proper := l.checkProper()
	err = result(func(w io.Writer) error {
		_, err := io.WriteString(w, c.text(l))
		return err
	})
	return errors.Join(proper, err)
}

// text is what is said about a model that could be built.
func (c *checkCmd) text(l *loaded) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: the model fits the data; it has %s on the unconstrained scale\n",
		l.model.File, plural(l.posterior.Dim(), "parameter"))
	if c.Explain {
		l.explain(&text)
	}
	if c.Program {
		fmt.Fprintf(&text, "\n%s", l.posterior.Program().Format())
	}
	return text.String()
}

// explain says what the model consists of and what the compiler made of it.
func (l *loaded) explain(w io.Writer) {
	m, program := l.posterior.Model(), l.posterior.Program()
	fmt.Fprintf(w, "\nparameters\n")
	for _, p := range m.Parameters {
		fmt.Fprintf(w, "  %-24s %-12s %-16s q[%d]", p.Name, shapeText(p.Shape), p.Transform.Name(), p.Offset+1)
		if p.Size > 1 {
			fmt.Fprintf(w, " to q[%d]", p.Offset+p.Size)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "\nterms of the log density\n")
	for _, t := range m.Terms {
		fmt.Fprintf(w, "  %s\n", t.Site)
	}
	fmt.Fprintf(w, "\nreported\n")
	for _, f := range l.posterior.Schema().Values {
		fmt.Fprintf(w, "  %-24s %s\n", f.Name, shapeText(f.Shape))
	}
	l.explainPasses(w)
	fmt.Fprintf(w, "\nprogram %s\n", program.Hash())
	fmt.Fprintf(w, "  each evaluation: %s\n", costOf(program.Body))
	fmt.Fprintf(w, "  once for the data: %s\n", costOf(program.Setup))
	fmt.Fprintf(w, "  data: %d numbers, %d indices\n", bufferSize(program, ir.Data), indexSize(program))
	fmt.Fprintf(w, "  computed from data: %d numbers; of each chain: %d\n",
		bufferSize(program, ir.Hoist), bufferSize(program, ir.In, ir.Temp, ir.Out, ir.Setting))
}

// shapeText writes a shape; that of a number is "scalar".
func shapeText(s tensor.Shape) string {
	if len(s) == 0 {
		return "scalar"
	}
	return s.String()
}

// String describes the cost in words.
func (c cost) String() string {
	text := fmt.Sprintf("%s, %d carried out, %d of them arithmetic", plural(c.Instructions, "instruction"), c.Operations, c.Flops)
	for _, part := range []struct {
		n    int
		what string
	}{{c.Loops, "loop"}, {c.Scans, "scan"}, {c.Matrices, "matrix operation"}} {
		if part.n > 0 {
			text += ", " + plural(part.n, part.what)
		}
	}
	return text
}

// bufferSize counts the numbers in buffers of the given kinds.
func bufferSize(p *ir.Program, kinds ...ir.BufKind) int {
	n := 0
	for i := range p.Bufs {
		if slices.Contains(kinds, p.Bufs[i].Kind) {
			n += p.Bufs[i].Len
		}
	}
	return n
}

// indexSize counts the indices that a program is bound to.
func indexSize(p *ir.Program) int {
	n := 0
	for i := range p.Ints {
		if p.Ints[i].Values == nil {
			n += p.Ints[i].Len
		}
	}
	return n
}
