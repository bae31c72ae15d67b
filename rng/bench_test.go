package rng

import "testing"

func BenchmarkUint64(b *testing.B) {
	s := NewKey(1).Stream()
	var sum uint64
	for b.Loop() {
		sum += s.Uint64()
	}
	_ = sum
}

func BenchmarkFloat64(b *testing.B) {
	s := NewKey(1).Stream()
	var sum float64
	for b.Loop() {
		sum += s.Float64()
	}
	_ = sum
}

func BenchmarkChild(b *testing.B) {
	k := NewKey(1)
	for b.Loop() {
		k = k.Child("chain", 3)
	}
}

// BenchmarkSamplers has one case per algorithm and range of parameters.
func BenchmarkSamplers(b *testing.B) {
	weights := []float64{1, 2, 3, 4}
	for _, c := range []struct {
		name string
		draw func(s *Stream) float64
	}{
		{"Normal", (*Stream).Normal},
		{"Exponential", (*Stream).Exponential},
		{"Intn", func(s *Stream) float64 { return float64(s.Intn(1000)) }},
		{"Gamma(2.5)", func(s *Stream) float64 { return Gamma(s, 2.5, 1) }},
		{"Gamma(0.5)", func(s *Stream) float64 { return Gamma(s, 0.5, 1) }},
		{"StudentT(4)", func(s *Stream) float64 { return StudentT(s, 4, 0, 1) }},
		{"Cauchy", func(s *Stream) float64 { return Cauchy(s, 0, 1) }},
		{"Beta(2,5)", func(s *Stream) float64 { return Beta(s, 2, 5) }},
		{"Beta(0.5,0.5)", func(s *Stream) float64 { return Beta(s, 0.5, 0.5) }},
		{"Poisson(3)", func(s *Stream) float64 { return Poisson(s, 3) }},
		{"Poisson(100)", func(s *Stream) float64 { return Poisson(s, 100) }},
		{"Poisson(1e15)", func(s *Stream) float64 { return Poisson(s, 1e15) }},
		{"Binomial(10,0.3)", func(s *Stream) float64 { return float64(Binomial(s, 10, 0.3)) }},
		{"Binomial(1000,0.3)", func(s *Stream) float64 { return float64(Binomial(s, 1000, 0.3)) }},
		{"NegBinomial2(5,2)", func(s *Stream) float64 { return NegBinomial2(s, 5, 2) }},
		{"Hypergeometric(300,200,150)", func(s *Stream) float64 { return float64(Hypergeometric(s, 300, 200, 150)) }},
		{"Categorical(4)", func(s *Stream) float64 { return float64(Categorical(s, weights)) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := NewKey(1).Stream()
			for b.Loop() {
				c.draw(s)
			}
		})
	}
}
