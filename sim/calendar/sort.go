package calendar

import "slices"

// sortDrained puts the drained events in the bottom, which is empty.
func (c *Calendar) sortDrained() {
	n := len(c.drained)
	if n > rankSort {
		c.bottom = append(c.bottom[:0], c.drained...)
		sortLate(c.bottom)
		return
	}
	if cap(c.bottom) < n {
		c.bottom = slices.Grow(c.bottom, rankSort)
	}
	c.bottom = c.bottom[:n]
	sortByRank(c.bottom, c.drained)
}

// sortLate sorts from the last event to the first.
func sortLate(e []Event) {
	switch {
	case len(e) <= 24:
		for i := 1; i < len(e); i++ {
			x := e[i]
			j := i
			for j > 0 && before(&e[j-1], &x) {
				e[j] = e[j-1]
				j--
			}
			e[j] = x
		}
	default:
		slices.SortFunc(e, compareLate)
	}
}

// rankSort is the number of events up to which counting how many are later
// beats sorting by comparisons that a processor cannot predict.
const rankSort = 16

// sortByRank is sortLate of at most rankSort events, from src to dst of the same
// length.
func sortByRank(dst, src []Event) {
	var ranks [rankSort]uint8
	for i := 1; i < len(src); i++ {
		var rank uint8
		time, order := src[i].Time, src[i].Order
		for j := range src[:i] {
			first := isEarlier(time, order, src[j].Time, src[j].Order)
			rank += uint8(first)
			ranks[j&15] += 1 - uint8(first)
		}
		ranks[i&15] = rank
	}
	for i := range src {
		dst[ranks[i&15]] = src[i]
	}
}
