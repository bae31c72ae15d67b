package models

import (
	"errors"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
)

// Guided returns the model with moves that look at the observation: the flow
// that is reported moves by its law given the report, exactly, and the weight is
// the probability of the report before the move. The other flows move as they
// do. It is for one report, negative binomial or Poisson, of one flow that is
// the only one out of its compartment and has a constant rate, in one step per
// observation, such as the cases of SEIR; an error otherwise. It pays where
// reports are more exact than the numbers that move are known beforehand; in
// SEIR it gains little, for chance lies in the infections some steps earlier.
func (c *Compartments) Guided() (smc.Model, error) {
	wrong := errors.New("models: a guided model needs one negative binomial or Poisson report of one flow, alone out of its compartment, with a constant rate and one step per observation")
	if len(c.Reports) != 1 || c.MaxStep > 0 {
		return nil, wrong
	}
	g := &guidedFlow{Compartments: c, flow: -1}
	switch r := c.Reports[0].(type) {
	case NegBinomialReport:
		g.coordinate = r.Coordinate
	case PoissonReport:
		g.coordinate = r.Coordinate
	default:
		return nil, wrong
	}
	for k, f := range c.Flows {
		if f.Count != g.coordinate {
			continue
		}
		if g.flow >= 0 || f.Rates != nil || f.From == Outside {
			return nil, wrong
		}
		g.flow = k
	}
	if g.flow < 0 {
		return nil, wrong
	}
	for k, f := range c.Flows {
		if k != g.flow && f.From == c.Flows[g.flow].From {
			return nil, wrong
		}
	}
	return smc.Guided(c, g), nil
}

// guidedFlow is the proposal of Guided.
type guidedFlow struct {
	*Compartments
	flow, coordinate int
}

// ProposeInit implements smc.Proposal.
func (g *guidedFlow) ProposeInit(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	g.begin(p)
	return g.propose(src, o, p.X)
}

// Propose implements smc.Proposal.
func (g *guidedFlow) Propose(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	for d := range p.X {
		copy(p.X[d], p.Prev[d])
	}
	return g.propose(src, o, p.X)
}

// propose moves x by its law and then has another number move by the flow: the
// numbers of the flows are independent given the state before.
func (g *guidedFlow) propose(src *rng.Stream, o *smc.Obs, x [][]float64) error {
	f := &g.Flows[g.flow]
	var before []float64
	if !o.Missing() {
		before = append(before, x[f.From]...)
	}
	if err := g.advance(src, o, x); err != nil || before == nil {
		return err
	}
	law, err := g.law(o, before)
	if err != nil {
		return err
	}
	for i, n := range before {
		count, _ := law.at(n, src.Float64())
		change := count - x[g.coordinate][i]
		x[g.coordinate][i] = count
		x[f.From][i] -= change
		if f.To >= 0 {
			x[f.To][i] += change
		}
	}
	return nil
}

// LogProposal implements smc.Proposal: log p(y | prev).
func (g *guidedFlow) LogProposal(dst []float64, o *smc.Obs, p *smc.Particles) error {
	clear(dst)
	if o.Missing() {
		return nil
	}
	from := g.Flows[g.flow].From
	before := g.Start[from : from+1]
	if p.Prev != nil {
		before = p.Prev[from]
	}
	law, err := g.law(o, before)
	if err != nil {
		return err
	}
	for i := range dst {
		_, dst[i] = law.at(before[min(i, len(before)-1)], 0.5)
	}
	return nil
}

// conditionalCount is the law of a binomial count given its report.
type conditionalCount struct {
	p, q   float64
	report []float64 // probability of the report for each count, over its largest
	shift  float64   // log of the largest
	known  map[float64][]float64
}

// law prepares the laws for the given numbers of trials.
func (g *guidedFlow) law(o *smc.Obs, trials []float64) (*conditionalCount, error) {
	rate := g.Flows[g.flow].Rate * o.Elapsed
	l := &conditionalCount{p: -elem.Expm1(-rate), q: elem.Exp(-rate), known: map[float64][]float64{}}
	most := 0.0
	for _, n := range trials {
		_, last := l.ends(n)
		most = max(most, last)
	}
	x := make([][]float64, g.coordinate+1)
	x[g.coordinate] = make([]float64, int(most)+1)
	for k := range x[g.coordinate] {
		x[g.coordinate][k] = float64(k)
	}
	l.report = make([]float64, int(most)+1)
	if err := g.Reports[0].AddLogWeight(l.report, o.Y[0], x); err != nil {
		return nil, err
	}
	l.shift = math.Inf(-1)
	for _, v := range l.report {
		l.shift = max(l.shift, v)
	}
	for k, v := range l.report {
		l.report[k] = elem.Exp(v - l.shift)
	}
	return l, nil
}

// ends are the counts between which all but about 1e-22 of the probability lies.
func (l *conditionalCount) ends(n float64) (first, last float64) {
	mean := float64(n * l.p)
	width := float64(10*math.Sqrt(mean*l.q)) + 20
	return math.Max(0, math.Floor(mean-width)), math.Min(n, math.Ceil(mean+width))
}

// at inverts the law for n trials at u, and returns the log probability of the
// report.
func (l *conditionalCount) at(n, u float64) (count, logReport float64) {
	first, last := l.ends(n)
	cumulated, ok := l.known[n]
	if !ok {
		cumulated = l.cumulate(n, first, last)
		l.known[n] = cumulated
	}
	size := len(cumulated) - 2
	total, all := cumulated[size], cumulated[size+1]
	k := 0
	for k < size-1 && cumulated[k] < u*total {
		k++
	}
	return first + float64(k), elem.Log(total/all) + l.shift
}

// cumulate returns the running sums of probability times report over the counts
// from first to last, their total, and that of the probabilities alone; all over
// the probability of the mode.
func (l *conditionalCount) cumulate(n, first, last float64) []float64 {
	size := int(last-first) + 1
	out := make([]float64, size+2)
	mode := min(max(math.Floor((n+1)*l.p), first), last)
	at := int(mode - first)
	out[at] = 1
	for k := at + 1; k < size; k++ {
		c := first + float64(k)
		out[k] = out[k-1] * (n - c + 1) * l.p / (c * l.q)
	}
	for k := at - 1; k >= 0; k-- {
		c := first + float64(k)
		out[k] = out[k+1] * (c + 1) * l.q / ((n - c) * l.p)
	}
	sum, all := 0.0, 0.0
	for k := range size {
		all += out[k]
		sum += float64(out[k] * l.report[int(first)+k])
		out[k] = sum
	}
	out[size], out[size+1] = sum, all
	return out
}
