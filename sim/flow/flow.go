package flow

import (
	"fmt"
	"slices"

	"github.com/quatre-ppl/quatre/sim"
)

// Flow is a list of steps and the tokens that are under way on it. It is built
// by its methods, one for each sort of step, before the simulation runs.
type Flow struct {
	name       string
	c          *sim.Context // for building only
	self       sim.ID
	steps      []step
	labels     map[string]int32
	origin     string    // of the steps that are added
	attributes []float64 // width for each token
	attrNames  []string
	width      int

	tokens    []token // record 0 is not used
	holds     []hold  // likewise
	asides    []aside // of some of the first tokens
	families  []family
	freeToken int32
	freeHold  int32
	freeKin   int32
	created   uint64
	executed  uint64
	active    int32 // the token that took steps last, for messages

	time   sim.Tally
	number sim.Level
	exits  []exit
	belts  []conveyor

	arrived, balked, reneged uint64

	// inbox holds the tokens that come from other flows, record 0 not used;
	// outbox those that go to other simulations.
	inbox, outbox []passage
	freePassage   int32
	clustered     bool
}

// exit counts the tokens that leave by one sort of departure.
type exit struct {
	name  string
	tally sim.Tally
	count uint64
}

// New adds a flow to a simulation.
func New(s *sim.Simulation, name string) *Flow {
	f := &Flow{name: name, c: &s.Context, families: make([]family, 1), inbox: make([]passage, 1)}
	old, _ := s.Kept(name).(*Flow)
	if old == nil {
		old = &Flow{labels: map[string]int32{}, steps: make([]step, 0, fewSteps)}
	}
	f.labels, f.steps, f.exits = old.labels, old.steps[:0], old.exits[:0]
	f.tokens, f.holds, f.attributes = append(old.tokens[:0], token{}), append(old.holds[:0], hold{}), old.attributes[:0]
	f.self = s.Add(name, f)
	f.time = s.Tally(name + ".time")
	f.number = s.Level(name+".number", 0)
	f.exits = append(f.exits, exit{tally: f.time})
	s.Conclude(f.self, conclude)
	return f
}

// fewSteps is how many steps a flow has room for at first.
const fewSteps = 8

// Keep returns the memory of the flow, for another one.
func (f *Flow) Keep() any {
	clear(f.labels)
	clear(f.steps)
	return f
}

// conclude adds the counts of a flow to the outcomes of a run.
func conclude(e sim.Entity, _ *sim.Context, add func(string, float64)) {
	f := e.(*Flow)
	add(f.name+".arrived", float64(f.arrived))
	for _, x := range f.exits {
		if x.name == "" {
			add(f.name+".departed", float64(x.count))
		} else {
			add(f.name+"."+x.name+".departed", float64(x.count))
		}
	}
	add(f.name+".balked", float64(f.balked))
	add(f.name+".reneged", float64(f.reneged))
}

// ResetStatistics begins the counts anew.
func (f *Flow) ResetStatistics(*sim.Context) {
	f.arrived, f.balked, f.reneged = 0, 0, 0
	for i := range f.exits {
		f.exits[i].count = 0
	}
}

// ID returns the flow's number as an entity.
func (f *Flow) ID() sim.ID { return f.self }

// Name returns the flow's name.
func (f *Flow) Name() string { return f.name }

// Steps returns the number of steps that tokens have taken.
func (f *Flow) Steps() uint64 { return f.executed }

// Time returns the tally of times in the system.
func (f *Flow) Time() sim.Tally { return f.time }

// Number returns the level of tokens in the system.
func (f *Flow) Number() sim.Level { return f.number }

// Attribute adds an attribute, which is 0 for new tokens. Attributes must be
// added before the first run.
func (f *Flow) Attribute(name string) Attribute {
	if i := slices.Index(f.attrNames, name); i >= 0 {
		return Attribute(i)
	}
	f.attrNames = append(f.attrNames, name)
	f.width = len(f.attrNames)
	f.attributes = append(f.attributes[:0], make([]float64, f.width)...) // of record 0
	return Attribute(f.width - 1)
}

// Start resolves the labels and schedules the first arrivals.
func (f *Flow) Start(c *sim.Context) error {
	for i := range f.steps {
		st := &f.steps[i]
		for j, label := range st.labels {
			at, ok := f.labels[label]
			if !ok {
				return fmt.Errorf("%s goes to the label %q, which there is not", f.stepName(int32(i)), label)
			}
			st.targets[j] = at
		}
	}
	for i := range f.steps {
		if f.steps[i].code == opTransfer {
			if err := f.connect(int32(i)); err != nil {
				return err
			}
		}
	}
	n := len(f.steps)
	if n == 0 || !f.steps[n-1].ends() {
		return fmt.Errorf("flow %q does not end with Depart or Goto: a token would run out of steps", f.name)
	}
	if !slices.ContainsFunc(f.steps, func(s step) bool { return s.code == opArrive || s.code == opEnter }) {
		return fmt.Errorf("flow %q has no Arrive and no Entrance step", f.name)
	}
	for i := range f.steps {
		if st := &f.steps[i]; st.code == opArrive {
			delay := st.start
			if delay < 0 {
				var ok bool
				if delay, ok = f.interarrival(c, st); !ok {
					continue
				}
			}
			c.Schedule(delay, f.self, eventArrive, arrivalBit|uint64(i))
		}
	}
	return nil
}

// Clone returns a copy of the flow and its tokens.
func (f *Flow) Clone() sim.Entity {
	d := *f
	d.steps = slices.Clone(f.steps)
	d.attributes = slices.Clone(f.attributes)
	d.tokens, d.holds, d.families = slices.Clone(f.tokens), slices.Clone(f.holds), slices.Clone(f.families)
	d.asides = slices.Clone(f.asides)
	d.exits = slices.Clone(f.exits)
	d.inbox, d.outbox = slices.Clone(f.inbox), slices.Clone(f.outbox)
	d.belts = slices.Clone(f.belts)
	for i := range d.belts {
		b := &d.belts[i]
		b.riders, b.entries, b.queue = slices.Clone(b.riders), slices.Clone(b.entries), slices.Clone(b.queue)
	}
	return &d
}

// Origin says where the steps that follow are written, for messages: the line of
// a file.
func (f *Flow) Origin(place string) *Flow {
	f.origin = place
	return f
}

// Where names the step of the token that took steps last in the present event.
func (f *Flow) Where(e sim.Event) string {
	k := uint64(f.active)
	switch {
	case k != 0:
	case e.Arg&arrivalBit != 0 && e.Kind == eventArrive:
		return f.stepName(int32(e.Arg &^ arrivalBit))
	case e.Arg&arrivalBit != 0 || e.Arg >= uint64(len(f.tokens)):
		return ""
	default:
		k = e.Arg
	}
	return f.stepName(f.tokens[k].step)
}

// stepName names a step in messages, as in `step 3 (seize "desk") of flow
// "customers"`, and where it is written.
func (f *Flow) stepName(i int32) string {
	if int(i) >= len(f.steps) {
		return fmt.Sprintf("the end of flow %q", f.name)
	}
	st := &f.steps[i]
	name := st.code.String()
	switch st.code {
	case opSeize, opRelease:
		name = fmt.Sprintf("%s %q", name, f.c.ResourceName(sim.Resource(st.place)))
	case opPut, opGet:
		name = fmt.Sprintf("%s %q", name, f.c.ContainerName(sim.Container(st.place)))
	case opPutItem, opGetItem:
		name = fmt.Sprintf("%s %q", name, f.c.StoreName(sim.Store(st.place)))
	case opWait, opFire:
		name = fmt.Sprintf("%s %q", name, f.c.SignalName(sim.Signal(st.place)))
	case opSeizeAll:
		for _, need := range st.needs {
			name = fmt.Sprintf("%s %q", name, f.c.ResourceName(need.Resource))
		}
	case opGoto:
		name = fmt.Sprintf("%s %q", name, st.labels[0])
	}
	name = fmt.Sprintf("step %d (%s) of flow %q", i+1, name, f.name)
	if st.origin != "" {
		name += " (" + st.origin + ")"
	}
	return name
}
