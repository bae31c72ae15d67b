package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// The points at which the gradient is looked at: so many at each distance from
// the origin, so that a density that is level in its middle is not taken for one
// that is level everywhere.
const pointsPerRadius = 4

var radii = [...]float64{2, 20, 200}

// checkProper evaluates the gradient at a few points and returns an error if it
// is exactly zero along a coordinate at all of them: the log density does not
// depend on that coordinate, so the posterior has no finite mass.
func (l *loaded) checkProper() error {
	density, err := l.posterior.LogDensity()
	if err != nil {
		return fail(internal, err)
	}
	defer density.Close()
	dim := l.posterior.Dim()
	q, grad := make([]float64, dim), make([]float64, dim)
	moved := make([]bool, dim) // the gradient was not zero somewhere
	usable := 0
	src := rand.New(rand.NewPCG(1, 1))
	for _, radius := range radii {
		for range pointsPerRadius {
			for i := range q {
				q[i] = radius * (2*src.Float64() - 1)
			}
			logDensity, err := density.LogDensityGrad(grad, q)
			if err != nil {
				return fail(internal, err)
			}
			if math.IsNaN(logDensity) || math.IsInf(logDensity, 0) {
				continue
			}
			usable++
			for i, g := range grad {
				moved[i] = moved[i] || g != 0 // NaN is not zero
			}
		}
	}
	if usable < pointsPerRadius {
		return nil // too little to go by; the sampler will see
	}
	var flat []int
	for i := range moved {
		if !moved[i] {
			flat = append(flat, i)
		}
	}
	return l.improper(flat)
}

// improper returns the error of a posterior that does not depend on the given
// coordinates; nil if there are none.
func (l *loaded) improper(flat []int) error {
	if len(flat) == 0 {
		return nil
	}
	var names []string
	for _, i := range flat {
		if name := l.parameterOf(i).Name; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return failf(inSampling, "the posterior is improper: the log density does not depend on %s; "+
		"give every parameter a prior, or bounds on both sides", strings.Join(names, ", "))
}
