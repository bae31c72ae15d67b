package sim_test

import (
	"context"
	"fmt"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/input"
)

// town is an entity for all its people: an event is for one of them.
type town struct {
	self             sim.ID
	ill, immune      []bool
	meeting, illness sim.Source
	whom, infection  sim.Source
	sick             sim.Level
	infected         int
}

// Kinds of events of a town.
const (
	meet int32 = iota
	heal
)

// Handle lets a person meet another, or recover.
func (w *town) Handle(c *sim.Context, e sim.Event) error {
	switch e.Kind {
	case meet:
		if !w.ill[e.Arg] {
			return nil // has recovered meanwhile
		}
		if other := uint64(c.Draw(w.whom)); c.Draw(w.infection) == 1 {
			w.infect(c, other)
		}
		c.Schedule(c.Draw(w.meeting), w.self, meet, e.Arg)
	case heal:
		w.ill[e.Arg], w.immune[e.Arg] = false, true
		c.Change(w.sick, -1)
	}
	return nil
}

// infect makes a person ill who is neither ill nor immune.
func (w *town) infect(c *sim.Context, person uint64) {
	if w.ill[person] || w.immune[person] {
		return
	}
	w.ill[person] = true
	w.infected++
	c.Change(w.sick, 1)
	c.Schedule(c.Draw(w.illness), w.self, heal, person)
	c.Schedule(c.Draw(w.meeting), w.self, meet, person)
}

// An epidemic among 10 000 people, each of whom is ill for ten days and meets
// two others a day, a tenth of whom catch it.
func Example_epidemic() {
	const people = 10000
	s := sim.New(rng.NewKey(1), sim.Options{})
	w := &town{
		ill: make([]bool, people), immune: make([]bool, people),
		meeting: s.Source("meeting", exponential(0.5)), illness: s.Source("illness", exponential(10)),
		whom:      s.Source("whom", input.Must(input.Integer(0, people-1))),
		infection: s.Source("infection", input.Must(input.Bernoulli(0.1))),
		sick:      s.Level("sick", 0),
	}
	w.self = s.Add("town", w)
	for person := range uint64(10) {
		w.infect(&s.Context, person)
	}
	if err := s.Run(context.Background(), sim.Until{}); err != nil {
		fmt.Println(err)
		return
	}
	// With twice as many infections by each as recoveries, 79.7 % of a large
	// population catch it in the end.
	fmt.Printf("%d caught it, at most %v at a time, over after %.0f days\n", w.infected, s.LevelOf(w.sick).Max(), s.Now())
	// Output:
	// 8055 caught it, at most 1491 at a time, over after 267 days
}
