package experiment

import (
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/stat"
)

// steady reports whether a steady state is asked for: who removes a warm-up thinks
// that there is one after it.
func (o *Options) steady() bool { return o.WarmUp > 0 }

// pooled are the loads of a resource in several runs.
type pooled struct {
	sim.Load           // sums of Claims, means of the other numbers
	offered  []float64 // of each run
	span     float64   // mean of High − Low
	grown    int       // runs in which the queue has grown
}

// judgeLoads warns about the resources whose queue has no steady state, or hardly
// reaches it.
func (r *Result) judgeLoads(done []replication, steady bool) {
	var all []*pooled
	for i := range done {
		for _, l := range done[i].loads {
			at := slices.IndexFunc(all, func(p *pooled) bool { return p.Resource == l.Resource })
			if at < 0 {
				at = len(all)
				all = append(all, &pooled{Load: sim.Load{Resource: l.Resource}})
			}
			all[at].add(l)
		}
	}
	for _, p := range all {
		p.Grows = 2*p.grown > len(done) // a busy hour is no proof
		if note := p.judge(steady); note != "" {
			r.Warnings = append(r.Warnings, note)
		}
	}
}

// add takes in the load of a run.
func (p *pooled) add(l sim.Load) {
	p.offered = append(p.offered, l.Offered)
	n := float64(len(p.offered))
	p.Offered += (l.Offered - p.Offered) / n
	p.Work += (l.Work - p.Work) / n
	p.Queue += (l.Queue - p.Queue) / n
	p.span += (l.High - l.Low - p.span) / n
	p.Claims += l.Claims
	p.Grants += l.Grants
	p.Waiting = max(p.Waiting, l.Waiting)
	if l.Grows {
		p.grown++
	}
}

// Loads from which on a queue is close to growing for ever, and at which it surely
// is not.
const (
	closeToOne = 0.95
	harmless   = 0.9
)

// judge returns a warning, empty if there is nothing to warn about.
//
// A load near 1 is judged by three signs, because queues of closed networks and of
// limited places come near it too and are none the worse: that it is above 1 by more
// than chance; or that the queue is about as long as an open one would be, 1/(1−load)
// in a steady state and √claims without one, and that its length swings by more than
// its mean.
func (p *pooled) judge(steady bool) string {
	if p.Grows {
		return p.String()
	}
	if !steady || p.Offered < closeToOne {
		return ""
	}
	runs := float64(len(p.offered))
	chance := math.Sqrt(2 / float64(p.Claims)) // where gaps and services are exponential
	if len(p.offered) > 1 {
		chance = max(chance, stat.StandardDeviation(p.offered)/math.Sqrt(runs))
	}
	open := 0.3 * min(1/math.Abs(1-p.Offered), math.Sqrt(float64(p.Claims)/runs))
	switch {
	case p.Offered-2*chance < harmless:
		return ""
	case p.Offered-1 > 3*chance:
	case p.Queue < open || p.span < p.Queue:
		return ""
	}
	if p.Offered >= 1 {
		return fmt.Sprintf("resource %q is offered %.3f times the work that it can do: there is no steady state, and what is measured of its queue depends on the length of the run",
			p.Resource, p.Offered)
	}
	// The relaxation time of a queue in heavy traffic with exponential gaps and
	// services: 4/(cμ(1−ρ)²) (Abate and Whitt 1987).
	settles := 4 * p.Work / float64((1-p.Offered)*(1-p.Offered))
	return fmt.Sprintf("resource %q is offered %.3f of the work that it can do, which is close to 1: its queue takes a time of about %.2g to settle; warm-up and run have to be several times as long",
		p.Resource, p.Offered, settles)
}

// joined returns the loads of the batches of one run as those of the run.
func joined(batches []replication) (all []sim.Load) {
	of := map[string]*pooled{}
	for j := range batches {
		for _, l := range batches[j].loads {
			p := of[l.Resource]
			if p == nil {
				p = &pooled{Load: sim.Load{Resource: l.Resource, Low: l.Low, High: l.High}}
				of[l.Resource] = p
			}
			p.add(l)
			p.Grows = 2*p.grown > len(batches)
			p.Low, p.High = min(p.Low, l.Low), max(p.High, l.High)
		}
	}
	for _, l := range batches[len(batches)-1].loads {
		all = append(all, of[l.Resource].Load)
	}
	return all
}
