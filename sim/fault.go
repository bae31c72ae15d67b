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
	// Where says where the entity was, as in `step 2 (seize "desk") of flow
	// "customers"`; empty if it is no Locator.
	Where string
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
	event := fmt.Sprintf("event %d", f.Event)
	if f.Where != "" {
		event = "at " + f.Where + ", " + event
	} else {
		event += fmt.Sprintf(" of kind %d with argument %d", f.Kind, f.Arg)
	}
	return fmt.Sprintf("sim: at time %s, %s, %s: %v", format(f.Time), f.Entity, event, f.Err)
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }
