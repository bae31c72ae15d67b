package sim_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
)

// slowResource is the obvious resource: two lists that are searched.
type slowResource struct {
	capacity int
	breaks   bool
	waiting  []slowClaim // in the order of service
	holding  []slowClaim // the latest last
	granted  []uint64    // ids in the order of grants that come by an event
	lost     []uint64
}

type slowClaim struct {
	id               uint64
	amount, priority int
	preempts         bool
}

func (s *slowResource) free() int {
	n := s.capacity
	for _, h := range s.holding {
		n -= h.amount
	}
	return n
}

// enqueue puts a claim behind its equals, or before them.
func (s *slowResource) enqueue(c slowClaim, front bool) {
	i := slices.IndexFunc(s.waiting, func(w slowClaim) bool {
		return w.priority > c.priority || front && w.priority == c.priority
	})
	if i < 0 {
		i = len(s.waiting)
	}
	s.waiting = slices.Insert(s.waiting, i, c)
}

// room makes room for c if it can.
func (s *slowResource) room(c slowClaim) bool {
	if s.free() >= c.amount {
		return true
	}
	if !c.preempts || c.amount > s.capacity {
		return false
	}
	could := s.free()
	for _, h := range s.holding {
		if h.priority > c.priority {
			could += h.amount
		}
	}
	if could < c.amount {
		return false
	}
	for s.free() < c.amount {
		s.takeFrom()
	}
	return true
}

// takeFrom preempts the least important holder, the latest of equals.
func (s *slowResource) takeFrom() {
	worst := len(s.holding) - 1
	for i := worst; i >= 0; i-- {
		if s.holding[i].priority > s.holding[worst].priority {
			worst = i
		}
	}
	h := s.holding[worst]
	s.holding = slices.Delete(s.holding, worst, worst+1)
	s.lost = append(s.lost, h.id)
	s.enqueue(h, true)
}

func (s *slowResource) serve() {
	for len(s.waiting) > 0 {
		c := s.waiting[0]
		if !s.room(c) {
			return
		}
		i := slices.IndexFunc(s.waiting, func(w slowClaim) bool { return w.id == c.id })
		s.waiting = slices.Delete(s.waiting, i, i+1)
		s.holding = append(s.holding, c)
		s.granted = append(s.granted, c.id)
	}
}

func (s *slowResource) seize(c slowClaim) bool {
	if (len(s.waiting) == 0 || s.waiting[0].priority > c.priority) && s.room(c) {
		s.holding = append(s.holding, c)
		return true
	}
	s.enqueue(c, false)
	return false
}

func (s *slowResource) drop(id uint64) {
	same := func(c slowClaim) bool { return c.id == id }
	s.waiting, s.holding = slices.DeleteFunc(s.waiting, same), slices.DeleteFunc(s.holding, same)
	s.serve()
}

func (s *slowResource) resize(n int) {
	s.capacity = n
	for s.breaks && s.free() < 0 {
		s.takeFrom()
	}
	s.serve()
}

// TestResource_IsTheObviousOne drives a resource and the obvious one with the
// same claims of several priorities, some of which preempt, releases,
// withdrawals and changes of capacity.
func TestResource_IsTheObviousOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sim.New(rng.NewKey(1), sim.Options{})
		const most = 4
		r := s.Resource("r", most)
		slow := &slowResource{capacity: most, breaks: rapid.Bool().Draw(t, "breaks")}
		if slow.breaks {
			s.Preemptible(r)
		}
		var granted, lost []uint64
		const onGrant, onLost = 1, 2
		customers := s.Add("customers", sim.Func(func(_ *sim.Context, e sim.Event) error {
			if e.Kind == onGrant {
				granted = append(granted, e.Arg)
			} else {
				lost = append(lost, e.Arg)
			}
			return nil
		}))
		claims := map[uint64]sim.Claim{}
		ids := func() (all []uint64) {
			for id := range claims {
				all = append(all, id)
			}
			slices.Sort(all)
			return all
		}
		advance := func() {
			if err := s.Run(context.Background(), sim.Until{Time: s.Now() + 1}); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(granted, slow.granted) || !slices.Equal(lost, slow.lost) {
				t.Fatalf("granted %v, lost %v; want %v, %v", granted, lost, slow.granted, slow.lost)
			}
		}
		next := uint64(0)
		t.Repeat(map[string]func(*rapid.T){
			"": func(*rapid.T) {
				holding := 0
				for _, h := range slow.holding {
					holding += h.amount
					if !s.Held(claims[h.id]) {
						t.Fatalf("claim %d is not held", h.id)
					}
				}
				for _, w := range slow.waiting {
					if !s.Waiting(claims[w.id]) {
						t.Fatalf("claim %d does not wait", w.id)
					}
				}
				if s.Busy(r) != holding || s.QueueLength(r) != len(slow.waiting) || s.Capacity(r) != slow.capacity {
					t.Fatalf("%d of %d busy, %d waiting; want %d of %d, %d", s.Busy(r), s.Capacity(r), s.QueueLength(r),
						holding, slow.capacity, len(slow.waiting))
				}
			},
			"seize": func(t *rapid.T) {
				next++
				c := slowClaim{id: next, amount: rapid.IntRange(1, 3).Draw(t, "amount"),
					priority: rapid.IntRange(-1, 12).Draw(t, "priority"), preempts: rapid.Bool().Draw(t, "preempts")}
				req := sim.Request{Owner: customers, Kind: onGrant, Lost: onLost, Arg: c.id, Priority: int32(c.priority)}
				if c.preempts {
					req.Flags = sim.Preempts
				}
				cl, held := s.Seize(r, c.amount, req)
				claims[c.id] = cl
				if want := slow.seize(c); held != want {
					t.Fatalf("held %v, want %v", held, want)
				}
			},
			"release": func(t *rapid.T) {
				if len(slow.holding) == 0 {
					return
				}
				id := slow.holding[rapid.IntRange(0, len(slow.holding)-1).Draw(t, "which")].id
				s.Release(claims[id])
				delete(claims, id)
				slow.drop(id)
			},
			"withdraw": func(t *rapid.T) {
				if len(claims) == 0 {
					return
				}
				id := rapid.SampledFrom(ids()).Draw(t, "id")
				isWaiting := slices.ContainsFunc(slow.waiting, func(c slowClaim) bool { return c.id == id })
				if got := s.Withdraw(claims[id]); got != isWaiting {
					t.Fatalf("withdrawn %v, want %v", got, isWaiting)
				}
				if isWaiting {
					delete(claims, id)
					slow.drop(id)
				}
			},
			"resize": func(t *rapid.T) {
				n := rapid.IntRange(0, 5).Draw(t, "capacity")
				s.SetCapacity(r, n)
				slow.resize(n)
			},
			"advance": func(*rapid.T) {
				// A calendar that runs empty while claims wait is a deadlock: keep
				// one event.
				s.Schedule(1e9, customers, onGrant, 0)
				advance()
			},
		})
		s.Schedule(1e9, customers, onGrant, 0)
		advance()
	})
}

func ExampleContext_Seize() {
	s := sim.New(rng.NewKey(1), sim.Options{})
	desk := s.Resource("desk", 1)
	const come, served, done = 0, 1, 2
	claims := map[uint64]sim.Claim{}
	var customers sim.ID
	customers = s.Add("customers", sim.Func(func(c *sim.Context, e sim.Event) error {
		switch e.Kind {
		case come:
			claim, held := c.Seize(desk, 1, sim.Request{Owner: customers, Kind: served, Arg: e.Arg})
			claims[e.Arg] = claim
			if held {
				c.Schedule(5, customers, done, e.Arg)
			}
		case served:
			c.Schedule(5, customers, done, e.Arg)
		case done:
			c.Release(claims[e.Arg])
			fmt.Printf("customer %d leaves at %v\n", e.Arg, c.Now())
		}
		return nil
	}))
	s.Schedule(0, customers, come, 1)
	s.Schedule(2, customers, come, 2)
	if err := s.Run(context.Background(), sim.Until{}); err != nil {
		fmt.Println(err)
	}
	fmt.Println("mean wait:", sim.Find(s.Outcomes(), "desk.wait"))
	// Output:
	// customer 1 leaves at 5
	// customer 2 leaves at 10
	// mean wait: 1.5
}
