// Package process lets entities of a simulation be written as ordinary Go
// functions that hold, seize and wait:
//
//	procs := process.New(s)
//	procs.Go("customer", func(p *process.Process) error {
//		p.Seize(teller)
//		p.Hold(p.Draw(service))
//		p.Release(teller)
//		return nil
//	})
//
// A process runs on a coroutine: where it waits, control goes to the next process,
// or back to the simulation, by a direct switch, which takes a fraction of a
// microsecond and no locks. Only one process runs at a time. Coroutines are used again when their
// process has ended; Simulation.Close ends those that are left.
//
// A wait returns an error only if another process interrupts it; who is never
// interrupted may ignore it. A process whose body returns an error or panics
// ends the run with a fault. A simulation with processes cannot be copied.
package process
