package sim

import (
	"fmt"
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

// firstCheck is the number of events at the first search for deadlocks; the
// next are at twice as many each, so searching costs next to nothing.
const firstCheck = 1 << 16

// party is somebody who may wait or hold: an entity, or one of the many that a
// Claimant stands for.
type party struct {
	id  ID
	arg uint64
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
// party is stuck if it waits for units all of whose holders are stuck; without
// any, everybody who waits for units or for room is. Who waits for an item, an
// amount or a signal at the end of everything is idle: a server without work.
func (c *Context) deadlock() *Deadlock {
	over := c.calendar.Len() == 0
	stuck := map[party]bool{}
	for k := range c.claims.table {
		p := &c.claims.table[k]
		if p.state != waiting || p.flags&Timed != 0 {
			continue
		}
		who, passive := c.party(p)
		if over && (p.sort == forUnits || p.sort == forPut || p.sort == forStore) ||
			passive && p.sort == forUnits && !c.resources[p.place].changes {
			stuck[who] = true
		}
	}
	for changed := !over; changed; {
		changed = false
		for k := range c.claims.table {
			p := &c.claims.table[k]
			if p.state != waiting || p.sort != forUnits {
				continue
			}
			if who, _ := c.party(p); stuck[who] && c.mayBeServed(p, stuck) {
				delete(stuck, who)
				changed = true
			}
		}
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

// mayBeServed reports whether one of those who hold the units that claim p
// waits for can act.
func (c *Context) mayBeServed(p *claim, stuck map[party]bool) bool {
	r := &c.resources[p.place]
	if r.holders == 0 {
		return true
	}
	for h := r.holders; h != 0; h = c.claims.table[h].next {
		if who, _ := c.party(&c.claims.table[h]); !stuck[who] {
			return true
		}
	}
	return false
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
