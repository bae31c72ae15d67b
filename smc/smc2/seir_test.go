package smc2_test

import (
	"math"
	"os"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/internal/problems"
	"github.com/quatre-ppl/quatre/smc/models"
	"github.com/quatre-ppl/quatre/smc/prior"
	"github.com/quatre-ppl/quatre/smc/smc2"
)

// epidemic is the inference of the SEIR problems: constant rates, uniform
// priors.
func epidemic(population float64) smc2.Problem {
	return smc2.Problem{
		Space: prior.Space{
			{Name: "beta", Law: prior.Uniform{Low: 0.05, High: 0.85}}, {Name: "sigma", Law: prior.Uniform{Low: 0.05, High: 0.45}},
			{Name: "gamma", Law: prior.Uniform{Low: 0.05, High: 0.30}},
		},
		Model: func(theta []float64) (smc.Model, error) {
			return models.Epidemic{
				Population: population, Infected: 5, Beta: theta[0], Sigma: theta[1], Gamma: theta[2],
				Report: models.NegBinomialReport{Coordinate: models.NewCases, Fraction: 1, Floor: 0.1, Size: 10},
			}.SEIR()
		},
	}
}

// observe runs a sampler over a series.
func observe(t testing.TB, s *smc2.Sampler, y []float64) {
	t.Helper()
	for _, v := range y {
		if err := s.Observe(smc.Obs{Y: []float64{v}}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSMC2_HasTheReferencePosterior compares evidence and posterior means of
// the smallest SEIR problem, averaged over runs, with the references: 4.5
// standard errors of the runs' scatter and the references' own.
func TestSMC2_HasTheReferencePosterior(t *testing.T) {
	if testing.Short() {
		t.Skip("several runs of SMC²")
	}
	var sets problems.SEIR
	problems.Read(t, "seir", &sets)
	var refs problems.References
	problems.Read(t, "reference_mc", &refs)
	set := sets.Sets["smoke"]
	const runs = 5
	evidence := make([]float64, runs)
	means := map[string][]float64{}
	sds := map[string][]float64{}
	for r := range runs {
		s, err := smc2.New(epidemic(float64(set.N)), rng.NewKey(71).Child("run", uint64(r)), smc2.Options{Theta: 150, States: 80})
		if err != nil {
			t.Fatal(err)
		}
		observe(t, s, set.Y)
		evidence[r] = math.Exp(s.LogEvidence() - refs.Evidence["smoke"].LogEvidence)
		for d, p := range s.Space() {
			means[p.Name] = append(means[p.Name], s.Mean(d))
			sds[p.Name] = append(sds[p.Name], s.SD(d))
		}
		total := s.Total()
		t.Logf("log evidence %.3f, beta %.4f, %d rejuvenations, %.2f accepted", s.LogEvidence(), s.Mean(0), total.Count, total.AcceptRate())
	}
	mean, se := check.MeanError(evidence)
	check.Close(t, mean, 1, check.Z(4.5, math.Hypot(se, refs.Evidence["smoke"].SE)), "evidence")
	for name, m := range means {
		ref := refs.Posterior["smoke"][name].(map[string]any)
		mean, se := check.MeanError(m)
		check.Close(t, mean, ref["mean"].(float64), check.Z(4.5, math.Hypot(se, ref["mcse"].(float64))), "mean of", name)
		mean, se = check.MeanError(sds[name])
		check.Close(t, mean, ref["sd"].(float64), check.Z(4.5, math.Hypot(se, ref["mcse"].(float64))), "sd of", name)
	}
}

// TestSMC2_HasTheReferencesOfLargerSets compares the whole posterior, that of
// all runs together, with references by long chains: 4.5 standard errors of the
// runs and of the references, and a tenth of a standard deviation for the finite
// number of parameter particles (for high-rejuv, where the model contradicts the
// data and few of the first particles lie near the posterior, a quarter). It
// takes minutes, so it runs only where QUATRE_LONG is set.
func TestSMC2_HasTheReferencesOfLargerSets(t *testing.T) {
	if os.Getenv("QUATRE_LONG") == "" {
		t.Skip("takes minutes; set QUATRE_LONG=1")
	}
	var sets problems.SEIR
	problems.Read(t, "seir", &sets)
	var refs problems.References
	problems.Read(t, "reference_mc", &refs)
	const runs = 8
	for name, allowed := range map[string]float64{"medium": 0.1, "high-rejuv": 0.25} {
		set := sets.Sets[name]
		means, squares := map[string][]float64{}, map[string][]float64{}
		for r := range runs {
			s, err := smc2.New(epidemic(float64(set.N)), rng.NewKey(72).Child(name, uint64(r)), smc2.Options{Theta: 400, States: 100, Workers: 2})
			if err != nil {
				t.Fatal(err)
			}
			observe(t, s, set.Y)
			t.Logf("%s: log evidence %.2f, beta %.4f (%.4f), %d states", name, s.LogEvidence(), s.Mean(0), s.SD(0), s.States())
			for d, p := range s.Space() {
				means[p.Name] = append(means[p.Name], s.Mean(d))
				squares[p.Name] = append(squares[p.Name], s.SD(d)*s.SD(d))
			}
		}
		for parameter, m := range means {
			ref := refs.Posterior[name][parameter].(map[string]any)
			refSD, mcse := ref["sd"].(float64), ref["mcse"].(float64)
			mean, se := check.MeanError(m)
			check.Close(t, mean, ref["mean"].(float64), check.Z(4.5, math.Hypot(math.Hypot(se, mcse), allowed*refSD/4.5)), name, "mean of", parameter)
			// Variance within runs and between them.
			within, withinSE := check.MeanError(squares[parameter])
			sd := math.Sqrt(within + se*se*runs)
			sdSE := math.Hypot(withinSE/(2*sd), refSD/math.Sqrt(2*ref["ess"].(float64)))
			check.Close(t, sd, refSD, check.Z(4.5, math.Hypot(sdSE, allowed*refSD/4.5)), name, "sd of", parameter)
		}
	}
}

// BenchmarkSEIR runs online SMC² over the SEIR problems at the sizes given with
// them, on two workers.
func BenchmarkSEIR(b *testing.B) {
	var sets problems.SEIR
	problems.Read(b, "seir", &sets)
	for _, name := range []string{"smoke", "medium", "high-rejuv", "full-scale", "memory-T500"} {
		set := sets.Sets[name]
		for _, window := range []int{0, set.SMC2.Window} {
			kind := "full"
			if window > 0 {
				kind = "online"
			}
			b.Run(name+"/"+kind, func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					s, err := smc2.New(epidemic(float64(set.N)), rng.NewKey(uint64(i)), smc2.Options{
						Theta: set.SMC2.NTheta, States: set.SMC2.NX, MaxStates: set.SMC2.NX, Window: window, Moves: set.SMC2.Moves, Workers: 2,
					})
					if err != nil {
						b.Fatal(err)
					}
					observe(b, s, set.Y)
					total := s.Total()
					b.Logf("%s %s: log evidence %.2f beta %.4f (%.4f) sigma %.4f (%.4f) gamma %.4f (%.4f); %d rejuvenations, %.2f accepted", name, kind,
						s.LogEvidence(), s.Mean(0), s.SD(0), s.Mean(1), s.SD(1), s.Mean(2), s.SD(2), total.Count, total.AcceptRate())
				}
			})
		}
	}
}
