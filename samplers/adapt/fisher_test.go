package adapt

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/samplertest"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// fishing feeds a scheme exact draws of independent normals with sds 10^i.
type fishing struct {
	k      *probe
	src    *rng.Stream
	state  *transition.State
	metric []float64
}

func newFishing(dim int, seed uint64) *fishing {
	f := &fishing{src: rng.NewKey(seed).Stream(), state: transition.NewState(dim)}
	f.k = &probe{step: 1, drop: func(step float64) (float64, error, error) { return -step, nil, nil }}
	f.k.set = func(metric []float64) { f.metric = append(f.metric[:0], metric...) }
	f.draw(0)
	return f
}

// ofDim is a target that is only asked for its dimension.
type ofDim struct {
	transition.LogDensity
	dim int
}

func (d ofDim) Dim() int { return d.dim }

func (f *fishing) subject() Subject {
	return Subject{Kernel: f.k, Target: ofDim{dim: len(f.state.Q)}}
}

func (f *fishing) draw(shift float64) {
	for i := range f.state.Q {
		sd := math.Pow(10, float64(i))
		y := f.src.Normal()
		f.state.Q[i], f.state.Grad[i] = sd*(y+shift), -y/sd
	}
}

func (f *fishing) learn(t *testing.T, s *Fisher, shift float64) {
	t.Helper()
	f.draw(shift)
	accept := math.Exp(-f.k.step)
	if _, err := s.Learn(f.subject(), f.src, f.state, transition.Info{AcceptStat: accept, SymmetricStat: accept}); err != nil {
		t.Fatal(err)
	}
}

// TestFisher_KnowsNormalsAfterTwoDraws: for a normal Var x / Var g is the fourth
// power of the sd in any sample.
func TestFisher_KnowsNormalsAfterTwoDraws(t *testing.T) {
	f := newFishing(3, 101)
	s := NewFisher(3, 0, FisherOptions{Warmup: 1000, TargetAccept: 0.8, LowRank: true})
	if _, err := s.Start(f.subject(), f.src, f.state); err != nil {
		t.Fatal(err)
	}
	check.Close(t, f.metric[1], 1/math.Abs(f.state.Grad[1]), check.Rel, "metric of one gradient")
	f.learn(t, s, 0)
	f.learn(t, s, 0)
	check.CloseSlice(t, f.metric, []float64{1, 1e2, 1e4}, check.Rel, "metric of two draws")
}

// TestFisher_EndsWhenItHasSettled, and not while the draws drift, nor when it is
// to take its time.
func TestFisher_EndsWhenItHasSettled(t *testing.T) {
	for name, c := range map[string]struct {
		drift  float64 // in sds per draw
		fixed  bool
		settle bool
	}{"steady": {0, false, true}, "drifting": {0.02, false, false}, "of fixed length": {0, true, false}} {
		f := newFishing(3, 102)
		s := NewFisher(3, 0, FisherOptions{Warmup: 1000, TargetAccept: 0.8, LowRank: true, FixedLength: c.fixed})
		if _, err := s.Start(f.subject(), f.src, f.state); err != nil {
			t.Fatal(err)
		}
		draws := 0
		for draws < 1000 && !s.Settled() {
			f.learn(t, s, c.drift*float64(draws))
			draws++
		}
		if s.Settled() != c.settle || c.settle && (draws < 150 || draws > 250) {
			t.Errorf("%s: settled %v after %d draws", name, s.Settled(), draws)
		}
		s.Finish(f.k)
		if want := -math.Log(0.8); math.Abs(f.k.step/want-1) > 0.1 {
			t.Errorf("%s: step size %g, want about %g", name, f.k.step, want)
		}
	}
}

// TestFisher_CopyContinuesAlike through switches, with a map and with
// directions.
func TestFisher_CopyContinuesAlike(t *testing.T) {
	for _, at := range []int{0, 7, 25, 100, 139, 141, 300} {
		f := newFishing(3, 103)
		o := FisherOptions{Warmup: 400, TargetAccept: 0.8, LowRank: true, FixedLength: true}
		original, copied := NewFisher(3, 0, o), NewFisher(3, 0, o)
		if _, err := original.Start(f.subject(), f.src, f.state); err != nil {
			t.Fatal(err)
		}
		for range at {
			f.learn(t, original, 0)
		}
		copied.CopyFrom(original)
		g := newFishing(3, 103)
		*g.k, *g.src = *f.k, *f.src
		g.k.set = func(metric []float64) { g.metric = append(g.metric[:0], metric...) }
		g.state.CopyFrom(f.state)
		for range 400 - at {
			f.learn(t, original, 0)
			g.learn(t, copied, 0)
		}
		check.Close(t, g.k.step, f.k.step, check.Exact, "step size", at)
		check.CloseSlice(t, g.metric, f.metric, check.Exact, "metric", at)
	}
}

// TestFisher_SkipsDrawsThatDidNotMove.
func TestFisher_SkipsDrawsThatDidNotMove(t *testing.T) {
	f := newFishing(2, 104)
	s := NewFisher(2, 0, FisherOptions{Warmup: 100, TargetAccept: 0.8})
	for range 5 {
		if err := s.store(Subject{}, f.state); err != nil {
			t.Fatal(err)
		}
	}
	if s.draws.count != 1 || s.moments.count != 1 {
		t.Errorf("%d draws, %d in the moments, want 1", s.draws.count, s.moments.count)
	}
}

// TestWindow_ThinKeepsTheLast and even distances, in all its columns.
func TestWindow_ThinKeepsTheLast(t *testing.T) {
	h := samplertest.EightSchools(false)
	m := NewMapping(h)
	w := drawsAt(t, m, h, 100, 105)
	last, scale := append([]float64(nil), w.row(w.q, 99)...), w.scale[99*8+3]
	w.thin(30)
	check.CloseSlice(t, w.row(w.q, 29), last, check.Exact, "last draw")
	check.Close(t, w.scale[29*8+3], scale, check.Exact, "its scale")
	if w.count != 30 || len(w.g) != 300 || len(w.location) != 240 {
		t.Errorf("%d draws, lengths %d and %d", w.count, len(w.g), len(w.location))
	}
}

// TestMoments_AgreeWithTwoPasses and leave alone what the draws do not tell.
func TestMoments_AgreeWithTwoPasses(t *testing.T) {
	m := newMoments(3)
	z := [][]float64{{1, 5, 0}, {2, 5, 1}, {4, 5, 2}}
	g := [][]float64{{3, 1, 0}, {-1, 2, 0}, {1, 4, 0}}
	for k := range z {
		m.add(z[k], g[k])
	}
	got := []float64{9, 9, 9}
	m.diagonal(got)
	// Var z = 14/9, Var g = 8/3; the second has no spread, the third no gradient.
	check.CloseSlice(t, got, []float64{math.Sqrt(14.0 / 9 / (8.0 / 3)), 9, 9}, check.Rel, "variances")
	fromGradient(got, []float64{4, 0, math.NaN()})
	check.CloseSlice(t, got, []float64{0.25, 9, 9}, check.Rel, "variances of a gradient")
}
