package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/cmd/quatre/terminal"
	"github.com/quatre-ppl/quatre/samplers"
)

// sampleCmd draws from a posterior.
type sampleCmd struct {
	Model string `arg:"" name:"MODEL.stan" help:"The model."`
	Data  string `short:"d" placeholder:"DATA.json" help:"The data, in Stan's JSON format."`

	Chains     int     `default:"4" help:"Chains to run."`
	Warmup     int     `default:"1000" help:"Warmup iterations per chain, at most."`
	Draws      int     `default:"1000" help:"Iterations after warmup per chain."`
	Thin       int     `default:"1" help:"Keep one of so many draws."`
	SaveWarmup bool    `help:"Keep the draws of warmup too."`
	Seed       *uint64 `help:"Decides every random number; chosen and printed if not given."`

	Adaptation  samplers.Adaptation `default:"auto" help:"How warmup learns: fisher (draws and gradients; ends by itself), stan (Stan's three phases), or auto: fisher, with a dense metric stan."`
	FixedWarmup bool                `help:"Use all of --warmup instead of ending it when there is nothing more to learn."`

	Sampler      samplers.Sampler `default:"nuts" help:"Kind of transition: nuts, or walnuts, whose steps adapt to the place, for posteriors with scales that change from place to place."`
	MaxStepError float64          `default:"2" help:"Widest range of the energy within a step of walnuts."`
	TargetAccept float64          `default:"0.8" help:"Acceptance statistic that warmup aims at; raise it against divergences."`
	MaxDepth     int              `default:"10" help:"Greatest depth of a trajectory's tree."`
	Metric       samplers.Metric  `default:"auto" help:"What warmup learns of the posterior's scales: diag, dense, unit, or auto: diag, corrected in a few directions where that pays."`
	StepJitter   float64          `default:"0" help:"Vary the step size of each transition by up to this share of it."`
	StepSize     float64          `default:"1" help:"Where the search for the step size begins; without warmup, the step size."`

	InitRadius float64 `default:"2" help:"Chains start uniformly within this distance of 0 on the unconstrained scale."`
	Init       string  `placeholder:"FILE" help:"Where the chains start: 0 for zeros, pathfinder for draws from a normal approximation, or a JSON file (see below)."`

	Parallel int    `placeholder:"N" help:"Chains at a time; the draws do not depend on it (as many as there are processors)."`
	Backend  string `default:"auto" enum:"auto,interp,cpu" help:"Who evaluates the model: auto, interp (Go alone) or cpu (C compiler); the draws do not depend on it."`
	passes

	Out       string `short:"o" placeholder:"DIR" help:"Folder for the draws, one CSV file per chain and run.json; without it they are only summarised."`
	Overwrite bool   `help:"Replace the results that are in the folder."`

	Quiet     bool `short:"q" help:"No progress and no notes."`
	JSON      bool `name:"json" help:"Write events and the summary as lines of JSON to stdout."`
	NoSummary bool `help:"No table of the quantities."`
}

// Help implements kong.HelpProvider.
func (*sampleCmd) Help() string {
	return `The file for --init is an object of the parameters' values, {"mu": 0, "tau": 1}, or a list of numbers
on the unconstrained scale, [0, 0.5]. A list of such objects or of such lists has one for each chain.

Ctrl-C ends the run and keeps what was drawn; a second one ends the program at once.`
}

// Validate implements kong's check of the flags.
func (c *sampleCmd) Validate() error {
	positive := func(x float64) bool { return x > 0 && !math.IsInf(x, 1) }
	switch {
	case c.Chains < 1:
		return fmt.Errorf("--chains=%d: ask for 1 or more", c.Chains)
	case c.Chains > maxChains:
		return fmt.Errorf("--chains=%d: choose 1 to %d", c.Chains, maxChains)
	case c.Warmup < 0:
		return fmt.Errorf("--warmup=%d: ask for 0 or more", c.Warmup)
	case c.Draws < 1:
		return fmt.Errorf("--draws=%d: ask for 1 or more", c.Draws)
	case c.Thin < 1:
		return fmt.Errorf("--thin=%d: choose 1 (keep all) or more", c.Thin)
	case !positive(c.MaxStepError):
		return fmt.Errorf("--max-step-error=%g: choose a positive number, 0.5 to 4 is usual", c.MaxStepError)
	case !(c.TargetAccept > 0 && c.TargetAccept < 1):
		return fmt.Errorf("--target-accept=%g: choose a number between 0 and 1", c.TargetAccept)
	case c.MaxDepth < 1 || c.MaxDepth > maxMaxDepth:
		return fmt.Errorf("--max-depth=%d: choose 1 to %d", c.MaxDepth, maxMaxDepth)
	case !(c.StepJitter >= 0 && c.StepJitter < 1):
		return fmt.Errorf("--step-jitter=%g: choose a number from 0 to below 1", c.StepJitter)
	case c.Adaptation == samplers.FisherAdaptation && c.Metric == samplers.DenseMetric:
		return errors.New("--metric=dense: it is learned by --adaptation=stan alone")
	case !positive(c.StepSize):
		return fmt.Errorf("--step-size=%g: choose a positive number", c.StepSize)
	case c.InitRadius != 0 && !positive(c.InitRadius):
		return fmt.Errorf("--init-radius=%g: choose a positive number, or 0 to start at zeros", c.InitRadius)
	case c.Parallel < 0:
		return fmt.Errorf("--parallel=%d: allow 1 or more", c.Parallel)
	case c.Overwrite && c.Out == "":
		return errors.New("--overwrite: there is nothing to overwrite without --out")
	}
	return nil
}

// maxChains bounds the memory that a slip of the pen costs.
const maxChains = 10000

// maxMaxDepth bounds the number of leapfrog steps of one draw to about 10^9.
const maxMaxDepth = 30

// Run implements the command.
func (c *sampleCmd) Run() error {
	if !c.JSON {
		return c.run(nil)
	}
	events := newEvents(os.Stdout, c.plan())
	return events.end(c.run(events))
}

func (c *sampleCmd) plan() terminal.Plan {
	return terminal.Plan{Chains: c.Chains, Warmup: c.Warmup, Draws: c.Draws}
}

// run makes the run; events is nil unless they are wanted.
func (c *sampleCmd) run(events *events) error {
	if c.Seed == nil {
		c.Seed = new(randomSeed())
	}
	if c.Parallel == 0 {
		c.Parallel = runtime.GOMAXPROCS(0)
	}
	console := &console{quiet: c.Quiet || c.JSON}
	ctx, stop := interruptible(func() {
		console.note("stopping after the present draws; once more ends at once")
	})
	defer stop()
	cc := inBackground(compilerVersion) // another process: it answers while the model is read
	l, err := load(ctx, c.Model, c.Data, *c.Seed, c.options(quatre.BackendName(c.Backend)), console)
	if err != nil && ctx.Err() != nil { // the C compiler hears the signal too
		return failf(interrupted, "interrupted before the first draw")
	}
	if err != nil {
		return err
	}
	defer l.posterior.Close()
	if err := l.checkProper(); err != nil {
		return err
	}
	settings, err := c.settings(l)
	if err != nil {
		return err
	}
	folder, err := c.createFolder(l, cc())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &sampling{cmd: c, loaded: l, settings: settings, folder: folder, events: events, console: console}
	if err := r.run(ctx, cancel); err != nil {
		return err
	}
	l.keepCode()
	return nil
}

// randomSeed takes a seed from the operating system. It is below 2^53, so that
// readers of JSON that know only floating point numbers get it right.
func randomSeed() uint64 {
	var b [8]byte
	rand.Read(b[:])
	return binary.LittleEndian.Uint64(b[:]) >> 11
}

// settings returns the sampler's options.
func (c *sampleCmd) settings(l *loaded) (*samplers.Options, error) {
	o := samplers.DefaultOptions()
	o.Chains, o.Warmup, o.Draws, o.Thin, o.SaveWarmup = c.Chains, c.Warmup, c.Draws, c.Thin, c.SaveWarmup
	o.TargetAccept, o.MaxDepth, o.Metric, o.StepSize = c.TargetAccept, c.MaxDepth, c.Metric, c.StepSize
	o.Sampler, o.MaxStepError = c.Sampler, c.MaxStepError
	o.Adaptation, o.FixedWarmup, o.StepJitter = c.Adaptation, c.FixedWarmup, c.StepJitter
	o.InitRadius, o.Parallel = c.InitRadius, c.Parallel
	if c.Init == pathfinderInit {
		o.InitMethod = samplers.PathfinderInit
	}
	var err error
	o.Init, err = c.starts(l)
	return &o, err
}
