package sim

import "math"

// little checks Little's law as an identity of every run: the integral of the
// number waiting is the sum of the times that the claims have waited, those
// still waiting included. Both sides come from different records, the level of
// the queue and the claims' own times, so a fault in the book-keeping of either
// shows.
//
// sum is Σ (leave − enter) with −enter added on entry and +leave on leaving: n
// are still in, each owed its time up to now.
type little struct {
	sum float64
	n   int
	// slack bounds the rounding of sum: one half unit in the last place of the
	// clock for each term.
	terms float64
}

func (l *little) enter(now float64) { l.sum -= now; l.n++; l.terms += now }
func (l *little) leave(now float64) { l.sum += now; l.n--; l.terms += now }

// waited returns the sum of all times up to now.
func (l *little) waited(now float64) float64 { return l.sum + float64(float64(l.n)*now) }

// resetLittle begins the identity anew at the end of the warm-up: who waits now
// counts as having come now.
func (t *claims) resetLittle(c *Context) {
	for i := range c.resources {
		p := &c.resources[i]
		p.little = little{sum: -float64(float64(p.queue.n) * c.now), n: p.queue.n}
	}
}

// checkLittle returns the resource for which Little's law fails, with both
// sides, and true if it holds for all.
func (c *Context) checkLittle() (name string, area, waited float64, ok bool) {
	for i := range c.resources {
		p := &c.resources[i]
		area, waited = p.inQueue.Area(c.now), p.little.waited(c.now)
		// Each term is rounded to 2^-53 of the sum's size at the time, which is
		// at most the clock times the number of claims around.
		slack := 0x1p-50 * (p.little.terms + c.now + float64(c.now*p.inQueue.Max()) + math.Abs(area))
		if !(math.Abs(area-waited) <= slack) || p.little.n != p.queue.n {
			return p.name, area, waited, false
		}
	}
	return "", 0, 0, true
}
