package sim

// Signal is the number of a signal that entities wait for.
type Signal int32

type signal struct {
	name  string
	queue queue
}

// Signal adds a signal.
func (c *Context) Signal(name string) Signal {
	c.checkName("signal", name)
	c.signals = append(c.signals, signal{name: name})
	return Signal(len(c.signals) - 1)
}

// Await claims to be told when the signal is fired the next time. The claim
// ends with the event.
func (c *Context) Await(s Signal, req Request) Claim {
	k := c.claim(forSignal, int32(s), 0, req)
	c.signals[s].queue.push(c.claims.table, k, false)
	return c.claims.name(k)
}

// Fire wakes the first of those who wait for a signal, at most so many, in
// order of priority and arrival; a negative number wakes all. It returns how
// many were woken.
func (c *Context) Fire(s Signal, most int) (woken int) {
	p := &c.signals[s]
	for woken != most {
		k := p.queue.first()
		if k == 0 {
			break
		}
		p.queue.remove(c.claims.table, k)
		c.notify(&c.claims.table[k])
		c.claims.drop(k)
		woken++
	}
	return woken
}

// Listeners returns the number of claims that wait for a signal.
func (c *Context) Listeners(s Signal) int { return c.signals[s].queue.n }

// SignalName returns the name of a signal.
func (c *Context) SignalName(s Signal) string { return c.signals[s].name }
