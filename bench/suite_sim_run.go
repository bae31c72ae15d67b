package bench

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/calendar"
	"github.com/quatre-ppl/quatre/sim/experiment"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/process"
	"github.com/quatre-ppl/quatre/stream"
)

func number(x float64) stream.Number { return stream.Number(x) }

// key is where the random numbers of a trial come from.
func (t *Trial) key() rng.Key { return rng.NewKey(t.Seed).Child(t.Case) }

// rates returns the figures that follow from a time.
func rates(units, steps, seconds float64) Figures {
	return Figures{unitsPerSecond: units / seconds, stepsPerSecond: steps / seconds, "ns/unit": 1e9 * seconds / units, "seconds": seconds}
}

// runQueue makes runs of a queueing model, one after the other.
func runQueue(ctx context.Context, t *Trial) (Figures, error) {
	var p simParams
	if err := t.Read(&p); err != nil {
		return nil, err
	}
	var seconds, units, steps, waits, sojourns float64
	for run := range uint64(p.Runs) {
		m, err := p.build(t.key().Child("run", run))
		if err != nil {
			return nil, err
		}
		began := time.Now()
		if err := m.s.Run(ctx, sim.Until{Time: p.Horizon}); err != nil {
			return nil, err
		}
		seconds += time.Since(began).Seconds()
		tally := m.s.TallyOf(m.sojourns)
		n := float64(tally.Count())
		units, steps = units+n, steps+float64(m.steps())
		sojourns, waits = sojourns+n*tally.Mean(), waits+n*sim.Find(m.s.Outcomes(), m.wait)
		m.s.Close()
	}
	known := p.facts()
	f := rates(units, steps, seconds)
	f["exact"] = sojourns / units / known.sojourn
	if known.variance > 0 {
		f["z"] = (waits/units - known.wait) / math.Sqrt(known.variance/units)
	}
	return f, nil
}

// runReplications makes replications on all cores of the trial.
func runReplications(ctx context.Context, t *Trial) (Figures, error) {
	var p simParams
	if err := t.Read(&p); err != nil {
		return nil, err
	}
	model := func(s *sim.Simulation, _ int) error {
		mm1Flow(s, 18, 16)
		return nil
	}
	began := time.Now()
	r, err := experiment.Run(ctx, model, t.key(), experiment.Options{
		Replications: p.Replications, Until: sim.Until{Time: p.Horizon}, Workers: t.Cores,
	})
	if err != nil {
		return nil, err
	}
	f := rates(float64(p.Replications), float64(r.Events), time.Since(began).Seconds())
	// Departures by 10,000 from empty, by uniformisation.
	const departures = 547.6473174299
	x := r.Column("customers.departed")
	n, mean, squares := float64(len(x)), sum(x)/float64(len(x)), 0.0
	for _, v := range x {
		squares += float64((v - mean) * (v - mean))
	}
	f["exact"] = mean / departures
	f["z"] = (mean - departures) / math.Sqrt(squares/(n*(n-1)))
	return f, nil
}

// runPHOLD runs PHOLD to its horizon.
func runPHOLD(ctx context.Context, t *Trial) (Figures, error) {
	var p simParams
	if err := t.Read(&p); err != nil {
		return nil, err
	}
	s := newPHOLD(t.key(), p.Processes)
	began := time.Now()
	if err := s.Run(ctx, sim.Until{Time: p.Horizon}); err != nil {
		return nil, err
	}
	seconds := time.Since(began).Seconds()
	n := float64(s.Events())
	f := rates(n, n, seconds)
	// Renewal theory: with mean 1 and variance v of an increment, T + (v − 1)/2
	// events for each process, of variance v T, as T grows.
	const v = pholdMean * pholdMean
	expected := float64(p.Processes) * (p.Horizon + (v-1)/2)
	f["z"] = (n - expected) / math.Sqrt(v*float64(p.Processes)*p.Horizon)
	return f, nil
}

// runPending compares the cost of an event with few and with many pending.
func runPending(_ context.Context, t *Trial) (Figures, error) {
	var p simParams
	if err := t.Read(&p); err != nil {
		return nil, err
	}
	holds := 10 * p.Entities
	few, many := hold(t.key(), 100, holds), hold(t.key(), p.Entities, holds)
	f := rates(float64(holds), float64(holds), 1e-9*many*float64(holds))
	f["growth"] = many / few
	return f, nil
}

// hold returns the nanoseconds of a hold, taking the first event and scheduling
// it again, with n events pending, after everybody has had three turns.
func hold(key rng.Key, n, holds int) float64 {
	src := key.Stream()
	table := make([]float64, 1<<12)
	for i := range table {
		table[i] = src.Exponential()
	}
	var c calendar.Calendar
	for i := range n {
		c.Schedule(table[i&0xfff]*float64(i%977)/488, 0, uint64(i), 0)
	}
	turn := func(k int) {
		e, _ := c.Pop(math.Inf(1))
		c.Schedule(e.Time+table[uint(k)*40503>>3&0xfff], 0, e.Address, 0)
	}
	for k := range 3 * n {
		turn(k)
	}
	began := time.Now()
	for k := range holds {
		turn(k)
	}
	return float64(time.Since(began).Nanoseconds()) / float64(holds)
}

// runLive weighs entities that live at a time.
func runLive(ctx context.Context, t *Trial) (Figures, error) {
	var p simParams
	if err := t.Read(&p); err != nil {
		return nil, err
	}
	before := inUse()
	s := sim.New(t.key(), sim.Options{})
	defer s.Close()
	delays := s.Source("delays", exponential(1))
	switch p.Style {
	case "flow":
		r := s.Resource("place", p.Entities)
		// The first delay is so long that all are there, the others end.
		flow.New(s, "entities").Arrive(s.Source("never", exponential(1e12)), flow.First(0), flow.AtOnce(flow.Const(float64(p.Entities)))).
			Seize(r).Label("again").Hold(flow.Draw(delays)).Goto("again")
	case "processes":
		g := process.New(s)
		body := func(p *process.Process) error {
			for {
				if err := p.Hold(p.Draw(delays)); err != nil {
					return err
				}
			}
		}
		for range p.Entities {
			g.Go("entity", body)
		}
	default:
		return nil, fmt.Errorf("bench: live entities of style %q", p.Style)
	}
	if err := s.Run(ctx, sim.Until{Time: 1}); err != nil {
		return nil, err
	}
	weight := float64(inUse() - before)
	first := s.Events()
	began := time.Now()
	if err := s.Run(ctx, sim.Until{Time: 3}); err != nil {
		return nil, err
	}
	f := rates(float64(s.Events()-first), float64(s.Events()-first), time.Since(began).Seconds())
	f[bytesPerEntity] = weight / float64(p.Entities)
	return f, nil
}

// inUse returns the bytes of heap and stacks in use.
func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
