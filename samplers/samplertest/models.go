package samplertest

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// NormalPrior adds the log density and derivative of a normal with mean 0.
func NormalPrior(grad, values []float64, i int, scale float64) float64 {
	u := values[i] / scale
	grad[i] -= u / scale
	return -0.5 * u * u
}

// HalfNormalPrior adds those of the logarithm of a half-normal number.
func HalfNormalPrior(grad, values []float64, i int, scale float64) float64 {
	u := elem.Exp(values[i]) / scale
	grad[i] += 1 - u*u
	return values[i] - 0.5*u*u
}

// The data of the eight schools (Rubin 1981).
var (
	SchoolsY     = []float64{28, 8, -3, 7, -1, 1, 18, 12}
	SchoolsSigma = []float64{15, 10, 16, 11, 9, 11, 10, 18}
)

// EightSchools returns mu ~ Normal(0, 5), tau ~ HalfNormal(5), theta_j ~
// Normal(mu, tau), y_j ~ Normal(theta_j, sigma_j), with the coordinates mu,
// log tau, theta; standardized if so written.
func EightSchools(standardized bool) *Hierarchy {
	var nodes []Node
	for j := range SchoolsY {
		nodes = append(nodes, Node{Coordinate: 2 + j, Location: 0, Scale: 1, Slope: 1, LogSlope: 1, Standardized: standardized})
	}
	return NewHierarchy(10, nodes, func(grad, v []float64) float64 {
		sum := NormalPrior(grad, v, 0, 5) + HalfNormalPrior(grad, v, 1, 5)
		for j, y := range SchoolsY {
			u := (y - v[2+j]) / SchoolsSigma[j]
			sum -= 0.5 * u * u
			grad[2+j] += u / SchoolsSigma[j]
		}
		return sum
	})
}

// NealsFunnel returns v ~ Normal(0, 3), x_i ~ Normal(0, exp(v/2)).
func NealsFunnel(xs int) *Hierarchy {
	var nodes []Node
	for i := range xs {
		nodes = append(nodes, Node{Coordinate: 1 + i, Location: -1, Scale: 0, LogSlope: 0.5})
	}
	return NewHierarchy(1+xs, nodes, func(grad, v []float64) float64 { return NormalPrior(grad, v, 0, 3) })
}

// NoisyWalk returns a random walk x_1 ~ Normal(0, sigma), x_t ~ Normal(slope
// x_{t-1}, sigma), log sigma ~ Normal(-1, 0.5), seen through y_t ~ Normal(x_t,
// noise), with simulated data. The coordinates are log sigma and x.
func NoisyWalk(steps int, slope, noise float64, seed uint64) *Hierarchy {
	src := rng.NewKey(seed).Child("walk").Stream()
	y := make([]float64, steps)
	x := 0.0
	for t := range y {
		x = slope*x + 0.4*src.Normal()
		y[t] = x + noise*src.Normal()
	}
	return SeenWalk(y, slope, 0, noise, false)
}

// SeenWalk returns a walk x_t ~ Normal(slope x_{t-1} + further x_{t-2}, sigma) from
// x_0 = x_{-1} = 0, log sigma ~ Normal(-1, 0.5), seen through y_t ~ Normal(x_t,
// noise). The coordinates are log sigma and x, or its standardized steps.
func SeenWalk(y []float64, slope, further, noise float64, standardized bool) *Hierarchy {
	nodes := make([]Node, len(y))
	for t := range y {
		nodes[t] = Node{Coordinate: 1 + t, Location: t, Scale: 0, Slope: slope, LogSlope: 1, Standardized: standardized}
		if t == 0 {
			nodes[t].Location = -1
		}
		if t > 1 {
			nodes[t].Further = Link{t - 1, further}
		}
	}
	return NewHierarchy(1+len(y), nodes, func(grad, v []float64) float64 {
		grad[0] -= (v[0] + 1) / 0.25
		sum := -0.5 * (v[0] + 1) * (v[0] + 1) / 0.25
		for t, seen := range y {
			u := (seen - v[1+t]) / noise
			sum -= 0.5 * u * u
			grad[1+t] += u / noise
		}
		return sum
	})
}

// Groups returns groups of groups: mu ~ Normal(0, 5), log-scales s and tau of
// half-normal numbers with scale 1, m_r ~ Normal(mu, s) for regions, a_j ~
// Normal(m_r(j), tau) for five places in each, and count observations of each
// place by the likelihood, which adds to the derivative by a_j. The coordinates
// are mu, s, tau, m, a.
func Groups(regions int, likelihood func(grad *float64, place int, a float64) float64) *Hierarchy {
	const each = 5
	var nodes []Node
	for r := range regions {
		nodes = append(nodes, Node{Coordinate: 3 + r, Location: 0, Scale: 1, Slope: 1, LogSlope: 1})
	}
	first := 3 + regions
	for j := range regions * each {
		nodes = append(nodes, Node{Coordinate: first + j, Location: 3 + j/each, Scale: 2, Slope: 1, LogSlope: 1})
	}
	return NewHierarchy(first+regions*each, nodes, func(grad, v []float64) float64 {
		sum := NormalPrior(grad, v, 0, 5) + HalfNormalPrior(grad, v, 1, 1) + HalfNormalPrior(grad, v, 2, 1)
		for j := range regions * each {
			sum += likelihood(&grad[first+j], j, v[first+j])
		}
		return sum
	})
}

// PoissonCounts returns the likelihood of simulated counts with rate exp(a), for
// Groups. Exposures go from 0.1 to 100.
func PoissonCounts(places int, seed uint64) func(grad *float64, place int, a float64) float64 {
	src := rng.NewKey(seed).Child("counts").Stream()
	exposure, counts := make([]float64, places), make([]float64, places)
	for j := range counts {
		exposure[j] = math.Pow(10, 3*src.Float64()-1)
		counts[j] = float64(rng.Poisson(src, exposure[j]*math.Exp(0.7+0.5*src.Normal())))
	}
	return func(grad *float64, j int, a float64) float64 {
		rate := float64(exposure[j] * elem.Exp(a))
		*grad += counts[j] - rate
		return float64(counts[j]*a) - rate
	}
}

// Trials returns the likelihood of simulated binary outcomes with log odds a, for
// Groups. There are 1 to 50 of a place.
func Trials(places int, seed uint64) func(grad *float64, place int, a float64) float64 {
	src := rng.NewKey(seed).Child("trials").Stream()
	trials, hits := make([]float64, places), make([]float64, places)
	for j := range hits {
		trials[j] = float64(1 + src.Intn(50))
		p := elem.InvLogit(0.5 + 0.8*src.Normal())
		for range int(trials[j]) {
			if src.Float64() < p {
				hits[j]++
			}
		}
	}
	return func(grad *float64, j int, a float64) float64 {
		*grad += hits[j] - float64(trials[j]*elem.InvLogit(a))
		return float64(hits[j]*a) - float64(trials[j]*elem.Log1pExp(a))
	}
}
