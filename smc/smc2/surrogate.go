package smc2

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc/internal/dense"
	"github.com/quatre-ppl/quatre/smc/prior"
)

// surrogate is a smooth function in place of the log target of the moves, whose
// evidence costs a filter: the log prior and a polynomial of the standardised
// point, learnt from all evidences that were estimated at this time.
//
// A proposal is the end of a chain of cheap moves that leave exp(surrogate)
// invariant; it is accepted by the ratio of the target to the surrogate (the
// surrogate transition method, Liu 2001, section 9.4.3), so that the surrogate
// decides how often, not what for. Where it is close, only the noise of the
// evidence is left to reject a proposal.
//
// A particle whose evidence came out high must stay as long as that is
// unlikely. It would leave too soon if the surrogate had learnt its luck. So
// particles are in folds, copies together, and a particle moves by what was
// learnt from the other folds.
type surrogate struct {
	fit     *proposals // standardises, and makes the cheap moves
	space   prior.Space
	degree  int
	seen    []evaluation
	typical float64             // mean log target of the particles
	parts   [folds]leastSquares // of the evaluations in each fold
	counted int                 // evaluations in parts
	shapes  [folds]shape
}

const folds = 8

// shape is a polynomial.
type shape struct {
	terms  []float64 // coefficients, in the order of monomials
	top    float64   // its largest value
	radius float64   // up to which it is used
}

// evaluation is a point with its log target, as a filter estimated it.
type evaluation struct {
	u         []float64 // standardised; nil for none
	fold      int       // of the particle that is or was to be there
	logTarget float64
	excess    float64 // logTarget less the log prior
}

// cheapMoves is the length of the chain over the surrogate: most of the chains
// of 10 forget where they began.
const cheapMoves = 10

// leastGuided is the share of accepted proposals below which a surrogate is
// given up.
const leastGuided = 0.1

// highestDegree is that of the polynomial where there are twice as many
// particles as it has terms. The posterior of an epidemic's rates, on the
// whole line, is a bent ridge that a polynomial of the second degree misses.
const highestDegree = 4

// guide returns a surrogate that has seen the weighted particles; nil where they
// are too few. It puts particles into folds.
func (s *Sampler) guide(fit *proposals, from *population) *surrogate {
	g := &surrogate{fit: fit, space: s.problem.Space}
	start := s.startOf(from) - s.past.first
	s.fold()
	for i, w := range s.Weights() {
		if w == 0 {
			continue
		}
		p := &s.theta[i]
		e := g.evaluate(p.z, s.logPrior(make([]float64, len(p.z)), p.z, from), p.increments[start:], p.fold)
		g.typical += float64(w * e.logTarget)
		g.seen = append(g.seen, e)
	}
	for g.degree = highestDegree; g.degree >= 2; g.degree-- {
		if 2*termsUpTo(len(fit.mean), g.degree) <= len(g.seen) {
			return g
		}
	}
	return nil
}

// fold puts the particles into folds, those at one point into one.
func (s *Sampler) fold() {
	fold, order := 0, s.byPoint()
	for k, i := range order {
		if k > 0 && !slices.Equal(s.theta[i].z, s.theta[order[k-1]].z) {
			fold = (fold + 1) % folds
		}
		s.theta[i].fold = fold
	}
}

// evaluate returns what a filter said about z, where logPrior is that of the
// target, which is another one than the parameters' own where a window begins.
func (g *surrogate) evaluate(z []float64, logPrior float64, increments []float64, fold int) evaluation {
	e := evaluation{u: make([]float64, len(z)), fold: fold, logTarget: logPrior}
	for _, v := range increments {
		e.logTarget += v
	}
	e.excess = e.logTarget - g.space.LogDensityAt(e.u, z)
	g.fit.standardise(e.u, z)
	return e
}

// take remembers the points of a round of moves.
func (g *surrogate) take(done []outcome) {
	for _, o := range done {
		if o.seen.u != nil {
			g.seen = append(g.seen, o.seen)
		}
	}
}

// termsUpTo returns how many monomials of d coordinates have up to a degree.
func termsUpTo(d, degree int) int {
	n := 1
	for k := range degree {
		n = n * (d + k + 1) / (k + 1)
	}
	return n
}

// monomials appends those of u up to a degree to x, each degree after the one
// before.
func monomials(x, u []float64, degree int) []float64 {
	x = append(x, 1)
	// Those of the degree before begin at from; the ones that end in u[i] or a
	// coordinate before it end at ends[i].
	from, ends := len(x)-1, make([]int, len(u))
	for i := range ends {
		ends[i] = len(x)
	}
	for range degree {
		begin := len(x)
		for i, v := range u {
			for _, m := range x[from:ends[i]] {
				x = append(x, float64(m*v))
			}
			ends[i] = len(x)
		}
		from = begin
	}
	return x
}

// The ridge of the least squares, in units of an evaluation: next to none up
// to the second degree, and one that keeps higher terms small where few points
// ask for them.
const lowRidge, highRidge = 1e-3, 1

// leastSquares is the normal equations of a polynomial.
type leastSquares struct {
	squares [][]float64 // lower triangle
	sums    []float64
}

func newLeastSquares(terms int) leastSquares {
	return leastSquares{dense.New(terms, terms), make([]float64, terms)}
}

// add takes in the terms x of a point of value y.
func (q *leastSquares) add(x []float64, weight, y float64) {
	for k, v := range x {
		v *= weight
		for l, w := range x[:k+1] {
			q.squares[k][l] += float64(v * w)
		}
		q.sums[k] += float64(v * y)
	}
}

// join takes in what another one has.
func (q *leastSquares) join(o *leastSquares) {
	for k, row := range o.squares {
		for l, v := range row[:k+1] {
			q.squares[k][l] += v
		}
		q.sums[k] += o.sums[k]
	}
}

// solve returns the coefficients, of which the first low have a low ridge; nil
// where the points are not finite. It spoils q.
func (q *leastSquares) solve(low int) []float64 {
	for k := range q.squares {
		q.squares[k][k] += lowRidge
		if k >= low {
			q.squares[k][k] += highRidge
		}
	}
	if !dense.Cholesky(q.squares, q.squares) {
		return nil
	}
	dense.Solve(q.squares, q.sums)
	dense.SolveTransposed(q.squares, q.sums)
	return q.sums
}

// learn fits the polynomials, by least squares, to what was seen. It reports
// whether that worked.
func (g *surrogate) learn() bool {
	d := len(g.fit.mean)
	terms, low := termsUpTo(d, g.degree), termsUpTo(d, 2)
	x := make([]float64, 0, terms)
	for ; g.counted < len(g.seen); g.counted++ {
		e := &g.seen[g.counted]
		part := &g.parts[e.fold]
		if part.sums == nil {
			*part = newLeastSquares(terms)
		}
		// Points far below the typical log target count less, down to nothing.
		weight := elem.Exp(min(0, float64(0.5*(e.logTarget-g.typical+3))))
		if weight > 0 && !math.IsInf(e.excess, 0) {
			x = monomials(x[:0], e.u, g.degree)
			part.add(x, weight, e.excess-g.typical)
		}
	}
	for fold := range g.shapes {
		all := newLeastSquares(terms)
		for other := range g.parts {
			if other != fold {
				all.join(&g.parts[other])
			}
		}
		g.shapes[fold].terms = all.solve(low)
		if g.shapes[fold].terms == nil || !g.bound(fold) {
			return false
		}
	}
	return true
}

// bound sets how high the polynomial of a fold goes, and how far, by the points
// that were seen and are not far below the typical log target.
func (g *surrogate) bound(fold int) bool {
	p := &g.shapes[fold]
	p.top, p.radius = math.Inf(1), math.Inf(1)
	w := newWalker(g, fold)
	top, radius := math.Inf(-1), 0.0
	for _, e := range g.seen {
		if e.fold != fold && e.logTarget > g.typical-6 {
			top, radius = max(top, w.polynomial(e.u)), max(radius, math.Sqrt(square(e.u)))
		}
	}
	p.top, p.radius = top, radius
	return !math.IsNaN(top) && !math.IsInf(top, 0)
}

// walker is the memory of a chain over a surrogate.
type walker struct {
	*surrogate
	*shape
	theta, u, x []float64
}

func newWalker(g *surrogate, fold int) *walker {
	d := len(g.fit.mean)
	return &walker{surrogate: g, shape: &g.shapes[fold], theta: make([]float64, d), u: make([]float64, d)}
}

// polynomial returns the fitted value at u, which it may change. Beyond the
// radius it is the value at the radius less the square of what is beyond, so
// that the surrogate falls off where nothing was seen.
func (w *walker) polynomial(u []float64) float64 {
	beyond := math.Sqrt(square(u)) - w.radius
	if beyond > 0 {
		for k := range u {
			u[k] *= w.radius / (w.radius + beyond)
		}
	}
	w.x = monomials(w.x[:0], u, w.degree)
	v := 0.0
	for k, c := range w.terms {
		v += float64(c * w.x[k])
	}
	v = min(v, w.top)
	if beyond > 0 {
		v -= float64(beyond * beyond)
	}
	return v
}

// logDensity returns the surrogate at z, up to a constant.
func (w *walker) logDensity(z []float64) float64 {
	w.fit.standardise(w.u, z)
	return w.space.LogDensityAt(w.theta, z) + w.polynomial(w.u)
}

// propose writes the end of a chain from z, where a particle of the fold is, to
// next, and returns the log of the surrogate at z less that at next, which is
// that of q(z | next)/q(next | z).
func (g *surrogate) propose(next, z []float64, fold int, src *rng.Stream) float64 {
	w := newWalker(g, fold)
	at := slices.Clone(z)
	first := w.logDensity(at)
	now := first
	for range cheapMoves {
		logRatio := g.fit.propose(next, at, src)
		there := w.logDensity(next)
		if elem.Log(src.Float64()) < there-now+logRatio {
			copy(at, next)
			now = there
		}
	}
	copy(next, at)
	return first - now
}
