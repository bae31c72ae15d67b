// Package sim simulates systems in which things happen at discrete times:
// customers arrive, wait, are served and leave.
//
// A Simulation has a clock and a calendar of events. An event goes to an
// Entity, whose Handle method changes the state and schedules further events;
// packages flow and process offer the same as a list of steps and as ordinary
// Go functions, and the three may be mixed in one model. Resources, containers,
// stores and signals are what entities wait for. Tallies and levels measure
// waits, lengths of queues and utilisation without being asked.
//
// Everything in a simulation is named by a small number (Resource, Source,
// Tally, ID, …), which makes a copy of the whole simulation a copy of its
// tables: see Simulation.Clone.
//
// Random numbers come from sources. Each has a name and a stream of its own, so
// a change at one place of a model does not shift the draws of another, and a
// run depends on the model and the key alone.
//
// Events happen in the order of time, priority and sequence: among events of
// equal time and priority the one that was scheduled first is first.
package sim
