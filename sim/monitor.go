package sim

import "github.com/quatre-ppl/quatre/sim/stat"

// Tally is the number of a monitor of observations, such as times in the
// system.
type Tally int32

// Level is the number of a monitor of a quantity over time, such as the number
// in the system.
type Level int32

// Tally adds a monitor of observations.
func (c *Context) Tally(name string) Tally {
	c.checkName("tally", name)
	c.tallies = another(c.tallies)
	c.tallyNames = append(c.tallyNames, name)
	return Tally(len(c.tallies) - 1)
}

// Level adds a monitor of a quantity over time, which is value now.
func (c *Context) Level(name string, value float64) Level {
	c.checkName("level", name)
	c.levels = append(c.levels, stat.NewLevel(c.now, value))
	c.levelNames = append(c.levelNames, name)
	return Level(len(c.levels) - 1)
}

// Record adds an observation to a tally.
func (c *Context) Record(t Tally, x float64) {
	if !c.tallies[t].Keep(x) {
		c.recordFull(t, x)
	}
}

// recordFull is Record where the tally has no room, or x is NaN.
func (c *Context) recordFull(t Tally, x float64) {
	if x != x {
		c.fail("an observation of %q is NaN", c.tallyNames[t])
	}
	c.tallies[t].Record(x)
}

// Set changes a level to a value.
func (c *Context) Set(l Level, value float64) { c.levels[l].Set(c.now, value) }

// Change adds a difference to a level.
func (c *Context) Change(l Level, difference float64) { c.levels[l].Add(c.now, difference) }

// Value returns the current value of a level.
func (c *Context) Value(l Level) float64 { return c.levels[l].Value() }

// TallyOf returns what a tally has observed. It is valid until the next event.
func (c *Context) TallyOf(t Tally) *stat.Tally { return &c.tallies[t] }

// LevelOf returns what a level has observed. It is valid until the next event.
func (c *Context) LevelOf(l Level) *stat.Level { return &c.levels[l] }

// Conclusion adds to the outcomes of a run what an entity knows at its end. The
// entity is an argument because a copy of the simulation has a copy of it.
type Conclusion func(e Entity, c *Context, add func(name string, value float64))

// Conclude has a function asked for outcomes at the end of a run.
func (c *Context) Conclude(id ID, f Conclusion) {
	c.conclusions = append(c.conclusions, conclusion{id, f})
}

type conclusion struct {
	id ID
	f  Conclusion
}

// ResetStatistics begins all measurements anew at the present state: what was
// recorded before belongs to the warm-up.
func (c *Context) ResetStatistics() {
	c.statsSince = c.now
	for i := range c.tallies {
		c.tallies[i].Reset()
	}
	for i := range c.levels {
		c.levels[i].Reset(c.now)
	}
	c.claims.resetLittle(c)
	for i := range c.resources {
		c.resources[i].reset(c.now)
	}
	for i := range c.containers {
		c.containers[i].level.Reset(c.now)
	}
	for i := range c.stores {
		c.stores[i].level.Reset(c.now)
	}
	for _, e := range c.entities {
		if r, ok := e.(Resetter); ok {
			r.ResetStatistics(c)
		}
	}
}

// Resetter is an entity with measurements of its own to begin anew at the end
// of the warm-up.
type Resetter interface {
	ResetStatistics(c *Context)
}

// StatisticsSince returns when the measurements began: 0, or the end of the
// warm-up.
func (c *Context) StatisticsSince() float64 { return c.statsSince }
