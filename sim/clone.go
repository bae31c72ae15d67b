package sim

import (
	"fmt"
	"maps"
	"slices"
)

// Clone returns a copy of the simulation with all its state: from here on both
// do the same, and neither sees the other. It fails if an entity is no Cloner,
// as processes are not. It may be called between events, not from within one.
func (s *Simulation) Clone() (*Simulation, error) {
	d := &Simulation{Context: s.Context, still: s.still, checkAt: s.checkAt, broken: s.broken, begun: s.begun}
	d.entities = slices.Clone(s.entities)
	for i, e := range s.entities {
		m, ok := e.(Cloner)
		if !ok {
			return nil, fmt.Errorf("sim: entity %q cannot be copied: a %T has no method Clone", s.entityNames[i], e)
		}
		d.entities[i] = m.Clone()
	}
	d.calendar = s.calendar.Clone()
	d.sources = slices.Clone(s.sources)
	for i := range d.sources {
		d.sources[i] = s.sources[i].clone()
	}
	d.tallies = slices.Clone(s.tallies)
	for i := range d.tallies {
		d.tallies[i] = s.tallies[i].Clone()
	}
	d.levels = slices.Clone(s.levels)
	d.claims = s.claims.clone()
	d.resources = slices.Clone(s.resources)
	for i := range d.resources {
		d.resources[i].queue = s.resources[i].queue.clone()
		d.resources[i].wait = s.resources[i].wait.Clone()
		d.resources[i].interruption = s.resources[i].interruption.Clone()
	}
	d.containers = slices.Clone(s.containers)
	for i := range d.containers {
		p := &d.containers[i]
		p.puts, p.gets, p.waits = p.puts.clone(), p.gets.clone(), p.waits.Clone()
	}
	d.stores = slices.Clone(s.stores)
	for i := range d.stores {
		p := &d.stores[i]
		p.puts, p.gets, p.waits, p.items = p.puts.clone(), p.gets.clone(), p.waits.Clone(), slices.Clone(p.items)
	}
	d.signals = slices.Clone(s.signals)
	for i := range d.signals {
		d.signals[i].queue = s.signals[i].queue.clone()
	}
	d.schedules, d.breakdowns = slices.Clone(s.schedules), slices.Clone(s.breakdowns)
	d.lines, d.wears = slices.Clone(s.lines), slices.Clone(s.wears)
	d.entityNames, d.tallyNames, d.levelNames = slices.Clone(s.entityNames), slices.Clone(s.tallyNames), slices.Clone(s.levelNames)
	d.conclusions, d.mistakes = slices.Clone(s.conclusions), slices.Clone(s.mistakes)
	d.warnings = slices.Clone(s.warnings)
	d.names = maps.Clone(s.names)
	d.observer = nil
	return d, nil
}

// Snapshot is the state of a simulation at one moment.
type Snapshot struct{ state *Simulation }

// Snapshot keeps the present state. It fails as Clone does.
func (s *Simulation) Snapshot() (*Snapshot, error) {
	d, err := s.Clone()
	return &Snapshot{d}, err
}

// Restore brings a simulation back to a state that it had. A snapshot may be
// restored any number of times. The observer stays.
func (s *Simulation) Restore(snap *Snapshot) error {
	d, err := snap.state.Clone()
	if err != nil {
		return err
	}
	d.observer = s.observer
	s.Context, s.still, s.checkAt, s.broken, s.begun = d.Context, d.still, d.checkAt, d.broken, d.begun
	return nil
}
