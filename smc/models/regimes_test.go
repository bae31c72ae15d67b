package models

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/hmm"
)

func regimes(t *testing.T) *Switching {
	t.Helper()
	m, err := NewSwitching(Switching{
		Chain:   hmm.Model{Initial: []float64{0.5, 0.5}, Transition: [][]float64{{0.9, 0.1}, {0.2, 0.8}}},
		Regimes: []Regime{{A: 0.9, Q: 0.3, C: 1, R: 0.5}, {A: 0.2, B: 1, Q: 1, C: 1, D: 0.5, R: 0.4}}, M0: 0.3, SD0: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var switched = []float64{0.2, 1.4, 2.5, math.NaN(), 0.3, -0.2, 0.1}

// enumerate sums over all sequences of regimes, each with a Kalman filter.
func enumerate(m *Switching, y []float64) float64 {
	total := 0.0
	for code := range 1 << len(y) {
		logp, mean, variance, before := 0.0, m.M0, m.SD0*m.SD0, 0
		for t, v := range y {
			k := code >> t & 1
			r := m.Regimes[k]
			if t == 0 {
				logp += math.Log(m.Chain.Initial[k])
			} else {
				logp += math.Log(m.Chain.Transition[before][k])
				mean, variance = r.A*mean+r.B, r.A*r.A*variance+r.Q*r.Q
			}
			before = k
			if math.IsNaN(v) {
				continue
			}
			s := r.C*r.C*variance + r.R*r.R
			gap := v - r.C*mean - r.D
			logp -= 0.5 * (gap*gap/s + math.Log(2*math.Pi*s))
			gain := r.C * variance / s
			mean, variance = mean+gain*gap, variance-gain*r.C*variance
		}
		total += math.Exp(logp)
	}
	return math.Log(total)
}

// TestSwitching_HasTheEnumeratedEvidence: all forms are unbiased, 4.5 standard
// errors of 200 runs, and the collapsed ones vary less.
func TestSwitching_HasTheEnumeratedEvidence(t *testing.T) {
	m := regimes(t)
	want := enumerate(m, switched)
	var spread [3]float64
	for form, model := range []smc.Model{m, m.Collapsed(), m.CollapsedRegimes()} {
		target := smc.Bootstrap(model, smc.Series(switched))
		f, err := smc.NewFilter(target, rng.NewKey(0), smc.Options{Particles: 200})
		if err != nil {
			t.Fatal(err)
		}
		ratios := make([]float64, 200)
		for r := range ratios {
			f.Reset(target, rng.NewKey(56).Child("run", uint64(form), uint64(r)))
			for f.Step() {
			}
			if f.Err() != nil {
				t.Fatal(f.Err())
			}
			ratios[r] = math.Exp(f.LogEvidence() - want)
		}
		mean, se := check.MeanError(ratios)
		check.Close(t, mean, 1, check.Z(4.5, se), "form", form)
		spread[form] = se
	}
	t.Logf("standard errors %.4f", spread)
	if spread[1] > 0.8*spread[0] || spread[2] > spread[0] {
		t.Errorf("standard errors %v: the collapsed forms should vary less", spread)
	}
}

// TestOrnsteinUhlenbeck_AgreesAtIrregularTimes compares with the Kalman filter
// by hand, and two short moves with a long one.
func TestOrnsteinUhlenbeck_AgreesAtIrregularTimes(t *testing.T) {
	m := &OrnsteinUhlenbeck{Mean: 1, Rate: 0.5, Sigma: 0.8, Noise: 0.4}
	times, y := []float64{0.5, 0.7, 3, 3.1, 9}, []float64{1.2, 0.9, 2, 1.7, 0.2}
	data, err := smc.At(smc.Series(y), 0, times)
	if err != nil {
		t.Fatal(err)
	}
	want, mean, variance := 0.0, m.Mean, m.Sigma*m.Sigma/(2*m.Rate)
	for i := range y {
		if i > 0 {
			remains, sd := m.law(times[i] - times[i-1])
			mean, variance = m.Mean+remains*(mean-m.Mean), remains*remains*variance+sd*sd
		}
		s := variance + m.Noise*m.Noise
		want -= 0.5 * ((y[i]-mean)*(y[i]-mean)/s + math.Log(2*math.Pi*s))
		gain := variance / s
		mean, variance = mean+gain*(y[i]-mean), variance*(1-gain)
	}
	target := smc.Bootstrap(m, data)
	ratios := make([]float64, 200)
	f, err := smc.NewFilter(target, rng.NewKey(0), smc.Options{Particles: 200})
	if err != nil {
		t.Fatal(err)
	}
	for r := range ratios {
		f.Reset(target, rng.NewKey(57).Child("run", uint64(r)))
		for f.Step() {
		}
		ratios[r] = math.Exp(f.LogEvidence() - want)
	}
	got, se := check.MeanError(ratios)
	check.Close(t, got, 1, check.Z(4.5, se))
	short, shortSD := m.law(0.3)
	rest, restSD := m.law(1.1)
	long, longSD := m.law(1.4)
	check.Close(t, short*rest, long, check.Rel)
	check.Close(t, math.Hypot(rest*shortSD, restSD), longSD, check.Rel)
	if _, err := smc.At(smc.Series(y), 0, []float64{1, 2, 2, 3, 4}); err == nil {
		t.Error("no error for times that do not increase")
	}
	if _, err := smc.At(smc.Series(y), 0, times[:2]); err == nil {
		t.Error("no error for too few times")
	}
}

func TestSwitching_NamesWhatIsWrong(t *testing.T) {
	chain := hmm.Model{Initial: []float64{1}, Transition: [][]float64{{1}}}
	for _, s := range []Switching{{}, {Chain: chain}, {Chain: chain, Regimes: []Regime{{}}}, {Chain: chain, Regimes: []Regime{{Q: 1, R: 1}}, SD0: -1}} {
		if _, err := NewSwitching(s); err == nil {
			t.Errorf("%+v passes", s)
		}
	}
}
