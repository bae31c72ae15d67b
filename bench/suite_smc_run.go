package bench

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/models"
	"github.com/quatre-ppl/quatre/smc/prior"
	"github.com/quatre-ppl/quatre/smc/smc2"
	"github.com/quatre-ppl/quatre/smc/sqmc"
)

//go:embed smc_problems.json
var smcProblemsText []byte

// smcProblem is data with what is known about them. Means and standard
// deviations are of the posterior: long chains of particle marginal
// Metropolis–Hastings and importance sampling together, of the largest problem
// importance sampling alone (smc/smc2/testdata).
type smcProblem struct {
	Y              []float64
	LogEvidence    *float64 `json:"log_evidence"`
	Mu, Phi, Sigma float64
	Population     float64
	Mean, SD       []float64
}

func readSMCProblem(name string) (*smcProblem, error) {
	var all map[string]*smcProblem
	if err := json.Unmarshal(smcProblemsText, &all); err != nil {
		return nil, fmt.Errorf("bench: problems of sequential Monte Carlo: %w", err)
	}
	p, ok := all[name]
	if !ok {
		return nil, fmt.Errorf("bench: no problem %q of sequential Monte Carlo", name)
	}
	return p, nil
}

// epidemic is SEIR as in the problems; rates are those of theta.
func (p *smcProblem) epidemic(theta []float64) (smc.Model, error) {
	return models.Epidemic{
		Population: p.Population, Infected: 5, Beta: theta[0], Sigma: theta[1], Gamma: theta[2],
		Report: models.NegBinomialReport{Coordinate: models.NewCases, Fraction: 1, Floor: 0.1, Size: 10},
	}.SEIR()
}

// runFilters runs a filter many times.
func runFilters(ctx context.Context, t *Trial) (Figures, error) {
	var p smcParams
	if err := t.Read(&p); err != nil {
		return nil, err
	}
	d, err := readSMCProblem(p.Problem)
	if err != nil {
		return nil, err
	}
	run, err := p.filter(d, t.key())
	if err != nil {
		return nil, err
	}
	seconds, logs := make([]float64, p.Repeats), make([]float64, p.Repeats)
	for r := range p.Repeats {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		began := time.Now()
		if logs[r], err = run(uint64(r)); err != nil {
			return nil, err
		}
		seconds[r] = time.Since(began).Seconds()
	}
	_, sd := moments(logs)
	f := Figures{nsStep: 1e9 * slices.Min(seconds) / float64(p.Particles*len(d.Y)), "seconds": sum(seconds), "sd": sd}
	if d.LogEvidence != nil && p.Repeats > 2 {
		for r := range logs {
			logs[r] = math.Exp(logs[r] - *d.LogEvidence)
		}
		mean, sd := moments(logs)
		f["z"] = (mean - 1) / (sd / math.Sqrt(float64(p.Repeats)))
	}
	return f, nil
}

// moments returns the mean and the standard deviation.
func moments(x []float64) (mean, sd float64) {
	mean = sum(x) / float64(len(x))
	squares := 0.0
	for _, v := range x {
		squares += float64((v - mean) * (v - mean))
	}
	return mean, math.Sqrt(squares / float64(len(x)-1))
}

// filter returns a run of the case's filter, which gives the log evidence.
func (p *smcParams) filter(d *smcProblem, key rng.Key) (func(r uint64) (float64, error), error) {
	data := smc.Series(d.Y)
	if p.Kind == "sqmc" {
		model := &models.StochasticVolatility{Mu: d.Mu, Phi: d.Phi, Sigma: d.Sigma}
		f, err := sqmc.New(model, data, key, p.Particles)
		return func(r uint64) (float64, error) {
			f.Reset(model, data, key.Child("run", r))
			for f.Step() {
			}
			return f.LogEvidence(), f.Err()
		}, err
	}
	var model smc.Model = &models.StochasticVolatility{Mu: d.Mu, Phi: d.Phi, Sigma: d.Sigma}
	if d.Population > 0 {
		var err error
		if model, err = d.epidemic([]float64{0.3, 0.2, 0.1}); err != nil {
			return nil, err
		}
	}
	target := smc.Bootstrap(model, data)
	f, err := smc.NewFilter(target, key, smc.Options{Particles: p.Particles, Threshold: 1})
	return func(r uint64) (float64, error) {
		f.Reset(target, key.Child("run", r))
		for f.Step() {
		}
		return f.LogEvidence(), f.Err()
	}, err
}

// runSMC2 learns the parameters of an epidemic.
func runSMC2(ctx context.Context, t *Trial) (Figures, error) {
	var p smcParams
	if err := t.Read(&p); err != nil {
		return nil, err
	}
	d, err := readSMCProblem(p.Problem)
	if err != nil {
		return nil, err
	}
	family := prior.Family{
		Space: prior.Space{
			{Name: "beta", Law: prior.Uniform{Low: 0.05, High: 0.85}}, {Name: "sigma", Law: prior.Uniform{Low: 0.05, High: 0.45}},
			{Name: "gamma", Law: prior.Uniform{Low: 0.05, High: 0.30}},
		},
		Model: d.epidemic,
	}
	began := time.Now()
	s, err := smc2.New(family, t.key(), smc2.Options{
		Theta: p.Theta, States: p.States, MaxStates: p.States, Moves: p.Moves, Window: p.Window, Workers: t.Cores,
	})
	if err != nil {
		return nil, err
	}
	for _, y := range d.Y {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := s.Observe(smc.Obs{Y: []float64{y}}); err != nil {
			return nil, err
		}
	}
	f := Figures{"seconds": time.Since(began).Seconds(), "beta": s.Mean(0), "beta sd": s.SD(0), "log evidence": s.LogEvidence()}
	if d.Mean != nil {
		squares, logs := 0.0, 0.0
		for k := range family.Space {
			z := (s.Mean(k) - d.Mean[k]) / d.SD[k]
			squares += float64(z * z)
			logs += math.Log(s.SD(k) / d.SD[k])
		}
		n := float64(len(family.Space))
		f["error"], f["sd ratio"] = math.Sqrt(squares/n), math.Exp(logs/n)
	}
	return f, nil
}

// runForever takes many observations and compares late ones with early ones.
func runForever(ctx context.Context, t *Trial) (Figures, error) {
	var p smcParams
	if err := t.Read(&p); err != nil {
		return nil, err
	}
	model := func(phi, q float64) (smc.Model, error) {
		return models.NewLinearGaussian(models.LinearGaussianParameters{
			F: [][]float64{{phi}}, Q: [][]float64{{q}}, H: [][]float64{{1}}, R: [][]float64{{0.3}}, M0: []float64{0}, P0: [][]float64{{1}},
		})
	}
	family := prior.Family{
		Space: prior.Space{{Name: "phi", Law: prior.Uniform{Low: -1, High: 1}}, {Name: "q", Law: prior.Gamma{Shape: 2, Rate: 4}}},
		Model: func(theta []float64) (smc.Model, error) { return model(theta[0], theta[1]) },
	}
	s, err := smc2.New(family, t.key(), smc2.Options{
		Theta: p.Theta, States: p.States, MaxStates: p.States, Moves: p.Moves, Window: p.Window, Workers: t.Cores,
	})
	if err != nil {
		return nil, err
	}
	src, x := t.key().Child("data").Stream(), 0.0
	var parts [10]float64
	for part := range parts {
		began := time.Now()
		for range p.Length / len(parts) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			x = 0.8*x + math.Sqrt(0.5)*src.Normal()
			if err := s.Observe(smc.Obs{Y: []float64{x + math.Sqrt(0.3)*src.Normal()}}); err != nil {
				return nil, err
			}
		}
		parts[part] = time.Since(began).Seconds()
	}
	return Figures{"seconds": sum(parts[:]), "growth": parts[9] / parts[2], "log evidence": s.LogEvidence()}, nil
}
