// Package prior describes unknown parameters: a name and a law each, and the
// map between their intervals and the whole line on which proposals are made.
package prior

import (
	"errors"
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// Parameter is a named number with a law.
type Parameter struct {
	Name string
	Law  Law
}

// Space is the parameters of a model, independent of one another a priori. A
// point is given in their own units (theta) or on the whole line (z):
//
//	interval      z
//	(−∞, ∞)       θ
//	(low, ∞)      log(θ − low)
//	(−∞, high)    log(high − θ)
//	(low, high)   log((θ − low)/(high − θ))
type Space []Parameter

// Validate reports the first parameter without a name, a law, or a name of its
// own.
func (s Space) Validate() error {
	if len(s) == 0 {
		return errors.New("prior: there are no parameters")
	}
	known := map[string]bool{}
	for i, p := range s {
		switch {
		case p.Name == "" || p.Law == nil:
			return fmt.Errorf("prior: parameter %d has no name or no law", i+1)
		case known[p.Name]:
			return fmt.Errorf("prior: two parameters are called %q", p.Name)
		}
		known[p.Name] = true
		if err := p.Law.Validate(); err != nil {
			return fmt.Errorf("prior: %s: %w", p.Name, err)
		}
	}
	return nil
}

// Names returns the names.
func (s Space) Names() []string {
	names := make([]string, len(s))
	for i, p := range s {
		names[i] = p.Name
	}
	return names
}

// Draw writes a point drawn from the prior to theta.
func (s Space) Draw(theta []float64, src *rng.Stream) {
	for i, p := range s {
		theta[i] = p.Law.Draw(src)
	}
}

// LogDensity returns the log prior density of theta, −Inf outside.
func (s Space) LogDensity(theta []float64) float64 {
	sum := 0.0
	for i, p := range s {
		sum += p.Law.LogDensity(theta[i])
	}
	return sum
}

// Unconstrain writes the point theta on the whole line to z. The ends of an
// interval become infinite.
func (s Space) Unconstrain(z, theta []float64) {
	for i, p := range s {
		low, high := p.Law.Support()
		x := theta[i]
		switch belowInf, aboveInf := math.IsInf(low, -1), math.IsInf(high, 1); {
		case belowInf && aboveInf:
			z[i] = x
		case aboveInf:
			z[i] = elem.Log(x - low)
		case belowInf:
			z[i] = elem.Log(high - x)
		default:
			z[i] = elem.Log((x - low) / (high - x))
		}
	}
}

// Constrain writes the point z in the parameters' own units to theta.
func (s Space) Constrain(theta, z []float64) {
	for i, p := range s {
		low, high := p.Law.Support()
		switch belowInf, aboveInf := math.IsInf(low, -1), math.IsInf(high, 1); {
		case belowInf && aboveInf:
			theta[i] = z[i]
		case aboveInf:
			theta[i] = low + elem.Exp(z[i])
		case belowInf:
			theta[i] = high - elem.Exp(z[i])
		default:
			theta[i] = low + float64((high-low)*elem.InvLogit(z[i]))
		}
	}
}

// LogDensityAt returns the log density of z: that of the prior at theta, which
// it writes, and the log of the map's Jacobian.
func (s Space) LogDensityAt(theta, z []float64) float64 {
	s.Constrain(theta, z)
	sum := s.LogDensity(theta)
	for i, p := range s {
		low, high := p.Law.Support()
		switch belowInf, aboveInf := math.IsInf(low, -1), math.IsInf(high, 1); {
		case belowInf && aboveInf:
		case aboveInf || belowInf:
			sum += z[i]
		default:
			sum += elem.Log(high-low) - elem.Log1pExp(-z[i]) - elem.Log1pExp(z[i])
		}
	}
	if math.IsNaN(sum) {
		return math.Inf(-1)
	}
	return sum
}
