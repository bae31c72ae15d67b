package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/stream"
)

// diagnoseCmd says whether the draws of a run can be trusted.
type diagnoseCmd struct {
	Dir  string `arg:"" name:"DIR" help:"Folder of a run, or one of its CSV files."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Help implements kong.HelpProvider.
func (*diagnoseCmd) Help() string {
	return "The exit code is 0 if nothing was found, and 7 if there are warnings or the run is not complete."
}

// diagnosis is the result of diagnose.
type diagnosis struct {
	OK bool `json:"ok"`
	// Incomplete says what is missing in the files.
	Incomplete []string        `json:"incomplete"`
	Chains     int             `json:"chains"`
	Draws      int             `json:"draws"`
	Divergent  int             `json:"divergences"`
	Saturated  int             `json:"saturated"`
	MaxDepth   int             `json:"max_depth,omitempty"`
	Recovered  int             `json:"recovered"`
	EBFMI      []stream.Number `json:"e_bfmi"`
	RHat       *extreme        `json:"r_hat"`    // the largest
	ESSBulk    *extreme        `json:"ess_bulk"` // the smallest
	ESSTail    *extreme        `json:"ess_tail"` // the smallest
	Warnings   []diag.Warning  `json:"warnings"`
}

// Run implements the command.
func (c *diagnoseCmd) Run() error {
	r, err := readResults(c.Dir)
	if err != nil {
		return err
	}
	d := newDiagnosis(r)
	err = result(func(w io.Writer) error {
		if c.JSON {
			encoder := json.NewEncoder(w)
			encoder.SetIndent("", "  ")
			return encoder.Encode(d)
		}
		return d.write(w, r.heading())
	})
	if err == nil && !d.OK {
		return fail(findings, errSilent)
	}
	return err
}

func newDiagnosis(r *results) *diagnosis {
	d := &diagnosis{
		Incomplete: r.run.Warnings, Chains: r.report.Chains, Draws: r.report.Draws,
		Divergent: len(r.report.Divergent), Saturated: r.report.Saturated, MaxDepth: r.report.MaxDepth,
		Recovered: r.report.Recovered, EBFMI: r.report.EBFMI, Warnings: r.report.Warnings(),
	}
	all := r.report.Summaries
	d.RHat = worst(all, func(s *diag.Summary) float64 { return s.RHat })
	d.ESSBulk = least(all, func(s *diag.Summary) float64 { return s.ESSBulk })
	d.ESSTail = least(all, func(s *diag.Summary) float64 { return s.ESSTail })
	d.OK = len(d.Incomplete) == 0 && len(d.Warnings) == 0
	if d.Incomplete == nil {
		d.Incomplete = []string{}
	}
	if d.Warnings == nil {
		d.Warnings = []diag.Warning{}
	}
	return d
}

// least returns the quantity with the smallest value, constants aside.
func least(all []diag.Summary, value func(*diag.Summary) float64) *extreme {
	found := worst(all, func(s *diag.Summary) float64 {
		if s.Constant {
			return math.NaN()
		}
		return -value(s)
	})
	if found != nil {
		found.Value = -found.Value
	}
	return found
}

// write writes the numbers that were looked at and what they mean.
func (d *diagnosis) write(w io.Writer, heading string) error {
	var text strings.Builder
	line := func(label, format string, args ...any) {
		fmt.Fprintf(&text, "%-24s %s\n", label, fmt.Sprintf(format, args...))
	}
	text.WriteString(heading + "\n\n")
	line("divergent transitions", "%d of %d", d.Divergent, d.Chains*d.Draws)
	if d.MaxDepth > 0 {
		line("at the greatest depth", "%d of %d (depth %d)", d.Saturated, d.Chains*d.Draws, d.MaxDepth)
	}
	if d.Recovered > 0 {
		line("recovered from faults", "%d", d.Recovered)
	}
	if len(d.EBFMI) > 0 {
		low := d.EBFMI[0]
		for _, x := range d.EBFMI {
			low = min(low, x)
		}
		line("E-BFMI", "%.2f at least (should be above %v)", float64(low), diag.MinEBFMI)
	}
	if d.RHat != nil {
		line("R-hat", "%.3f at most, for %s (should be below %v)", d.RHat.Value, d.RHat.Name, diag.MaxRHat)
	}
	limit := diag.MinESSPerChain * d.Chains
	if d.ESSBulk != nil {
		line("bulk ESS", "%.0f at least, for %s (should be above %d)", math.Floor(d.ESSBulk.Value), d.ESSBulk.Name, limit)
	}
	if d.ESSTail != nil {
		line("tail ESS", "%.0f at least, for %s (should be above %d)", math.Floor(d.ESSTail.Value), d.ESSTail.Name, limit)
	}
	for _, what := range d.Incomplete {
		fmt.Fprintf(&text, "\n%s\n", wrap("incomplete: "+what, textWidth))
	}
	if d.OK {
		text.WriteString("\nNo problems found.\n")
	}
	if _, err := io.WriteString(w, text.String()); err != nil {
		return err
	}
	return writeWarnings(w, d.Warnings)
}
