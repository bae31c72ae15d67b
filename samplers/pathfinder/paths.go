package pathfinder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// PathsOptions are the options of several paths.
type PathsOptions struct {
	// Path are the options of each; its Draws default to 250 here. A Start is where
	// all begin.
	Path Options
	// Paths is their number; default 4.
	Paths int
	// Parallel is how many run at once; default GOMAXPROCS. Results do not depend on
	// it.
	Parallel int
}

// Paths is what several paths led to, with their draws weighted together.
type Paths struct {
	Results []*Result // of each path; Normal is nil where Errors has an error
	Errors  []error   // of each path, wrapping ErrNoApproximation; nil for most

	draws   []*Draw
	weights []float64
	// Shape is that of the largest importance ratios: up to 0.5 the draws may be
	// relied on, above LargestShape they may not.
	Shape float64
}

// FitPaths follows several paths from points of their own and weights their draws by
// importance (Zhang et al. 2022, algorithm 2). open returns the density of a path,
// counted from 0; it is called from several goroutines, and a density that is an
// io.Closer is closed. An error is returned where no path found anything, and for
// what is not a path's own.
func FitPaths(ctx context.Context, open func(path int) (transition.LogDensity, error), key rng.Key, o PathsOptions) (*Paths, error) {
	if o.Paths == 0 {
		o.Paths = 4
	}
	if o.Parallel == 0 {
		o.Parallel = runtime.GOMAXPROCS(0)
	}
	if o.Path.Draws == 0 {
		o.Path.Draws = 250
	}
	if o.Paths < 1 || o.Parallel < 1 {
		return nil, fmt.Errorf("pathfinder: %d paths, %d at once: ask for 1 or more", o.Paths, o.Parallel)
	}
	p := &Paths{Results: make([]*Result, o.Paths), Errors: make([]error, o.Paths)}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(o.Parallel, o.Paths) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < o.Paths; i = int(next.Add(1)) - 1 {
				p.Results[i], p.Errors[i] = follow(ctx, open, i, key.Child("path", uint64(i)), o.Path)
			}
		})
	}
	workers.Wait()
	for i, err := range p.Errors {
		if err != nil && !errors.Is(err, ErrNoApproximation) {
			return nil, fmt.Errorf("path %d: %w", i+1, err)
		}
	}
	return p, p.weigh()
}

// follow follows one path.
func follow(ctx context.Context, open func(path int) (transition.LogDensity, error), path int, key rng.Key, o Options) (r *Result, err error) {
	target, err := open(path)
	if err != nil {
		return nil, err
	}
	if c, ok := target.(io.Closer); ok {
		defer func() { err = errors.Join(err, c.Close()) }()
	}
	return Fit(ctx, target, key, o)
}

// weigh weights the draws of all paths together, each by the ratio of the target's
// density and that of the normal it came from.
func (p *Paths) weigh() error {
	var logRatios []float64
	inside := false
	for _, r := range p.Results {
		for k := range r.Draws {
			d := &r.Draws[k]
			p.draws = append(p.draws, d)
			logRatios = append(logRatios, d.logRatio())
			inside = inside || !math.IsInf(d.logRatio(), -1)
		}
	}
	if len(p.draws) == 0 {
		return fmt.Errorf("all %d paths failed, the first: %w", len(p.Errors), p.Errors[0])
	}
	if !inside {
		return fmt.Errorf("pathfinder: the density is zero at all %d draws: %w", len(p.draws), ErrNoApproximation)
	}
	p.weights, p.Shape = smooth(logRatios)
	return nil
}

// ESS returns the effective number of draws, 1/Σ w².
func (p *Paths) ESS() float64 { return 1 / dot(p.weights, p.weights) }

// Gradients returns the gradients that all paths evaluated.
func (p *Paths) Gradients() int {
	sum := 0
	for _, r := range p.Results {
		sum += r.Gradients
	}
	return sum
}

// Draw returns one of the draws of all paths by its weight; it is the paths' own.
func (p *Paths) Draw(src *rng.Stream) *Draw { return p.draws[choose(p.weights, src)] }
