package pmcmc

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/internal/parallel"
	"github.com/quatre-ppl/quatre/smc/prior"
	"github.com/quatre-ppl/quatre/smc/resample"
	"github.com/quatre-ppl/quatre/stream"
)

// Options of the chains. The zero value of a field is its default.
type Options struct {
	// Chains is the number of chains, 4 by default; Warmup and Draws their
	// lengths, 1000 each by default.
	Chains, Warmup, Draws int
	// Particles is the number of particles of a filter: 200 for PMMH, 30 for
	// Gibbs by default. For PMMH the standard deviation of the log evidence
	// should be about 1.2 to 1.7 at the posterior (Doucet, Pitt, Deligiannidis
	// and Kohn 2015).
	Particles int
	// Resampling and Threshold are those of the filters; PMMH only.
	Resampling resample.Scheme
	Threshold  float64
	// Blocks of time whose random numbers a proposal of PMMH renews one at a
	// time; 1 by default, which renews all. The filters then resample in
	// sorted order.
	Blocks int
	// Steps is the number of Metropolis steps of the parameters given a path
	// in Gibbs; 10 by default.
	Steps int
	// Workers is the number of chains at a time, 1 by default. Draws do not
	// depend on it.
	Workers int
}

func (o Options) complete(particles int) (Options, error) {
	set := func(field *int, value int) {
		if *field == 0 {
			*field = value
		}
	}
	set(&o.Chains, 4)
	set(&o.Warmup, 1000)
	set(&o.Draws, 1000)
	set(&o.Particles, particles)
	set(&o.Blocks, 1)
	set(&o.Steps, 10)
	set(&o.Workers, 1)
	if o.Chains < 1 || o.Warmup < 0 || o.Draws < 1 || o.Particles < 2 || o.Blocks < 1 || o.Steps < 1 || o.Workers < 1 {
		return o, fmt.Errorf("pmcmc: options out of range: %d chains, %d and %d draws, %d particles, %d blocks, %d steps, %d workers",
			o.Chains, o.Warmup, o.Draws, o.Particles, o.Blocks, o.Steps, o.Workers)
	}
	return o, nil
}

// schema of the draws of a family.
func schema(space prior.Space) *stream.Schema {
	s := &stream.Schema{Stats: []string{"lp__", "accept_stat__", "log_evidence__"}}
	for _, name := range space.Names() {
		s.Values = append(s.Values, stream.Field{Name: name})
	}
	return s
}

// step is one transition of a chain: it changes theta and z, and tells the
// statistics of the schema.
type step func(key rng.Key, warmup bool) (stats [3]float64, err error)

// chain opens a chain at a point drawn from the prior.
type chain func(key rng.Key) (theta []float64, next step, err error)

// run runs the chains and sends their draws to sink, one row a frame. Frames
// of a chain come in order; the sink is called by one goroutine at a time.
func run(ctx context.Context, space prior.Space, key rng.Key, o Options, open chain, sink stream.Sink) error {
	if err := space.Validate(); err != nil {
		return err
	}
	var writing sync.Mutex
	columns := schema(space)
	return parallel.Each(o.Chains, o.Workers, func(c, _ int) error {
		own := key.Child("chain", uint64(c))
		theta, next, err := open(own)
		if err != nil {
			return fmt.Errorf("pmcmc: chain %d: %w", c+1, err)
		}
		for i := range o.Warmup + o.Draws {
			if err := ctx.Err(); err != nil {
				return err
			}
			stats, err := next(own.Child("step", uint64(i)), i < o.Warmup)
			if err != nil {
				return fmt.Errorf("pmcmc: chain %d, iteration %d: %w", c+1, i+1, err)
			}
			f := stream.Frame{Schema: columns, Phase: stream.Warmup, Chain: c, First: i, Rows: 1, Values: theta, Stats: stats[:]}
			if i >= o.Warmup {
				f.Phase, f.First = stream.Sampling, i-o.Warmup
			}
			writing.Lock()
			err = sink.Write(ctx, &f)
			writing.Unlock()
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// startTries bounds the draws from the prior in search of a point under which
// the data are possible.
const startTries = 100

// PMMH runs particle marginal Metropolis–Hastings and sends the draws of the
// parameters, with their warmup, to sink. It does not close the sink.
func PMMH(ctx context.Context, family prior.Family, data []smc.Obs, key rng.Key, o Options, sink stream.Sink) error {
	o, err := o.complete(200)
	if err != nil {
		return err
	}
	if len(data) == 0 {
		return errors.New("pmcmc: there are no observations")
	}
	return run(ctx, family.Space, key, o, func(key rng.Key) ([]float64, step, error) {
		m := &marginal{family: family, data: data, options: o}
		if err := m.start(key); err != nil {
			return nil, nil, err
		}
		return m.theta, m.step, nil
	}, sink)
}

// marginal is a chain of PMMH.
type marginal struct {
	family      prior.Family
	data        []smc.Obs
	options     Options
	filter      *smc.Filter
	walk        *walk
	theta, z    []float64
	keys        []rng.Key // of the blocks of time
	logPrior    float64
	logEvidence float64
}

// start draws from the prior until the data are possible.
func (m *marginal) start(key rng.Key) error {
	space := m.family.Space
	m.theta, m.z = make([]float64, len(space)), make([]float64, len(space))
	src := key.Child("start").Stream()
	m.keys = make([]rng.Key, m.options.Blocks)
	for b := range m.keys {
		m.keys[b] = key.Child("block", uint64(b))
	}
	m.logEvidence = math.Inf(-1)
	for try := 0; math.IsInf(m.logEvidence, -1); try++ {
		if try == startTries {
			return fmt.Errorf("the data have weight 0 at %d points drawn from the prior: use more particles, or another prior", startTries)
		}
		space.Draw(m.theta, src)
		space.Unconstrain(m.z, m.theta)
		var err error
		if m.logEvidence, err = m.evidence(m.theta, m.keys); err != nil {
			return err
		}
	}
	m.logPrior = space.LogDensityAt(slices.Clone(m.theta), m.z)
	m.walk = newWalk(len(space), priorScale(space, src), 0.2)
	return nil
}

// priorScale is the spread of each parameter of the prior on the whole line.
func priorScale(space prior.Space, src *rng.Stream) []float64 {
	const draws = 200
	theta, z := make([]float64, len(space)), make([]float64, len(space))
	points, weights := make([][]float64, draws), make([]float64, draws)
	for i := range points {
		space.Draw(theta, src)
		space.Unconstrain(z, theta)
		points[i], weights[i] = slices.Clone(z), 1
	}
	scale := make([]float64, len(space))
	for d := range scale {
		column := make([]float64, draws)
		for i := range column {
			column[i] = points[i][d]
		}
		slices.Sort(column)
		// Between the quartiles lie 1.35 standard deviations of a normal.
		scale[d] = max((column[draws*3/4]-column[draws/4])/1.35, 1e-6)
	}
	return scale
}

// evidence estimates the log evidence at theta; −Inf where all weights vanish.
func (m *marginal) evidence(theta []float64, keys []rng.Key) (float64, error) {
	model, err := m.family.At(theta)
	if err != nil {
		return 0, err
	}
	target := smc.Bootstrap(model, m.data)
	if m.filter == nil {
		m.filter, err = smc.NewFilter(target, keys[0], smc.Options{
			Particles: m.options.Particles, Resampling: m.options.Resampling, Threshold: m.options.Threshold, Sort: m.options.Blocks > 1,
		})
		if err != nil {
			return 0, err
		}
	}
	m.filter.Reset(target, keys[0])
	for t := range m.data {
		m.filter.Rekey(keys[t*len(keys)/len(m.data)])
		if m.filter.Step() {
			continue
		}
		var collapse *smc.CollapseError
		if errors.As(m.filter.Err(), &collapse) {
			return math.Inf(-1), nil
		}
		return 0, m.filter.Err()
	}
	return m.filter.LogEvidence(), nil
}

// step is one transition.
func (m *marginal) step(key rng.Key, warmup bool) (stats [3]float64, err error) {
	src := key.Stream()
	z, theta := make([]float64, len(m.z)), make([]float64, len(m.z))
	m.walk.propose(z, m.z, src)
	keys := slices.Clone(m.keys)
	keys[src.Intn(len(keys))] = key.Child("filter")
	logPrior, logEvidence := m.family.Space.LogDensityAt(theta, z), math.Inf(-1)
	if !math.IsInf(logPrior, -1) {
		if logEvidence, err = m.evidence(theta, keys); err != nil {
			return stats, err
		}
	}
	acceptance := 0.0
	if ratio := logPrior + logEvidence - m.logPrior - m.logEvidence; ratio == ratio {
		acceptance = elem.Exp(min(ratio, 0))
	}
	if src.Float64() < acceptance {
		copy(m.z, z)
		copy(m.theta, theta)
		m.keys, m.logPrior, m.logEvidence = keys, logPrior, logEvidence
	}
	if warmup {
		m.walk.learn(m.z, acceptance)
	}
	return [3]float64{m.logPrior + m.logEvidence, acceptance, m.logEvidence}, nil
}
