package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/quatre-ppl/quatre/bench"
)

// benchCmd measures.
type benchCmd struct {
	Compare    benchCompareCmd    `cmd:"" default:"withargs" help:"Effective draws per second: Quatre against its peers."`
	Adaptation benchAdaptationCmd `cmd:"" help:"Effective draws per gradient: settings of the sampler against each other."`
	Cold       benchColdCmd       `cmd:"" help:"Time from the start of the process to draws in files, with empty and filled caches."`
	Growth     benchGrowthCmd     `cmd:"" help:"Time and memory as rows, dimensions and chains grow."`
	Memory     benchMemoryCmd     `cmd:"" help:"Memory of a long run of many parameters that writes its draws to files."`
	Sim        benchSuiteCmd      `cmd:"" help:"Simulation: Quatre against its peers."`
	Bart       benchSuiteCmd      `cmd:"" help:"Regression trees: Quatre against its peers."`
	SMC        benchSuiteCmd      `cmd:"" name:"smc" help:"Sequential Monte Carlo: Quatre against its peers."`
	Render     benchRenderCmd     `cmd:"" help:"Make docs/benchmarks.md from the results in bench/results."`
	Point      benchPointCmd      `cmd:"" hidden:"" help:"Measure one size of what grows."`
	Worker     benchWorkerCmd     `cmd:"" hidden:"" help:"Obey orders to sample a posterior, one line of JSON each."`
	Trial      benchTrialCmd      `cmd:"" hidden:"" help:"Do a case of a suite once."`
	Reference  benchReferenceCmd  `cmd:"" help:"Make the reference of a posterior by a long run."`
}

// benchPlace is what all measurements need to know.
type benchPlace struct {
	Root string `default:"." placeholder:"DIR" help:"The checkout of the repository, which has the posteriors."`
	Out  string `short:"o" placeholder:"DIR" help:"Folder for the results: JSON, Markdown and pictures; without it the Markdown goes to stdout."`
	Name string `placeholder:"NAME" help:"Name of the files of the result (that of the measurement)."`
}

// list reads the list of posteriors.
func (c *benchPlace) list() (*bench.List, error) {
	l, err := bench.ReadList(c.Root)
	return l, fail(inData, err)
}

// write leaves a result in the folder under a name, or its tables on stdout.
func (c *benchPlace) write(name string, r bench.Result) error {
	if c.Out == "" {
		return fail(inOutput, r.WriteMarkdown(os.Stdout))
	}
	return fail(inOutput, bench.Save(c.Out, cmp.Or(c.Name, name), r))
}

// benchAdaptationCmd compares settings.
type benchAdaptationCmd struct {
	benchPlace
	Models  []string          `default:"adaptation" help:"Posteriors or sets of them, separated by commas; all for the whole list."`
	Configs []string          `default:"stan,default" help:"Settings, the one to compare with first or called stan."`
	Set     map[string]string `placeholder:"NAME=JSON" help:"A setting of one's own, to be named in --configs: fields of samplers.Options, as mine={\"StepJitter\": 0.1}."`
	Seeds   int               `default:"5" help:"Runs per posterior and setting, seeds 1 to N."`
	Chains  int               `default:"1" help:"Chains of a run."`
	Warmup  int               `default:"1000" help:"Warmup iterations per chain."`
	Draws   int               `default:"1000" help:"Draws per chain."`
	Workers int               `placeholder:"N" help:"Runs at a time (as many as there are processors)."`
	Limit   time.Duration     `default:"2m" help:"Longest time of one run; beyond it the run counts as bad."`
	List    bool              `help:"List the settings and posteriors, and measure nothing."`
}

// Run implements the command.
func (c *benchAdaptationCmd) Run() error {
	l, err := c.list()
	if err != nil {
		return err
	}
	entries, err := l.Choose(c.Models)
	if err != nil {
		return fail(usage, err)
	}
	plan := bench.AdaptationPlan{
		Entries: entries, Seeds: c.Seeds, Chains: c.Chains, Warmup: c.Warmup, Draws: c.Draws, Workers: c.Workers, Limit: c.Limit,
		Progress: func(r bench.AdaptationRow) { fmt.Fprintln(os.Stderr, r.Line()) },
	}
	if plan.Workers == 0 {
		plan.Workers = runtime.GOMAXPROCS(0)
	}
	for _, name := range c.Configs {
		config, err := c.config(name)
		if err != nil {
			return fail(usage, err)
		}
		plan.Configs = append(plan.Configs, config)
	}
	if c.List {
		for _, config := range bench.Configs() {
			fmt.Printf("%-14s %s\n", config.Name, config.What)
		}
		for _, e := range entries {
			fmt.Printf("%-40s %v\n", e.Name, e.Sets)
		}
		return nil
	}
	ctx, stop := interruptible(func() {})
	defer stop()
	result, err := bench.RunAdaptation(ctx, l, plan)
	return c.finish(ctx, "adaptation", result, err)
}

// config returns the setting of a name, one's own first.
func (c *benchAdaptationCmd) config(name string) (bench.Config, error) {
	if fields, ok := c.Set[name]; ok {
		return bench.NewConfig(name, fields)
	}
	return bench.FindConfig(name)
}

// benchReferenceCmd makes references.
type benchReferenceCmd struct {
	Root         string   `default:"." placeholder:"DIR" help:"The checkout of the repository, which has the posteriors."`
	Models       []string `arg:"" help:"Posteriors or sets of them; the list must have a place in the repository for the reference."`
	Chains       int      `default:"4" help:"Chains to run."`
	Warmup       int      `default:"3000" help:"Warmup iterations per chain."`
	Draws        int      `default:"20000" help:"Draws per chain."`
	TargetAccept float64  `default:"0.95" help:"Acceptance statistic that warmup aims at."`
	Seed         uint64   `default:"20260101" help:"Seed of the run."`
}

// Run implements the command.
func (c *benchReferenceCmd) Run() error {
	l, err := bench.ReadList(c.Root)
	if err != nil {
		return fail(inData, err)
	}
	entries, err := l.Choose(c.Models)
	if err != nil {
		return fail(usage, err)
	}
	ctx, stop := interruptible(func() {})
	defer stop()
	var failed []error
	run := bench.LongRun{Chains: c.Chains, Warmup: c.Warmup, Draws: c.Draws, TargetAccept: c.TargetAccept, Seed: c.Seed}
	for i := range entries {
		line, err := bench.MakeReference(ctx, l, &entries[i], run)
		if ctx.Err() != nil {
			return failf(interrupted, "interrupted")
		}
		if err != nil {
			failed = append(failed, err)
			continue
		}
		fmt.Println(line)
	}
	return fail(inSampling, errors.Join(failed...))
}
