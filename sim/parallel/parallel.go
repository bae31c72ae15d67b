package parallel

import (
	"context"
	"fmt"
	"math"
	"runtime/debug"
	"sync"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim/calendar"
)

// Event is what a logical process gets.
type Event struct {
	Kind int32
	Arg  uint64
}

// Model is what the logical processes do. Handle is called for the events of
// different processes at the same time: it may touch the state of the process
// c.Process() only. An error ends the run.
type Model interface {
	Handle(c *Context, e Event) error
}

// MaxProcesses is the largest number of logical processes.
const MaxProcesses = 1 << sequenceProcessBits

// The order of an event: its sender above its number among the sender's.
const (
	sequenceProcessBits = 20
	sequenceBits        = 64 - sequenceProcessBits
)

// Simulation is a set of logical processes and their events.
type Simulation struct {
	model      Model
	lookahead  float64
	sequence   []uint64     // events sent, by process
	streams    []rng.Stream // by process
	partitions []*Context
	owner      func(process uint32) uint32 // the partition of a process
	now        float64
	broken     error
}

// Context is what a process sees while it handles an event: one partition of
// the processes.
type Context struct {
	s        *Simulation
	number   uint32
	calendar calendar.Calendar
	outbox   [][]calendar.Event // by partition
	now      float64
	process  uint32
	events   uint64
	fault    *Fault
}

// Fault is the error of a run in which a process failed.
type Fault struct {
	Time    float64
	Process uint32
	Kind    int32
	Err     error
	Stack   string // of a panic
}

// Error names time, process and cause.
func (f *Fault) Error() string {
	return fmt.Sprintf("parallel: at time %v, process %d, event of kind %d: %v", f.Time, f.Process, f.Kind, f.Err)
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// New returns a simulation of so many processes in so many partitions, each of
// which is executed by a goroutine of its own. lookahead is the least delay of
// events between different processes; with a single partition it may be 0.
func New(key rng.Key, model Model, processes, partitions int, lookahead float64) (*Simulation, error) {
	switch {
	case processes < 1 || processes > MaxProcesses:
		return nil, fmt.Errorf("parallel: %d processes: want 1 to %d", processes, MaxProcesses)
	case partitions < 1 || partitions > processes:
		return nil, fmt.Errorf("parallel: %d partitions of %d processes: want 1 to as many", partitions, processes)
	case !(lookahead >= 0 && lookahead <= math.MaxFloat64) || lookahead == 0 && partitions > 1:
		return nil, fmt.Errorf("parallel: a lookahead of %v with %d partitions: want it finite, and > 0 with more than one", lookahead, partitions)
	}
	s := &Simulation{model: model, lookahead: lookahead, sequence: make([]uint64, processes), streams: make([]rng.Stream, processes)}
	for i := range s.streams {
		s.streams[i] = *key.Child("process", uint64(i)).Stream()
	}
	// Neighbours lie in one partition.
	n, k := uint64(processes), uint64(partitions)
	s.owner = func(p uint32) uint32 { return uint32(uint64(p) * k / n) }
	for i := range partitions {
		s.partitions = append(s.partitions, &Context{s: s, number: uint32(i), outbox: make([][]calendar.Event, partitions)})
	}
	return s, nil
}

// Now returns the time of the event.
func (c *Context) Now() float64 { return c.now }

// Process returns the number of the process that the event is for.
func (c *Context) Process() uint32 { return c.process }

// Source returns the random numbers of the process.
func (c *Context) Source() *rng.Stream { return &c.s.streams[c.process] }

// Send schedules an event for a process, itself among them, after a delay: ≥ 0
// for itself, at least the lookahead for another.
func (c *Context) Send(delay float64, to uint32, kind int32, arg uint64) {
	least := c.s.lookahead
	if to == c.process {
		least = 0
	}
	time := c.now + delay
	if !(delay >= least && time <= math.MaxFloat64) || int(to) >= len(c.s.sequence) || kind < 0 {
		panic(misuse{fmt.Errorf("an event of kind %d for process %d of %d after a delay of %v: want a kind ≥ 0 and a delay of at least %v",
			kind, to, len(c.s.sequence), delay, least)})
	}
	c.s.sequence[c.process]++
	e := calendar.Event{
		Time: time, Order: uint64(c.process)<<sequenceBits | c.s.sequence[c.process],
		Address: calendar.Address(to, kind), Arg: arg,
	}
	if p := c.s.owner(to); p != c.number {
		c.outbox[p] = append(c.outbox[p], e)
		return
	}
	c.calendar.ScheduleOrdered(e.Time, e.Order, e.Address, e.Arg)
}

// misuse is the panic of a mistake in a call.
type misuse struct{ err error }

func (m misuse) Error() string { return "parallel: " + m.err.Error() }

// Start schedules an event for a process before the run, at a time ≥ 0, as if
// the process had sent it to itself at time 0.
func (s *Simulation) Start(time float64, process uint32, kind int32, arg uint64) {
	c := s.partitions[s.owner(process)]
	c.process, c.now = process, s.now
	c.Send(time-s.now, process, kind, arg)
}

// Stream returns the random numbers of a process, for its beginning.
func (s *Simulation) Stream(process uint32) *rng.Stream { return &s.streams[process] }

// Events returns the number of events that have been executed.
func (s *Simulation) Events() (n uint64) {
	for _, c := range s.partitions {
		n += c.events
	}
	return n
}

// Now returns the time up to which the simulation has run.
func (s *Simulation) Now() float64 { return s.now }

// Run executes the events up to and including a time. It may be called again
// with a later one. If processes fail, the error is the Fault of the earliest
// event that failed, the same for any number of partitions.
func (s *Simulation) Run(ctx context.Context, until float64) error {
	if s.broken != nil {
		return s.broken
	}
	if !(until >= s.now && until <= math.MaxFloat64) {
		return fmt.Errorf("parallel: a run until time %v cannot begin at time %v", until, s.now)
	}
	for {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("parallel: stopped at time %v: %w", s.now, err)
		}
		first := math.Inf(1)
		for _, c := range s.partitions {
			first = min(first, c.calendar.NextTime())
		}
		if first > until {
			s.now = until
			return nil
		}
		// What is sent to others in this window is at or after its end.
		end := until
		if len(s.partitions) > 1 {
			end = min(until, math.Nextafter(first+s.lookahead, math.Inf(-1)))
		}
		s.window(max(end, first))
		if s.broken != nil {
			return s.broken
		}
		s.now = end
	}
}

// window executes the events of all partitions up to a time and delivers what
// they have sent.
func (s *Simulation) window(end float64) {
	s.each(func(c *Context) { c.execute(end) })
	for _, c := range s.partitions {
		if c.fault != nil && (s.broken == nil || earlier(c.fault, s.broken)) {
			s.broken = c.fault
		}
	}
	s.each(func(c *Context) {
		for _, from := range s.partitions {
			for _, e := range from.outbox[c.number] {
				c.calendar.ScheduleOrdered(e.Time, e.Order, e.Address, e.Arg)
			}
			from.outbox[c.number] = from.outbox[c.number][:0]
		}
	})
}

// earlier reports whether a fault comes before one that is known.
func earlier(f *Fault, known error) bool {
	k := known.(*Fault)
	return f.Time < k.Time || f.Time == k.Time && f.Process < k.Process
}

// each calls f for all partitions at the same time.
func (s *Simulation) each(f func(c *Context)) {
	var group sync.WaitGroup
	for _, c := range s.partitions[1:] {
		group.Go(func() { f(c) })
	}
	f(s.partitions[0])
	group.Wait()
}

// execute executes the partition's events up to a time.
func (c *Context) execute(end float64) {
	var e calendar.Event
	defer func() {
		if value := recover(); value != nil {
			c.fault = &Fault{Time: c.now, Process: c.process, Kind: e.Kind()}
			if m, ok := value.(misuse); ok {
				c.fault.Err = m.err
			} else {
				c.fault.Err, c.fault.Stack = fmt.Errorf("panic: %v", value), string(debug.Stack())
			}
		}
	}()
	for {
		var ok bool
		if e, ok = c.calendar.Pop(end); !ok {
			return
		}
		c.now, c.process = e.Time, e.Target()
		c.events++
		if err := c.s.model.Handle(c, Event{Kind: e.Kind(), Arg: e.Arg}); err != nil {
			c.fault = &Fault{Time: c.now, Process: c.process, Kind: e.Kind(), Err: err}
			return
		}
	}
}
