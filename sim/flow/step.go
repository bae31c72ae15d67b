package flow

import (
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/sim"
)

type opcode uint8

const (
	opArrive opcode = iota
	opEnter
	opSeize
	opHold
	opRelease
	opDecide
	opIf
	opSwitch
	opGoto
	opAssign
	opPriority
	opRecord
	opChange
	opBatch
	opUnbatch
	opSplit
	opCombine
	opSeizeAll
	opSeizeOne
	opReleaseOne
	opPut
	opGet
	opFire
	opWait
	opPutItem
	opGetItem
	opAccess
	opConvey
	opExit
	opDepart
	opTransfer
)

// String returns the name of the step as the methods have it, in lower case.
func (o opcode) String() string {
	return [...]string{
		"arrive", "enter", "seize", "hold", "release", "decide", "if", "switch", "goto", "assign", "priority", "record",
		"change", "batch", "unbatch", "split", "combine", "seize all", "seize one of", "release one of", "put", "get", "fire", "wait", "put item", "get item", "transport", "transport", "leave", "depart", "transfer",
	}[o]
}

// step is an instruction. Which fields matter depends on the code.
type step struct {
	code     opcode
	flags    stepFlags
	place    int32 // resource, attribute, container, signal, tally, level, conveyor, exit
	amount   int32
	value    Quantity
	ahead    Quantity // priority of a claim, if hasPriority
	give     Quantity // patience, if hasPatience
	balkAt   int32    // length of queue at which tokens turn away, if canBalk
	labels   []string
	targets  []int32
	shares   []float64 // cumulated
	test     func(c *sim.Context, t Token) bool
	start    float64 // of arrivals
	limit    uint64  // of arrivals
	made     uint64  // arrivals so far
	crowd    uint64  // of them at the present time
	needs    []sim.Need
	lines    []sim.Resource
	target   *Flow  // of a transfer
	entrance string // its label
	item     *itemStep
	origin   string // where it is written, for messages
	waiting  int32  // first token waiting in a batch
	count    int32  // of them
}

type stepFlags uint8

const (
	hasPriority stepFlags = 1 << iota
	hasPatience
	canBalk
	preempts
	repeats
	redraws
	isTrip
)

// ends reports whether no token goes on to the step behind.
func (s *step) ends() bool { return s.code == opDepart || s.code == opGoto || s.code == opTransfer }

// add appends a step.
func (f *Flow) add(s step) *Flow {
	s.targets = make([]int32, len(s.labels))
	s.origin = f.origin
	f.steps = append(f.steps, s)
	return f
}

// reject records a mistake in the step that comes next.
func (f *Flow) reject(text string, args ...any) {
	f.c.Reject(fmt.Errorf("flow %q, step %d: %w", f.name, len(f.steps)+1, fmt.Errorf(text, args...)))
}

// ArriveOption is a property of arrivals.
type ArriveOption func(f *Flow, s *step)

// Limit ends the arrivals after n tokens.
func Limit(n uint64) ArriveOption { return func(_ *Flow, s *step) { s.limit = n } }

// First sets the time of the first arrival, instead of one draw after the
// beginning.
func First(time float64) ArriveOption {
	return func(f *Flow, s *step) {
		if !(time >= 0 && time < math.Inf(1)) {
			f.reject("the first arrival is at time %v: want it finite and ≥ 0", time)
		}
		s.start = time
	}
}

// AtOnce makes so many tokens at each arrival, rounded to an integer.
func AtOnce(q Quantity) ArriveOption {
	return func(_ *Flow, s *step) { s.ahead = q; s.flags |= hasPriority }
}

// Arrive makes tokens at intervals from a source, for ever or until the source
// is used up; they go on with the next step. A flow may have several.
func (f *Flow) Arrive(interarrival sim.Source, options ...ArriveOption) *Flow {
	s := step{code: opArrive, value: Draw(interarrival), start: -1}
	for _, o := range options {
		o(f, &s)
	}
	return f.add(s)
}

// Entrance marks where tokens go on that Enter makes.
func (f *Flow) Entrance(label string) *Flow {
	f.Label(label)
	return f.add(step{code: opEnter})
}

// SeizeOption is a property of a claim.
type SeizeOption func(s *step)

// Units sets the number of units to claim, instead of 1.
func Units(n int) SeizeOption { return func(s *step) { s.amount = int32(n) } }

// AtPriority sets the priority of the claim, instead of the token's: the lowest
// number is served first. It is rounded to an integer.
func AtPriority(q Quantity) SeizeOption {
	return func(s *step) { s.ahead = q; s.flags |= hasPriority }
}

// Patience has a token renege: if the claim is not granted within a time, it
// goes to a label.
func Patience(time Quantity, label string) SeizeOption {
	return func(s *step) {
		s.give = time
		s.flags |= hasPatience
		s.labels[0] = label
	}
}

// Balk has a token turn away to a label if it would have to wait and at least n
// claims wait already.
func Balk(n int, label string) SeizeOption {
	return func(s *step) {
		s.balkAt = int32(n)
		s.flags |= canBalk
		s.labels[1] = label
	}
}

// Preempt lets the claim take units from claims of higher priority numbers.
func Preempt() SeizeOption { return func(s *step) { s.flags |= preempts } }

// Seize claims a resource and waits until the claim is granted. A claim that is
// taken away later interrupts the token's delays until it is granted again.
func (f *Flow) Seize(r sim.Resource, options ...SeizeOption) *Flow {
	s := step{code: opSeize, place: int32(r), amount: 1, labels: make([]string, 2)}
	for _, o := range options {
		o(&s)
	}
	if s.amount < 1 {
		f.reject("seizes %d units of resource %q: want at least 1", s.amount, f.c.ResourceName(r))
	}
	return f.addOptional(s)
}

// addOptional adds a step whose labels stay unresolved where they are empty.
func (f *Flow) addOptional(s step) *Flow {
	here := f.hereLabel()
	for i, label := range s.labels {
		if label == "" {
			s.labels[i] = here
		}
	}
	return f.add(s)
}

// hereLabel returns a label of the next step, for targets that are not used.
func (f *Flow) hereLabel() string {
	label := fmt.Sprintf("\x00%d", len(f.steps))
	f.labels[label] = int32(len(f.steps))
	return label
}

// Release gives back what the token holds of a resource, the latest claim.
func (f *Flow) Release(r sim.Resource) *Flow { return f.add(step{code: opRelease, place: int32(r)}) }

// HoldOption is a property of a delay.
type HoldOption func(s *step)

// Repeat has an interrupted delay begin again in full; the default is to
// resume it.
func Repeat() HoldOption { return func(s *step) { s.flags |= repeats } }

// Redraw has an interrupted delay begin again with a new value.
func Redraw() HoldOption { return func(s *step) { s.flags |= redraws } }

// Hold delays the token for a time ≥ 0: a service, a walk.
func (f *Flow) Hold(time Quantity, options ...HoldOption) *Flow {
	s := step{code: opHold, value: time}
	for _, o := range options {
		o(&s)
	}
	return f.add(s)
}

// Route sends the token on a trip of a given time to a label.
func (f *Flow) Route(label string, time Quantity) *Flow {
	f.add(step{code: opHold, value: time, flags: isTrip})
	return f.Goto(label)
}

// Branch is one way of a Decide.
type Branch struct {
	Chance float64
	Label  string
}

// Decide sends the token to one of several labels at random; with the chance
// that is left it goes on with the next step. The choice uses one draw of a
// source that is uniform on (0, 1).
func (f *Flow) Decide(uniform sim.Source, branches ...Branch) *Flow {
	s := step{code: opDecide, value: Draw(uniform)}
	sum := 0.0
	for _, b := range branches {
		if !(b.Chance >= 0) {
			f.reject("the chance of label %q is %v: want it ≥ 0", b.Label, b.Chance)
		}
		sum += b.Chance
		s.labels = append(s.labels, b.Label)
		s.shares = append(s.shares, sum)
	}
	if !(sum <= 1+1e-9) {
		f.reject("the chances sum to %v, which is more than 1", sum)
	} else if sum > 1-1e-9 && len(s.shares) > 0 {
		s.shares[len(s.shares)-1] = math.Inf(1) // rounding leaves no gap
	}
	return f.add(s)
}

// If sends the token to a label if a condition is true.
func (f *Flow) If(test func(c *sim.Context, t Token) bool, label string) *Flow {
	return f.add(step{code: opIf, test: test, labels: []string{label}})
}

// Switch sends the token to the label whose number the quantity gives, from 0;
// any other number goes on with the next step.
func (f *Flow) Switch(which Quantity, labels ...string) *Flow {
	return f.add(step{code: opSwitch, value: which, labels: append([]string(nil), labels...)})
}

// Goto sends the token to a label.
func (f *Flow) Goto(label string) *Flow { return f.add(step{code: opGoto, labels: []string{label}}) }

// Label names the next step.
func (f *Flow) Label(label string) *Flow {
	if _, there := f.labels[label]; there {
		f.reject("there are two labels %q", label)
	}
	f.labels[label] = int32(len(f.steps))
	return f
}

// Assign sets an attribute.
func (f *Flow) Assign(a Attribute, value Quantity) *Flow {
	return f.add(step{code: opAssign, place: int32(a), value: value})
}

// Priority sets the token's priority, rounded to an integer: the lowest number
// is served first.
func (f *Flow) Priority(value Quantity) *Flow { return f.add(step{code: opPriority, value: value}) }

// Record adds an observation to a tally.
func (f *Flow) Record(t sim.Tally, value Quantity) *Flow {
	return f.add(step{code: opRecord, place: int32(t), value: value})
}

// Change adds to a level.
func (f *Flow) Change(l sim.Level, difference Quantity) *Flow {
	return f.add(step{code: opChange, place: int32(l), value: difference})
}

// Depart ends the token's way; it may hold nothing. With a name it counts as a
// departure of that sort, with a tally of its own: F.name.time.
func (f *Flow) Depart(name ...string) *Flow {
	if len(name) == 0 {
		return f.add(step{code: opDepart})
	}
	return f.add(step{code: opDepart, place: f.exitOf(name[0])})
}

// exitOf returns the number of a sort of departure.
func (f *Flow) exitOf(name string) int32 {
	i := slices.IndexFunc(f.exits, func(x exit) bool { return x.name == name })
	if i < 0 {
		i = len(f.exits)
		f.exits = append(f.exits, exit{name: name, tally: f.c.Tally(f.name + "." + name + ".time")})
	}
	return int32(i)
}
