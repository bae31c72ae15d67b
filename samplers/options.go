package samplers

import (
	"fmt"
	"math"
	"runtime"

	"github.com/quatre-ppl/quatre/samplers/nuts"
	"github.com/quatre-ppl/quatre/samplers/walnuts"
)

// Options of a run. A field left at zero means its default, with two exceptions
// that mean what they say: Warmup and Draws. Begin with DefaultOptions.
type Options struct {
	Chains int // default 4
	Warmup int // warmup iterations per chain, at most
	Draws  int // iterations after warmup per chain
	Thin   int // every Thin-th iteration is sent, the first included; default 1

	// SaveWarmup sends the draws of warmup to the sink too.
	SaveWarmup bool

	// Sampler is the kind of transition; default NUTS.
	Sampler Sampler
	// MaxStepError is the widest range of the energy within a step of WALNUTS;
	// default 2.
	MaxStepError float64

	TargetAccept float64 // mean acceptance statistic that warmup aims at; default 0.8
	MaxDepth     int     // largest tree depth; default 10
	Metric       Metric  // default AutoMetric

	// Adaptation is how warmup learns; default AutoAdaptation.
	Adaptation Adaptation
	// FixedWarmup makes warmup last Warmup iterations where adaptation would
	// otherwise end it when there is nothing more to learn. So does SaveWarmup.
	FixedWarmup bool
	// AsWritten keeps the sampler in the model's coordinates where adaptation
	// would otherwise centre latents by itself. Draws are those of the model as
	// written in any case.
	AsWritten bool

	// StepJitter varies the step size of each transition uniformly by up to this
	// share of it, below 1; default 0.
	StepJitter float64

	// StepSize is where the search for a step size begins, or, without warmup,
	// the step size itself; default 1.
	StepSize float64

	// InitRadius r lets chains start uniformly in (-r, r) on the unconstrained
	// scale; default 2.
	InitRadius float64
	// Init gives the unconstrained starting point of each chain, [Chains][Dim],
	// instead.
	Init [][]float64
	// InitMethod is what is done with these points; default RandomInit.
	InitMethod InitMethod

	// Parallel is how many chains run at once; default GOMAXPROCS. Draws do not
	// depend on it.
	Parallel int

	// Control steers the run from outside; nil for none.
	Control *Control

	// Unprotected ends a chain at the first panic or recoverable error instead
	// of recovering, to find where it comes from.
	Unprotected bool
}

// DefaultOptions returns the defaults: 4 chains of at most 1000 warmup iterations
// and 1000 draws, target acceptance 0.8, depth 10; adaptation by the Fisher
// divergence, with latents centred by themselves.
func DefaultOptions() Options {
	return Options{
		Chains: 4, Warmup: 1000, Draws: 1000, Thin: 1,
		TargetAccept: 0.8, MaxDepth: nuts.DefaultMaxDepth, Metric: AutoMetric,
		MaxStepError: walnuts.DefaultMaxError, StepSize: 1, InitRadius: 2, Parallel: runtime.GOMAXPROCS(0),
	}
}

// complete returns the options with defaults in place of zeros, or an error that
// names the first field out of range.
func (o Options) complete() (Options, error) {
	d := DefaultOptions()
	orDefault(&o.Chains, d.Chains)
	orDefault(&o.Thin, d.Thin)
	orDefault(&o.TargetAccept, d.TargetAccept)
	orDefault(&o.MaxDepth, d.MaxDepth)
	orDefault(&o.MaxStepError, d.MaxStepError)
	orDefault(&o.StepSize, d.StepSize)
	orDefault(&o.InitRadius, d.InitRadius)
	orDefault(&o.Parallel, d.Parallel)
	if err := o.check(); err != nil {
		return o, err
	}
	if o.Adaptation == AutoAdaptation {
		o.Adaptation = FisherAdaptation
		if o.Metric == DenseMetric {
			o.Adaptation = StanAdaptation
		}
	}
	return o, nil
}

// directions reports whether the metric may correct directions.
func (o *Options) directions() bool {
	return o.Metric == AutoMetric && o.Adaptation == FisherAdaptation
}

func orDefault[T int | float64](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}

func (o *Options) check() error {
	switch {
	case o.Chains < 1:
		return fmt.Errorf("samplers: %d chains: ask for 1 or more", o.Chains)
	case o.Warmup < 0 || o.Draws < 0:
		return fmt.Errorf("samplers: %d warmup iterations and %d draws: neither may be negative", o.Warmup, o.Draws)
	case o.Warmup == 0 && o.Draws == 0:
		return fmt.Errorf("samplers: no warmup iterations and no draws: set Warmup and Draws, or begin with DefaultOptions")
	case o.Thin < 1:
		return fmt.Errorf("samplers: thinning by %d: choose 1 (keep all) or more", o.Thin)
	case !(o.TargetAccept > 0 && o.TargetAccept < 1):
		return fmt.Errorf("samplers: target acceptance %g is not between 0 and 1: 0.8 is usual, 0.9 to 0.99 against divergences", o.TargetAccept)
	case o.MaxDepth < 1 || o.MaxDepth > nuts.LargestDepth:
		return fmt.Errorf("samplers: tree depth %d is out of range: choose 1 to %d", o.MaxDepth, nuts.LargestDepth)
	case !(o.MaxStepError > 0) || math.IsInf(o.MaxStepError, 1):
		return fmt.Errorf("samplers: range %g of the energy within a step is not positive and finite: 0.5 to 4 is usual", o.MaxStepError)
	case !(o.StepSize > 0) || math.IsInf(o.StepSize, 1):
		return fmt.Errorf("samplers: step size %g is not positive and finite", o.StepSize)
	case !(o.InitRadius > 0) || math.IsInf(o.InitRadius, 1):
		return fmt.Errorf("samplers: radius %g of the starting points is not positive and finite: to start at a given point use Init", o.InitRadius)
	case !(o.StepJitter >= 0 && o.StepJitter < 1):
		return fmt.Errorf("samplers: step size jitter %g is not between 0 and 1: 0.1 is usual", o.StepJitter)
	case o.Parallel < 1:
		return fmt.Errorf("samplers: %d chains at once: allow 1 or more", o.Parallel)
	case o.Sampler > WALNUTS:
		return fmt.Errorf("samplers: unknown sampler %v: choose nuts or walnuts", o.Sampler)
	case o.InitMethod > PathfinderInit:
		return fmt.Errorf("samplers: unknown way to start %v: choose random or pathfinder", o.InitMethod)
	case o.Metric > UnitMetric:
		return fmt.Errorf("samplers: unknown metric %v: choose auto, diag, dense or unit", o.Metric)
	case o.Adaptation > FisherAdaptation:
		return fmt.Errorf("samplers: unknown adaptation %v: choose auto, stan or fisher", o.Adaptation)
	case o.Adaptation == FisherAdaptation && o.Metric == DenseMetric:
		return fmt.Errorf("samplers: a dense metric is learned by Stan's adaptation alone: choose that, or another metric")
	case o.Init != nil && len(o.Init) != o.Chains:
		return fmt.Errorf("samplers: %d starting points for %d chains: give one for each", len(o.Init), o.Chains)
	}
	return nil
}
