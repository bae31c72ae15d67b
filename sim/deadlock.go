package sim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Deadlock is the error of a run in which some wait for ever: each for what
// others of them hold, or for what nobody is left to give.
type Deadlock struct {
	// Time is when it was found.
	Time float64
	// Waits says who waits for what.
	Waits []Wait
}

// Wait is one line of a Deadlock.
type Wait struct {
	Who   string   // the owner of the claim
	For   string   // what it waits for, as in `resource "fork 2"`
	Since float64  // when it began to wait
	By    []string // who holds it; empty if nobody does
}

// Error lists the first waits.
func (d *Deadlock) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "sim: deadlock at time %s:", format(d.Time))
	for i, w := range d.Waits {
		if i == 8 {
			fmt.Fprintf(&b, "\n  and %d more", len(d.Waits)-i)
			break
		}
		fmt.Fprintf(&b, "\n  %s waits for %s since %s", w.Who, w.For, format(w.Since))
		if len(w.By) > 0 {
			fmt.Fprintf(&b, ", held by %s", strings.Join(w.By, ", "))
		}
	}
	return b.String()
}

// The first search for deadlocks is after firstCheck events. The next is after three
// times as many more as there have been, or after checkEvery, or eventsPerClaim for each
// claim that there ever was at once, if that is less: so searches cost next to nothing,
// and a deadlock is found soon.
const (
	firstCheck     = 64
	eventsPerClaim = 256
)

// nextCheck returns the number of events at the search after the present one.
func (s *Simulation) nextCheck() uint64 {
	return s.events + min(3*max(s.events, firstCheck), max(checkEvery, eventsPerClaim*uint64(len(s.claims.table))))
}

// party is somebody who may wait or hold: an entity, or one of the many that a
// Claimant stands for.
type party struct {
	id  ID
	arg uint64
}

// compare orders parties somehow.
func (p party) compare(q party) int {
	return cmp.Or(cmp.Compare(p.id, q.id), cmp.Compare(p.arg, q.arg))
}

// party returns the owner of a claim and whether it can do nothing but wait. An
// entity that is no Claimant may always act on some other event.
func (c *Context) party(p *claim) (party, bool) {
	if m, ok := c.entities[p.owner].(Claimant); ok {
		return party{p.owner, m.PartyOf(p.arg)}, true
	}
	return party{p.owner, 0}, false
}

// deadlock searches for claims that can never be granted. With events left, a
// party is stuck if it waits for more units than are free or held by those who are not
// stuck, or behind such a one; without any, everybody who waits for units or for room
// is. Who waits for an item, an amount or a signal at the end of everything is idle: a
// server without work.
func (s *Simulation) deadlock() *Deadlock {
	c := &s.Context
	over := c.calendar.Len() == 0
	if !over && !s.holderWaits() {
		return nil
	}
	stuck := map[party]bool{}
	for k := range c.claims.table {
		p := &c.claims.table[k]
		if over && p.state == waiting && p.flags&Timed == 0 && (p.sort == forUnits || p.sort == forPut || p.sort == forStore) {
			who, _ := c.party(p)
			stuck[who] = true
		} else if who, passive := c.waits(p); passive {
			stuck[who] = true
		}
	}
	if !over {
		c.rescue(stuck)
	}
	if len(stuck) == 0 {
		return nil
	}
	d := &Deadlock{Time: c.now}
	for k := range c.claims.table {
		p := &c.claims.table[k]
		if who, _ := c.party(p); p.state == waiting && stuck[who] {
			d.Waits = append(d.Waits, Wait{Who: c.who(p.owner, p.arg), For: c.what(p), Since: p.since, By: c.holdersOf(p)})
		}
	}
	return d
}

// waits returns the owner of claim p if it can do nothing but wait for units that
// others have to release.
func (c *Context) waits(p *claim) (who party, passive bool) {
	if p.state != waiting || p.flags&Timed != 0 || p.sort != forUnits {
		return who, false
	}
	if r := &c.resources[p.place]; r.changes || r.line != 0 {
		return who, false // other units may come, or it may go to another line
	}
	return c.party(p)
}

// holderWaits reports whether anybody waits who holds units that others wait for:
// without, there is no deadlock.
func (s *Simulation) holderWaits() bool {
	c := &s.Context
	s.holders = s.holders[:0]
	for r := range c.resources {
		if p := &c.resources[r]; p.queue.n > 0 {
			for h := p.holders; h != 0; h = c.claims.table[h].next {
				if who, passive := c.party(&c.claims.table[h]); passive {
					s.holders = append(s.holders, who)
				}
			}
		}
	}
	if len(s.holders) == 0 {
		return false
	}
	slices.SortFunc(s.holders, party.compare)
	for k := range c.claims.table {
		if who, passive := c.waits(&c.claims.table[k]); passive {
			if _, found := slices.BinarySearchFunc(s.holders, who, party.compare); found {
				return true
			}
		}
	}
	return false
}

// rescue takes those from stuck whose claims will be granted when all who are not stuck
// have released what they hold, and then those whose claims will be when these have.
func (c *Context) rescue(stuck map[party]bool) {
	type share struct{ resource, units int }
	there := make([]int, len(c.resources)) // by resource: units that are or will be free
	held := map[party][]share{}            // the others, by their holders
	var next []int                         // resources to look at
	for r := range c.resources {
		p := &c.resources[r]
		if p.queue.n == 0 {
			continue
		}
		next = append(next, r)
		there[r] = p.units()
		for h := p.holders; h != 0; h = c.claims.table[h].next {
			q := &c.claims.table[h]
			if who, _ := c.party(q); stuck[who] {
				there[r] -= int(q.amount)
				held[who] = append(held[who], share{r, int(q.amount)})
			}
		}
	}
	for len(next) > 0 {
		r := next[len(next)-1]
		next = next[:len(next)-1]
		c.resources[r].queue.each(c.claims.table, func(k int32) bool {
			q := &c.claims.table[k]
			who, _ := c.party(q)
			switch {
			case !stuck[who]:
			case int(q.amount) <= there[r]:
				delete(stuck, who)
				for _, h := range held[who] {
					there[h.resource] += h.units
					next = append(next, h.resource)
				}
			default:
				return q.isJoint() // which those behind it may pass
			}
			return true
		})
	}
}

// holdersOf names those who hold what claim p waits for.
func (c *Context) holdersOf(p *claim) (names []string) {
	if p.sort != forUnits {
		return nil
	}
	for h := c.resources[p.place].holders; h != 0; h = c.claims.table[h].next {
		q := &c.claims.table[h]
		names = append(names, c.who(q.owner, q.arg))
	}
	return names
}

// what names what claim p is for.
func (c *Context) what(p *claim) string {
	switch p.sort {
	case forUnits:
		return fmt.Sprintf("%s of resource %q", format(p.amount), c.resources[p.place].name)
	case forPut:
		return fmt.Sprintf("room for %s in container %q", format(p.amount), c.containers[p.place].name)
	case forGet:
		return fmt.Sprintf("%s from container %q", format(p.amount), c.containers[p.place].name)
	case forStore:
		return fmt.Sprintf("room in store %q", c.stores[p.place].name)
	case forItem:
		return fmt.Sprintf("an item of store %q", c.stores[p.place].name)
	}
	return fmt.Sprintf("signal %q", c.signals[p.place].name)
}
