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
	"pgregory.net/rapid"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/process"
)

// crowd is a model in which processes do one thing after another at random, beside
// an entity that handles events, at times that often coincide.
type crowd struct {
	s   *sim.Simulation
	log []string
}

func (m *crowd) say(p *process.Process, what string) {
	m.log = append(m.log, fmt.Sprintf("%g %v %s", p.Now(), p, what))
}

// newCrowd returns a crowd that does what the numbers of plan say.
func newCrowd(plan []int) *crowd {
	m := &crowd{s: sim.New(rng.NewKey(1), sim.Options{})}
	s := m.s
	desk, tank, bell := s.Resource("desk", 2), s.Container("tank", 5, 2), s.Signal("bell")
	ticker := s.Add("ticker", sim.Func(func(c *sim.Context, e sim.Event) error {
		m.log = append(m.log, fmt.Sprint(c.Now(), " tick ", e.Arg))
		c.Fire(bell, 1)
		if e.Arg > 0 {
			c.Schedule(float64(e.Arg%3), 1, 0, e.Arg-1)
		}
		return nil
	}))
	g := process.New(s)
	var latest *process.Process
	body := func(p *process.Process) error {
		for i := range 6 {
			k := plan[(int(p.Number())*7+i*5)%len(plan)]
			switch k % 8 {
			case 0, 1:
				m.say(p, fmt.Sprint("held ", p.Hold(float64(k/8%3))))
			case 2:
				if p.Seize(desk, process.Priority(k/8%2)) == nil {
					m.say(p, fmt.Sprint("left ", p.Hold(float64(k/16%4))))
					p.Release(desk)
				}
			case 3:
				which, err := p.WaitAny(process.Got(tank, float64(1+k/8%2)), process.Timeout(float64(k/16%3)))
				m.say(p, fmt.Sprint("got ", which, err))
			case 4:
				which, err := p.WaitAny(process.Filled(tank, 1), process.Fired(bell), process.Timeout(2))
				m.say(p, fmt.Sprint("put ", which, err))
			case 5:
				if p.Number() < 60 {
					latest = p.Go("child", func(q *process.Process) error {
						q.Hold(float64(k / 8 % 3))
						m.say(q, "was here")
						return nil
					})
				}
			case 6:
				if q := latest; q != nil && q != p {
					which, err := p.WaitAny(process.End(q), process.Timeout(3))
					m.say(p, fmt.Sprint("joined ", which, err))
				}
			case 7:
				if q := latest; q != nil && q != p {
					m.say(p, fmt.Sprint("interrupts ", q.Interrupt(errors.New("call"))))
				}
				latest = p
			}
		}
		m.say(p, "ends")
		return nil
	}
	for i := range 8 {
		g.After(float64(i%3), "p", body)
	}
	s.Schedule(1, ticker, 0, 20)
	return m
}

// TestProcess_RunsAsByStep requires what processes do to be the same whether the
// simulation goes from one to the next by itself or has to see to each event.
func TestProcess_RunsAsByStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := rapid.SliceOfN(rapid.IntRange(0, 200), 1, 40).Draw(t, "plan")
		each := func(name string, run func(s *sim.Simulation) error) []string {
			m := newCrowd(plan)
			defer m.s.Close()
			if err := run(m.s); err != nil {
				m.log = append(m.log, err.Error())
			}
			return append(m.log, fmt.Sprint(m.s.Now(), m.s.Events(), m.s.Pending()))
		}
		want := each("at once", func(s *sim.Simulation) error {
			return s.Run(context.Background(), sim.Until{Time: 30})
		})
		got := each("by step", func(s *sim.Simulation) error {
			for s.NextTime() <= 30 {
				if _, err := s.Step(); err != nil {
					return err
				}
			}
			return s.Run(context.Background(), sim.Until{Time: 30})
		})
		if !slices.Equal(got, want) {
			t.Fatalf("by step\n%s\nat once\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		several := rapid.IntRange(1, 9).Draw(t, "several")
		got = each("in parts", func(s *sim.Simulation) error {
			for end := 0.5; end < 30; end += 0.5 * float64(several) {
				if err := s.Run(context.Background(), sim.Until{Time: end, More: true}); err != nil {
					return err
				}
				if err := s.Run(context.Background(), sim.Until{Time: 30, Events: uint64(several), More: true, Condition: func(*sim.Context) bool { return true }}); err != nil {
					return err
				}
				if s.Now() >= end+0.5*float64(several) {
					break
				}
			}
			return s.Run(context.Background(), sim.Until{Time: 30})
		})
		if !slices.Equal(got, want) {
			t.Fatalf("in parts\n%s\nat once\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// TestProcess_StopsInTheMiddle requires a run to end where a process says so, and to
// go on from there, in another goroutine too.
func TestProcess_StopsInTheMiddle(t *testing.T) {
	defer goleak.VerifyNone(t)
	s := sim.New(rng.NewKey(1), sim.Options{})
	defer s.Close()
	g := process.New(s)
	var at []float64
	for range 3 {
		g.Go("p", func(p *process.Process) error {
			for i := 1; ; i++ {
				p.Hold(1)
				at = append(at, p.Now())
				if i == 2 && p.Number() == 2 {
					p.Context().Stop()
				}
			}
		})
	}
	run(t, s, 100)
	if s.Now() != 2 || len(at) != 5 {
		t.Fatalf("stopped at %v after %v", s.Now(), at)
	}
	done := make(chan error)
	go func() { done <- s.Run(context.Background(), sim.Until{Time: 10}) }()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	run(t, s, 20)
	if len(at) != 60 || at[5] != 2 || at[59] != 20 {
		t.Fatalf("%d holds, the sixth at %v", len(at), at[5])
	}
}

// TestProcess_ABodyThatExits requires runtime.Goexit in a body to end the goroutine of
// Run, as when a test gives up there, and Close to end what is left.
func TestProcess_ABodyThatExits(t *testing.T) {
	defer goleak.VerifyNone(t)
	s := sim.New(rng.NewKey(1), sim.Options{})
	g := process.New(s)
	unwound := 0
	for range 5 {
		g.Go("other", func(p *process.Process) error {
			defer func() { unwound++ }()
			for {
				p.Hold(1)
			}
		})
	}
	g.Go("exits", func(p *process.Process) error {
		p.Hold(2.5)
		runtime.Goexit()
		return nil
	})
	ended, returned := make(chan bool), false
	go func() {
		defer close(ended)
		defer s.Close()
		_ = s.Run(context.Background(), sim.Until{Time: 10})
		returned = true
	}()
	<-ended
	if returned || unwound != 5 {
		t.Errorf("Run returned: %v; %d of 5 unwound", returned, unwound)
	}
}

// TestProcess_CloseUnwinds requires Close to run what bodies have deferred, waits in it
// included, and to hand on a panic in it.
func TestProcess_CloseUnwinds(t *testing.T) {
	defer goleak.VerifyNone(t)
	s := sim.New(rng.NewKey(1), sim.Options{})
	desk := s.Resource("desk", 1)
	g := process.New(s)
	var said []string
	for i := range 4 {
		g.Go("p", func(p *process.Process) error {
			defer func() {
				said = append(said, fmt.Sprint("out ", i))
				if i == 1 {
					panic("late")
				}
				p.Hold(1)
				said = append(said, "never")
			}()
			p.Seize(desk)
			defer p.Release(desk)
			for {
				p.Hold(1)
			}
		})
	}
	run(t, s, 10)
	func() {
		defer func() {
			if value := recover(); value != "late" {
				t.Errorf("Close panics with %v", value)
			}
		}()
		s.Close()
	}()
	s.Close()
	if slices.Sort(said); !slices.Equal(said, []string{"out 0", "out 1", "out 2", "out 3"}) {
		t.Errorf("said %q", said)
	}
}

// TestProcess_StaleListeners requires a process that went on at once, because of
// another condition, not to be woken by the end of the one it no longer waits for.
func TestProcess_StaleListeners(t *testing.T) {
	s := sim.New(rng.NewKey(1), sim.Options{})
	defer s.Close()
	desk := s.Resource("desk", 1)
	g := process.New(s)
	short := g.Go("short", func(p *process.Process) error { return p.Hold(3) })
	g.Go("long", func(p *process.Process) error {
		if which, _ := p.WaitAny(process.End(short), process.Seized(desk)); which != 1 {
			t.Errorf("condition %d", which)
		}
		p.Hold(10)
		if p.Now() != 10 {
			t.Errorf("a delay of 10 from time 0 ends at %v", p.Now())
		}
		p.Release(desk)
		return nil
	})
	run(t, s, 20)
}

// TestProcess_EndlessLoop requires a loop without a delay to be named, though the
// processes go on by themselves.
func TestProcess_EndlessLoop(t *testing.T) {
	s := sim.New(rng.NewKey(1), sim.Options{StillLimit: 5000})
	defer s.Close()
	g := process.New(s)
	for range 2 {
		g.Go("busy", func(p *process.Process) error {
			for {
				p.Hold(0)
			}
		})
	}
	err := s.Run(context.Background(), sim.Until{Time: 1})
	if err == nil || !strings.Contains(err.Error(), "5001 events") || !strings.Contains(err.Error(), "busy") {
		t.Errorf("the error is %v", err)
	}
}

// TestProcess_AllocatesOnlyProcesses pins what a delay, a claim and a process cost.
func TestProcess_AllocatesOnlyProcesses(t *testing.T) {
	s, g, _ := newQueue(rng.NewKey(3))
	defer s.Close()
	run(t, s, 20000) // until all buffers are as large as they get
	before := g.Started()
	n := testing.AllocsPerRun(20, func() { run(t, s, s.Now()+100) })
	if each := 21 * n / float64(g.Started()-before); each > 1.1 {
		t.Errorf("%.3f allocations a process, want 1", each)
	}
}
