package rng

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/quatre-ppl/quatre/internal/check"
)

func TestCategorical_FollowsTheWeights(t *testing.T) {
	const n = 60_000
	weights := []float64{3, 0, 1, 0.5, 5.5, 0}
	logits := make([]float64, len(weights))
	expected := make([]float64, len(weights))
	for i, w := range weights {
		logits[i] = math.Log(w) + 1000 // far outside the range of exp
		expected[i] = n * w / 10
	}
	for name, draw := range map[string]func(s *Stream) int{
		"Categorical":      func(s *Stream) int { return Categorical(s, weights) },
		"CategoricalLogit": func(s *Stream) int { return CategoricalLogit(s, logits) },
	} {
		s := NewKey(testSeed).Child(name).Stream()
		counts := make([]int, len(weights))
		for range n {
			counts[draw(s)]++
		}
		statistic, p := check.ChiSquare(counts, expected)
		check.PValue(t, p, falseAlarm, name, "seed", testSeed, "chi-square", statistic)
	}
}

// TestMultinomial_MarginsAreBinomial looks at each count and at the sum of two
// counts, which is where their covariance enters.
func TestMultinomial_MarginsAreBinomial(t *testing.T) {
	const n, trials = 30_000, 12
	weights := []float64{2, 0, 0.5, 5, 2.5}
	counts := make([]int, len(weights))
	margins := []struct {
		name    string
		p       float64
		of      func() int
		tallied []int
	}{
		{"first", 0.2, func() int { return counts[0] }, make([]int, trials+1)},
		{"impossible", 0, func() int { return counts[1] }, make([]int, trials+1)},
		{"last", 0.25, func() int { return counts[4] }, make([]int, trials+1)},
		{"third and fourth", 0.55, func() int { return counts[2] + counts[3] }, make([]int, trials+1)},
	}
	s := NewKey(testSeed).Child("multinomial").Stream()
	for range n {
		Multinomial(counts, s, trials, weights)
		total := 0
		for _, c := range counts {
			total += c
		}
		if total != trials {
			t.Fatalf("counts %v, want a sum of %d", counts, trials)
		}
		for _, m := range margins {
			m.tallied[m.of()]++
		}
	}
	for _, m := range margins {
		expected := make([]float64, trials+1)
		for k := range expected {
			expected[k] = n * math.Exp(logChoose(trials, float64(k))) * math.Pow(m.p, float64(k)) * math.Pow(1-m.p, float64(trials-k))
		}
		statistic, p := check.ChiSquare(m.tallied, expected)
		check.PValue(t, p, falseAlarm, "margin", m.name, "seed", testSeed, "chi-square", statistic)
	}
}

func TestMultinomial_SurvivesRoundingOfTheWeights(t *testing.T) {
	// The sum of the weights rounds the small ones away, so that nothing is
	// left behind the first.
	counts := make([]int, 3)
	s := NewKey(testSeed).Child("rounding").Stream()
	for range 100 {
		Multinomial(counts, s, 1000, []float64{1, 1e-17, 1e-17})
		if counts[0] != 1000 || counts[1] != 0 || counts[2] != 0 {
			t.Fatalf("counts %v, want all in the first", counts)
		}
	}
	Multinomial(counts, s, 0, []float64{1, 1, 1})
	if counts[0]+counts[1]+counts[2] != 0 {
		t.Errorf("counts %v of no draws", counts)
	}
}

func TestDirichlet_MarginsAreBeta(t *testing.T) {
	alpha := []float64{0.3, 2, 0.05, 1.4}
	total := 3.75
	point, verify := check.Guarded(len(alpha))
	for i, a := range alpha {
		expectContinuous(t, continuousCase{
			"Dirichlet margin",
			func(s *Stream) float64 { Dirichlet(point, s, alpha); return point[i] },
			distuv.Beta{Alpha: a, Beta: total - a}.CDF,
		})
	}
	verify(t)
}

func TestDirichlet_TinyAlphaIsACategorical(t *testing.T) {
	const n = 20_000
	alpha := []float64{1e-5, 3e-5, 6e-5}
	point := make([]float64, 3)
	counts := make([]int, 3)
	s := NewKey(testSeed).Child("tiny Dirichlet").Stream()
	for range n {
		Dirichlet(point, s, alpha)
		check.Close(t, point[0]+point[1]+point[2], 1, check.ULP(4))
		// A point without a coordinate near 1 has probability about 1e-3.
		for i, x := range point {
			if x > 0.5 {
				counts[i]++
				break
			}
		}
	}
	// The rare point in the middle belongs nowhere; it counts as the last.
	counts[2] = n - counts[0] - counts[1]
	statistic, p := check.ChiSquare(counts, []float64{0.1 * n, 0.3 * n, 0.6 * n})
	check.PValue(t, p, falseAlarm, "seed", testSeed, "chi-square", statistic, counts)
}

func TestMvNormalCholesky_IsMeanPlusFactorTimesNormals(t *testing.T) {
	// Columns of L; what is above the diagonal must not be read.
	nan := math.NaN()
	mu := []float64{1, -2, 3}
	L := []float64{
		2, 0.5, -1,
		nan, 3, 0.25,
		nan, nan, 0.1,
	}
	key := NewKey(testSeed).Child("mvnormal")
	draw, verify := check.Guarded(3)
	MvNormalCholesky(draw, key.Stream(), mu, L)
	verify(t)

	s := key.Stream()
	z := []float64{s.Normal(), s.Normal(), s.Normal()}
	want := []float64{1 + 2*z[0], -2 + 0.5*z[0] + 3*z[1], 3 - z[0] + 0.25*z[1] + 0.1*z[2]}
	check.CloseSlice(t, draw, want, check.ULP(4))

	copied := append([]float64(nil), mu...)
	MvNormalCholesky(copied, key.Stream(), copied, L)
	check.CloseSlice(t, copied, draw, check.Exact, "in place")
	MvNormalCholesky(nil, s, nil, nil)
}

func TestPermutation_AllOrdersAreEquallyLikely(t *testing.T) {
	const n = 24_000
	counts := make([]int, 256)
	order := make([]int, 4)
	s := NewKey(testSeed).Child("permutation").Stream()
	for range n {
		Permutation(order, s)
		counts[order[0]|order[1]<<2|order[2]<<4|order[3]<<6]++
	}
	expected := make([]float64, len(counts))
	for code := range expected {
		seen := 0
		for i := range order {
			seen |= 1 << (code >> (2 * i) & 3)
		}
		if seen == 0b1111 {
			expected[code] = n / 24
		}
	}
	statistic, p := check.ChiSquare(counts, expected)
	check.PValue(t, p, falseAlarm, "seed", testSeed, "chi-square", statistic)
	Permutation(nil, s)
	Permutation(order[:1], s)
}

// TestKey_ChildrenAreIndependent takes one number from each of many children:
// they must be as uniform, and neighbours as uncorrelated, as one stream.
func TestKey_ChildrenAreIndependent(t *testing.T) {
	root := NewKey(testSeed).Child("independence")
	sample := make([]float64, 20_000)
	for i := range sample {
		sample[i] = root.Child("chain", uint64(i)).Stream().Float64()
	}
	d, p := check.KolmogorovSmirnov(sample, func(x float64) float64 { return x })
	check.PValue(t, p, falseAlarm, "first numbers, seed", testSeed, "D", d)

	products := make([]float64, len(sample)-1)
	for i := range products {
		products[i] = (sample[i] - 0.5) * (sample[i+1] - 0.5)
	}
	mean, se := check.MeanError(products)
	check.Close(t, mean, 0, check.Z(4, se), "covariance of neighbours, seed", testSeed)
}
