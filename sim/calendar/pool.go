package calendar

// records holds the events of fine rungs, chained by bucket. They are few and in
// use all the time, so they stay in the fastest cache: a record that has become
// free is the next to be used. Record 0 is never used: 0 is the end of a chain.
type records struct {
	events []Event
	next   []uint32 // by record, in its chain or among the free ones
	free   uint32
	held   int
}

// take returns a free record.
func (p *records) take() uint32 {
	k := p.free
	if k == 0 {
		return p.grow()
	}
	p.free = p.next[k]
	return k
}

// link puts record k in the chain of a bucket.
func (p *records) link(b *uint32, k uint32) {
	p.next[k] = *b
	*b = k
	p.held++
}

// grow returns a new record.
func (p *records) grow() uint32 {
	if len(p.events) == 0 {
		p.events, p.next = append(p.events, Event{}), append(p.next, 0)
	}
	p.events, p.next = append(p.events, Event{}), append(p.next, 0)
	return uint32(len(p.events) - 1)
}

// drain appends a bucket's events to dst, in no order, and empties the bucket.
func (p *records) drain(b *uint32, dst []Event) []Event {
	before := len(dst)
	for k := *b; k != 0; {
		dst = append(dst, p.events[k])
		next := p.next[k]
		p.next[k], p.free = p.free, k
		k = next
	}
	p.held -= len(dst) - before
	*b = 0
	return dst
}

// chunkEvents makes a chunk sixteen cache lines long.
const chunkEvents = 31

// chunk is a link of a bucket's chain.
type chunk struct {
	next   uint32
	_      [28]byte
	events [chunkEvents]Event
}

// bucket is a chain of chunks of which all but the first are full.
type bucket struct {
	head uint32 // the chunk that is being filled, 0 for none
	used uint32 // events in it
}

// pageChunks is the number of chunks that are allocated at a time, 64 KiB of
// them: what the calendar holds is never copied to grow, and little is spare.
const pageChunks = 64

// chunks holds the events of coarse rungs, thousands in a bucket, which are written
// and read in a row, as in a radix sort. Chunk 0 is never used: 0 is the end
// of a chain.
type chunks struct {
	pages []*[pageChunks]chunk
	made  uint32 // chunks that were ever used
	free  uint32
	held  int
}

// at returns a chunk.
func (p *chunks) at(k uint32) *chunk { return &p.pages[k/pageChunks][k%pageChunks] }

// add puts an event in a bucket.
func (p *chunks) add(b *bucket, time float64, order, address, arg uint64) {
	if b.head == 0 || b.used == chunkEvents {
		b.head, b.used = p.take(b.head), 0
	}
	p.at(b.head).events[b.used].set(time, order, address, arg)
	b.used++
	p.held++
}

// take returns an empty chunk that is followed by next.
func (p *chunks) take(next uint32) uint32 {
	k := p.free
	if k == 0 {
		p.made++
		k = p.made
		for int(k/pageChunks) >= len(p.pages) {
			p.pages = append(p.pages, new([pageChunks]chunk))
		}
		p.at(k).next = next
		return k
	}
	ch := p.at(k)
	p.free = ch.next
	ch.next = next
	return k
}

// drain appends a bucket's events to dst, in no order, and empties the bucket.
func (p *chunks) drain(b *bucket, dst []Event) []Event {
	before, used := len(dst), b.used
	for k := b.head; k != 0; {
		ch := p.at(k)
		dst = append(dst, ch.events[:used]...)
		used = chunkEvents
		next := ch.next
		ch.next, p.free = p.free, k
		k = next
	}
	p.held -= len(dst) - before
	*b = bucket{}
	return dst
}

// clone returns a copy.
func (p *chunks) clone() chunks {
	d := *p
	d.pages = make([]*[pageChunks]chunk, len(p.pages))
	for i, page := range p.pages {
		copied := *page
		d.pages[i] = &copied
	}
	return d
}
