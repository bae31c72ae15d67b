package samplertest

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// chains is the number of independent chains, short is that of go test -short.
// At 20000 a shift of a mean by 0.05 standard deviations is found for certain.
const (
	chains = 20000
	short  = 4000
	// laterSteps are the transitions after the first, to let small biases add up.
	laterSteps = 2
)

// sample is what independent chains gave: [coordinate][chain].
type sample struct {
	before, after, later [][]float64
}

// stationary checks that transitions keep the distribution of the target, move,
// and are reversible if they should be.
func stationary(t *testing.T, c Case, target Target) {
	s := draw(t, c, target)
	for i := range target.Dim() {
		cdf := func(x float64) float64 { return target.CDF(i, x) }
		for name, x := range map[string][]float64{"one transition": s.after[i], "three transitions": s.later[i]} {
			d, p := check.KolmogorovSmirnov(x, cdf)
			check.PValue(t, p, FalseAlarm/tests, "seed", c.Seed, "coordinate", i, "after", name, "KS distance", d)
		}
		jump := 0.0
		for k, x := range s.after[i] {
			jump += (x - s.before[i][k]) * (x - s.before[i][k]) / target.Variance(i) / float64(len(s.after[i]))
		}
		if jump < c.Jump {
			t.Errorf("mean squared jump of coordinate %d is %.3g variances, want %g at least", i, jump, c.Jump)
		}
	}
	keepsProducts(t, c, s)
	if c.Reversible {
		balanced(t, c, s)
	}
}

// draw runs the chains.
func draw(t *testing.T, c Case, target Target) sample {
	count := chains
	if testing.Short() {
		count = short
	}
	dim := target.Dim()
	s := sample{matrix(dim, count), matrix(dim, count), matrix(dim, count)}
	key := rng.NewKey(c.Seed).Child(target.Name)
	kernel, state := start(t, c, target, key.Child("first").Stream())
	for k := range count {
		src := key.Child("chain", uint64(k)).Stream()
		place(t, kernel, target, state, src)
		store(s.before, k, state.Q)
		step(t, kernel, src, state)
		store(s.after, k, state.Q)
		for range laterSteps {
			step(t, kernel, src, state)
		}
		store(s.later, k, state.Q)
	}
	return s
}

func matrix(rows, columns int) [][]float64 {
	m := make([][]float64, rows)
	for i := range m {
		m[i] = make([]float64, columns)
	}
	return m
}

func store(m [][]float64, column int, values []float64) {
	for i, v := range values {
		m[i][column] = v
	}
}

// keepsProducts checks the dependence between coordinates, which marginals do
// not show: the mean of x_i x_j - the same product at the exact draw - is 0.
func keepsProducts(t *testing.T, c Case, s sample) {
	difference := make([]float64, len(s.after[0]))
	for i := range s.after {
		for j := range i {
			for k := range difference {
				difference[k] = s.later[i][k]*s.later[j][k] - s.before[i][k]*s.before[j][k]
			}
			zeroMean(t, difference, "seed", c.Seed, "product of coordinates", i, j)
		}
	}
}

// balanced checks detailed balance: (x, x') has the law of (x', x), so that
// a(x) b(x') - a(x') b(x) has mean 0 for all functions a and b.
func balanced(t *testing.T, c Case, s sample) {
	functions := []func(x float64) float64{
		func(x float64) float64 { return x },
		func(x float64) float64 { return x * x },
		math.Tanh,
		func(x float64) float64 { return math.Exp(-x * x) },
	}
	difference := make([]float64, len(s.after[0]))
	for i := range s.after {
		for j := range s.after {
			for m, a := range functions {
				for n, b := range functions[:m] {
					for k := range difference {
						difference[k] = a(s.before[i][k])*b(s.after[j][k]) - a(s.after[i][k])*b(s.before[j][k])
					}
					zeroMean(t, difference, "seed", c.Seed, "detailed balance of coordinates", i, j, "functions", m, n)
				}
			}
		}
	}
}

// zeroMean checks that independent numbers have mean 0.
func zeroMean(t *testing.T, x []float64, msg ...any) {
	t.Helper()
	mean, se := check.MeanError(x)
	z := mean / se
	check.PValue(t, math.Erfc(math.Abs(z)/math.Sqrt2), FalseAlarm/tests, append(msg, "z", z)...)
}
