package samplertest

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// Target is a density with exact draws and known marginals.
type Target struct {
	transition.LogDensity
	Name string
	// Sample writes an exact draw to q.
	Sample func(q []float64, src *rng.Stream)
	// CDF is the distribution function of coordinate i.
	CDF func(i int, x float64) float64
	// Variance is that of coordinate i.
	Variance func(i int) float64
}

// Targets returns the densities of the suite: normals that are independent,
// correlated, and of scales that differ, and a skewed density with one light
// and one heavy tail.
func Targets() []Target {
	return []Target{
		normal("standard normal", [][]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}),
		normal("correlated normal", [][]float64{{1, 0}, {0.9, math.Sqrt(1 - 0.81)}}),
		normal("normal of mixed scales", [][]float64{{0.3, 0, 0}, {0, 1, 0}, {0, 0, 3}}),
		logExponential(2),
	}
}

// gaussian is a normal density with mean 0 and the precision matrix given.
type gaussian struct{ precision [][]float64 }

func (g gaussian) Dim() int { return len(g.precision) }

func (g gaussian) LogDensityGrad(grad, q []float64) (float64, error) {
	logDensity := 0.0
	for i, row := range g.precision {
		sum := 0.0
		for j, p := range row {
			sum += p * q[j]
		}
		grad[i] = -sum
		logDensity -= 0.5 * sum * q[i]
	}
	return logDensity, nil
}

// normal returns the normal density whose covariance is L Lᵀ, L lower triangular
// and given by rows.
func normal(name string, l [][]float64) Target {
	dim := len(l)
	variance := func(i int) float64 {
		sum := 0.0
		for _, x := range l[i] {
			sum += x * x
		}
		return sum
	}
	return Target{
		LogDensity: gaussian{precision(l)},
		Name:       name,
		Sample: func(q []float64, src *rng.Stream) {
			z := make([]float64, dim)
			for i := range z {
				z[i] = src.Normal()
			}
			for i := range q {
				q[i] = 0
				for j := range i + 1 {
					q[i] += l[i][j] * z[j]
				}
			}
		},
		CDF:      func(i int, x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt(2*variance(i))) },
		Variance: variance,
	}
}

// precision returns (L Lᵀ)⁻¹ = Wᵀ W with W = L⁻¹.
func precision(l [][]float64) [][]float64 {
	dim := len(l)
	w := make([][]float64, dim)
	for i := range dim {
		w[i] = make([]float64, dim)
		w[i][i] = 1 / l[i][i]
		for j := range i {
			for k := j; k < i; k++ {
				w[i][j] -= l[i][k] * w[k][j] / l[i][i]
			}
		}
	}
	p := make([][]float64, dim)
	for i := range p {
		p[i] = make([]float64, dim)
		for j := range p {
			for k := max(i, j); k < dim; k++ {
				p[i][j] += w[k][i] * w[k][j]
			}
		}
	}
	return p
}

// gumbel is the density of independent logarithms of standard exponentials:
// log density Σ q_i - exp(q_i).
type gumbel int

func (g gumbel) Dim() int { return int(g) }

func (g gumbel) LogDensityGrad(grad, q []float64) (float64, error) {
	logDensity := 0.0
	for i, x := range q {
		e := elem.Exp(x)
		grad[i] = 1 - e
		logDensity += x - e
	}
	return logDensity, nil
}

func logExponential(dim int) Target {
	return Target{
		LogDensity: gumbel(dim),
		Name:       "log of exponentials",
		Sample: func(q []float64, src *rng.Stream) {
			for i := range q {
				q[i] = elem.Log(src.Exponential())
			}
		},
		CDF:      func(_ int, x float64) float64 { return -elem.Expm1(-elem.Exp(x)) },
		Variance: func(int) float64 { return math.Pi * math.Pi / 6 },
	}
}
