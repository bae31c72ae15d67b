package rng_test

import (
	"fmt"

	"github.com/quatre-ppl/quatre/rng"
)

// Draws are named by seed and labels, so the third chain gets the same numbers
// whether or not the others run.
func Example() {
	key := rng.NewKey(20260101)
	chain := key.Child("chain", 3)

	momentum := chain.Child("momentum").Stream()
	fmt.Printf("%.6f %.6f\n", momentum.Normal(), momentum.Normal())

	events := chain.Child("events").Stream()
	fmt.Println(rng.Poisson(events, 4.2), rng.Binomial(events, 10, 0.3))
	// Output:
	// 1.501636 -0.280055
	// 3 1
}

// A checkpoint is the binary form of a stream: what is restored goes on with
// the next number.
func ExampleStream_MarshalBinary() {
	s := rng.NewKey(1).Stream()
	s.Normal()
	checkpoint, err := s.MarshalBinary()
	if err != nil {
		panic(err)
	}
	next := s.Normal()

	var restored rng.Stream
	if err := restored.UnmarshalBinary(checkpoint); err != nil {
		panic(err)
	}
	fmt.Println(restored.Position(), restored.Normal() == next)
	// Output: 1 true
}
