package samplers

import (
	"fmt"
	"math"
	"strings"

	"github.com/quatre-ppl/quatre/samplers/transition"
)

// maxStarts is the number of random points that are tried, as in Stan.
const maxStarts = 100

// StartError says that a chain found no point to start from, where the log
// density and its gradient are finite. The chain cannot go on.
type StartError struct {
	Given      bool      // the point was given, not drawn
	Tried      int       // points tried
	Radius     float64   // of the random points
	Point      []float64 // the last point tried, unconstrained
	LogDensity float64   // there
	Coordinate int       // whose derivative is not finite there; -1 if the log density itself is not
	Site       string    // the problem's explanation; "" if it has none
	Fault      error     // what the evaluation failed with; nil if it did not fail
}

// Error names the place and the remedy.
func (e *StartError) Error() string {
	var b strings.Builder
	if e.Given {
		b.WriteString("the chain cannot start at the point given: ")
	} else {
		fmt.Fprintf(&b, "found no point to start from among %d drawn uniformly from (%g, %g) on the unconstrained scale; at the last one ",
			e.Tried, -e.Radius, e.Radius)
	}
	switch {
	case e.Fault != nil:
		fmt.Fprintf(&b, "the evaluation failed: %v", e.Fault)
	case e.Coordinate >= 0:
		fmt.Fprintf(&b, "the derivative of the log density by coordinate %d is not finite", e.Coordinate)
	default:
		fmt.Fprintf(&b, "the log density is %v", e.LogDensity)
	}
	if e.Site != "" {
		fmt.Fprintf(&b, " (%s)", e.Site)
	}
	b.WriteString(": give a starting point inside the support, or check bounds, priors and data of the model")
	return b.String()
}

// Unwrap returns the fault.
func (e *StartError) Unwrap() error { return e.Fault }

// findStart sets the state to the point where the chain starts: the one that
// was given, or the first usable one of maxStarts random ones. Point i comes
// from a stream of its own, so it does not depend on the points before it.
func (c *chain) findStart() error {
	state := c.now.state
	if c.options.Init != nil {
		point := c.options.Init[c.id]
		if len(point) != len(state.Q) {
			return fmt.Errorf("the starting point given has %d numbers, the model has %d on the unconstrained scale", len(point), len(state.Q))
		}
		fault, err := c.tryStart(point)
		if err != nil || fault == nil && state.Finite() {
			return err
		}
		return c.startError(fault, point, 1)
	}
	point := make([]float64, len(state.Q))
	var fault error
	for i := range maxStarts {
		src := c.key.Child("init", uint64(i)).Stream()
		for j := range point {
			point[j] = c.options.InitRadius * (2*src.Float64() - 1)
		}
		var err error
		if fault, err = c.tryStart(point); err != nil || fault == nil && state.Finite() {
			return err
		}
	}
	return c.startError(fault, point, maxStarts)
}

// tryStart evaluates the density at a point. A panic or a recoverable error is a
// fault, which costs the point; any other error costs the chain.
func (c *chain) tryStart(point []float64) (fault, err error) {
	if !c.options.Unprotected {
		defer func() {
			if value := recover(); value != nil {
				fault = transition.NewPanicError(value)
			}
		}()
	}
	err = c.kernel.Init(c.now.state, point)
	if err != nil && !c.options.Unprotected && Recoverable(err) {
		return err, nil
	}
	if err != nil {
		return nil, fmt.Errorf("at the start: %w", err)
	}
	return nil, nil
}

// startError describes the last point tried.
func (c *chain) startError(fault error, point []float64, tried int) error {
	e := &StartError{
		Given: c.options.Init != nil, Tried: tried, Radius: c.options.InitRadius,
		Point: point, LogDensity: c.now.state.LogDensity, Coordinate: -1, Fault: fault,
	}
	if fault != nil {
		return e
	}
	if math.Abs(e.LogDensity) <= math.MaxFloat64 {
		e.Coordinate = c.now.state.NonFiniteGrad()
	}
	e.Site = c.problem.Explain(point)
	return e
}
