package hmm

import (
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/smc/internal/problems"
)

func TestModel_AgreesWithTheReference(t *testing.T) {
	var p problems.HMM3
	problems.Read(t, "hmm3", &p)
	m := &Model{p.Model.Initial, p.Model.Transition}
	emission := make([][]float64, len(p.Y))
	for i, y := range p.Y {
		emission[i] = make([]float64, 3)
		for k := range 3 {
			z := (y - p.Model.Mean[k]) / p.Model.SD[k]
			emission[i][k] = -z*z/2 - math.Log(p.Model.SD[k]) - 0.5*math.Log(2*math.Pi)
		}
	}
	f, err := m.Filter(emission)
	if err != nil {
		t.Fatal(err)
	}
	smooth := m.Smooth(f)
	sum := 0.0
	for i := range emission {
		sum += f.LogLikelihood[i]
		check.Close(t, sum, p.Answers.LogLikT[i], check.Rel, "log likelihood", i)
		check.CloseSlice(t, f.Prob[i], p.Answers.Filter[i], check.Rel.Scaled(1), "filter", i)
		check.CloseSlice(t, smooth[i], p.Answers.Smooth[i], check.Rel.Scaled(1), "smooth", i)
	}
	check.Close(t, f.Total(), p.Answers.LogLik, check.Rel)
	path, logProb := m.Viterbi(emission)
	if !slices.Equal(path, p.Answers.Viterbi) {
		t.Errorf("path %v, want %v", path, p.Answers.Viterbi)
	}
	check.Close(t, logProb, p.Answers.ViterbiLogProb, check.Rel)
}

// TestModel_AgreesWithEnumeration sums over all paths of a small chain with a
// state that cannot be left.
func TestModel_AgreesWithEnumeration(t *testing.T) {
	m := &Model{[]float64{0.6, 0.4}, [][]float64{{0.7, 0.3}, {0, 1}}}
	emission := [][]float64{{-1, -0.2}, {-0.5, -2}, {0, 0}, {-3, -1}}
	f, err := m.Filter(emission)
	if err != nil {
		t.Fatal(err)
	}
	smooth := m.Smooth(f)
	total, best := 0.0, math.Inf(-1)
	marginal := make([][]float64, 4)
	for i := range marginal {
		marginal[i] = make([]float64, 2)
	}
	for code := range 16 {
		logp, before := 0.0, 0
		for i := range 4 {
			k := code >> i & 1
			logp += emission[i][k]
			if i == 0 {
				logp += math.Log(m.Initial[k])
			} else {
				logp += math.Log(m.Transition[before][k])
			}
			before = k
		}
		p := math.Exp(logp)
		total += p
		best = max(best, logp)
		for i := range 4 {
			marginal[i][code>>i&1] += p
		}
	}
	check.Close(t, f.Total(), math.Log(total), check.Rel)
	for i := range 4 {
		for k := range 2 {
			check.Close(t, smooth[i][k], marginal[i][k]/total, check.Rel.Scaled(1), i, k)
		}
	}
	_, logProb := m.Viterbi(emission)
	check.Close(t, logProb, best, check.Rel)
}

func TestModel_NamesWhatIsNoLaw(t *testing.T) {
	for _, m := range []*Model{
		{nil, nil},
		{[]float64{1}, [][]float64{{0.5}}},
		{[]float64{0.5, 0.5}, [][]float64{{1, 0}}},
		{[]float64{0.5, 0.5}, [][]float64{{1, 0}, {1}}},
		{[]float64{1.5, -0.5}, [][]float64{{1, 0}, {0, 1}}},
	} {
		if m.Validate() == nil {
			t.Errorf("%v passes for a chain", m)
		}
	}
	good := &Model{[]float64{1, 0}, [][]float64{{1, 0}, {0, 1}}}
	if _, err := good.Filter([][]float64{{math.Inf(-1), 0}}); err == nil {
		t.Error("no error for an impossible observation")
	}
	if _, err := good.Filter([][]float64{{0}}); err == nil {
		t.Error("no error for a missing emission")
	}
}
