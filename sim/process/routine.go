package process

import (
	"iter"
	"runtime"
	"slices"

	"github.com/quatre-ppl/quatre/sim"
)

// In a coroutine of iter.Pull one goroutine sleeps, its own at first. A call of next
// or yield wakes that goroutine and lays the caller to sleep in its place. The two
// have to be called in turn, but who calls them does not matter: so all routines and
// the goroutine of Run, but the one that runs, sleep in the coroutines of the
// routines, and that one goes to any other by one switch.

// bed is a coroutine in which a goroutine sleeps, kept by the one that does.
type bed struct {
	next   func() (struct{}, bool)
	yield  func(struct{}) bool
	pulled bool // next was called last, so it is yield's turn
}

// take has the caller, whose bed b is to be, take the place of the one that sleeps in
// other; what then has to be called wakes it: yield if that is not nil, else next.
// Returns after a switch are foretold wrongly by a processor, so there are few calls
// around it: take is compiled in place.
func (b *bed) take(other *bed) (next func() (struct{}, bool), yield func(struct{}) bool) {
	next, yield = other.next, other.yield
	b.next, b.yield, b.pulled = next, yield, !other.pulled
	if b.pulled {
		return next, nil
	}
	return nil, yield
}

// change goes to the goroutine that sleeps in other and returns when the caller, whose
// bed b is, is woken.
func (b *bed) change(other *bed) {
	if next, yield := b.take(other); yield != nil {
		yield(struct{}{})
	} else {
		next()
	}
}

// routine is a coroutine that runs one process after another, and what is kept of a
// process only while its body runs.
type routine struct {
	g     *Processes
	p     *Process  // nil for an idle one
	bed   bed       // of an idle one
	over  bool      // its goroutine has ended
	claim sim.Claim // that the process waits for, 0 for none
	holds []held
	any   []waiter // what WaitAny waits for, or WaitAll
	met   []bool
	which int   // of the conditions of WaitAny
	left  int   // of WaitAll: how many of its conditions are not met; 0 outside
	cause error // of the interrupt
}

// held is a claim that a process holds.
type held struct {
	claim    sim.Claim
	resource sim.Resource
}

// closing is the panic that unwinds a process when the simulation is closed.
type closing struct{}

// newRoutine makes a coroutine.
func (g *Processes) newRoutine() *routine {
	r := &routine{g: g}
	r.bed.next, _ = iter.Pull(func(yield func(struct{}) bool) {
		g.loop.yield = yield // Run's goroutine sleeps here now
		r.live()
	})
	g.all = append(g.all, r)
	return r
}

// live runs one process after another until the simulation is closed. A process
// that begins when another has ended needs no switch.
func (r *routine) live() {
	g := r.g
	defer func() { r.over = true }()
	for {
		ended, err := r.run()
		if g.closing {
			return
		}
		var q *Process
		if ended {
			if g.err = g.leave(r.p, err); g.err == nil {
				q = g.ahead()
			}
			if q != nil && q.r == nil {
				g.begin(q, r)
				g.enter(q)
				continue
			}
			g.idle = append(g.idle, r)
		}
		r.p = nil
		if r.bed.change(g.heir(q)); g.closing || g.exited {
			return
		}
	}
}

// run executes the body of the routine's process; ended is false if it was left by a
// panic.
func (r *routine) run() (ended bool, err error) {
	defer func() {
		if ended {
			return
		}
		switch value := recover(); {
		case value == nil: // runtime.Goexit, as of a test that gives up
			r.g.exited = true
		case value != any(closing{}):
			r.g.panicked = value
		}
	}()
	err = r.p.body(r.p)
	return true, err
}

// heir notes that a process goes on, the simulation if it is nil, and returns the
// bed to wake.
func (g *Processes) heir(q *Process) *bed {
	if q == nil {
		return &g.loop
	}
	if q.r == nil {
		n := len(g.idle)
		if n == 0 {
			g.next = q // coroutines are made on the large stack of Run
			return &g.loop
		}
		g.begin(q, g.idle[n-1])
		g.idle = g.idle[:n-1]
	}
	g.enter(q)
	return &q.bed
}

// check ends a goroutine that was woken to end, if its process has not ended.
func (g *Processes) check() {
	if g.closing {
		panic(closing{})
	}
	if g.exited {
		runtime.Goexit() // all the way to Run
	}
}

// resume has a process go on, and those that go on after it, until the simulation
// has something else to do.
func (g *Processes) resume(p *Process) error {
	for ; p != nil; p = g.next {
		g.next = nil
		if p.r == nil && len(g.idle) == 0 {
			g.idle = append(g.idle, g.newRoutine())
		}
		if g.loop.change(g.heir(p)); g.exited {
			runtime.Goexit()
		}
	}
	g.running = nil
	if value := g.panicked; value != nil {
		g.panicked = nil
		panic(value)
	}
	err := g.err
	g.err = nil
	return err
}

// close unwinds the processes that are left.
func (g *Processes) close() {
	g.closing, g.running = true, nil
	for _, r := range slices.Clone(g.all) {
		switch {
		case r.over:
		case r.p != nil:
			g.loop.change(&r.p.bed)
		default:
			g.loop.change(&r.bed)
		}
	}
	g.all, g.idle = nil, nil
	if value := g.panicked; value != nil {
		g.panicked = nil
		panic(value)
	}
}
