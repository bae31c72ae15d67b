package quatre

import (
	"context"
	"fmt"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/samplers/pathfinder"
	"github.com/quatre-ppl/quatre/samplers/transition"
	"github.com/quatre-ppl/quatre/stream"
)

// PathfinderOptions are the options of Pathfinder. The zero value follows 4 paths
// and keeps 1000 draws.
type PathfinderOptions struct {
	// Seed decides every random number.
	Seed uint64
	// Draws is the number of draws that are kept; default 1000.
	Draws int
	// Paths are the options of the paths.
	Paths pathfinder.PathsOptions
}

// Approximation is a quick approximation of a posterior.
type Approximation struct {
	// Draws are drawn with replacement by importance, as one chain of independent
	// draws; lp__ is the log density.
	Draws *stream.Draws
	// Paths has the normals and how they were found. Where Paths.Shape is above
	// pathfinder.LargestShape, the draws do not stand for the posterior.
	Paths *pathfinder.Paths
}

// Pathfinder approximates a posterior by normal distributions that it finds on the
// way to the mode, weighted by importance: in hundreds of gradients, and right where
// the posterior is near to a normal on the unconstrained scale. An error that wraps
// pathfinder.ErrNoApproximation says why there is none.
func Pathfinder(ctx context.Context, p samplers.Problem, o PathfinderOptions) (*Approximation, error) {
	if o.Draws == 0 {
		o.Draws = 1000
	}
	if o.Draws < 0 {
		return nil, fmt.Errorf("%d draws: ask for 1 or more", o.Draws)
	}
	key := rng.NewKey(o.Seed)
	open := func(path int) (transition.LogDensity, error) { return p.Chain(path) }
	paths, err := pathfinder.FitPaths(ctx, open, key.Child("pathfinder"), o.Paths)
	if err != nil {
		return nil, err
	}
	a := &Approximation{Draws: new(stream.Draws), Paths: paths}
	return a, a.fill(ctx, p, key, o.Draws)
}

// fill draws from the paths and computes the quantities of each draw.
func (a *Approximation) fill(ctx context.Context, p samplers.Problem, key rng.Key, count int) (err error) {
	problem, err := p.Chain(0)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := problem.Close(); err == nil {
			err = closeErr
		}
	}()
	schema := &stream.Schema{Values: p.Schema().Values, Stats: []string{"lp__"}}
	frame := &stream.Frame{
		Schema: schema, Phase: stream.Sampling, Rows: count,
		Values: make([]float64, count*schema.Width()), Stats: make([]float64, count),
	}
	choice, generated := key.Child("choice").Stream(), key.Child("generated")
	for k := range count {
		if err := ctx.Err(); err != nil {
			return err
		}
		draw := a.Paths.Draw(choice)
		values, stats := frame.Row(k)
		if err := problem.Draw(values, draw.Q, generated.Child("draw", uint64(k)).Stream()); err != nil {
			return fmt.Errorf("the quantities of draw %d: %w", k+1, err)
		}
		stats[0] = draw.LogDensity
	}
	return a.Draws.Append(frame)
}
