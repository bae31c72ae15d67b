package models

import (
	"errors"
	"fmt"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/elem/vec"
	"github.com/quatre-ppl/quatre/smc"
)

// Epidemic is the common part of SIR and SEIR: a closed population, seen
// through counts of new cases. The rates are per unit of time.
type Epidemic struct {
	Population float64
	Infected   float64 // at the start, in I, or in E where there is one
	Beta       float64 // infections per infectious head where all are susceptible
	// BetaAt is the rate at each observation, in place of Beta where it is not
	// nil.
	BetaAt []float64
	// BetaSD, above 0, lets log Beta wander by Normal(0, BetaSD·√h) in a step
	// of length h, from log Beta.
	BetaSD  float64
	Sigma   float64 // from exposed to infectious, SEIR only
	Gamma   float64 // from infectious to recovered
	MaxStep float64 // see Compartments.MaxStep
	Report  Report  // of the number of new cases, in coordinate NewCases
}

// NewCases is the coordinate of the number of new infectious cases since the
// last observation, in the models of this file.
const NewCases = 4

// seirNames are the coordinates; SIR leaves E at 0.
var seirNames = []string{"S", "E", "I", "R", "cases", "log beta"}

// SEIR returns susceptible → exposed → infectious → recovered, cases counted as
// they become infectious:
//
//	S → E at rate beta·I/N,  E → I at rate sigma,  I → R at rate gamma.
func (e Epidemic) SEIR() (*Compartments, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	if !(e.Sigma >= 0) {
		return nil, fmt.Errorf("models: sigma is %v, want it ≥ 0", e.Sigma)
	}
	return e.build([]Flow{
		{From: 0, To: 1, Rates: e.force(), Count: Outside},
		{From: 1, To: 2, Rate: e.Sigma, Count: NewCases},
		{From: 2, To: 3, Rate: e.Gamma, Count: Outside},
	}, 1)
}

// SIR returns susceptible → infectious → recovered, cases counted as they are
// infected.
func (e Epidemic) SIR() (*Compartments, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	return e.build([]Flow{
		{From: 0, To: 2, Rates: e.force(), Count: NewCases},
		{From: 2, To: 3, Rate: e.Gamma, Count: Outside},
	}, 2)
}

// SIRS returns susceptible → infectious → recovered → susceptible, the shape of
// cholera models: immunity wanes at rate waning, and infections come also from
// a reservoir, at rate reservoir per susceptible head.
func (e Epidemic) SIRS(waning, reservoir float64) (*Compartments, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	force := e.force()
	return e.build([]Flow{
		{From: 0, To: 2, Count: NewCases, Rates: func(dst []float64, o *smc.Obs, x [][]float64) {
			force(dst, o, x)
			for i := range dst {
				dst[i] += reservoir
			}
		}},
		{From: 2, To: 3, Rate: e.Gamma, Count: Outside},
		{From: 3, To: 0, Rate: waning, Count: Outside},
	}, 2)
}

func (e Epidemic) check() error {
	switch {
	case !(e.Infected >= 0 && e.Population > 0 && e.Infected <= e.Population):
		return fmt.Errorf("models: %v infected in a population of %v", e.Infected, e.Population)
	case e.BetaAt == nil && !(e.Beta >= 0) || !(e.Gamma >= 0) || !(e.BetaSD >= 0):
		return fmt.Errorf("models: beta %v, its walk %v and gamma %v must be ≥ 0", e.Beta, e.BetaSD, e.Gamma)
	case e.BetaSD > 0 && !(e.Beta > 0):
		return errors.New("models: a beta that wanders must start above 0")
	case e.Report == nil:
		return errors.New("models: an epidemic needs the law of its reports")
	}
	return nil
}

// force is the rate of infection beta·I/N.
func (e Epidemic) force() func(dst []float64, o *smc.Obs, x [][]float64) {
	if e.BetaSD > 0 {
		return func(dst []float64, _ *smc.Obs, x [][]float64) {
			vec.Exp(dst, x[5])
			for i, infectious := range x[2] {
				dst[i] *= infectious / e.Population
			}
		}
	}
	return func(dst []float64, o *smc.Obs, x [][]float64) {
		beta := e.Beta
		if e.BetaAt != nil {
			beta = e.BetaAt[min(o.Index, len(e.BetaAt)-1)]
		}
		scale := beta / e.Population
		for i, infectious := range x[2] {
			dst[i] = scale * infectious
		}
	}
}

func (e Epidemic) build(flows []Flow, infected int) (*Compartments, error) {
	names := seirNames[:5]
	var walks []Walk
	if e.BetaSD > 0 {
		names = seirNames
		walks = []Walk{{5, e.BetaSD}}
	}
	start := make([]float64, len(names))
	start[0] = e.Population - e.Infected
	start[infected] = e.Infected
	if e.BetaSD > 0 {
		start[5] = elem.Log(e.Beta)
	}
	return NewCompartments(Compartments{Names: names, Start: start, Flows: flows, Walks: walks, MaxStep: e.MaxStep, Reports: []Report{e.Report}})
}
