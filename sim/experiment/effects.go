package experiment

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim/stat"
)

// Points runs the models of a design's points one after the other, with common random
// numbers: replication i of all has the same key.
func Points(ctx context.Context, models []Model, key rng.Key, o Options) ([]*Result, error) {
	all := make([]*Result, len(models))
	for i, m := range models {
		r, err := Run(ctx, m, key, o)
		if err != nil {
			return nil, fmt.Errorf("experiment: point %d: %w", i+1, err)
		}
		all[i] = r
	}
	return all, nil
}

// Effect is what a factor, or two together, do to an outcome.
type Effect struct {
	// Factors are their numbers, from 0: one of a main effect, two of an interaction.
	Factors []int
	stat.Interval
}

// Effects returns the main effects and the interactions of two factors in a full
// factorial design, from its points and their results. The effect of a factor is the
// mean outcome at its last level minus that at its first, over all levels of the
// others; an interaction is half the difference between the effects of one factor at
// the last and at the first level of the other (Box, Hunter and Hunter 2005, 5.4).
// Intervals are Student's over replications, which common random numbers make narrow;
// replications that failed or observed nothing at some point are left out.
func Effects(points [][]int, results []*Result, outcome string) ([]Effect, error) {
	rows, err := complete(results, outcome)
	if err != nil {
		return nil, err
	}
	factors := len(points[0])
	last := make([]int, factors)
	for _, p := range points {
		for f, l := range p {
			last[f] = max(last[f], l)
		}
	}
	var all []Effect
	add := func(sign func(point []int) float64, of ...int) {
		if slices.ContainsFunc(of, func(f int) bool { return last[f] == 0 }) {
			return // a factor of one level
		}
		x := make([]float64, len(rows))
		for i, row := range rows {
			x[i] = contrast(points, row, sign)
		}
		all = append(all, Effect{of, stat.TInterval(x, results[0].Level)})
	}
	end := func(point []int, f int) float64 {
		switch point[f] {
		case last[f]:
			return 1
		case 0:
			return -1
		}
		return 0
	}
	for f := range factors {
		add(func(p []int) float64 { return end(p, f) }, f)
	}
	for f := range factors {
		for g := range f {
			add(func(p []int) float64 { return end(p, g) * end(p, f) }, g, f)
		}
	}
	return all, nil
}

// contrast returns the mean outcome of the points with sign 1 minus that of those with
// sign −1.
func contrast(points [][]int, row []float64, sign func(point []int) float64) float64 {
	var sum, n [2]float64
	for k, p := range points {
		if s := sign(p); s > 0 {
			sum[0] += row[k]
			n[0]++
		} else if s < 0 {
			sum[1] += row[k]
			n[1]++
		}
	}
	return sum[0]/n[0] - sum[1]/n[1]
}

// complete returns an outcome of the replications that have it at all points: a row
// for each, with a number for each point.
func complete(results []*Result, outcome string) (rows [][]float64, err error) {
	at := make([]int, len(results))
	for k, r := range results {
		if at[k] = slices.Index(r.Names, outcome); at[k] < 0 {
			return nil, fmt.Errorf("experiment: point %d has no outcome %q", k+1, outcome)
		}
	}
replications:
	for i, replication := range results[0].Replications {
		row := make([]float64, len(results))
		for k, r := range results {
			if k > 0 {
				i = slices.Index(r.Replications, replication)
			}
			if i < 0 || math.IsNaN(r.Values[i][at[k]]) {
				continue replications
			}
			row[k] = r.Values[i][at[k]]
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("experiment: no replication has observed %q at all points", outcome)
	}
	return rows, nil
}
