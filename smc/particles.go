package smc

// Particles is a cloud, or a block of neighbours in one: a slice of n numbers
// for each coordinate of the state.
type Particles struct {
	// X is the state at the present step, [Dim][n], which a step writes.
	X [][]float64
	// Prev is the state that each particle comes from, one step before,
	// [Dim][n], which a step reads and must not write. It is nil at the first
	// step.
	Prev [][]float64
	// First is the index of the first particle in the whole cloud.
	First int
}

// N returns the number of particles.
func (p *Particles) N() int {
	if len(p.X) == 0 {
		return 0
	}
	return len(p.X[0])
}

// cloud returns the memory of a cloud, one slice per coordinate.
func cloud(dim, n int) [][]float64 {
	flat := make([]float64, dim*n)
	x := make([][]float64, dim)
	for d := range x {
		x[d] = flat[d*n : (d+1)*n : (d+1)*n]
	}
	return x
}

// gather writes dst[d][i] = src[d][ancestors[i]].
func gather(dst, src [][]float64, ancestors []int32) {
	for d, to := range dst {
		from := src[d]
		for i, a := range ancestors {
			to[i] = from[a]
		}
	}
}

// window makes w the particles lo to hi of x and prev, which may be nil. It
// reuses the slices of w.
func (w *Particles) window(x, prev [][]float64, lo, hi int) {
	w.First = lo
	w.X = w.X[:0]
	for _, c := range x {
		w.X = append(w.X, c[lo:hi:hi])
	}
	if prev == nil {
		w.Prev = nil
		return
	}
	w.Prev = w.Prev[:0]
	for _, c := range prev {
		w.Prev = append(w.Prev, c[lo:hi:hi])
	}
}
