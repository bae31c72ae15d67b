package input

import (
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
)

// autoCorrelated is a stationary sequence with a given marginal law.
type autoCorrelated struct {
	law   sim.Inverse
	rho   float64
	z     float64
	begun bool
}

// AutoCorrelated returns a sequence whose numbers each follow the law and depend
// on those before: an autoregression of normal scores with coefficient rho is
// turned into the law ("autoregressive to anything", Cario and Nelson 1996). The
// rank correlation of neighbours is 6/π·asin(rho/2).
func AutoCorrelated(law Law, rho float64) (Law, error) {
	inverse, ok := law.(sim.Inverse)
	if !ok {
		return nil, fmt.Errorf("input: %s is not drawn by inversion: it cannot be correlated", law)
	}
	if !(rho > -1 && rho < 1) {
		return nil, fmt.Errorf("input: a correlation of %v: want it between −1 and 1", rho)
	}
	return &autoCorrelated{law: inverse, rho: rho}, nil
}

func (l *autoCorrelated) Fill(dst []float64, s *rng.Stream) int {
	for i := range dst {
		if e := s.Normal(); l.begun {
			l.z = float64(l.rho*l.z) + float64(math.Sqrt(1-float64(l.rho*l.rho))*e)
		} else {
			l.z, l.begun = e, true
		}
		dst[i] = l.law.FromUniform(scoreToUniform(l.law, l.z))
	}
	return len(dst)
}

// scoreToUniform turns a normal score into the uniform number at which the law
// has the quantile of that score. Laws may fall with their uniform number.
func scoreToUniform(l sim.Inverse, z float64) float64 {
	if l.FromUniform(0.25) > l.FromUniform(0.75) {
		z = -z
	}
	return min(max(elem.NormCDF(z), 0x1p-53), 1-0x1p-53)
}

func (l *autoCorrelated) Mean() float64 { return l.law.Mean() }
func (l *autoCorrelated) String() string {
	return fmt.Sprintf("%s with autocorrelation %v", l.law, l.rho)
}

// Clone returns a sequence at the same place.
func (l *autoCorrelated) Clone() Law {
	d := *l
	return &d
}

// vector gives the components of random vectors in turns.
type vector struct {
	laws    []sim.Inverse
	factor  []float64 // Cholesky factor of the correlations, row-major
	pending []float64 // components of the present vector that are left
}

// Correlated returns a law whose draws are, in turns, the components of vectors:
// component i follows laws[i], and their normal scores have the given
// correlations, row by row ("normal to anything", Cario and Nelson 1997).
func Correlated(laws []Law, correlations []float64) (Law, error) {
	n := len(laws)
	if n == 0 || len(correlations) != n*n {
		return nil, fmt.Errorf("input: %d correlations of %d laws: want %d", len(correlations), n, n*n)
	}
	l := &vector{factor: make([]float64, n*n)}
	for _, law := range laws {
		inverse, ok := law.(sim.Inverse)
		if !ok {
			return nil, fmt.Errorf("input: %s is not drawn by inversion: it cannot be correlated", law)
		}
		l.laws = append(l.laws, inverse)
	}
	for i := range n {
		for j := range i + 1 {
			sum := correlations[i*n+j]
			if sum != correlations[j*n+i] || i == j && sum != 1 {
				return nil, fmt.Errorf("input: correlations %v are not symmetric with ones in the diagonal", correlations)
			}
			for k := range j {
				sum -= float64(l.factor[i*n+k] * l.factor[j*n+k])
			}
			switch {
			case i != j:
				l.factor[i*n+j] = sum / l.factor[j*n+j]
			case sum > 0:
				l.factor[i*n+i] = math.Sqrt(sum)
			default:
				return nil, fmt.Errorf("input: correlations %v are not positive definite", correlations)
			}
		}
	}
	return l, nil
}

func (l *vector) Fill(dst []float64, s *rng.Stream) int {
	n := len(l.laws)
	z := make([]float64, n)
	for i := range dst {
		if len(l.pending) == 0 {
			s.FillNormal(z)
			x := make([]float64, n)
			for a := range n {
				score := 0.0
				for b := range a + 1 {
					score += float64(l.factor[a*n+b] * z[b])
				}
				x[a] = l.laws[a].FromUniform(scoreToUniform(l.laws[a], score))
			}
			l.pending = x
		}
		dst[i], l.pending = l.pending[0], l.pending[1:]
	}
	return len(dst)
}

// Mean is not known: the components differ.
func (l *vector) Mean() float64 { return math.NaN() }

func (l *vector) String() string { return fmt.Sprintf("vector of %d correlated laws", len(l.laws)) }

// Clone returns a sequence of vectors at the same place.
func (l *vector) Clone() Law {
	d := *l
	d.pending = slices.Clone(l.pending)
	return &d
}
