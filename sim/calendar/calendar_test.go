package calendar

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/quatre-ppl/quatre/rng"
)

// plain is the obvious calendar: an unsorted list that is searched for its
// minimum.
type plain []Event

// first returns the place of the minimum, -1 without one.
func (p plain) first() int {
	best := -1
	for i := range p {
		if best < 0 || before(&p[i], &p[best]) {
			best = i
		}
	}
	return best
}

func (p *plain) pop(until float64) (Event, bool) {
	best := p.first()
	if best < 0 || (*p)[best].Time > until {
		return Event{}, false
	}
	e := (*p)[best]
	*p = slices.Delete(*p, best, best+1)
	return e, true
}

// TestCalendar_IsASortedList drives a calendar and the obvious one with the
// same commands; times are chosen so that ties, clusters and tails occur.
func TestCalendar_IsASortedList(t *testing.T) { isASortedList(t, math.MaxInt) }

// TestCalendar_OfFewIsASortedList is the same with at most two pending events, which
// stay in the pair but for those that are cancelled, and with three and four, which
// come to it and leave it. It is cheap, and repeated so that rare turns are taken.
func TestCalendar_OfFewIsASortedList(t *testing.T) {
	for range 10 {
		for most := 2; most <= 4; most++ {
			isASortedList(t, most)
		}
	}
}

// isASortedList drives both with at most so many pending events.
func isASortedList(t *testing.T, most int) {
	rapid.Check(t, func(t *rapid.T) {
		var c Calendar
		var model plain
		handles := map[uint64]Handle{}
		now, id := 0.0, uint64(0)
		delay := rapid.OneOf(
			rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 0, 1, 2, 1e9}),
			rapid.Map(rapid.Float64Range(-30, 30), math.Exp), rapid.Just(0x1p-1070),
		)
		priorities := rapid.OneOf(rapid.IntRange(MinPriority, MaxPriority), rapid.SampledFrom([]int{0, 0, 0, 0, 1, -1}))
		schedule := func(delay float64, priority int, cancellable bool) {
			if len(model) >= most {
				return
			}
			id++
			if cancellable {
				handles[id] = c.ScheduleCancellable(now+delay, priority, Address(7, 3), id)
			} else {
				c.Schedule(now+delay, priority, Address(7, 3), id)
			}
			model = append(model, Event{Time: now + delay, Order: order(priority, c.sequence), Address: Address(7, 3), Arg: id})
		}
		pop := func(until float64) {
			want, wantOK := model.pop(until)
			got, ok := c.Pop(until)
			if ok != wantOK || ok && got != want {
				t.Fatalf("popped %v %v, want %v %v", got, ok, want, wantOK)
			}
			if ok {
				now = got.Time
				if h, is := handles[got.Arg]; is {
					if _, pending := c.Pending(h); pending {
						t.Fatalf("event %d is pending after it happened", got.Arg)
					}
				}
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"": func(*rapid.T) {
				if c.Len() != len(model) {
					t.Fatalf("holds %d events, want %d", c.Len(), len(model))
				}
			},
			"schedule": func(t *rapid.T) {
				schedule(delay.Draw(t, "delay"), priorities.Draw(t, "priority"), rapid.Bool().Draw(t, "cancellable"))
			},
			"burst": func(t *rapid.T) {
				src := rng.NewKey(rapid.Uint64().Draw(t, "seed")).Stream()
				scale := rapid.SampledFrom([]float64{1e-12, 1, 1e6}).Draw(t, "scale")
				grain := rapid.SampledFrom([]float64{0, 0.5}).Draw(t, "grain")
				for range rapid.IntRange(1, 300).Draw(t, "n") {
					d := src.Exponential()
					if grain > 0 {
						d = math.Floor(d / grain)
					}
					schedule(d*scale, src.Intn(3)-1, src.Intn(4) == 0)
				}
			},
			"next": func(t *rapid.T) {
				want := math.Inf(1)
				for i := range model {
					want = min(want, model[i].Time)
				}
				if got := c.NextTime(); got != want {
					t.Fatalf("next at %v, want %v", got, want)
				}
			},
			"ready": func(t *rapid.T) {
				e := c.Ready()
				if e == nil {
					return
				}
				if len(model) == 0 {
					t.Fatalf("%+v is ready in an empty calendar", *e)
				}
				if want := model[model.first()]; *e != want {
					t.Fatalf("%+v is ready, want %+v", *e, want)
				}
				if rapid.Bool().Draw(t, "drop") {
					now = e.Time
					c.Drop()
					model.pop(math.Inf(1))
				}
			},
			"pop": func(t *rapid.T) { pop(math.Inf(1)) },
			"pops": func(t *rapid.T) {
				for range rapid.IntRange(1, min(200, most-1)).Draw(t, "n") {
					pop(math.Inf(1))
				}
			},
			"until": func(t *rapid.T) {
				pop(now + delay.Draw(t, "until"))
			},
			"cancel": func(t *rapid.T) {
				if len(model) == 0 {
					return
				}
				for range rapid.IntRange(1, 100).Draw(t, "n") {
					if len(model) == 0 {
						return
					}
					i := rapid.IntRange(0, len(model)-1).Draw(t, "which")
					h, cancellable := handles[model[i].Arg]
					if !cancellable {
						continue
					}
					if when, ok := c.Pending(h); !ok || when != model[i].Time {
						t.Fatalf("pending says %v %v of the event at %v", when, ok, model[i].Time)
					}
					if !c.Cancel(h) || c.Cancel(h) {
						t.Fatal("an event is cancelled once")
					}
					model = slices.Delete(model, i, i+1)
				}
			},
			"clone": func(t *rapid.T) {
				kept, lost := c.Clone(), c
				if rapid.Bool().Draw(t, "original") {
					kept, lost = lost, kept
				}
				for range rapid.SampledFrom([]int{0, 1, 50}).Draw(t, "pops") {
					lost.Pop(math.Inf(1))
				}
				lost.Schedule(now, 0, 0, 0)
				for _, h := range handles {
					lost.Cancel(h)
				}
				c = kept
			},
			"empty": func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "really") > 0 {
					return // which would keep them few
				}
				c.Empty()
				model, handles = nil, map[uint64]Handle{}
			},
		})
		for len(model) > 0 {
			pop(math.Inf(1))
		}
		pop(math.Inf(1))
	})
}

func TestCalendar_ManyEventsInOrder(t *testing.T) {
	for _, law := range []struct {
		name string
		draw func(*rng.Stream) float64
	}{
		{"exponential", (*rng.Stream).Exponential},
		{"heavy tail", func(s *rng.Stream) float64 { return math.Exp(6 * s.Normal()) }},
		{"one time", func(*rng.Stream) float64 { return 1 }},
		{"two clusters", func(s *rng.Stream) float64 { return float64(s.Intn(2))*1e8 + s.Float64()*1e-8 }},
	} {
		t.Run(law.name, func(t *testing.T) {
			src := rng.NewKey(1).Child(law.name).Stream()
			var c Calendar
			n := 50000
			if testing.Short() {
				n = 10000 // still more than a fine rung takes at once
			}
			for i := range n {
				c.Schedule(law.draw(src), 0, 0, uint64(i))
			}
			var last Event
			for range 4 * n {
				e, ok := c.Pop(math.Inf(1))
				if !ok || before(&e, &last) {
					t.Fatalf("%v after %v", e, last)
				}
				last = e
				c.Schedule(e.Time+law.draw(src), 0, 0, 0)
			}
			if c.Len() != n {
				t.Errorf("%d events, want %d", c.Len(), n)
			}
		})
	}
}

// TestCalendar_CancelledEventsDoNotPile keeps 1000 events and cancels each of a
// million others far in the future.
func TestCalendar_CancelledEventsDoNotPile(t *testing.T) {
	var c Calendar
	for i := range 1000 {
		c.Schedule(float64(i), 0, 0, 0)
	}
	for i := range 1000000 {
		h := c.ScheduleCancellable(1e6+float64(i), 0, 0, 0)
		if !c.Cancel(h) {
			t.Fatal("not cancelled")
		}
	}
	if held := c.held(); held > 3000 {
		t.Errorf("%d events are held for 1000 that are pending", held)
	}
}

func TestCalendar_AllocatesNothingInSteadyState(t *testing.T) {
	for _, n := range []int{2, 100, 20000} {
		src := rng.NewKey(3).Stream()
		var c Calendar
		hold := func() {
			e, _ := c.Pop(math.Inf(1))
			if h := c.ScheduleCancellable(e.Time+src.Exponential(), 0, 0, 0); src.Intn(2) == 0 {
				c.Cancel(h)
				c.Schedule(e.Time+src.Exponential(), 0, 0, 0)
			}
		}
		for range n {
			c.Schedule(src.Exponential(), 0, 0, 0)
		}
		for range 40 * n {
			hold()
		}
		if a := testing.AllocsPerRun(20, func() {
			for range 1000 {
				hold()
			}
		}); a > 1 {
			t.Errorf("%d events: %v allocations in 1000 steps, want at most 1", n, a)
		}
	}
}
