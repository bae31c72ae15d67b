package sim

// Ahead takes the next event out of the calendar and makes it the present one, as
// Run would do as soon as Handle returns: an entity that sees to its own next event
// itself saves the way back. ok is false, and nothing has changed, if the next event
// is not for entity id, lies after the end of the run or would have to be looked for,
// or if Run has something else to do first: then Handle has to return. It is for
// entities while they handle an event; ID management is the simulation's own.
func (s *Simulation) Ahead(id ID) (e Event, ok bool) {
	n := s.calendar.Ready()
	if n == nil || n.Target() != uint32(id) || s.events >= s.attend || n.Time > s.until {
		return e, false
	}
	if n.Time > s.now {
		s.now, s.still = n.Time, 0
	} else if s.still++; s.still > s.stillLimit {
		s.still--
		return e, false // Run says what is wrong
	}
	s.current.Address, s.current.Arg = n.Address, n.Arg
	e = Event{Kind: n.Kind(), Arg: n.Arg}
	s.calendar.Drop()
	s.events++
	return e, true
}
