package calendar

import "math"

// insertFew is insert where there is no ladder.
func (c *Calendar) insertFew(time float64, order, address, arg uint64) {
	if n := c.tail - c.head; n >= smallBottom {
		c.raise()
		c.insert(time, order, address, arg)
		return
	} else if n == 0 {
		c.insertInPair(time, order, address, arg)
		return
	}
	if c.head == 0 || c.tail >= len(c.room) {
		c.centre()
	}
	i := c.head
	for i < c.tail && isBefore(c.room[i].Time, c.room[i].Order, time, order) {
		p := &c.room[i]
		c.room[i-1].set(p.Time, p.Order, p.Address, p.Arg)
		i++
	}
	c.head--
	c.room[i-1].set(time, order, address, arg)
}

// centre moves the bottom to the middle of its room.
func (c *Calendar) centre() {
	n := c.tail - c.head
	from, room := c.head, c.room
	if len(room) < leastRoom || n > len(room)/2 {
		room = make([]Event, max(leastRoom, 4*n))
	}
	c.head = (len(room) - n) / 2
	c.tail = c.head + copy(room[c.head:], c.room[from:from+n])
	c.room = room
}

// insertBottom puts an event in the bottom, or in the side heap where it would
// lie deep.
func (c *Calendar) insertBottom(e *Event) {
	if c.head == 0 || c.tail >= len(c.room) {
		c.centre()
	}
	i, reached := c.head, c.head+reach
	for i < c.tail && before(&c.room[i], e) {
		if i++; i > reached {
			c.pushSide(e)
			return
		}
	}
	c.head--
	copy(c.room[c.head:i-1], c.room[c.head+1:i])
	c.room[i-1] = *e
}

// raise begins the ladder: the later half of the bottom goes to the top. Equal
// times must not be torn apart; if all times are equal the top starts after
// them.
func (c *Calendar) raise() {
	split := c.room[(c.head+c.tail-1)/2].Time
	if split == c.room[c.head].Time {
		split = math.Nextafter(split, math.Inf(1))
	}
	k := c.tail
	for k > c.head && c.room[k-1].Time >= split {
		k--
	}
	c.top = append(c.top, c.room[k:c.tail]...)
	c.tail = k
	c.topStart = split
	c.laddered = true
}
