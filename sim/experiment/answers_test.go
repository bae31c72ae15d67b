package experiment_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/experiment"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/input"
	"github.com/quatre-ppl/quatre/sim/process"
)

// perQueue are the exact values of a queue.
type perQueue struct{ L, Lq, W, Wq float64 }

// answers are exact values of queueing models, from the formulas of Erlang,
// Pollaczek and Khinchine, Cobham, Jackson, Palm (M/M/c with abandonment) and by
// uniformisation.
type answers struct {
	MM1 []struct {
		Lam, Rho float64
		perQueue
		Q95 float64 `json:"W_q95"`
	} `json:"mm1"`
	MMC []struct {
		Lam, Rho float64
		C        int
		perQueue
	} `json:"mmc"`
	MG1 []struct {
		Service string
		Lam     float64
		perQueue
	} `json:"mg1"`
	MMCK []struct {
		Lam         float64
		C, K        int
		PBlock      float64 `json:"p_block"`
		Utilisation float64
		perQueue
	} `json:"mmck"`
	Priority []struct {
		Lam, Mean         []float64
		Service           string
		Nonpreemptive     perClass
		PreemptiveResumed perClass `json:"preemptive_resume"`
	} `json:"priority"`
	ErlangA []struct {
		Lam, Theta  float64
		C           int
		Abandon     float64 `json:"p_abandon"`
		Utilisation float64
		perQueue
	} `json:"erlang_a"`
	Jackson []struct {
		External []float64
		Routing  [][]float64
		Mu       []float64
		C        []int
		Nodes    []perQueue
		perQueue
	} `json:"jackson"`
	MachineRepair []struct {
		Machines, Repairmen int
		MeanUp              float64 `json:"mean_up"`
		MeanRepair          float64 `json:"mean_repair"`
		Down                float64 `json:"number_down"`
		Lq, Wq              float64
		Utilisation         float64 `json:"repairman_utilisation"`
	} `json:"machine_repair"`
	Barbershop struct {
		Transient map[string]struct {
			Mean       float64 `json:"L_mean"`
			Departures float64
		}
	} `json:"barbershop"`
	JobShop struct {
		Stages []perQueue
		perQueue
	} `json:"job_shop"`
	Rework struct {
		Machine, Rework perQueue
		perQueue
	} `json:"rework"`
}

type perClass struct{ W, L, Lq []float64 }

// expected is an outcome and its exact value.
type expected map[string]float64

// model is a model of the answers.
type model struct {
	name    string
	build   experiment.Model
	until   float64
	warmUp  float64
	answers expected
}

// TestAnswers_EveryModelWithinItsInterval runs 100 replications of each model
// and compares the means with the exact values. There are about 150 comparisons;
// |t| of 99 degrees of freedom exceeds 5 with probability 2.5e-6, so the test
// fails by chance with probability 4e-4. The seed is fixed.
func TestAnswers_EveryModelWithinItsInterval(t *testing.T) {
	if testing.Short() {
		t.Skip("some hundred million events")
	}
	count := 0
	for _, m := range models(t) {
		r := run(t, m.build, 20260101, experiment.Options{Replications: 100, WarmUp: m.warmUp, Until: sim.Until{Time: m.until}})
		for name, want := range m.answers {
			count++
			i := r.Interval(name)
			se := i.Half / 1.984 // the 97.5 % quantile of t with 99 degrees of freedom
			if z := (i.Mean - want) / se; !(math.Abs(z) < 5) && !(i.Mean == want) {
				t.Errorf("%s: %s is %v, want %v (t = %.2f)", m.name, name, i, want, z)
			}
		}
		if len(r.Failures) > 0 {
			t.Errorf("%s: %v", m.name, r.Failures[0].Err)
		}
	}
	if count < 150 || count > 160 {
		t.Errorf("%d comparisons", count)
	}
}

func models(t *testing.T) (all []model) {
	t.Helper()
	text, err := os.ReadFile("testdata/answers.json")
	if err != nil {
		t.Fatal(err)
	}
	var a answers
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	for _, m := range a.MM1 {
		// The relaxation time of M/M/1 is 1/(1−√rho)²: five of them, or more,
		// for the warm-up.
		relax := 1 / ((1 - math.Sqrt(m.Rho)) * (1 - math.Sqrt(m.Rho)))
		all = append(all, model{fmt.Sprint("mm1 ", m.Lam), queue(1/m.Lam, 1, 1), 12*relax + 2000, 6*relax + 500, of(m.perQueue)})
	}
	for _, m := range a.MMC {
		all = append(all, model{fmt.Sprint("mmc ", m.Lam, m.C), queue(1/m.Lam, 1, m.C), 500 + 8000/m.Lam, 500, of(m.perQueue)})
	}
	for i, m := range a.MG1 {
		all = append(all, model{"mg1 " + m.Service, single(m.Lam, serviceLaw(i)), 6000, 1500, of(m.perQueue)})
	}
	for _, m := range a.MMCK {
		want := of(m.perQueue)
		want["server.utilisation"] = m.Utilisation
		want["share.lost"] = m.PBlock
		all = append(all, model{fmt.Sprint("mmck ", m.Lam, m.C, m.K), lossy(m.Lam, m.C, flow.Balk(m.K-m.C, "lost")), 300 + 4000/m.Lam, 300, want})
	}
	for _, m := range a.ErlangA {
		build := func(s *sim.Simulation, i int) error {
			patience := s.Source("patience", exponential(1/m.Theta))
			return lossy(m.Lam, m.C, flow.Patience(flow.Draw(patience), "lost"))(s, i)
		}
		all = append(all, model{fmt.Sprint("erlang_a ", m.Lam), build, 100 + 6000/m.Lam, 100,
			expected{"customers.number": m.L, "server.queue": m.Lq, "server.utilisation": m.Utilisation, "share.lost": m.Abandon}})
	}
	for i, m := range a.Priority {
		for name, law := range map[string]perClass{"nonpreemptive": m.Nonpreemptive, "preemptive": m.PreemptiveResumed} {
			want := expected{}
			for k := range law.W {
				want[fmt.Sprintf("class %d.number", k)] = law.L[k]
				want[fmt.Sprintf("class %d.time", k)] = law.W[k]
			}
			all = append(all, model{fmt.Sprint("priority ", i, name), classes(m.Lam, m.Mean, m.Service, name == "preemptive"), 6000, 1500, want})
		}
	}
	for _, m := range a.Jackson {
		want := expected{"customers.number": m.L, "customers.time": m.W}
		for i, n := range m.Nodes {
			want[fmt.Sprintf("node %d.queue", i)] = n.Lq
			want[fmt.Sprintf("node %d.wait", i)] = n.Wq
		}
		all = append(all, model{"jackson", jackson(m.External, m.Routing, m.Mu, m.C), 4000, 1000, want})
	}
	for _, m := range a.MachineRepair {
		all = append(all, model{fmt.Sprint("machine_repair ", m.Machines), repair(m.Machines, m.Repairmen, m.MeanUp, m.MeanRepair), 6000, 500,
			expected{"down": m.Down, "repairmen.queue": m.Lq, "repairmen.wait": m.Wq, "repairmen.utilisation": m.Utilisation}})
	}
	transient := a.Barbershop.Transient["10000"]
	all = append(all, model{"barbershop", queue(18, 16, 1), 10000, 0,
		expected{"customers.number": transient.Mean, "customers.departed": transient.Departures}})
	want := expected{"customers.number": a.JobShop.L, "customers.time": a.JobShop.W}
	for i, s := range a.JobShop.Stages {
		want[fmt.Sprintf("stage %d.queue", i)], want[fmt.Sprintf("stage %d.wait", i)] = s.Lq, s.Wq
	}
	all = append(all, model{"job_shop", jobShop, 20000, 4000, want})
	return append(all, model{"rework", rework, 20000, 1000, expected{"customers.number": a.Rework.L, "customers.time": a.Rework.W,
		"machine.wait": a.Rework.Machine.Wq, "bench.wait": a.Rework.Rework.Wq}})
}

func of(q perQueue) expected {
	e := expected{"customers.number": q.L, "customers.time": q.W, "server.queue": q.Lq, "server.wait": q.Wq}
	return e
}

// serviceLaw returns the laws of mean 1 of mg1, in the order of the answers.
func serviceLaw(i int) sim.Law {
	laws := []func() (sim.Law, error){
		func() (sim.Law, error) { return sim.Constant(1), nil },
		func() (sim.Law, error) { return input.Uniform(0, 2) },
		func() (sim.Law, error) { return input.Erlang(2, 1) },
		func() (sim.Law, error) { return input.Exponential(1) },
		func() (sim.Law, error) { return input.LogNormal(-0.549306144334055, 1.04814707396821) },
		func() (sim.Law, error) { return input.HyperExponential([]float64{0.2, 0.8}, []float64{3, 0.5}) },
	}
	return input.Must(laws[i]())
}

func single(lam float64, service sim.Law) experiment.Model {
	return func(s *sim.Simulation, _ int) error {
		server := s.Resource("server", 1)
		arrivals, services := s.Source("arrivals", exponential(1/lam)), s.Source("services", service)
		flow.New(s, "customers").Arrive(arrivals).Seize(server).Hold(flow.Draw(services)).Release(server).Depart()
		return nil
	}
}

// lossy is M/M/c whose customers may leave without service.
func lossy(lam float64, c int, leave flow.SeizeOption) experiment.Model {
	return func(s *sim.Simulation, _ int) error {
		server := s.Resource("server", c)
		arrivals, services := s.Source("arrivals", exponential(1/lam)), s.Source("services", exponential(1))
		share := s.Tally("share.lost")
		flow.New(s, "customers").Arrive(arrivals).Seize(server, leave).Record(share, flow.Const(0)).
			Hold(flow.Draw(services)).Release(server).Depart().
			Label("lost").Record(share, flow.Const(1)).Depart("lost")
		return nil
	}
}

func classes(lam, mean []float64, service string, preempt bool) experiment.Model {
	return func(s *sim.Simulation, _ int) error {
		server := s.Resource("server", 1)
		for k := range lam {
			name := fmt.Sprintf("class %d", k)
			law := exponential(mean[k])
			if service == "constant" {
				law = sim.Constant(mean[k])
			}
			options := []flow.SeizeOption{flow.AtPriority(flow.Const(float64(k)))}
			if preempt {
				options = append(options, flow.Preempt())
			}
			flow.New(s, name).Arrive(s.Source(name+" arrivals", exponential(1/lam[k]))).Seize(server, options...).
				Hold(flow.Draw(s.Source(name+" services", law))).Release(server).Depart()
		}
		return nil
	}
}

func jackson(external []float64, routing [][]float64, mu []float64, c []int) experiment.Model {
	return func(s *sim.Simulation, _ int) error {
		f := flow.New(s, "customers")
		for i, lam := range external {
			if lam > 0 {
				f.Arrive(s.Source(fmt.Sprint("arrivals ", i), exponential(1/lam))).Goto(fmt.Sprint("node ", i))
			}
		}
		for i := range mu {
			name := fmt.Sprint("node ", i)
			r := s.Resource(name, c[i])
			var branches []flow.Branch
			for j, p := range routing[i] {
				branches = append(branches, flow.Branch{Chance: p, Label: fmt.Sprint("node ", j)})
			}
			f.Label(name).Seize(r).Hold(flow.Draw(s.Source("service "+name, exponential(1/mu[i])))).Release(r).
				Decide(s.Source("routing "+name, input.Must(input.Uniform(0, 1))), branches...).Depart()
		}
		return nil
	}
}

func repair(machines, repairmen int, up, down float64) experiment.Model {
	return func(s *sim.Simulation, _ int) error {
		crew := s.Resource("repairmen", repairmen)
		broken := s.Level("down", 0)
		ups, downs := s.Source("up", exponential(up)), s.Source("repair", exponential(down))
		flow.New(s, "machines").
			Arrive(s.Source("start", input.Must(input.Trace(make([]float64, machines))))).
			Label("work").Hold(flow.Draw(ups)).Change(broken, flow.Const(1)).
			Seize(crew).Hold(flow.Draw(downs)).Release(crew).Change(broken, flow.Const(-1)).Goto("work")
		return nil
	}
}

func jobShop(s *sim.Simulation, _ int) error {
	f := flow.New(s, "customers")
	f.Arrive(s.Source("arrivals", exponential(6)))
	for i, mean := range []float64{8, 6, 10, 5, 7} {
		name := fmt.Sprint("stage ", i)
		r := s.Resource(name, 2)
		f.Seize(r).Hold(flow.Draw(s.Source(name, exponential(mean)))).Release(r)
	}
	f.Depart()
	return nil
}

func rework(s *sim.Simulation, _ int) error {
	machine, bench := s.Resource("machine", 3), s.Resource("bench", 1)
	flow.New(s, "customers").Arrive(s.Source("arrivals", exponential(4))).
		Seize(machine).Hold(flow.Draw(s.Source("machining", exponential(5)))).Release(machine).
		Decide(s.Source("quality", input.Must(input.Uniform(0, 1))), flow.Branch{Chance: 0.85, Label: "good"}).
		Seize(bench).Hold(flow.Draw(s.Source("reworking", exponential(8)))).Release(bench).
		Label("good").Depart()
	return nil
}

// TestStyles_DepartAtTheSameTimes runs a queue of two servers, one of which
// serves a second stage, as handlers, as a flow and as processes fed by the same
// streams.
func TestStyles_DepartAtTheSameTimes(t *testing.T) {
	const horizon = 20000
	build := func() (s *sim.Simulation, first, second sim.Resource, a, b, c sim.Source) {
		s = sim.New(rng.NewKey(11), sim.Options{})
		return s, s.Resource("first", 2), s.Resource("second", 1),
			s.Source("arrivals", exponential(1)), s.Source("one", exponential(1.7)), s.Source("two", exponential(0.8))
	}
	var byHandlers, byFlow, byProcesses []float64

	s, first, second, a, b, c := build()
	const arrive, gotFirst, leftFirst, gotSecond, leftSecond = 0, 1, 2, 3, 4
	claims := map[uint64]sim.Claim{}
	var customers sim.ID
	seize := func(ctx *sim.Context, r sim.Resource, kind int32, n uint64) {
		claim, held := ctx.Seize(r, 1, sim.Request{Owner: customers, Kind: kind, Arg: n})
		if claims[n] = claim; held {
			ctx.Schedule(0, customers, kind, n)
		}
	}
	customers = s.Add("customers", sim.Func(func(ctx *sim.Context, e sim.Event) error {
		switch e.Kind {
		case arrive:
			ctx.Schedule(ctx.Draw(a), customers, arrive, e.Arg+1)
			seize(ctx, first, gotFirst, e.Arg)
		case gotFirst:
			ctx.Schedule(ctx.Draw(b), customers, leftFirst, e.Arg)
		case leftFirst:
			ctx.Release(claims[e.Arg])
			seize(ctx, second, gotSecond, e.Arg)
		case gotSecond:
			ctx.Schedule(ctx.Draw(c), customers, leftSecond, e.Arg)
		case leftSecond:
			ctx.Release(claims[e.Arg])
			byHandlers = append(byHandlers, ctx.Now())
		}
		return nil
	}))
	s.Schedule(s.Draw(a), customers, arrive, 1)
	must(t, s, horizon)

	s, first, second, a, b, c = build()
	flow.New(s, "customers").Arrive(a).Seize(first).Hold(flow.Draw(b)).Release(first).
		Seize(second).Hold(flow.Draw(c)).Release(second).
		If(func(ctx *sim.Context, _ flow.Token) bool { byFlow = append(byFlow, ctx.Now()); return true }, "out").Label("out").Depart()
	must(t, s, horizon)

	s, first, second, a, b, c = build()
	defer s.Close()
	g := process.New(s)
	g.Go("door", func(p *process.Process) error {
		for {
			p.Hold(p.Draw(a))
			p.Go("customer", func(p *process.Process) error {
				p.Seize(first)
				p.Hold(p.Draw(b))
				p.Release(first)
				p.Seize(second)
				p.Hold(p.Draw(c))
				p.Release(second)
				byProcesses = append(byProcesses, p.Now())
				return nil
			})
		}
	})
	must(t, s, horizon)

	if len(byFlow) < 19000 || !slices.Equal(byHandlers, byFlow) || !slices.Equal(byProcesses, byFlow) {
		t.Errorf("%d, %d and %d departures differ", len(byHandlers), len(byFlow), len(byProcesses))
	}
}

func must(t *testing.T, s *sim.Simulation, until float64) {
	t.Helper()
	if err := s.Run(context.Background(), sim.Until{Time: until}); err != nil {
		t.Fatal(err)
	}
}
