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
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/bart"
	frame "github.com/quatre-ppl/quatre/bart/table"
	"github.com/quatre-ppl/quatre/cmd/quatre/terminal"
)

// bartFitCmd fits trees.
type bartFitCmd struct {
	Train  string `arg:"" name:"TRAIN" help:"The rows: a CSV file with a row of names, or a .parquet file."`
	Target string `required:"" placeholder:"COLUMN" help:"The response."`
	Out    string `short:"o" placeholder:"DIR" help:"Folder for the fit; without it only the summary is shown."`

	Family    string            `default:"gaussian" enum:"gaussian,probit,logistic,ordinal,count,poisson,survival,discrete-time" help:"The law of the response: gaussian, probit, logistic, ordinal, count, poisson, survival or discrete-time."`
	Event     string            `placeholder:"COLUMN" help:"For survival and discrete-time: 1 where the time is of an event, 0 where it is of the last look."`
	Weights   string            `placeholder:"COLUMN" help:"Precisions of the rows, for gaussian."`
	Exposure  string            `placeholder:"COLUMN" help:"What the means of counts are in proportion to."`
	Periods   int               `help:"Periods that discrete-time cuts time into, at most (30)."`
	Drop      []string          `placeholder:"COLUMN,…" help:"Columns that are no predictors."`
	Ordered   map[string]string `placeholder:"COLUMN=LOW<…<HIGH;…" help:"Columns with ordered levels, from low to high; nothing after = takes the numbers as they are."`
	Unordered []string          `placeholder:"COLUMN,…" help:"Columns of numbers that are levels without an order."`

	Basis []string `placeholder:"COLUMN,…" help:"Columns of numbers whose effect is linear within each leaf."`

	Trees     int     `help:"Number of trees (200)."`
	Chains    int     `help:"Number of chains (4); one alone cannot give calibrated intervals."`
	Burn      int     `default:"0" help:"Sweeps of a chain before the draws (250, or 500 with 100 columns or more)."`
	Draws     int     `help:"Draws of a chain (250, or 500 with 100 columns or more)."`
	Thin      int     `help:"Keep one of so many sweeps (1)."`
	K         float64 `help:"Prior standard deviations of f within half the range of the response (5; 2 for latent responses)."`
	MinLeaf   int     `help:"Smallest number of rows in a leaf (5)."`
	Cuts      int     `help:"Cut points of a column, at most 255 (255)."`
	Exact     bool    `help:"Cut between any two neighbouring values."`
	NoSparse  bool    `help:"Give all columns the same prior probability in splits."`
	Seed      uint64  `default:"1" help:"Decides every random number."`
	Parallel  int     `placeholder:"N" help:"Chains at a time (as many as there are processors)."`
	Extend    int     `placeholder:"N" help:"Go on with the chains of the fit in the folder: N more draws of each. TRAIN and the columns' roles are those of the fit."`
	Overwrite bool    `help:"Replace the fit that is in the folder."`
	Quiet     bool    `short:"q" help:"No progress and no summary."`
}

// Help implements kong.HelpProvider.
func (*bartFitCmd) Help() string {
	return `Columns of text become levels without an order; empty cells, NA and NaN are missing values, which splits
send to a side of their own choice. Ctrl-C ends the fit and keeps the finished sweeps; --extend goes on with
them.`
}

// Run implements the command.
func (c *bartFitCmd) Run() error {
	earlier, err := c.earlier()
	if err != nil {
		return err
	}
	if c.Out != "" && !c.Overwrite && earlier == nil {
		if _, err := os.Lstat(filepath.Join(c.Out, fitFile)); err == nil {
			return failf(inOutput, "%s holds an earlier fit; choose another folder or say --overwrite", c.Out)
		}
	}
	rows, err := frame.ReadFile(c.Train)
	if err != nil {
		return fail(inData, err)
	}
	d, err := rows.Data(c.roles())
	if err != nil {
		return failf(inData, "%s: %w", c.Train, err)
	}
	if c.Out != "" {
		if err := os.MkdirAll(c.Out, 0o755); err != nil {
			return failf(inOutput, "cannot make the folder of the fit: %w", err)
		}
	}
	show := newTreeProgress(os.Stderr, c.Quiet)
	ctx, stop := interruptible(func() { show.note("interrupted: keeping the finished sweeps") })
	defer stop()
	post, err := c.fit(ctx, earlier, d, show)
	show.end()
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return failf(interrupted, "interrupted before there was a draw: nothing is kept")
		}
		return failf(inData, "%s: %w", c.Train, err)
	}
	if err := c.save(post, d); err != nil {
		return err
	}
	if !c.Quiet {
		_, levels, _ := rows.Response(c.roles())
		if err := result(func(w io.Writer) error { return writeTreeSummary(w, post, d, levels) }); err != nil {
			return err
		}
	}
	if post.Interrupted {
		return fail(interrupted, errSilent)
	}
	return nil
}

// earlier is the fit to go on with, nil for a new one.
func (c *bartFitCmd) earlier() (*bart.Posterior, error) {
	if c.Extend == 0 {
		return nil, nil
	}
	if c.Out == "" || c.Overwrite {
		return nil, failf(usage, "--extend goes on with the fit in a folder: name it with --out, without --overwrite")
	}
	post, err := loadFit(c.Out)
	if err == nil {
		c.Family = post.Family().String()
	}
	return post, err
}

// fit makes a new fit or goes on with an earlier one.
func (c *bartFitCmd) fit(ctx context.Context, earlier *bart.Posterior, d *bart.Data, show *treeProgress) (*bart.Posterior, error) {
	if earlier != nil {
		return earlier.Extend(ctx, d, c.Extend, nil, show.progress)
	}
	return quatre.FitTrees(ctx, d, c.options(show))
}

// roles are what the flags say of the columns.
func (c *bartFitCmd) roles() frame.Roles {
	r := frame.Roles{Target: c.Target, Weights: c.Weights, Event: c.Event, Exposure: c.Exposure, Drop: c.Drop, Unordered: c.Unordered, Ordered: map[string][]string{}}
	r.Classes = c.Family == "probit" || c.Family == "logistic" || c.Family == "ordinal"
	for name, levels := range c.Ordered {
		r.Ordered[name] = nil
		if levels != "" {
			r.Ordered[name] = strings.Split(levels, "<")
		}
	}
	return r
}

func (c *bartFitCmd) options(show *treeProgress) bart.Options {
	family, _ := bart.ParseFamily(c.Family) // the flag allows no other names
	o := bart.Options{
		Seed: c.Seed, Family: family, Trees: c.Trees, Chains: c.Chains, Burn: c.Burn, Draws: c.Draws, Thin: c.Thin, Workers: c.Parallel,
		Cuts: c.Cuts, Exact: c.Exact, Basis: c.Basis, Periods: c.Periods, Prior: bart.Prior{K: c.K, MinLeaf: c.MinLeaf}, Progress: show.progress,
	}
	if c.NoSparse {
		o.Sparse = bart.Off
	}
	return o
}

// save writes the fit and some of its rows.
func (c *bartFitCmd) save(post *bart.Posterior, d *bart.Data) error {
	if c.Out == "" {
		return nil
	}
	if err := replaceFile(filepath.Join(c.Out, backgroundFile), func(w io.Writer) error { return writeRows(w, d) }); err != nil {
		return err
	}
	return replaceFile(filepath.Join(c.Out, fitFile), post.Save)
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

// writeTreeSummary tells what came out of a fit.
func writeTreeSummary(w io.Writer, post *bart.Posterior, d *bart.Data, levels []string) error {
	diagnosis := post.Diagnose()
	fmt.Fprintf(w, "%d rows, %d columns, %d chains, %d draws, %v\n", d.Rows(), len(d.Columns), len(post.Chains()), post.Draws(), post.Family())
	for k, level := range levels {
		fmt.Fprintf(w, "  %d stands for %s\n", k, level)
	}
	if f := post.Family(); f == bart.Gaussian || f == bart.Survival {
		var sigma []float64
		for _, chain := range post.Chains() {
			sigma = append(sigma, chain.Sigma...)
		}
		slices.Sort(sigma)
		at := func(q float64) float64 { return sigma[int(q*float64(len(sigma)-1))] }
		fmt.Fprintf(w, "sigma %.4g, 90 %% interval %.4g to %.4g, R-hat %.2f, ESS %.0f\n", at(0.5), at(0.05), at(0.95), diagnosis.SigmaRHat, diagnosis.SigmaESS)
	}
	fmt.Fprintf(w, "f at %d rows: median R-hat %.2f, median ESS %.0f; intervals stretched by %.2f\n\n",
		len(diagnosis.RHat), middle(diagnosis.RHat), middle(diagnosis.ESS), diagnosis.Stretch)
	if err := writeBars(w, post.Importance(), 10); err != nil {
		return err
	}
	for _, warning := range diagnosis.Warnings {
		fmt.Fprintf(w, "\n%s\n", wrap("note: "+warning, textWidth))
	}
	return nil
}

// middle is the median of the numbers among x.
func middle(x []float64) float64 {
	sorted := slices.DeleteFunc(slices.Clone(x), math.IsNaN)
	if len(sorted) == 0 {
		return math.NaN()
	}
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}

// treeProgress shows how far the chains have come: a line that is rewritten on a
// terminal, elsewhere a line for each quarter of a chain.
type treeProgress struct {
	w      io.Writer
	live   bool
	quiet  bool
	chains map[int]bart.Progress
	shown  time.Time
	told   map[int]int
}

func newTreeProgress(w *os.File, quiet bool) *treeProgress {
	return &treeProgress{w: w, live: terminal.IsTerminal(w), quiet: quiet, chains: map[int]bart.Progress{}, told: map[int]int{}}
}

// progress hears of a sweep.
func (t *treeProgress) progress(p bart.Progress) {
	if t.quiet {
		return
	}
	t.chains[p.Chain] = p
	if !t.live {
		quarter := 4 * p.Done / max(p.Total, 1)
		key := 8*p.Chain + int(p.Phase)
		if quarter > t.told[key] {
			t.told[key] = quarter
			fmt.Fprintf(t.w, "chain %d: %s %d/%d, %s\n", p.Chain+1, p.Phase, p.Done, p.Total, treeFigures(p))
		}
		return
	}
	if time.Since(t.shown) < 100*time.Millisecond {
		return
	}
	t.shown = time.Now()
	var line strings.Builder
	for c := range len(t.chains) + 1 {
		if p, ok := t.chains[c]; ok {
			fmt.Fprintf(&line, "%d: %s %d/%d  ", c+1, p.Phase, p.Done, p.Total)
		}
	}
	fmt.Fprintf(t.w, "\r%s%s\x1b[K", line.String(), treeFigures(p))
}

// treeFigures are sigma and the accepted shares.
func treeFigures(p bart.Progress) string {
	return fmt.Sprintf("sigma %.4g, accepted: grow and prune %.0f %%, perturb %.0f %%", p.Sigma, 100*p.GrowPrune, 100*p.Perturb)
}

// note shows a line.
func (t *treeProgress) note(text string) {
	if !t.quiet {
		fmt.Fprintf(t.w, "\n%s\n", text)
	}
}

// end leaves the line.
func (t *treeProgress) end() {
	if t.live && !t.quiet {
		fmt.Fprintln(t.w)
	}
}
