package sim

import "math"

// Outcome is a number that a run yields.
type Outcome struct {
	Name  string
	Value float64 // NaN where nothing was observed
}

// Outcomes returns what the run has measured since StatisticsSince, in an order
// that depends on the model only:
//
//	R.wait, R.wait.q95        time from claim to first grant, mean and 95 % quantile
//	R.queue, R.queue.max      number of claims waiting, over time
//	R.utilisation             units held over units in service, over time
//	R.served                  claims granted
//	R.reneged, R.preempted    claims withdrawn, losses of units
//	R.interruption            time from a loss of units to the next grant
//	C, C.min                  amount in a container, over time
//	S                         items in a store, over time
//	T, T.q95, T.n             a tally's mean, 95 % quantile and count
//	L, L.max                  a level over time
//
// and what Conclude adds.
func (c *Context) Outcomes() []Outcome {
	out := make([]Outcome, 0, 8*len(c.resources)+3*len(c.tallies)+2*len(c.levels)+8)
	add := func(name string, value float64) { out = append(out, Outcome{name, value}) }
	for i := range c.tallies {
		t, name := &c.tallies[i], c.tallyNames[i]
		add(name, t.Mean())
		add(name+".q95", t.Quantile(0.95))
		add(name+".n", float64(t.Count()))
	}
	for i := range c.levels {
		l, name := &c.levels[i], c.levelNames[i]
		add(name, l.Mean(c.now))
		add(name+".max", l.Max())
	}
	for i := range c.resources {
		c.resourceOutcomes(&c.resources[i], add)
	}
	for i := range c.containers {
		p := &c.containers[i]
		add(p.name, p.level.Mean(c.now))
		add(p.name+".min", p.level.Min())
	}
	for i := range c.stores {
		add(c.stores[i].name, c.stores[i].level.Mean(c.now))
	}
	for _, last := range c.conclusions {
		last.f(c.entities[last.id], c, add)
	}
	return out
}

func (c *Context) resourceOutcomes(p *resource, add func(string, float64)) {
	add(p.name+".wait", p.wait.Mean())
	add(p.name+".wait.q95", p.wait.Quantile(0.95))
	add(p.name+".queue", p.inQueue.Mean(c.now))
	add(p.name+".queue.max", p.inQueue.Max())
	add(p.name+".utilisation", p.inUse.Area(c.now)/p.capacity.Area(c.now))
	add(p.name+".served", float64(p.served))
	add(p.name+".reneged", float64(p.reneged))
	add(p.name+".preempted", float64(p.lost))
	add(p.name+".interruption", p.interruption.Mean())
}

// Find returns the value of an outcome by name, NaN if there is none.
func Find(out []Outcome, name string) float64 {
	for _, o := range out {
		if o.Name == name {
			return o.Value
		}
	}
	return math.NaN()
}
