package experiment_test

import (
	"bytes"
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/experiment"
	"github.com/quatre-ppl/quatre/sim/stat"
)

// TestSeries_AreTheRunInPieces compares the mean over all stretches with the
// outcome of the whole run, for any number of workers.
func TestSeries_AreTheRunInPieces(t *testing.T) {
	o := experiment.Options{Replications: 5, Until: sim.Until{Time: 700}}
	want := run(t, queue(10, 9, 1), 3, o).Column("customers.number")
	for _, workers := range []int{1, 3} {
		o.Workers = workers
		rows, err := experiment.Series(context.Background(), queue(10, 9, 1), rng.NewKey(3), o, "customers.number", 40)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if got := stat.Mean(row); len(row) != 40 || math.Abs(got-want[i]) > 1e-9 {
				t.Errorf("replication %d: %v, want %v", i, got, want[i])
			}
		}
	}
	for outcome, want := range map[string]string{"customers.numbr": "there is no outcome", "customers.time": "nothing is observed"} {
		if _, err := experiment.Series(context.Background(), queue(10, 9, 1), rng.NewKey(3), o, outcome, 400); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", outcome, err)
		}
	}
}

// TestBatches_CoverTheKnownMean counts how often 95 % intervals from 20 batches of
// one M/M/1 run with load 0.5 cover the mean number in the system, 1: 93 to 97 %
// of 400. A batch is 80 times the relaxation time of 12. At a true coverage of
// 95 % that fails by chance with probability 0.07; the seed is fixed.
func TestBatches_CoverTheKnownMean(t *testing.T) {
	if testing.Short() {
		t.Skip("400 long runs")
	}
	covered := 0
	for i := range 400 {
		r, err := experiment.Batches(context.Background(), queue(2, 1, 1), rng.NewKey(uint64(3000+i)), experiment.Options{WarmUp: 100, Until: sim.Until{Time: 20100}}, 20)
		if err != nil {
			t.Fatal(err)
		}
		if r.Interval("customers.number").Covers(1) {
			covered++
		}
	}
	if covered < 372 || covered > 388 {
		t.Errorf("%d of 400 intervals cover the mean, want 372 to 388", covered)
	}
}

// TestBatches_WarnsWhereTheyAreNoSample has batches that are too short, and a
// queue that grows.
func TestBatches_WarnsWhereTheyAreNoSample(t *testing.T) {
	for name, c := range map[string]struct {
		service, until float64
		want           bool
	}{"long": {7, 200000, false}, "short": {9.5, 6000, true}, "unstable": {11, 20000, true}} {
		r, err := experiment.Batches(context.Background(), queue(10, c.service, 1), rng.NewKey(1), experiment.Options{Until: sim.Until{Time: c.until}}, 20)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.ContainsFunc(r.Warnings, func(w string) bool {
			return strings.Contains(w, `"customers.number" depend on each other`)
		})
		var table bytes.Buffer
		if err := r.WriteTable(&table); err != nil || !strings.Contains(table.String(), "20 batches of one run") {
			t.Errorf("%v in\n%s", err, &table)
		}
		if got != c.want {
			t.Errorf("%s: warnings %q", name, r.Warnings)
		}
	}
	for _, o := range []experiment.Options{{}, {Until: sim.Until{Events: 100}}, {WarmUp: 5, Until: sim.Until{Time: 5}}} {
		if _, err := experiment.Batches(context.Background(), queue(10, 5, 1), rng.NewKey(1), o, 20); err == nil {
			t.Errorf("%+v is no run in batches", o)
		}
	}
}
