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
