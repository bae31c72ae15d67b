package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim/experiment"
	"github.com/quatre-ppl/quatre/sim/text"
)

// simCompareCmd compares two models.
type simCompareCmd struct {
	Model    string `arg:"" help:"The model A: a file that ends with .yaml, .yml or .json."`
	Other    string `arg:"" optional:"" help:"The model B; A itself by default."`
	simFlags `embed:""`
	Against  map[string]float64 `placeholder:"NAME=VALUE" help:"Values of parameters of B in place of those of its file and of --set."`
}

// Run executes `quatre sim compare`.
func (c *simCompareCmd) Run() error {
	if c.Other == "" && len(c.Against) == 0 {
		return failf(usage, "a comparison is with another model, or with other parameters: say --against NAME=VALUE")
	}
	files := []string{c.Model, c.Model}
	if c.Other != "" {
		files[1] = c.Other
	}
	models, err := c.read(files)
	if err != nil {
		return err
	}
	if models[1], err = models[1].With(c.Against); err != nil {
		return fail(inModel, err)
	}
	o, err := c.common(models)
	if err != nil {
		return err
	}
	ctx, stop := interruptible(func() { fmt.Fprintln(os.Stderr, "quatre: interrupted") })
	defer stop()
	d, err := experiment.Compare(ctx, models[0].Build, models[1].Build, rng.NewKey(c.Seed), o)
	if err != nil {
		return simulated(err)
	}
	return result(func(w io.Writer) error { return writeComparison(w, d) })
}

// read reads models and sets their parameters.
func (c *simFlags) read(files []string) (models []*text.Model, err error) {
	for _, file := range files {
		m, err := readModel(file)
		if err != nil {
			return nil, err
		}
		if m, err = c.set(m); err != nil {
			return nil, err
		}
		models = append(models, m)
	}
	return models, nil
}

// common returns the options that several models have in common.
func (c *simFlags) common(models []*text.Model) (o experiment.Options, err error) {
	for i, m := range models {
		next, err := c.options(m)
		if err != nil {
			return o, err
		}
		if i > 0 && (next.Until.Time != o.Until.Time || next.WarmUp != o.WarmUp) {
			return o, failf(usage, "%s runs from %v to %v and %s from %v to %v: say --warmup and --until",
				models[0].Name, o.WarmUp, o.Until.Time, m.Name, next.WarmUp, next.Until.Time)
		}
		o = next
	}
	return o, nil
}

// writeComparison writes the differences.
func writeComparison(w io.Writer, d *experiment.Comparison) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "outcome\tA\tB\tA − B\t±\tcorrelation\t")
	for j, name := range d.Names {
		i, correlation := d.Differences[j], "-"
		if !math.IsNaN(d.Correlations[j]) {
			correlation = fmt.Sprintf("%.2f", d.Correlations[j])
		}
		fmt.Fprintf(t, "%s\t%.6g\t%.6g\t%.4g\t%.3g\t%s\t\n", name, d.A.Interval(name).Mean, d.B.Interval(name).Mean, i.Mean, i.Half, correlation)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "%d and %d replications with common random numbers; ± is half the %g %% interval of A − B\n",
		len(d.A.Values), len(d.B.Values), 100*d.A.Level); err != nil {
		return err
	}
	for k, r := range []*experiment.Result{d.A, d.B} {
		for _, note := range r.Warnings {
			if _, err := fmt.Fprintf(w, "warning, %c: %s\n", 'A'+k, note); err != nil {
				return err
			}
		}
	}
	return nil
}

// simSelectCmd finds the best of several models.
type simSelectCmd struct {
	Models       []string `arg:"" help:"The models: files that end with .yaml, .yml or .json."`
	simFlags     `embed:""`
	Grid         map[string]string `placeholder:"NAME=V,V,…" help:"Values of a parameter to try, in all combinations with those of others."`
	Outcome      string            `required:"" help:"The outcome that should be small."`
	Largest      bool              `help:"The outcome should be large."`
	Indifference float64           `help:"The difference that matters: the best is found with the confidence --level (Kim and Nelson). Without it the budget is spent where it helps most (OCBA)."`
	Budget       int               `help:"Replications of all models together at most; 100 for each model by default, 100 000 with --indifference."`
}

// candidate is a model that may be the best.
type candidate struct {
	name  string
	model *text.Model
}

// Run executes `quatre sim select`.
func (c *simSelectCmd) Run() error {
	models, err := c.read(c.Models)
	if err != nil {
		return err
	}
	o, err := c.common(models)
	if err != nil {
		return err
	}
	all, err := c.candidates(models)
	if err != nil {
		return err
	}
	build := make([]experiment.Model, len(all))
	for i := range all {
		build[i] = all[i].model.Build
	}
	goal := experiment.Goal{Outcome: c.Outcome, Largest: c.Largest, Indifference: c.Indifference, Begin: o.Replications, Most: c.Budget}
	find := experiment.SelectBest
	if c.Indifference == 0 {
		find = experiment.OCBA
		if goal.Most == 0 {
			goal.Most = 100 * len(all)
		}
	}
	ctx, stop := interruptible(func() { fmt.Fprintln(os.Stderr, "quatre: interrupted") })
	defer stop()
	best, err := find(ctx, build, rng.NewKey(c.Seed), o, goal)
	if err != nil {
		return simulated(err)
	}
	return result(func(w io.Writer) error { return writeSelection(w, all, best, c.Outcome) })
}

// candidates returns the models at all points of the grid.
func (c *simSelectCmd) candidates(models []*text.Model) (all []candidate, err error) {
	g, err := readGrid(c.Grid)
	if err != nil {
		return nil, err
	}
	for k, m := range models {
		for _, p := range g.points {
			values, label := g.at(p), []string{c.Models[k]}
			for j, name := range g.names {
				label = append(label, fmt.Sprintf("%s=%v", name, values[j]))
			}
			d, err := withPoint(m, g.names, values)
			if err != nil {
				return nil, fail(inModel, err)
			}
			all = append(all, candidate{strings.Join(label, " "), d})
		}
	}
	if len(all) < 2 {
		return nil, failf(usage, "a choice is between several models: name more, or say --grid NAME=V,V")
	}
	return all, nil
}

// grid are all combinations of the values of some parameters.
type grid struct {
	names  []string
	values [][]float64 // of each parameter
	points [][]int     // which value of each
}

// readGrid reads NAME=V,V,… of each parameter.
func readGrid(flags map[string]string) (*grid, error) {
	g := &grid{names: slices.Sorted(maps.Keys(flags)), points: [][]int{nil}}
	var levels []int
	for _, name := range g.names {
		var values []float64
		for _, field := range strings.Split(flags[name], ",") {
			x, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
			if err != nil {
				return nil, failf(usage, "--grid %s=%s: %q is not a number", name, flags[name], field)
			}
			values = append(values, x)
		}
		g.values, levels = append(g.values, values), append(levels, len(values))
	}
	if len(g.names) == 0 {
		return g, nil
	}
	points, err := experiment.Factorial(levels...)
	g.points = points
	return g, fail(usage, err)
}

// at returns the values of the parameters at a point.
func (g *grid) at(point []int) []float64 {
	values := make([]float64, len(point))
	for j, l := range point {
		values[j] = g.values[j][l]
	}
	return values
}

// writeSelection writes what was found.
func writeSelection(w io.Writer, all []candidate, best *experiment.Selection, outcome string) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintf(t, "model\t%s\treplications\t\n", outcome)
	for i := range all {
		mark := ""
		if i == best.Best {
			mark = "the best"
		}
		fmt.Fprintf(t, "%s\t%.6g\t%d\t%s\n", all[i].name, best.Means[i], best.Used[i], mark)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, best.Reason)
	return err
}
