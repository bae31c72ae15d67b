package stream

import (
	"sync"
	"sync/atomic"
)

// sharedFrame is a frame that several sinks read; the last to release it gives
// it back to the pool.
type sharedFrame struct {
	Frame
	readers atomic.Int32
}

// framePool keeps frames for reuse. There are never more than can wait in
// queues or be in sinks' hands at once. A sync.Pool would be emptied by the
// garbage collector, and a steady state would allocate again and again.
type framePool struct {
	mu   sync.Mutex
	free []*sharedFrame
}

// copyOf returns a copy of f for the given number of readers.
func (p *framePool) copyOf(f *Frame, readers int) *sharedFrame {
	shared := p.get()
	values, stats := shared.Values, shared.Stats
	shared.Frame = *f
	shared.Values = append(values[:0], f.Values...)
	shared.Stats = append(stats[:0], f.Stats...)
	shared.readers.Store(int32(readers))
	return shared
}

func (p *framePool) get() *sharedFrame {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.free) - 1
	if last < 0 {
		return new(sharedFrame)
	}
	shared := p.free[last]
	p.free = p.free[:last]
	return shared
}

// release ends one reader's use of the frame.
func (p *framePool) release(shared *sharedFrame) {
	if shared.readers.Add(-1) > 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, shared)
}

// bulletin holds the latest progress of each chain until its one reader has
// time for it.
type bulletin struct {
	fresh chan struct{} // holds a token while there is something to take

	mu      sync.Mutex
	waiting []Progress // at most one per chain
	taken   []Progress // what the reader has; swapped with waiting by take
}

// put replaces what waits about p's chain. It never blocks.
func (b *bulletin) put(p Progress) {
	b.mu.Lock()
	b.replace(p)
	b.mu.Unlock()
	select {
	case b.fresh <- struct{}{}:
	default:
	}
}

func (b *bulletin) replace(p Progress) {
	for i := range b.waiting {
		if b.waiting[i].Chain == p.Chain {
			b.waiting[i] = p
			return
		}
	}
	b.waiting = append(b.waiting, p)
}

// take returns what waits, valid until the next take.
func (b *bulletin) take() []Progress {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting, b.taken = b.taken[:0], b.waiting
	return b.taken
}
