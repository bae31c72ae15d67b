package sim

import "errors"

// Memory is what a simulation has allocated, kept for the one that comes after it:
// the replications of a model need the same again and again. A simulation draws
// and measures with it what it would without.
//
// It is for one goroutine. The zero value is empty and ready to use.
type Memory struct {
	context Context
	kept    map[string]any // by the names of entities
}

// Keeper is an Entity that has memory to hand on: to the one of the same name in
// the next simulation with the same Memory.
type Keeper interface {
	Entity
	// Keep is called when the entity's simulation is closed; it is not used any
	// more. Simulation.Kept returns what Keep does.
	Keep() any
}

// errClosed is what becomes of a simulation that has given its memory away.
var errClosed = errors.New("sim: the simulation is closed, and its memory is used by others")

// lend gives the memory to a simulation.
func (m *Memory) lend(s *Simulation) {
	s.memory = m
	s.Context, m.context = m.context, Context{}
}

// keep takes the memory of a simulation, which cannot be used any more. What lies
// behind the ends of the tables is as New, Tally and so on would make it, but for
// the memory in it.
func (m *Memory) keep(s *Simulation) {
	c := &s.Context
	for i, e := range c.entities {
		if k, ok := e.(Keeper); ok {
			if m.kept == nil {
				m.kept = map[string]any{}
			}
			m.kept[c.entityNames[i]] = k.Keep()
		}
	}
	c.calendar.Empty()
	for i := range c.sources {
		c.sources[i] = source{room: c.sources[i].room[:0]}
	}
	for i := range c.tallies {
		c.tallies[i].Empty()
	}
	for i := range c.resources {
		p := &c.resources[i]
		p.wait.Empty()
		p.interruption.Empty()
		*p = resource{queue: queue{lines: p.queue.lines[:0]}, wait: p.wait, interruption: p.interruption}
	}
	clear(c.entities)
	clear(c.conclusions)
	clear(c.names)
	m.context = Context{
		calendar: c.calendar, sources: c.sources[:0], tallies: c.tallies[:0], levels: c.levels[:0],
		claims: claims{table: c.claims.table[:0]}, resources: c.resources[:0], entities: c.entities[:0], conclusions: c.conclusions[:0], names: c.names,
		entityNames: c.entityNames[:0], tallyNames: c.tallyNames[:0], levelNames: c.levelNames[:0],
	}
	s.Context = Context{}
	s.broken = errClosed
}

// Kept returns what an entity of this name has kept for its successor, nil without
// any. It can be had once.
func (s *Simulation) Kept(name string) any {
	if s.memory == nil {
		return nil
	}
	x := s.memory.kept[name]
	delete(s.memory.kept, name)
	return x
}

// another returns a table with one element more, which is as keep has left it, or
// zero.
func another[T any](table []T) []T {
	if n := len(table); n < cap(table) {
		return table[:n+1]
	}
	var zero T
	return append(table, zero)
}
