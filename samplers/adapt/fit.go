package adapt

import (
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// fitRounds is the number of times that the weights of a fit are made anew from
// its precision; it converges faster than that.
const fitRounds = 4

// fitter fits the constants of one latent's map to draws, so that the Fisher
// divergence of its coordinate is least. Each slice has a number per draw.
//
// With a the derivative of the log density by the latent's value x, everything
// that depends on it included, and P = 1/σ² the precision of its prior,
//
//	l = a + P (x − μ)
//
// is what remains without the prior. Under the map with A = 1, B = h, C = c the
// coordinate z has
//
//	|z + ∂ log π/∂z|² = (l + h (x − c))² / (P + h),
//
// so h and c are those of a regression of l on x with the weights 1/(P + h).
type fitter struct {
	x, location, scale []float64
	adjoint            []float64 // a, under the maps of the latent's children in force
	remainder, weight  []float64 // scratch
}

// fit returns the constants: the non-centred form where the draws say nothing
// else of x than its prior, or what no Normal would say.
func (f *fitter) fit() transition.MapConstants {
	nonCentred := transition.MapConstants{A: 1}
	n := len(f.x)
	f.remainder, f.weight = resize(f.remainder, n), resize(f.weight, n)
	meanPrecision := 0.0
	for k, x := range f.x {
		precision := 1 / float64(f.scale[k]*f.scale[k])
		f.remainder[k] = f.adjoint[k] + float64(precision*(x-f.location[k]))
		meanPrecision += precision / float64(n)
	}
	h, c := 0.0, 0.0
	for range fitRounds {
		h, c = f.regress(h)
		if !(h > leastPrecision*meanPrecision) || !finite(h) || !finite(c) {
			return nonCentred
		}
	}
	return transition.MapConstants{A: 1, B: h, C: c}
}

// leastPrecision is the precision, in units of the prior's, below which a
// likelihood counts as absent: it differs from 0 by rounding.
const leastPrecision = 1e-9

// regress returns the precision and the centre of the regression whose weights
// come from a precision.
func (f *fitter) regress(precision float64) (h, c float64) {
	total, meanX, meanL := 0.0, 0.0, 0.0
	for k, x := range f.x {
		s2 := float64(f.scale[k] * f.scale[k])
		w := s2 / (1 + float64(precision*s2))
		f.weight[k] = w
		total += w
		meanX += float64(w * x)
		meanL += float64(w * f.remainder[k])
	}
	meanX /= total
	meanL /= total
	spread, together := 0.0, 0.0
	for k, x := range f.x {
		dx := x - meanX
		spread += float64(float64(f.weight[k]*dx) * dx)
		together += float64(float64(f.weight[k]*dx) * (f.remainder[k] - meanL))
	}
	h = -together / spread
	return h, meanX + meanL/h
}

// resize returns a slice of length n, x itself if it is large enough.
func resize(x []float64, n int) []float64 {
	if cap(x) < n {
		return make([]float64, n, n+n/2)
	}
	return x[:n]
}
