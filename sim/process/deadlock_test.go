package process_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/process"
)

// tick has a process keep the calendar busy for ever.
func tick(g *process.Processes) {
	g.Go("clock", func(p *process.Process) error {
		for {
			p.Hold(1)
		}
	})
}

// TestDeadlock_IsFoundSoon requires three processes that wait for each other to be
// found within a few events, in a simulation that would go on for ever.
func TestDeadlock_IsFoundSoon(t *testing.T) {
	s := sim.New(rng.NewKey(1), sim.Options{})
	defer s.Close()
	var forks []sim.Resource
	for i := range 3 {
		forks = append(forks, s.Resource(fmt.Sprint("fork ", i), 1))
	}
	g := process.New(s)
	tick(g)
	for i := range 3 {
		g.Go("philosopher", func(p *process.Process) error {
			p.Seize(forks[i])
			p.Hold(5)
			p.Seize(forks[(i+1)%3])
			return nil
		})
	}
	err := s.Run(context.Background(), sim.Until{Time: 1e6})
	var d *sim.Deadlock
	if !errors.As(err, &d) {
		t.Fatalf("%v, want a deadlock", err)
	}
	if s.Events() > 100 {
		t.Errorf("found after %d events", s.Events())
	}
	for i := range 3 {
		want := fmt.Sprintf("philosopher %d waits for 1 of resource \"fork %d\" since 5, held by philosopher %d", i+2, (i+1)%3, (i+1)%3+2)
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

// TestDeadlock_MayBeEndedFromOutside requires a wait that somebody will interrupt not
// to be taken for a deadlock.
func TestDeadlock_MayBeEndedFromOutside(t *testing.T) {
	s := sim.New(rng.NewKey(1), sim.Options{})
	defer s.Close()
	a, b := s.Resource("a", 1), s.Resource("b", 1)
	g := process.New(s)
	tick(g)
	both := func(first, second sim.Resource) *process.Process {
		return g.Go("p", func(p *process.Process) error {
			p.Seize(first)
			p.Hold(1)
			if p.Seize(second, process.Interruptible()) == nil {
				p.Hold(1)
				p.Release(second)
			}
			p.Release(first)
			return nil
		})
	}
	stuck := both(a, b)
	both(b, a)
	g.After(5000, "guard", func(*process.Process) error {
		stuck.Interrupt(errors.New("back"))
		return nil
	})
	run(t, s, 6000)
	if g.Live() != 1 {
		t.Errorf("%d processes are left, want the clock", g.Live())
	}
}

// lockers are processes that take and give back resources at random; what they hold
// and want is kept beside the simulation.
type lockers struct {
	units []int
	hold  [][]int // units by process and resource
	want  []int   // the resource that a process waits for, -1 for none
	needs []int   // units of it
	since []int   // the turn in which it began to wait
}

// stuck says who can never go on, by letting all who can run to their end.
func (l *lockers) stuck() (names []string) {
	ended := make([]bool, len(l.want))
	for changed := true; changed; {
		changed = false
		for i, r := range l.want {
			if ended[i] || r >= 0 && (l.needs[i] > l.free(r, ended) || l.first(r, ended) != i) {
				continue
			}
			ended[i], changed = true, true
		}
	}
	for i := range ended {
		if !ended[i] {
			names = append(names, fmt.Sprint("locker ", i+1))
		}
	}
	return names
}

// first returns who waits for a resource longest.
func (l *lockers) first(r int, ended []bool) int {
	who := -1
	for i := range l.want {
		if !ended[i] && l.want[i] == r && (who < 0 || l.since[i] < l.since[who]) {
			who = i
		}
	}
	return who
}

func (l *lockers) free(r int, ended []bool) int {
	n := l.units[r]
	for i := range l.hold {
		if !ended[i] {
			n -= l.hold[i][r]
		}
	}
	return n
}

// TestDeadlock_AreThoseOfTheDefinition compares the deadlocks that are found with those
// that there are.
func TestDeadlock_AreThoseOfTheDefinition(t *testing.T) {
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		s := sim.New(rng.NewKey(1), sim.Options{})
		defer s.Close()
		l := &lockers{units: rapid.SliceOfN(rapid.IntRange(1, 2), 2, 6).Draw(t, "units")}
		n := rapid.IntRange(2, 8).Draw(t, "processes")
		plans := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 1000), 1, 5), n, n).Draw(t, "plans")
		var resources []sim.Resource
		for r, units := range l.units {
			resources = append(resources, s.Resource(fmt.Sprint("r ", r), units))
		}
		g := process.New(s)
		turn := 0
		for i, plan := range plans {
			l.hold, l.want = append(l.hold, make([]int, len(resources))), append(l.want, -1)
			l.needs, l.since = append(l.needs, 0), append(l.since, 0)
			g.Go("locker", func(p *process.Process) error {
				for _, k := range plan {
					r := k % len(resources)
					units := 1 + k/10%l.units[r]
					turn++
					l.want[i], l.needs[i], l.since[i] = r, units, turn
					p.Seize(resources[r], process.Units(units))
					l.want[i] = -1
					l.hold[i][r] += units
					p.Hold(float64(k / 100 % 3))
				}
				for k := len(plan) - 1; k >= 0; k-- {
					r := plan[k] % len(resources)
					p.Release(resources[r])
					l.hold[i][r] -= 1 + plan[k]/10%l.units[r]
				}
				return nil
			})
		}
		tick(g)
		err := s.Run(context.Background(), sim.Until{Time: 500})
		var d *sim.Deadlock
		if err != nil && !errors.As(err, &d) {
			t.Fatal(err)
		}
		var got []string
		if d != nil {
			found++
			if s.Events() > 300 {
				t.Fatalf("found after %d events", s.Events())
			}
			for _, w := range d.Waits {
				got = append(got, w.Who)
			}
			slices.Sort(got)
		}
		if want := l.stuck(); !slices.Equal(got, want) {
			t.Fatalf("found %q, stuck are %q", got, want)
		}
	})
	if found < 10 {
		t.Errorf("%d deadlocks in all", found)
	}
}
