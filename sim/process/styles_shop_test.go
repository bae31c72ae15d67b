package process_test

import (
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/input"
	"github.com/quatre-ppl/quatre/sim/process"
)

func uniform() sim.Law { return input.Must(input.Uniform(0, 1)) }

// shopOf is a shop whose machines fail, each by itself, and take their jobs with them;
// urgent jobs take machines from normal ones. What is interrupted goes on where it was.
type shopOf struct {
	machines               int
	load, urgent, up, down float64
}

// parts returns the machines and the sources of the two sorts of jobs.
func (o shopOf) parts(s *sim.Simulation) (machines sim.Resource, jobs [2]shopJobs) {
	machines = s.Resource("machines", o.machines)
	s.Preemptible(machines)
	s.Breakdowns(machines, s.Source("up", exponential(o.up)), s.Source("down", exponential(o.down)), o.machines)
	rate := o.load * float64(o.machines) / 3
	for i, share := range []float64{o.urgent, 1 - o.urgent} {
		name := []string{"urgent", "normal"}[i]
		jobs[i] = shopJobs{name, s.Source(name+" arrivals", exponential(1/(rate*share))), s.Source(name+" work", exponential(3))}
	}
	return machines, jobs
}

// shopJobs is a sort of jobs; its place is its priority.
type shopJobs struct {
	name           string
	arrivals, work sim.Source
}

// how says whether a job was interrupted: it took longer than its work.
func (j shopJobs) how(now, began, work float64) string {
	if now != began+work {
		return j.name + ", interrupted"
	}
	return j.name
}

var shopStyles = []style[shopOf]{
	{"handlers", func(s *sim.Simulation, o shopOf, l *ledger) {
		m := &shop{l: l}
		m.machines, m.sorts = o.parts(s)
		m.self = s.Add("shop", m)
	}},
	{"flows", func(s *sim.Simulation, o shopOf, l *ledger) {
		machines, jobs := o.parts(s)
		for i, j := range jobs {
			f := flow.New(s, j.name)
			f.Arrive(j.arrivals)
			no, began, work := l.number(f), f.Attribute("began"), f.Attribute("work")
			options := []flow.SeizeOption{flow.AtPriority(flow.Const(float64(i)))}
			if i == 0 {
				options = append(options, flow.Preempt())
			}
			f.Seize(machines, options...).
				Assign(began, flow.Func(func(c *sim.Context, _ flow.Token) float64 { return c.Now() })).
				Assign(work, flow.Draw(j.work)).
				Hold(flow.Attr(work)).
				Release(machines).
				If(func(c *sim.Context, t flow.Token) bool {
					l.leave(c, int(t.Get(no)), j.how(c.Now(), t.Get(began), t.Get(work)))
					return true
				}, "out").Label("out").Depart()
		}
	}},
	{"processes", func(s *sim.Simulation, o shopOf, l *ledger) {
		machines, jobs := o.parts(s)
		g := process.New(s)
		for i, j := range jobs {
			options := []process.Option{process.Priority(i)}
			if i == 0 {
				options = append(options, process.Preempt())
			}
			job := func(p *process.Process) error {
				no := l.arrive()
				p.Seize(machines, options...)
				began, work := p.Now(), p.Draw(j.work)
				p.Hold(work)
				p.Release(machines)
				l.leave(p.Context(), no, j.how(p.Now(), began, work))
				return nil
			}
			g.Go(j.name+" arrivals", func(p *process.Process) error {
				for {
					p.Hold(p.Draw(j.arrivals))
					p.Go(j.name, job)
				}
			})
		}
	}},
}

// shop is the shop as a state machine.
type shop struct {
	l        *ledger
	self     sim.ID
	machines sim.Resource
	sorts    [2]shopJobs
	jobs     []shopJob // by number, from 1
}

type shopJob struct {
	sort        int
	claim       sim.Claim
	began, work float64
	left        float64 // of the work, 0 before the first grant
	end         sim.Timer
}

const (
	shopArrival int32 = iota
	shopGranted
	shopLost
	shopDone
)

func (m *shop) Start(c *sim.Context) error {
	m.jobs = append(m.jobs, shopJob{})
	for i := range m.sorts {
		c.Schedule(c.Draw(m.sorts[i].arrivals), m.self, shopArrival, uint64(i))
	}
	return nil
}

func (m *shop) Handle(c *sim.Context, e sim.Event) error {
	switch e.Kind {
	case shopArrival:
		c.Schedule(c.Draw(m.sorts[e.Arg].arrivals), m.self, shopArrival, e.Arg)
		no := m.l.arrive()
		m.jobs = append(m.jobs, shopJob{sort: int(e.Arg)})
		req := sim.Request{Owner: m.self, Kind: shopGranted, Arg: uint64(no), Priority: int32(e.Arg), Lost: shopLost}
		if e.Arg == 0 {
			req.Flags = sim.Preempts
		}
		claim, held := c.Seize(m.machines, 1, req)
		m.jobs[no].claim = claim
		if held {
			m.begin(c, uint64(no))
		}
	case shopGranted:
		m.begin(c, e.Arg)
	case shopLost:
		j := &m.jobs[e.Arg]
		j.left, _ = c.Remaining(j.end)
		c.CancelTimer(j.end)
	default: // shopDone
		j := &m.jobs[e.Arg]
		c.Release(j.claim)
		m.l.leave(c, int(e.Arg), m.sorts[j.sort].how(c.Now(), j.began, j.work))
	}
	return nil
}

// begin has a job go on with its work.
func (m *shop) begin(c *sim.Context, no uint64) {
	j := &m.jobs[no]
	if j.left == 0 {
		j.began, j.work = c.Now(), c.Draw(m.sorts[j.sort].work)
		j.left = j.work
	}
	j.end = c.Timer(j.left, m.self, shopDone, no)
}

// routeOf is a shop in which chance says where a job goes next; jobs begin at the first
// station. From station i they go to j with chance chances[i][j] and leave otherwise.
type routeOf struct {
	stations, machines int
	every              float64
	chances            [][]float64
}

func (o routeOf) parts(s *sim.Simulation) (arrivals, route sim.Source, machines []sim.Resource, work []sim.Source) {
	for i := range o.stations {
		name := string(rune('a' + i))
		machines = append(machines, s.Resource(name, o.machines))
		work = append(work, s.Source(name, exponential(float64(1+i)/2)))
	}
	return s.Source("arrivals", exponential(o.every)), s.Source("route", uniform()), machines, work
}

// after returns the station after station i for a uniform number, -1 for none.
func (o routeOf) after(i int, u float64) int {
	sum := 0.0
	for j, chance := range o.chances[i] {
		if sum += chance; u < sum {
			return j
		}
	}
	return -1
}

var routeStyles = []style[routeOf]{
	{"handlers", func(s *sim.Simulation, o routeOf, l *ledger) {
		m := &routes{of: o, l: l}
		m.arrivals, m.route, m.machines, m.work = o.parts(s)
		m.self = s.Add("shop", m)
	}},
	{"a flow", func(s *sim.Simulation, o routeOf, l *ledger) {
		arrivals, route, machines, work := o.parts(s)
		f := flow.New(s, "jobs")
		f.Arrive(arrivals)
		no := l.number(f)
		for i := range machines {
			var branches []flow.Branch
			for j, chance := range o.chances[i] {
				branches = append(branches, flow.Branch{Chance: chance, Label: s.ResourceName(machines[j])})
			}
			f.Label(s.ResourceName(machines[i])).
				Seize(machines[i]).Hold(flow.Draw(work[i])).Release(machines[i]).
				Decide(route, branches...).
				Goto("end")
		}
		f.Label("end")
		l.depart(f, no, "done")
	}},
	{"processes", func(s *sim.Simulation, o routeOf, l *ledger) {
		arrivals, route, machines, work := o.parts(s)
		g := process.New(s)
		job := func(p *process.Process) error {
			no := l.arrive()
			for i := 0; i >= 0; i = o.after(i, p.Draw(route)) {
				p.Seize(machines[i])
				p.Hold(p.Draw(work[i]))
				p.Release(machines[i])
			}
			l.leave(p.Context(), no, "done")
			return nil
		}
		sendIn(g, arrivals, "job", job)
	}},
}

// routes is the shop as a state machine.
type routes struct {
	of              routeOf
	l               *ledger
	self            sim.ID
	arrivals, route sim.Source
	machines        []sim.Resource
	work            []sim.Source
	at              []int // the station of each job, by number from 1
	claims          []sim.Claim
}

const (
	routesArrival int32 = iota
	routesGranted
	routesDone
)

func (m *routes) Start(c *sim.Context) error {
	m.at, m.claims = append(m.at, 0), append(m.claims, 0)
	c.Schedule(c.Draw(m.arrivals), m.self, routesArrival, 0)
	return nil
}

func (m *routes) Handle(c *sim.Context, e sim.Event) error {
	switch no := e.Arg; e.Kind {
	case routesArrival:
		c.Schedule(c.Draw(m.arrivals), m.self, routesArrival, 0)
		no = uint64(m.l.arrive())
		m.at, m.claims = append(m.at, 0), append(m.claims, 0)
		m.come(c, no)
	case routesGranted:
		c.Schedule(c.Draw(m.work[m.at[no]]), m.self, routesDone, no)
	default: // routesDone
		c.Release(m.claims[no])
		if m.at[no] = m.of.after(m.at[no], c.Draw(m.route)); m.at[no] < 0 {
			m.l.leave(c, int(no), "done")
		} else {
			m.come(c, no)
		}
	}
	return nil
}

// come has a job ask for a machine of its station.
func (m *routes) come(c *sim.Context, no uint64) {
	claim, held := c.Seize(m.machines[m.at[no]], 1, sim.Request{Owner: m.self, Kind: routesGranted, Arg: no, Lost: -1})
	m.claims[no] = claim
	if held {
		c.Schedule(c.Draw(m.work[m.at[no]]), m.self, routesDone, no)
	}
}
