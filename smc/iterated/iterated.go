// Package iterated maximises the likelihood of a state-space model by iterated
// filtering (IF2, Ionides, Nguyen, Atchadé, Stoev and King 2015): parameters
// ride on the particles of a filter as states that wander, less and less from
// one pass over the data to the next, and selection draws them towards the
// maximum.
package iterated

import (
	"errors"
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/prior"
)

// Options of a search. The zero value of a field is its default.
type Options struct {
	// Particles is the size of the swarm; 1000 by default.
	Particles int
	// Iterations is the number of passes over the data; 50 by default.
	Iterations int
	// Step is the standard deviation, on the whole line, by which parameters
	// wander at each observation of the first pass; 0.05 by default.
	Step float64
	// Cooling is the factor that Step has shrunk by after 50 passes; 0.1 by
	// default.
	Cooling float64
	// Workers is the number of goroutines; 1 by default. Results do not depend
	// on it.
	Workers int
}

// Trace is what a pass over the data leaves.
type Trace struct {
	// Theta is the swarm's centre, LogLikelihood that of the wandering model:
	// a sign of progress, not the likelihood of Theta.
	Theta         []float64
	LogLikelihood float64
}

// Maximise searches from points drawn from the prior, or all from the point
// start where it is not nil, and returns a trace of the passes. The last Theta
// is the estimate; run a filter at it for its likelihood.
func Maximise(family prior.Family, data []smc.Obs, start []float64, key rng.Key, o Options) ([]Trace, error) {
	if o.Particles == 0 {
		o.Particles = 1000
	}
	if o.Iterations == 0 {
		o.Iterations = 50
	}
	if o.Step == 0 {
		o.Step = 0.05
	}
	if o.Cooling == 0 {
		o.Cooling = 0.1
	}
	if o.Particles < 2 || o.Iterations < 1 || !(o.Step > 0) || !(o.Cooling > 0 && o.Cooling <= 1) {
		return nil, fmt.Errorf("iterated: %d particles, %d iterations, step %v, cooling %v: want 2 or more, 1 or more, above 0, and a fraction", o.Particles, o.Iterations, o.Step, o.Cooling)
	}
	if err := family.Space.Validate(); err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, errors.New("iterated: there are no observations")
	}
	t := &wandering{family: family, data: data, swarm: make([][]float64, len(family.Space))}
	if err := t.begin(start, o.Particles, key.Child("start").Stream()); err != nil {
		return nil, err
	}
	f, err := smc.NewFilter(t, key, smc.Options{Particles: o.Particles, Workers: o.Workers, Threshold: 1})
	if err != nil {
		return nil, err
	}
	trace := make([]Trace, o.Iterations)
	for m := range trace {
		t.step = o.Step * elem.Exp(elem.Log(o.Cooling)*float64(m)/50)
		f.Reset(t, key.Child("pass", uint64(m)))
		for f.Step() {
		}
		if f.Err() != nil {
			return nil, fmt.Errorf("iterated: pass %d: %w", m+1, f.Err())
		}
		trace[m] = t.collect(f)
	}
	return trace, nil
}

// wandering is the model whose particles have parameters of their own: the
// coordinates of the state, and then the parameters on the whole line.
type wandering struct {
	family prior.Family
	data   []smc.Obs
	states int
	step   float64
	swarm  [][]float64 // parameters at the start of a pass, [parameters][n]
}

// begin fills the swarm.
func (t *wandering) begin(start []float64, n int, src *rng.Stream) error {
	space := t.family.Space
	theta, z := make([]float64, len(space)), make([]float64, len(space))
	if start != nil && (len(start) != len(space) || math.IsInf(space.LogDensity(start), -1)) {
		return fmt.Errorf("iterated: the start %v is outside of the parameters' space", start)
	}
	for d := range t.swarm {
		t.swarm[d] = make([]float64, n)
	}
	for i := range n {
		if start != nil {
			copy(theta, start)
		} else {
			space.Draw(theta, src)
		}
		space.Unconstrain(z, theta)
		for d := range z {
			t.swarm[d][i] = z[d]
		}
	}
	m, err := t.family.At(theta)
	if err != nil {
		return err
	}
	t.states = m.Dim()
	return nil
}

// Dim implements smc.Target.
func (t *wandering) Dim() int { return t.states + len(t.family.Space) }

// Done implements smc.Target.
func (t *wandering) Done(step int) bool { return step >= len(t.data) }

// Init implements smc.Target.
func (t *wandering) Init(src *rng.Stream, p *smc.Particles) error {
	for d, from := range t.swarm {
		t.wander(src, p.X[t.states+d], from[p.First:p.First+p.N()])
	}
	return t.each(p, func(m smc.Model, one *smc.Particles) error { return m.Init(src, &t.data[0], one) })
}

// Move implements smc.Target.
func (t *wandering) Move(step int, src *rng.Stream, p *smc.Particles) error {
	for d := range t.swarm {
		t.wander(src, p.X[t.states+d], p.Prev[t.states+d])
	}
	return t.each(p, func(m smc.Model, one *smc.Particles) error { return m.Move(src, &t.data[step], one) })
}

func (t *wandering) wander(src *rng.Stream, to, from []float64) {
	src.FillNormal(to)
	for i, z := range to {
		to[i] = from[i] + float64(t.step*z)
	}
}

// LogWeight implements smc.Target.
func (t *wandering) LogWeight(dst []float64, step int, p *smc.Particles) error {
	i := 0
	return t.each(p, func(m smc.Model, one *smc.Particles) error {
		err := m.LogWeight(dst[i:i+1], &t.data[step], one)
		i++
		return err
	})
}

// each calls work with the model of each particle and a cloud of that particle
// alone.
func (t *wandering) each(p *smc.Particles, work func(m smc.Model, one *smc.Particles) error) error {
	z, theta := make([]float64, len(t.swarm)), make([]float64, len(t.swarm))
	one := &smc.Particles{X: make([][]float64, t.states)}
	if p.Prev != nil {
		one.Prev = make([][]float64, t.states)
	}
	for i := range p.N() {
		for d := range z {
			z[d] = p.X[t.states+d][i]
		}
		t.family.Space.Constrain(theta, z)
		m, err := t.family.At(theta)
		if err != nil {
			return err
		}
		one.First = p.First + i
		for d := range one.X {
			one.X[d] = p.X[d][i : i+1]
			if p.Prev != nil {
				one.Prev[d] = p.Prev[d][i : i+1]
			}
		}
		if err := work(m, one); err != nil {
			return err
		}
	}
	return nil
}

// collect makes the last cloud, resampled by its weights, the next swarm.
func (t *wandering) collect(f *smc.Filter) Trace {
	space := t.family.Space
	z := make([]float64, len(space))
	out := Trace{Theta: make([]float64, len(space)), LogLikelihood: f.LogEvidence()}
	for d := range space {
		z[d] = f.Mean(t.states + d)
	}
	space.Constrain(out.Theta, z)
	// Systematic points of a fixed shift: the next pass begins with fresh
	// noise anyway.
	w, total := f.Weights(), f.WeightSum()
	k, cumulated := 0, w[0]
	for i := range w {
		at := (float64(i) + 0.5) / float64(len(w)) * total
		for cumulated < at && k < len(w)-1 {
			k++
			cumulated += w[k]
		}
		for d := range space {
			t.swarm[d][i] = f.X(t.states + d)[k]
		}
	}
	return out
}
