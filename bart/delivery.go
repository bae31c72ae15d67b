package bart

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/quatre-ppl/quatre/stream"
)

// Progress tells how far a chain has come.
type Progress struct {
	// Of is what is being fitted: empty for the fit itself, "propensity" for the probabilities of treatment before a
	// causal one.
	Of string
	// Chain is the chain's number, from 0.
	Chain int
	// Phase is the phase the chain is in; Done of Total sweeps of it are finished.
	Phase       stream.Phase
	Done, Total int
	// Sigma is the present σ, on the scale of y.
	Sigma float64
	// GrowPrune and Perturb are the shares of such proposals that were accepted in the
	// phase, NaN before there were any.
	GrowPrune, Perturb float64
	// Elapsed is the time since the fit began.
	Elapsed time.Duration
}

// statNames are the statistics of a draw: the mean number of leaves, the deepest
// node, and the accepted shares of proposals so far.
var statNames = []string{"leaves", "depth", "accept_grow_prune", "accept_perturb"}

// delivery brings the chains' draws and progress to their receivers, one call
// at a time.
type delivery struct {
	mu       sync.Mutex
	sink     stream.Sink
	hear     func(Progress)
	schema   *stream.Schema
	began    time.Time
	burn     int
	total    int
	values   []float64
	statRow  []float64
	watching int
}

func newDelivery(o *Options) *delivery {
	d := &delivery{sink: o.Sink, hear: o.Progress, began: time.Now(), burn: o.Burn, total: o.Draws * o.Thin, watching: o.Watch}
	d.schema = &stream.Schema{Values: []stream.Field{{Name: "sigma"}, {Name: "f", Shape: []int{o.Watch}}}, Stats: statNames}
	return d
}

// draw writes the draw that the chain has kept last.
func (d *delivery) draw(ctx context.Context, c *chain) error {
	if d.sink == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	k := &c.kept
	last := len(k.Sigma) - 1
	d.values = append(append(d.values[:0], k.Sigma[last]), k.Watched[last*d.watching:]...)
	return d.write(ctx, c.number, last, c.mean)
}

// write writes d.values as a draw of a chain, with the statistics of its trees.
func (d *delivery) write(ctx context.Context, chain, draw int, e *ensemble) error {
	leaves, depth := e.size()
	d.statRow = append(d.statRow[:0], leaves, depth, e.stats.acceptance(moveGrow, movePrune), e.stats.acceptance(movePerturb))
	frame := stream.Frame{Schema: d.schema, Phase: stream.Sampling, Chain: chain, First: draw, Rows: 1, Values: d.values, Stats: d.statRow}
	if err := d.sink.Write(ctx, &frame); err != nil {
		return fmt.Errorf("bart: writing a draw of chain %d: %w", chain, err)
	}
	return nil
}

// progress tells where the chain is.
func (d *delivery) progress(c *chain) {
	d.tell(c.number, c.sweeps, max(d.burn, c.start), c.scaling.scale*math.Sqrt(c.noise2), &c.mean.stats)
}

// tell tells that a chain has made so many sweeps, those up to burn not to be kept.
func (d *delivery) tell(chain, sweeps, burn int, sigma float64, stats *moveStats) {
	if d.hear == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	p := Progress{Chain: chain, Phase: stream.Warmup, Done: sweeps, Total: d.burn, Sigma: sigma, Elapsed: time.Since(d.began)}
	if sweeps > burn {
		p.Phase, p.Done, p.Total = stream.Sampling, sweeps-burn, d.total
	}
	p.GrowPrune, p.Perturb = stats.acceptance(moveGrow, movePrune), stats.acceptance(movePerturb)
	d.hear(p)
}

// size returns the mean number of leaves of the trees and the depth of the deepest node.
func (e *ensemble) size() (leaves, depth float64) {
	total, deepest := 0, int32(0)
	for j := range e.trees {
		t := &e.trees[j]
		total += len(t.leaves)
		for _, a := range t.leaves {
			deepest = max(deepest, t.nodes[a].depth)
		}
	}
	return float64(total) / float64(len(e.trees)), float64(deepest)
}
