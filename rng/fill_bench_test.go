package rng

import "testing"

// BenchmarkFill reports nanoseconds per number.
func BenchmarkFill(b *testing.B) {
	dst := make([]float64, 1024)
	words := make([]uint64, 1024)
	for _, c := range []struct {
		name string
		fill func(s *Stream)
	}{
		{"Uint64", func(s *Stream) { s.FillUint64(words) }},
		{"Float64", func(s *Stream) { s.FillFloat64(dst) }},
		{"Normal", func(s *Stream) { s.FillNormal(dst) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := NewKey(1).Stream()
			for b.Loop() {
				c.fill(s)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1024, "ns/number")
		})
	}
}
