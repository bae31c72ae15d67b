package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"github.com/quatre-ppl/quatre/bench"
)

// benchSuiteCmd compares systems on the cases of a suite, which has the name of
// the command.
type benchSuiteCmd struct {
	benchPlace
	Cases   []string      `placeholder:"NAME" help:"Cases, separated by commas (all)."`
	Systems []string      `placeholder:"NAME" help:"Systems, separated by commas, Quatre first (all)."`
	Rounds  int           `default:"5" help:"Rounds: 1 of every system, then 2 of every system."`
	Python  string        `placeholder:"FILE" help:"Python with the peers (the one that make bench-peers-SUITE makes: .cache/peers-SUITE/bin/python)."`
	NoPin   bool          `help:"Do not hold processes to processors."`
	Limit   time.Duration `default:"10m" help:"Longest time of one process."`
	Quick   bool          `help:"Small sizes: to see that everything works."`
	List    bool          `help:"List the cases, and measure nothing."`
}

// Run implements the command.
func (c *benchSuiteCmd) Run(selected *kong.Context) error {
	name := selected.Selected().Name
	all, err := bench.FindSuite(name)
	if err != nil {
		return fail(usage, err)
	}
	suite, err := all.Choose(c.Cases)
	if err != nil {
		return fail(usage, err)
	}
	if c.List {
		for i := range suite.Cases {
			fmt.Printf("%-24s %s\n", suite.Cases[i].Name, suite.Cases[i].Title)
		}
		return nil
	}
	l, err := c.list()
	if err != nil {
		return err
	}
	own, err := os.Executable()
	if err != nil {
		return fail(internal, err)
	}
	b := &bench.Bench{List: l, Quatre: own, Python: c.Python}
	if !c.NoPin {
		b.CPUs = bench.LastCPUs(1)
	}
	ctx, stop := interruptible(func() {})
	defer stop()
	result, err := bench.RunSuite(ctx, b, suite, bench.SuitePlan{
		Rounds: c.Rounds, Quick: c.Quick, Limit: c.Limit, Rivals: c.Systems,
		Progress: func(line string) { fmt.Fprintln(os.Stderr, line) },
	})
	return c.finish(ctx, name, result, err)
}

// benchTrialCmd is Quatre as one of the systems of a suite.
type benchTrialCmd struct {
	Suite   string `required:"" help:"The suite."`
	Variant string `help:"Way in which to do it."`
	Case    string `required:"" help:"The case."`
	Seed    uint64 `default:"1" help:"Number of the round."`
	Cores   int    `default:"1" help:"Processors to use."`
	Root    string `default:"." help:"The checkout of the repository."`
	Params  string `required:"" help:"Parameters of the case, as JSON."`
}

// Run implements the command.
func (c *benchTrialCmd) Run() error {
	t := bench.Trial{Case: c.Case, Variant: c.Variant, Seed: c.Seed, Cores: c.Cores, Root: c.Root, Params: json.RawMessage(c.Params)}
	return fail(internal, bench.RunTrial(context.Background(), os.Stdout, c.Suite, &t))
}
