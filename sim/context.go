package sim

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim/calendar"
	"github.com/quatre-ppl/quatre/sim/stat"
)

// Context is what entities see of a simulation: the clock, the calendar,
// sources of random numbers, resources, monitors. It is for one goroutine.
//
// A mistake in a call, such as a negative delay or the release of what is not
// held, ends the run with a Fault that names entity, event and time; no method
// returns an error for it. A mistake made before the run, such as a negative
// capacity, is reported by Run.
type Context struct {
	now      float64
	calendar calendar.Calendar
	entities []Entity
	sources  []source
	tallies  []stat.Tally
	levels   []stat.Level

	claims     claims
	resources  []resource
	containers []container
	stores     []store
	signals    []signal

	key        rng.Key
	antithetic bool
	observer   Observer
	names      map[string]bool // of everything, with its sort
	mistakes   []error
	warnings   []string

	entityNames, tallyNames, levelNames []string
	conclusions                         []conclusion
	schedules                           []schedule
	breakdowns                          []breakdown
	lines                               []lines
	wears                               []wear

	events     uint64 // executed
	attend     uint64 // number of events after which Run looks around
	stillLimit int
	statsSince float64 // when statistics began
	stopped    bool
}

// Now returns the simulated time.
func (c *Context) Now() float64 { return c.now }

// Events returns the number of events that have been executed.
func (c *Context) Events() uint64 { return c.events }

// Pending returns the number of events in the calendar.
func (c *Context) Pending() int { return c.calendar.Len() }

// NextTime returns the time of the next event, +Inf if there is none.
func (c *Context) NextTime() float64 { return c.calendar.NextTime() }

// Key returns the key that the simulation's random numbers come from.
func (c *Context) Key() rng.Key { return c.key }

// Stop ends the run after the current event.
func (c *Context) Stop() { c.stopped, c.attend = true, 0 }

// misuse is the panic of a mistake in a call; Run turns it into a Fault.
type misuse struct{ err error }

func (m misuse) Error() string { return "sim: " + m.err.Error() }

// fail ends the run because of a mistake in a call.
func (c *Context) fail(text string, args ...any) { panic(misuse{fmt.Errorf(text, args...)}) }

// Fail ends the run with an error, from wherever the entity is.
func (c *Context) Fail(err error) { panic(misuse{err}) }

// reject records a mistake in the model; Run reports it.
func (c *Context) reject(text string, args ...any) {
	c.mistakes = append(c.mistakes, fmt.Errorf("sim: "+text, args...))
}

// Reject records a mistake in the model, which Run reports instead of running.
func (c *Context) Reject(err error) { c.mistakes = append(c.mistakes, err) }

// Err returns the mistakes of the model that are known so far.
func (c *Context) Err() error { return errors.Join(c.mistakes...) }

// checkName records a mistake if two things of one sort have the same name.
func (c *Context) checkName(sort, name string) {
	if name == "" {
		c.reject("a %s has no name", sort)
	}
	if id := sort + " " + name; c.names[id] {
		c.reject("two %ss are called %q", sort, name)
	} else {
		c.names[id] = true
	}
}

// format writes a number the short way.
func format(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
