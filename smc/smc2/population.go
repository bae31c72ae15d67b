package smc2

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/internal/dense"
)

// population is the cloud of parameters and states as it was after steps
// observations: the law that later windows begin from.
type population struct {
	steps   int
	weights []float64   // normalised, [Theta]
	points  [][]float64 // of the parameter particles
	clouds  []smc.State

	mean      []float64
	shrink, h float64     // kernels are at mean + shrink (point − mean), of covariance h² Cov
	root      [][]float64 // of Cov
	slope     [][]float64 // [Dim][d], of the filters' means on root⁻¹(point − mean); nil without smc.Shifter
}

// snapshot copies the present population and smooths it: kernels of h² times
// the covariance around centres drawn towards the mean, so that the mixture
// has the particles' mean and covariance (Liu and West 2001, section 10.3.2),
// with Silverman's h for the effective number of distinct particles.
//
// The covariance of n points falls short of that of their law by the factor
// 1 − 1/n, and its logarithm by (d+1)/(2n) more. Where each population is
// learnt from one before, for ever, such losses multiply until nothing can move
// any more, while a spread that is too wide is narrowed by the data. So the
// mixture is made wider by 1/n and twice the other loss.
func (s *Sampler) snapshot() *population {
	d := len(s.problem.Space)
	p := &population{
		steps: s.steps, weights: s.Weights(), points: dense.New(len(s.theta), d), clouds: make([]smc.State, len(s.theta)),
		mean: make([]float64, d), root: dense.New(d, d),
	}
	for i := range s.theta {
		copy(p.points[i], s.theta[i].z)
		s.theta[i].filter.Save(&p.clouds[i])
	}
	dense.Moments(p.mean, p.root, p.points, p.weights, 1)
	for k := range d {
		p.root[k][k] += 1e-10
	}
	dense.Cholesky(p.root, p.root) // a covariance plus a positive diagonal
	points := s.distinct(p.weights)
	h := elem.Exp((elem.Log(4/(float64(d)+2)) - elem.Log(points)) / (float64(d) + 4))
	p.h = min(h, 0.9)
	spread := 1 + float64(d+2)/points
	p.shrink = math.Sqrt(spread - float64(p.h*p.h))
	if points > float64(2*(d+1)) {
		p.regress(s.theta)
	}
	return p
}

// regress fits the slope of the filters' means on the parameters, where states
// can be shifted.
func (p *population) regress(theta []particle) {
	if _, ok := smc.As[smc.Shifter](theta[0].filter.Target().(*target).Model); !ok {
		return
	}
	d := len(p.mean)
	p.slope = dense.New(len(p.clouds[0].X), d)
	means := make([]float64, len(theta))
	u := dense.New(len(theta), d)
	for i := range theta {
		p.standardise(u[i], p.points[i], p.mean, 1)
	}
	for k, slope := range p.slope {
		centre := 0.0
		for i := range theta {
			means[i] = 0
			if p.weights[i] > 0 {
				means[i] = theta[i].filter.Mean(k)
			}
			centre += float64(p.weights[i] * means[i])
		}
		// The regressors have mean 0 and the identity for their covariance.
		for i, m := range means {
			for l, v := range u[i] {
				slope[l] += float64(p.weights[i] * (m - centre) * v)
			}
		}
	}
}

// standardise writes root⁻¹(z − centre)/scale to dst.
func (p *population) standardise(dst, z, centre []float64, scale float64) {
	for k := range z {
		dst[k] = (z[k] - centre[k]) / scale
	}
	dense.Solve(p.root, dst)
}

// distinct returns the effective number of distinct points, copies counted
// together.
func (s *Sampler) distinct(weights []float64) float64 {
	order := s.byPoint()
	squares, together := 0.0, 0.0
	for k, i := range order {
		if k > 0 && !slices.Equal(s.theta[i].z, s.theta[order[k-1]].z) {
			squares += float64(together * together)
			together = 0
		}
		together += weights[i]
	}
	return 1 / (squares + float64(together*together))
}

// byPoint returns the particles in an order that has those at one point
// together.
func (s *Sampler) byPoint() []int {
	order := make([]int, len(s.theta))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return slices.Compare(s.theta[a].z, s.theta[b].z) })
	return order
}

// logDensity returns the log density of the mixture at z, up to a constant.
func (p *population) logDensity(z []float64) float64 {
	logs := make([]float64, len(p.points))
	centre, gap := make([]float64, len(z)), make([]float64, len(z))
	largest := math.Inf(-1)
	for j, point := range p.points {
		if p.weights[j] == 0 {
			logs[j] = math.Inf(-1)
			continue
		}
		for k, m := range p.mean {
			centre[k] = m + float64(p.shrink*(point[k]-m))
		}
		p.standardise(gap, z, centre, p.h)
		logs[j] = elem.Log(p.weights[j]) - float64(0.5*square(gap))
		largest = max(largest, logs[j])
	}
	if math.IsInf(largest, -1) {
		return largest
	}
	sum := 0.0
	for _, l := range logs {
		sum += elem.Exp(l - largest)
	}
	return largest + elem.Log(sum)
}

func square(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v * v)
	}
	return sum
}

// nearest returns the stored particle closest to z in units of the covariance;
// among several at one point it draws by their weights.
func (p *population) nearest(z []float64, src *rng.Stream) int {
	gap := make([]float64, len(z))
	least := math.Inf(1)
	var at []int
	var weights []float64
	for j, point := range p.points {
		if p.weights[j] == 0 {
			continue
		}
		p.standardise(gap, z, point, 1)
		d := square(gap)
		if d < least {
			least, at, weights = d, at[:0], weights[:0]
		}
		if d == least {
			at, weights = append(at, j), append(weights, p.weights[j])
		}
	}
	return at[rng.Categorical(src, weights)]
}

// start puts the filter f of a model at z where the population stands: at the
// states of the nearest stored particle, moved by what the states of all say
// about the difference of parameters.
func (p *population) start(f *smc.Filter, z []float64, src *rng.Stream) error {
	j := p.nearest(z, src)
	if err := f.Start(&p.clouds[j], src); err != nil || p.slope == nil || slices.Equal(z, p.points[j]) {
		return err
	}
	gap := make([]float64, len(z))
	p.standardise(gap, z, p.points[j], 1)
	return f.Shift(dense.Apply(p.slope, gap), src)
}
