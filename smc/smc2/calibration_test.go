package smc2_test

import (
	"os"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/smc2"
)

// TestSMC2_IsCalibrated is simulation-based calibration over SEIR: parameters
// from the prior, data from the model, and the rank of the truth among draws
// of the posterior, which is uniform (Talts, Betancourt, Simpson, Vehtari and
// Gelman 2018); for the whole data and for windows. It takes minutes, so it
// runs only where QUATRE_SBC is set. A false alarm with probability 1e-3 a
// parameter.
func TestSMC2_IsCalibrated(t *testing.T) {
	if os.Getenv("QUATRE_SBC") == "" {
		t.Skip("takes minutes; set QUATRE_SBC=1")
	}
	const replicates, draws, length = 150, 19, 30
	for _, window := range []int{0, 12} {
		family := epidemic(2000)
		ranks := make([][]int, len(family.Space))
		for d := range ranks {
			ranks[d] = make([]int, draws+1)
		}
		for r := range replicates {
			key := rng.NewKey(131).Child("replicate", uint64(r))
			src := key.Child("truth").Stream()
			truth := make([]float64, len(family.Space))
			family.Space.Draw(truth, src)
			s, err := smc2.New(family, key, smc2.Options{Theta: 100, States: 60, Window: window, Horizon: window, Workers: 2})
			if err != nil {
				t.Fatal(err)
			}
			observe(t, s, epidemicData(t, truth, length, src))
			weights := s.Weights()
			below := make([]int, len(truth))
			for range draws {
				theta := s.Theta(rng.Categorical(src, weights))
				for d := range truth {
					if theta[d] < truth[d] {
						below[d]++
					}
				}
			}
			for d, b := range below {
				ranks[d][b]++
			}
		}
		for d, counts := range ranks {
			// Four cells of five ranks each.
			pooled, expected := make([]int, 4), make([]float64, 4)
			for rank, n := range counts {
				pooled[rank*4/(draws+1)] += n
			}
			for k := range expected {
				expected[k] = replicates / 4.0
			}
			statistic, p := check.ChiSquare(pooled, expected)
			check.PValue(t, p, 1e-3, "window", window, "parameter", d, "counts", pooled, "statistic", statistic)
			t.Log("window", window, "parameter", d, "ranks", counts)
		}
	}
}

// epidemicData simulates counts at a point of the parameters.
func epidemicData(t *testing.T, theta []float64, length int, src *rng.Stream) []float64 {
	t.Helper()
	m, err := epidemic(2000).Model(theta)
	if err != nil {
		t.Fatal(err)
	}
	emitter := m.(smc.Emitter)
	y := make([]float64, length)
	var prev [][]float64
	for i := range y {
		p := &smc.Particles{X: make([][]float64, m.Dim()), Prev: prev}
		for d := range p.X {
			p.X[d] = make([]float64, 1)
		}
		o := &smc.Obs{Index: i, Time: float64(i + 1), Elapsed: 1}
		if i == 0 {
			err = m.Init(src, o, p)
		} else {
			err = m.Move(src, o, p)
		}
		if err == nil {
			err = emitter.Emit(y[i:i+1], 0, src, o, p)
		}
		if err != nil {
			t.Fatal(err)
		}
		prev = p.X
	}
	return y
}
