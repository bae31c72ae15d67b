package dist_test

import (
	"fmt"

	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/rng"
)

func ExampleTruncated() {
	d := dist.Truncated(dist.Normal(0, 1), 1, nil)
	params := []float64{0, 1, 1} // mu, sigma, lower

	q := d.(dist.Quantiler)
	fmt.Printf("median %.4f\n", q.Quantile(0.5, params))
	fmt.Printf("P(X ≤ 2) = %.4f\n", q.CDF(2, params))

	src := rng.NewKey(1).Child("example").Stream()
	fmt.Println("a draw is above 1:", d.(dist.Rander).Rand(src, params) > 1)
	// Output:
	// median 1.4096
	// P(X ≤ 2) = 0.8566
	// a draw is above 1: true
}

func ExampleNormal_invalid() {
	fmt.Println(dist.Normal(0, []float64{1, -2}).Err())
	// Output:
	// normal: element 2 of sigma is -2; it must be positive and finite
}
