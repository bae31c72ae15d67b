package sim

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"sync/atomic"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim/calendar"
)

// Simulation is a model and its state. The methods of Context build the model
// and look at it between runs.
type Simulation struct {
	Context
	current calendar.Event // the one being handled, without its time
	pause   atomic.Bool
	still   int     // events since the clock last moved
	checkAt uint64  // number of events at the next search for deadlocks
	until   float64 // the end of the run
	broken  error   // the fault that ended it
	begun   bool
	closers []func() // of Close
	holders []party  // scratch of holderWaits
	memory  *Memory  // that Close gives everything to; nil for none
}

// Options are the properties of a simulation that most do not need.
type Options struct {
	// Antithetic draws 1 − u wherever a run with the same key draws u, in
	// sources whose law is an Inverse.
	Antithetic bool
	// StillLimit is how many events may happen without the clock moving before
	// that is taken for an endless loop; 0 stands for 10 million.
	StillLimit int
	// Memory is where the simulation has its memory from, and where Close puts it,
	// after which the simulation cannot be used; nil for none.
	Memory *Memory
}

// DefaultStillLimit is the StillLimit of Options that leave it 0.
const DefaultStillLimit = 10_000_000

// New returns an empty simulation whose random numbers come from a key.
func New(key rng.Key, o Options) *Simulation {
	s := &Simulation{checkAt: firstCheck}
	if o.Memory != nil {
		o.Memory.lend(s)
	}
	s.key, s.antithetic, s.stillLimit = key, o.Antithetic, o.StillLimit
	if s.stillLimit == 0 {
		s.stillLimit = DefaultStillLimit
	}
	if s.names == nil {
		s.names = map[string]bool{}
	}
	s.Add("simulation", Func(management))
	return s
}

// Until says when a run ends: at the first of those conditions that are set.
type Until struct {
	// Time is the simulated time after which nothing happens; 0 for none. The
	// clock shows it afterwards, even if the last event was earlier.
	Time float64
	// Events is the number of events after which to stop, counted from the
	// beginning of this run; 0 for none.
	Events uint64
	// Condition is asked after each event; nil for none.
	Condition func(c *Context) bool
	// More says that the run will be continued: what is checked at the end of a
	// run, deadlocks and Little's law, is left to the last part.
	More bool
}

// ErrPaused is returned by Run after Pause. A further Run continues.
var ErrPaused = errors.New("sim: the run is paused")

// Pause has a run in another goroutine return ErrPaused soon.
func (s *Simulation) Pause() { s.pause.Store(true) }

// checkEvery is the number of events between looks at the context and at Pause.
const checkEvery = 1024

// Run executes events until a condition of u is met, the calendar is empty, an
// entity calls Stop, ctx is cancelled or something is wrong: a *Fault, a
// *Deadlock, or the mistakes of the model. After the last a simulation cannot
// be continued; in all other cases Run may be called again.
func (s *Simulation) Run(ctx context.Context, u Until) (err error) {
	if err := s.ready(u); err != nil {
		return err
	}
	until := u.Time
	if until == 0 {
		until = math.Inf(1)
	}
	s.until = until
	defer s.recoverFault(&err)
	if !s.begun {
		if err := s.begin(); err != nil {
			return err
		}
	}
	s.stopped = false
	last := uint64(math.MaxUint64)
	if u.Events > 0 {
		last = s.events + u.Events
	}
	for {
		if s.events%checkEvery == 0 || s.events >= s.checkAt {
			if err := s.look(ctx); err != nil {
				return err
			}
		}
		s.attend = min(last, s.checkAt, s.events-s.events%checkEvery+checkEvery)
		if u.Condition != nil {
			s.attend = 0
		}
		if !s.execute(until) {
			return s.finish(u)
		}
		if s.stopped || s.events == last || u.Condition != nil && u.Condition(&s.Context) {
			return nil
		}
	}
}

// execute executes events until s.attend of them have been, one at least; false if
// none is left up to a time.
func (s *Simulation) execute(until float64) bool {
	for {
		var time float64
		var address, arg uint64
		if e := s.calendar.Ready(); e != nil && e.Time <= until {
			time, address, arg = e.Time, e.Address, e.Arg
			s.calendar.Drop()
		} else {
			e, ok := s.calendar.Pop(until)
			if !ok {
				return false
			}
			time, address, arg = e.Time, e.Address, e.Arg
		}
		s.current.Address, s.current.Arg = address, arg
		if time > s.now {
			s.now, s.still = time, 0
		} else if s.still++; s.still > s.stillLimit {
			s.fail("%d events happened at this time and the clock does not move: an endless loop without a delay", s.still)
		}
		s.events++
		if err := s.entities[address>>32].Handle(&s.Context, Event{Kind: int32(address), Arg: arg}); err != nil {
			panic(misuse{err})
		}
		if s.events >= s.attend {
			return true
		}
	}
}

// ready reports why a run cannot begin.
func (s *Simulation) ready(u Until) error {
	if s.broken != nil {
		return s.broken
	}
	if err := s.Err(); err != nil {
		s.broken = err
		return err
	}
	if !(u.Time >= 0) || u.Time != 0 && u.Time < s.now {
		return fmt.Errorf("sim: a run until time %v cannot begin at time %v", u.Time, s.now)
	}
	return nil
}

// begin starts the entities and the breakdowns.
func (s *Simulation) begin() error {
	s.begun = true
	for i := 0; i < len(s.entities); i++ {
		if e, ok := s.entities[i].(Starter); ok {
			s.current = calendar.Event{Address: calendar.Address(uint32(i), 0)}
			if err := e.Start(&s.Context); err != nil {
				panic(misuse{err})
			}
		}
	}
	for i := range s.breakdowns {
		s.Schedule(s.Draw(s.breakdowns[i].up), 0, breakDown, uint64(i))
	}
	for i := range s.wears {
		s.renew(i)
	}
	if err := s.Err(); err != nil {
		s.broken = err
		return err
	}
	return nil
}

// Step executes one event; done is true if there is none.
func (s *Simulation) Step() (done bool, err error) {
	before := s.events
	err = s.Run(context.Background(), Until{Events: 1})
	return s.events == before, err
}

// look sees, once in a while, whether the run should go on.
func (s *Simulation) look(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("sim: stopped at time %v: %w", s.now, err)
	}
	if s.pause.CompareAndSwap(true, false) {
		return ErrPaused
	}
	if s.events >= s.checkAt {
		s.checkAt = s.nextCheck()
		if d := s.deadlock(); d != nil {
			s.broken = d
			return d
		}
	}
	return nil
}

// finish ends a run that no event is left for.
func (s *Simulation) finish(u Until) error {
	if u.More {
		s.now = max(s.now, u.Time)
		return nil
	}
	if d := s.deadlock(); d != nil {
		s.broken = d
		return d
	}
	s.now = max(s.now, u.Time)
	if name, area, waited, ok := s.checkLittle(); !ok {
		s.broken = fmt.Errorf("sim: Little's law fails at resource %q: the queue's length over time sums to %v, its waits to %v: a fault of the program, please report it", name, area, waited)
		return s.broken
	}
	return nil
}

// recoverFault turns a panic into a *Fault.
func (s *Simulation) recoverFault(err *error) {
	value := recover()
	if value == nil {
		return
	}
	f := &Fault{Time: s.now, Entity: s.describe(s.current), Kind: s.current.Kind(), Arg: s.current.Arg, Event: s.events}
	if l, ok := s.entities[s.current.Target()].(Locator); ok {
		f.Where = l.Where(Event{Kind: f.Kind, Arg: f.Arg})
	}
	if m, ok := value.(misuse); ok {
		f.Err = m.err
	} else {
		f.Err = fmt.Errorf("panic: %v", value)
		f.Stack = string(debug.Stack())
	}
	s.broken = f
	*err = f
}

// describe names whom an event is for.
func (s *Simulation) describe(e calendar.Event) string { return s.who(ID(e.Target()), e.Arg) }

// OnClose has a function called by Close, the last first.
func (s *Simulation) OnClose(f func()) { s.closers = append(s.closers, f) }

// Close releases what entities hold beyond memory, such as the coroutines of
// processes. It may be called more than once.
func (s *Simulation) Close() {
	for len(s.closers) > 0 {
		n := len(s.closers) - 1
		f := s.closers[n]
		s.closers = s.closers[:n]
		f()
	}
	if m := s.memory; m != nil {
		s.memory = nil
		m.keep(s)
	}
}
