package ir

import "math"

// Linear writes to Dst the recurrence x = own + weight·(x before), which begins with
// the scalar Init: Dst[i] from Own[i], Weight[i] and Dst[i−1], i = 0 … N−1, or from
// Dst[i+1], i = N−1 … 0 when Reverse. RunLinear is how it computes.
type Linear struct {
	N                int
	Reverse          bool
	Init             Reg
	Own, Weight, Dst Place
}

func (*Linear) region() {}

// LinearBlock is the number of steps of a recurrence that are taken at once.
const LinearBlock = 4

// RunLinear carries out r: x, own and weight are the N elements of its operands, and
// last is the value of Init. LinearBlock steps at once are the same recurrence from
// zero, o, and the product of the weights so far, p: x = o + p·(x before the block).
// So only one multiply-add in LinearBlock waits for the one before. Steps that do not
// fill a block are taken one by one.
func RunLinear(r *Linear, x, own, weight []float64, last float64) {
	at, by := 0, 1
	if r.Reverse {
		at, by = r.N-1, -1
	}
	left := r.N
	for ; left >= LinearBlock; left -= LinearBlock {
		o, p := 0.0, 1.0
		for k := range LinearBlock {
			i := at + k*by
			if k == 0 {
				o, p = own[i], weight[i]
			} else {
				o, p = math.FMA(weight[i], o, own[i]), float64(weight[i]*p)
			}
			x[i] = math.FMA(p, last, o)
		}
		at += LinearBlock * by
		last = x[at-by]
	}
	for ; left > 0; left-- {
		last = math.FMA(weight[at], last, own[at])
		x[at] = last
		at += by
	}
}
