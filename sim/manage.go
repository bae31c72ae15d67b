package sim

import "math"

// Kinds of events of the simulation itself, entity 0.
const (
	endWarmUp int32 = iota
	nextCapacity
	breakDown
	repaired
	wornOut
	renewed
)

// management handles the simulation's own events.
func management(c *Context, e Event) error {
	switch e.Kind {
	case endWarmUp:
		c.ResetStatistics()
	case nextCapacity:
		c.nextCapacity(int(e.Arg))
	case breakDown, repaired:
		c.toggle(int(e.Arg), e.Kind == breakDown)
	case wornOut:
		c.wearOut(int(e.Arg))
	case renewed:
		c.restore(int(e.Arg))
	}
	return nil
}

// WarmUp begins all measurements anew at a time, before other events of that
// time.
func (c *Context) WarmUp(time float64) { c.ScheduleAt(time, math.MinInt16, 0, endWarmUp, 0) }
