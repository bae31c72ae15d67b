package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/stream/file"
)

// results is what a folder of a run holds, with its diagnostics.
type results struct {
	run    *file.Run
	report *diag.Report
}

// readResults reads and diagnoses a run.
func readResults(dir string) (*results, error) {
	run, err := file.Read(dir)
	if err != nil {
		return nil, fail(inData, err)
	}
	facts := diag.Facts{Stats: reportedStats}
	for i := range run.Chains {
		depth, _ := strconv.Atoi(run.Chains[i].Settings["max_depth"])
		facts.MaxDepth = max(facts.MaxDepth, depth)
	}
	if run.Info != nil {
		for i := range run.Info.Chains {
			facts.Recovered += run.Info.Chains[i].Recovered
		}
	}
	return &results{run, diag.Diagnose(&run.Sampling, facts)}, nil
}

// reportedStats are the sampler's columns that a summary has.
var reportedStats = []string{"lp__"}

// heading describes the run in one line.
func (r *results) heading() string {
	name, seed := "", ""
	for i := range r.run.Chains {
		name = cmp.Or(name, r.run.Chains[i].Settings["model"])
		seed = cmp.Or(seed, r.run.Chains[i].Settings["seed"])
	}
	text := shape(r.report)
	if name != "" {
		text = name + ": " + text
	}
	if seed != "" {
		text += ", seed " + seed
	}
	return text
}

// shape says how many draws there are.
func shape(r *diag.Report) string {
	return fmt.Sprintf("%s of %s", plural(r.Chains, "chain"), plural(r.Draws, "draw"))
}

// plural writes a number of things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// tell writes what is wrong with the files to stderr.
func (r *results) tell() {
	for _, w := range r.run.Warnings {
		fmt.Fprintln(os.Stderr, "quatre: "+w)
	}
}

// writeReport writes a heading, the table of the summaries and the warnings.
func writeReport(w io.Writer, heading string, r *diag.Report, summaries []diag.Summary) error {
	if _, err := fmt.Fprintf(w, "%s\n\n", heading); err != nil {
		return err
	}
	if err := diag.WriteTable(w, summaries); err != nil {
		return err
	}
	return writeWarnings(w, r.Warnings())
}

// textWidth is the width of the paragraphs that are written.
const textWidth = 100

// writeWarnings writes each warning as a paragraph of its own.
func writeWarnings(w io.Writer, list []diag.Warning) error {
	for _, warning := range list {
		if _, err := fmt.Fprintf(w, "\n%s\n", wrap("warning: "+warning.String(), textWidth)); err != nil {
			return err
		}
	}
	return nil
}

// wrap breaks a text into lines of at most so many characters, where it has
// spaces. Lines after the first are indented.
func wrap(text string, width int) string {
	const indent = "  "
	var out strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		length := len([]rune(word))
		switch {
		case column == 0:
		case column+1+length > width:
			out.WriteString("\n" + indent)
			column = len(indent)
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += length
	}
	return out.String()
}

// choose returns the summaries of the named quantities in the order of the
// table; a name without indices means all elements. The error is a name that
// there is none of.
func choose(all []diag.Summary, names []string) ([]diag.Summary, error) {
	if len(names) == 0 {
		return all, nil
	}
	found := map[string]bool{}
	var chosen []diag.Summary
	for i := range all {
		base, _, _ := strings.Cut(all[i].Name, "[")
		for _, name := range names {
			if name == base || plainIndex(name) == all[i].Name {
				found[name] = true
				chosen = append(chosen, all[i])
				break
			}
		}
	}
	for _, name := range names {
		if !found[name] {
			return nil, failf(usage, "--params: the run has no quantity %q; it has %s", name, strings.Join(baseNames(all), ", "))
		}
	}
	return chosen, nil
}

// plainIndex takes the spaces out of "theta[1, 2]".
func plainIndex(name string) string { return strings.ReplaceAll(name, " ", "") }

// baseNames returns the names of the quantities without indices.
func baseNames(all []diag.Summary) []string {
	var names []string
	for i := range all {
		base, _, _ := strings.Cut(all[i].Name, "[")
		if !slices.Contains(names, base) {
			names = append(names, base)
		}
	}
	return names
}

// extreme is the quantity with the worst value of a diagnostic.
type extreme struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// worst returns the quantity with the largest value; nil if no value is known.
func worst(all []diag.Summary, value func(*diag.Summary) float64) *extreme {
	var found *extreme
	for i := range all {
		x := value(&all[i])
		if math.IsNaN(x) || math.IsInf(x, 0) {
			continue
		}
		if found == nil || x > found.Value {
			found = &extreme{all[i].Name, x}
		}
	}
	return found
}
