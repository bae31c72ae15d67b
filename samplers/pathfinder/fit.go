package pathfinder

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// ErrNoApproximation says that no normal was found on a path. The log density may
// still be sampled.
var ErrNoApproximation = errors.New("no normal approximation was found")

// Options of a path. A field left at zero means its default.
type Options struct {
	// History is the number of steps whose curvature is kept; default 6.
	History int
	// MaxIterations bounds the length of a path; default 1000.
	MaxIterations int
	// Patience ends a path when the evidence lower bound has not risen for so many
	// steps; default 20. A density without bound is climbed for ever otherwise, far
	// from where its mass is.
	Patience int
	// Trials is the number of draws that a normal's evidence lower bound is
	// estimated from; default 5.
	Trials int
	// Draws is the number of draws from the path's normal. 0 means the Trials, which
	// cost no gradient more.
	Draws int
	// Radius r lets the path begin uniformly in (-r, r); default 2.
	Radius float64
	// Start is where the path begins instead, [Dim].
	Start []float64
	// Unprotected lets panics of the log density pass, and takes every error as
	// final.
	Unprotected bool
}

// maxStarts is the number of random points that are tried.
const maxStarts = 100

func (o Options) complete() (Options, error) {
	for _, f := range []struct {
		name  string
		value *int
		usual int
	}{{"steps kept", &o.History, 6}, {"iterations", &o.MaxIterations, 1000}, {"steps of patience", &o.Patience, 20}, {"trials", &o.Trials, 5}} {
		if *f.value == 0 {
			*f.value = f.usual
		}
		if *f.value < 1 {
			return o, fmt.Errorf("pathfinder: %d %s: ask for 1 or more", *f.value, f.name)
		}
	}
	if o.Draws < 0 {
		return o, fmt.Errorf("pathfinder: %d draws: ask for 0 or more", o.Draws)
	}
	if o.Radius == 0 {
		o.Radius = 2
	}
	if !(o.Radius > 0) || math.IsInf(o.Radius, 1) {
		return o, fmt.Errorf("pathfinder: radius %g of the starting points is not positive and finite", o.Radius)
	}
	return o, nil
}

// Draw is a draw from a path's normal.
type Draw struct {
	Q          []float64 // [Dim]
	LogDensity float64   // of the target; -Inf outside of its support
	LogNormal  float64   // of the normal
}

// logRatio returns the log importance ratio.
func (d *Draw) logRatio() float64 {
	if !finite(d.LogDensity) {
		return math.Inf(-1)
	}
	return d.LogDensity - d.LogNormal
}

// Result is what a path led to.
type Result struct {
	Normal     *Normal
	ELBO       float64 // of the normal: E[log density − log normal], estimated; up to the target's constant
	Draws      []Draw
	Iterations int // steps of the path
	Best       int // the step after which the normal was found
	Gradients  int // evaluated
	Recovered  int // evaluations lost to panics or recoverable errors
	Fault      error
}

// Fit follows one path. An error that wraps ErrNoApproximation says why there is no
// normal; the Result then holds counts alone. Other errors are the density's, or
// that ctx has ended. The result depends on the density, the key and the options.
func Fit(ctx context.Context, target transition.LogDensity, key rng.Key, o Options) (*Result, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	f := &fitting{o: o, key: key, spent: &counts{}}
	f.eval = evaluator{target, o.Unprotected, f.spent}
	r, err := f.fit(ctx, target.Dim())
	r.Gradients, r.Recovered, r.Fault = f.spent.gradients, f.spent.recovered, f.spent.fault
	return r, err
}

type fitting struct {
	o     Options
	key   rng.Key
	eval  evaluator
	spent *counts
}

func (f *fitting) fit(ctx context.Context, dim int) (*Result, error) {
	r := &Result{ELBO: math.Inf(-1)}
	if dim == 0 {
		return r, fmt.Errorf("pathfinder: the log density has no parameters: %w", ErrNoApproximation)
	}
	start, err := f.start(dim)
	if err != nil {
		return r, err
	}
	climb := &climber{
		target: f.eval, curvature: newCurvature(dim, f.o.History), at: start, next: newPoint(dim),
		best: newPoint(dim), direction: make([]float64, dim), first: true,
	}
	flat := make([]bool, dim) // coordinates whose derivative has always been zero
	for i, g := range start.grad {
		flat[i] = g == 0
	}
	for onwards := true; onwards && f.goesOn(r) && !climb.arrived(); {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		var bent bool
		if onwards, bent, err = climb.step(); err != nil {
			return r, err
		}
		r.Iterations++
		for i, g := range climb.at.grad {
			flat[i] = flat[i] && g == 0
		}
		if bent {
			if err := f.try(r, climb); err != nil {
				return r, err
			}
		}
	}
	if err := explain(r, climb.curvature, flat); err != nil {
		r.Normal, r.Draws = nil, nil
		return r, err
	}
	return r, f.draw(r)
}

// goesOn reports whether a longer path may be worth its gradients.
func (f *fitting) goesOn(r *Result) bool {
	return r.Iterations < f.o.MaxIterations && (r.Normal == nil || r.Iterations-r.Best < f.o.Patience)
}

// explain returns the error of a path without a normal, and nil if there is one.
func explain(r *Result, c *curvature, flat []bool) error {
	for i, always := range flat {
		if always {
			return fmt.Errorf("pathfinder: the density does not depend on coordinate %d anywhere on the path, which makes it improper: %w", i, ErrNoApproximation)
		}
	}
	switch {
	case len(c.s) == 0:
		return fmt.Errorf("pathfinder: the log density bends down nowhere on a path of %d steps, so it is improper there, or the path began at a mode: %w", r.Iterations, ErrNoApproximation)
	case r.Normal == nil:
		return fmt.Errorf("pathfinder: every normal on a path of %d steps has draws where the density is zero or undefined: %w", r.Iterations, ErrNoApproximation)
	}
	return nil
}

// start returns where the path begins.
func (f *fitting) start(dim int) (*point, error) {
	p := newPoint(dim)
	if f.o.Start != nil {
		if len(f.o.Start) != dim {
			return nil, fmt.Errorf("pathfinder: the starting point has %d numbers, the log density has dimension %d", len(f.o.Start), dim)
		}
		copy(p.q, f.o.Start)
		if err := f.eval.evaluate(p); err != nil {
			return nil, err
		}
		if !p.usable() {
			return nil, fmt.Errorf("pathfinder: the log density or its gradient is not finite at the starting point: %w", ErrNoApproximation)
		}
		return p, nil
	}
	for k := range maxStarts {
		src := f.key.Child("start", uint64(k)).Stream()
		for i := range p.q {
			p.q[i] = float64(f.o.Radius * (2*src.Float64() - 1))
		}
		if err := f.eval.evaluate(p); err != nil {
			return nil, err
		}
		if p.usable() {
			return p, nil
		}
	}
	return nil, fmt.Errorf("pathfinder: the log density or its gradient is not finite at %d points drawn from (%g, %g): %w", maxStarts, -f.o.Radius, f.o.Radius, ErrNoApproximation)
}

// try makes the normal of where the path is the result's, if its evidence lower
// bound is higher than that of all before.
func (f *fitting) try(r *Result, c *climber) error {
	normal := c.curvature.newNormal(c.at)
	if normal == nil {
		return nil
	}
	draws, err := f.sample(normal, f.o.Trials, f.key.Child("trial", uint64(r.Iterations)).Stream())
	if err != nil {
		return err
	}
	elbo := 0.0
	for i := range draws {
		elbo += draws[i].logRatio() / float64(len(draws))
	}
	if elbo > r.ELBO && finite(elbo) {
		r.Normal, r.ELBO, r.Draws, r.Best = normal, elbo, draws, r.Iterations
	}
	return nil
}

// draw makes the draws that were asked for.
func (f *fitting) draw(r *Result) (err error) {
	if f.o.Draws > 0 {
		r.Draws, err = f.sample(r.Normal, f.o.Draws, f.key.Child("draws").Stream())
	}
	return err
}

// sample draws from a normal, and evaluates the target.
func (f *fitting) sample(n *Normal, count int, src *rng.Stream) ([]Draw, error) {
	draws := make([]Draw, count)
	at := newPoint(n.Dim())
	for i := range draws {
		d := &draws[i]
		d.Q = make([]float64, n.Dim())
		d.LogNormal = n.Sample(d.Q, src)
		copy(at.q, d.Q)
		if err := f.eval.evaluate(at); err != nil {
			return nil, err
		}
		d.LogDensity = at.logDensity
	}
	return draws, nil
}
