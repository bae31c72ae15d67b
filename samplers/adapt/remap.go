package adapt

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/samplers/transition"
)

// sameCoordinate is the squared correlation, below 1 by this much, of a latent's
// old and new coordinates over the draws at which a new map is not worth its
// price: the coordinates of all stored draws would have to be made anew, while
// scale and location of a coordinate are the metric's and nobody's business.
const sameCoordinate = 1e-2

// mostRefitted bounds the draws whose gradients are computed anew after a change
// of the map: they cost an evaluation each, and say enough of scales.
const mostRefitted = 300

// remapper fits a map to the draws of a window. It holds scratch memory only.
type remapper struct {
	fitter     fitter
	correction []float64 // [latents × count] see chain
	coordinate []float64 // [count] of one latent, under constants that are proposed
	proposed   []transition.MapConstants
	z, g       []float64 // of all draws, under the map on trial
}

// refit fits the constants of all latents to the draws of the window and, where
// that changes coordinates by enough to matter, sets them and brings the draws
// to the new coordinates. Latents are fitted level by level, the children of a
// latent before itself; the adjoint of a latent under the maps of its children
// is then its derivative over its stretch, once the gradients are known.
//
// logDensity is that of the last draw where something has changed. Where the
// density is not finite at a draw in the new coordinates, which is rounding at
// the end of the world, the map of that level stays as it was.
func (r *remapper) refit(m *Mapping, target transition.LogDensity, w *window) (changed bool, logDensity float64, cost Cost, err error) {
	r.proposed = append(r.proposed[:0], m.constants...)
	for _, level := range m.levels() {
		if !r.fitLevel(m, w, level) {
			continue
		}
		if !changed {
			w.thin(mostRefitted)
		}
		ok, last, evaluations, err := r.move(m, target, w, level)
		cost.Leapfrogs += evaluations
		if err != nil {
			return changed, logDensity, cost, err
		}
		if !ok {
			copy(r.proposed, m.constants)
			break
		}
		changed, logDensity = true, last
	}
	return changed, logDensity, cost, nil
}

// fitLevel proposes constants for the latents of a level and reports whether any
// differ from those in force.
func (r *remapper) fitLevel(m *Mapping, w *window, level []int) (changed bool) {
	f, n := &r.fitter, w.count
	r.correction = resize(r.correction, len(m.latents)*n)
	clear(r.correction)
	for _, i := range level {
		r.gather(m, w, i)
		c := f.fit()
		if !r.same(m, w, i, c) {
			r.proposed[i] = c
			changed = true
		}
		r.chain(m, w, i)
	}
	return changed
}

// gather collects what the draws say of latent i.
func (r *remapper) gather(m *Mapping, w *window, i int) {
	f, n := &r.fitter, w.count
	f.x, f.location, f.scale = resize(f.x, n), resize(f.location, n), resize(f.scale, n)
	f.adjoint = resize(f.adjoint, n)
	l, c := m.latents[i], m.constants[i]
	for k := range n {
		f.location[k], f.scale[k] = w.location[k*w.latents+i], w.scale[k*w.latents+i]
		f.x[k] = w.q[k*w.dim+l.Coordinate]
		if l.Standardized {
			f.x[k] = f.location[k] + float64(f.scale[k]*f.x[k])
		}
		_, _, stretch := bend(c, f.location[k], f.scale[k])
		f.adjoint[k] = w.g[k*w.dim+l.Coordinate]/stretch + r.correction[i*n+k]
	}
}

// chain tells the latents before i in a walk what the map proposed for i changes
// in their adjoints. The location of i depends on each with a slope, and what
// comes through the location is adjoint · weight · slope.
func (r *remapper) chain(m *Mapping, w *window, i int) {
	previous := m.latents[i].Previous
	if len(previous) == 0 {
		return
	}
	f, n := &r.fitter, w.count
	for k := range n {
		old, _, _ := bend(m.constants[i], f.location[k], f.scale[k])
		now, _, _ := bend(r.proposed[i], f.location[k], f.scale[k])
		before := f.adjoint[k] - r.correction[i*n+k]
		change := float64(f.adjoint[k]*now) - float64(before*old)
		slopes := w.slope[k*w.links+m.links[i]:]
		for j, p := range previous {
			r.correction[p*n+k] += float64(slopes[j] * change)
		}
	}
}

// same reports whether the coordinate of latent i under constants c is, but for
// scale and location, that in force.
func (r *remapper) same(m *Mapping, w *window, i int, c transition.MapConstants) bool {
	f, n := &r.fitter, float64(w.count)
	at := m.latents[i].Coordinate
	r.coordinate = resize(r.coordinate, w.count)
	meanOld, meanNew := 0.0, 0.0
	for k, x := range f.x {
		_, centre, stretch := bend(c, f.location[k], f.scale[k])
		r.coordinate[k] = (x - centre) / stretch
		meanOld += w.z[k*w.dim+at] / n
		meanNew += r.coordinate[k] / n
	}
	squareOld, squareNew, product := 0.0, 0.0, 0.0
	for k, x := range r.coordinate {
		a, b := w.z[k*w.dim+at]-meanOld, x-meanNew
		squareOld += float64(a * a)
		squareNew += float64(b * b)
		product += float64(a * b)
	}
	return product > 0 && product/squareOld*(product/squareNew) > 1-sameCoordinate
}

// move sets the proposed constants and brings all draws of the window to their
// coordinates. ok is false, and nothing has changed, if a density is not finite.
func (r *remapper) move(m *Mapping, target transition.LogDensity, w *window, level []int) (ok bool, last float64, evaluations int, err error) {
	before := append([]transition.MapConstants(nil), m.constants...)
	if err := m.Set(r.proposed); err != nil {
		return false, 0, 0, err
	}
	r.z, r.g = append(r.z[:0], w.z...), resize(r.g, len(w.g))
	for k := range w.count {
		z, g := w.row(r.z, k), w.row(r.g, k)
		for _, i := range level {
			l := m.latents[i]
			location, scale := w.location[k*w.latents+i], w.scale[k*w.latents+i]
			x := w.q[k*w.dim+l.Coordinate]
			if l.Standardized {
				x = location + float64(scale*x)
			}
			_, centre, stretch := bend(m.constants[i], location, scale)
			z[l.Coordinate] = (x - centre) / stretch
		}
		evaluations++
		last, err = target.LogDensityGrad(g, z)
		if err != nil {
			return false, 0, evaluations, fmt.Errorf("in new coordinates: %w", err)
		}
		if !finite(last) || !allFinite(g) {
			return false, 0, evaluations, m.Set(before)
		}
	}
	copy(w.z, r.z)
	copy(w.g, r.g)
	return true, last, evaluations, nil
}

func allFinite(x []float64) bool {
	for _, v := range x {
		if !(math.Abs(v) <= math.MaxFloat64) {
			return false
		}
	}
	return true
}
