package pathfinder

import (
	"math"

	"github.com/quatre-ppl/quatre/samplers/transition"
)

// point is a point of a path.
type point struct {
	q, grad    []float64 // position, and gradient of the log density there; [Dim]
	logDensity float64
}

func newPoint(dim int) *point {
	return &point{q: make([]float64, dim), grad: make([]float64, dim)}
}

// usable reports whether a path may go through the point.
func (p *point) usable() bool {
	if !finite(p.logDensity) {
		return false
	}
	for _, g := range p.grad {
		if !finite(g) {
			return false
		}
	}
	return true
}

// Constants of the line search (Nocedal & Wright 2006, section 3.1), and of when a
// path has arrived, as in Stan.
const (
	sufficientRise = 1e-4 // of what the slope promises
	flatterSlope   = 0.9  // of the slope at the beginning
	mostTrials     = 40

	leastRise  = 1e4 * 0x1p-52 // of the log density, relative
	leastSlope = 1e7 * 0x1p-52 // expected rise of a full step, relative
)

// climber climbs a log density by L-BFGS.
type climber struct {
	target    evaluator
	curvature *curvature
	at, next  *point
	direction []float64
	best      *point // scratch of search
	first     bool   // no step has been made
}

// arrived reports whether there is hardly any rise to be had from where the climber
// is. It sets the direction of the next step.
func (c *climber) arrived() bool {
	c.curvature.multiply(c.direction, c.at.grad)
	slope := dot(c.direction, c.at.grad)
	return !(slope > float64(leastSlope*max(1, math.Abs(c.at.logDensity)))) || math.IsInf(slope, 1)
}

// step makes a step in the direction that arrived has set. It reports whether the
// path goes on; bent tells whether there was something to be learned of the
// curvature.
func (c *climber) step() (onwards, bent bool, err error) {
	found, err := c.search()
	if err != nil || !found {
		return false, false, err
	}
	bent = c.curvature.learn(c.at, c.next)
	rise := c.next.logDensity - c.at.logDensity
	c.at, c.next, c.first = c.next, c.at, false
	return rise > float64(leastRise*max(1, math.Abs(c.at.logDensity))), bent, nil
}

// search sets next to a point in the direction of the step where the log density has
// risen enough and its slope is flatter: by bisection, after doubling until that
// brackets it. Where no slope is flatter, it is the farthest that has risen. Points
// of zero density count as too far.
func (c *climber) search() (found bool, err error) {
	slope := dot(c.direction, c.at.grad)
	length, near, far := 1.0, 0.0, math.Inf(1)
	if c.first { // the curvature is not known yet
		length = min(1, 1/math.Sqrt(dot(c.direction, c.direction)))
	}
	for range mostTrials {
		for i, d := range c.direction {
			c.next.q[i] = c.at.q[i] + float64(length*d)
		}
		if err := c.target.evaluate(c.next); err != nil {
			return false, err
		}
		switch {
		case !c.next.usable() || !(c.next.logDensity >= c.at.logDensity+float64(float64(sufficientRise*length)*slope)):
			far = length
		case dot(c.next.grad, c.direction) <= float64(flatterSlope*slope):
			return true, nil
		default:
			near, found = length, true
			c.next, c.best = c.best, c.next
		}
		if length = 2 * length; !math.IsInf(far, 1) {
			length = 0.5 * (near + far)
		}
	}
	if found {
		c.next, c.best = c.best, c.next
	}
	return found, nil
}

// evaluator evaluates a log density and counts.
type evaluator struct {
	target      transition.LogDensity
	unprotected bool
	counts      *counts
}

// counts is what a path has spent.
type counts struct {
	gradients, recovered int
	fault                error
}

// evaluate sets log density and gradient of a point. A panic or a recoverable error
// makes it a point of zero density.
func (e evaluator) evaluate(p *point) (err error) {
	e.counts.gradients++
	if !e.unprotected {
		defer func() {
			if value := recover(); value != nil {
				err = transition.NewPanicError(value)
			}
			if err != nil && transition.Recoverable(err) {
				e.counts.recovered++
				if e.counts.fault == nil {
					e.counts.fault = err
				}
				p.logDensity, err = math.Inf(-1), nil
			}
		}()
	}
	p.logDensity, err = e.target.LogDensityGrad(p.grad, p.q)
	return err
}
