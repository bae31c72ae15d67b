//go:build cgo

package tracker

/*
#cgo CFLAGS: -std=c11 -O3 -Wall -Wextra -Werror
#cgo noescape tracker_fuse
#cgo nocallback tracker_fuse
#cgo noescape tracker_settle
#cgo nocallback tracker_settle
#cgo noescape tracker_split
#cgo nocallback tracker_split
#cgo noescape tracker_move_rows
#cgo nocallback tracker_move_rows
#cgo noescape tracker_histograms
#cgo nocallback tracker_histograms
#cgo noescape tracker_part
#cgo nocallback tracker_part
#cgo noescape tracker_quantize
#cgo nocallback tracker_quantize
#cgo noescape tracker_weigh
#cgo nocallback tracker_weigh
#cgo noescape tracker_predict
#cgo nocallback tracker_predict
#cgo LDFLAGS: -lm
#include "call.h"
#include "grow.h"
#include "tracker.h"
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// Kernel is the native kernel. One that New returns has no state and may be used by any number of goroutines, one
// that Fork returns by one.
type Kernel struct {
	level C.int
	stack *callStack // of the calls past cgo, nil if there are none
}

// New returns the kernel for this processor.
func New() (*Kernel, bool) { return &Kernel{level: C.tracker_level()}, true }

// levelNames are the names of the instruction sets.
var levelNames = [C.TRACKER_LEVELS]string{C.TRACKER_PORTABLE: "portable", C.TRACKER_AVX2: "avx2", C.TRACKER_AVX512: "avx512"}

// String names the instruction set.
func (k *Kernel) String() string { return levelNames[k.level] }

// pointer is the address of a slice's elements, nil for an empty one.
func pointer[C, T any](s []T) *C { return (*C)(unsafe.Pointer(unsafe.SliceData(s))) }

// Fuse changes the residual and sums it by leaf and for queries.
func (k *Kernel) Fuse(sums []float64, counts []int32, resid, weights []float32, prev []byte, change []float32, becomes []byte,
	rows []byte, leaves, rest int, columns [2][]byte, queries []int32) {
	n := len(rows)
	width := 1
	if weights != nil {
		width = 2
		need("weights", len(weights), n)
	}
	need("resid", len(resid), n)
	need("sums", len(sums), width*(leaves+len(queries)/2))
	need("counts", len(counts), len(queries)/2)
	if prev != nil {
		need("prev", len(prev), n)
	} else {
		becomes = nil
	}
	if becomes != nil {
		need("becomes", len(becomes), len(change))
	}
	for q := range len(queries) / 2 {
		need("columns", len(columns[q]), n)
	}
	if n == 0 {
		clear(sums)
		clear(counts)
		return
	}
	if k.stack != nil && n <= directRows {
		k.stack.fuse(&C.tracker_pass{
			sums: pointer[C.double](sums), counts: pointer[C.int32_t](counts), resid: pointer[C.float](resid), weights: pointer[C.float](weights),
			prev: pointer[C.uint8_t](prev), change: pointer[C.float](change), becomes: pointer[C.uint8_t](becomes), rows: pointer[C.uint8_t](rows),
			column:  [2]*C.uint8_t{pointer[C.uint8_t](columns[0]), pointer[C.uint8_t](columns[1])},
			queries: pointer[C.int32_t](queries), n: C.int64_t(n), prev_leaves: C.int32_t(len(change)),
			leaves: C.int32_t(leaves), rest: C.int32_t(rest), query_count: C.int32_t(len(queries) / 2), level: k.level,
		})
		return
	}
	C.tracker_fuse(k.level, pointer[C.double](sums), pointer[C.int32_t](counts), pointer[C.float](resid), pointer[C.float](weights),
		pointer[C.uint8_t](prev), pointer[C.float](change), pointer[C.uint8_t](becomes), pointer[C.uint8_t](rows),
		pointer[C.uint8_t](columns[0]), pointer[C.uint8_t](columns[1]), pointer[C.int32_t](queries),
		C.int64_t(n), C.int32_t(len(change)), C.int32_t(leaves), C.int32_t(rest), C.int32_t(len(queries)/2))
}

// need panics if a slice is too short: native code does not look.
func need(what string, have, want int) {
	if have < want {
		panic(fmt.Sprintf("tracker: %s has %d elements, want %d", what, have, want))
	}
}

// Settle takes values out of the residual and returns the sum of its weighted squares.
func (k *Kernel) Settle(resid, weights []float32, rows []byte, add []float32) float64 {
	if len(resid) == 0 {
		return 0
	}
	need("rows", len(rows), len(resid))
	if weights != nil {
		need("weights", len(weights), len(resid))
	}
	if k.stack != nil && len(resid) <= directRows {
		m := C.tracker_move{
			resid: pointer[C.float](resid), weights: pointer[C.float](weights), add: pointer[C.float](add), rows: pointer[C.uint8_t](rows),
			n: C.int64_t(len(resid)), level: k.level, leaves: C.int32_t(len(add)),
		}
		k.stack.move(C.TRACKER_CALL_SETTLE, &m)
		return float64(m.result)
	}
	return float64(C.tracker_settle(k.level, pointer[C.float](resid), pointer[C.float](weights), pointer[C.uint8_t](rows),
		pointer[C.float](add), C.int32_t(len(add)), C.int64_t(len(resid))))
}

// Split parts the rows of a leaf.
func (k *Kernel) Split(rows, column []byte, from, cut, left, right byte) {
	need("column", len(column), len(rows))
	if k.stack != nil && len(rows) <= directRows {
		k.stack.move(C.TRACKER_CALL_SPLIT, &C.tracker_move{
			rows: pointer[C.uint8_t](rows), column: pointer[C.uint8_t](column), n: C.int64_t(len(rows)), level: k.level,
			from: C.uint8_t(from), cut: C.uint8_t(cut), left: C.uint8_t(left), right: C.uint8_t(right),
		})
		return
	}
	C.tracker_split(k.level, pointer[C.uint8_t](rows), pointer[C.uint8_t](column), C.int64_t(len(rows)),
		C.uint8_t(from), C.uint8_t(cut), C.uint8_t(left), C.uint8_t(right))
}

// Route moves rows through splits and counts them.
func (k *Kernel) Route(dst, rows, table []byte, counts []int32, columns [4][]byte, splits []int32) {
	n, size := len(dst), len(splits)/3
	need("rows", len(rows), n)
	if size > C.TRACKER_SPLITS {
		panic(fmt.Sprintf("tracker: %d splits, want at most %d", size, C.TRACKER_SPLITS))
	}
	for s := range size {
		need("columns", len(columns[s]), n)
	}
	if k.stack != nil && n <= directRows {
		k.stack.route(&C.tracker_way{
			dst: pointer[C.uint8_t](dst), rows: pointer[C.uint8_t](rows), table: pointer[C.uint8_t](table), counts: pointer[C.int32_t](counts),
			column: [4]*C.uint8_t{pointer[C.uint8_t](columns[0]), pointer[C.uint8_t](columns[1]), pointer[C.uint8_t](columns[2]), pointer[C.uint8_t](columns[3])},
			splits: pointer[C.int32_t](splits), n: C.int64_t(n), labels: C.int32_t(len(table)), leaves: C.int32_t(len(counts)),
			split_count: C.int32_t(size), level: k.level,
		})
		return
	}
	C.tracker_move_rows(k.level, pointer[C.uint8_t](dst), pointer[C.uint8_t](rows), pointer[C.uint8_t](table), pointer[C.int32_t](counts),
		pointer[C.uint8_t](columns[0]), pointer[C.uint8_t](columns[1]), pointer[C.uint8_t](columns[2]), pointer[C.uint8_t](columns[3]),
		pointer[C.int32_t](splits), C.int64_t(n), C.int32_t(len(table)), C.int32_t(len(counts)), C.int32_t(size))
}

// Quantize makes integers of numbers.
func (*Kernel) Quantize(values []int64, x []float32, inverse, bias float64, bits int) (total int64) {
	need("values", len(values), len(x))
	return int64(C.tracker_quantize(pointer[C.int64_t](values), pointer[C.float](x), C.double(inverse), C.double(bias), C.int32_t(bits), C.int64_t(len(x))))
}

// Part moves rows that go right behind the others.
func (*Kernel) Part(rows, spare []int32, column, right []byte) (left int) {
	need("spare", len(spare), len(rows))
	need("right", len(right), C.TRACKER_BINS)
	return int(C.tracker_part(pointer[C.int32_t](rows), pointer[C.int32_t](spare), pointer[C.uint8_t](column), pointer[C.uint8_t](right), C.int64_t(len(rows))))
}

// Histograms sums values by code.
func (*Kernel) Histograms(dst []int64, slab []byte, stride int, places, rows []int32, values []int64) {
	if len(places) == 0 {
		return
	}
	n := len(values)
	if rows != nil {
		n = len(rows)
	}
	C.tracker_histograms(pointer[C.int64_t](dst), C.int32_t(len(dst)/len(places)), pointer[C.uint8_t](slab), C.int64_t(stride), pointer[C.int32_t](places), C.int32_t(len(places)),
		pointer[C.int32_t](rows), pointer[C.int64_t](values), C.int64_t(n))
}

// Weigh weighs the cuts of columns.
func (k *Kernel) Weigh(weights, totals []int64, exponents, factors []float64, hists []int64, ranges []int32, logs []float64,
	node []float64, bits int, least int64) (largest float64) {
	if len(totals) == 0 {
		return 0
	}
	all, width := len(hists), len(hists)/len(totals)
	need("bins", C.TRACKER_BINS, width)
	need("weights", len(weights), all)
	need("exponents", len(exponents), all)
	need("factors", len(factors), all)
	need("ranges", len(ranges), 2*len(totals))
	need("logs", len(logs), len(totals))
	need("node", len(node), 6)
	return float64(C.tracker_weigh(k.level, pointer[C.int64_t](weights), pointer[C.int64_t](totals), pointer[C.double](exponents),
		pointer[C.double](factors), pointer[C.int64_t](hists), pointer[C.int32_t](ranges), pointer[C.double](logs),
		(*C.tracker_node)(unsafe.Pointer(unsafe.SliceData(node))), C.int32_t(len(totals)), C.int32_t(width), C.int32_t(bits), C.int64_t(least)))
}

// Predict adds the values of trees.
func (k *Kernel) Predict(acc []float32, rows, codes []byte, stride int, sizes []byte, splits []int32, values []float32) {
	need("rows", len(rows), len(acc))
	C.tracker_predict(k.level, pointer[C.float](acc), pointer[C.uint8_t](rows), pointer[C.uint8_t](codes), C.int64_t(stride),
		pointer[C.uint8_t](sizes), C.int64_t(len(sizes)), pointer[C.int32_t](splits), pointer[C.float](values), C.int64_t(len(acc)))
}
