package sim_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
)

// hasty is an entity that handles its next events itself if it is to, and writes down
// what happens. It keeps some events and timers pending and cancels others.
type hasty struct {
	self   sim.ID
	s      *sim.Simulation
	delays sim.Source
	ahead  bool
	most   int
	timer  sim.Timer
	seen   []string
	taken  int
}

func (h *hasty) Handle(c *sim.Context, e sim.Event) error {
	for {
		h.act(c, e)
		if !h.ahead {
			return nil
		}
		next, ok := h.s.Ahead(h.self)
		if !ok {
			return nil
		}
		h.taken++
		e = next
	}
}

// act draws what to do, so that all depends on the order of events.
func (h *hasty) act(c *sim.Context, e sim.Event) {
	h.seen = append(h.seen, fmt.Sprint(c.Now(), e.Kind, e.Arg, c.Events(), c.Pending(), c.NextTime()))
	for c.Pending() < h.most {
		switch x := c.Draw(h.delays); {
		case x < 0.2:
			c.CancelTimer(h.timer)
			h.timer = c.Timer(x, h.self, 2, c.Events())
		case x < 0.4:
			c.Schedule(0, h.self, 3, c.Events())
		case x < 0.5:
			c.ScheduleAt(c.Now()+1, -1, h.self+1, 4, c.Events())
		default:
			c.Schedule(x, h.self, 1, c.Events())
		}
	}
}

// TestAhead_IsWhatRunDoes compares what happens to an entity that takes its next events
// itself with what happens to one that does not, in runs cut by times and by numbers
// of events.
func TestAhead_IsWhatRunDoes(t *testing.T) {
	for _, most := range []int{1, 2, 3, 5, 60} {
		var seen [2][]string
		for i := range seen {
			s := sim.New(rng.NewKey(uint64(most)), sim.Options{})
			h := &hasty{s: s, ahead: i == 1, most: most}
			h.delays = s.Source("delays", exponential(1))
			h.self = s.Add("hasty", h)
			s.Add("other", sim.Func(func(c *sim.Context, e sim.Event) error {
				h.seen = append(h.seen, fmt.Sprint("other ", c.Now(), e.Arg, c.Events()))
				if c.Pending() == 0 {
					c.Schedule(0.5, h.self, 1, 0)
				}
				return nil
			}))
			s.Schedule(0, h.self, 1, 0)
			for k := range 200 {
				u := sim.Until{Time: 0.7 * float64(k+1), More: true}
				if k%2 == 1 {
					u = sim.Until{Events: uint64(k), Time: s.Now() + 1, More: true}
				}
				if u.Time < s.Now() {
					continue
				}
				if err := s.Run(context.Background(), u); err != nil {
					t.Fatal(err)
				}
				h.seen = append(h.seen, fmt.Sprint("run ", k, s.Now(), s.Events()))
			}
			seen[i] = h.seen
			if h.ahead != (h.taken > 20) {
				t.Errorf("%d pending: took %d events ahead", most, h.taken)
			}
		}
		if !slices.Equal(seen[0], seen[1]) {
			for k := range min(len(seen[0]), len(seen[1])) {
				if seen[0][k] != seen[1][k] {
					t.Fatalf("%d pending: step %d is %q, want %q", most, k, seen[1][k], seen[0][k])
				}
			}
			t.Fatalf("%d pending: %d steps, want %d", most, len(seen[1]), len(seen[0]))
		}
	}
}
