package main

import (
	"bytes"
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

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/experiment"
	"github.com/quatre-ppl/quatre/sim/picture"
	"github.com/quatre-ppl/quatre/sim/text"
)

// simCmd is the group of commands about discrete-event simulation.
type simCmd struct {
	Run       simRunCmd       `cmd:"" help:"Simulate a model written as YAML or JSON and print its outcomes with intervals."`
	Compare   simCompareCmd   `cmd:"" help:"The difference of two models, or of one with other parameters, under common random numbers."`
	Select    simSelectCmd    `cmd:"" help:"Find the best of several models, or of the points of a grid of parameters."`
	Factorial simFactorialCmd `cmd:"" help:"Run a model at all combinations of values of its parameters: outcomes, main effects, interactions."`
	LHS       simLHSCmd       `cmd:"" name:"lhs" help:"Run a model at the points of a Latin hypercube of its parameters: outcomes, rank correlations."`
	History   simHistoryCmd   `cmd:"" help:"Compare outcomes with historical data: Kolmogorov-Smirnov tests with p-values."`
	Warmup    simWarmupCmd    `cmd:"" help:"Look for the end of the warm-up: MSER-5, and Welch's picture."`
	Fit       simFitCmd       `cmd:"" help:"Fit laws to observations: likelihood, AIC, tests of fit, a picture."`
	Check     simCheckCmd     `cmd:"" help:"Read a model without simulating it."`
}

// simFlags are the flags of all commands that simulate.
type simFlags struct {
	Set     map[string]float64 `placeholder:"NAME=VALUE" help:"Values of parameters of the model in place of those that the file gives."`
	Reps    int                `help:"Number of replications; the model's own, or 10, by default."`
	Until   float64            `help:"Simulated time at which each replication ends; the model's own by default."`
	Warmup  float64            `default:"-1" help:"Simulated time at which measurements begin; the model's own by default."`
	Seed    uint64             `default:"1" help:"Seed of all random numbers."`
	Level   float64            `default:"0.95" help:"Confidence of the intervals."`
	Workers int                `help:"Replications that run at a time; the number of cores by default. Results do not depend on it."`
}

// simRunCmd simulates a model.
type simRunCmd struct {
	Model      string `arg:"" help:"The model: a file that ends with .yaml, .yml or .json."`
	simFlags   `embed:""`
	Draws      string `type:"path" placeholder:"FILE" help:"Draws of parameters, each for a replication: a CSV file, or the folder of quatre sample. Columns are matched by name."`
	Precision  string `placeholder:"OUTCOME=0.05" help:"Add replications until the interval of an outcome is this narrow, relative to its mean."`
	MaxReps    int    `default:"10000" help:"Replications at which --precision gives up."`
	Antithetic bool   `help:"Have replications in pairs draw u and 1 - u: narrower intervals where outcomes follow their inputs."`
	Batches    int    `help:"Make one long run, cut into so many batches after the warm-up, instead of replications."`
	Out        string `type:"path" placeholder:"DIR" help:"Folder for the outcomes of each replication and for trace, charts and animation of the first."`
	Overwrite  bool   `help:"Write over the results of an earlier run in --out."`
	TraceRows  int    `default:"100000" help:"Observations of the first replication that charts and animation show at most."`
}

// simCheckCmd reads a model.
type simCheckCmd struct {
	Model string `arg:"" help:"The model: a file that ends with .yaml, .yml or .json."`
}

// readModel reads a simulation model.
func readModel(file string) (*text.Model, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, fail(inData, err)
	}
	m, err := text.Read(file, source)
	return m, fail(inModel, err)
}

// Run executes `quatre sim check`.
func (c *simCheckCmd) Run() error {
	m, err := readModel(c.Model)
	if err != nil {
		return err
	}
	return result(func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s: model %q is well-formed\n", c.Model, m.Name)
		return err
	})
}

// set returns the model with the parameters of the command line.
func (c *simFlags) set(m *text.Model) (*text.Model, error) {
	if len(c.Set) == 0 {
		return m, nil
	}
	m, err := m.With(c.Set)
	return m, fail(inModel, err)
}

// Run executes `quatre sim run`.
func (c *simRunCmd) Run() error {
	m, err := readModel(c.Model)
	if err != nil {
		return err
	}
	if m, err = c.set(m); err != nil {
		return err
	}
	build, err := c.drawn(m)
	if err != nil {
		return err
	}
	o, err := c.options(m)
	if err != nil {
		return err
	}
	if err := c.makeFolder(); err != nil {
		return err
	}
	ctx, stop := interruptible(func() { fmt.Fprintln(os.Stderr, "quatre: interrupted") })
	defer stop()
	var r *experiment.Result
	if c.Batches > 0 {
		r, err = experiment.Batches(ctx, build, rng.NewKey(c.Seed), o, c.Batches)
	} else {
		r, err = experiment.Run(ctx, build, rng.NewKey(c.Seed), o)
	}
	if err != nil && r == nil {
		return simulated(err)
	}
	if c.Out != "" {
		if err := c.write(ctx, m, build, r, o); err != nil {
			return fail(inOutput, err)
		}
	}
	if err != nil {
		// What is there is as good as if no more had been asked for.
		fmt.Fprintf(os.Stderr, "quatre: the results are those of the first %d replications\n", len(r.Values)+len(r.Failures))
	}
	if err := result(r.WriteTable); err != nil {
		return err
	}
	return simulated(err)
}

// simulated says what the error of an experiment is.
func simulated(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) {
		return fail(interrupted, errSilent)
	}
	return fail(inSampling, err)
}

// options joins what the model says and what the command line says.
func (c *simFlags) options(m *text.Model) (experiment.Options, error) {
	if c.Reps < 0 || c.Workers < 0 || !(c.Until >= 0) || math.IsInf(c.Until, 1) || !(c.Level > 0 && c.Level < 1) {
		return experiment.Options{}, failf(usage, "--reps, --workers and --until must be finite and not negative, --level lies between 0 and 1")
	}
	o := experiment.Options{Replications: c.Reps, Level: c.Level, Workers: c.Workers, WarmUp: c.Warmup}
	if o.Replications == 0 {
		o.Replications = m.Replications
	}
	if o.Until.Time = c.Until; c.Until == 0 {
		o.Until.Time = m.Until
	}
	if c.Warmup < 0 {
		o.WarmUp = m.WarmUp
	}
	if o.Until.Time == 0 {
		return o, failf(usage, "%s does not say until when to simulate: say --until", m.Name)
	}
	if !(o.WarmUp < o.Until.Time) {
		return o, failf(usage, "the warm-up of %v does not end before the run at %v", o.WarmUp, o.Until.Time)
	}
	return o, nil
}

// options adds what only a run has.
func (c *simRunCmd) options(m *text.Model) (experiment.Options, error) {
	o, err := c.simFlags.options(m)
	if err != nil {
		return o, err
	}
	o.Antithetic = c.Antithetic
	if c.Batches != 0 {
		if c.Batches < 2 || c.Reps > 0 || c.Precision != "" || c.Antithetic {
			return o, failf(usage, "--batches is at least 2, of one run: without --reps, --precision and --antithetic")
		}
		return o, nil
	}
	if c.Precision == "" {
		return o, nil
	}
	name, number, ok := strings.Cut(c.Precision, "=")
	relative, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil || !(relative > 0) {
		return o, failf(usage, "--precision %s: want an outcome and a number > 0, as in customers.time=0.05", c.Precision)
	}
	o.Precision = &experiment.Precision{Outcome: name, Relative: relative, Most: max(c.MaxReps, o.Replications, 10)}
	return o, nil
}

// outcomesFile holds the outcomes of all replications; it marks a folder as
// one with results.
const outcomesFile = "outcomes.csv"

// makeFolder makes the folder of the results; it refuses one that has some.
func (c *simRunCmd) makeFolder() error {
	if c.Out == "" {
		return nil
	}
	if _, err := os.Lstat(filepath.Join(c.Out, outcomesFile)); err == nil && !c.Overwrite {
		return errExists(c.Out)
	}
	return fail(inOutput, os.MkdirAll(c.Out, 0o755))
}

// write writes the outcomes, and the first replication once more as trace and
// pictures.
func (c *simRunCmd) write(ctx context.Context, m *text.Model, build experiment.Model, r *experiment.Result, o experiment.Options) error {
	var table bytes.Buffer
	if err := r.WriteTable(&table); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(c.Out, "table.txt"), table.Bytes(), 0o644); err != nil {
		return err
	}
	if err := c.create(outcomesFile, func(w io.Writer) error { return writeOutcomes(w, r) }); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return nil // there is no time for pictures
	}
	lines, err := c.observe(ctx, build, o)
	if err != nil {
		return err
	}
	for name, draw := range map[string]func(io.Writer, string, []picture.Line) error{
		"gantt.svg": picture.Gantt, "queues.svg": picture.Queues, "animation.html": picture.Animation,
	} {
		if err := c.create(name, func(w io.Writer) error { return draw(w, m.Name, lines) }); err != nil {
			return err
		}
	}
	return nil
}

// create writes a file of the folder.
func (c *simRunCmd) create(name string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.Out, name), b.Bytes(), 0o644)
}

// observe repeats the first replication with a trace. A fault ends the trace,
// not the command: the table has told about it.
func (c *simRunCmd) observe(ctx context.Context, build experiment.Model, o experiment.Options) ([]picture.Line, error) {
	s := sim.New(experiment.Key(rng.NewKey(c.Seed), 0), sim.Options{})
	if err := build(s, 0); err != nil {
		return nil, err
	}
	rows, err := os.Create(filepath.Join(c.Out, "trace.csv"))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	objects, err := os.Create(filepath.Join(c.Out, "trace.jsonl"))
	if err != nil {
		return nil, err
	}
	defer objects.Close()
	recorder := picture.NewRecorder(s, c.TraceRows)
	a, b := picture.NewCSV(s, rows), picture.NewJSONL(s, objects)
	s.SetObserver(picture.Tee(recorder, a, b))
	if o.WarmUp > 0 {
		s.WarmUp(o.WarmUp)
	}
	if err := s.Run(ctx, o.Until); err != nil {
		fmt.Fprintln(os.Stderr, "quatre: the trace ends early:", err)
	}
	if recorder.Dropped > 0 {
		fmt.Fprintf(os.Stderr, "quatre: charts and animation show the first %d observations and not the %d after; --trace-rows shows more\n",
			len(recorder.Lines), recorder.Dropped)
	}
	return recorder.Lines, errors.Join(a.Flush(), b.Flush(), rows.Close(), objects.Close())
}

// writeOutcomes writes a row of outcomes for each replication.
func writeOutcomes(w io.Writer, r *experiment.Result) error {
	t := csv.NewWriter(w)
	if err := t.Write(append([]string{"replication"}, r.Names...)); err != nil {
		return err
	}
	for i, values := range r.Values {
		row := []string{strconv.Itoa(r.Replications[i])}
		for _, v := range values {
			row = append(row, strconv.FormatFloat(v, 'g', -1, 64))
		}
		if err := t.Write(row); err != nil {
			return err
		}
	}
	t.Flush()
	return t.Error()
}
