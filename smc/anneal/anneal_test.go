package anneal_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/nuts"
	"github.com/quatre-ppl/quatre/samplers/transition"
	"github.com/quatre-ppl/quatre/smc/anneal"
	"github.com/quatre-ppl/quatre/smc/internal/problems"
)

// density is a function with its gradient.
type density struct {
	dim  int
	eval func(grad, q []float64) float64
}

func (d density) Dim() int                                          { return d.dim }
func (d density) LogDensityGrad(grad, q []float64) (float64, error) { return d.eval(grad, q), nil }

// normalPrior is independent Normal(0, sd²).
func normalPrior(dim int, sd float64) density {
	return density{dim, func(grad, q []float64) float64 {
		sum := -float64(dim) * (math.Log(sd) + 0.5*math.Log(2*math.Pi))
		for i, v := range q {
			sum -= v * v / (2 * sd * sd)
			grad[i] = -v / (sd * sd)
		}
		return sum
	}}
}

// regression is the logistic regression of the problem of that name.
func regression(t *testing.T) (anneal.Problem, *problems.Logistic) {
	t.Helper()
	p := new(problems.Logistic)
	problems.Read(t, "logistic", p)
	likelihood := density{4, func(grad, q []float64) float64 {
		clear(grad)
		sum := 0.0
		for i, row := range p.X {
			eta, sign := 0.0, 2*p.Y[i]-1
			for j, x := range row {
				eta += x * q[j]
			}
			sum -= math.Log1p(math.Exp(-sign * eta))
			for j, x := range row {
				grad[j] += sign * x / (1 + math.Exp(sign*eta))
			}
		}
		return sum
	}}
	return anneal.Problem{
		Dim: 4,
		Draw: func(q []float64, src *rng.Stream) {
			for i := range q {
				q[i] = rng.Normal(src, 0, 2)
			}
		},
		Open: func() (transition.LogDensity, transition.LogDensity, error) {
			return normalPrior(4, 2), likelihood, nil
		},
	}, p
}

// nutsMove makes no-U-turn kernels with the cloud's scales.
func nutsMove(d transition.LogDensity, fit *anneal.Fit) (transition.Kernel, error) {
	metric := nuts.NewDiag(d.Dim())
	inverse := make([]float64, d.Dim())
	for i := range inverse {
		inverse[i] = fit.Cov[i][i]
	}
	if err := metric.SetInverse(inverse); err != nil {
		return nil, err
	}
	k, err := nuts.New(d, metric, nuts.Options{MaxDepth: 6})
	if err == nil {
		k.SetStepSize(0.4)
	}
	return k, err
}

// TestTemper_HasTheQuadratureAnswer compares evidence and moments of a
// logistic regression with quadrature, 4.5 standard errors over runs, for
// waste-free and standard moves, and for a kernel with gradients.
func TestTemper_HasTheQuadratureAnswer(t *testing.T) {
	p, want := regression(t)
	for name, o := range map[string]anneal.Options{
		"waste-free": {Points: 500, Moves: 20}, "standard": {Points: 200, Standard: true, Moves: 6},
		"no U-turn": {Points: 100, Moves: 5, Move: nutsMove},
	} {
		runs := 8
		if testing.Short() {
			if name != "waste-free" {
				continue
			}
			runs = 5
		}
		o.Workers = 2
		ratios := make([]float64, runs)
		means, sds := make([][]float64, 4), make([][]float64, 4)
		for r := range runs {
			result, err := anneal.Temper(context.Background(), p, rng.NewKey(101).Child(name, uint64(r)), o)
			if err != nil {
				t.Fatal(err)
			}
			ratios[r] = math.Exp(result.LogEvidence - want.Answers.LogLik)
			for d := range 4 {
				means[d], sds[d] = append(means[d], result.Mean(d)), append(sds[d], result.SD(d))
			}
			if last := result.Stages[len(result.Stages)-1]; last.Power != 1 || last.AcceptRate < 0.1 {
				t.Errorf("%s: last stage %+v", name, last)
			}
		}
		mean, se := check.MeanError(ratios)
		check.Close(t, mean, 1, check.Z(6, se), name, "evidence") // Student's t
		for d := range 4 {
			mean, se := check.MeanError(means[d])
			check.Close(t, mean, want.Answers.PostMean[d], check.Z(6, se), name, "mean", d)
			mean, se = check.MeanError(sds[d])
			check.Close(t, mean, want.Answers.PostSD[d], check.Z(6, se+0.002), name, "sd", d)
		}
	}
}

// TestBatches_FollowTheConjugateAnswer compares the evidence after every
// observation with the closed form for a normal mean.
func TestBatches_FollowTheConjugateAnswer(t *testing.T) {
	var p problems.Conjugate
	problems.Read(t, "conjugate", &p)
	logTerm := func(i int, q []float64) float64 {
		z := (p.Y[i] - q[0]) / 2
		return -0.5*z*z - math.Log(2) - 0.5*math.Log(2*math.Pi)
	}
	prior := normalPrior(1, 3)
	s := anneal.Sequence{
		Dim: 1, Terms: len(p.Y), Draw: func(q []float64, src *rng.Stream) { q[0] = rng.Normal(src, 0, 3) }, LogTerm: logTerm,
		Posterior: func(n int) (transition.LogDensity, error) {
			return density{1, func(grad, q []float64) float64 {
				sum := prior.eval(grad, q)
				for i := range n {
					sum += logTerm(i, q)
				}
				return sum
			}}, nil
		},
	}
	const runs = 10
	ratios := make([][]float64, len(p.Y))
	means := make([][]float64, len(p.Y))
	for r := range runs {
		_, err := anneal.Batches(context.Background(), s, rng.NewKey(102).Child("run", uint64(r)), anneal.Options{Points: 1000}, func(taken int, r *anneal.Result) error {
			ratios[taken-1] = append(ratios[taken-1], math.Exp(r.LogEvidence-p.Known.Answers.LogLikT[taken-1]))
			means[taken-1] = append(means[taken-1], r.Mean(0))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := 4; i < len(p.Y); i += 19 {
		mean, se := check.MeanError(ratios[i])
		check.Close(t, mean, 1, check.Z(6.5, se), "evidence after", i+1) // Student's t with 9 degrees of freedom
		mean, se = check.MeanError(means[i])
		check.Close(t, mean, p.Known.Answers.PostMean[i], check.Z(6.5, se), "mean after", i+1)
	}
}

func TestTemper_DoesNotDependOnWorkers(t *testing.T) {
	p, _ := regression(t)
	var want float64
	for _, workers := range []int{1, 3} {
		r, err := anneal.Temper(context.Background(), p, rng.NewKey(103), anneal.Options{Points: 100, Moves: 10, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if workers == 1 {
			want = r.LogEvidence
			continue
		}
		check.Close(t, r.LogEvidence, want, check.Exact)
	}
}

func TestTemper_NamesWhatIsWrong(t *testing.T) {
	p := anneal.Problem{
		Dim: 1, Draw: func(q []float64, src *rng.Stream) { q[0] = src.Normal() },
		Open: func() (transition.LogDensity, transition.LogDensity, error) {
			return normalPrior(1, 1), density{1, func(_, q []float64) float64 { return math.Log(-1 - q[0]*q[0]) }}, nil
		},
	}
	ctx := context.Background()
	if _, err := anneal.Temper(ctx, p, rng.NewKey(1), anneal.Options{}); err == nil || !strings.Contains(err.Error(), "NaN") {
		t.Errorf("error %v, want one about NaN", err)
	}
	for _, o := range []anneal.Options{{Points: 3}, {Points: 10, Moves: 3}, {Threshold: 2}} {
		if _, err := anneal.Temper(ctx, p, rng.NewKey(1), o); err == nil {
			t.Errorf("%+v pass", o)
		}
	}
	if _, err := anneal.Temper(ctx, anneal.Problem{}, rng.NewKey(1), anneal.Options{}); err == nil {
		t.Error("no error for an empty problem")
	}
	if _, err := anneal.Batches(ctx, anneal.Sequence{}, rng.NewKey(1), anneal.Options{}, nil); err == nil {
		t.Error("no error for an empty sequence")
	}
}

func TestPackage_HasTheSameBitsWithFusedArithmetic(t *testing.T) { check.NoFusion(t, ".") }
