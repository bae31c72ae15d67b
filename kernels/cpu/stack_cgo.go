//go:build cgo

package cpu

/*
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS MAP_ANON
#endif

// quatre_stack maps a stack and a page below it that faults; it returns the
// lowest address and sets *size to the whole length, or returns NULL.
static char *quatre_stack(size_t bytes, size_t *size) {
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	*size = bytes + page;
	char *low = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (low == MAP_FAILED) return NULL;
	if (mprotect(low, page, PROT_NONE) != 0) {
		munmap(low, *size);
		return NULL;
	}
	return low;
}

static void quatre_unmap(void *low, size_t size) { munmap(low, size); }
*/
import "C"

import (
	"runtime"
	"sync"
	"unsafe"

	"github.com/quatre-ppl/quatre/kernels/cpu/direct"
)

// directLimit is the work, in nanoseconds as workOf estimates it, up to which
// a program is called directly: while it runs its goroutine cannot be stopped.
const directLimit = 50_000

// nativeStack is a stack for direct calls. Others use it when nothing refers to it
// any more.
type nativeStack struct{ top unsafe.Pointer }

type mapping struct {
	low  unsafe.Pointer
	size C.size_t
}

// stacks keeps stacks that nobody uses: to map one and unmap it again takes as long
// as a hundred transitions of a small model.
var stacks struct {
	sync.Mutex
	idle []mapping
}

// mostIdle bounds the stacks that are kept.
const mostIdle = 64

// newNativeStack returns nil where there are no direct calls or no memory.
func newNativeStack() *nativeStack {
	if !direct.Available {
		return nil
	}
	m, ok := takeStack()
	if !ok {
		if m.low = unsafe.Pointer(C.quatre_stack(direct.StackBytes, &m.size)); m.low == nil {
			return nil
		}
	}
	s := &nativeStack{top: unsafe.Add(m.low, int(m.size))}
	runtime.AddCleanup(s, keepStack, m)
	return s
}

// takeStack returns a stack that is kept, if there is one.
func takeStack() (m mapping, ok bool) {
	stacks.Lock()
	defer stacks.Unlock()
	last := len(stacks.idle) - 1
	if last < 0 {
		return m, false
	}
	m = stacks.idle[last]
	stacks.idle = stacks.idle[:last]
	return m, true
}

// keepStack keeps a stack for others, or unmaps it if there are enough.
func keepStack(m mapping) {
	stacks.Lock()
	defer stacks.Unlock()
	if len(stacks.idle) < mostIdle {
		stacks.idle = append(stacks.idle, m)
		return
	}
	C.quatre_unmap(m.low, m.size)
}
