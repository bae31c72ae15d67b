//go:build cgo

package cpu

/*
#cgo noescape quatre_values
#cgo nocallback quatre_values
#include <stddef.h>

// quatre_values runs a program at some points, whose rows have the given strides.
static void quatre_values(void *f, double **bufs, void *ints, size_t at_q, size_t at_values, size_t points,
                          double *q, size_t q_stride, double *values, size_t stride) {
	double *const own_q = bufs[at_q], *const own_values = bufs[at_values];
	for (size_t i = 0; i < points; i++) {
		bufs[at_q] = q + i * q_stride;
		bufs[at_values] = values + i * stride;
		((void (*)(double *const *, const int *const *))f)((double *const *)bufs, (const int *const *)ints);
	}
	bufs[at_q] = own_q;
	bufs[at_values] = own_values;
}
*/
import "C"

import (
	"runtime"
	"unsafe"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
)

var _ kernels.Valuer = (*executable)(nil)

// pointsBytes bounds the memory for the points and values of one call.
const pointsBytes = 1 << 15

// points is the memory of several points and of the values there, in rows like
// those of buffers.
type points struct {
	arena           *arena
	n               int // rows
	q, values       []float64
	dim, width      int
	qStride, stride int
	atQ, atValues   ir.BufID
}

// newPoints returns nil if there is no memory or the program computes no values.
func newPoints(p *ir.Program) *points {
	const word = 8
	t := &points{atQ: p.Find(ir.In, "q"), atValues: p.Find(ir.Out, "values"), dim: p.Dim}
	if t.atQ < 0 || t.atValues < 0 {
		return nil
	}
	t.width = p.Bufs[t.atValues].Len
	t.qStride, t.stride = floatRoom(t.dim)/word, floatRoom(t.width)/word
	t.n = max(1, pointsBytes/word/(t.qStride+t.stride))
	var err error
	if t.arena, err = newArena(t.n * (t.qStride + t.stride) * word); err != nil {
		return nil
	}
	all := unsafe.Slice((*float64)(t.arena.mem), t.n*(t.qStride+t.stride))
	t.q, t.values = all[:t.n*t.qStride], all[t.n*t.qStride:]
	return t
}

// Values implements kernels.Valuer.
func (e *executable) Values(dst, q []float64) {
	t := e.points
	for left := kernels.Points(len(q), t.dim, len(dst), t.width); left > 0; {
		n := min(t.n, left)
		for i := range n {
			copy(t.q[i*t.qStride:], q[i*t.dim:(i+1)*t.dim])
		}
		C.quatre_values(e.data.code.lib.fn, (**C.double)(e.bufs), e.ints, C.size_t(t.atQ), C.size_t(t.atValues), C.size_t(n),
			(*C.double)(unsafe.SliceData(t.q)), C.size_t(t.qStride), (*C.double)(unsafe.SliceData(t.values)), C.size_t(t.stride))
		for i := range n {
			copy(dst[i*t.width:], t.values[i*t.stride:i*t.stride+t.width])
		}
		q, dst, left = q[n*t.dim:], dst[n*t.width:], left-n
	}
	runtime.KeepAlive(e)
}
