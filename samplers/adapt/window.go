package adapt

import "github.com/quatre-ppl/quatre/samplers/transition"

// window stores draws in both coordinates, with what a change of the map needs:
// all of it is known for each draw without another evaluation of the density.
// Rows follow one another in each slice.
type window struct {
	dim, latents int
	links        int // previous latents of all latents; known from the first draw on
	count        int

	z, g []float64 // [count × dim] sampling coordinates and gradient there
	q    []float64 // [count × dim] model coordinates; empty without latents

	location, scale []float64 // [count × latents]
	slope           []float64 // [count × links]
}

func newWindow(dim, latents int) *window { return &window{dim: dim, latents: latents} }

// copyFrom makes w a copy of src.
func (w *window) copyFrom(src *window) {
	w.count, w.links = src.count, src.links
	to, from := w.columns(), src.columns()
	for i := range to {
		*to[i].values = append((*to[i].values)[:0], *from[i].values...)
	}
}

// column is one of a window's slices with the length of its rows.
type column struct {
	values *[]float64
	width  int
}

func (w *window) columns() []column {
	c := []column{{&w.z, w.dim}, {&w.g, w.dim}}
	if w.latents > 0 {
		c = append(c, column{&w.q, w.dim}, column{&w.location, w.latents}, column{&w.scale, w.latents}, column{&w.slope, w.links})
	}
	return c
}

// add stores the draw that a state is.
func (w *window) add(m *Mapping, state *transition.State) error {
	row := w.count
	w.count++
	w.z, w.g = extend(w.z, w.dim), extend(w.g, w.dim)
	copy(w.row(w.z, row), state.Q)
	copy(w.row(w.g, row), state.Grad)
	if m == nil {
		return nil
	}
	w.q = extend(w.q, w.dim)
	w.links = m.links[w.latents]
	w.location, w.scale, w.slope = extend(w.location, w.latents), extend(w.scale, w.latents), extend(w.slope, w.links)
	q, slope := w.row(w.q, row), w.slope[row*w.links:]
	return m.place(w.latentRow(w.location, row), w.latentRow(w.scale, row), slope, q, state.Q)
}

// usualRows is the number of draws that a window makes room for at first, about
// those of the first decision on directions.
const usualRows = 100

// extend lengthens a slice by a row of n undefined numbers.
func extend(x []float64, n int) []float64 {
	length := len(x) + n
	if cap(x) >= length {
		return x[:length]
	}
	longer := make([]float64, length, max(2*length, usualRows*n))
	copy(longer, x)
	return longer
}

func (w *window) row(x []float64, k int) []float64       { return x[k*w.dim : (k+1)*w.dim] }
func (w *window) latentRow(x []float64, k int) []float64 { return x[k*w.latents : (k+1)*w.latents] }

// drop forgets the first n draws.
func (w *window) drop(n int) {
	for _, c := range w.columns() {
		kept := copy(*c.values, (*c.values)[n*c.width:])
		*c.values = (*c.values)[:kept]
	}
	w.count -= n
}

// thin keeps at most n draws, at even distances and with the last.
func (w *window) thin(n int) {
	if w.count <= n {
		return
	}
	for _, c := range w.columns() {
		for k := range n {
			from := (k+1)*w.count/n - 1
			copy((*c.values)[k*c.width:(k+1)*c.width], (*c.values)[from*c.width:(from+1)*c.width])
		}
		*c.values = (*c.values)[:n*c.width]
	}
	w.count = n
}
