package models

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
)

// Outside is the compartment of arrivals and departures.
const Outside = -1

// Flow moves individuals from one compartment to another. In a step of length
// h each individual leaves with probability 1 − exp(−rate·h), all by the state
// at the step's start, exactly binomial; several flows out of a compartment
// share those who leave in proportion to their rates (the Euler–multinomial
// scheme of Bretó, He, Ionides and King 2009, eq. 8). From Outside arrive
// Poisson(rate·h) individuals.
type Flow struct {
	From, To int
	// Rate is the constant rate per head and unit of time; used where Rates is
	// nil.
	Rate float64
	// Rates writes the rate of each particle to dst, given its state.
	Rates func(dst []float64, o *smc.Obs, x [][]float64)
	// Count is the index of the coordinate that counts this flow since the
	// last observation, or Outside for none.
	Count int
}

// Walk is a coordinate that holds the logarithm of a rate which wanders: in a
// step of length h it moves by Normal(0, SD·√h).
type Walk struct {
	Coordinate int
	SD         float64
}

// Report is a law of an observed number given the state.
type Report interface {
	// AddLogWeight adds log p(y | x) to dst for each particle of x.
	AddLogWeight(dst []float64, y float64, x [][]float64) error
	// Draw writes a number for each particle of x, as would be observed.
	Draw(dst []float64, src *rng.Stream, x [][]float64)
}

// Compartments is a model of counted individuals, such as an epidemic. The
// coordinates of the state are compartments, counts of flows since the last
// observation, and logarithms of wandering rates, in any order. NewCompartments
// checks it.
type Compartments struct {
	// Names has one name per coordinate.
	Names []string
	// Start is the state at the start of the process.
	Start []float64
	// Flows in their order draw their random numbers.
	Flows []Flow
	Walks []Walk
	// MaxStep bounds the length of a step: the time between observations is
	// divided into as many equal steps as that needs. 0 means one step.
	MaxStep float64
	// Reports has one law per number of an observation.
	Reports []Report

	groups []flowGroup
	counts []int
	holds  []int // coordinates of compartments
}

// flowGroup is the flows that leave one compartment.
type flowGroup struct {
	from  int
	flows []int
}

// NewCompartments checks the model and prepares it.
func NewCompartments(c Compartments) (*Compartments, error) {
	n := len(c.Names)
	if n == 0 || len(c.Start) != n {
		return nil, fmt.Errorf("models: %d names and %d starting values: there must be one of each per coordinate", n, len(c.Start))
	}
	if !(c.MaxStep >= 0) {
		return nil, fmt.Errorf("models: MaxStep is %v, want 0 (one step per observation) or a length of time", c.MaxStep)
	}
	seenGroup := map[int]int{}
	for i, f := range c.Flows {
		if err := c.checkFlow(i, f); err != nil {
			return nil, err
		}
		if f.Count >= 0 {
			c.counts = append(c.counts, f.Count)
		}
		at, ok := seenGroup[f.From]
		if !ok || f.From == Outside {
			at = len(c.groups)
			seenGroup[f.From] = at
			c.groups = append(c.groups, flowGroup{from: f.From})
		}
		c.groups[at].flows = append(c.groups[at].flows, i)
	}
	for k := range n {
		if slices.ContainsFunc(c.Flows, func(f Flow) bool { return f.From == k || f.To == k }) {
			c.holds = append(c.holds, k)
		}
	}
	for _, w := range c.Walks {
		if w.Coordinate < 0 || w.Coordinate >= n || !(w.SD >= 0) {
			return nil, fmt.Errorf("models: a walk of coordinate %d with standard deviation %v", w.Coordinate, w.SD)
		}
	}
	return &c, nil
}

func (c *Compartments) checkFlow(i int, f Flow) error {
	n := len(c.Names)
	inside := func(k int) bool { return k >= Outside && k < n }
	switch {
	case !inside(f.From) || !inside(f.To) || !inside(f.Count):
		return fmt.Errorf("models: flow %d goes from %d to %d and is counted in %d, want coordinates from 0 to %d, or Outside", i+1, f.From, f.To, f.Count, n-1)
	case f.From == f.To:
		return fmt.Errorf("models: flow %d ends where it starts", i+1)
	case f.Rates == nil && !(f.Rate >= 0 && !math.IsInf(f.Rate, 0)):
		return fmt.Errorf("models: flow %d has rate %v, want it finite and ≥ 0", i+1, f.Rate)
	}
	if f.From >= 0 {
		if v := c.Start[f.From]; !(v >= 0) || v != math.Floor(v) {
			return fmt.Errorf("models: %s starts with %v individuals, want a whole number ≥ 0", c.Names[f.From], v)
		}
	}
	return nil
}

// Dim implements smc.Model.
func (c *Compartments) Dim() int { return len(c.Names) }

// Init implements smc.Model: the state at the first observation, Elapsed after
// the start.
func (c *Compartments) Init(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	c.begin(p)
	return c.advance(src, o, p.X)
}

// begin puts every particle where the epidemic starts.
func (c *Compartments) begin(p *smc.Particles) {
	for d, v := range c.Start {
		for i := range p.X[d] {
			p.X[d][i] = v
		}
	}
}

// Move implements smc.Model.
func (c *Compartments) Move(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	for d := range p.X {
		copy(p.X[d], p.Prev[d])
	}
	return c.advance(src, o, p.X)
}

// scratch is the memory of a step: one slice of particles per flow and two
// more.
type scratch struct {
	flat   []float64
	slices [][]float64
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func (s *scratch) take(slices, n int) [][]float64 {
	if cap(s.flat) < slices*n {
		s.flat = make([]float64, slices*n)
	}
	s.slices = s.slices[:0]
	for k := range slices {
		s.slices = append(s.slices, s.flat[k*n:(k+1)*n:(k+1)*n])
	}
	return s.slices
}

var errElapsed = errors.New("models: the time since the last observation is not above 0: times must increase")

// advance moves x over the time to o, in place.
func (c *Compartments) advance(src *rng.Stream, o *smc.Obs, x [][]float64) error {
	if !(o.Elapsed > 0) {
		return errElapsed
	}
	for _, k := range c.counts {
		clear(x[k])
	}
	steps := 1
	if c.MaxStep > 0 {
		steps = int(math.Ceil(o.Elapsed / c.MaxStep * (1 - 1e-12)))
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	memory := s.take(len(c.Flows)+2, len(x[0]))
	for range steps {
		c.step(src, o, x, o.Elapsed/float64(steps), memory)
	}
	return nil
}

// step makes one step of length h. memory holds the numbers moved by each flow,
// and two slices more.
func (c *Compartments) step(src *rng.Stream, o *smc.Obs, x [][]float64, h float64, memory [][]float64) {
	moved := memory[:len(c.Flows)]
	for _, w := range c.Walks {
		z, to, sd := memory[len(c.Flows)], x[w.Coordinate], w.SD*math.Sqrt(h)
		src.FillNormal(z)
		for i, v := range z {
			to[i] += float64(sd * v)
		}
	}
	for _, g := range c.groups {
		if len(g.flows) == 1 {
			c.single(src, o, x, h, g, moved[g.flows[0]])
		} else {
			c.shared(src, o, x, h, g, memory)
		}
	}
	for k, f := range c.Flows {
		if f.From >= 0 {
			from := x[f.From][:len(moved[k])]
			for i, v := range moved[k] {
				from[i] -= v
			}
		}
		for _, to := range [2]int{f.To, f.Count} {
			if to >= 0 {
				into := x[to][:len(moved[k])]
				for i, v := range moved[k] {
					into[i] += v
				}
			}
		}
	}
}

// single draws the only flow out of a compartment, or one of arrivals.
func (c *Compartments) single(src *rng.Stream, o *smc.Obs, x [][]float64, h float64, g flowGroup, moved []float64) {
	f := &c.Flows[g.flows[0]]
	rates := [1]float64{f.Rate * h}
	hazard := rates[:]
	if f.Rates != nil {
		f.Rates(moved, o, x)
		for i := range moved {
			moved[i] *= h
		}
		hazard = moved
	}
	if f.From >= 0 {
		src.FillBinomialRate(moved, x[f.From], hazard)
		return
	}
	for i := range moved {
		moved[i] = rng.Poisson(src, hazard[min(i, len(hazard)-1)])
	}
}

// shared draws the flows out of a compartment that has several: how many leave,
// and then by conditional binomials which way.
func (c *Compartments) shared(src *rng.Stream, o *smc.Obs, x [][]float64, h float64, g flowGroup, memory [][]float64) {
	total, leaving := memory[len(c.Flows)], memory[len(c.Flows)+1]
	clear(total)
	for _, k := range g.flows {
		rates := memory[k]
		if c.Flows[k].Rates != nil {
			c.Flows[k].Rates(rates, o, x)
		} else {
			for i := range rates {
				rates[i] = c.Flows[k].Rate
			}
		}
		for i, r := range rates {
			total[i] += r
		}
	}
	for i, r := range total {
		leaving[i] = r * h
	}
	src.FillBinomialRate(leaving, x[g.from], leaving)
	last := g.flows[len(g.flows)-1]
	for _, k := range g.flows {
		rates := memory[k]
		if k == last {
			copy(rates, leaving)
			continue
		}
		for i, r := range rates {
			rest := total[i]
			total[i] = max(rest-r, 0)
			share := 0.0
			if r > 0 {
				share = min(r/rest, 1)
			}
			rates[i] = float64(rng.Binomial(src, int(leaving[i]), share))
			leaving[i] -= rates[i]
		}
	}
}

// LogWeight implements smc.Model.
func (c *Compartments) LogWeight(dst []float64, o *smc.Obs, p *smc.Particles) error {
	if len(o.Y) != len(c.Reports) {
		return fmt.Errorf("models: %d observed numbers for %d laws of reports", len(o.Y), len(c.Reports))
	}
	clear(dst)
	for k, r := range c.Reports {
		if y := o.Y[k]; !math.IsNaN(y) {
			if err := r.AddLogWeight(dst, y, p.X); err != nil {
				return err
			}
		}
	}
	return nil
}

// Emit implements smc.Emitter.
func (c *Compartments) Emit(dst []float64, k int, src *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	c.Reports[k].Draw(dst, src, p.X)
	return nil
}
