package rng

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// FillNormal writes len(dst) standard normal numbers, as that many calls of
// Normal would give them, to the last bit. Most of them come from the central
// formula of the quantile function; the others are listed and done after.
func (s *Stream) FillNormal(dst []float64) {
	var words [fillWords]uint64
	var places [fillWords]uint8
	for len(dst) > 0 {
		n := min(len(dst), fillWords)
		s.FillUint64(words[:n])
		part := dst[:n]
		done, tails := fillCentral(part, places[:0], words[:n])
		for i := done; i < n; i++ {
			q := uniform(words[i]) - 0.5
			if math.Abs(q) > centralHalfWidth {
				tails = append(tails, uint8(i))
				continue
			}
			part[i] = centralQuantile(q)
		}
		for _, i := range tails {
			part[i] = elem.NormQuantile(uniform(words[i]))
		}
		dst = dst[n:]
	}
}

// centralHalfWidth is where elem.NormQuantile changes from its central
// formula to that of the tails, as a distance of p from 1/2.
const centralHalfWidth = 0.425

// centralQuantile is elem.NormQuantile(0.5 + q) for |q| ≤ centralHalfWidth,
// operation by operation (Wichura 1988, algorithm AS 241); the tests compare
// the two.
func centralQuantile(q float64) float64 {
	r := 0.180625 - float64(q*q)
	num := math.FMA(2.5090809287301226727e+3, r, 3.3430575583588128105e+4)
	den := math.FMA(5.2264952788528545610e+3, r, 2.8729085735721942674e+4)
	num = math.FMA(num, r, 6.7265770927008700853e+4)
	den = math.FMA(den, r, 3.9307895800092710610e+4)
	num = math.FMA(num, r, 4.5921953931549871457e+4)
	den = math.FMA(den, r, 2.1213794301586595867e+4)
	num = math.FMA(num, r, 1.3731693765509461125e+4)
	den = math.FMA(den, r, 5.3941960214247511077e+3)
	num = math.FMA(num, r, 1.9715909503065514427e+3)
	den = math.FMA(den, r, 6.8718700749205790830e+2)
	num = math.FMA(num, r, 1.3314166789178437745e+2)
	den = math.FMA(den, r, 4.2313330701600911252e+1)
	num = math.FMA(num, r, 3.3871328727963666080e+0)
	den = math.FMA(den, r, 1)
	return q * (num / den)
}
