package sqmc_test

import (
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/internal/problems"
	"github.com/quatre-ppl/quatre/smc/models"
	"github.com/quatre-ppl/quatre/smc/sqmc"
)

// TestEvidence_IsUnbiasedAndVariesLittle compares with the exact answers, and
// the variance of the log evidence with that of as many runs of a plain filter.
// For stochastic volatility it must be a ninth at most; in four dimensions, where
// there is little to gain, it must not be larger: a ratio beyond the quantile of
// Fisher's law for a false alarm of 1e-5.
func TestEvidence_IsUnbiasedAndVariesLittle(t *testing.T) {
	var volatility problems.SV
	problems.Read(t, "sv", &volatility)
	var four problems.LG4
	problems.Read(t, "lg4", &four)
	plane, err := models.NewLinearGaussian(models.LinearGaussianParameters{
		F: four.Model.F, Q: four.Model.Q, H: four.Model.H, R: four.Model.R, M0: four.Model.M0, P0: four.Model.P0,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		model     smc.Inverse
		data      []smc.Obs
		evidence  float64
		gains     bool
		particles int
	}{
		{"sv", &models.StochasticVolatility{Mu: volatility.Model.Mu, Phi: volatility.Model.Phi, Sigma: volatility.Model.S}, smc.Series(volatility.Y), volatility.Answers.LogLik, true, 1024},
		{"lg4", plane, smc.Rows(four.Y[:20]), four.Answers.LogLikT[19], false, 1024},
	} {
		runs, quantile := 40, 4.17 // of F(39, 39)
		if testing.Short() {
			runs, quantile = 10, 31.1 // of F(9, 9)
		}
		most := quantile
		if c.gains {
			most = 1.0 / 9
		}
		ratios, logs := make([]float64, runs), make([]float64, runs)
		f, err := sqmc.New(c.model, c.data, rng.NewKey(0), c.particles)
		if err != nil {
			t.Fatal(err)
		}
		for r := range ratios {
			f.Reset(c.model, c.data, rng.NewKey(91).Child(c.name, uint64(r)))
			for f.Step() {
			}
			if f.Err() != nil {
				t.Fatal(f.Err())
			}
			logs[r] = f.LogEvidence() - c.evidence
			ratios[r] = math.Exp(logs[r])
		}
		mean, se := check.MeanError(ratios)
		check.Close(t, mean, 1, check.Z(5, se), c.name)
		plain := make([]float64, runs)
		for r := range plain {
			f, err := smc.NewFilter(smc.Bootstrap(c.model, c.data), rng.NewKey(92).Child(c.name, uint64(r)), smc.Options{Particles: c.particles})
			if err != nil {
				t.Fatal(err)
			}
			for f.Step() {
			}
			plain[r] = f.LogEvidence()
		}
		_, se = check.MeanError(logs)
		_, plainSE := check.MeanError(plain)
		if ratio := se * se / (plainSE * plainSE); !(ratio <= most) {
			t.Errorf("%s: the variance of the log evidence is %v times that of a plain filter, want at most %v", c.name, ratio, most)
		}
		if c.name == "sv" {
			want := volatility.Answers.FilterMean[len(volatility.Y)-1]
			check.Close(t, f.Mean(0), want, check.Z(5, 0.01), "mean")
		}
	}
}

// broken gives weights that are none.
type broken struct {
	models.StochasticVolatility
	value float64
}

func (b *broken) LogWeight(dst []float64, o *smc.Obs, p *smc.Particles) error {
	for i := range dst {
		dst[i] = b.value
	}
	return nil
}

func TestFilter_NamesBadWeights(t *testing.T) {
	for want, value := range map[string]float64{"particle 0 is NaN": math.NaN(), "have weight 0": math.Inf(-1)} {
		b := &broken{models.StochasticVolatility{Phi: 0.5, Sigma: 1}, value}
		f, err := sqmc.New(b, smc.Series([]float64{1, 2}), rng.NewKey(1), 8)
		if err != nil {
			t.Fatal(err)
		}
		if f.Step() || f.Err() == nil || !strings.Contains(f.Err().Error(), want) || f.Steps() != 0 {
			t.Errorf("error %v, want one with %q", f.Err(), want)
		}
	}
	if _, err := sqmc.New(&broken{}, nil, rng.NewKey(1), 0); err == nil {
		t.Error("no error for no particles")
	}
}

func TestPackage_HasTheSameBitsWithFusedArithmetic(t *testing.T) { check.NoFusion(t, ".") }

// BenchmarkStochasticVolatility reports nanoseconds per particle and step.
func BenchmarkStochasticVolatility(b *testing.B) {
	sv := &models.StochasticVolatility{Mu: -1, Phi: 0.95, Sigma: 0.2}
	src := rng.NewKey(3).Stream()
	y := make([]float64, 20)
	for i := range y {
		y[i] = 0.6 * src.Normal()
	}
	data := smc.Series(y)
	f, err := sqmc.New(sv, data, rng.NewKey(1), 8192)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		f.Reset(sv, data, rng.NewKey(1))
		for f.Step() {
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/8192/20, "ns/particle-step")
}
