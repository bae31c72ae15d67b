//go:build cgo

package cpu

/*
#cgo noescape quatre_move
#cgo nocallback quatre_move
#include <stdint.h>
#include <stdlib.h>

// The layout of the structs in transition.h.
struct quatre_outcome {
	double log_density, energy, accept_sum, symmetric_sum;
	int64_t leapfrogs, depth, ended;
};

struct quatre_lowrank {
	int64_t rank;
	void *scale;
	void *stretch, *grow, *shrink, *ease;
	void *directions;
	void *along;
};

struct quatre_request {
	void *density;
	void *bufs, *ints;
	int64_t at_q, at_grad;
	void *value;
	void *q, *grad;
	int64_t metric;
	void *inverse, *scale;
	void *centre;
	struct quatre_lowrank lowrank;
	void *memory;
	int64_t dim, max_depth;
	double step_size, cos, sin, max_energy_error;
	uint64_t key, high, position;
	double log_density;
	int64_t most, made;
	int64_t budget;
	struct quatre_outcome *outcomes;
	void *positions;
	int64_t outside;
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

// endedDiverging is the outcome of transition.h that a chain is told of.
const endedDiverging = 2

// Bounds of what one call does: transitions, bytes of their draws, and
// nanoseconds, beyond which no other is begun.
const (
	mostMoves     = 64
	positionBytes = 1 << 16
	moveTime      = 200_000
)

// transition is the memory of whole transitions in C.
type transition struct {
	request              *C.struct_quatre_request
	maxDepth             int
	q, grad, inverse, sd []float64
	centre, positions    []float64
	outcomes             []C.struct_quatre_outcome
	directions           *arena // of a metric of low rank; nil before the first
	rank                 int    // for which directions has room
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
	copy(m.centre, t.Centre)
	r.metric, r.cos, r.sin = C.int64_t(t.Kind), C.double(t.Cos), C.double(t.Sin)
	if t.Kind >= kernels.LowRank && !m.setDirections(t) {
		return false
	}
	r.log_density = C.double(t.LogDensity)
	r.step_size, r.max_energy_error = C.double(t.StepSize), C.double(t.MaxEnergyError)
	r.key, r.high, r.position = C.uint64_t(t.Key), C.uint64_t(t.High), C.uint64_t(t.Position)
	r.most = C.int64_t(min(len(t.Outcomes), len(m.outcomes)))
	C.quatre_move(lib.fn, r)
	t.Position, t.OutOfRange = uint64(r.position), r.outside != 0
	t.Made = int(r.made)
	for i := range t.Made {
		t.Outcomes[i] = outcomeOf(&m.outcomes[i])
	}
	if t.Made > 0 {
		copy(t.Q, m.q)
		copy(t.Grad, m.grad)
		t.LogDensity = float64(r.log_density)
		copy(t.Positions, m.positions[:t.Made*len(m.q)])
	}
	runtime.KeepAlive(e)
	return true
}

// setDirections copies the directions of a metric of low rank; false if there is no
// memory for them.
func (m *transition) setDirections(t *kernels.Transition) bool {
	dim, rank := len(m.q), len(t.Stretch)
	if m.directions == nil || rank > m.rank {
		var err error
		if m.directions, err = newArena(8 * rank * (dim + 5)); err != nil {
			return false
		}
		m.rank = rank
	}
	l, all := &m.request.lowrank, unsafe.Slice((*float64)(m.directions.mem), rank*(dim+5))
	at := 0
	put := func(values []float64, room int) unsafe.Pointer {
		here := unsafe.Add(m.directions.mem, 8*at)
		copy(all[at:], values)
		at += room
		return here
	}
	l.rank, l.scale = C.int64_t(rank), m.request.scale
	l.directions = put(t.Directions, rank*dim)
	l.stretch, l.grow = put(t.Stretch, rank), put(t.Grow, rank)
	l.shrink, l.ease = put(t.Shrink, rank), put(t.Ease, rank)
	l.along = put(nil, rank)
	return true
}

func outcomeOf(o *C.struct_quatre_outcome) kernels.Outcome {
	return kernels.Outcome{
		LogDensity: float64(o.log_density), Energy: float64(o.energy),
		AcceptSum: float64(o.accept_sum), SymmetricSum: float64(o.symmetric_sum),
		Leapfrogs: int(o.leapfrogs), Depth: int(o.depth), Divergent: o.ended == endedDiverging,
	}
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
	memory := roundUp(int(size.memory_size))
	C.free(unsafe.Pointer(size))
	most := max(1, min(mostMoves, positionBytes/(8*dim)))
	outcomes, positions := roundUp(most*int(unsafe.Sizeof(C.struct_quatre_outcome{}))), roundUp(8*most*dim)
	mem := C.aligned_alloc(alignment, C.size_t(roundUp(header)+5*row+outcomes+positions+memory))
	if mem == nil {
		return nil
	}
	rows := unsafe.Add(mem, roundUp(header))
	behind := unsafe.Add(rows, 5*row)
	vector := func(k int) (unsafe.Pointer, []float64) {
		at := unsafe.Add(rows, k*row)
		return at, unsafe.Slice((*float64)(at), dim)
	}
	m := &transition{request: (*C.struct_quatre_request)(mem), maxDepth: maxDepth}
	*m.request = C.struct_quatre_request{
		density: e.data.code.lib.fn, bufs: e.bufs, ints: e.ints,
		at_q: C.int64_t(p.Find(ir.In, "q")), at_grad: C.int64_t(p.Find(ir.Out, "grad")),
		value: unsafe.Pointer(e.logDensity),
		dim:   C.int64_t(dim), max_depth: C.int64_t(maxDepth),
		budget:   C.int64_t(max(1, moveTime/(workOf(p)+float64(dim)+50))),
		outcomes: (*C.struct_quatre_outcome)(behind), positions: unsafe.Add(behind, outcomes),
		memory: unsafe.Add(behind, outcomes+positions),
	}
	m.outcomes = unsafe.Slice(m.request.outcomes, most)
	m.positions = unsafe.Slice((*float64)(m.request.positions), most*dim)
	m.request.q, m.q = vector(0)
	m.request.grad, m.grad = vector(1)
	m.request.inverse, m.inverse = vector(2)
	m.request.scale, m.sd = vector(3)
	m.request.centre, m.centre = vector(4)
	runtime.AddCleanup(m, func(p unsafe.Pointer) { C.free(p) }, mem)
	return m
}
