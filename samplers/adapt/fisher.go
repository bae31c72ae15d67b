package adapt

import (
	"slices"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// FisherOptions are the parameters of the Fisher scheme.
type FisherOptions struct {
	Warmup       int     // draws of warmup, at most
	FixedLength  bool    // warmup does not end before
	TargetAccept float64 // mean acceptance statistic to aim at
	FixedMetric  bool    // the metric stays as it is
	LowRank      bool    // directions are added to the metric where that pays
	Rotations    bool    // steps are rotations where the target is nearly normal
	FixedMap     bool    // the coordinates stay the model's
}

// Shares and lengths of the phases of a Fisher warmup, in draws (nutpie's). Early
// on, the metric is learned from the latest 10 to 20 draws, since those before
// come from elsewhere; then from windows that grow; at last only the step size
// is.
const (
	earlyShare   = 0.3
	earlyDraws   = 60
	lastShare    = 0.15
	earlyWindow  = 10
	lateWindow   = 80
	windowGrowth = 1.5

	// fewestToFit is the least number of different draws that a map is fitted to.
	fewestToFit = 5
)

// Fisher is the scheme that minimises the Fisher divergence between the density
// in the sampler's coordinates, divided by the metric's scales, and a standard
// normal. Map and metric are learned from the same draws: those of the
// foreground, which at a switch are replaced by those of the background.
type Fisher struct {
	o           FisherOptions
	early, last int // the last draw of the early phase, and the last that is learned from

	done       int // warmup draws seen
	step       dualAveraging
	late       float64 // length of the next late window
	draws      *window // of the foreground, those of the background last
	background int     // place of the first draw of the background
	moments    *moments
	variances  []float64 // of the diagonal
	correction correction
	metric     []float64 // scratch
	turning    bool      // steps are rotations
	fitted     bool      // the map has been fitted
	end        int       // the draw after which warmup may end; 0 if not known yet

	remapper remapper
}

// NewFisher returns the scheme for a chain of dimension dim, with so many mapped
// latents.
func NewFisher(dim, latents int, o FisherOptions) *Fisher {
	if o.FixedMap {
		latents = 0
	}
	f := &Fisher{
		o:         o,
		early:     min(int(earlyShare*float64(o.Warmup)), earlyDraws),
		last:      o.Warmup - int(lastShare*float64(o.Warmup)),
		step:      dualAveraging{target: o.TargetAccept},
		late:      lateWindow,
		draws:     newWindow(dim, latents),
		moments:   newMoments(dim),
		variances: make([]float64, dim),
	}
	for i := range f.variances {
		f.variances[i] = 1
	}
	f.correction = none
	return f
}

// CopyFrom implements Scheme.
func (f *Fisher) CopyFrom(src Scheme) {
	from := src.(*Fisher)
	f.done, f.step, f.late = from.done, from.step, from.late
	f.draws.copyFrom(from.draws)
	f.background = from.background
	f.moments.copyFrom(from.moments)
	copy(f.variances, from.variances)
	f.correction = from.correction // never changed, only replaced
	f.turning, f.fitted, f.end = from.turning, from.fitted, from.end
}

// Start implements Scheme: the metric is guessed from the gradient.
func (f *Fisher) Start(s Subject, src *rng.Stream, state *transition.State) (Cost, error) {
	if !f.o.FixedMetric {
		fromGradient(f.variances, state.Grad)
		if err := s.Kernel.SetInverseMetric(f.variances); err != nil {
			return Cost{}, err
		}
	}
	return f.step.begin(s.Kernel, src, state)
}

// Learn implements Scheme.
func (f *Fisher) Learn(s Subject, src *rng.Stream, state *transition.State, info transition.Info) (Cost, error) {
	f.done++
	accept := info.AcceptStat
	if f.done > f.early {
		accept = info.SymmetricStat
	}
	if err := f.step.apply(s.Kernel, accept); err != nil || f.done > f.last || f.end > 0 {
		return Cost{}, err
	}
	if err := f.store(s, state); err != nil {
		return Cost{}, err
	}
	var cost Cost
	again := false
	if f.switches() {
		var err error
		if again, cost, err = f.change(s, state); err != nil {
			return cost, err
		}
	}
	if err := f.setMetric(s.Kernel); err != nil || !again {
		return cost, err
	}
	search, err := f.step.begin(s.Kernel, src, state)
	cost.add(search)
	return cost, err
}

// store keeps a draw, unless the chain has not moved.
func (f *Fisher) store(s Subject, state *transition.State) error {
	if n := f.draws.count; n > 0 && slices.Equal(f.draws.row(f.draws.z, n-1), state.Q) {
		return nil
	}
	f.moments.add(state.Q, state.Grad)
	return f.draws.add(f.mapping(s), state)
}

func (f *Fisher) mapping(s Subject) *Mapping {
	if f.draws.latents == 0 {
		return nil
	}
	return s.Map
}

// switches reports whether the background becomes the foreground.
func (f *Fisher) switches() bool {
	waiting := f.draws.count - f.background
	if f.done <= f.early {
		return waiting >= earlyWindow
	}
	if f.done == f.last {
		return waiting >= earlyWindow
	}
	if float64(waiting) < f.late || float64(f.done)+float64(windowGrowth*f.late) > float64(f.last) {
		return false
	}
	f.late *= windowGrowth
	return true
}

// change makes the background the foreground, fits map and directions to it, and
// decides whether that was all that warmup can teach. again tells that the step
// size has to be found anew.
func (f *Fisher) change(s Subject, state *transition.State) (again bool, cost Cost, err error) {
	f.draws.drop(f.background)
	f.background = f.draws.count
	late := f.done > f.early
	before := 0.0
	if late && !f.o.FixedLength {
		before = f.draws.spread()
	}
	moved, cost, err := f.remap(s, state)
	if err != nil {
		return false, cost, err
	}
	again = late || moved && !f.fitted
	f.fitted = f.fitted || moved
	f.moments.reset()
	for k := range f.draws.count {
		f.moments.add(f.draws.row(f.draws.z, k), f.draws.row(f.draws.g, k))
	}
	if !late {
		return again, cost, nil
	}
	plain := len(f.correction.values) == 0
	if f.o.LowRank {
		f.correction = findCorrection(f.draws, gradientFlops(s.Target))
	}
	f.turning = f.o.Rotations && f.draws.nearlyNormal(&f.correction)
	if f.o.FixedLength {
		return again, cost, nil
	}
	news := plain && len(f.correction.values) > 0 || moved && f.gains(before)
	if !news && f.draws.agrees() {
		f.end = f.done + settling
	}
	return again, cost, nil
}

// gains reports whether a new map has lowered the divergence from what it was by
// enough to be news.
func (f *Fisher) gains(before float64) bool {
	return f.draws.spread() < float64(mapGain*before)-float64(slackRegret*float64(f.draws.dim))
}

// remap fits the map to the foreground, if there is one to fit.
func (f *Fisher) remap(s Subject, state *transition.State) (moved bool, cost Cost, err error) {
	m := f.mapping(s)
	if m == nil || f.draws.count < fewestToFit {
		return false, cost, nil
	}
	moved, logDensity, cost, err := f.remapper.refit(m, s.Target, f.draws)
	if err != nil || !moved {
		return false, cost, err
	}
	f.background = f.draws.count
	f.moveTo(state, logDensity)
	return true, cost, nil
}

// moveTo writes the last draw, which the chain stands at, to the state.
func (f *Fisher) moveTo(state *transition.State, logDensity float64) {
	last := f.draws.count - 1
	copy(state.Q, f.draws.row(f.draws.z, last))
	copy(state.Grad, f.draws.row(f.draws.g, last))
	state.LogDensity = logDensity
}

// setMetric sets the metric that the foreground suggests.
func (f *Fisher) setMetric(k Tuned) error {
	if f.o.FixedMetric || f.moments.count < 2 {
		return nil
	}
	f.moments.diagonal(f.variances)
	f.metric = append(f.metric[:0], f.variances...)
	for i := range f.metric {
		f.metric[i] *= f.correction.scale
	}
	for i, v := range f.correction.vectors {
		f.metric = append(append(f.metric, f.correction.values[i]), v...)
	}
	if f.turning {
		f.metric = f.moments.centre(f.metric, f.variances, &f.correction)
	}
	return k.SetInverseMetric(f.metric)
}

// flopsPerCoordinate stands for the operations of a gradient, per dimension,
// where the target does not tell them.
const flopsPerCoordinate = 40

// gradientFlops returns the number of operations of one gradient. It does not
// depend on the machine or its load, so that draws do not either.
func gradientFlops(target transition.LogDensity) float64 {
	if c, ok := target.(transition.FlopCounter); ok {
		if flops := c.Flops(); flops > 0 {
			return flops
		}
	}
	return flopsPerCoordinate * float64(target.Dim())
}

// Settled implements Scheme.
func (f *Fisher) Settled() bool { return f.end > 0 && f.done >= f.end }

// Placing implements Scheme, by the mean weights of the maps over the last draws
// that were learned from.
func (f *Fisher) Placing(m *Mapping) Placing {
	if m == nil || f.draws.latents == 0 || f.draws.count == 0 {
		return Placing{}
	}
	p := Placing{Latents: f.draws.latents}
	for i, c := range m.constants {
		mean := 0.0
		for k := range f.draws.count {
			at := k*f.draws.latents + i
			weight, _, _ := bend(c, f.draws.location[at], f.draws.scale[at])
			mean += weight / float64(f.draws.count)
		}
		p.count(mean)
	}
	return p
}

// Finish implements Scheme.
func (f *Fisher) Finish(k Tuned) {
	f.step.finish(k)
	if f.turning {
		roundStep(k)
	}
}
