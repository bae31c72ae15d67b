package adapt

import (
	"errors"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// TestWelford_AgreesWithTwoPasses compares with the textbook formula, on numbers
// whose mean is large beside their spread.
func TestWelford_AgreesWithTwoPasses(t *testing.T) {
	const dim, n = 3, 500
	src := rng.NewKey(91).Stream()
	draws := make([][]float64, n)
	mean := make([]float64, dim)
	for k := range draws {
		z := src.Normal()
		draws[k] = []float64{1e6 + z, 1e-3 * (z + src.Normal()), 5 * src.Normal()}
		for i, x := range draws[k] {
			mean[i] += x / n
		}
	}
	covariance := func(i, j int) float64 {
		sum := 0.0
		for _, x := range draws {
			sum += (x[i] - mean[i]) * (x[j] - mean[j])
		}
		c := n / (n + 5.0) * sum / (n - 1)
		if i == j {
			c += 1e-3 * 5 / (n + 5.0)
		}
		return c
	}
	variance, full := NewVariance(dim), NewCovariance(dim)
	for range 2 { // the second round checks Reset
		variance.Reset()
		full.Reset()
		for _, x := range draws {
			variance.Add(x)
			full.Add(x)
		}
	}
	diagonal, matrix := make([]float64, variance.Size()), make([]float64, full.Size())
	if err := errors.Join(variance.Shrunk(diagonal), full.Shrunk(matrix)); err != nil {
		t.Fatal(err)
	}
	for i := range dim {
		check.Close(t, diagonal[i], covariance(i, i), check.Rel, "variance", i)
		for j := range dim {
			check.Close(t, matrix[j*dim+i], covariance(i, j), check.Rel.Scaled(1), "covariance", i, j)
		}
	}
}

func TestWelford_NamesTheCoordinateThatOverflows(t *testing.T) {
	for _, w := range []*Welford{NewVariance(2), NewCovariance(2)} {
		w.Add([]float64{0, 1e200})
		w.Add([]float64{1, -1e200})
		err := w.Shrunk(make([]float64, w.Size()))
		if !errors.Is(err, ErrImproper) {
			t.Errorf("error %v, want ErrImproper", err)
		}
	}
}

// TestDualAveraging_FindsTheStep has a kernel whose acceptance falls with the
// step in a known way, with noise: the average must reach the target.
func TestDualAveraging_FindsTheStep(t *testing.T) {
	src := rng.NewKey(92).Stream()
	for _, target := range []float64{0.6, 0.8, 0.95} {
		a := dualAveraging{target: target}
		a.restart(5)
		step := 5.0
		for range 2000 {
			noise := 0.04 * (src.Float64() - 0.5)
			step = a.learn(max(0, math.Exp(-step)+noise))
		}
		got, ok := a.average()
		// The iterates keep some noise, whose logarithm has another mean.
		if reached := math.Exp(-got); !ok || math.Abs(reached-target) > 0.02 {
			t.Errorf("target %g: step %g, at which the acceptance is %g", target, got, reached)
		}
	}
	fresh := dualAveraging{target: 0.8}
	fresh.restart(1)
	if _, ok := fresh.average(); ok {
		t.Error("an average without iterations")
	}
}

// TestDualAveraging_FirstIterates has three iterates computed by hand from
// equation 6 of Hoffman & Gelman (2014) with mu = log 10.
func TestDualAveraging_FirstIterates(t *testing.T) {
	a := dualAveraging{target: 0.8}
	a.restart(1)
	shortfall, logAverage := 0.0, 0.0
	for i, accept := range []float64{0.3, 1, 0.9} {
		n := float64(i + 1)
		shortfall = (1-1/(n+10))*shortfall + (0.8-accept)/(n+10)
		logStep := math.Log(10) - math.Sqrt(n)/0.05*shortfall
		logAverage = math.Pow(n, -0.75)*logStep + (1-math.Pow(n, -0.75))*logAverage
		check.Close(t, a.learn(accept), math.Exp(logStep), check.Rel, "iterate", i)
	}
	got, _ := a.average()
	check.Close(t, got, math.Exp(logAverage), check.Rel, "average")
}

// probe is a kernel that only answers the step-size search.
type probe struct {
	step, metric float64
	drop         func(step float64) (drop float64, fault, err error)
	set          func(metric []float64) // told of each metric, if not nil
}

func (p *probe) StepSize() float64        { return p.step }
func (p *probe) SetStepSize(step float64) { p.step = step }
func (p *probe) SetInverseMetric(values []float64) error {
	p.metric = values[0]
	if p.set != nil {
		p.set(values)
	}
	return nil
}
func (p *probe) LongestStep() float64 { return math.Inf(1) }

func (p *probe) TryStep(_ *rng.Stream, _ *transition.State, step float64) (float64, error, error) {
	return p.drop(step)
}

func TestSearchStep(t *testing.T) {
	broken, lost := errors.New("broken"), errors.New("lost")
	atMost := func(longest float64) func(float64) (float64, error, error) {
		return func(step float64) (float64, error, error) {
			if step <= longest {
				return 0, nil, nil
			}
			return -1, nil, nil
		}
	}
	for name, c := range map[string]struct {
		from, want float64
		drop       func(float64) (float64, error, error)
		err        error
		leapfrogs  int
	}{
		"doubles to the first that is rejected": {1, 8, atMost(5), nil, 5},
		"halves to the first that is accepted":  {1, 0.0625, atMost(0.1), nil, 6},
		"takes an energy that is not a number as rejected": {1, 0.5, func(step float64) (float64, error, error) {
			if step > 0.5 {
				return math.NaN(), nil, nil
			}
			return 0, nil, nil
		}, nil, 3},
		"stops where all steps are accepted": {1, 0, atMost(math.Inf(1)), ErrImproper, 25},
		"stops where all steps are rejected": {1, 0, atMost(-1), ErrNoStepSize, 1076},
		"passes errors on":                   {1, 0, func(float64) (float64, error, error) { return 0, nil, broken }, broken, 1},
		"counts faults": {1, 0.5, func(step float64) (float64, error, error) {
			if step > 0.5 {
				return math.Inf(-1), lost, nil
			}
			return 0, nil, nil
		}, nil, 3},
	} {
		step, cost, err := searchStep(&probe{drop: c.drop}, nil, nil, c.from)
		if !errors.Is(err, c.err) || err == nil && step != c.want || cost.Leapfrogs != c.leapfrogs {
			t.Errorf("%s: step %g after %d leapfrogs, error %v; want %g after %d, error %v", name, step, cost.Leapfrogs, err, c.want, c.leapfrogs, c.err)
		}
		if name == "counts faults" && (cost.Recovered != 2 || cost.Fault != lost) {
			t.Errorf("%s: cost %+v, want 2 recovered", name, cost)
		}
	}
}

// feed gives a tuning draws of the normal distribution with the sd given, with
// an acceptance that depends on the step size.
func feed(t *testing.T, w *Windowed, k *probe, src *rng.Stream, draws int, sd float64) {
	t.Helper()
	state := transition.NewState(1)
	for range draws {
		state.Q[0] = 7 + sd*src.Normal()
		if _, err := w.Learn(Subject{Kernel: k}, src, state, transition.Info{AcceptStat: math.Exp(-k.step)}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWindowed_LearnsMetricAndStep(t *testing.T) {
	src := rng.NewKey(93).Stream()
	k := &probe{step: 1, metric: 1, drop: func(step float64) (float64, error, error) { return -step, nil, nil }}
	w := NewWindowed(1000, 0.8, NewVariance(1))
	if _, err := w.Start(Subject{Kernel: k}, src, transition.NewState(1)); err != nil {
		t.Fatal(err)
	}
	feed(t, w, k, src, 99, 3)
	if k.metric != 1 {
		t.Error("the metric changed before the end of the first window")
	}
	feed(t, w, k, src, 901, 3)
	w.Finish(k)
	// The last window has 500 draws: the variance has a relative error of 6 %.
	if math.Abs(k.metric/9-1) > 0.25 {
		t.Errorf("inverse metric %g, want about 9", k.metric)
	}
	if want := -math.Log(0.8); math.Abs(k.step/want-1) > 0.1 {
		t.Errorf("step size %g, want about %g", k.step, want)
	}
}

func TestWindowed_CopyContinuesAlike(t *testing.T) {
	drop := func(step float64) (float64, error, error) { return -step, nil, nil }
	original, copied := NewWindowed(500, 0.8, NewCovariance(1)), NewWindowed(500, 0.8, NewCovariance(1))
	a := &probe{step: 1, metric: 1, drop: drop}
	src := rng.NewKey(94).Stream()
	if _, err := original.Start(Subject{Kernel: a}, src, transition.NewState(1)); err != nil {
		t.Fatal(err)
	}
	feed(t, original, a, src, 130, 2)
	copied.CopyFrom(original)
	b, again := *a, *src
	feed(t, original, a, src, 370, 2)
	feed(t, copied, &b, &again, 370, 2)
	original.Finish(a)
	copied.Finish(&b)
	check.Close(t, b.step, a.step, check.Exact, "step size")
	check.Close(t, b.metric, a.metric, check.Exact, "metric")
}

func TestWindowed_StopsWhenTheStepRunsAway(t *testing.T) {
	for name, c := range map[string]struct {
		accept float64
		want   error
	}{"always accepted": {1, ErrImproper}, "always rejected": {0, ErrNoStepSize}} {
		k := &probe{step: 1, drop: func(step float64) (float64, error, error) { return -step, nil, nil }}
		w := NewWindowed(100000, 0.8, nil)
		state := transition.NewState(1)
		_, err := w.Start(Subject{Kernel: k}, nil, state)
		for i := 0; i < 100000 && err == nil; i++ {
			_, err = w.Learn(Subject{Kernel: k}, nil, state, transition.Info{AcceptStat: c.accept})
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", name, err, c.want)
		}
	}
}

func TestWindowed_DoesNotAllocate(t *testing.T) {
	const dim = 5
	for name, estimator := range map[string]func(int) *Welford{"variances": NewVariance, "covariances": NewCovariance} {
		k := &probe{step: 1, drop: func(step float64) (float64, error, error) { return -step, nil, nil }}
		w, saved := NewWindowed(1000, 0.8, estimator(dim)), NewWindowed(1000, 0.8, estimator(dim))
		src := rng.NewKey(95).Stream()
		state := transition.NewState(dim)
		allocs := testing.AllocsPerRun(400, func() {
			for i := range state.Q {
				state.Q[i] = src.Normal()
			}
			if _, err := w.Learn(Subject{Kernel: k}, src, state, transition.Info{AcceptStat: 0.7}); err != nil {
				t.Fatal(err)
			}
			saved.CopyFrom(w)
		})
		if allocs != 0 {
			t.Errorf("%s: %g allocations per draw, want 0", name, allocs)
		}
	}
}
