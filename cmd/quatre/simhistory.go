package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim/experiment"
	"github.com/quatre-ppl/quatre/sim/picture"
	"github.com/quatre-ppl/quatre/sim/stat"
)

// simHistoryCmd compares a model with what was observed.
type simHistoryCmd struct {
	Model    string `arg:"" help:"The model: a file that ends with .yaml, .yml or .json."`
	Data     string `arg:"" help:"A CSV file with a line of names and a line of numbers for each day, say: whatever a replication stands for."`
	simFlags `embed:""`
	Outcome  map[string]string `placeholder:"NAME=COLUMN" help:"The column that an outcome is compared with; by default all columns that are called as an outcome."`
	Out      string            `type:"path" placeholder:"FILE.svg" help:"Picture of the two distributions, if one outcome is compared."`
}

// matched is an outcome and what history says of it.
type matched struct {
	outcome, column    string
	observed, produced []float64
}

// Run executes `quatre sim history`.
func (c *simHistoryCmd) Run() error {
	names, rows, err := readDraws(c.Data)
	if err != nil {
		return fail(inData, err)
	}
	models, err := c.read([]string{c.Model})
	if err != nil {
		return err
	}
	o, err := c.options(models[0])
	if err != nil {
		return err
	}
	if c.Reps == 0 {
		// As many as there are observations make the test about as sharp as it can be
		// at that price.
		o.Replications = max(o.Replications, len(rows), 100)
	}
	ctx, stop := interruptible(func() { fmt.Fprintln(os.Stderr, "quatre: interrupted") })
	defer stop()
	r, err := experiment.Run(ctx, models[0].Build, rng.NewKey(c.Seed), o)
	if err != nil {
		return simulated(err)
	}
	all, err := c.match(r, names, rows)
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := c.draw(all); err != nil {
			return fail(inOutput, err)
		}
	}
	return result(func(w io.Writer) error { return writeHistory(w, all, r) })
}

// match finds the outcomes that have a column.
func (c *simHistoryCmd) match(r *experiment.Result, names []string, rows [][]float64) (all []matched, err error) {
	for _, outcome := range r.Names {
		column, named := c.Outcome[outcome]
		if !named {
			column = outcome
		}
		at := slices.Index(names, column)
		switch {
		case named && at < 0:
			return nil, failf(inData, "%s has no column %q: there are %s", c.Data, column, strings.Join(names, ", "))
		case at < 0 || len(c.Outcome) > 0 && !named:
			continue
		}
		m := matched{outcome: outcome, column: column, produced: r.Column(outcome)}
		for _, row := range rows {
			if !math.IsNaN(row[at]) {
				m.observed = append(m.observed, row[at])
			}
		}
		enough := len(m.observed) > 1 && len(m.produced) > 1
		if !enough && !named {
			continue // as what is observed in none of both
		}
		if !enough {
			return nil, failf(inData, "%q has %d observations and %d replications: want at least 2 of each", outcome, len(m.observed), len(m.produced))
		}
		all = append(all, m)
	}
	for outcome := range c.Outcome {
		if !slices.Contains(r.Names, outcome) {
			return nil, failf(usage, "--outcome %s: there are %s", outcome, strings.Join(r.Names, ", "))
		}
	}
	if len(all) == 0 {
		return nil, failf(usage, "no column of %s is called as an outcome: say --outcome NAME=COLUMN; there are %s", c.Data, strings.Join(r.Names, ", "))
	}
	return all, nil
}

// draw writes the picture.
func (c *simHistoryCmd) draw(all []matched) error {
	if len(all) != 1 {
		return fmt.Errorf("a picture is of one outcome, not of %d: say --outcome NAME=COLUMN", len(all))
	}
	m := all[0]
	f, err := os.Create(c.Out)
	if err != nil {
		return err
	}
	defer f.Close()
	sorted := slices.Clone(m.produced)
	slices.Sort(sorted)
	simulated := picture.Curve{Name: "simulated " + m.outcome, CDF: func(x float64) float64 {
		n, _ := slices.BinarySearch(sorted, math.Nextafter(x, math.Inf(1)))
		return float64(n) / float64(len(sorted))
	}}
	if err := picture.Fit(f, "observed "+m.column, m.observed, simulated); err != nil {
		return err
	}
	return f.Close()
}

// writeHistory writes the comparison.
func writeHistory(w io.Writer, all []matched, r *experiment.Result) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "outcome\tobserved\tsd\tn\tsimulated\tsd\tn\tKS\tp\t")
	for _, m := range all {
		d, p := stat.KolmogorovSmirnov2(m.observed, m.produced)
		fmt.Fprintf(t, "%s\t%.6g\t%.3g\t%d\t%.6g\t%.3g\t%d\t%.3g\t%.3g\t\n", m.outcome, stat.Mean(m.observed), stat.StandardDeviation(m.observed), len(m.observed),
			stat.Mean(m.produced), stat.StandardDeviation(m.produced), len(m.produced), d, p)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	note := "KS: the largest distance of the distributions; p: how often it would be larger if history followed the model"
	if len(all) > 1 {
		note += fmt.Sprintf("; the smallest of %d is to be held against a level divided by %d", len(all), len(all))
	}
	if _, err := fmt.Fprintln(w, note); err != nil {
		return err
	}
	for _, f := range r.Failures {
		fmt.Fprintf(w, "replication %d failed: %v\n", f.Replication, f.Err)
	}
	for _, text := range r.Warnings {
		if _, err := fmt.Fprintf(w, "warning: %s\n", text); err != nil {
			return err
		}
	}
	return nil
}
