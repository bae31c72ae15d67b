package adapt

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/samplertest"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// TestBend_AgreesWithTheFormula, at scales where its squares do not overflow and
// where they do.
func TestBend_AgreesWithTheFormula(t *testing.T) {
	for _, c := range []transition.MapConstants{{B: 1}, {A: 1}, {A: 1, B: 0.3, C: -2}, {A: 2, B: 5, C: 1}, {B: 4, C: 3}} {
		for _, scale := range []float64{1e-3, 0.7, 40} {
			weight, centre, stretch := bend(c, 1.5, scale)
			sum := c.A + c.B*scale*scale
			check.Close(t, weight, c.A/sum, check.Rel, c, scale, "weight")
			check.Close(t, centre, c.A/sum*1.5+(1-c.A/sum)*c.C, check.Rel.Scaled(1), c, scale, "centre")
			check.Close(t, stretch, scale/math.Sqrt(sum), check.Rel, c, scale, "stretch")
			check.Close(t, logStretch(c, scale), math.Log(stretch), check.Rel.Scaled(1), c, scale, "log stretch")
		}
	}
	weight, centre, stretch := bend(transition.MapConstants{A: 1, B: 4, C: 3}, 1.5, 1e200)
	if weight != 0 || centre != 3 || stretch != 0.5 {
		t.Errorf("at an infinite scale the map has weight %g, centre %g, stretch %g, want 0, 3, 0.5", weight, centre, stretch)
	}
}

// TestMapping_LogJacobianIsThatOfItsMap compares with the determinant of the
// numeric Jacobian of ToModel.
func TestMapping_LogJacobianIsThatOfItsMap(t *testing.T) {
	for name, h := range map[string]*samplertest.Hierarchy{
		"eight schools": samplertest.EightSchools(false), "standardized": samplertest.EightSchools(true),
		"walk": samplertest.NoisyWalk(4, 0.9, 0.5, 1), "walk of second order": samplertest.SeenWalk([]float64{0.3, -0.5, 1, 0.2}, 1.1, -0.4, 0.5, false), "groups": samplertest.Groups(2, samplertest.Trials(10, 1)),
	} {
		src := rng.NewKey(83).Child(name).Stream()
		m := NewMapping(h)
		for range 3 {
			constants := make([]transition.MapConstants, len(m.Latents()))
			for i := range constants {
				constants[i] = transition.MapConstants{A: 1, B: src.Exponential(), C: src.Normal()}
			}
			if err := m.Set(constants); err != nil {
				t.Fatal(err)
			}
			dim := h.Dim()
			z, q := make([]float64, dim), make([]float64, dim)
			for i := range z {
				z[i] = 0.5 * src.Normal()
			}
			image := func(column int, shift float64) []float64 {
				moved, out := append([]float64(nil), z...), make([]float64, dim)
				moved[column] += shift
				if err := h.ToModel(out, moved); err != nil {
					t.Fatal(err)
				}
				return out
			}
			jacobian := make([][]float64, dim)
			for row := range jacobian {
				jacobian[row] = make([]float64, dim)
			}
			for column := range dim {
				up, down := image(column, 1e-5), image(column, -1e-5)
				for row := range dim {
					jacobian[row][column] = (up[row] - down[row]) / 2e-5
				}
			}
			got, err := m.ToModel(q, z)
			if err != nil {
				t.Fatal(err)
			}
			check.CloseSlice(t, q, image(0, 0), check.Rel.Scaled(1), name, "model coordinates")
			check.Close(t, got, math.Log(math.Abs(samplertest.Determinant(jacobian))), check.FD, name)
		}
	}
}

// drawsAt returns a window of points that need not be draws.
func drawsAt(t *testing.T, m *Mapping, h *samplertest.Hierarchy, count int, seed uint64) *window {
	t.Helper()
	src := rng.NewKey(seed).Stream()
	w := newWindow(h.Dim(), len(m.Latents()))
	state := transition.NewState(h.Dim())
	for range count {
		for i := range state.Q {
			state.Q[i] = src.Normal()
		}
		logDensity, err := h.LogDensityGrad(state.Grad, state.Q)
		if err != nil {
			t.Fatal(err)
		}
		state.LogDensity = logDensity
		if err := w.add(m, state); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// TestRefit_IsExactForANormalLikelihood after two different points, from either
// form: h = 1/sigma_j², c = y_j.
func TestRefit_IsExactForANormalLikelihood(t *testing.T) {
	for name, standardized := range map[string]bool{"centred": false, "non-centred": true} {
		h := samplertest.EightSchools(standardized)
		m := NewMapping(h)
		w := drawsAt(t, m, h, 2, 84)
		var r remapper
		for _, i := range m.levels()[0] {
			r.correction = make([]float64, 2*len(m.Latents()))
			r.gather(m, w, i)
			got := r.fitter.fit()
			sigma := samplertest.SchoolsSigma[i]
			check.Close(t, got.B, 1/(sigma*sigma), check.Rel.Loosened(1e4, "differences of numbers that nearly cancel"), name, "precision", i)
			check.Close(t, got.C, samplertest.SchoolsY[i], check.Rel.Loosened(1e4, "as above"), name, "centre", i)
		}
	}
}

// TestRefit_BringsDrawsToTheNewCoordinates: positions, gradients and density are
// those of the new map, and a second fit to the same draws changes nothing and
// costs nothing.
func TestRefit_BringsDrawsToTheNewCoordinates(t *testing.T) {
	for name, h := range map[string]*samplertest.Hierarchy{
		"eight schools": samplertest.EightSchools(false), "walk": samplertest.NoisyWalk(8, 0.9, 0.5, 1),
		"standardized walk of second order": samplertest.SeenWalk([]float64{0.3, -0.5, 1, 0.2, 0.1, 1.3}, 1.1, -0.4, 0.5, true),
		"groups":                            samplertest.Groups(2, samplertest.PoissonCounts(10, 1)),
	} {
		m := NewMapping(h)
		w := drawsAt(t, m, h, 30, 85)
		before := append([]float64(nil), w.q...)
		var r remapper
		changed, logDensity, cost, err := r.refit(m, h, w)
		if err != nil || !changed {
			t.Fatalf("%s: changed %v, error %v", name, changed, err)
		}
		if want := 30 * len(m.levels()); cost.Leapfrogs != want {
			t.Errorf("%s: %d evaluations for %d levels, want %d", name, cost.Leapfrogs, len(m.levels()), want)
		}
		q, grad := make([]float64, h.Dim()), make([]float64, h.Dim())
		for k := range w.count {
			if err := h.ToModel(q, w.row(w.z, k)); err != nil {
				t.Fatal(err)
			}
			check.CloseSlice(t, q, before[k*h.Dim():(k+1)*h.Dim()], check.Rel.Scaled(1), name, "place of draw", k)
			last, _ := h.LogDensityGrad(grad, w.row(w.z, k))
			check.CloseSlice(t, w.row(w.g, k), grad, check.Exact, name, "gradient of draw", k)
			if k == w.count-1 {
				check.Close(t, logDensity, last, check.Exact, name, "log density")
			}
		}
		if name == "groups" { // the parents' fit depends on the children's
			continue
		}
		if changed, _, cost, err := r.refit(m, h, w); changed || cost.Leapfrogs != 0 || err != nil {
			t.Errorf("%s: the same draws changed the map again (%v, %d evaluations, %v)", name, changed, cost.Leapfrogs, err)
		}
	}
}

// TestRefit_WalksInClosedForm: the adjoint of a latent in a walk, corrected for
// the new maps of those after it, is its derivative over its stretch when the
// gradient is computed under them.
func TestRefit_WalksInClosedForm(t *testing.T) {
	y := []float64{0.3, -0.5, 1, 0.2, 0.1, 1.3}
	for name, h := range map[string]*samplertest.Hierarchy{
		"centred": samplertest.SeenWalk(y, 0.9, 0, 0.5, false), "standardized": samplertest.SeenWalk(y, 0.9, 0, 0.5, true),
		"second order": samplertest.SeenWalk(y, 1.1, -0.4, 0.5, false), "both": samplertest.SeenWalk(y, 1.1, -0.4, 0.5, true),
	} {
		m := NewMapping(h)
		w := drawsAt(t, m, h, 10, 86)
		var r remapper
		r.proposed = append(r.proposed, m.constants...)
		level := m.levels()[0]
		if !r.fitLevel(m, w, level) {
			t.Fatal(name, "nothing to change")
		}
		adjoint := map[int][]float64{}
		for i := range m.Latents() {
			r.gather(m, w, i)
			adjoint[i] = append([]float64(nil), r.fitter.adjoint...)
		}
		if ok, _, _, err := r.move(m, h, w, level); !ok || err != nil {
			t.Fatal(name, ok, err)
		}
		clear(r.correction)
		for i := range m.Latents() {
			r.gather(m, w, i)
			check.CloseSlice(t, adjoint[i], r.fitter.adjoint, check.Rel.Scaled(1), name, "latent", i)
		}
	}
}

// TestFit_FallsBackToTheNonCentredForm where draws say nothing, or what no normal
// would say.
func TestFit_FallsBackToTheNonCentredForm(t *testing.T) {
	want := transition.MapConstants{A: 1}
	for name, f := range map[string]fitter{
		"no likelihood":      {x: []float64{1, 2, 4}, location: make([]float64, 3), scale: []float64{1, 2, 1}, adjoint: []float64{-1, -0.5, -4}},
		"a single point":     {x: []float64{1, 1}, location: make([]float64, 2), scale: []float64{1, 1}, adjoint: []float64{2, 2}},
		"pushed away":        {x: []float64{1, 2, 4}, location: make([]float64, 3), scale: []float64{1, 1, 1}, adjoint: []float64{1, 2, 4}},
		"not a number":       {x: []float64{1, 2}, location: make([]float64, 2), scale: []float64{1, 1}, adjoint: []float64{math.NaN(), 2}},
		"an infinite number": {x: []float64{1, 2}, location: make([]float64, 2), scale: []float64{1, 1}, adjoint: []float64{math.Inf(1), 2}},
	} {
		if got := f.fit(); got != want {
			t.Errorf("%s: constants %+v, want %+v", name, got, want)
		}
	}
}
