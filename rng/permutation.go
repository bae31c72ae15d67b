package rng

import "fmt"

// Shuffle puts n things in random order, all orders equally likely, by calls
// of swap(i, j) with j ≤ i < n (Fisher and Yates; Durstenfeld 1964). n ≥ 0.
func Shuffle(s *Stream, n int, swap func(i, j int)) {
	if n < 0 {
		panic(fmt.Sprintf("rng: Shuffle of n = %d, want n ≥ 0", n))
	}
	for i := n - 1; i > 0; i-- {
		swap(i, s.Intn(i+1))
	}
}

// Permutation writes the numbers 0 … len(dst) − 1 into dst in random order,
// all orders equally likely.
func Permutation(dst []int, s *Stream) {
	for i := range dst {
		dst[i] = i
	}
	Shuffle(s, len(dst), func(i, j int) { dst[i], dst[j] = dst[j], dst[i] })
}
