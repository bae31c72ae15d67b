package process_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/input"
	"github.com/quatre-ppl/quatre/sim/process"
)

func exponential(mean float64) sim.Law { return input.Must(input.Exponential(mean)) }

func run(t testing.TB, s *sim.Simulation, until float64) {
	t.Helper()
	if err := s.Run(context.Background(), sim.Until{Time: until}); err != nil {
		t.Fatal(err)
	}
}

// TestProcess_Stories runs small models and compares what their processes say
// with what was worked out by hand.
func TestProcess_Stories(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, c := range []struct {
		name  string
		build func(s *sim.Simulation, g *process.Processes, say func(p *process.Process, what string))
		want  []string
	}{
		{"two at one desk", func(s *sim.Simulation, g *process.Processes, say func(*process.Process, string)) {
			desk := s.Resource("desk", 1)
			for range 2 {
				g.Go("c", func(p *process.Process) error {
					p.Seize(desk)
					p.Hold(5)
					p.Release(desk)
					say(p, "leaves")
					return nil
				})
			}
		}, []string{"5 c 1 leaves", "10 c 2 leaves"}},
		{"preemption", func(s *sim.Simulation, g *process.Processes, say func(*process.Process, string)) {
			desk := s.Resource("desk", 1)
			g.Go("low", func(p *process.Process) error {
				p.Seize(desk, process.Priority(1))
				p.Hold(10)
				p.Release(desk)
				say(p, "leaves")
				return nil
			})
			g.After(4, "high", func(p *process.Process) error {
				p.Seize(desk, process.Preempt())
				p.Hold(3)
				p.Release(desk)
				say(p, "leaves")
				return nil
			})
		}, []string{"7 high 2 leaves", "13 low 1 leaves"}},
		{"interrupt", func(_ *sim.Simulation, g *process.Processes, say func(*process.Process, string)) {
			cause := errors.New("fire")
			sleeper := g.Go("sleeper", func(p *process.Process) error {
				if err := p.Hold(100); errors.Is(err, cause) && errors.Is(err, process.ErrInterrupted) {
					say(p, "wakes")
				}
				p.Hold(1)
				say(p, "is out")
				return nil
			})
			g.Go("alarm", func(p *process.Process) error {
				p.Hold(7)
				if !sleeper.Interrupt(cause) {
					say(p, "fails")
				}
				return nil
			})
		}, []string{"7 sleeper 1 wakes", "8 sleeper 1 is out"}},
		{"reneging by WaitAny", func(s *sim.Simulation, g *process.Processes, say func(*process.Process, string)) {
			desk := s.Resource("desk", 1)
			for range 3 {
				g.Go("c", func(p *process.Process) error {
					which, _ := p.WaitAny(process.Seized(desk), process.Timeout(6))
					if which == 1 {
						say(p, "gives up")
						return nil
					}
					p.Hold(5)
					p.Release(desk)
					say(p, "leaves")
					return nil
				})
			}
		}, []string{"5 c 1 leaves", "6 c 3 gives up", "10 c 2 leaves"}},
		{"what is met at the same moment is given back", func(s *sim.Simulation, g *process.Processes, say func(*process.Process, string)) {
			a, b := s.Resource("a", 1), s.Resource("b", 1)
			g.Go("holder", func(p *process.Process) error {
				p.Seize(a)
				p.Seize(b)
				p.Hold(2)
				p.Release(b)
				p.Release(a)
				return nil
			})
			g.Go("either", func(p *process.Process) error {
				which, _ := p.WaitAny(process.Seized(a), process.Seized(b))
				say(p, fmt.Sprint("has ", which, " a ", s.Busy(a), " b ", s.Busy(b)))
				p.Hold(1)
				p.Release([]sim.Resource{a, b}[which])
				say(p, fmt.Sprint("a ", s.Busy(a), " b ", s.Busy(b)))
				return nil
			})
		}, []string{"2 either 2 has 1 a 0 b 1", "3 either 2 a 0 b 0"}},
		{"two resources together", func(s *sim.Simulation, g *process.Processes, say func(*process.Process, string)) {
			a, b := s.Resource("a", 1), s.Resource("b", 1)
			both := []sim.Need{{Resource: a, Units: 1}, {Resource: b, Units: 1}}
			g.Go("holder", func(p *process.Process) error {
				p.Seize(b)
				p.Hold(4)
				p.Release(b)
				return nil
			})
			g.Go("both", func(p *process.Process) error {
				p.SeizeAll(both...)
				say(p, fmt.Sprint("has a ", s.Busy(a), " b ", s.Busy(b)))
				p.Hold(3)
				p.Release(a)
				p.Release(b)
				return nil
			})
			g.Go("impatient", func(p *process.Process) error {
				which, _ := p.WaitAny(process.AllSeized(both), process.Timeout(2))
				say(p, fmt.Sprint("gets ", which, " with a ", s.Busy(a), ", ", s.QueueLength(a), " waiting"))
				return nil
			})
		}, []string{"2 impatient 3 gets 1 with a 0, 1 waiting", "4 both 2 has a 1 b 1"}},
		{"all of several", func(s *sim.Simulation, g *process.Processes, say func(*process.Process, string)) {
			desk, tank := s.Resource("desk", 1), s.Container("tank", 10, 0)
			child := g.Go("child", func(p *process.Process) error {
				p.Seize(desk)
				p.Hold(4)
				p.Release(desk)
				p.Hold(3)
				return p.Put(tank, 5)
			})
			g.After(1, "all", func(p *process.Process) error {
				p.WaitAll(process.Timeout(2), process.Seized(desk), process.End(child), process.Got(tank, 1))
				say(p, fmt.Sprint("has the desk ", s.Busy(desk), " and ", s.Amount(tank), " are left"))
				p.Hold(1)
				p.Release(desk)
				return nil
			})
			stopped := g.After(1, "stopped", func(p *process.Process) error {
				err := p.WaitAll(process.Got(tank, 2), process.Seized(desk))
				say(p, fmt.Sprint(err != nil, " ", s.Amount(tank), " ", s.QueueLength(desk)))
				return nil
			})
			g.After(7.5, "stopper", func(p *process.Process) error {
				stopped.Interrupt(errors.New("enough"))
				return nil
			})
		}, []string{"7 all 2 has the desk 1 and 2 are left", "7.5 stopped 3 true 4 0"}},
		{"store with a filter", func(s *sim.Simulation, g *process.Processes, say func(*process.Process, string)) {
			box := s.Store("box", 2)
			g.Go("wants 3", func(p *process.Process) error {
				item, _ := p.GetItem(box, func(item any) bool { return item == 3 })
				say(p, fmt.Sprint(item))
				return nil
			})
			g.Go("wants any", func(p *process.Process) error {
				item, _ := p.GetItem(box, nil)
				say(p, fmt.Sprint(item))
				return nil
			})
			g.Go("maker", func(p *process.Process) error {
				for i := range 4 {
					p.Hold(1)
					p.PutItem(box, i)
				}
				say(p, "is done")
				return nil
			})
			g.After(50, "wants any", func(p *process.Process) error {
				item, _ := p.GetItem(box, nil)
				say(p, fmt.Sprint(item))
				return nil
			})
		}, []string{"1 wants any 2 0", "50 wants any 4 1", "50 maker 3 is done", "50 wants 3 1 3"}},
		{"join, signal, container", func(s *sim.Simulation, g *process.Processes, say func(*process.Process, string)) {
			bell, tank := s.Signal("bell"), s.Container("tank", 10, 0)
			child := g.Go("child", func(p *process.Process) error {
				p.Wait(bell)
				return p.Put(tank, 4)
			})
			g.Go("parent", func(p *process.Process) error {
				p.Hold(3)
				s.Fire(bell, -1)
				p.Join(child)
				say(p, fmt.Sprint("has ", s.Amount(tank)))
				return nil
			})
		}, []string{"3 parent 2 has 4"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sim.New(rng.NewKey(1), sim.Options{})
			defer s.Close()
			var said []string
			c.build(s, process.New(s), func(p *process.Process, what string) {
				said = append(said, fmt.Sprintf("%g %v %s", p.Now(), p, what))
			})
			run(t, s, 1000)
			if !slices.Equal(said, c.want) {
				t.Errorf("got  %q\nwant %q", said, c.want)
			}
		})
	}
}

func TestProcess_FaultsNameTheProcess(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, c := range []struct {
		name string
		body func(s *sim.Simulation, desk sim.Resource) process.Body
		want []string
	}{
		{"error", func(*sim.Simulation, sim.Resource) process.Body {
			return func(p *process.Process) error { p.Hold(3); return errors.New("no") }
		}, []string{"time 3", "bad 1", "no"}},
		{"panic", func(*sim.Simulation, sim.Resource) process.Body {
			return func(p *process.Process) error { p.Hold(3); panic("oh") }
		}, []string{"time 3", "bad 1", "panic: oh"}},
		{"release", func(_ *sim.Simulation, desk sim.Resource) process.Body {
			return func(p *process.Process) error { p.Hold(3); p.Release(desk); return nil }
		}, []string{"time 3", "bad 1", "desk"}},
		{"delay", func(*sim.Simulation, sim.Resource) process.Body {
			return func(p *process.Process) error { return p.Hold(-1) }
		}, []string{"time 0", "bad 1", "-1"}},
		{"wait for none", func(*sim.Simulation, sim.Resource) process.Body {
			return func(p *process.Process) error {
				p.Hold(3)
				if err := p.WaitAll(); err != nil { // is over at once
					return err
				}
				_, err := p.WaitAny()
				return err
			}
		}, []string{"time 3", "bad 1 waits for any of no conditions"}},
		{"deadlock", func(_ *sim.Simulation, desk sim.Resource) process.Body {
			return func(p *process.Process) error { p.Seize(desk); return p.Seize(desk) }
		}, []string{"bad 1 waits for 1 of resource \"desk\"", "held by bad 1"}},
		{"end with a resource", func(_ *sim.Simulation, desk sim.Resource) process.Body {
			return func(p *process.Process) error { return p.Seize(desk) }
		}, []string{"bad 1", "desk", "while it holds"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sim.New(rng.NewKey(1), sim.Options{})
			defer s.Close()
			desk := s.Resource("desk", 1)
			process.New(s).Go("bad", c.body(s, desk))
			err := s.Run(context.Background(), sim.Until{Time: 100})
			if err == nil {
				t.Fatal("no error")
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

// newQueue returns an M/M/1 queue of processes.
func newQueue(key rng.Key) (*sim.Simulation, *process.Processes, *[]float64) {
	s := sim.New(key, sim.Options{})
	server := s.Resource("server", 1)
	arrivals, services := s.Source("arrivals", exponential(1/0.8)), s.Source("services", exponential(1))
	g := process.New(s)
	var departures []float64
	customer := func(p *process.Process) error {
		p.Seize(server)
		p.Hold(p.Draw(services))
		p.Release(server)
		if len(departures) < 10000 {
			departures = append(departures, p.Now())
		}
		return nil
	}
	g.Go("door", func(p *process.Process) error {
		for {
			p.Hold(p.Draw(arrivals))
			g.Go("customer", customer)
		}
	})
	return s, g, &departures
}

// TestProcess_DepartsAsAFlowDoes compares the departures of the same model in
// two styles, fed by the same streams.
func TestProcess_DepartsAsAFlowDoes(t *testing.T) {
	s, _, got := newQueue(rng.NewKey(7))
	defer s.Close()
	run(t, s, 10000)

	other := sim.New(rng.NewKey(7), sim.Options{})
	server := other.Resource("server", 1)
	var want []float64
	f := flow.New(other, "customers")
	f.Arrive(other.Source("arrivals", exponential(1/0.8))).Seize(server).
		Hold(flow.Draw(other.Source("services", exponential(1)))).Release(server).
		If(func(c *sim.Context, _ flow.Token) bool { want = append(want, c.Now()); return true }, "out").
		Label("out").Depart()
	run(t, other, 10000)
	if !slices.Equal(*got, want) || len(want) < 7000 {
		t.Errorf("%d and %d departures differ", len(*got), len(want))
	}
	if a, b := s.Outcomes(), other.Outcomes(); sim.Find(a, "server.wait") != sim.Find(b, "server.wait") {
		t.Errorf("mean waits %v and %v", sim.Find(a, "server.wait"), sim.Find(b, "server.wait"))
	}
}

func BenchmarkProcess_MM1(b *testing.B) {
	s, _, _ := newQueue(rng.NewKey(1))
	defer s.Close()
	b.ReportAllocs()
	if err := s.Run(context.Background(), sim.Until{Events: uint64(b.N)}); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(s.Events())/b.Elapsed().Seconds()/1e6, "Mevents/s")
}

// BenchmarkProcess_Many has many live processes that hold one after the other,
// and reports the memory of each.
func BenchmarkProcess_Many(b *testing.B) {
	for _, n := range []int{1000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			s := sim.New(rng.NewKey(1), sim.Options{})
			defer s.Close()
			delay := s.Source("delay", exponential(1))
			g := process.New(s)
			for range n {
				g.Go("p", func(p *process.Process) error {
					for {
						p.Hold(p.Draw(delay))
					}
				})
			}
			run(b, s, 3)
			runtime.ReadMemStats(&after)
			b.ResetTimer()
			if err := s.Run(context.Background(), sim.Until{Events: uint64(b.N)}); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mevents/s")
			b.ReportMetric(float64(after.HeapAlloc+after.StackInuse-before.HeapAlloc-before.StackInuse)/float64(n), "B/process")
		})
	}
}
