package models

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc/internal/dense"
)

// affine is a Gaussian move x = a prev + shift + root z, z standard normal.
type affine struct {
	a     [][]float64 // [n][n]; nil where nothing comes before
	shift []float64
	root  [][]float64 // lower triangular
}

// draw writes x[n][·] for prev[n][·].
func (f *affine) draw(src *rng.Stream, x, prev [][]float64) {
	for d := range x {
		src.FillNormal(x[d])
	}
	f.apply(x, prev)
}

// drawFrom is draw with the normals made of uniform numbers u[n][·].
func (f *affine) drawFrom(u, x, prev [][]float64) {
	for d := range x {
		for i, v := range u[d] {
			x[d][i] = elem.NormQuantile(v)
		}
	}
	f.apply(x, prev)
}

// apply turns the normals in x into states.
func (f *affine) apply(x, prev [][]float64) {
	// Row d of the root needs the noises up to d: from the last row on, each
	// can be overwritten.
	for d := len(x) - 1; d >= 0; d-- {
		to, root := x[d], f.root[d]
		for i := range to {
			v := f.shift[d] + float64(root[d]*to[i])
			for j := range d {
				v += float64(root[j] * x[j][i])
			}
			if f.a != nil {
				for j, a := range f.a[d] {
					v += float64(a * prev[j][i])
				}
			}
			to[i] = v
		}
	}
}

// whitened is the log density of y under Normal(h x, cov) as a function of x:
//
//	−½ |c − g x|² − norm,  c = root⁻¹ y, g = root⁻¹ h
type whitened struct {
	g, root [][]float64
	c       []float64
	norm    float64
}

// whiten returns it for y = 0; the root of cov must be regular.
func whiten(h, root [][]float64) *whitened {
	w := &whitened{root: root, c: make([]float64, len(root)), norm: float64(len(root)) * halfLog2Pi}
	columns := dense.Transpose(h)
	for j := range columns {
		dense.Solve(root, columns[j])
	}
	w.g = dense.Transpose(columns)
	for i := range root {
		w.norm += elem.Log(root[i][i])
	}
	return w
}

// at returns it for y, which has no missing number.
func (w *whitened) at(y []float64) *whitened {
	out := *w
	out.c = append([]float64(nil), y...)
	dense.Solve(w.root, out.c)
	return &out
}

// log writes the log densities at x[n][·] to dst.
func (w *whitened) log(dst []float64, x [][]float64) {
	for i := range dst {
		sum := 0.0
		for r, c := range w.c {
			for j, g := range w.g[r] {
				c -= float64(g * x[j][i])
			}
			sum += float64(c * c)
		}
		dst[i] = -float64(0.5*sum) - w.norm
	}
}

// seen returns the places of the numbers that are not missing.
func seen(y []float64) (rows []int) {
	for i, v := range y {
		if !math.IsNaN(v) {
			rows = append(rows, i)
		}
	}
	return rows
}

// pick returns the rows of a matrix, and where square its columns too.
func pick(a [][]float64, rows []int, square bool) [][]float64 {
	out := make([][]float64, len(rows))
	for i, r := range rows {
		out[i] = a[r]
		if square {
			out[i] = make([]float64, len(rows))
			for j, c := range rows {
				out[i][j] = a[r][c]
			}
		}
	}
	return out
}

func pickNumbers(y []float64, rows []int) []float64 {
	out := make([]float64, len(rows))
	for i, r := range rows {
		out[i] = y[r]
	}
	return out
}
