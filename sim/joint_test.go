package sim_test

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
)

// slowJoint is the obvious set of resources with joint claims: one list of all
// that wait, in order of priority and arrival.
type slowJoint struct {
	free    []int
	waiting []slowNeed
	holding map[uint64]slowNeed
}

type slowNeed struct {
	id       uint64
	priority int
	units    []int // by resource
	joint    bool
}

// serve grants what can be granted of those that want a resource: in order,
// passing none that waits alone or lacks units of a resource that both need.
func (s *slowJoint) serve(at int) {
	for again := true; again; {
		again = false
		blocked := make([]bool, len(s.free))
		for i, w := range s.waiting {
			can := w.units[at] > 0
			for r, n := range w.units {
				can = can && (n == 0 || n <= s.free[r] && !blocked[r])
			}
			if can {
				s.waiting = slices.Delete(s.waiting, i, i+1)
				for r, n := range w.units {
					s.free[r] -= n
				}
				s.holding[w.id] = w
				again = true
				break
			}
			for r, n := range w.units {
				blocked[r] = blocked[r] || n > 0 && (!w.joint || n > s.free[r])
			}
		}
	}
}

// order returns the resources of a claim in the order in which they are looked
// at after a withdrawal, which the test makes by the last part.
func (w slowNeed) order() (all []int) {
	last := -1
	for r, n := range w.units {
		if n > 0 {
			all = append(all, r)
			last = r
		}
	}
	if last >= 0 {
		all = append([]int{last}, all[:len(all)-1]...)
	}
	return all
}

func (s *slowJoint) seize(w slowNeed) {
	i := slices.IndexFunc(s.waiting, func(o slowNeed) bool { return o.priority > w.priority })
	if i < 0 {
		i = len(s.waiting)
	}
	s.waiting = slices.Insert(s.waiting, i, w)
	for r, n := range w.units {
		if n > 0 {
			s.serve(r)
			break
		}
	}
}

func (s *slowJoint) drop(id uint64) {
	if w, ok := s.holding[id]; ok {
		delete(s.holding, id)
		for r, n := range w.units { // they are released one after the other
			s.free[r] += n
			s.serve(r)
		}
	}
	if i := slices.IndexFunc(s.waiting, func(w slowNeed) bool { return w.id == id }); i >= 0 {
		w := s.waiting[i]
		s.waiting = slices.Delete(s.waiting, i, i+1)
		for _, r := range w.order() {
			s.serve(r)
		}
	}
}

// TestSeizeAll_IsTheObviousOne drives three resources and the obvious ones with
// the same joint and single claims, releases and withdrawals.
func TestSeizeAll_IsTheObviousOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sim.New(rng.NewKey(1), sim.Options{})
		slow := &slowJoint{free: []int{1, 2, 3}, holding: map[uint64]slowNeed{}}
		var all []sim.Resource
		for i, n := range slow.free {
			all = append(all, s.Resource(string(rune('a'+i)), n))
		}
		held := map[uint64]bool{}
		owner := s.Add("owner", sim.Func(func(_ *sim.Context, e sim.Event) error { held[e.Arg] = true; return nil }))
		s.ScheduleAt(1e6, 0, owner, 0, 0) // else the end of the calendar is a deadlock
		claims := map[uint64][]sim.Claim{}
		for id := uint64(1); id <= 60; id++ {
			ids := make([]uint64, 0, len(claims))
			for k := range claims {
				ids = append(ids, k)
			}
			slices.Sort(ids)
			if len(ids) > 0 && rapid.IntRange(0, 2).Draw(t, "drop") == 0 {
				k := rapid.SampledFrom(ids).Draw(t, "which")
				if held[k] {
					for _, cl := range claims[k] {
						s.Release(cl)
					}
				} else if !s.Withdraw(claims[k][len(claims[k])-1]) {
					t.Fatalf("claim %d cannot be withdrawn", k)
				}
				delete(claims, k)
				slow.drop(k)
			} else {
				w := slowNeed{id: id, priority: rapid.IntRange(0, 2).Draw(t, "priority"), units: make([]int, 3)}
				var needs []sim.Need
				for r := range all {
					if n := rapid.IntRange(0, r+1).Draw(t, "units"); n > 0 {
						w.units[r] = n
						needs = append(needs, sim.Need{Resource: all[r], Units: n})
					}
				}
				req := sim.Request{Owner: owner, Arg: id, Priority: int32(w.priority)}
				if len(needs) == 0 {
					continue
				}
				if w.joint = len(needs) > 1 || rapid.Bool().Draw(t, "joint"); w.joint {
					claims[id], held[id] = s.SeizeAll(nil, needs, req)
				} else {
					cl, now := s.Seize(needs[0].Resource, needs[0].Units, req)
					claims[id], held[id] = []sim.Claim{cl}, now
				}
				slow.seize(w)
			}
			if err := s.Run(context.Background(), sim.Until{Time: float64(id)}); err != nil {
				t.Fatal(err)
			}
			for k := range claims {
				if _, want := slow.holding[k]; held[k] != want {
					t.Fatalf("claim %d: held is %v, want %v", k, held[k], want)
				}
			}
		}
	})
}
