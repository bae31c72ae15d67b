//go:build !cgo

package tracker

// New returns false: this build has no native code.
func New() (*Kernel, bool) { return nil, false }

// Kernel stands for the native kernel, which this build does not have.
type Kernel struct{ absent }

// Fork returns the kernel itself.
func (k *Kernel) Fork() *Kernel { return k }

// absent has the methods that a Kernel would have; there is never a value to call them on.
type absent interface {
	Fuse(sums []float64, counts []int32, resid, weights []float32, prev []byte, change []float32, becomes []byte,
		rows []byte, leaves, rest int, columns [2][]byte, queries []int32)
	Settle(resid, weights []float32, rows []byte, add []float32) float64
	Split(rows, column []byte, from, cut, left, right byte)
	Route(dst, rows, table []byte, counts []int32, columns [4][]byte, splits []int32)
	Quantize(values []int64, x []float32, inverse, bias float64, bits int) (total int64)
	Part(rows, spare []int32, column, right []byte) (left int)
	Histograms(dst []int64, slab []byte, stride int, places, rows []int32, values []int64)
	Weigh(weights, totals []int64, exponents, factors []float64, hists []int64, ranges []int32, logs []float64,
		node []float64, bits int, least int64) (largest float64)
	Predict(acc []float32, rows, codes []byte, stride int, sizes []byte, splits []int32, values []float32)
}
