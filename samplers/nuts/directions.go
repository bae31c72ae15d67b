package nuts

import "math"

// directions are k orthonormal vectors of length dim, the columns of U, with
// functions of their eigenvalues E. The coordinates Uᵀ x of a vector are taken all
// at once, ahead of what is added along the directions: none of them waits for
// another.
type directions struct {
	dim     int
	values  []float64 // E, [k]
	stretch []float64 // E - 1
	grow    []float64 // √E - 1
	shrink  []float64 // 1/√E - 1
	u       []float64 // [k × dim] one after another
	along   []float64 // scratch, [k]: Uᵀ x of the last project
}

// set takes k times an eigenvalue and its direction.
func (d *directions) set(values []float64, dim int) {
	d.dim = dim
	d.values, d.stretch, d.grow, d.shrink = d.values[:0], d.stretch[:0], d.grow[:0], d.shrink[:0]
	d.u, d.along = d.u[:0], d.along[:0]
	for ; len(values) > 0; values = values[dim+1:] {
		e, root := values[0], math.Sqrt(values[0])
		d.values, d.stretch = append(d.values, e), append(d.stretch, e-1)
		d.grow, d.shrink = append(d.grow, root-1), append(d.shrink, 1/root-1)
		d.u, d.along = append(d.u, values[1:1+dim]...), append(d.along, 0)
	}
}

// project finds Uᵀ x.
func (d *directions) project(x []float64) {
	for k := range d.along {
		d.along[k] = dot(d.u[k*d.dim:(k+1)*d.dim], x)
	}
}

// spread adds U diag(by) a to x, a what project has found.
func (d *directions) spread(x, by []float64) {
	n := d.dim
	x = x[:n]
	k := 0
	for ; k+2 <= len(by); k += 2 {
		u, v := d.u[k*n:(k+1)*n], d.u[(k+1)*n:(k+2)*n]
		v = v[:len(u)]
		a, b := float64(by[k]*d.along[k]), float64(by[k+1]*d.along[k+1])
		for i, ui := range u {
			x[i] = (x[i] + float64(a*ui)) + float64(b*v[i])
		}
	}
	if k < len(by) {
		a := float64(by[k] * d.along[k])
		for i, ui := range d.u[k*n : (k+1)*n] {
			x[i] += float64(a * ui)
		}
	}
}
