package main

import (
	"context"
	"encoding/csv"
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
	"github.com/quatre-ppl/quatre/sim/stat"
	"github.com/quatre-ppl/quatre/sim/text"
)

// simPoints are the flags of commands that run a model at the points of a design.
type simPoints struct {
	Model    string `arg:"" help:"The model: a file that ends with .yaml, .yml or .json."`
	simFlags `embed:""`
	Outcome  []string `required:"" placeholder:"NAME" help:"The outcome to look at; several with commas, or the flag again."`
	Out      string   `type:"path" placeholder:"FILE.csv" help:"Table of all points and replications."`
}

// simFactorialCmd runs a full factorial design.
type simFactorialCmd struct {
	simPoints `embed:""`
	Grid      map[string]string `required:"" placeholder:"NAME=V,V,…" help:"Values of a parameter, in all combinations with those of others."`
}

// simLHSCmd runs a Latin hypercube design.
type simLHSCmd struct {
	simPoints `embed:""`
	Range     map[string]string `required:"" placeholder:"NAME=LOW:HIGH" help:"Range of a parameter; LOW..HIGH for whole numbers."`
	Points    int               `default:"20" help:"Number of points."`
}

// design are the points of a design and what was found there.
type design struct {
	names   []string
	values  [][]float64 // of the parameters, by point
	results []*experiment.Result
}

// Run executes `quatre sim factorial`.
func (c *simFactorialCmd) Run() error {
	g, err := readGrid(c.Grid)
	if err != nil {
		return err
	}
	d := &design{names: g.names}
	for _, p := range g.points {
		d.values = append(d.values, g.at(p))
	}
	if err := c.simulate(d); err != nil {
		return err
	}
	return result(func(w io.Writer) error {
		if err := d.write(w, c.Outcome); err != nil {
			return err
		}
		return c.writeEffects(w, d, g)
	})
}

// writeEffects writes the effects of the factors.
func (c *simFactorialCmd) writeEffects(w io.Writer, d *design, g *grid) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "\neffect of\ton\tmean\t±")
	for _, outcome := range c.Outcome {
		effects, err := experiment.Effects(g.points, d.results, outcome)
		if err != nil {
			return err
		}
		for _, e := range effects {
			var names []string
			for _, f := range e.Factors {
				names = append(names, fmt.Sprintf("%s %v → %v", d.names[f], g.values[f][0], g.values[f][len(g.values[f])-1]))
			}
			fmt.Fprintf(t, "%s\t%s\t%.4g\t%s\n", strings.Join(names, " × "), outcome, e.Mean, half(e.Interval))
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "an effect is the difference between last and first value, over all values of the others; a × b: half of what b changes in the effect of a\n")
	return err
}

// Run executes `quatre sim lhs`.
func (c *simLHSCmd) Run() error {
	d := &design{names: slices.Sorted(maps.Keys(c.Range))}
	var scale []func(u float64) float64
	for _, name := range d.names {
		f, err := readRange(name, c.Range[name])
		if err != nil {
			return err
		}
		scale = append(scale, f)
	}
	cube, err := experiment.LatinHypercube(rng.NewKey(c.Seed).Child("design"), c.Points, len(d.names))
	if err != nil || c.Points < 2 {
		return failf(usage, "--points %d: want at least 2", c.Points)
	}
	for _, u := range cube {
		point := make([]float64, len(u))
		for j := range u {
			point[j] = scale[j](u[j])
		}
		d.values = append(d.values, point)
	}
	if err := c.simulate(d); err != nil {
		return err
	}
	return result(func(w io.Writer) error {
		if err := d.write(w, c.Outcome); err != nil {
			return err
		}
		return c.writeCorrelations(w, d)
	})
}

// readRange reads LOW:HIGH, or LOW..HIGH of whole numbers, as a function of a number
// between 0 and 1.
func readRange(name, text string) (func(u float64) float64, error) {
	low, high, whole := strings.Cut(text, "..")
	if !whole {
		low, high, _ = strings.Cut(text, ":")
	}
	a, err1 := strconv.ParseFloat(strings.TrimSpace(low), 64)
	b, err2 := strconv.ParseFloat(strings.TrimSpace(high), 64)
	if err1 != nil || err2 != nil || !(a < b) || math.IsInf(b-a, 0) || whole && (a != math.Floor(a) || b != math.Floor(b)) {
		return nil, failf(usage, "--range %s=%s: want LOW:HIGH with LOW < HIGH, or LOW..HIGH for whole numbers", name, text)
	}
	if whole {
		return func(u float64) float64 { return min(a+math.Floor(u*(b-a+1)), b) }, nil
	}
	return func(u float64) float64 { return a + float64(u*(b-a)) }, nil
}

// writeCorrelations writes how outcomes follow parameters.
func (c *simLHSCmd) writeCorrelations(w io.Writer, d *design) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintf(t, "\nrank correlation\t%s\n", strings.Join(c.Outcome, "\t"))
	for j, name := range d.names {
		fmt.Fprint(t, name)
		for _, outcome := range c.Outcome {
			var x, y []float64
			for k, r := range d.results {
				if mean := r.Interval(outcome).Mean; !math.IsNaN(mean) {
					x, y = append(x, d.values[k][j]), append(y, mean)
				}
			}
			fmt.Fprintf(t, "\t%.2f", stat.RankCorrelation(x, y))
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "a parameter without any effect stays within ± %.2f in 19 of 20 designs\n", 1.96/math.Sqrt(float64(len(d.values)-1)))
	return err
}

// simulate runs the model at the points of a design.
func (c *simPoints) simulate(d *design) error {
	models, err := c.read([]string{c.Model})
	if err != nil {
		return err
	}
	o, err := c.options(models[0])
	if err != nil {
		return err
	}
	var build []experiment.Model
	for _, values := range d.values {
		m, err := withPoint(models[0], d.names, values)
		if err != nil {
			return fail(inModel, err)
		}
		build = append(build, m.Build)
	}
	ctx, stop := interruptible(func() { fmt.Fprintln(os.Stderr, "quatre: interrupted") })
	defer stop()
	if d.results, err = c.run(ctx, build, o); err != nil {
		return err
	}
	if c.Out == "" {
		return nil
	}
	return fail(inOutput, d.save(c.Out))
}

// run runs the models; that an outcome does not exist is found after the first.
func (c *simPoints) run(ctx context.Context, build []experiment.Model, o experiment.Options) (all []*experiment.Result, err error) {
	for k, m := range build {
		r, err := experiment.Run(ctx, m, rng.NewKey(c.Seed), o)
		if err != nil {
			return nil, simulated(fmt.Errorf("point %d: %w", k+1, err))
		}
		for _, name := range c.Outcome {
			if !slices.Contains(r.Names, name) {
				return nil, failf(usage, "--outcome %s: there are %s", name, strings.Join(r.Names, ", "))
			}
		}
		all = append(all, r)
	}
	return all, nil
}

// withPoint returns the model with parameters at a point.
func withPoint(m *text.Model, names []string, values []float64) (*text.Model, error) {
	set := map[string]float64{}
	for j, name := range names {
		set[name] = values[j]
	}
	return m.With(set)
}

// half writes half the width of an interval.
func half(i stat.Interval) string {
	if math.IsInf(i.Half, 1) || math.IsNaN(i.Half) {
		return "-"
	}
	return fmt.Sprintf("%.3g", i.Half)
}

// write writes the points with their outcomes.
func (d *design) write(w io.Writer, outcomes []string) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "%s\t", strings.Join(d.names, "\t"))
	for _, name := range outcomes {
		fmt.Fprintf(t, "%s\t±\t", name)
	}
	fmt.Fprintln(t)
	for k, values := range d.values {
		for _, x := range values {
			fmt.Fprintf(t, "%.6g\t", x)
		}
		for _, name := range outcomes {
			i := d.results[k].Interval(name)
			fmt.Fprintf(t, "%.6g\t%s\t", i.Mean, half(i))
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "%d points with %d replications each and common random numbers; ± is half the %g %% interval\n",
		len(d.values), len(d.results[0].Values), 100*d.results[0].Level); err != nil {
		return err
	}
	for k, r := range d.results {
		for _, f := range r.Failures {
			fmt.Fprintf(w, "point %d, replication %d failed: %v\n", k+1, f.Replication, f.Err)
		}
		for _, note := range r.Warnings {
			if _, err := fmt.Fprintf(w, "warning, point %d: %s\n", k+1, note); err != nil {
				return err
			}
		}
	}
	return nil
}

// save writes a row for each replication of each point.
func (d *design) save(file string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	w := csv.NewWriter(f)
	header := append([]string{"point"}, d.names...)
	if err := w.Write(append(append(header, "replication"), d.results[0].Names...)); err != nil {
		return err
	}
	for k, r := range d.results {
		for i, values := range r.Values {
			row := []string{strconv.Itoa(k + 1)}
			for _, x := range d.values[k] {
				row = append(row, strconv.FormatFloat(x, 'g', -1, 64))
			}
			row = append(row, strconv.Itoa(r.Replications[i]))
			for _, x := range values {
				row = append(row, strconv.FormatFloat(x, 'g', -1, 64))
			}
			if err := w.Write(row); err != nil {
				return err
			}
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	return f.Close()
}
