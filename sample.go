package quatre

import (
	"context"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/stream"
)

// Options of Sample. The zero value samples like Stan: 4 chains of 1000 warmup
// iterations and 1000 draws, target acceptance 0.8, depth 10, diagonal metric.
type Options struct {
	// Seed decides every random number of the run. The same seed gives the same
	// draws on any machine.
	Seed uint64
	// Sampler settings; nil means samplers.DefaultOptions.
	Sampler *samplers.Options
	// Compile settings.
	Compile CompileOptions
	// Sinks receive the draws besides the Fit. Each has a goroutine of its own;
	// a slow one slows the chains, none loses a draw.
	Sinks []stream.Sink
}

// Fit holds the draws of a run and how it went.
type Fit struct {
	Draws  *stream.Draws
	Warmup *stream.Draws // empty unless Sampler.SaveWarmup
	Report *samplers.Report
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
	o.Sinks = append([]stream.Sink{memory}, o.Sinks...)
	report, err := Run(ctx, p, o)
	if report == nil {
		return nil, err
	}
	return &Fit{Draws: &memory.Sampling, Warmup: &memory.Warmup, Report: report}, err
}

// Run samples a problem and sends the draws to the sinks of the options, which
// it closes at the end.
func Run(ctx context.Context, p samplers.Problem, o Options) (*samplers.Report, error) {
	settings := samplers.DefaultOptions()
	if o.Sampler != nil {
		settings = *o.Sampler
	}
	fan := stream.NewFanout(fanoutCapacity, o.Sinks...)
	report, err := samplers.Run(ctx, p, rng.NewKey(o.Seed), settings, fan)
	if closeErr := fan.Close(); err == nil {
		err = closeErr
	}
	return report, err
}
