package sim

import "github.com/quatre-ppl/quatre/sim/stat"

// Store is the number of a store: a place for items that are told apart, such
// as parcels or messages.
type Store int32

type store struct {
	name       string
	capacity   int
	items      []any // the oldest first
	puts, gets queue
	level      stat.Level
	waits      stat.Tally
}

func (p *store) queueOf(s sort) *queue {
	if s == forStore {
		return &p.puts
	}
	return &p.gets
}

// Store adds a store for at most so many items; 0 stands for any number.
func (c *Context) Store(name string, capacity int) Store {
	c.checkName("store", name)
	c.checkNumber("the capacity", name, float64(capacity), 0)
	c.stores = append(c.stores, store{name: name, capacity: capacity, level: stat.NewLevel(c.now, 0)})
	return Store(len(c.stores) - 1)
}

// PutItem claims to put an item in a store. held is true if there is room; else
// the request's owner gets its event when the item is in. A copy of the
// simulation shares the item, so it should be a value.
func (c *Context) PutItem(s Store, item any, req Request) (cl Claim, held bool) {
	k := c.claim(forStore, int32(s), 1, req)
	c.claims.putItem(k, item)
	return c.enterStore(s, k)
}

// GetItem claims the oldest item for which match is true; a nil match takes any
// item. When held is true, or after the event, Item returns the item and ends
// the claim. Claims are served in order of priority and arrival, but one whose
// match finds nothing does not keep those behind it from what they want.
func (c *Context) GetItem(s Store, match func(item any) bool, req Request) (cl Claim, held bool) {
	k := c.claim(forItem, int32(s), 1, req)
	if match != nil {
		if c.claims.match == nil {
			c.claims.match = map[int32]func(any) bool{}
		}
		c.claims.match[k] = match
	}
	return c.enterStore(s, k)
}

// enterStore queues claim k and settles.
func (c *Context) enterStore(s Store, k int32) (Claim, bool) {
	name := c.claims.name(k)
	c.stores[s].queueOf(c.claims.table[k].sort).push(c.claims.table, k, false)
	c.claims.table[k].kind = -1 - c.claims.table[k].kind // no event for now
	c.settleStore(int32(s))
	q := c.claims.find(name)
	if q == nil {
		return name, true
	}
	if q.kind < 0 {
		q.kind = -1 - q.kind
	}
	return name, q.state == granted
}

// settleStore moves items in while there is room and out to those who want
// them.
func (c *Context) settleStore(s int32) {
	for moved := true; moved; {
		moved = false
		p := &c.stores[s]
		if k := p.puts.first(); k != 0 && (p.capacity == 0 || len(p.items) < p.capacity) {
			p.items = append(p.items, c.claims.items[k])
			p.level.Set(c.now, float64(len(p.items)))
			c.finishStore(p, k)
			c.forget(k)
			moved = true
		}
		p.gets.each(c.claims.table, func(k int32) bool {
			i := c.findItem(p, k)
			if i < 0 {
				return true
			}
			c.claims.putItem(k, p.items[i])
			copy(p.items[i:], p.items[i+1:])
			p.items[len(p.items)-1] = nil
			p.items = p.items[:len(p.items)-1]
			p.level.Set(c.now, float64(len(p.items)))
			c.finishStore(p, k)
			moved = true
			return len(p.items) > 0
		})
	}
}

// findItem returns the place of the oldest item that claim k wants, or -1.
func (c *Context) findItem(p *store, k int32) int {
	match := c.claims.match[k]
	for i, item := range p.items {
		if match == nil || match(item) {
			return i
		}
	}
	return -1
}

// finishStore grants claim k.
func (c *Context) finishStore(p *store, k int32) {
	q := &c.claims.table[k]
	p.queueOf(q.sort).remove(c.claims.table, k)
	q.state = granted
	p.waits.Record(c.now - q.since)
	if q.kind >= 0 {
		c.notify(q)
	}
}

// Item returns the item of a granted claim and ends the claim.
func (c *Context) Item(cl Claim) any {
	q := c.claims.find(cl)
	if q == nil || q.sort != forItem || q.state != granted {
		c.fail("an item is asked for that was not granted, or was taken before")
	}
	k := int32(uint32(cl))
	item := c.claims.items[k]
	c.forget(k)
	return item
}

// forget ends a claim of a store.
func (c *Context) forget(k int32) {
	delete(c.claims.items, k)
	delete(c.claims.match, k)
	c.claims.drop(k)
}

func (t *claims) putItem(k int32, item any) {
	if t.items == nil {
		t.items = map[int32]any{}
	}
	t.items[k] = item
}

// Items returns the number of items in a store.
func (c *Context) Items(s Store) int { return len(c.stores[s].items) }

// StoreName returns the name of a store.
func (c *Context) StoreName(s Store) string { return c.stores[s].name }
