package diag

import (
	"gonum.org/v1/gonum/dsp/fourier"

	"github.com/quatre-ppl/quatre/tensor"
)

// directLags is the number of lags for which autocovariances are summed up
// directly. Chains that mix need no more; beyond it one Fourier transform for
// all lags is cheaper.
const directLags = 24

// autocovariance gives, for each lag t from 0 to n − 1, the mean over chains of
// the biased estimate γ_t = Σ_i (x_i − x̄)(x_{i+t} − x̄) / n.
type autocovariance struct {
	centred chains    // the draws less the mean of their chain
	known   []float64 // γ_0, γ_1, …, as far as they were asked for
}

func newAutocovariance(c chains) *autocovariance {
	centred := chains{x: make([]float64, len(c.x)), n: c.n, rows: c.rows}
	for i := range c.rows {
		mean := tensor.Mean(c.chain(i))
		for t, x := range c.chain(i) {
			centred.x[i*c.n+t] = x - mean
		}
	}
	return &autocovariance{centred: centred}
}

// at returns γ_t.
func (a *autocovariance) at(t int) float64 {
	for t >= len(a.known) {
		if len(a.known) < directLags {
			a.known = append(a.known, a.direct(len(a.known)))
		} else {
			a.known = a.transformed()
		}
	}
	return a.known[t]
}

func (a *autocovariance) direct(lag int) float64 {
	n, sum := a.centred.n, 0.0
	for i := range a.centred.rows {
		chain := a.centred.chain(i)
		sum += tensor.Dot(chain[:n-lag], chain[lag:])
	}
	return sum / float64(len(a.centred.x))
}

// transformed returns γ at all lags. The sum over i is a convolution, which is
// a product of Fourier transforms once the chain is padded with zeros; as the
// transform is linear, the power spectra of the chains are added before one
// transform back.
func (a *autocovariance) transformed() []float64 {
	c := a.centred
	size := smoothLength(2 * c.n)
	fft := fourier.NewFFT(size)
	padded := make([]float64, size)
	spectrum := make([]complex128, size/2+1)
	power := make([]complex128, size/2+1)
	for i := range c.rows {
		copy(padded, c.chain(i))
		fft.Coefficients(spectrum, padded)
		for k, s := range spectrum {
			re, im := real(s), imag(s)
			power[k] += complex(float64(re*re)+float64(im*im), 0)
		}
	}
	sums := fft.Sequence(padded, power)[:c.n]
	for t := range sums {
		sums[t] /= float64(size) * float64(len(c.x)) // size: from the transform there and back
	}
	return sums
}

// smoothLength returns the least number of at least n with no prime factor
// above 5, for which the transform is fast.
func smoothLength(n int) int {
	for ; ; n++ {
		rest := n
		for _, prime := range [...]int{2, 3, 5} {
			for rest%prime == 0 {
				rest /= prime
			}
		}
		if rest == 1 {
			return n
		}
	}
}
