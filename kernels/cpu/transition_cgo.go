//go:build cgo

package cpu

/*
#cgo noescape quatre_move
#cgo nocallback quatre_move
#include <stdint.h>
#include <stdlib.h>

// The layout of struct quatre_transition in transition.h.
struct quatre_request {
	void *density;
	void *bufs, *ints;
	int64_t at_q, at_grad;
	void *value;
	void *q, *grad;
	void *inverse, *scale;
	void *centre;
	void *memory;
	int64_t dim, max_depth;
	double step_size, cos, sin, max_energy_error;
	uint64_t key, high, position;
	double log_density;
	double energy, accept_sum, symmetric_sum;
	int64_t leapfrogs, depth, ended;
	int64_t memory_size;
};

static void quatre_move(void *f, struct quatre_request *t) {
	((void (*)(struct quatre_request *))f)(t);
}
*/
import "C"

import (
	"runtime"
	"unsafe"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
)

var _ kernels.Mover = (*executable)(nil)

// The outcomes of transition.h that a chain is told of.
const (
	endedDiverging = 2
	endedOutside   = 3
)

// transition is the memory of whole transitions in C.
type transition struct {
	request              *C.struct_quatre_request
	maxDepth             int
	q, grad, inverse, sd []float64
	centre               []float64
}

// Move implements kernels.Mover.
func (e *executable) Move(t *kernels.Transition) bool {
	lib := e.data.code.whole.Load()
	if lib == nil {
		return false
	}
	if e.transition == nil || e.transition.maxDepth != t.MaxDepth {
		if e.transition = newTransition(e, lib, t.MaxDepth); e.transition == nil {
			return false
		}
	}
	m, r := e.transition, e.transition.request
	copy(m.q, t.Q)
	copy(m.grad, t.Grad)
	copy(m.inverse, t.Inverse)
	copy(m.sd, t.Scale)
	r.centre = nil
	if t.Centre != nil {
		copy(m.centre, t.Centre)
		r.centre = unsafe.Pointer(unsafe.SliceData(m.centre))
		r.cos, r.sin = C.double(t.Cos), C.double(t.Sin)
	}
	r.log_density = C.double(t.LogDensity)
	r.step_size, r.max_energy_error = C.double(t.StepSize), C.double(t.MaxEnergyError)
	r.key, r.high, r.position = C.uint64_t(t.Key), C.uint64_t(t.High), C.uint64_t(t.Position)
	C.quatre_move(lib.fn, r)
	t.AcceptSum, t.SymmetricSum = float64(r.accept_sum), float64(r.symmetric_sum)
	t.Leapfrogs, t.Depth = int(r.leapfrogs), int(r.depth)
	t.Position = uint64(r.position)
	t.Divergent, t.OutOfRange = r.ended == endedDiverging, r.ended == endedOutside
	if !t.OutOfRange {
		copy(t.Q, m.q)
		copy(t.Grad, m.grad)
		t.LogDensity, t.Energy = float64(r.log_density), float64(r.energy)
	}
	runtime.KeepAlive(e)
	return true
}

// newTransition allocates the memory of transitions up to a depth, nil if there
// is none. What a short trajectory does not touch costs no real memory.
func newTransition(e *executable, lib *library, maxDepth int) *transition {
	const header = int(unsafe.Sizeof(C.struct_quatre_request{}))
	p, dim := e.data.code.p, e.Dim()
	row := roundUp(8 * dim)
	size := (*C.struct_quatre_request)(C.calloc(1, C.size_t(header)))
	if size == nil {
		return nil
	}
	size.dim, size.max_depth = C.int64_t(dim), C.int64_t(maxDepth)
	C.quatre_move(lib.fn, size)
	memory := int(size.memory_size)
	C.free(unsafe.Pointer(size))
	mem := C.aligned_alloc(alignment, C.size_t(roundUp(header)+5*row+roundUp(memory)))
	if mem == nil {
		return nil
	}
	rows := unsafe.Add(mem, roundUp(header))
	vector := func(k int) (unsafe.Pointer, []float64) {
		at := unsafe.Add(rows, k*row)
		return at, unsafe.Slice((*float64)(at), dim)
	}
	m := &transition{request: (*C.struct_quatre_request)(mem), maxDepth: maxDepth}
	*m.request = C.struct_quatre_request{
		density: e.data.code.lib.fn, bufs: e.bufs, ints: e.ints,
		at_q: C.int64_t(p.Find(ir.In, "q")), at_grad: C.int64_t(p.Find(ir.Out, "grad")),
		value:  unsafe.Pointer(e.logDensity),
		memory: unsafe.Add(rows, 5*row),
		dim:    C.int64_t(dim), max_depth: C.int64_t(maxDepth),
	}
	m.request.q, m.q = vector(0)
	m.request.grad, m.grad = vector(1)
	m.request.inverse, m.inverse = vector(2)
	m.request.scale, m.sd = vector(3)
	_, m.centre = vector(4)
	runtime.AddCleanup(m, func(p unsafe.Pointer) { C.free(p) }, mem)
	return m
}
