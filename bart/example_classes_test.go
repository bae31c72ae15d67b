package bart_test

import (
	"fmt"
	"log"
	"math"

	"github.com/quatre-ppl/quatre/bart"
	"github.com/quatre-ppl/quatre/rng"
)

// ExampleSampler_SetOffset fits a multinomial logit, P(y = k) ∝ exp(f_k(x)) with trees of its own for each class. Given the
// other classes, class k is logistic with −log Σ_{j≠k} exp(f_j) added to f_k (Holmes and Held 2006, section 3),
// so that the samplers of the classes, stepped in turn, are one Gibbs sampler.
func ExampleSampler_SetOffset() {
	const rows, classes, burn, draws = 300, 3, 100, 100
	d, class := steps(rows, 1), make([]int, rows)
	src := rng.NewKey(2).Stream()
	for i, size := range d.Columns[0].Values { // class 2 is probable where size is large, 0 and 1 are so elsewhere
		class[i] = rng.Bernoulli(src, 0.5)
		if size > 0.5 && src.Float64() < 0.8 {
			class[i] = 2
		}
	}
	var samplers [classes]*bart.Sampler
	var f [classes][]float64
	for k := range samplers {
		one := *d
		one.Y = make([]float64, rows)
		for i, of := range class {
			if of == k {
				one.Y[i] = 1
			}
		}
		var err error
		if samplers[k], err = bart.NewSampler(&one, bart.Options{Family: bart.Logistic, Trees: 20}, rng.NewKey(1).Child("class", uint64(k))); err != nil {
			log.Fatal(err)
		}
		f[k] = samplers[k].Fitted(nil)
	}
	offset, probability := make([]float64, rows), make([]float64, rows) // of class 2
	for draw := range burn + draws {
		for k, s := range samplers {
			for i := range offset {
				others := 0.0
				for j := range f {
					if j != k {
						others += math.Exp(f[j][i])
					}
				}
				offset[i] = -math.Log(others)
			}
			s.SetOffset(offset)
			s.Step()
			s.Fitted(f[k])
			if draw >= burn {
				s.Keep() // for Posterior, which predicts f of the class at other rows
			}
		}
		for i := range probability {
			if draw >= burn {
				probability[i] += 1 / (1 + math.Exp(-offset[i]-f[2][i])) / draws
			}
		}
	}
	var sum, count [2]float64 // over rows of small and of large size
	for i, size := range d.Columns[0].Values {
		half := int(2 * size)
		sum[half] += probability[i]
		count[half]++
	}
	fmt.Printf("probability of class 2: %.1f where size is small, %.1f where it is large\n", sum[0]/count[0], sum[1]/count[1])
	// Output:
	// probability of class 2: 0.0 where size is small, 0.8 where it is large
}
