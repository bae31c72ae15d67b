package diag

import "gonum.org/v1/gonum/dsp/fourier"

// directLags is the number of lags for which autocovariances are summed up
// directly. Chains that mix need no more; beyond it one Fourier transform for
// all lags is cheaper.
const directLags = 24

// autocovariance gives, for each lag t from 0 to n − 1, the mean over chains of
// the biased estimate γ_t = Σ_i (x_i − x̄)(x_{i+t} − x̄) / n.
type autocovariance struct {
	centred *deviations
	known   []float64 // γ_0, γ_1, …, as far as they were asked for
}

func newAutocovariance(d *deviations) *autocovariance {
	sum := 0.0
	for _, squares := range d.squares {
		sum += squares
	}
	return &autocovariance{centred: d, known: append(make([]float64, 0, directLags+1), sum/float64(len(d.x)))}
}

// at returns γ_t.
func (a *autocovariance) at(t int) float64 {
	for t >= len(a.known) {
		if have := len(a.known); have < directLags {
			gamma := a.direct(have)
			a.known = append(a.known, gamma[:min(lagsAtOnce, directLags-have)]...)
		} else {
			a.known = a.transformed()
		}
	}
	return a.known[t]
}

// lagsAtOnce is the number of lags for which sums run side by side.
const lagsAtOnce = 4

// direct returns γ at a lag below n and at those behind it, 0 from n on.
func (a *autocovariance) direct(lag int) (gamma [lagsAtOnce]float64) {
	for i := range a.centred.rows {
		products := laggedProducts(a.centred.chain(i), lag)
		for k, sum := range products {
			gamma[k] += sum
		}
	}
	for k := range gamma {
		gamma[k] /= float64(len(a.centred.x))
	}
	return gamma
}

// laggedProducts returns Σ_i x_i x_{i+t}, in order of i, for the lag t and those
// behind it.
func laggedProducts(x []float64, lag int) [lagsAtOnce]float64 {
	full := max(len(x)-lag-(lagsAtOnce-1), 0) // places with a partner at each lag
	var sum0, sum1, sum2, sum3 float64
	if full > 0 {
		p0, p1, p2, p3 := x[lag:][:full], x[lag+1:][:full], x[lag+2:][:full], x[lag+3:][:full]
		for i, v := range x[:full] {
			sum0 += float64(v * p0[i])
			sum1 += float64(v * p1[i])
			sum2 += float64(v * p2[i])
			sum3 += float64(v * p3[i])
		}
	}
	sums := [lagsAtOnce]float64{sum0, sum1, sum2, sum3}
	for k := range sums {
		for i := full; i < len(x)-lag-k; i++ {
			sums[k] += float64(x[i] * x[i+lag+k])
		}
	}
	return sums
}

// transformed returns γ at all lags. The sum over i is a convolution, which is
// a product of Fourier transforms once the chain is padded with zeros; as the
// transform is linear, the power spectra of the chains are added before one
// transform back.
func (a *autocovariance) transformed() []float64 {
	c := a.centred.chains
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
