package quatre_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/samplers/pathfinder"
)

func ExamplePathfinder() {
	m := quatre.New("regression")
	beta := m.Vector("beta", 2, dist.Normal(0, 10))
	sigma := m.Param("sigma", dist.Exponential(1))
	x := [][]float64{{1, 0.5}, {1, 1.5}, {1, 2.0}, {1, 3.5}, {1, 4.0}, {1, 5.5}}
	m.Observe("y", dist.Normal(expr.MulVec(m.Data("X", x), beta), sigma), []float64{1.1, 2.9, 4.2, 7.1, 7.9, 11.0})
	built, err := m.Build()
	if err != nil {
		log.Fatal(err)
	}
	p, err := quatre.Compile(context.Background(), built, quatre.CompileOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	a, err := quatre.Pathfinder(context.Background(), p, quatre.PathfinderOptions{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	slope, _ := a.Draws.Value("beta[2]")
	fmt.Printf("the slope is about %.0f\n", diag.Mean(slope))
	// Output: the slope is about 2
}

// TestPathfinder_ConjugateNormal: a normal posterior is found exactly, the draws are
// those of the constrained quantities, and they do not depend on scheduling.
func TestPathfinder_ConjugateNormal(t *testing.T) {
	m := quatre.New("conjugate")
	mu := m.Param("mu", dist.Normal(0, 2))
	m.Deterministic("twice", mu.Mul(expr.Const(2)))
	m.Observe("y", dist.Normal(mu, 1), []float64{1, 2, 3, 2})
	built, err := m.Build()
	if err != nil {
		t.Fatal(err)
	}
	p, err := quatre.Compile(context.Background(), built, quatre.CompileOptions{Backend: quatre.Interpreter})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	o := quatre.PathfinderOptions{Seed: 3, Draws: 4000, Paths: pathfinder.PathsOptions{Path: pathfinder.Options{Draws: 4000}}}
	a, err := quatre.Pathfinder(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	// Precision 4 + 1/4, mean 8 over that.
	const precision, mean = 4.25, 8 / 4.25
	column, _ := a.Draws.Value("twice")
	z := make([]float64, len(column[0]))
	for k, x := range column[0] {
		z[k] = (0.5*x - mean) * math.Sqrt(precision)
	}
	d, pValue := check.KolmogorovSmirnov(z, func(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) })
	check.PValue(t, pValue, 1e-6, "KS distance", d)
	if a.Paths.Shape > 0.5 || a.Paths.ESS() < 15000 || a.Paths.Gradients() > 17000 {
		t.Errorf("Pareto shape %g, %g effective draws of 16000, %d gradients", a.Paths.Shape, a.Paths.ESS(), a.Paths.Gradients())
	}
	o.Paths.Parallel = 1
	again, err := quatre.Pathfinder(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	same, _ := again.Draws.Value("twice")
	check.CloseSlice(t, same[0], column[0], check.Exact, "draws, one path at a time")
}

func TestPathfinder_Fails(t *testing.T) {
	flat := samplers.Direct("x", 1, func(int) (samplers.LogDensity, error) { return flatDensity{}, nil })
	if _, err := quatre.Pathfinder(context.Background(), flat, quatre.PathfinderOptions{}); !errors.Is(err, pathfinder.ErrNoApproximation) {
		t.Errorf("error %v, want ErrNoApproximation", err)
	}
	if _, err := quatre.Pathfinder(context.Background(), flat, quatre.PathfinderOptions{Draws: -1}); err == nil {
		t.Error("-1 draws were made")
	}
}

type flatDensity struct{}

func (flatDensity) Dim() int { return 1 }

func (flatDensity) LogDensityGrad(grad, _ []float64) (float64, error) {
	grad[0] = 0
	return 0, nil
}
