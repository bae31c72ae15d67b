package experiment

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim/stat"
)

// Comparison is the difference of two models, outcome by outcome.
type Comparison struct {
	A, B *Result
	// Differences are intervals for A − B, by the outcomes that both have.
	Names       []string
	Differences []stat.Interval
	// Correlations are those of A and B under common random numbers: the
	// closer to 1, the more the pairing has gained.
	Correlations []float64
}

// Compare runs two models with common random numbers: replication i of both
// has the same key, so sources of the same name draw the same, and the
// difference is measured pair by pair.
func Compare(ctx context.Context, a, b Model, key rng.Key, o Options) (*Comparison, error) {
	o.Precision, o.Sink = nil, nil
	ra, err := Run(ctx, a, key, o)
	if err != nil {
		return nil, err
	}
	rb, err := Run(ctx, b, key, o)
	if err != nil {
		return nil, err
	}
	c := &Comparison{A: ra, B: rb}
	for _, name := range ra.Names {
		x, y := pairs(ra, rb, name)
		if len(x) == 0 {
			continue
		}
		c.Names = append(c.Names, name)
		c.Differences = append(c.Differences, stat.PairedInterval(x, y, ra.Level))
		c.Correlations = append(c.Correlations, correlation(x, y))
	}
	if len(c.Names) == 0 {
		return nil, fmt.Errorf("experiment: the two models have no outcome in common")
	}
	return c, nil
}

// Difference returns the interval for A − B of an outcome.
func (c *Comparison) Difference(name string) (stat.Interval, bool) {
	i := slices.Index(c.Names, name)
	if i < 0 {
		return stat.Interval{}, false
	}
	return c.Differences[i], true
}

// pairs returns the values of an outcome in the replications that both have; of
// antithetic replications, which are not independent, the means of the two.
func pairs(a, b *Result, name string) (x, y []float64) {
	ja, jb := slices.Index(a.Names, name), slices.Index(b.Names, name)
	if jb < 0 {
		return nil, nil
	}
	first := -1 // the replication of the last values, where its partner is to come
	for i, rep := range a.Replications {
		k, ok := slices.BinarySearch(b.Replications, rep)
		if !ok || math.IsNaN(a.Values[i][ja]) || math.IsNaN(b.Values[k][jb]) {
			continue
		}
		u, v := a.Values[i][ja], b.Values[k][jb]
		switch n := len(x) - 1; {
		case !a.Paired || rep%2 == 0 && first < 0:
			x, y, first = append(x, u), append(y, v), rep
		case rep%2 == 0:
			x[n], y[n], first = u, v, rep // the last one has no partner
		case first == rep-1:
			x[n], y[n], first = (x[n]+u)/2, (y[n]+v)/2, -1
		}
	}
	if a.Paired && first >= 0 {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	return x, y
}

// correlation returns Pearson's coefficient, NaN where one side is constant.
func correlation(x, y []float64) float64 {
	mx, my := stat.Mean(x), stat.Mean(y)
	var xx, yy, xy float64
	for i := range x {
		dx, dy := x[i]-mx, y[i]-my
		xx += float64(dx * dx)
		yy += float64(dy * dy)
		xy += float64(dx * dy)
	}
	return xy / math.Sqrt(xx*yy)
}
