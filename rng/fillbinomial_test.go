package rng

import (
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
)

// TestFillBinomial_HasTheLaw compares counts with the probabilities for every
// branch: inversion, rejection near the mode and far from it, complements, and
// the seams between them. A false alarm with probability 1e-5 a case.
func TestFillBinomial_HasTheLaw(t *testing.T) {
	draws := 200000
	if testing.Short() {
		draws = 20000
	}
	for _, c := range []struct{ n, p float64 }{
		{1, 0.5}, {3, 0.2}, {7, 1e-3}, {50, 0.19}, {50, 0.2}, {51, 0.2}, {19, 0.5}, {20, 0.5}, {21, 0.5}, {21, 0.52}, {25, 0.9},
		{1000, 0.0099}, {1000, 0.0101}, {1000, 0.3}, {1000, 0.7}, {5000, 0.5}, {100000, 0.01}, {3e6, 0.02}, {1e6, 0.9999},
		{1e9, 3e-9}, {100, 0.12}, {200, 0.3},
	} {
		s := NewKey(41).Child("binomial", math.Float64bits(c.n), math.Float64bits(c.p)).Stream()
		dst := make([]float64, draws)
		n := slices.Repeat([]float64{c.n}, draws)
		s.FillBinomial(dst, n, []float64{c.p})
		mean, sd := c.n*c.p, math.Sqrt(c.n*c.p*(1-c.p))
		lo, hi := max(0, math.Floor(mean-6*sd-1)), min(c.n, math.Ceil(mean+6*sd+10))
		width := max(1, math.Floor((hi-lo)/300))
		cells := int((hi-lo)/width) + 2
		counts, expected := make([]int, cells), make([]float64, cells)
		for _, k := range dst {
			if k != math.Floor(k) || k < 0 || k > c.n {
				t.Fatalf("n %v p %v: drew %v", c.n, c.p, k)
			}
			counts[min(max(int((k-lo)/width), 0), cells-1)]++
		}
		total := 0.0
		for k := lo; k <= hi; k++ {
			e := float64(draws) * elem.Exp(logBinomial(k, c.n, c.p, 1-c.p))
			expected[int((k-lo)/width)] += e
			total += e
		}
		expected[cells-1] += max(0, float64(draws)-total)
		statistic, p := check.ChiSquare(counts, expected)
		check.PValue(t, p, 1e-5, "n", c.n, "p", c.p, "statistic", statistic)
	}
}

// TestFillBinomialRate_TakesEachElementByItself: elements of different kinds in
// one call, against their means, 4.7 standard errors.
func TestFillBinomialRate_TakesEachElementByItself(t *testing.T) {
	n := []float64{0, 5, 40, 1000, 1e6, 30, 12, 1000}
	rate := []float64{1, 0, 0.01, 0.2, 1e-7, 3, math.Inf(1), 2}
	const repeats = 4000
	all := make([]float64, 0, repeats*len(n))
	for range repeats {
		all = append(all, n...)
	}
	rates := make([]float64, 0, len(all))
	for range repeats {
		rates = append(rates, rate...)
	}
	NewKey(42).Stream().FillBinomialRate(all, all, rates)
	for j, count := range n {
		sample := make([]float64, repeats)
		for r := range sample {
			sample[r] = all[r*len(n)+j]
		}
		p := -math.Expm1(-rate[j])
		mean, _ := check.MeanError(sample)
		check.Close(t, mean, count*p, check.Z(4.7, math.Sqrt(count*p*(1-p)/repeats)+1e-10), "n", count, "rate", rate[j])
	}
}

// TestAttempts_AgreeToTheBit compares the vector form of an attempt with the
// other.
func TestAttempts_AgreeToTheBit(t *testing.T) {
	s := NewKey(43).Stream()
	for count := 1; count <= binomialChunk; count += 9 {
		var a, b largeMeans
		for i := range count {
			n, p := math.Floor(Uniform(s, 100, 1e5)), Uniform(s, 0.1, 0.5)
			u, v := s.Float64(), s.Float64()
			a.add(i, n, p, 1-p, u, false)
			b.add(i, n, p, 1-p, u, false)
			a.v[i], b.v[i] = v, v
		}
		got, ok := a.attemptAll()
		if !ok {
			t.Skip("no vector instructions")
		}
		if want := b.attempt(places[:count]); !slices.Equal(got, want) {
			t.Fatalf("%d counts: %v are open, want %v", count, got, want)
		}
		check.CloseSlice(t, a.k[:count], b.k[:count], check.Exact, "candidates")
		check.CloseSlice(t, a.ratio[:count], b.ratio[:count], check.Exact, "ratios")
	}
}

// TestComparisons_AgreeToTheBit compares products in step with single ones:
// near the mode on both sides, far from it, and impossible candidates.
func TestComparisons_AgreeToTheBit(t *testing.T) {
	s := NewKey(45).Stream()
	for count := 1; count <= binomialChunk; count += 5 {
		var a, b nearMode
		for i := range count {
			n, p := math.Floor(Uniform(s, 30, 3000)), Uniform(s, 0.01, 0.5)
			if i%11 == 5 {
				n = 0x1p27
			}
			k := math.Floor((n+1)*p) + math.Floor(Uniform(s, -38, 39))
			if i%13 == 7 {
				k = n + 1
			}
			for _, m := range []*nearMode{&a, &b} {
				m.n[i], m.p[i], m.q[i], m.k[i] = n, p, 1-p, k
			}
			v := s.Float64()
			a.v[i], b.v[i] = v, v
		}
		a.compare(count)
		if !b.compareAll(count) {
			t.Skip("no vector instructions")
		}
		for i := range count {
			if bit := uint8(1) << (i & 7); a.accepted[i>>3]&bit != b.accepted[i>>3]&bit || a.far[i>>3]&bit != b.far[i>>3]&bit {
				t.Fatalf("n %v p %v k %v v %v: the two differ", a.n[i], a.p[i], a.k[i], a.v[i])
			}
		}
	}
}

// TestInversions_AgreeToTheBit compares searches in step with single ones, at
// the ends of the range of numbers of trials and of uniform numbers too.
func TestInversions_AgreeToTheBit(t *testing.T) {
	s := NewKey(44).Stream()
	for count := 1; count <= binomialChunk; count += 5 {
		var m smallMeans
		for i := range count {
			n := math.Floor(Uniform(s, 0, 4))
			if i%3 > 0 {
				n = math.Floor(Uniform(s, 0, 1000))
			}
			p := Uniform(s, 0, min(0.5, 10/(n+1)))
			u := s.Float64()
			if i%7 == 0 {
				u = 1 - 0x1p-53
			}
			m.add(i, u, elem.Exp(n*elem.Log1p(-p)), n, p/(1-p), false)
		}
		if m.invertAll() == 0 {
			t.Skip("no vector instructions")
		}
		for i := range count {
			check.Close(t, m.k[i], m.invert(i), check.Exact, "trials", m.n[i], "u", m.u[i])
		}
	}
}

func TestFillBinomial_SmallProbabilitiesKeepTheirDigits(t *testing.T) {
	var f binomialFill
	for r := 1e-12; r < 20; r *= 1.3 {
		f.probabilities([]float64{r})
		check.Close(t, f.leave[0], -math.Expm1(-r), check.Rel, r)
	}
}

func TestFillBinomial_PanicsOutsideItsDomain(t *testing.T) {
	s, dst := NewKey(1).Stream(), make([]float64, 2)
	for _, call := range []func(){
		func() { s.FillBinomialRate(dst, []float64{1, -1}, []float64{1}) },
		func() { s.FillBinomialRate(dst, []float64{1, 1.5}, []float64{1}) },
		func() { s.FillBinomialRate(dst, []float64{1, math.NaN()}, []float64{1}) },
		func() { s.FillBinomialRate(dst, []float64{1, 2}, []float64{-1}) },
		func() { s.FillBinomialRate(dst, []float64{1, 2}, []float64{1, math.NaN()}) },
		func() { s.FillBinomialRate(dst, []float64{1}, []float64{1}) },
		func() { s.FillBinomial(dst, []float64{1, 2}, []float64{1.1}) },
		func() { s.FillBinomial(dst, []float64{1, 2}, []float64{1, 0, 1}) },
	} {
		check.Panics(t, "rng: FillBinomial", call)
	}
}

// BenchmarkFillBinomial reports nanoseconds per count.
func BenchmarkFillBinomial(b *testing.B) {
	const size = 1024
	for _, c := range []struct {
		name string
		n, r float64
	}{{"mean 0.1", 10, 0.01}, {"mean 3", 1000, 0.003}, {"mean 9", 1000, 0.009}, {"mean 20", 200, 0.1}, {"mean 300", 2000, 0.15}} {
		b.Run(c.name, func(b *testing.B) {
			s, dst, n := NewKey(1).Stream(), make([]float64, size), slices.Repeat([]float64{c.n}, size)
			for b.Loop() {
				s.FillBinomialRate(dst, n, []float64{c.r})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/size, "ns/count")
		})
	}
}
