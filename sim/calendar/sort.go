package calendar

import "slices"

// sortToBottom puts events in the bottom, which is empty.
func (c *Calendar) sortToBottom(events []Event) {
	n := len(events)
	if len(c.room) < max(leastRoom, 2*n) {
		c.room = make([]Event, max(leastRoom, 4*n))
	}
	c.head = (len(c.room) - n) / 2
	c.tail = c.head + n
	bottom := c.room[c.head:c.tail]
	if n <= rankSort {
		sortByRank(bottom, events)
		return
	}
	copy(bottom, events)
	sortEvents(bottom)
}

// sortEvents sorts from the first event to the last.
func sortEvents(e []Event) {
	if len(e) > 24 {
		slices.SortFunc(e, compare)
		return
	}
	for i := 1; i < len(e); i++ {
		x := e[i]
		j := i
		for j > 0 && before(&x, &e[j-1]) {
			e[j] = e[j-1]
			j--
		}
		e[j] = x
	}
}

// rankSort is the number of events up to which counting how many are earlier
// beats sorting by comparisons that a processor cannot predict.
const rankSort = 16

// sortByRank is sortEvents of at most rankSort events, from src to dst of the
// same length.
func sortByRank(dst, src []Event) {
	var ranks [rankSort]uint8
	for i := 1; i < len(src); i++ {
		var rank uint8
		time, order := src[i].Time, src[i].Order
		for j := range src[:i] {
			later := isEarlier(src[j].Time, src[j].Order, time, order)
			rank += uint8(later)
			ranks[j&15] += 1 - uint8(later)
		}
		ranks[i&15] = rank
	}
	for i := range src {
		dst[ranks[i&15]] = src[i]
	}
}
