package samplertest

import (
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// hierarchies are the models of this package, by name.
func hierarchies() map[string]*Hierarchy {
	return map[string]*Hierarchy{
		"eight schools":               EightSchools(false),
		"eight schools, standardized": EightSchools(true),
		"funnel":                      NealsFunnel(3),
		"walk":                        NoisyWalk(5, 0.9, 0.5, 1),
		"walk of standardized steps":  SeenWalk([]float64{0.3, -0.5, 1, 0.2}, 0.9, 0, 0.5, true),
		"walk of second order":        SeenWalk([]float64{0.3, -0.5, 1, 0.2, 0.1}, 1.1, -0.4, 0.5, false),
		"both":                        SeenWalk([]float64{0.3, -0.5, 1, 0.2, 0.1}, 1.1, -0.4, 0.5, true),
		"Poisson groups":              Groups(2, PoissonCounts(10, 1)),
		"Bernoulli groups":            Groups(2, Trials(10, 1)),
		"Student latents":             NewHierarchy(3, []Node{{Coordinate: 2, Location: 0, Scale: 1, Slope: 1, LogSlope: 1, Freedom: 4}}, func(g, v []float64) float64 { return NormalPrior(g, v, 0, 1) + NormalPrior(g, v, 1, 1) }),
	}
}

// randomConstants returns constants of all kinds.
func randomConstants(src *rng.Stream, latents []transition.Latent) []transition.MapConstants {
	constants := make([]transition.MapConstants, len(latents))
	for i, l := range latents {
		switch src.Intn(3) {
		case 0:
			constants[i] = l.AsWritten()
		case 1:
			constants[i] = transition.MapConstants{A: 1}
		default:
			constants[i] = transition.MapConstants{A: 1, B: src.Exponential(), C: src.Normal()}
		}
	}
	return constants
}

func point(src *rng.Stream, dim int) []float64 {
	q := make([]float64, dim)
	for i := range q {
		q[i] = 0.7 * src.Normal()
	}
	return q
}

// TestHierarchy_GradientIsThatOfItsDensity under any map.
func TestHierarchy_GradientIsThatOfItsDensity(t *testing.T) {
	for name, h := range hierarchies() {
		src := rng.NewKey(81).Child(name).Stream()
		for range 5 {
			if err := h.SetMap(randomConstants(src, h.Latents())); err != nil {
				t.Fatal(err)
			}
			z, grad, scratch := point(src, h.Dim()), make([]float64, h.Dim()), make([]float64, h.Dim())
			if _, err := h.LogDensityGrad(grad, z); err != nil {
				t.Fatal(err)
			}
			check.Gradient(t, grad, z, func(z []float64) float64 {
				logDensity, _ := h.LogDensityGrad(scratch, z)
				return logDensity
			}, check.FD, name)
		}
	}
}

// TestHierarchy_IsAsWrittenAtFirst: the constants of a new density leave the
// coordinates alone.
func TestHierarchy_IsAsWrittenAtFirst(t *testing.T) {
	for name, h := range hierarchies() {
		z := point(rng.NewKey(82).Child(name).Stream(), h.Dim())
		q := make([]float64, h.Dim())
		if err := h.ToModel(q, z); err != nil {
			t.Fatal(err)
		}
		check.CloseSlice(t, q, z, check.ULP(8).Loosened(100, "x = μ + σ z and back"), name)
	}
}
