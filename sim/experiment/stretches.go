package experiment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/stat"
)

// stretches runs a replication and returns what it yields in each of n equally
// long stretches of time from a moment to its end.
func stretches(ctx context.Context, model Model, key rng.Key, o Options, i int, from float64, n int) ([]replication, error) {
	s, err := begin(model, key, o, i, nil)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if from > 0 {
		if err := s.Run(ctx, sim.Until{Time: from, More: true}); err != nil {
			return nil, err
		}
		s.ResetStatistics()
	}
	out := make([]replication, n)
	for j := range out {
		end := from + (o.Until.Time-from)*float64(j+1)/float64(n)
		if j == n-1 {
			end = o.Until.Time
		}
		if err := s.Run(ctx, sim.Until{Time: end, More: j < n-1}); err != nil {
			return nil, err
		}
		out[j] = yield(s, true)
		s.ResetStatistics()
	}
	return out, nil
}

// cut returns the options of a run in n stretches.
func (o Options) cut(n int) (Options, error) {
	o.Precision, o.Sink = nil, nil
	o, err := o.checked()
	switch {
	case err != nil:
		return o, err
	case !(o.Until.Time > 0) || o.Until.Events > 0 || o.Until.Condition != nil:
		return o, errors.New("experiment: a run in stretches ends at a time, not by a number of events or a condition")
	case n < 2:
		return o, fmt.Errorf("experiment: a run in %d stretches: want at least 2", n)
	}
	return o, nil
}

// Series returns an outcome over time, a row for each replication: its value in
// each of n equally long stretches from 0 to the end, the warm-up of the options
// aside. It is what stat.MSER5 and stat.Welch look at.
func Series(ctx context.Context, model Model, key rng.Key, o Options, outcome string, n int) ([][]float64, error) {
	o.WarmUp = 0
	o, err := o.cut(n)
	if err != nil {
		return nil, err
	}
	rows, errs := make([][]float64, o.Replications), make([]error, o.Replications)
	places := make(chan struct{}, o.Workers)
	var group sync.WaitGroup
	for i := range rows {
		places <- struct{}{}
		group.Go(func() {
			rows[i], errs[i] = series(ctx, model, key, o, i, outcome, n)
			<-places
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// series is Series for one replication.
func series(ctx context.Context, model Model, key rng.Key, o Options, i int, outcome string, n int) ([]float64, error) {
	all, err := stretches(ctx, model, key, o, i, 0, n)
	if err != nil {
		return nil, fmt.Errorf("experiment: replication %d: %w", i, err)
	}
	row := make([]float64, n)
	at := slices.Index(all[0].names, outcome)
	if at < 0 {
		return nil, fmt.Errorf("experiment: there is no outcome %q: there are %s", outcome, strings.Join(all[0].names, ", "))
	}
	for j := range row {
		if row[j] = all[j].values[at]; math.IsNaN(row[j]) {
			return nil, fmt.Errorf("experiment: nothing is observed of %q in stretch %d of %d of replication %d: take fewer, or a quantity that has a value at any time",
				outcome, j+1, n, i)
		}
	}
	return row, nil
}

// Batches runs one long replication and cuts what follows the warm-up into n
// batches of equal duration. Intervals of the result are those of batch means
// (Law 2015, 9.5.3); 20 to 30 batches are usual. Outcomes whose batches depend on
// each other, because they are too short or because there is no steady state,
// are warned about: of independent batches one in a thousand is.
func Batches(ctx context.Context, model Model, key rng.Key, o Options, n int) (*Result, error) {
	o.Replications, o.Antithetic = 1, false
	o, err := o.cut(n)
	if err != nil {
		return nil, err
	}
	all, err := stretches(ctx, model, key, o, 0, o.WarmUp, n)
	if err != nil {
		return nil, fmt.Errorf("experiment: %w", err)
	}
	for j := range all[:n-1] {
		all[j].notes = nil // the last has them all
	}
	r, err := collect(all, o)
	if err != nil {
		return nil, err
	}
	r.Events, r.Batches = all[n-1].events, true
	o.judge(r)
	r.judgeLoads([]replication{{loads: joined(all)}}, true)
	for _, name := range r.Names {
		if x := r.Column(name); len(x) == n && n >= 10 && neighbours(x) > 3/math.Sqrt(float64(n)) {
			r.Warnings = append(r.Warnings, fmt.Sprintf("successive batches of %q depend on each other (correlation %.2f): the run is too short, or there is no steady state", name, neighbours(x)))
		}
	}
	return r, nil
}

// neighbours returns the correlation of successive numbers, 0 if all are equal.
func neighbours(x []float64) float64 {
	mean := stat.Mean(x)
	var all, next float64
	for i, v := range x {
		all += float64((v - mean) * (v - mean))
		if i > 0 {
			next += float64((v - mean) * (x[i-1] - mean))
		}
	}
	if all == 0 {
		return 0
	}
	return next / all
}
