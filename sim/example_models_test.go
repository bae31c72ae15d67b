package sim_test

import (
	"context"
	"fmt"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/experiment"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/input"
	"github.com/quatre-ppl/quatre/sim/process"
)

// exponential is a law whose mean is written in the program.
func exponential(mean float64) sim.Law { return input.Must(input.Exponential(mean)) }

// A bank with two tellers, whose customers give up after a while: 100 days.
func Example_bank() {
	bank := func(s *sim.Simulation, _ int) error {
		tellers := s.Resource("tellers", 2)
		patience := s.Source("patience", input.Must(input.Uniform(5, 15)))
		service := s.Source("service", input.Must(input.Triangular(2, 4, 9)))
		flow.New(s, "customers").
			Arrive(s.Source("arrivals", exponential(2.2))).
			Seize(tellers, flow.Patience(flow.Draw(patience), "angry")).
			Hold(flow.Draw(service)).
			Release(tellers).
			Depart().
			Label("angry").
			Depart("angry")
		return nil
	}
	r, err := experiment.Run(context.Background(), bank, rng.NewKey(1), experiment.Options{Replications: 100, Until: sim.Until{Time: 480}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"tellers.wait", "tellers.utilisation", "customers.angry.departed"} {
		fmt.Println(name, r.Interval(name))
	}
	// Output:
	// tellers.wait 4.4397 ± 0.12
	// tellers.utilisation 0.91961 ± 0.0065
	// customers.angry.departed 36.62 ± 2.2
}

// A job shop of five stages, compared with a faster machine at the bottleneck
// under common random numbers.
func Example_jobShop() {
	shop := func(bottleneck float64) experiment.Model {
		return func(s *sim.Simulation, _ int) error {
			f := flow.New(s, "jobs")
			f.Arrive(s.Source("arrivals", exponential(6)))
			for i, mean := range []float64{8, 6, bottleneck, 5, 7} {
				name := fmt.Sprint("stage ", i+1)
				machines := s.Resource(name, 2)
				f.Seize(machines).Hold(flow.Draw(s.Source(name, exponential(mean)))).Release(machines)
			}
			f.Depart()
			return nil
		}
	}
	c, err := experiment.Compare(context.Background(), shop(10), shop(9), rng.NewKey(1),
		experiment.Options{Replications: 40, Until: sim.Until{Time: 10000}, WarmUp: 1000})
	if err != nil {
		fmt.Println(err)
		return
	}
	d, _ := c.Difference("jobs.time")
	fmt.Println("time in the shop:", c.A.Interval("jobs.time"))
	fmt.Println("gain of the faster machine:", d)
	// Output:
	// time in the shop: 70.908 ± 2.8
	// gain of the faster machine: 11.878 ± 1.5
}

// A ward where urgent patients go first and take the scanner from others.
func Example_hospitalWard() {
	s := sim.New(rng.NewKey(1), sim.Options{})
	beds, scanner := s.Resource("beds", 10), s.Resource("scanner", 1)
	s.Plan(beds, []sim.Shift{{Time: 8, Capacity: 10}, {Time: 20, Capacity: 8}}, 24)
	stay, scan := s.Source("stay", input.Must(input.LogNormal(2, 0.6))), s.Source("scan", exponential(0.5))
	for _, class := range []struct {
		name     string
		every    float64
		priority float64
		options  []flow.SeizeOption
	}{{"urgent", 6, 0, []flow.SeizeOption{flow.Preempt()}}, {"normal", 1.5, 1, nil}} {
		flow.New(s, class.name).
			Arrive(s.Source(class.name+" arrivals", exponential(class.every))).
			Priority(flow.Const(class.priority)).
			Seize(scanner, class.options...).Hold(flow.Draw(scan)).Release(scanner).
			Seize(beds).Hold(flow.Draw(stay)).Release(beds).
			Depart()
	}
	if err := s.Run(context.Background(), sim.Until{Time: 24 * 100}); err != nil {
		fmt.Println(err)
		return
	}
	out := s.Outcomes()
	fmt.Printf("urgent: %.1f h, normal: %.1f h, scans interrupted: %v\n",
		sim.Find(out, "urgent.time"), sim.Find(out, "normal.time"), sim.Find(out, "scanner.preempted"))
	// Output:
	// urgent: 10.3 h, normal: 11.5 h, scans interrupted: 128
}

// A shop that orders up to 100 pieces whenever 30 or fewer are left; customers
// who find too little on the shelf go elsewhere.
func Example_inventory() {
	s := sim.New(rng.NewKey(1), sim.Options{})
	defer s.Close()
	shelf := s.Container("shelf", 100, 100)
	between, size := s.Source("between", exponential(1)), s.Source("size", input.Must(input.Integer(1, 5)))
	lead := s.Source("lead time", input.Must(input.Uniform(3, 6)))
	served, lost, ordered := 0, 0, false
	g := process.New(s)
	order := func(p *process.Process) error {
		p.Hold(p.Draw(lead))
		ordered = false
		return p.Put(shelf, 100-s.Amount(shelf))
	}
	g.Go("door", func(p *process.Process) error {
		for {
			p.Hold(p.Draw(between))
			if want := p.Draw(size); want <= s.Amount(shelf) {
				p.Get(shelf, want)
				served++
			} else {
				lost++
			}
			if s.Amount(shelf) <= 30 && !ordered {
				ordered = true
				p.Go("order", order)
			}
		}
	})
	if err := s.Run(context.Background(), sim.Until{Time: 1000}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d served, %d lost, %.1f on the shelf on average\n", served, lost, sim.Find(s.Outcomes(), "shelf"))
	// Output:
	// 1076 served, 4 lost, 58.6 on the shelf on average
}

// Ten machines that fail and two people who repair them.
func Example_machineRepair() {
	s := sim.New(rng.NewKey(1), sim.Options{})
	defer s.Close()
	crew, working := s.Resource("crew", 2), s.Level("working", 10)
	up, repair := s.Source("up", exponential(10)), s.Source("repair", exponential(2))
	g := process.New(s)
	for range 10 {
		g.Go("machine", func(p *process.Process) error {
			for {
				p.Hold(p.Draw(up))
				s.Change(working, -1)
				p.Seize(crew)
				p.Hold(p.Draw(repair))
				p.Release(crew)
				s.Change(working, 1)
			}
		})
	}
	if err := s.Run(context.Background(), sim.Until{Time: 100000}); err != nil {
		fmt.Println(err)
		return
	}
	// Exactly 7.596 machines work on average.
	fmt.Printf("%.2f machines work on average\n", s.LevelOf(working).Mean(s.Now()))
	// Output:
	// 7.60 machines work on average
}
