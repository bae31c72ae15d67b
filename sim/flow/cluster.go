package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/quatre-ppl/quatre/sim"
)

// Cluster is a system in several parts, each a simulation with flows and
// resources of its own, between which tokens go by Transfer steps. All parts are
// simulated at the same time, on as many cores, in windows of the lookahead, the
// least delay of such a way: what happens in a window of one part cannot be
// noticed by another before the next window (Chandy and Misra 1979; Nicol 1993).
// The windows follow from the events alone, and tokens arrive in the order of
// time, part and sending; so results do not depend on the number of workers.
//
// They are those of one simulation with all flows, if no two events of the
// system happen at the same time by chance, sources and resources have the same
// names and the keys are equal: sources are told apart by their names.
type Cluster struct {
	parts     []*sim.Simulation
	flows     [][]sim.ID
	lookahead float64
	now       float64
	broken    error
}

// NewCluster joins simulations whose Transfer steps to each other take at least
// the lookahead > 0. They are built before.
func NewCluster(lookahead float64, parts ...*sim.Simulation) (*Cluster, error) {
	if !(lookahead > 0 && lookahead <= math.MaxFloat64) || len(parts) == 0 {
		return nil, fmt.Errorf("flow: a cluster of %d parts with a lookahead of %v: want a part, and it finite and > 0", len(parts), lookahead)
	}
	g := &Cluster{parts: parts, lookahead: lookahead, flows: make([][]sim.ID, len(parts))}
	for i, s := range parts {
		for id := range s.Entities() {
			if f, ok := s.Entity(sim.ID(id)).(*Flow); ok {
				f.clustered = true
				g.flows[i] = append(g.flows[i], f.self)
			}
		}
	}
	return g, nil
}

// Now returns the time up to which the parts have run.
func (g *Cluster) Now() float64 { return g.now }

// Events returns the number of events of all parts.
func (g *Cluster) Events() (n uint64) {
	for _, s := range g.parts {
		n += s.Events()
	}
	return n
}

// Run simulates all parts until a time, by at most so many goroutines; 0 stands
// for the number of cores. It may be called again with a later time. If parts
// fail, the error is that of the earliest failure, the first part's among equals.
func (g *Cluster) Run(ctx context.Context, until float64, workers int) error {
	if g.broken != nil {
		return g.broken
	}
	if !(until >= g.now && until <= math.MaxFloat64) {
		return fmt.Errorf("flow: a run until time %v cannot begin at time %v", until, g.now)
	}
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	for g.now < until {
		// Before the first run nobody knows what the flows begin with.
		first := g.now
		if g.now > 0 {
			first = math.Inf(1)
			for _, s := range g.parts {
				first = min(first, s.NextTime())
			}
		}
		end := min(until, math.Nextafter(max(first, g.now)+g.lookahead, math.Inf(-1)))
		if g.broken = g.window(ctx, sim.Until{Time: end, More: end < until}, workers); g.broken != nil {
			if ctx.Err() != nil {
				err := g.broken
				g.broken = nil
				return err
			}
			return g.broken
		}
		if g.broken = g.deliver(); g.broken != nil {
			return g.broken
		}
		g.now = end
	}
	return nil
}

// window runs all parts up to a time.
func (g *Cluster) window(ctx context.Context, u sim.Until, workers int) error {
	failures := make([]error, len(g.parts))
	var next atomic.Int64
	work := func() {
		for i := int(next.Add(1)) - 1; i < len(g.parts); i = int(next.Add(1)) - 1 {
			if err := g.parts[i].Run(ctx, u); err != nil {
				failures[i] = fmt.Errorf("part %d: %w", i+1, err)
			}
		}
	}
	var group sync.WaitGroup
	for range min(workers, len(g.parts)) - 1 {
		group.Go(work)
	}
	work()
	group.Wait()
	worst := -1
	for i, err := range failures {
		if err != nil && (worst < 0 || failedAt(err) < failedAt(failures[worst])) {
			worst = i
		}
	}
	if worst < 0 {
		return nil
	}
	return failures[worst]
}

// failedAt returns when a part failed.
func failedAt(err error) float64 {
	var f *sim.Fault
	if errors.As(err, &f) {
		return f.Time
	}
	return math.Inf(1)
}

// deliver passes on what the parts have sent in a window.
func (g *Cluster) deliver() error {
	var all []passage
	for i, s := range g.parts {
		for _, id := range g.flows[i] {
			f := s.Entity(id).(*Flow)
			for _, p := range f.outbox {
				if !(p.delay >= g.lookahead) {
					return fmt.Errorf("flow: at time %v a token goes from flow %q of part %d to flow %q in a time of %v: want at least the lookahead of %v",
						p.time-p.delay, f.name, i+1, p.target.name, p.delay, g.lookahead)
				}
			}
			all = append(all, f.outbox...)
			f.outbox = f.outbox[:0]
		}
	}
	slices.SortStableFunc(all, func(a, b passage) int { return cmp.Compare(a.time, b.time) })
	for i := range all {
		all[i].target.expect(all[i].target.c, &all[i])
	}
	return nil
}
