package prior

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// shifted is a law on (−∞, 2).
type shifted struct{ Gamma }

func (l shifted) LogDensity(x float64) float64 { return l.Gamma.LogDensity(2 - x) }
func (l shifted) Draw(src *rng.Stream) float64 { return 2 - l.Gamma.Draw(src) }
func (l shifted) Support() (low, high float64) { return math.Inf(-1), 2 }

func laws() Space {
	return Space{
		{"uniform", Uniform{-1, 3}}, {"normal", Normal{1, 2}}, {"half normal", HalfNormal{2}}, {"log normal", LogNormal{0.3, 0.5}},
		{"gamma", Gamma{3, 2}}, {"beta", Beta{2, 3}}, {"bounded above", shifted{Gamma{3, 2}}},
	}
}

// TestLaws_AreThoseOfTheirDraws integrates each density on the whole line,
// where it must sum to 1, and compares draws with it (Kolmogorov and Smirnov),
// a false alarm with probability 1e-5 each.
func TestLaws_AreThoseOfTheirDraws(t *testing.T) {
	for _, p := range laws() {
		s := Space{p}
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		const from, h, cells = -25.0, 0.002, 25000
		cdf := make([]float64, cells+1)
		var theta, z [1]float64
		for i := range cells {
			z[0] = from + (float64(i)+0.5)*h
			cdf[i+1] = cdf[i] + h*math.Exp(s.LogDensityAt(theta[:], z[:]))
		}
		check.Close(t, cdf[cells], 1, check.FD, p.Name)
		src := rng.NewKey(61).Child(p.Name).Stream()
		sample := make([]float64, 4000)
		for i := range sample {
			s.Draw(theta[:], src)
			s.Unconstrain(z[:], theta[:])
			sample[i] = z[0]
			back := theta[0]
			s.Constrain(theta[:], z[:])
			check.Close(t, theta[0], back, check.Rel.Scaled(1), p.Name, "there and back")
		}
		_, pValue := check.KolmogorovSmirnov(sample, func(x float64) float64 {
			return cdf[min(max(int((x-from)/h), 0), cells)]
		})
		check.PValue(t, pValue, 1e-5, p.Name)
	}
}

func TestLaws_HaveNoMassOutside(t *testing.T) {
	for _, c := range []struct {
		law Law
		x   float64
	}{{Uniform{0, 1}, 1.5}, {Uniform{0, 1}, math.NaN()}, {HalfNormal{1}, -1}, {LogNormal{0, 1}, -1}, {Gamma{1, 1}, -1}, {Beta{1, 1}, 2}} {
		check.Close(t, c.law.LogDensity(c.x), math.Inf(-1), check.Exact, c.law)
	}
}

func TestSpace_NamesWhatIsNoPrior(t *testing.T) {
	for _, s := range []Space{
		nil, {{"", Normal{0, 1}}}, {{"a", nil}}, {{"a", Normal{0, 1}}, {"a", Normal{0, 1}}}, {{"a", Uniform{1, 1}}}, {{"a", Normal{0, -1}}},
		{{"a", HalfNormal{0}}}, {{"a", LogNormal{math.NaN(), 1}}}, {{"a", Gamma{0, 1}}}, {{"a", Beta{1, 0}}},
	} {
		if s.Validate() == nil {
			t.Errorf("%v passes for a prior", s)
		}
	}
}

func TestPackage_HasTheSameBitsWithFusedArithmetic(t *testing.T) { check.NoFusion(t, ".") }
