package vec

import "github.com/quatre-ppl/quatre/internal/simd"

// expAVX2 writes elem.Exp(x[i]) for i < 8·groups in order, up to the first
// group of 8 that holds a NaN or a number beyond ±708, and returns the number
// of groups before it.
//
//go:noescape
func expAVX2(dst, x *float64, groups int) int

// logAVX2 writes elem.Log(x[i]) for i < 8·groups in order, up to the first
// group of 8 that holds anything but positive normal finite numbers, and
// returns the number of groups before it.
//
//go:noescape
func logAVX2(dst, x *float64, groups int) int

func expGroups(dst, x []float64) int {
	if len(x) < 8 || !simd.AVX2() {
		return 0
	}
	return 8 * expAVX2(&dst[0], &x[0], len(x)/8)
}

func logGroups(dst, x []float64) int {
	if len(x) < 8 || !simd.AVX2() {
		return 0
	}
	return 8 * logAVX2(&dst[0], &x[0], len(x)/8)
}
