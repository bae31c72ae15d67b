package flow_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/input"
	"github.com/quatre-ppl/quatre/sim/process"
)

// shelf is a model with a store: makers put parts of three kinds on a shelf with
// room for four, and pickers wait for the kind they want.
type shelf struct {
	s                             *sim.Simulation
	made, kind, wanted, pick, use sim.Source
	store                         sim.Store
	age                           sim.Tally
}

func newShelf() shelf {
	s := sim.New(rng.NewKey(5), sim.Options{})
	law := func(mean float64) sim.Law { return input.Must(input.Exponential(mean)) }
	kinds := input.Must(input.Integer(1, 3))
	return shelf{
		s: s, made: s.Source("made", law(1)), kind: s.Source("kind", kinds), wanted: s.Source("wanted", kinds),
		pick: s.Source("pick", law(1.1)), use: s.Source("use", law(2)), store: s.Store("shelf", 4), age: s.Tally("age"),
	}
}

func (m shelf) flows() {
	maker, picker := flow.New(m.s, "maker"), flow.New(m.s, "picker")
	part := maker.Attribute("kind")
	maker.Arrive(m.made).Assign(part, flow.Draw(m.kind)).
		PutItem(m.store, []flow.Quantity{flow.Attr(part), flow.Func(func(c *sim.Context, _ flow.Token) float64 { return c.Now() })}).
		Depart()
	want, got, since := picker.Attribute("want"), picker.Attribute("got"), picker.Attribute("since")
	picker.Arrive(m.pick).Assign(want, flow.Draw(m.wanted)).
		GetItem(m.store, func(t flow.Token, item []float64) bool { return item[0] == t.Get(want) }, []flow.Attribute{got, since}).
		If(func(_ *sim.Context, t flow.Token) bool { return t.Get(got) != t.Get(want) }, "wrong").
		Record(m.age, flow.Func(func(c *sim.Context, t flow.Token) float64 { return c.Now() - t.Get(since) })).
		Hold(flow.Draw(m.use)).Depart().
		Label("wrong").Depart("wrong")
}

func (m shelf) processes() {
	g := process.New(m.s)
	arrivals := func(name string, gap sim.Source, body process.Body) {
		g.Go(name+"s", func(p *process.Process) error {
			for {
				if err := p.Hold(p.Draw(gap)); err != nil {
					return err
				}
				p.Go(name, body)
			}
		})
	}
	arrivals("maker", m.made, func(p *process.Process) error {
		return p.PutItem(m.store, []float64{p.Draw(m.kind), p.Now()})
	})
	arrivals("picker", m.pick, func(p *process.Process) error {
		want := p.Draw(m.wanted)
		item, err := p.GetItem(m.store, func(item any) bool { return item.([]float64)[0] == want })
		if err == nil {
			p.Context().Record(m.age, p.Now()-item.([]float64)[1])
		}
		return err
	})
}

// TestStore_IsThatOfProcesses runs the same shelf as flows and as processes.
func TestStore_IsThatOfProcesses(t *testing.T) {
	a, b := newShelf(), newShelf()
	a.flows()
	b.processes()
	defer b.s.Close()
	for _, m := range []shelf{a, b} {
		if err := m.s.Run(context.Background(), sim.Until{Time: 2000}); err != nil {
			t.Fatal(err)
		}
	}
	x, y := a.s.Outcomes(), b.s.Outcomes()
	for _, name := range []string{"age", "age.n", "age.q95", "shelf"} {
		if got, want := sim.Find(x, name), sim.Find(y, name); math.Float64bits(got) != math.Float64bits(want) || math.IsNaN(got) {
			t.Errorf("%s is %v in flows and %v in processes", name, got, want)
		}
	}
	if n := sim.Find(x, "age.n"); n < 1000 || !math.IsNaN(sim.Find(x, "picker.wrong.time")) {
		t.Errorf("%v parts were taken, some of the wrong kind", n)
	}
}

// TestStore_CopiesGoOnAlike copies the shelf at many moments, runs the original on
// and then the copy.
func TestStore_CopiesGoOnAlike(t *testing.T) {
	m := newShelf()
	m.flows()
	for range 40 {
		if err := m.s.Run(context.Background(), sim.Until{Events: 37, More: true}); err != nil {
			t.Fatal(err)
		}
		d, err := m.s.Clone()
		if err != nil {
			t.Fatal(err)
		}
		end := sim.Until{Time: m.s.Now() + 50, More: true}
		if err := m.s.Run(context.Background(), end); err != nil {
			t.Fatal(err)
		}
		if err := d.Run(context.Background(), end); err != nil {
			t.Fatal(err)
		}
		same := func(a, b sim.Outcome) bool {
			return a.Name == b.Name && math.Float64bits(a.Value) == math.Float64bits(b.Value)
		}
		if x, y := m.s.Outcomes(), d.Outcomes(); !slices.EqualFunc(x, y, same) {
			t.Fatalf("at time %v:\n%v\n%v", m.s.Now(), x, y)
		}
	}
}

// TestStore_PatienceAndMistakes has tokens that wait for room, or for an item, give
// up, and one that wants more numbers than an item has.
func TestStore_PatienceAndMistakes(t *testing.T) {
	s := sim.New(rng.NewKey(1), sim.Options{})
	small := s.Store("small", 1)
	tank := s.Container("tank", 1, 1)
	every := func(name string) sim.Source { return s.Source(name, sim.Constant(10)) }
	gone := func(f *flow.Flow) { f.Depart().Label("gone").Depart("gone") }
	patience := flow.Patience(flow.Const(1), "gone")
	gone(flow.New(s, "put").Arrive(every("a"), flow.Limit(5)).PutItem(small, []flow.Quantity{flow.Const(1)}, patience))
	gone(flow.New(s, "get").Arrive(every("b"), flow.Limit(5)).GetItem(small, func(flow.Token, []float64) bool { return false }, nil, patience))
	gone(flow.New(s, "fill").Arrive(every("c"), flow.Limit(5)).Put(tank, flow.Const(1), patience))
	if err := s.Run(context.Background(), sim.Until{Time: 100}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{"put.gone.departed": 4, "get.gone.departed": 5, "fill.gone.departed": 5, "put.gone.time": 1, "get.reneged": 5} {
		if got := sim.Find(s.Outcomes(), name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	s = sim.New(rng.NewKey(1), sim.Options{})
	store := s.Store("parts", 0)
	f := flow.New(s, "f")
	x := f.Attribute("x")
	f.Arrive(s.Source("a", sim.Constant(1))).PutItem(store, nil).GetItem(store, nil, []flow.Attribute{x}).Depart()
	err := s.Run(context.Background(), sim.Until{Time: 100})
	if err == nil || !strings.Contains(err.Error(), `step 3 (get item "parts") of flow "f", event 1: an item of store "parts" has 0 numbers for 1 attributes`) {
		t.Errorf("%v", err)
	}
}
