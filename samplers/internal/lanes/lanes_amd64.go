package lanes

import "github.com/quatre-ppl/quatre/internal/simd"

// The functions in assembly do what the Go function beside each call does, for so
// many groups: of eight elements dotAVX2, of four the others.

//go:noescape
func dotAVX2(a, b *float64, groups int) float64

//go:noescape
func addAVX2(y, x *float64, a float64, groups int)

//go:noescape
func addFourAVX2(y, p, q, r, s, by *float64, groups int)

//go:noescape
func addBothAVX2(y, x, z *float64, a, b float64, groups int)

//go:noescape
func rotateAVX2(x, y *float64, c, s float64, groups int)

var available = simd.AVX2()

func dotGroups(a, b []float64) (sum float64, done int) {
	groups := len(a) / 8
	switch {
	case groups == 0:
		return 0, 0
	case !available:
		return dotGo(a, b, groups), 8 * groups
	}
	return dotAVX2(&a[0], &b[0], groups), 8 * groups
}

func addGroups(y, x []float64, a float64) int {
	groups := len(y) / 4
	if groups == 0 || !available {
		return 0
	}
	addAVX2(&y[0], &x[0], a, groups)
	return 4 * groups
}

func addFourGroups(y, p, q, r, s, by []float64) int {
	groups := len(y) / 4
	if groups == 0 || !available {
		return 0
	}
	addFourAVX2(&y[0], &p[0], &q[0], &r[0], &s[0], &by[0], groups)
	return 4 * groups
}

func addBothGroups(y, x, z []float64, a, b float64) int {
	groups := len(y) / 4
	if groups == 0 || !available {
		return 0
	}
	addBothAVX2(&y[0], &x[0], &z[0], a, b, groups)
	return 4 * groups
}

func rotateGroups(x, y []float64, c, s float64) int {
	groups := len(x) / 4
	if groups == 0 || !available {
		return 0
	}
	rotateAVX2(&x[0], &y[0], c, s, groups)
	return 4 * groups
}
