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
	"unsafe"

	"github.com/quatre-ppl/quatre/kernels/cpu/direct"
)

// directLimit is the work, in nanoseconds as workOf estimates it, up to which
// a program is called directly: while it runs its goroutine cannot be stopped.
const directLimit = 50_000

// nativeStack is a stack for direct calls. It is unmapped when nothing refers to
// it any more.
type nativeStack struct{ top unsafe.Pointer }

type mapping struct {
	low  unsafe.Pointer
	size C.size_t
}

// newNativeStack returns nil where there are no direct calls or no memory.
func newNativeStack() *nativeStack {
	if !direct.Available {
		return nil
	}
	var size C.size_t
	low := unsafe.Pointer(C.quatre_stack(direct.StackBytes, &size))
	if low == nil {
		return nil
	}
	s := &nativeStack{top: unsafe.Add(low, int(size))}
	runtime.AddCleanup(s, func(m mapping) { C.quatre_unmap(m.low, m.size) }, mapping{low, size})
	return s
}
