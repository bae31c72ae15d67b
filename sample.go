package quatre

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/stream"
)

// Options of Sample. The zero value runs 4 chains of at most 1000 warmup
// iterations, which end by themselves, and 1000 draws, with target acceptance 0.8
// and depth 10; warmup learns metric and coordinates from draws and gradients.
type Options struct {
	// Seed decides every random number of the run. The same seed gives the same
	// draws on any machine.
	Seed uint64
	// Sampler settings; nil means DefaultSampler().
	Sampler *samplers.Options
	// Compile settings.
	Compile CompileOptions
	// Sinks receive the draws besides the Fit. Each has a goroutine of its own;
	// a slow one slows the chains, none loses a draw.
	Sinks []stream.Sink
}

// SamplerOptions are the settings of the sampler.
type SamplerOptions = samplers.Options

// DefaultSampler returns the settings that Options.Sampler begins with, to be
// changed. For a run like Stan's set Adaptation to samplers.StanAdaptation and
// AsWritten.
func DefaultSampler() *SamplerOptions {
	o := samplers.DefaultOptions()
	return &o
}

// Fit holds the draws of a run and how it went.
type Fit struct {
	Draws  *stream.Draws
	Warmup *stream.Draws // empty unless Sampler.SaveWarmup
	Report *samplers.Report

	maxDepth int // of a tree
}

// Summary returns means, quantiles and diagnostics of all quantities, and what
// was found that puts them in doubt.
func (f *Fit) Summary() *diag.Report {
	facts := diag.Facts{MaxDepth: f.maxDepth, Stats: []string{"lp__"}}
	for _, c := range f.Report.Chains {
		facts.Recovered += c.Recovered
	}
	return diag.Diagnose(f.Draws, facts)
}

// WriteSummary writes the Summary as a table, followed by its warnings.
func (f *Fit) WriteSummary(w io.Writer) error {
	r := f.Summary()
	if err := diag.WriteTable(w, r.Summaries); err != nil {
		return err
	}
	for _, warning := range r.Warnings() {
		if _, err := fmt.Fprintln(w, warning); err != nil {
			return err
		}
	}
	return nil
}

// fanoutCapacity is how many frames may wait for a slow sink before the chains
// do.
const fanoutCapacity = 64

// Sample draws from the posterior of a model and keeps the draws. When ctx is
// cancelled it returns what was drawn until then, with Report.Interrupted set.
// The sinks of the options are closed at the end.
func Sample(ctx context.Context, b *Builder, o Options) (*Fit, error) {
	m, err := b.Build()
	if err != nil {
		return nil, err
	}
	p, err := Compile(ctx, m, o.Compile)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return SampleProblem(ctx, p, o)
}

// SampleDensity samples a log density that is a Go value with Dim and
// LogDensityGrad. open returns one for each chain, since chains run at the same
// time; the draws are one vector called name.
func SampleDensity(ctx context.Context, name string, dim int, open func(chain int) (samplers.LogDensity, error), o Options) (*Fit, error) {
	return SampleProblem(ctx, samplers.Direct(name, dim, open), o)
}

// SampleProblem is Sample for a compiled Posterior, or for any other problem of
// the chain runner.
func SampleProblem(ctx context.Context, p samplers.Problem, o Options) (*Fit, error) {
	memory := stream.NewMemory()
	if settings := o.sampler(); settings.Draws > 0 {
		memory.Sampling.Expect((settings.Draws-1)/max(1, settings.Thin) + 1)
	}
	o.Sinks = append(slices.Clone(o.Sinks), memory)
	report, err := Run(ctx, p, o)
	if report == nil {
		return nil, err
	}
	depth := o.sampler().MaxDepth
	if depth == 0 {
		depth = samplers.DefaultOptions().MaxDepth
	}
	return &Fit{Draws: &memory.Sampling, Warmup: &memory.Warmup, Report: report, maxDepth: depth}, err
}

func (o *Options) sampler() samplers.Options {
	if o.Sampler != nil {
		return *o.Sampler
	}
	return samplers.DefaultOptions()
}

// Run samples a problem and sends the draws to the sinks of the options, which
// it closes at the end. When ctx is cancelled, or the run aborted, sinks have ten
// seconds for what is left; then their own calls are cancelled.
func Run(ctx context.Context, p samplers.Problem, o Options) (*samplers.Report, error) {
	for i, sink := range o.Sinks {
		if sink == nil {
			return nil, fmt.Errorf("sink %d is nil", i)
		}
	}
	if len(o.Sinks) == 1 {
		if memory, ok := o.Sinks[0].(*stream.Memory); ok { // waits for nothing
			report, err := samplers.Run(ctx, p, rng.NewKey(o.Seed), o.sampler(), memory)
			return report, errors.Join(err, memory.Close())
		}
	}
	limit, stop := later(ctx, sinkGrace)
	defer stop()
	fan := stream.NewFanout(fanoutCapacity, o.Sinks...)
	report, err := samplers.Run(ctx, p, rng.NewKey(o.Seed), o.sampler(), fan)
	if report != nil && report.Interrupted && ctx.Err() == nil { // aborted
		ended, end := context.WithCancel(ctx)
		end()
		limit, stop = later(ended, sinkGrace)
		defer stop()
	}
	if closeErr := fan.Shutdown(limit); err == nil {
		err = closeErr
	}
	return report, err
}

// sinkGrace is how long sinks may take for what is left of a run that was ended.
const sinkGrace = 10 * time.Second

// later returns a context that is cancelled a time after ctx is, or by stop.
func later(ctx context.Context, after time.Duration) (limit context.Context, stop func()) {
	limit, cancel := context.WithCancel(context.WithoutCancel(ctx))
	unhook := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(after)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-limit.Done():
		}
	})
	return limit, func() { unhook(); cancel() }
}
