package bart

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// TestPolyaGamma_HasItsLaplaceTransform compares E exp(−tω) with its closed form
// (Polson, Scott and Windle 2013, section 2.2), (cosh(z/2)/cosh(√(t/2 + z²/4)))^b, at a t where the
// whole law matters. Of 21 comparisons one is beyond 4.5 standard errors with
// probability 1.4e-4; the approximations are within 1e-3.
func TestPolyaGamma_HasItsLaplaceTransform(t *testing.T) {
	draws := 6000
	if testing.Short() {
		draws = 1000
	}
	src := rng.NewKey(4).Stream()
	for _, z := range []float64{0, 0.003, 1, 3, 12, 60, 800} {
		for _, b := range []float64{1, 2.5, 13} {
			mean, _ := polyaGammaMoments(z)
			at := 1 / (b * mean)
			sample := make([]float64, draws)
			for i := range sample {
				sample[i] = math.Exp(-at * polyaGamma(src, b, z))
			}
			got, se := check.MeanError(sample)
			logCosh := func(x float64) float64 { return x + math.Log1p(math.Exp(-2*x)) - math.Ln2 }
			want := math.Exp(b * (logCosh(z/2) - logCosh(math.Sqrt(at/2+z*z/4))))
			check.Close(t, got, want, check.Z(4.5, se+1e-3/4.5), fmt.Sprintf("PG(%v, %v)", b, z))
		}
	}
}

func TestTruncatedNormal_HasItsLaw(t *testing.T) {
	src := rng.NewKey(2).Stream()
	inf := math.Inf(1)
	for _, r := range [][2]float64{{-1, 0.5}, {2, 3}, {6, inf}, {-inf, -5}, {-0.1, inf}, {5, 5.1}, {-9, -8}} {
		sample := make([]float64, 2000)
		for i := range sample {
			sample[i] = truncated(src, r[0], r[1])
			if sample[i] < r[0] || sample[i] > r[1] {
				t.Fatalf("%v outside of %v", sample[i], r)
			}
		}
		low, high, flip := r[0], r[1], 1.0
		if low > 0 {
			low, high, flip = -high, -low, -1 // where tail probabilities are accurate
		}
		cdf := func(x float64) float64 {
			u := (elem.NormCDF(flip*x) - elem.NormCDF(low)) / (elem.NormCDF(high) - elem.NormCDF(low))
			if flip < 0 {
				return 1 - u
			}
			return u
		}
		_, p := check.KolmogorovSmirnov(sample, cdf)
		check.PValue(t, p, 1e-6, "range", r)
	}
}

// respond returns rows whose f is a step and a slope, with a response from a family.
func respond(n int, family Family, seed uint64) (d *Data, f []float64) {
	src := rng.NewKey(seed).Stream()
	d = &Data{Columns: []Column{{Name: "a", Values: make([]float64, n)}, {Name: "b", Values: make([]float64, n)}}, Y: make([]float64, n)}
	f = make([]float64, n)
	if family == Survival {
		d.Censored = make([]bool, n)
	}
	for i := range f {
		a, b := src.Float64(), src.Float64()
		d.Columns[0].Values[i], d.Columns[1].Values[i] = a, b
		f[i] = 2*a - 1
		if b > 0.6 {
			f[i]++
		}
		switch family {
		case Probit:
			d.Y[i] = float64(rng.Bernoulli(src, elem.NormCDF(f[i])))
		case Logistic:
			d.Y[i] = float64(rng.Bernoulli(src, elem.InvLogit(2*f[i])))
			f[i] *= 2
		case Ordinal:
			z := f[i] + src.Normal()
			for _, threshold := range []float64{-0.5, 0.4, 1.5} {
				if z > threshold {
					d.Y[i]++
				}
			}
		case NegativeBinomial:
			d.Y[i] = rng.NegBinomial2(src, 3*math.Exp(f[i]), 3)
		case Survival:
			d.Y[i] = math.Exp(f[i] + 0.5*src.Normal())
			if limit := 4 * src.Float64(); d.Y[i] > limit {
				d.Y[i], d.Censored[i] = limit, true
			}
		}
	}
	return d, f
}

// TestFit_FindsTheFunctionOfEachFamily compares f with the truth; the bounds are
// about 1.4 times what the run gives. The middle of f is not that of the truth in the other
// families.
func TestFit_FindsTheFunctionOfEachFamily(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many times")
	}
	for family, bound := range map[Family]float64{Probit: 0.5, Logistic: 0.6, Survival: 0.2} {
		t.Run(family.String(), func(t *testing.T) {
			d, _ := respond(500, family, 1)
			test, f := respond(200, family, 2)
			o := small
			o.Family, o.Trees = family, 30
			post := mustFit(t, d, o)
			pred, err := post.Predict(t.Context(), test, PredictOptions{Scale: FunctionScale})
			if err != nil {
				t.Fatal(err)
			}
			e := rootMeanSquare(pred.Mean, f)
			covered := 0.0
			for i := range f {
				if f[i] > pred.Quantiles[0][i] && f[i] < pred.Quantiles[2][i] {
					covered += 1 / float64(len(f))
				}
			}
			if e > bound || covered < 0.75 {
				t.Errorf("root mean square error %v, covered %v", e, covered)
			}
		})
	}
}

// TestPredict_GivesTheMeanResponse compares means over rows of responses and of
// what is predicted for them, which have a standard error of 3 to 5 %.
func TestPredict_GivesTheMeanResponse(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many times")
	}
	for _, family := range []Family{Probit, Logistic, Ordinal, NegativeBinomial} {
		t.Run(family.String(), func(t *testing.T) {
			d, _ := respond(500, family, 3)
			o := small
			o.Family, o.Trees = family, 15
			post := mustFit(t, d, o)
			want := 0.0
			for _, y := range d.Y {
				want += y / 500
			}
			for _, noise := range []bool{false, true} {
				pred, err := post.Predict(t.Context(), d, PredictOptions{Noise: noise, Draws: true})
				if err != nil {
					t.Fatal(err)
				}
				got := 0.0
				for k := range pred.Draws {
					for _, x := range pred.Draws[k] {
						got += x / 500 / float64(len(pred.Draws))
					}
				}
				if math.Abs(got-want) > 0.08*want {
					t.Errorf("noise %v: mean %v, want %v", noise, got, want)
				}
			}
		})
	}
}

func TestLevelProbabilities_AreTheLevelsShares(t *testing.T) {
	d, _ := respond(500, Ordinal, 3)
	o := small
	o.Family = Ordinal
	probabilities, err := mustFit(t, d, o).LevelProbabilities(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	for level, p := range probabilities {
		got, want := 0.0, 0.0
		for i, y := range d.Y {
			got += p[i] / 500
			if y == float64(level) {
				want += 1.0 / 500
			}
		}
		if math.Abs(got-want) > 0.04 {
			t.Errorf("level %d: mean probability %v, share %v", level, got, want)
		}
	}
}

// TestOrdinal_ShiftsAsThePriorSays moves the level of f by the law of the sum of the trees' means, and nothing
// that the likelihood sees. Two comparisons are beyond 4.5 standard errors with probability 1e-5.
func TestOrdinal_ShiftsAsThePriorSays(t *testing.T) {
	d, _ := respond(200, Ordinal, 4)
	o := small
	o.Family = Ordinal
	for _, basis := range [][]string{nil, {d.Columns[0].Name}} {
		o.Basis = basis
		s, err := NewSampler(d, o, rng.NewKey(4))
		if err != nil {
			t.Fatal(err)
		}
		c := s.chain
		for range 20 {
			s.Step()
		}
		l := c.likelihood.(*ordinal)
		width, scale2 := c.mean.model.values(), c.leaf.scale2
		if basis != nil {
			scale2 = c.linear.scale2
		}
		level := func() (sum, variance float64) {
			for j := range c.mean.trees {
				values, own := c.mean.trees[j].values, 0.0
				for k := 0; k < len(values); k += width {
					own += float64(values[k])
				}
				leaves := float64(len(values) / width)
				sum, variance = sum+own/leaves, variance+scale2/leaves
			}
			return sum, variance
		}
		gap, distance := l.thresholds[1]-l.thresholds[0], l.thresholds[0]-c.fitted(7)
		var sums, squares []float64
		for range 2000 {
			l.shift(c)
			sum, variance := level()
			sums, squares = append(sums, sum/math.Sqrt(variance)), append(squares, sum*sum/variance)
		}
		mean, se := check.MeanError(sums)
		check.Close(t, mean, 0, check.Z(4.5, se), "seed 4, level")
		mean, se = check.MeanError(squares)
		check.Close(t, mean, 1, check.Z(4.5, se), "seed 4, variance of the level")
		if now := l.thresholds[1] - l.thresholds[0]; math.Abs(now-gap) > 1e-9 {
			t.Errorf("thresholds %v apart, were %v", now, gap)
		}
		if now := l.thresholds[0] - c.fitted(7); math.Abs(now-distance) > 1e-3 { // 2000 roundings to 24 bits
			t.Errorf("f is %v below a threshold, was %v", now, distance)
		}
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	}
}

// TestCounts_DispersionMixes looks at counts that are hardly more spread out than Poisson ones, where r and the
// level of f are known together alone. The effective sample size is 380 of 400; it was 3 with r drawn given f
// alone.
func TestCounts_DispersionMixes(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many times")
	}
	d, f := respond(200, Gaussian, 5)
	src := rng.NewKey(5).Stream()
	for i := range f {
		d.Y[i] = rng.NegBinomial2(src, math.Exp(f[i]), 20)
	}
	post := mustFit(t, d, Options{Seed: 5, Family: NegativeBinomial, Trees: 20, Chains: 2, Burn: 100, Draws: 200})
	var dispersion [][]float64
	for i := range post.chains {
		dispersion = append(dispersion, post.chains[i].Aux)
	}
	if ess := diag.ESSBulk(dispersion); !(ess > 50) {
		t.Errorf("effective sample size %v of 400 draws of the dispersion", ess)
	}
}

// TestFit_FamiliesDependOnTheSeedAlone runs chains one after the other and at once.
func TestFit_FamiliesDependOnTheSeedAlone(t *testing.T) {
	for _, family := range []Family{Logistic, Ordinal, NegativeBinomial, Survival} {
		d, _ := respond(60, family, 6)
		o := Options{Seed: 6, Family: family, Trees: 5, Chains: 4, Burn: 5, Draws: 5, Workers: 4}
		want := predict(t, mustFit(t, d, o), d).Draws
		o.Workers = 1
		for k, draw := range predict(t, mustFit(t, d, o), d).Draws {
			check.CloseSlice(t, draw, want[k], check.Exact, family, "draw", k)
		}
	}
}

func TestSurvivalCurve_FallsFromOne(t *testing.T) {
	d, f := respond(400, Survival, 3)
	o := small
	o.Family = Survival
	times := []float64{1e-6, 0.5, 1, 2, 1e6}
	curve, err := mustFit(t, d, o).SurvivalCurve(t.Context(), d, times)
	if err != nil {
		t.Fatal(err)
	}
	for j := range times {
		got, want := 0.0, 0.0
		for i := range f {
			got += curve[j][i] / 400
			want += elem.NormCDF((f[i]-math.Log(times[j]))/0.5) / 400
		}
		if math.Abs(got-want) > 0.05 {
			t.Errorf("time %v: %v survive, want %v", times[j], got, want)
		}
	}
}

func TestFit_RefusesResponsesThatAFamilyCannotHave(t *testing.T) {
	for family, y := range map[Family]float64{Probit: 2, Logistic: 0.5, Ordinal: -1, NegativeBinomial: 1.5, Survival: 0} {
		d := &Data{Columns: []Column{{Name: "x", Values: []float64{1, 2}}}, Y: []float64{1, y}}
		o := small
		o.Family = family
		if _, err := Fit(t.Context(), d, o); err == nil || !strings.Contains(err.Error(), "y, row 2") {
			t.Errorf("%v: error %v", family, err)
		}
	}
}
