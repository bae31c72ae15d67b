package pathfinder

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// Normal is a multivariate normal distribution whose covariance is a diagonal that
// is corrected in a few directions:
//
//	Σ = S (I + Q (L Lᵀ − I) Qᵀ) S,
//
// S diagonal with positive numbers, Q with k orthonormal columns, L lower
// triangular. A draw costs about 4 Dim k operations. It does not change once made;
// any number of goroutines may use it.
type Normal struct {
	mean   []float64   // [Dim]
	scale  []float64   // S, [Dim]
	basis  [][]float64 // Q, k columns of [Dim]
	lower  [][]float64 // L, k rows of [k]
	logDet float64     // log |S| + log |L|
}

// dependent is the share of its length below which what is left of a column, after
// the directions before it are taken out, counts as rounding.
const dependent = 1e-10

// newNormal returns the normal around the maximum that the curvature promises for a
// point: nil if rounding has left no covariance. The inverse Hessian of L-BFGS with
// the pairs S, Y is (Byrd, Nocedal & Schnabel 1994)
//
//	diag α + [diag α Y, S] γ [diag α Y, S]ᵀ,
//	γ = (0, −R⁻¹; −R⁻ᵀ, R⁻ᵀ (D + Yᵀ diag α Y) R⁻¹),
//
// R the upper triangle of SᵀY and D its diagonal.
func (c *curvature) newNormal(at *point) *Normal {
	n := &Normal{mean: make([]float64, c.dim), scale: make([]float64, c.dim)}
	c.multiply(n.mean, at.grad)
	for i, x := range at.q {
		n.mean[i] += x
		n.scale[i] = math.Sqrt(c.diagonal[i])
		n.logDet += elem.Log(n.scale[i])
		if !finite(n.mean[i]) {
			return nil
		}
	}
	columns := make([][]float64, 0, 2*len(c.s))
	for _, y := range c.y {
		columns = append(columns, scaled(y, n.scale, false))
	}
	for _, s := range c.s {
		columns = append(columns, scaled(s, n.scale, true))
	}
	gamma := c.gamma(columns[:len(c.s)])
	coordinates := n.span(columns)
	if !n.factor(coordinates, gamma) {
		return nil
	}
	return n
}

// scaled returns x times or divided by the scales.
func scaled(x, scale []float64, divide bool) []float64 {
	out := make([]float64, len(x))
	for i, s := range scale {
		if divide {
			out[i] = x[i] / s
		} else {
			out[i] = float64(x[i] * s)
		}
	}
	return out
}

// gamma returns γ by rows; scaledY are the columns of diag √α Y.
func (c *curvature) gamma(scaledY [][]float64) [][]float64 {
	m := len(c.s)
	inverse := square(m) // R⁻¹, column by column from the diagonal up
	for j := range m {
		inverse[j][j] = 1 / dot(c.s[j], c.y[j])
		for i := j - 1; i >= 0; i-- {
			sum := 0.0
			for k := i + 1; k <= j; k++ {
				sum += float64(dot(c.s[i], c.y[k]) * inverse[k][j])
			}
			inverse[i][j] = -sum / dot(c.s[i], c.y[i])
		}
	}
	middle := square(m) // D + Yᵀ diag α Y
	for i := range m {
		for j := range m {
			middle[i][j] = dot(scaledY[i], scaledY[j])
		}
		middle[i][i] += dot(c.s[i], c.y[i])
	}
	gamma := square(2 * m)
	for i := range m {
		for j := range m {
			gamma[i][m+j] = -inverse[i][j]
			gamma[m+j][i] = -inverse[i][j]
			sum := 0.0
			for k := range m {
				for l := range m {
					sum += float64(float64(inverse[k][i]*middle[k][l]) * inverse[l][j])
				}
			}
			gamma[m+i][m+j] = sum
		}
	}
	return gamma
}

func square(n int) [][]float64 {
	block := make([]float64, n*n)
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = block[i*n : (i+1)*n]
	}
	return rows
}

// span sets the basis to an orthonormal one of the columns, which it overwrites,
// and returns each column's coordinates in it. Each is made orthogonal twice, which
// is enough (Giraud, Langou & Rozložník 2005).
func (n *Normal) span(columns [][]float64) (coordinates [][]float64) {
	for _, column := range columns {
		own := make([]float64, len(n.basis), len(n.basis)+1)
		length := math.Sqrt(dot(column, column))
		for range 2 {
			for k, b := range n.basis {
				along := dot(b, column)
				own[k] += along
				for i, x := range b {
					column[i] -= float64(along * x)
				}
			}
		}
		rest := math.Sqrt(dot(column, column))
		if rest > float64(dependent*length) && len(n.basis) < len(column) {
			for i := range column {
				column[i] /= rest
			}
			n.basis = append(n.basis, column)
			own = append(own, rest)
		}
		coordinates = append(coordinates, own)
	}
	return coordinates
}

// factor sets L, the Cholesky factor of I + C γ Cᵀ, C the coordinates as columns. It
// reports whether there is one.
func (n *Normal) factor(coordinates, gamma [][]float64) bool {
	k := len(n.basis)
	n.lower = square(k)
	for i := range k {
		for j := range i + 1 {
			sum := 0.0
			if i == j {
				sum = 1
			}
			for a, ca := range coordinates {
				if i >= len(ca) {
					continue
				}
				for b, cb := range coordinates {
					if j < len(cb) {
						sum += float64(float64(ca[i]*gamma[a][b]) * cb[j])
					}
				}
			}
			for l := range j {
				sum -= float64(n.lower[i][l] * n.lower[j][l])
			}
			if i > j {
				n.lower[i][j] = sum / n.lower[j][j]
				continue
			}
			if !(sum > 0) || math.IsInf(sum, 1) {
				return false
			}
			n.lower[i][i] = math.Sqrt(sum)
			n.logDet += elem.Log(n.lower[i][i])
		}
	}
	return finite(n.logDet)
}

// Dim returns the dimension.
func (n *Normal) Dim() int { return len(n.mean) }

// Mean returns the mean, [Dim]; read only.
func (n *Normal) Mean() []float64 { return n.mean }

// Covariance returns the covariance of coordinates i and j.
func (n *Normal) Covariance(i, j int) float64 {
	sum := 0.0
	if i == j {
		sum = 1
	}
	for a := range n.basis {
		sum -= float64(n.basis[a][i] * n.basis[a][j])
		left, right := 0.0, 0.0 // of column a of Q L
		for b := a; b < len(n.basis); b++ {
			left += float64(n.basis[b][i] * n.lower[b][a])
			right += float64(n.basis[b][j] * n.lower[b][a])
		}
		sum += float64(left * right)
	}
	return float64(n.scale[i]*n.scale[j]) * sum
}

// Sample writes a draw to dst, [Dim], and returns its log density under the normal.
func (n *Normal) Sample(dst []float64, src *rng.Stream) (logDensity float64) {
	for i := range dst {
		dst[i] = src.Normal()
	}
	logDensity = n.logDensity(dot(dst, dst))
	along := make([]float64, len(n.basis))
	for k, b := range n.basis {
		along[k] = dot(b, dst)
	}
	for k, b := range n.basis {
		change := dot(n.lower[k], along) - along[k]
		for i, x := range b {
			dst[i] += float64(change * x)
		}
	}
	for i, s := range n.scale {
		dst[i] = n.mean[i] + float64(s*dst[i])
	}
	return logDensity
}

// LogDensity returns the log density at q, [Dim].
func (n *Normal) LogDensity(q []float64) float64 {
	z := make([]float64, len(q))
	for i, s := range n.scale {
		z[i] = (q[i] - n.mean[i]) / s
	}
	length := dot(z, z)
	solved := make([]float64, len(n.basis)) // L⁻¹ Qᵀ z
	for k, b := range n.basis {
		along := dot(b, z)
		length -= float64(along * along)
		solved[k] = (along - dot(n.lower[k][:k], solved[:k])) / n.lower[k][k]
	}
	return n.logDensity(max(0, length) + dot(solved, solved))
}

// logTwoPi is log 2π.
const logTwoPi = 1.837877066409345483560659472811235279722794947275566825634

// logDensity returns the log density at a squared distance from the mean, in units
// of the covariance.
func (n *Normal) logDensity(distance float64) float64 {
	return float64(-0.5*(distance+float64(logTwoPi*float64(len(n.mean))))) - n.logDet
}

func finite(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }
