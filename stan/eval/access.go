package eval

// access records which lanes of an attempt read and write which elements of a variable from outside the loop. An element
// is a position in the variable's list.
type access struct {
	// added tells that the body does nothing but add to the variable.
	added bool
	// writer is the lane that wrote an element, −1 if none did; write numbers the assignment and the component of what it
	// assigned.
	writer, write []int32
	// reader is the last lane that read an element before it was written, −1 if none did.
	reader []int32
	// conflict tells that a lane needs what an earlier one writes.
	conflict bool
	// known is what an earlier attempt recorded of a variable with a conflict.
	known  *access
	writes int32
}

// mustCarry asks for another attempt in which a variable's content goes from one iteration to the next.
type mustCarry struct{ v *variable }

func (mustCarry) Error() string {
	return "iterations cannot run together: several assign to one variable"
}

// mustLag asks for another attempt that knows which iteration writes what.
type mustLag struct{ found map[*variable]*access }

func (mustLag) Error() string {
	return "iterations cannot run together: they read what earlier ones write"
}

func (acc *access) prepare(v *variable) {
	if acc.writer != nil {
		return
	}
	n := product(v.dims) * laneCount(v.home)
	acc.writer, acc.write, acc.reader = make([]int32, n), make([]int32, n), make([]int32, n)
	for i := range n {
		acc.writer[i], acc.reader[i] = -1, -1
	}
}

// conflicts returns the variables of which a lane needs what an earlier one writes.
func (a *attempt) conflicts() map[*variable]*access {
	var found map[*variable]*access
	for v, acc := range a.shared {
		if acc.conflict {
			if found == nil {
				found = make(map[*variable]*access)
			}
			found[v] = acc
		}
	}
	return found
}

// watched reports whether an attempt in progress watches a variable.
func (ev *evaluator) watched(v *variable) bool {
	for a := ev.attempt; a != nil; a = a.outer {
		if a.shared[v] != nil {
			return true
		}
	}
	return false
}

// noteRead records that lanes of l, or all lanes where l lies outside of an attempt, read elements of v.
func (ev *evaluator) noteRead(v *variable, at []int, l *lanes) {
	for a := ev.attempt; a != nil; a = a.outer {
		acc := a.shared[v]
		if acc == nil || acc.known != nil {
			continue
		}
		acc.prepare(v)
		if l.level() < a.lanes.level() {
			acc.readByAll(at, int32(a.lanes.n-1))
			continue
		}
		from, n := l.from(a.lanes), laneCount(l)
		for i, p := range at {
			lane := int32(i % n)
			if l.mask != nil && !l.mask.on[lane] {
				continue
			}
			if from != nil {
				lane = int32(from[lane])
			}
			if w := acc.writer[p]; w >= 0 && w != lane {
				acc.conflict = true
			}
			acc.reader[p] = max(acc.reader[p], lane)
		}
	}
}

func (acc *access) readByAll(at []int, last int32) {
	for _, p := range at {
		if acc.writer[p] >= 0 && last > 0 {
			acc.conflict = true
		}
		acc.reader[p] = last
	}
}

// noteWrite records that lanes l write elements of v, each lane its own of at.
func (ev *evaluator) noteWrite(v *variable, at []int, l *lanes) error {
	for a := ev.attempt; a != nil; a = a.outer {
		acc := a.shared[v]
		if acc == nil {
			continue
		}
		acc.prepare(v)
		from, n := l.from(a.lanes), laneCount(l)
		for i, p := range at {
			lane := int32(i % n)
			if from != nil {
				lane = int32(from[lane])
			}
			if w := acc.writer[p]; w >= 0 && w != lane {
				return mustCarry{v}
			}
			if acc.reader[p] > lane && acc.known == nil {
				acc.conflict = true
			}
			acc.writer[p], acc.write[p] = lane, acc.writes+int32(i/n)
		}
		acc.writes += int32(len(at) / max(n, 1))
	}
	return nil
}

// loadWhole returns the whole value of a variable, which all of ev.lanes read.
func (ev *evaluator) loadWhole(v *variable) (*Value, error) {
	if !ev.watched(v) {
		return ev.load(v), nil
	}
	ev.bringHome(v)
	if v.value != nil && v.value.Parts != nil {
		return v.value, nil
	}
	p := &place{typ: v.typ, dims: v.dims, lanes: v.home}
	p.at = p.positions()
	return ev.loadPlace(v, p)
}

// loadPlace returns elements of a variable, at positions counted in the list with lanes v.storage().
func (ev *evaluator) loadPlace(v *variable, p *place) (*Value, error) {
	if p.at == nil {
		p.at = p.positions()
	}
	if ev.attempt != nil {
		ev.noteRead(v, p.at, p.lanes)
		if lagged, err := ev.lagged(v, p); lagged != nil || err != nil {
			return lagged, err
		}
	}
	return ev.shaped(ev.loadAt(v, p.at), p.typ, p.dims, p.lanes), nil
}
