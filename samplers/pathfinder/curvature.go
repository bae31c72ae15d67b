package pathfinder

import "math"

// leastCurvature is the share of |y|² that s·y must exceed for a step to be
// learned from (Zhang et al. 2022, section 3.1).
const leastCurvature = 1e-12

// curvature is what the latest steps of a path tell of the inverse Hessian of the
// negative log density: of each the change of position s and of the negative
// gradient y, the latest last, and a diagonal.
type curvature struct {
	dim, most int
	s, y      [][]float64 // up to most pairs, [dim] each
	diagonal  []float64   // α, an inverse Hessian by itself, [dim]
	weights   []float64   // scratch of multiply, [most]
}

func newCurvature(dim, most int) *curvature {
	c := &curvature{dim: dim, most: most, diagonal: make([]float64, dim), weights: make([]float64, most)}
	for i := range c.diagonal {
		c.diagonal[i] = 1
	}
	return c
}

// learn takes a step between two points, unless the log density does not bend down
// along it; it reports whether it did.
func (c *curvature) learn(from, to *point) bool {
	s, y := c.room()
	for i := range s {
		s[i] = to.q[i] - from.q[i]
		y[i] = from.grad[i] - to.grad[i]
	}
	bend := dot(s, y)
	if !(bend > float64(leastCurvature*dot(y, y))) || math.IsInf(bend, 1) {
		return false
	}
	if len(c.s) == c.most {
		copy(c.s, c.s[1:])
		copy(c.y, c.y[1:])
		c.s, c.y = c.s[:c.most-1], c.y[:c.most-1]
	}
	c.s, c.y = append(c.s, s), append(c.y, y)
	c.updateDiagonal(s, y, bend)
	return true
}

func (c *curvature) room() (s, y []float64) {
	block := make([]float64, 2*c.dim)
	return block[:c.dim:c.dim], block[c.dim:]
}

// updateDiagonal is the update of Gilbert & Lemaréchal (1989), eq. 4.9:
//
//	1/α_i' = a/(b α_i) + y_i²/b − a s_i²/(b c α_i²),
//	a = Σ α_i y_i², b = s·y, c = Σ s_i²/α_i.
func (c *curvature) updateDiagonal(s, y []float64, bend float64) {
	var a, e float64
	for i, alpha := range c.diagonal {
		a += float64(alpha * float64(y[i]*y[i]))
		e += float64(s[i]*s[i]) / alpha
	}
	for i, alpha := range c.diagonal {
		share := float64(s[i]*s[i]) / float64(e*alpha)
		inverse := float64(a/float64(bend*alpha)*(1-share)) + float64(y[i]*y[i])/bend
		if updated := 1 / inverse; updated > 0 && updated <= math.MaxFloat64 {
			c.diagonal[i] = updated
		}
	}
}

// multiply sets dst to the estimated inverse Hessian times x: the two loops of
// L-BFGS, begun with the diagonal.
func (c *curvature) multiply(dst, x []float64) {
	copy(dst, x)
	for k := len(c.s) - 1; k >= 0; k-- {
		w := dot(c.s[k], dst) / dot(c.s[k], c.y[k])
		c.weights[k] = w
		for i, y := range c.y[k] {
			dst[i] -= float64(w * y)
		}
	}
	for i, alpha := range c.diagonal {
		dst[i] *= alpha
	}
	for k, s := range c.s {
		w := c.weights[k] - dot(c.y[k], dst)/dot(s, c.y[k])
		for i, si := range s {
			dst[i] += float64(w * si)
		}
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += float64(x * b[i])
	}
	return sum
}
