//go:build cgo

package cpu

/*
#cgo LDFLAGS: -ldl
#cgo noescape quatre_call
#cgo nocallback quatre_call
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

typedef void (*quatre_fn)(double *const *, const int *const *);

static void quatre_call(void *f, void *bufs, void *ints) {
	((quatre_fn)f)((double *const *)bufs, (const int *const *)ints);
}
*/
import "C"

import (
	"errors"
	"runtime"
	"sync"
	"unsafe"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/kernels/cpu/direct"
)

// canLoad tells whether this build can load native code.
const canLoad = true

// library is a loaded shared object. It is unloaded by close, or when nothing
// refers to it any more.
type library struct {
	handle  unsafe.Pointer
	fn      unsafe.Pointer
	once    sync.Once
	cleanup runtime.Cleanup
}

func load(path, name string) (*library, error) {
	file := C.CString(path)
	defer C.free(unsafe.Pointer(file))
	handle := C.dlopen(file, C.RTLD_NOW|C.RTLD_LOCAL)
	if handle == nil {
		return nil, errors.New(C.GoString(C.dlerror()))
	}
	symbol := C.CString(name)
	defer C.free(unsafe.Pointer(symbol))
	fn := C.dlsym(handle, symbol)
	if fn == nil {
		C.dlclose(handle)
		return nil, errors.New(path + " does not hold a program")
	}
	l := &library{handle: handle, fn: fn}
	l.cleanup = runtime.AddCleanup(l, func(h unsafe.Pointer) { C.dlclose(h) }, handle)
	return l, nil
}

func (l *library) close() {
	l.once.Do(func() {
		l.cleanup.Stop()
		C.dlclose(l.handle)
	})
	runtime.KeepAlive(l) // so that the cleanup has not run before it was stopped
}

// alignment of every buffer: a cache line, and the widest vector.
const alignment = 64

// arena is one block of C memory, so that native code never holds a Go
// pointer. It is freed when nothing refers to it any more.
type arena struct{ mem unsafe.Pointer }

func newArena(bytes int) (*arena, error) {
	mem := C.aligned_alloc(alignment, C.size_t(roundUp(max(bytes, 1))))
	if mem == nil {
		return nil, errors.New("cpu: out of memory")
	}
	C.memset(mem, 0, C.size_t(max(bytes, 1)))
	a := &arena{mem: mem}
	runtime.AddCleanup(a, func(p unsafe.Pointer) { C.free(p) }, mem)
	return a, nil
}

func roundUp(n int) int { return (n + alignment - 1) &^ (alignment - 1) }

// floatRoom and intRoom are the bytes of a buffer of n elements. Native code reads
// whole groups of ir.Lanes, so up to ir.Lanes−1 elements behind the last one.
func floatRoom(n int) int { return roundUp(8 * (n + ir.Lanes)) }

func intRoom(n int) int { return roundUp(4 * (n + ir.Lanes)) }

// bound is a program with its data, shared by all forks: large ones where they are,
// pinned, others in C memory.
type bound struct {
	code   *code
	arena  *arena
	floats []unsafe.Pointer // per buffer, nil for those of each executable
	ints   []unsafe.Pointer
	own    []bool // which buffers each executable has of its own
}

// largeData is the number of elements from which data are not copied. The heap keeps
// them at the beginning of a page.
const largeData = 1 << 13

// inPlace tells whether native code can read the slice where it is.
func inPlace(v []float64) bool {
	return len(v) >= largeData && cap(v) >= len(v)+ir.Lanes && uintptr(unsafe.Pointer(&v[0]))%alignment == 0
}

// Bind implements kernels.Code.
func (c *code) Bind(in *ir.Inputs) (kernels.Executable, error) {
	floats, ints, err := c.setup.Prepare(in)
	if err != nil {
		return nil, err
	}
	usedFloats, usedInts := c.p.Uses(c.p.Body)
	total := 0
	for i, v := range floats {
		if usedFloats[i] && !inPlace(v) {
			total += floatRoom(len(v))
		}
	}
	for i, v := range ints {
		if usedInts[i] {
			total += intRoom(len(v))
		}
	}
	a, err := newArena(total)
	if err != nil {
		return nil, err
	}
	d := &bound{code: c, arena: a, floats: make([]unsafe.Pointer, len(floats)), ints: make([]unsafe.Pointer, len(ints)), own: make([]bool, len(floats))}
	for i := range floats {
		kind := c.p.Bufs[i].Kind
		d.own[i] = kind == ir.In || kind == ir.Out || kind == ir.Setting || kind == ir.Temp && usedFloats[i]
	}
	pinner := new(runtime.Pinner)
	runtime.AddCleanup(d, func(p *runtime.Pinner) { p.Unpin() }, pinner)
	off := 0
	for i, v := range floats {
		if v == nil || !usedFloats[i] {
			continue
		}
		if inPlace(v) {
			pinner.Pin(&v[0])
			d.floats[i] = unsafe.Pointer(&v[0])
			continue
		}
		d.floats[i] = unsafe.Add(a.mem, off)
		copy(unsafe.Slice((*float64)(d.floats[i]), len(v)), v)
		off += floatRoom(len(v))
	}
	for i, v := range ints {
		if !usedInts[i] {
			continue
		}
		d.ints[i] = unsafe.Add(a.mem, off)
		copy(unsafe.Slice((*int32)(d.ints[i]), len(v)), v)
		off += intRoom(len(v))
	}
	return d.executable()
}

// executable is one chain's instance: its own point, temporaries and results.
type executable struct {
	data       *bound
	arena      *arena
	bufs, ints unsafe.Pointer // the tables that native code reads
	q          []float64
	at         *unsafe.Pointer // entry of bufs that points to q
	grad       []float64
	logDensity *float64               // nil in programs of values
	transition *transition            // nil before the first
	points     *points                // of programs of values
	stack      *nativeStack           // of direct calls; nil: calls go through cgo
	settings   map[ir.BufID][]float64 // nil if there are none
}

func (d *bound) executable() (*executable, error) {
	p := d.code.p
	const word = int(unsafe.Sizeof(uintptr(0)))
	tables := roundUp(word*(len(p.Bufs)+1)) + roundUp(word*len(p.Ints))
	total := tables + floatRoom(scratchOf(p))
	for i := range p.Bufs {
		if d.own[i] {
			total += floatRoom(p.Bufs[i].Len)
		}
	}
	a, err := newArena(total)
	if err != nil {
		return nil, err
	}
	e := &executable{data: d, arena: a, bufs: a.mem, ints: unsafe.Add(a.mem, roundUp(word*(len(p.Bufs)+1)))}
	bufs := unsafe.Slice((*unsafe.Pointer)(e.bufs), len(p.Bufs)+1)
	bufs[len(p.Bufs)] = unsafe.Add(a.mem, tables) // scratch memory
	off := tables + floatRoom(scratchOf(p))
	for i := range p.Bufs {
		b := &p.Bufs[i]
		if !d.own[i] {
			bufs[i] = d.floats[i]
			continue
		}
		at := unsafe.Add(a.mem, off)
		off += floatRoom(b.Len)
		bufs[i] = at
		values := unsafe.Slice((*float64)(at), b.Len)
		switch {
		case b.Kind == ir.In:
			e.q, e.at = values, &bufs[i]
		case b.Kind == ir.Setting:
			if e.settings == nil {
				e.settings = make(map[ir.BufID][]float64)
			}
			e.settings[ir.BufID(i)] = values
		case b.Kind == ir.Out && b.Name == "grad":
			e.grad = values
		case b.Kind == ir.Out && b.Name == "logdensity":
			e.logDensity = (*float64)(at)
		}
	}
	copy(unsafe.Slice((*unsafe.Pointer)(e.ints), len(p.Ints)), d.ints)
	if e.logDensity == nil {
		if e.points = newPoints(p); e.points == nil {
			return nil, errors.New("cpu: the program has neither a log density nor values, or there is no memory for them")
		}
		return e, nil
	}
	if workOf(p) < directLimit && frameOf(p) < direct.StackBytes/2 {
		e.stack = newNativeStack()
	}
	return e, nil
}

// Dim implements kernels.Executable.
func (e *executable) Dim() int { return e.data.code.p.Dim }

// LogDensityGrad implements kernels.Executable.
func (e *executable) LogDensityGrad(grad, q []float64) (float64, error) {
	switch {
	case e.stack == nil:
		copy(e.q, q)
		C.quatre_call(e.data.code.lib.fn, e.bufs, e.ints)
	case len(q) == len(e.q) && readable(q):
		*e.at = unsafe.Pointer(&q[0])
		direct.Call(e.data.code.lib.fn, e.bufs, e.ints, e.stack.top)
		*e.at = unsafe.Pointer(&e.q[0])
		runtime.KeepAlive(unsafe.SliceData(q))
	default:
		copy(e.q, q)
		direct.Call(e.data.code.lib.fn, e.bufs, e.ints, e.stack.top)
	}
	copyOut(grad, e.grad)
	value := *e.logDensity
	runtime.KeepAlive(e) // until the last look at its memory
	return value, nil
}

// Set implements kernels.Executable.
func (e *executable) Set(name string, values []float64) error {
	id, err := kernels.SettingOf(e.data.code.p, name, len(values))
	if err == nil {
		copy(e.settings[id], values)
		runtime.KeepAlive(e)
	}
	return err
}

// Fork implements kernels.Executable.
func (e *executable) Fork() (kernels.Executable, error) {
	f, err := e.data.executable()
	if err != nil {
		return nil, err
	}
	for id, values := range e.settings {
		copy(f.settings[id], values)
	}
	runtime.KeepAlive(e)
	return f, nil
}

// Close implements kernels.Executable. The memory goes when the garbage
// collector finds that nothing uses it.
func (e *executable) Close() error { return nil }

// pageBytes divides every page size.
const pageBytes = 4096

// readable tells whether native code may read a point where it is: what it reads
// behind the last element must be on the same page. A direct call may be given Go
// memory, since nothing moves it and no collection ends before the call does. It saves
// a copy, and wide loads need not wait for the copy's stores.
func readable(q []float64) bool {
	n := uintptr(8 * (len(q) + ir.Lanes))
	return len(q) > 0 && n <= pageBytes && uintptr(unsafe.Pointer(&q[0]))%pageBytes <= pageBytes-n
}

// copyOut is copy. A short vector was just stored by wide instructions: loads of
// single numbers get them from the stores that are still under way, the wide
// overlapping loads of copy would wait for these.
func copyOut(dst, src []float64) {
	if len(src) > 32 || len(dst) < len(src) {
		copy(dst, src)
		return
	}
	//lint:ignore S1001 copy is what this avoids
	for i, v := range src {
		dst[i] = v
	}
}
