package experiment_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/experiment"
)

// TestRun_StoppedHasTheFirstReplications cancels an experiment when a replication is
// built: those before it make a result like that of so many.
func TestRun_StoppedHasTheFirstReplications(t *testing.T) {
	o := experiment.Options{Replications: 40, Until: sim.Until{Time: 500}}
	for _, workers := range []int{1, 3} {
		for _, last := range []int{0, 7, 39} {
			ctx, cancel := context.WithCancel(t.Context())
			o.Workers = workers
			r, err := experiment.Run(ctx, func(s *sim.Simulation, i int) error {
				if i == last {
					cancel()
				}
				return queue(1, 0.8, 1)(s, i)
			}, rng.NewKey(1), o)
			cancel()
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("the error is %v", err)
			}
			if r == nil {
				if last > 0 && workers == 1 { // else the first replication may be the one that is not over
					t.Errorf("%d workers, cancelled at %d: no result", workers, last)
				}
				continue
			}
			n := len(r.Values)
			if workers == 1 && n != last || n > last {
				t.Errorf("%d workers, cancelled at %d: %d replications", workers, last, n)
			}
			few := o
			few.Replications = n
			want := run(t, queue(1, 0.8, 1), 1, few)
			for i := range want.Values {
				if r.Replications[i] != i || !slices.Equal(r.Column("server.wait"), want.Column("server.wait")) {
					t.Errorf("%d workers, cancelled at %d: other values", workers, last)
				}
			}
		}
	}
}
