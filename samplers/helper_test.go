package samplers

import (
	"context"
	"math"
	"slices"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// density is a log density given by a function.
type density struct {
	dim int
	f   func(grad, q []float64) (float64, error)
}

func (d density) Dim() int { return d.dim }

func (d density) LogDensityGrad(grad, q []float64) (float64, error) { return d.f(grad, q) }

// normals returns independent normals with mean i and the sds given.
func normals(sds ...float64) density {
	return density{len(sds), func(grad, q []float64) (float64, error) {
		logDensity := 0.0
		for i, sd := range sds {
			z := (q[i] - float64(i)) / sd
			grad[i] = -z / sd
			logDensity -= float64(0.5*z) * z
		}
		return logDensity, nil
	}}
}

// funnel is Neal's funnel: v ~ Normal(0, 3), x_i ~ Normal(0, exp(v/2)).
func funnel(xs int) density {
	return density{1 + xs, func(grad, q []float64) (float64, error) {
		v := q[0]
		logDensity := -0.5 * v * v / 9
		grad[0] = -v / 9
		precision := elem.Exp(-v)
		for i, x := range q[1:] {
			square := float64(x*x) * precision
			logDensity -= 0.5 * (float64(square) + v)
			grad[0] += 0.5 * (float64(square) - 1)
			grad[1+i] = -x * precision
		}
		return logDensity, nil
	}}
}

// problem is a Problem of one density whose parts can be replaced.
type problem struct {
	density density
	// open, if set, returns the density of a chain at the opening given, from 1.
	open func(chain, opening int) (density, error)
	// draw, if set, replaces the copying of the position.
	draw    func(chain int, dst, q []float64, src *rng.Stream) error
	explain string
	width   int // of a draw; 0 means the density's dimension

	mu       sync.Mutex
	openings map[int]int
	closed   int
}

func (p *problem) Schema() *stream.Schema {
	width := p.width
	if width == 0 {
		width = p.density.dim
	}
	return &stream.Schema{Values: []stream.Field{{Name: "theta", Shape: []int{width}}}}
}

func (p *problem) Chain(chain int) (ChainProblem, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.openings == nil {
		p.openings = map[int]int{}
	}
	p.openings[chain]++
	d := p.density
	if p.open != nil {
		var err error
		if d, err = p.open(chain, p.openings[chain]); err != nil {
			return nil, err
		}
	}
	return &chainProblem{d, p, chain}, nil
}

type chainProblem struct {
	density
	problem *problem
	chain   int
}

func (c *chainProblem) Draw(dst, q []float64, src *rng.Stream) error {
	if c.problem.draw != nil {
		return c.problem.draw(c.chain, dst, q, src)
	}
	copy(dst, q)
	return nil
}

func (c *chainProblem) Explain([]float64) string { return c.problem.explain }

func (c *chainProblem) Close() error {
	c.problem.mu.Lock()
	defer c.problem.mu.Unlock()
	c.problem.closed++
	return nil
}

// allClosed checks that whatever was opened was closed.
func (p *problem) allClosed(t *testing.T) {
	t.Helper()
	opened := 0
	for _, n := range p.openings {
		opened += n
	}
	if opened != p.closed {
		t.Errorf("%d chain problems opened, %d closed", opened, p.closed)
	}
}

// quick returns options for a small run.
func quick(chains, warmup, draws int) Options {
	o := DefaultOptions()
	o.Chains, o.Warmup, o.Draws = chains, warmup, draws
	return o
}

// run runs p, which must succeed, and returns what the sink got.
func run(t *testing.T, p Problem, seed uint64, o Options) (*stream.Memory, *Report) {
	t.Helper()
	sink := stream.NewMemory()
	report, err := Run(context.Background(), p, rng.NewKey(seed), o, sink)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	for _, c := range report.Chains {
		if c.Err != nil {
			t.Fatalf("seed %d: chain %d: %v", seed, c.Chain, c.Err)
		}
	}
	return sink, report
}

// bits returns all values and statistics of a chain's draws, from row on.
func bits(d *stream.Draws, chain, from int) []float64 {
	var all []float64
	for row := from; row < d.Len(chain); row++ {
		values, stats := d.Row(chain, row)
		all = append(append(all, values...), stats...)
	}
	return all
}

// sameDraws checks that a chain of both has the same bits, as far as both go.
func sameDraws(t *testing.T, got, want *stream.Draws, chain int, msg ...any) {
	t.Helper()
	n := min(got.Len(chain), want.Len(chain))
	if n == 0 {
		t.Errorf("%v: chain %d has no draws to compare", msg, chain)
		return
	}
	width := got.Schema.Width() + len(got.Schema.Stats)
	check.CloseSlice(t, bits(got, chain, 0)[:n*width], bits(want, chain, 0)[:n*width], check.Exact, append(msg, "chain", chain)...)
}

// momentZ compares mean and variance of draws with what they should be, each by
// batch means over all chains, and returns the larger deviation in standard
// errors. The errors come from batches, so the ratio has Student's law.
func momentZ(column [][]float64, mean, variance float64) float64 {
	const batch = 100
	var means, squares []float64
	for _, chain := range column {
		for block := range slices.Chunk(chain, batch) {
			sum, square := 0.0, 0.0
			for _, x := range block {
				sum += x - mean
				square += (x - mean) * (x - mean)
			}
			means = append(means, sum/batch)
			squares = append(squares, square/batch-variance)
		}
	}
	m, mse := check.MeanError(means)
	s, sse := check.MeanError(squares)
	return max(math.Abs(m/mse), math.Abs(s/sse))
}
