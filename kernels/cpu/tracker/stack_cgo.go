//go:build cgo

package tracker

/*
#include "call.h"
*/
import "C"

import (
	"unsafe"

	"github.com/quatre-ppl/quatre/kernels/cpu/direct"
)

// directRows is the number of rows up to which passes are called past cgo. No goroutine can be stopped meanwhile, so
// they must be short: at 0.25 ns a row so many take 65 µs. But a call through cgo that is not much shorter than the
// 20 µs after which the runtime's monitor looks again may cost a multiple: on a single processor it gives the place of the caller away.
const directRows = 1 << 18

// callStackBytes is the size of a stack. The largest pass has sums of 257 leaves and queries, in two times sixteen
// lanes of four bytes each: 33 kB. The rest is room to spare, as nothing guards the end.
const callStackBytes = 128 << 10

// callStack is a stack for calls past cgo, one at a time.
type callStack struct {
	memory  []uint64
	top     unsafe.Pointer
	entries [C.TRACKER_CALLS]unsafe.Pointer
}

// Fork returns a kernel for one goroutine. Its calls with few rows cost an eighth of those through cgo.
func (k *Kernel) Fork() *Kernel {
	if !direct.Available {
		return k
	}
	s := &callStack{memory: make([]uint64, callStackBytes/8)}
	last := len(s.memory) - 8
	last -= int(uintptr(unsafe.Pointer(&s.memory[last])) % 64 / 8) // a multiple of a cache line, and so of 16
	s.top = unsafe.Pointer(&s.memory[last])
	for call := range s.entries {
		s.entries[call] = C.tracker_entry(C.int(call))
	}
	return &Kernel{level: k.level, stack: s}
}

// fuse runs a pass.
func (s *callStack) fuse(p *C.tracker_pass) {
	direct.Call(s.entries[C.TRACKER_CALL_FUSE], unsafe.Pointer(p), nil, s.top)
}

// route moves rows.
func (s *callStack) route(w *C.tracker_way) {
	direct.Call(s.entries[C.TRACKER_CALL_ROUTE], unsafe.Pointer(w), nil, s.top)
}

// move runs another call.
func (s *callStack) move(call int, m *C.tracker_move) {
	direct.Call(s.entries[call], unsafe.Pointer(m), nil, s.top)
}
