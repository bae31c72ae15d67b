package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim/input"
	"github.com/quatre-ppl/quatre/sim/picture"
)

// simFitCmd fits laws to observations.
type simFitCmd struct {
	Data   string `arg:"" help:"A CSV file with a line of names and lines of numbers."`
	Column string `help:"Name of the column; the first by default."`
	Seed   uint64 `default:"1" help:"Seed of the samples that the p-values come from."`
	Out    string `type:"path" placeholder:"FILE.svg" help:"Picture of the sample and the three best laws."`
}

// Run executes `quatre sim fit`.
func (c *simFitCmd) Run() error {
	names, rows, err := readDraws(c.Data)
	if err != nil {
		return fail(inData, err)
	}
	at := 0
	if c.Column != "" {
		if at = slices.Index(names, c.Column); at < 0 {
			return failf(inData, "%s has no column %q: there are %s", c.Data, c.Column, strings.Join(names, ", "))
		}
	}
	sample := make([]float64, len(rows))
	for i := range rows {
		sample[i] = rows[i][at]
	}
	fits, err := input.Fit(sample, rng.NewKey(c.Seed))
	if err != nil {
		return fail(inData, err)
	}
	if c.Out != "" {
		if err := c.draw(names[at], sample, fits); err != nil {
			return fail(inOutput, err)
		}
	}
	return result(func(w io.Writer) error { return writeFits(w, fits) })
}

// draw writes the picture.
func (c *simFitCmd) draw(title string, sample []float64, fits []input.Fitted) error {
	f, err := os.Create(c.Out)
	if err != nil {
		return err
	}
	defer f.Close()
	var curves []picture.Curve
	for _, fit := range fits[:min(3, len(fits))] {
		curves = append(curves, picture.Curve{Name: fmt.Sprint(fit.Law), CDF: fit.CDF})
	}
	if err := picture.Fit(f, title, sample, curves...); err != nil {
		return err
	}
	return f.Close()
}

// writeFits writes the laws, the best first.
func writeFits(w io.Writer, fits []input.Fitted) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "law\tAIC\tKS\tp\tAD\tp")
	for _, f := range fits {
		fmt.Fprintf(t, "%v\t%.6g\t%.3g\t%.3g\t%.3g\t%.3g\n", f.Law, f.AIC, f.KS, f.KSP, f.AD, f.ADP)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "the smallest AIC first; p: how often a sample of the law itself fits worse")
	return err
}
