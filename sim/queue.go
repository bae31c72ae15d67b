package sim

import "slices"

// line is a first-come-first-served queue of the claims of one priority, linked
// through the claims.
type line struct {
	priority   int32
	head, tail int32
}

// queue holds waiting claims by priority, the lowest number first, and in order
// of arrival among equals.
type queue struct {
	lines []line // by priority; a line may be empty
	n     int
}

// keptLines is how many lines, empty ones among them, a queue keeps.
const keptLines = 8

// find returns the place of a priority's line and whether it is there.
func (q *queue) find(priority int32) (int, bool) {
	low, high := 0, len(q.lines)
	for low < high {
		mid := (low + high) / 2
		if q.lines[mid].priority < priority {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, low < len(q.lines) && q.lines[low].priority == priority
}

// lineOf returns the place of a priority's line, which it makes if need be.
func (q *queue) lineOf(priority int32) int {
	i, found := q.find(priority)
	if !found {
		q.lines = slices.Insert(q.lines, i, line{priority: priority})
	}
	return i
}

// push adds claim k at the end of its line, or at the front.
func (q *queue) push(table []claim, k int32, front bool) {
	p := &table[k]
	i := 0 // there is but one line, most of the time
	if len(q.lines) == 0 || q.lines[0].priority != p.priority {
		i = q.lineOf(p.priority)
	}
	l := &q.lines[i]
	q.n++
	switch {
	case l.head == 0:
		l.head, l.tail, p.next, p.prev = k, k, 0, 0
	case front:
		p.next, p.prev = l.head, 0
		table[l.head].prev = k
		l.head = k
	default:
		p.next, p.prev = 0, l.tail
		table[l.tail].next = k
		l.tail = k
	}
}

// remove takes claim k out.
func (q *queue) remove(table []claim, k int32) {
	p := &table[k]
	i := 0
	if q.lines[0].priority != p.priority {
		i, _ = q.find(p.priority)
	}
	l := &q.lines[i]
	if p.prev != 0 {
		table[p.prev].next = p.next
	} else {
		l.head = p.next
	}
	if p.next != 0 {
		table[p.next].prev = p.prev
	} else {
		l.tail = p.prev
	}
	q.n--
	if l.head == 0 && len(q.lines) > keptLines {
		q.lines = slices.Delete(q.lines, i, i+1)
	}
}

// first returns the claim that is served next, 0 if none waits.
func (q *queue) first() int32 {
	if q.n == 0 {
		return 0
	}
	for i := range q.lines {
		if k := q.lines[i].head; k != 0 {
			return k
		}
	}
	return 0
}

// last returns the claim that is served last, 0 if none waits.
func (q *queue) last() int32 {
	for i := len(q.lines) - 1; i >= 0; i-- {
		if k := q.lines[i].tail; q.lines[i].head != 0 {
			return k
		}
	}
	return 0
}

// each calls f for the claims in the order of service until it returns false.
// f may remove the claim it is called with.
func (q *queue) each(table []claim, f func(k int32) bool) {
	for i := 0; i < len(q.lines); i++ {
		for k := q.lines[i].head; k != 0; {
			next := table[k].next
			lines := len(q.lines)
			if !f(k) {
				return
			}
			if len(q.lines) < lines { // the line is gone with its last claim
				i--
			}
			k = next
		}
	}
}

func (q *queue) clone() queue { return queue{lines: slices.Clone(q.lines), n: q.n} }
