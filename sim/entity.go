package sim

import (
	"fmt"

	"github.com/quatre-ppl/quatre/sim/calendar"
)

// ID is the number of an entity of a simulation.
type ID uint32

// Event is what an entity gets: what happens, and a number. Both have the
// meaning that the entity gives them.
type Event struct {
	Kind int32
	Arg  uint64
}

// Entity is something that events happen to.
//
// Handle is called with the clock at the time of the event. An error ends the
// run, as a panic does; the Fault that Run returns names entity, event and
// time. c is valid until Handle returns.
type Entity interface {
	Handle(c *Context, e Event) error
}

// Starter is an Entity that has something to do when the first run begins, such
// as to schedule its first event. Start is called once, in the order in which
// the entities were added; an error ends the run.
type Starter interface {
	Entity
	Start(c *Context) error
}

// Cloner is an Entity that can be copied: Clone returns an entity with a state
// of its own. Simulation.Clone needs it of every entity that is no Func.
type Cloner interface {
	Entity
	Clone() Entity
}

// Func is an Entity without a state of its own.
type Func func(c *Context, e Event) error

// Handle calls f.
func (f Func) Handle(c *Context, e Event) error { return f(c, e) }

// Clone returns f: what a Func closes over is shared by copies.
func (f Func) Clone() Entity { return f }

// Claimant is an entity for the many things that may claim a resource on its
// behalf: the tokens of a flow, processes. The number given with a claim tells
// them apart.
type Claimant interface {
	Entity
	// Preempted is called at the moment when a claim loses its units. The
	// claim is in the queue again; a further grant comes as an event.
	Preempted(c *Context, claim Claim, arg uint64)
	// NameOf says in messages who arg is.
	NameOf(arg uint64) string
	// PartyOf returns the part of arg that tells the many apart: claims with
	// equal parts belong to one and the same.
	PartyOf(arg uint64) uint64
	// NumberOf returns the number by which observers know the one of arg.
	NumberOf(arg uint64) uint64
}

// Locator is an Entity that can say in messages where an event finds it: the
// step of a flow. An empty text stands for nowhere.
type Locator interface {
	Entity
	Where(e Event) string
}

// Add gives a name to an entity and returns its number.
func (c *Context) Add(name string, e Entity) ID {
	if e == nil {
		c.reject("entity %q is nil", name)
	}
	c.checkName("entity", name)
	c.entities = append(c.entities, e)
	c.entityNames = append(c.entityNames, name)
	return ID(len(c.entities) - 1)
}

// EntityName returns the name of an entity.
func (c *Context) EntityName(id ID) string {
	if int(id) >= len(c.entityNames) {
		return fmt.Sprintf("unknown entity %d", id)
	}
	return c.entityNames[id]
}

// Entities returns the number of entities.
func (c *Context) Entities() int { return len(c.entities) }

// Entity returns an entity by its number.
func (c *Context) Entity(id ID) Entity { return c.entities[id] }

// who names the owner of a claim.
func (c *Context) who(id ID, arg uint64) string {
	if m, ok := c.entities[id].(Claimant); ok {
		return m.NameOf(arg)
	}
	return c.EntityName(id)
}

// Timer names a scheduled event that may be cancelled. The zero Timer names
// none.
type Timer struct{ handle calendar.Handle }

// Schedule makes an event happen to an entity after a delay ≥ 0.
func (c *Context) Schedule(delay float64, to ID, kind int32, arg uint64) {
	t := c.now + delay
	if !(delay >= 0 && t <= maxTime) || int(to) >= len(c.entities) || kind < 0 {
		c.badEvent(delay, to, kind)
		return // never; but so the call has nothing to save
	}
	address, order := calendar.Address(uint32(to), kind), c.calendar.NextOrder()
	if n, ok := c.calendar.Vacant(); ok {
		c.calendar.Place(t, order, address, arg, n)
		return
	}
	c.calendar.ScheduleOrdered(t, order, address, arg)
}

// ScheduleAt makes an event happen at a time that is not past, with a priority:
// among events of equal time those of lower priority number go first. Schedule
// uses priority 0.
func (c *Context) ScheduleAt(time float64, priority int, to ID, kind int32, arg uint64) {
	if !(time >= c.now) {
		c.fail("an event at time %v is scheduled for %q, but it is %v already", time, c.EntityName(to), c.now)
	}
	if priority < calendar.MinPriority || priority > calendar.MaxPriority {
		c.fail("priority %d of an event: want %d to %d", priority, calendar.MinPriority, calendar.MaxPriority)
	}
	c.after(0, to, kind)
	if time > maxTime {
		c.fail("an event at time %v is scheduled for %q: want a finite time", time, c.EntityName(to))
	}
	c.calendar.Schedule(time+0, priority, calendar.Address(uint32(to), kind), arg) // the calendar knows no −0
}

// Timer is Schedule of an event that Cancel can take back.
func (c *Context) Timer(delay float64, to ID, kind int32, arg uint64) Timer {
	return Timer{c.calendar.ScheduleCancellable(c.after(delay, to, kind), 0, calendar.Address(uint32(to), kind), arg)}
}

// CancelTimer takes an event back; false if it has happened or was cancelled
// before.
func (c *Context) CancelTimer(t Timer) bool { return c.calendar.Cancel(t.handle) }

// Remaining returns how long it is until the event of a timer, and whether it
// is still to come.
func (c *Context) Remaining(t Timer) (delay float64, pending bool) {
	at, pending := c.calendar.Pending(t.handle)
	return at - c.now, pending
}

// maxTime is the largest time of an event.
const maxTime = 1e300

// after returns the time at the end of a delay and checks the event.
func (c *Context) after(delay float64, to ID, kind int32) float64 {
	t := c.now + delay
	if !(delay >= 0 && t <= maxTime) || int(to) >= len(c.entities) || kind < 0 {
		c.badEvent(delay, to, kind)
	}
	return t
}

// badEvent says what is wrong with an event.
func (c *Context) badEvent(delay float64, to ID, kind int32) {
	switch {
	case int(to) >= len(c.entities):
		c.fail("an event is scheduled for entity %d, but there are only %d: Add gives entities their numbers", to, len(c.entities))
	case kind < 0:
		c.fail("an event of kind %d is scheduled for %q: kinds are not negative", kind, c.EntityName(to))
	default:
		c.fail("an event is scheduled for %q after a delay of %v: want it finite and ≥ 0", c.EntityName(to), delay)
	}
}
