package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/quatre-ppl/quatre/bench"
)

// benchColdCmd measures starting.
type benchColdCmd struct {
	benchProcesses
	Model   string        `default:"eight_schools" help:"The posterior."`
	Systems []string      `default:"quatre,stanli,pymc-nutpie,pymc,numpyro,blackjax" help:"Systems, Quatre first."`
	Repeats int           `default:"5" help:"Processes of each kind."`
	Chains  int           `default:"4" help:"Chains of a run."`
	Warmup  int           `default:"1000" help:"Warmup iterations per chain."`
	Draws   int           `default:"1000" help:"Draws per chain."`
	Limit   time.Duration `default:"5m" help:"Longest time of one process."`
}

// Run implements the command.
func (c *benchColdCmd) Run() error {
	b, err := c.bench()
	if err != nil {
		return err
	}
	entries, err := b.List.Choose([]string{c.Model})
	if err != nil {
		return fail(usage, err)
	}
	ctx, stop := interruptible(func() {})
	defer stop()
	result, err := bench.RunCold(ctx, b, bench.ColdPlan{
		Entry: entries[0], Systems: c.Systems, Repeats: c.Repeats, Chains: c.Chains, Warmup: c.Warmup, Draws: c.Draws, Cores: c.Cores, Limit: c.Limit,
	})
	return c.finish(ctx, "cold", result, err)
}

// finish writes a result that came with an error or nil. Of a measurement that
// was interrupted it writes what there is.
func (c *benchPlace) finish(ctx context.Context, name string, r bench.Result, err error) error {
	if ctx.Err() != nil {
		return errors.Join(failf(interrupted, "interrupted: the result has what was measured until then"), c.write(name, r))
	}
	if err != nil {
		return fail(internal, err)
	}
	return c.write(name, r)
}

// benchGrowthCmd measures growth.
type benchGrowthCmd struct {
	benchProcesses
	Series []string      `default:"rows,groups,walk,chains" help:"What grows: rows, groups, walk, chains."`
	Limit  time.Duration `default:"5m" help:"Longest time of one size."`
}

// Validate implements kong's check of the flags.
func (c *benchGrowthCmd) Validate() error {
	for _, name := range c.Series {
		if err := knownSeries(name); err != nil {
			return err
		}
	}
	return nil
}

// knownSeries complains of a name that no series has.
func knownSeries(name string) error {
	var names []string
	for _, s := range bench.AllSeries() {
		names = append(names, s.Name)
	}
	if !slices.Contains(names, name) {
		return fmt.Errorf("--series=%s: choose from %s", name, strings.Join(names, ", "))
	}
	return nil
}

// Run implements the command.
func (c *benchGrowthCmd) Run() error {
	b, err := c.bench()
	if err != nil {
		return err
	}
	ctx, stop := interruptible(func() {})
	defer stop()
	result, err := bench.RunGrowth(ctx, b, c.Series, c.Limit)
	return c.finish(ctx, "growth", result, err)
}

// benchPointCmd measures one size of what grows, in this process.
type benchPointCmd struct {
	Series string `required:"" help:"What grows."`
	Size   int    `required:"" help:"How far."`
}

// Validate implements kong's check of the flags.
func (c *benchPointCmd) Validate() error {
	if c.Size < 1 {
		return fmt.Errorf("--size=%d: ask for 1 or more", c.Size)
	}
	return knownSeries(c.Series)
}

// Run implements the command.
func (c *benchPointCmd) Run() error {
	p, err := bench.MeasurePoint(context.Background(), c.Series, c.Size)
	if err != nil {
		return fail(internal, err)
	}
	return result(func(w io.Writer) error { return json.NewEncoder(w).Encode(p) })
}

// benchMemoryCmd measures memory.
type benchMemoryCmd struct {
	benchProcesses
	Parameters int `default:"10000" help:"Parameters of the model."`
	Draws      int `default:"10000" help:"Draws per chain; together they take about 20 bytes per number on disk."`
	Chains     int `default:"1" help:"Chains of the run."`
}

// Validate implements kong's check of the flags.
func (c *benchMemoryCmd) Validate() error {
	for _, flag := range []struct {
		name  string
		value int
	}{{"parameters", c.Parameters}, {"draws", c.Draws}, {"chains", c.Chains}} {
		if flag.value < 1 {
			return fmt.Errorf("--%s=%d: ask for 1 or more", flag.name, flag.value)
		}
	}
	return nil
}

// Run implements the command.
func (c *benchMemoryCmd) Run() error {
	b, err := c.bench()
	if err != nil {
		return err
	}
	ctx, stop := interruptible(func() {})
	defer stop()
	result, err := bench.RunMemory(ctx, b, c.Parameters, c.Draws, c.Chains)
	if ctx.Err() != nil {
		return failf(interrupted, "interrupted")
	}
	return c.finish(ctx, "memory", result, err)
}

// benchRenderCmd makes the page of results.
type benchRenderCmd struct {
	Root string `default:"." placeholder:"DIR" help:"The checkout of the repository, which has the results in bench/results."`
}

// Run implements the command.
func (c *benchRenderCmd) Run() error {
	page := filepath.Join(c.Root, "docs", "benchmarks.md")
	if err := bench.RenderPage(filepath.Join(c.Root, "bench", "results"), page); err != nil {
		return fail(inOutput, err)
	}
	fmt.Fprintln(os.Stderr, page+" is written")
	return nil
}
