package sim_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
)

// TestScheduleAt_NegativeZeroIsZero: −0 is no time of its own, so that the
// number of an event decides.
func TestScheduleAt_NegativeZeroIsZero(t *testing.T) {
	s := sim.New(rng.NewKey(1), sim.Options{})
	var order []uint64
	e := s.Add("e", sim.Func(func(_ *sim.Context, e sim.Event) error { order = append(order, e.Arg); return nil }))
	s.ScheduleAt(math.Copysign(0, -1), 0, e, 0, 1)
	s.ScheduleAt(0, 0, e, 0, 2)
	s.Schedule(math.Copysign(0, -1), e, 0, 3)
	if err := s.Run(context.Background(), sim.Until{}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(order, []uint64{1, 2, 3}) {
		t.Errorf("events happened in the order %v", order)
	}
}
