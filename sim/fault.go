package sim

import "fmt"

// Fault is the error of a run in which an entity failed: its Handle returned an
// error or panicked, or it called a method with impossible arguments. The
// simulation cannot go on.
type Fault struct {
	// Time is the simulated time of the event.
	Time float64
	// Entity names the entity that the event was for.
	Entity string
	// Kind and Arg are the event.
	Kind int32
	Arg  uint64
	// Event is the number of the event in the run, from 1; 0 if the fault was
	// before the first.
	Event uint64
	// Err is what went wrong.
	Err error
	// Stack is where it panicked, empty if it did not.
	Stack string
}

// Error names time, entity, event and cause in one line.
func (f *Fault) Error() string {
	return fmt.Sprintf("sim: at time %s, %s, event %d (kind %d, %d): %v", format(f.Time), f.Entity, f.Event, f.Kind, f.Arg, f.Err)
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }
