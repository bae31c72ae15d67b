package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/models"
	"github.com/quatre-ppl/quatre/smc/prior"
)

// smcModel is a model that the command line knows.
type smcModel struct {
	space  prior.Space
	build  func(theta []float64) (smc.Model, error)
	states []string
	// shown is the coordinate that pictures show, with its name.
	shown     int
	shownName string
	counts    bool // the observations are counts
	steps     bool // the state makes one step from an observation to the next, whatever the time between
}

// smcModel returns the model of the flags with its default priors.
func (f *smcModelFlags) smcModel() *smcModel {
	positive := prior.HalfNormal{Sigma: 1}
	switch f.Model {
	case "volatility":
		return &smcModel{
			space: prior.Space{{Name: "mu", Law: prior.Normal{Sigma: 5}}, {Name: "phi", Law: prior.Uniform{Low: -1, High: 1}}, {Name: "sigma", Law: positive}},
			build: func(t []float64) (smc.Model, error) {
				if !(math.Abs(t[1]) < 1) {
					return nil, fmt.Errorf("phi is %v: the log variance has a law at its start only where phi lies between -1 and 1", t[1])
				}
				return &models.StochasticVolatility{Mu: t[0], Phi: t[1], Sigma: t[2]}, nil
			},
			states: []string{"log_variance"}, shownName: "log variance", steps: true,
		}
	case "autoregression":
		return &smcModel{
			space: prior.Space{{Name: "phi", Law: prior.Uniform{Low: -1, High: 1}}, {Name: "q", Law: positive}, {Name: "r", Law: positive}},
			build: func(t []float64) (smc.Model, error) {
				one := func(v float64) [][]float64 { return [][]float64{{v}} }
				start := 10.0 // of a random walk
				if math.Abs(t[0]) < 1 {
					start = t[1] / (1 - float64(t[0]*t[0]))
				}
				return models.NewLinearGaussian(models.LinearGaussianParameters{
					F: one(t[0]), Q: one(t[1]), H: one(1), R: one(t[2]), M0: []float64{0}, P0: one(start),
				})
			},
			states: []string{"x"}, shownName: "state", steps: true,
		}
	}
	return f.epidemic()
}

// epidemic returns the model of an epidemic.
func (f *smcModelFlags) epidemic() *smcModel {
	m := &smcModel{space: prior.Space{{Name: "beta", Law: prior.Uniform{Low: 0.05, High: 0.85}}}, states: []string{"S", "E", "I", "R", "cases"}, shown: 2, shownName: "infectious", counts: true}
	if f.Model == "seir" {
		m.space = append(m.space, prior.Parameter{Name: "sigma", Law: prior.Uniform{Low: 0.05, High: 0.45}})
	}
	m.space = append(m.space, prior.Parameter{Name: "gamma", Law: prior.Uniform{Low: 0.05, High: 0.30}})
	if f.Model == "sirs" {
		m.space = append(m.space, prior.Parameter{Name: "waning", Law: prior.Uniform{Low: 0, High: 0.1}})
	}
	if f.Wander {
		m.space = append(m.space, prior.Parameter{Name: "tau", Law: prior.Uniform{Low: 0, High: 0.3}})
		m.states = append(m.states, "log_beta")
	}
	m.build = func(t []float64) (smc.Model, error) {
		report, err := f.report()
		if err != nil {
			return nil, err
		}
		e := models.Epidemic{Population: f.Population, Infected: f.Infected, Beta: t[0], Gamma: t[1], MaxStep: f.Step, Report: report}
		if f.Wander {
			e.BetaSD = t[len(t)-1]
		}
		switch f.Model {
		case "sir":
			return e.SIR()
		case "sirs":
			return e.SIRS(t[2], f.Reservoir)
		}
		e.Sigma, e.Gamma = t[1], t[2]
		return e.SEIR()
	}
	return m
}

// report is the law of reported cases.
func (f *smcModelFlags) report() (models.Report, error) {
	if !(f.Reported > 0 && f.Reported <= 1) || !(f.Size >= 0) {
		return nil, fmt.Errorf("--reported=%g and --size=%g: want a share above 0 up to 1, and a size from 0", f.Reported, f.Size)
	}
	const stray = 0.1 // keeps a case possible where none is expected
	if f.Size == 0 {
		return models.PoissonReport{Coordinate: models.NewCases, Fraction: f.Reported, Floor: stray}, nil
	}
	return models.NegBinomialReport{Coordinate: models.NewCases, Fraction: f.Reported, Floor: stray, Size: f.Size}, nil
}

// setPriors replaces laws by those written NAME=LAW(A,B).
func (m *smcModel) setPriors(settings []string) error {
	texts, err := splitSettings(settings, "prior")
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		i := slices.Index(m.space.Names(), name)
		if i < 0 {
			return failf(usage, "--prior: no parameter %s, there are %s", name, strings.Join(m.space.Names(), ", "))
		}
		law, err := parseLaw(texts[name])
		if err != nil {
			return failf(usage, "--prior %s: %w", name, err)
		}
		low, high := domain(name)
		if a, b := law.Support(); a < low || b > high {
			return failf(usage, "--prior %s=%s: the law reaches outside of where the parameter makes sense, %g to %g", name, texts[name], low, high)
		}
		m.space[i].Law = law
	}
	return nil
}

// domain is where a parameter makes sense.
func domain(name string) (low, high float64) {
	switch name {
	case "mu":
		return math.Inf(-1), math.Inf(1)
	case "phi":
		return -1, 1
	}
	return 0, math.Inf(1)
}

// parseLaw reads a law such as uniform(0,1).
func parseLaw(text string) (prior.Law, error) {
	inside, closed := strings.CutSuffix(text, ")")
	name, rest, ok := strings.Cut(inside, "(")
	ok = ok && closed
	var numbers []float64
	for _, field := range strings.Split(rest, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
		if err != nil {
			ok = false
		}
		numbers = append(numbers, v)
	}
	two := func(make func(a, b float64) prior.Law) prior.Law {
		if len(numbers) != 2 {
			ok = false
			return nil
		}
		return make(numbers[0], numbers[1])
	}
	var law prior.Law
	switch name {
	case "uniform":
		law = two(func(a, b float64) prior.Law { return prior.Uniform{Low: a, High: b} })
	case "normal":
		law = two(func(a, b float64) prior.Law { return prior.Normal{Mu: a, Sigma: b} })
	case "lognormal":
		law = two(func(a, b float64) prior.Law { return prior.LogNormal{Mu: a, Sigma: b} })
	case "gamma":
		law = two(func(a, b float64) prior.Law { return prior.Gamma{Shape: a, Rate: b} })
	case "beta":
		law = two(func(a, b float64) prior.Law { return prior.Beta{A: a, B: b} })
	case "halfnormal":
		law = prior.HalfNormal{Sigma: numbers[0]}
		ok = ok && len(numbers) == 1
	default:
		ok = false
	}
	if !ok {
		return nil, fmt.Errorf("%q is no law: write uniform(low,high), normal(mean,sd), halfnormal(sd), lognormal(mu,sigma), gamma(shape,rate) or beta(a,b)", text)
	}
	return law, law.Validate()
}

// point returns the parameters given as NAME=VALUE, all of them.
func (m *smcModel) point(settings []string) ([]float64, error) {
	texts, err := splitSettings(settings, "param")
	if err != nil {
		return nil, err
	}
	theta := make([]float64, len(m.space))
	for i, name := range m.space.Names() {
		text, ok := texts[name]
		if !ok {
			return nil, failf(usage, "--param %s=VALUE is missing: a filter needs all of %s", name, strings.Join(m.space.Names(), ", "))
		}
		if theta[i], err = strconv.ParseFloat(text, 64); err != nil {
			return nil, failf(usage, "--param %s=%s: not a number", name, text)
		}
		if low, high := domain(name); !(theta[i] >= low && theta[i] <= high) {
			return nil, failf(usage, "--param %s=%s: the parameter makes sense from %g to %g", name, text, low, high)
		}
		delete(texts, name)
	}
	for name := range texts {
		return nil, failf(usage, "--param: no parameter %s, there are %s", name, strings.Join(m.space.Names(), ", "))
	}
	return theta, nil
}
