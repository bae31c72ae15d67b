package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/quatre-ppl/quatre/bench"
)

// benchProcesses is what measurements of whole processes need to know.
type benchProcesses struct {
	benchPlace
	Python string `placeholder:"FILE" help:"Python with the peers (the one that make bench-peers makes: .cache/peers/bin/python)."`
	CPUs   string `name:"cpus" placeholder:"LIST" help:"Processors that the processes are held to, as 1 or 0,1; none for no hold (the last ones, as many as --cores)."`
	Cores  int    `default:"1" help:"Chains at a time."`
}

// bench returns how workers are started.
func (c *benchProcesses) bench() (*bench.Bench, error) {
	l, err := c.list()
	if err != nil {
		return nil, err
	}
	own, err := os.Executable()
	if err != nil {
		return nil, fail(internal, err)
	}
	b := &bench.Bench{List: l, Quatre: own, Python: c.Python, CPUs: c.CPUs}
	if b.Python == "" {
		b.Python = filepath.Join(c.Root, ".cache", "peers", "bin", "python")
	}
	switch c.CPUs {
	case "none":
		b.CPUs = ""
	case "":
		b.CPUs = bench.LastCPUs(c.Cores)
	}
	return b, nil
}

// benchCompareCmd compares systems.
type benchCompareCmd struct {
	benchProcesses
	Models    []string      `default:"seven" help:"Posteriors or sets of them, separated by commas; all for the whole list."`
	Systems   []string      `default:"quatre,stanli,pymc-nutpie,pymc,numpyro,blackjax" help:"Systems, Quatre first; quatre:SETTING for a setting of bench adaptation --list; there is nutpie-stanli besides."`
	Seeds     int           `default:"5" help:"Runs per posterior and system, seeds 1 to N."`
	HardSeeds int           `default:"25" help:"The same on posteriors that the list calls hard."`
	Chains    int           `default:"1" help:"Chains of a run."`
	Warmup    int           `default:"1000" help:"Warmup iterations per chain."`
	Draws     int           `default:"1000" help:"Draws per chain."`
	Limit     time.Duration `default:"10m" help:"Longest time of one run, or of building a posterior and the first."`
	Quick     bool          `help:"Two seeds, 200 warmup iterations and draws: to see that everything works."`
}

// Run implements the command.
func (c *benchCompareCmd) Run() error {
	b, err := c.bench()
	if err != nil {
		return err
	}
	entries, err := b.List.Choose(c.Models)
	if err != nil {
		return fail(usage, err)
	}
	if c.Quick {
		c.Seeds, c.HardSeeds, c.Warmup, c.Draws = 2, 2, 200, 200
	}
	ctx, stop := interruptible(func() {})
	defer stop()
	result, err := bench.RunCompare(ctx, b, bench.ComparePlan{
		Entries: entries, Systems: c.Systems, Seeds: c.Seeds, HardSeeds: c.HardSeeds, Chains: c.Chains, Warmup: c.Warmup, Draws: c.Draws,
		Cores: c.Cores, Limit: c.Limit, Progress: func(r *bench.CompareRow) { fmt.Fprintln(os.Stderr, r.Line()) },
	})
	return c.finish(ctx, fmt.Sprintf("compare-%dx%d", c.Chains, c.Cores), result, err)
}

// benchWorkerCmd is Quatre as one of the systems.
type benchWorkerCmd struct {
	Config  string `default:"default" help:"Setting of the sampler."`
	Program string `required:"" help:"The model."`
	Data    string `required:"" help:"The data."`
	Chains  int    `default:"1" help:"Chains of a run."`
	Warmup  int    `default:"1000" help:"Warmup iterations per chain."`
	Draws   int    `default:"1000" help:"Draws per chain."`
	Cores   int    `default:"1" help:"Chains at a time."`
}

// Run implements the command.
func (c *benchWorkerCmd) Run() error {
	config, err := bench.FindConfig(c.Config)
	if err != nil {
		return fail(usage, err)
	}
	task := bench.Task{Program: c.Program, Data: c.Data, Chains: c.Chains, Warmup: c.Warmup, Draws: c.Draws, Cores: c.Cores}
	return bench.Serve(context.Background(), os.Stdin, os.Stdout, task, config)
}
