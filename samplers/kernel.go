package samplers

import (
	"slices"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/adapt"
	"github.com/quatre-ppl/quatre/samplers/nuts"
	"github.com/quatre-ppl/quatre/samplers/walnuts"
)

// tunedKernel is what the runner needs of a kernel: transitions, and what warmup
// sets and reports show.
type tunedKernel interface {
	Kernel
	adapt.Tuned
	// InverseMetric returns the kernel's own memory, read only.
	InverseMetric() []float64
	// Steps makes several transitions at once, see nuts.Sampler.Steps.
	Steps(src *rng.Stream, s *State, infos []Info, logDensity, positions []float64) (int, error)
}

// metricVariances returns the diagonal of a kernel's inverse metric, or all of it
// if it is dense, and the number of directions that are corrected besides.
func metricVariances(k tunedKernel) (values []float64, directions int) {
	f, ok := k.(*flexible)
	if !ok || f.Sampler == f.plain {
		return slices.Clone(k.InverseMetric()), 0
	}
	inverse := f.InverseMetric()
	if turns(k) {
		inverse = inverse[:len(inverse)-f.dim]
	}
	return nuts.LowRankVariances(inverse, f.dim)
}

// turns reports whether a kernel's steps are rotations.
func turns(k tunedKernel) bool {
	f, ok := k.(*flexible)
	return ok && (f.Sampler == f.turning || f.Sampler == f.both)
}

// newKernel returns the kernel that the options ask for.
func newKernel(target LogDensity, o *Options) (tunedKernel, error) {
	dim := target.Dim()
	var metric nuts.Metric = nuts.NewDiag(dim)
	if o.Metric == DenseMetric {
		metric = nuts.NewDense(dim)
	}
	settings := nuts.Options{MaxDepth: o.MaxDepth, Unprotected: o.Unprotected}
	if o.Sampler == WALNUTS {
		strides, err := walnuts.NewStrides(dim, walnuts.Options{MaxError: o.MaxStepError})
		if err != nil {
			return nil, err
		}
		settings.Integrator = strides
	}
	plain, err := nuts.New(target, metric, settings)
	if err != nil {
		return nil, err
	}
	plain.SetStepSize(o.StepSize)
	if !o.directions() && o.StepJitter == 0 {
		return plain, nil
	}
	k := &flexible{Sampler: plain, plain: plain, dim: dim, jitter: o.StepJitter}
	for _, other := range []struct {
		sampler **nuts.Sampler
		metric  nuts.Metric
	}{{&k.corrected, nuts.NewLowRank(dim)}, {&k.turning, nuts.NewRotation(dim)}, {&k.both, nuts.NewLowRankRotation(dim)}} {
		if *other.sampler, err = nuts.New(target, other.metric, settings); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// flexible is a sampler whose metric may be diagonal or of low rank and whose
// steps may be rotations, as warmup finds best, and may vary at random.
type flexible struct {
	*nuts.Sampler // one of those below

	plain     *nuts.Sampler // with a diagonal metric, or a dense one
	corrected *nuts.Sampler // with one of low rank
	turning   *nuts.Sampler // with a diagonal metric and rotations
	both      *nuts.Sampler // with one of low rank and rotations
	dim       int
	jitter    float64
}

// SetInverseMetric implements adapt.Tuned; the length decides on the kind, that of
// plain before others. One of low rank has dim + rank·(dim + 1) numbers, and a
// centre of rotation dim more.
func (k *flexible) SetInverseMetric(values []float64) error {
	step := k.StepSize()
	switch n := len(values); {
	case n == len(k.plain.InverseMetric()):
		k.Sampler = k.plain
	case n == 2*k.dim:
		k.Sampler = k.turning
	case n%(k.dim+1) == (2*k.dim)%(k.dim+1):
		k.Sampler = k.both
	default:
		k.Sampler = k.corrected
	}
	k.SetStepSize(step)
	return k.Sampler.SetInverseMetric(values)
}

// Step implements Kernel. The step size is drawn anew for each transition and
// does not depend on the state, so each leaves the target invariant.
func (k *flexible) Step(src *rng.Stream, s *State) (Info, error) {
	if k.jitter == 0 {
		return k.Sampler.Step(src, s)
	}
	step := k.StepSize()
	k.SetStepSize(step * (1 + float64(k.jitter*(2*src.Float64()-1))))
	defer k.SetStepSize(step)
	return k.Sampler.Step(src, s)
}

// Steps makes several transitions at once, as nuts.Sampler.Steps does; none where
// step sizes vary.
func (k *flexible) Steps(src *rng.Stream, s *State, infos []Info, logDensity, positions []float64) (int, error) {
	if k.jitter != 0 {
		return 0, nil
	}
	return k.Sampler.Steps(src, s, infos, logDensity, positions)
}
