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

// TestSchedule_HasPriority0: it takes its turn between the priorities −1 and 1 of the same moment, in
// every order of scheduling, whatever is pending besides.
func TestSchedule_HasPriority0(t *testing.T) {
	for others := range 4 {
		for turn := range 3 {
			s := sim.New(rng.NewKey(1), sim.Options{})
			var order []uint64
			e := s.Add("e", sim.Func(func(_ *sim.Context, e sim.Event) error { order = append(order, e.Arg); return nil }))
			for k := range 3 {
				switch (k + turn) % 3 {
				case 0:
					s.ScheduleAt(1, -1, e, 0, 1)
				case 1:
					s.Schedule(1, e, 0, 2)
				case 2:
					s.ScheduleAt(1, 1, e, 0, 3)
				}
			}
			for k := range others {
				s.ScheduleAt(2+float64(k), 0, e, 0, uint64(4+k))
			}
			if err := s.Run(context.Background(), sim.Until{}); err != nil {
				t.Fatal(err)
			}
			if want := []uint64{1, 2, 3, 4, 5, 6}[:3+others]; !slices.Equal(order, want) {
				t.Errorf("turn %d, %d others: events happened in the order %v, want %v", turn, others, order, want)
			}
		}
	}
}
