package calendar

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
)

// TestReady_IsNeverNilForTwo: one or two events that cannot be cancelled are always
// in their places, after a third has come and gone too.
func TestReady_IsNeverNilForTwo(t *testing.T) {
	src := rng.NewKey(1).Stream()
	var c Calendar
	now := 0.0
	for round := range 200 {
		for range 1 + src.Intn(2) {
			c.Schedule(now+src.Exponential(), 0, 7, 1)
		}
		if round%20 == 10 {
			for range 3 {
				c.Schedule(now+src.Exponential(), 0, 7, 1)
			}
		}
		for c.Len() > 0 {
			e := c.Ready()
			if e == nil {
				t.Fatalf("round %d: one of %d events is not ready", round, c.Len())
			}
			now = e.Time
			c.Drop()
			if src.Intn(4) > 0 && c.Len() < 2 {
				c.Schedule(now+src.Exponential(), 0, 7, 1)
			}
		}
		if e := c.Ready(); e != nil {
			t.Fatalf("round %d: %+v is ready after all", round, *e)
		}
		if _, inUse := c.Vacant(); round%20 != 10 && !inUse {
			t.Fatalf("round %d: the pair is not in use", round)
		}
	}
}

// TestReady_IsTheEventThatPopReturns drives two calendars alike, one of them by
// Ready and Drop where they have the event, with cancelled events among them.
func TestReady_IsTheEventThatPopReturns(t *testing.T) {
	for _, n := range []int{1, 2, 40, 300, 20000} {
		src := rng.NewKey(uint64(n)).Stream()
		var a, b Calendar
		add := func(now float64) {
			at := now + src.Exponential()
			if src.Intn(4) > 0 {
				a.Schedule(at, 0, 7, 1)
				b.Schedule(at, 0, 7, 1)
				return
			}
			x, y := a.ScheduleCancellable(at, 0, 7, 2), b.ScheduleCancellable(at, 0, 7, 2)
			if src.Intn(2) > 0 {
				a.Cancel(x)
				b.Cancel(y)
			}
		}
		for range n {
			add(0)
		}
		inPlace := 0
		for a.Len() > 0 {
			var got Event
			if e := a.Ready(); e != nil {
				got = *e
				a.Drop()
				inPlace++
			} else {
				got, _ = a.Pop(math.Inf(1))
			}
			if want, ok := b.Pop(math.Inf(1)); !ok || got != want {
				t.Fatalf("%d events: %+v, want %+v", n, got, want)
			}
			if src.Float64() < 0.5 {
				add(got.Time)
			}
		}
		if b.Len() != 0 || n > 40 && inPlace < n/4 {
			t.Errorf("%d events: %d left, %d in place", n, b.Len(), inPlace)
		}
	}
}
