package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/bart"
)

// bartFitCmd fits trees.
type bartFitCmd struct {
	Train  string   `arg:"" name:"TRAIN" help:"The rows: a CSV file with a row of names, or a .parquet file."`
	Target []string `placeholder:"COLUMN,…" help:"The response; several responses share their trees."`
	Out    string   `short:"o" placeholder:"DIR" help:"Folder for the fit; without it only the summary is shown."`

	Family    string            `default:"gaussian" enum:"gaussian,probit,logistic,ordinal,count,poisson,survival,discrete-time" help:"The law of the response: gaussian, probit, logistic, ordinal, count, poisson, survival or discrete-time."`
	Event     string            `placeholder:"COLUMN" help:"For survival and discrete-time: 1 where the time is of an event, 0 where it is of the last look."`
	Weights   string            `placeholder:"COLUMN" help:"Precisions of the rows, for gaussian."`
	Group     string            `placeholder:"COLUMN" help:"Groups with random intercepts beside the trees."`
	Slopes    []string          `placeholder:"COLUMN,…" help:"Columns of numbers whose slopes vary by group, too."`
	Treatment string            `placeholder:"COLUMN" help:"A treatment, 0 and 1 or any numbers, whose effect by row is wanted: a Bayesian causal forest."`
	Exposure  string            `placeholder:"COLUMN" help:"What the means of counts are in proportion to."`
	Periods   int               `help:"Periods that discrete-time cuts time into, at most (30)."`
	Drop      []string          `placeholder:"COLUMN,…" help:"Columns that are no predictors."`
	Ordered   map[string]string `placeholder:"COLUMN=LOW<…<HIGH;…" help:"Columns with ordered levels, from low to high; nothing after = takes the numbers as they are."`
	Unordered []string          `placeholder:"COLUMN,…" help:"Columns of numbers that are levels without an order."`

	Basis []string `placeholder:"COLUMN,…" help:"Columns of numbers whose effect is linear within each leaf."`

	Trees         int     `help:"Number of trees (200; fewer with less than 1000 rows)."`
	VarianceTrees int     `help:"Number of trees of the size of the noise, for gaussian noise that varies (0; 40 are good)."`
	Chains        int     `help:"Number of chains (4); one alone cannot give calibrated intervals."`
	Burn          int     `default:"0" help:"Sweeps of a chain before the draws (250, or 500 with 100 columns or more)."`
	Draws         int     `help:"Draws of a chain (250, or 500 with 100 columns or more)."`
	Thin          int     `help:"Keep one of so many sweeps (1)."`
	K             float64 `help:"Prior standard deviations of f within half the range of the response (5; less with few rows; 2 for latent responses)."`
	Alpha         float64 `help:"A node of depth d is split with prior probability ALPHA (1+d)^-BETA (0.95)."`
	Beta          float64 `help:"See --alpha (2)."`
	MinLeaf       int     `help:"Smallest number of rows in a leaf (5)."`
	Cuts          int     `help:"Cut points of a column, at most 255 (255)."`
	Exact         bool    `help:"Cut between any two neighbouring values."`
	NoSparse      bool    `help:"Give all columns the same prior probability in splits."`
	Seed          uint64  `default:"1" help:"Decides every random number."`
	Parallel      int     `placeholder:"N" help:"Chains at a time (as many as there are processors)."`
	Extend        int     `placeholder:"N" help:"Go on with the chains of the fit in the folder: N more draws of each. TRAIN is the file of the fit; the roles of its columns are known."`
	Overwrite     bool    `help:"Replace the fit that is in the folder."`
	Quiet         bool    `short:"q" help:"No progress and no summary."`
}

// Help implements kong.HelpProvider.
func (*bartFitCmd) Help() string {
	return `Columns of text become levels without an order; empty cells, NA, NaN, a dot and the like are missing values,
which splits send to a side of their own choice. Ctrl-C ends the fit and keeps the finished sweeps; --extend goes on with
them.`
}

// Run implements the command.
func (c *bartFitCmd) Run() error {
	if c.Thin < 0 || c.Extend < 0 {
		return failf(usage, "--thin and --extend want a number from 1 up")
	}
	roles, earlier, err := c.begin()
	if err != nil {
		return err
	}
	rows, err := roles.read(c.Train)
	if err != nil {
		return err
	}
	for _, doubt := range rows.doubts {
		if !c.Quiet {
			fmt.Fprintf(os.Stderr, "note: %s: %s\n", c.Train, doubt)
		}
	}
	if c.Out != "" {
		if err := os.MkdirAll(c.Out, 0o755); err != nil {
			return failf(inOutput, "cannot make the folder of the fit: %w", err)
		}
	}
	show := newTreeProgress(os.Stderr, c.Quiet)
	ctx, stop := interruptible(func() { show.note("interrupted: keeping the finished sweeps") })
	defer stop()
	fit, err := c.fit(ctx, &roles, earlier, rows, show)
	show.end()
	if err != nil {
		return fitFailure(c.Train, err)
	}
	if err := c.save(fit, rows.d); err != nil {
		return err
	}
	if !c.Quiet {
		var average []float64
		if fit.causal != nil {
			mean, low, high, err := fit.causal.AverageEffect(context.Background(), rows.d)
			if err != nil {
				return fail(inData, err)
			}
			average = []float64{mean, low, high}
		}
		if err := result(func(w io.Writer) error { return writeTreeSummary(w, fit, rows, average) }); err != nil {
			return err
		}
	}
	if ctx.Err() != nil && fit.trees().Interrupted {
		return fail(interrupted, errSilent)
	}
	return nil
}

// fitFailure says why there is no fit of a file.
func fitFailure(file string, err error) error {
	var fault *bart.Fault
	switch {
	case errors.As(err, &fault) && os.Getenv("GOTRACEBACK") != "":
		return failf(internal, "this is a fault of the program, please report it: %w\n%s", err, fault.Stack)
	case errors.As(err, &fault):
		return failf(internal, "this is a fault of the program, please report it, with what GOTRACEBACK=all shows of it: %w", err)
	case errors.Is(err, context.Canceled):
		return failf(interrupted, "interrupted before there was a draw: nothing is kept")
	}
	return failf(inData, "%s: %w", file, err)
}

// begin returns the roles of the columns, and the fit to go on with if there is one.
func (c *bartFitCmd) begin() (roles treeRoles, earlier *treeFit, err error) {
	if c.Extend > 0 {
		if c.Out == "" || c.Overwrite {
			return roles, nil, failf(usage, "--extend goes on with the fit in a folder: name it with --out, without --overwrite")
		}
		if earlier, err = loadFit(c.Out); err != nil {
			return roles, nil, err
		}
		if roles, err = loadRoles(c.Out); err != nil {
			return roles, nil, err
		}
		return roles, earlier, nil
	}
	if len(c.Target) == 0 {
		return roles, nil, failf(usage, "say which column is the response: --target COLUMN")
	}
	if c.Out != "" && !c.Overwrite {
		if _, err := os.Lstat(filepath.Join(c.Out, fitFile)); err == nil {
			return roles, nil, failf(inOutput, "%s holds an earlier fit; choose another folder or say --overwrite", c.Out)
		}
	}
	kinds := 0
	for _, special := range []bool{c.Group != "", c.Treatment != "", len(c.Target) > 1} {
		if special {
			kinds++
		}
	}
	if kinds > 1 || len(c.Slopes) > 0 && c.Group == "" {
		return roles, nil, failf(usage, "--group (with --slopes), --treatment and several targets cannot be combined")
	}
	roles = treeRoles{Targets: c.Target, Family: c.Family, Event: c.Event, Weights: c.Weights, Exposure: c.Exposure, Group: c.Group, Slopes: c.Slopes,
		Treatment: c.Treatment, Drop: c.Drop, Unordered: c.Unordered, Ordered: map[string][]string{}}
	for name, levels := range c.Ordered {
		roles.Ordered[name] = nil
		if levels != "" {
			roles.Ordered[name] = strings.Split(levels, "<")
		}
	}
	return roles, nil, roles.conflict()
}

// fit makes a new fit or goes on with an earlier one.
func (c *bartFitCmd) fit(ctx context.Context, roles *treeRoles, earlier *treeFit, rows *treeRows, show *treeProgress) (fit *treeFit, err error) {
	fit = &treeFit{roles: *roles}
	if earlier != nil {
		switch {
		case earlier.grouped != nil:
			fit.grouped, err = earlier.grouped.Extend(ctx, rows.d, rows.groups, c.Extend, nil, show.progress)
		case earlier.causal != nil:
			fit.causal, err = earlier.causal.Extend(ctx, rows.d, rows.treatment, c.Extend, nil, show.progress)
		case earlier.many != nil:
			fit.many, err = earlier.many.Extend(ctx, rows.d, rows.responses, c.Extend, nil, show.progress)
		default:
			fit.plain, err = earlier.plain.Extend(ctx, rows.d, c.Extend, nil, show.progress)
		}
		return fit, err
	}
	o := c.options(show)
	switch {
	case rows.groups.Count > 0:
		fit.grouped, err = bart.FitGrouped(ctx, rows.d, rows.groups, o)
	case rows.treatment != nil:
		fit.causal, err = bart.FitCausal(ctx, rows.d, rows.treatment, bart.CausalOptions{Options: o})
	case rows.responses != nil:
		rows.d.Y = nil
		fit.many, err = bart.FitMany(ctx, rows.d, rows.responses, o)
	default:
		fit.plain, err = bart.Fit(ctx, rows.d, o)
	}
	return fit, err
}

func (c *bartFitCmd) options(show *treeProgress) bart.Options {
	family, _ := bart.ParseFamily(c.Family) // the flag allows no other names
	o := bart.Options{
		Seed: c.Seed, Family: family, Trees: c.Trees, Chains: c.Chains, Burn: c.Burn, Draws: c.Draws, Thin: c.Thin, Workers: c.Parallel,
		Cuts: c.Cuts, Exact: c.Exact, Basis: c.Basis, Periods: c.Periods, VarianceTrees: c.VarianceTrees,
		Prior: bart.Prior{K: c.K, Alpha: c.Alpha, Beta: c.Beta, MinLeaf: c.MinLeaf}, Kernel: quatre.TreeKernel(), Progress: show.progress,
	}
	if c.NoSparse {
		o.Sparse = bart.Off
	}
	return o
}

// save writes the fit, what its columns are, and some of its rows.
func (c *bartFitCmd) save(fit *treeFit, d *bart.Data) error {
	if c.Out == "" {
		return nil
	}
	if err := replaceFile(filepath.Join(c.Out, backgroundFile), func(w io.Writer) error { return writeRows(w, d) }); err != nil {
		return err
	}
	if err := fit.roles.save(c.Out); err != nil {
		return err
	}
	return replaceFile(filepath.Join(c.Out, fitFile), fit.save)
}

// writeRows writes at most backgroundRows rows of the predictors, evenly taken.
func writeRows(w io.Writer, d *bart.Data) error {
	out := csv.NewWriter(w)
	record := make([]string, len(d.Columns))
	for j := range d.Columns {
		record[j] = d.Columns[j].Name
	}
	if err := out.Write(record); err != nil {
		return err
	}
	n := d.Rows()
	for k := range min(n, backgroundRows) {
		i := k * n / min(n, backgroundRows)
		for j := range d.Columns {
			record[j] = cell(&d.Columns[j], i)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// cell is a value as a CSV file has it.
func cell(c *bart.Column, i int) string {
	x := c.Values[i]
	switch {
	case math.IsNaN(x):
		return "NA"
	case c.Levels != nil:
		return c.Levels[int(x)]
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}
