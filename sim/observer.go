package sim

// What says what an Observation is of.
type What uint8

// What is observed. The number that comes with it is in brackets.
const (
	Arrived   What = iota // an entity enters the system
	Queued                // a claim waits (the length of the queue)
	Seized                // a claim is granted (units)
	Preempted             // a claim loses its units (units)
	Released              // a claim is given up (units)
	Reneged               // a waiting claim is withdrawn
	Balked                // an entity turns away
	Moved                 // an entity goes on to a place (how long that takes)
	Departed              // an entity leaves (its time in the system)
	Resized               // the capacity of a resource changes (units)
	Left                  // an entity leaves a conveyor
	Begun                 // an entity is made of others: a copy (1), a batch (0)
	Ended                 // an entity ends within the system: a copy (1), a batch (0)
)

// String returns the name of what is observed, in lower case.
func (w What) String() string {
	return [...]string{"arrive", "queue", "seize", "preempt", "release", "renege", "balk", "move", "depart", "resize", "leave", "begin", "end"}[w]
}

// Observation is one line of the trace of a run.
type Observation struct {
	Time   float64
	What   What
	Entity ID     // the entity in the simulation
	Number uint64 // the one of several that it stands for: a token of a flow, a process
	Place  string // the resource or place
	Value  float64
}

// Observer receives the trace of a run. Observe must not change the
// simulation. o is valid until Observe returns.
type Observer interface{ Observe(o *Observation) }

// SetObserver has an observer receive the trace from now on; nil ends it.
// Copies of the simulation are not observed.
func (c *Context) SetObserver(o Observer) { c.observer = o }

// Observed reports whether somebody receives the trace.
func (c *Context) Observed() bool { return c.observer != nil }

// Observe puts a line in the trace.
func (c *Context) Observe(w What, id ID, number uint64, place string, value float64) {
	if c.observer != nil {
		c.observer.Observe(&Observation{Time: c.now, What: w, Entity: id, Number: number, Place: place, Value: value})
	}
}

// observe puts a line about the owner of a claim in the trace.
func (c *Context) observe(w What, owner ID, arg uint64, place string, value float64) {
	if c.observer == nil {
		return
	}
	if m, ok := c.entities[owner].(Claimant); ok {
		arg = m.NumberOf(arg)
	}
	c.Observe(w, owner, arg, place, value)
}
