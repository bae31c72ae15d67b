package smc2

import (
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc/prior"
)

// TestMonomials_AreAllOfTheirDegrees counts them, C(d+degree, degree): at prime
// numbers no two of them agree.
func TestMonomials_AreAllOfTheirDegrees(t *testing.T) {
	primes := []float64{2, 3, 5, 7, 11}
	for _, c := range []struct{ d, degree, want int }{{1, 4, 5}, {2, 4, 15}, {3, 4, 35}, {3, 2, 10}, {5, 3, 56}, {4, 0, 1}} {
		x := monomials(nil, primes[:c.d], c.degree)
		different := map[float64]bool{}
		for _, v := range x {
			different[v] = true
		}
		largest := math.Pow(primes[c.d-1], float64(c.degree))
		if len(x) != c.want || termsUpTo(c.d, c.degree) != c.want || len(different) != c.want || !different[largest] {
			t.Errorf("%d monomials, %d of them different, in %d coordinates up to degree %d, want %d", len(x), len(different), c.d, c.degree, c.want)
		}
	}
}

// bent is a log target in two coordinates that no polynomial of degree 2
// follows: a is standard normal, b normal around a²/2 with variance 1/4.
func bent(z []float64) float64 {
	a, b := z[0], z[1]-0.5*z[0]*z[0]
	return -0.5*a*a - 2*b*b
}

func drawBent(z []float64, src *rng.Stream) {
	z[0] = src.Normal()
	z[1] = 0.5*z[0]*z[0] + 0.5*src.Normal()
}

// taught returns a surrogate that has seen n points, from twice as wide a law,
// with noisy values of bent.
func taught(t *testing.T, n int, noise float64) *surrogate {
	t.Helper()
	src := rng.NewKey(141).Stream()
	fit := &proposals{mean: []float64{0.1, 0.4}, root: [][]float64{{1.2, 0}, {0.2, 1}}}
	g := &surrogate{fit: fit, degree: highestDegree, typical: -1, space: prior.Space{
		{Name: "a", Law: prior.Normal{Mu: 0, Sigma: 10}}, {Name: "b", Law: prior.Normal{Mu: 0, Sigma: 10}},
	}}
	z := make([]float64, 2)
	for i := range n {
		drawBent(z, src)
		z[0] *= 1.4
		z[1] += src.Normal()
		g.seen = append(g.seen, g.evaluate(z, bent(z), []float64{noise * src.Normal()}, i%folds))
	}
	if !g.learn() {
		t.Fatal("nothing learnt")
	}
	return g
}

// TestSurrogate_FollowsABentRidge compares differences of the surrogate with
// those of the target near the ridge: within 0.1 where evidences are exact, and
// within 0.5 with noise of standard deviation 1 (15 terms from 2000 points have
// a standard error of 0.09 on average).
func TestSurrogate_FollowsABentRidge(t *testing.T) {
	for _, c := range []struct{ noise, tolerance float64 }{{0, 0.1}, {1, 0.5}} {
		w := newWalker(taught(t, 2000, c.noise), 0)
		for _, z := range [][]float64{{1, 0.5}, {-1, 0.5}, {1.5, 1.2}, {0, 0.7}, {-1.5, 0.8}} {
			if got, want := w.logDensity(z)-w.logDensity([]float64{0, 0}), bent(z); math.Abs(got-want) > c.tolerance {
				t.Errorf("noise %v: %v above the middle at %v, want %v within %v", c.noise, got, z, want, c.tolerance)
			}
		}
		if far := w.logDensity([]float64{30, -30}); !(far < w.logDensity([]float64{0, 0})-100) {
			t.Errorf("the surrogate is %v far from everything seen", far)
		}
	}
}

// TestSurrogate_MovesLeaveTheTargetInvariant: draws of the target are draws of
// it after a move, whether the surrogate is close or learnt from few points; a
// false alarm with probability 7e-6 for each moment.
func TestSurrogate_MovesLeaveTheTargetInvariant(t *testing.T) {
	draws := 20000
	if testing.Short() {
		draws = 4000
	}
	for _, points := range []int{40, 2000} {
		g := taught(t, points, 1)
		src := rng.NewKey(142).Child("points", uint64(points)).Stream()
		var moments [5][]float64
		accepted := 0
		z, next := make([]float64, 2), make([]float64, 2)
		for range draws {
			drawBent(z, src)
			logRatio := g.propose(next, z, 0, src) + bent(next) - bent(z)
			if math.Log(src.Float64()) < logRatio {
				copy(z, next)
				accepted++
			}
			a, b := z[0], z[1]-0.5*z[0]*z[0]
			for k, v := range []float64{a, a * a, b, b * b, a * b} {
				moments[k] = append(moments[k], v)
			}
		}
		for k, want := range []float64{0, 1, 0, 0.25, 0} {
			mean, se := check.MeanError(moments[k])
			check.Close(t, mean, want, check.Z(4.5, se), "points", points, "moment", k)
		}
		if least := map[int]float64{40: 0.3, 2000: 0.85}[points]; !(float64(accepted) > least*float64(draws)) {
			t.Errorf("%d points: %d of %d accepted", points, accepted, draws)
		}
	}
}

// TestSurrogate_KnowsNotWhatItsFoldSaw: evaluations of a fold change the
// polynomials of the others only.
func TestSurrogate_KnowsNotWhatItsFoldSaw(t *testing.T) {
	g, changed := taught(t, 400, 1), taught(t, 400, 1)
	changed.parts, changed.counted = [folds]leastSquares{}, 0
	for i := range changed.seen {
		if e := &changed.seen[i]; e.fold == 3 {
			e.logTarget++
			e.excess++
		}
	}
	if !changed.learn() {
		t.Fatal("nothing learnt")
	}
	for fold := range folds {
		same := slices.Equal(g.shapes[fold].terms, changed.shapes[fold].terms)
		if same != (fold == 3) {
			t.Errorf("fold %d: the same polynomial: %v", fold, same)
		}
	}
}

// TestSampler_FoldsKeepCopiesTogether also after a resampling.
func TestSampler_FoldsKeepCopiesTogether(t *testing.T) {
	s := &Sampler{theta: make([]particle, 40)}
	for i := range s.theta {
		s.theta[i].z = []float64{float64(i * 7 % 20)} // each point twice
	}
	s.fold()
	of, sizes := map[float64]int{}, [folds]int{}
	for _, p := range s.theta {
		if fold, ok := of[p.z[0]]; ok && fold != p.fold {
			t.Errorf("copies of %v in folds %d and %d", p.z, fold, p.fold)
		}
		of[p.z[0]] = p.fold
		sizes[p.fold]++
	}
	if smallest, largest := slices.Min(sizes[:]), slices.Max(sizes[:]); smallest < 4 || largest > 6 {
		t.Errorf("folds of %v particles", sizes)
	}
}

// TestMoves_EndWhereEnoughHaveMoved runs moves of a rejuvenation by hand.
func TestMoves_EndWhereEnoughHaveMoved(t *testing.T) {
	m := &moves{moved: make([]bool, 10)}
	for k, want := range []bool{false, false, false, false, true, true} {
		if m.refreshed() != want {
			t.Errorf("%d of 10 have moved: refreshed %v", k, !want)
		}
		m.moved[k] = true
	}
}

// TestSurrogate_WantsPoints: none from fewer than twice as many as a
// polynomial of degree 2 has terms; degree 4 where there are enough.
func TestSurrogate_WantsPoints(t *testing.T) {
	space := prior.Space{{Name: "a", Law: prior.Normal{Mu: 0, Sigma: 1}}, {Name: "b", Law: prior.Normal{Mu: 0, Sigma: 1}}}
	for _, c := range []struct{ theta, degree int }{{11, 0}, {12, 2}, {19, 2}, {20, 3}, {30, 4}, {100, 4}} {
		s := &Sampler{problem: Problem{Space: space}, theta: make([]particle, c.theta), logW: make([]float64, c.theta)}
		for i := range s.theta {
			s.theta[i].z = []float64{float64(i), float64(i % 3)}
		}
		g := s.guide(&proposals{mean: []float64{0, 0}, root: [][]float64{{1, 0}, {0, 1}}}, nil)
		switch {
		case g == nil && c.degree > 0 || g != nil && g.degree != c.degree:
			t.Errorf("%d particles: surrogate %v, want degree %d", c.theta, g, c.degree)
		}
	}
}
