package bart

import (
	"math"

	"github.com/quatre-ppl/quatre/rng"
)

// manyLeaf is a leaf with a value for each of q responses, μ ~ N(0, scale²·I), whose rows'
// residuals are N(μ, Ω/w). In the directions of the eigenvectors of Ω = U·diag(λ)·U' prior
// and noise both are independent, so that with W = Σ w and s = U'Σ w·r the marginal likelihood is the
// product over k of those of normalLeaf with noise λ_k.
type manyLeaf struct {
	q            int
	scale2       float64
	resid        [][]float32 // by response; the residual of the ensemble is not used
	vectors      []float64   // U, q × q by row
	lambda       []float64
	turned       []float64 // scratch
	add, removal []float32 // scratch, the values of one response
	sums         []float64
	cross        []float64 // q × q: Σ w·r·r' after settle
}

func newManyLeaf(resid [][]float32, scale2 float64) *manyLeaf {
	q := len(resid)
	l := &manyLeaf{q: q, scale2: scale2, resid: resid, vectors: make([]float64, q*q), lambda: make([]float64, q), turned: make([]float64, q)}
	l.add, l.removal = make([]float32, maxLeaves), make([]float32, maxLeaves)
	l.sums, l.cross = make([]float64, 2*(maxLeaves+maxQueries+1)), make([]float64, q*q)
	return l
}

// setNoise sets Ω.
func (l *manyLeaf) setNoise(omega []float64) { eigen(l.vectors, l.lambda, omega) }

// stats are W and Σ w·r.
func (l *manyLeaf) stats() int { return 1 + l.q }

func (l *manyLeaf) values() int { return l.q }

// turn sets l.turned to U's.
func (l *manyLeaf) turn(stats []float64) {
	for k := range l.turned {
		l.turned[k] = 0
		for j, s := range stats[1:] {
			l.turned[k] += float64(l.vectors[j*l.q+k] * s)
		}
	}
}

func (l *manyLeaf) marginal(stats []float64, _ int32) (q, exponent float64) {
	l.turn(stats)
	q = 1
	for k, s := range l.turned {
		ratio := 1 + float64(stats[0]*(l.scale2/l.lambda[k]))
		q *= ratio
		exponent += float64(l.scale2 / (2 * l.lambda[k] * l.lambda[k]) * s * s / ratio)
	}
	return q, exponent
}

func (l *manyLeaf) draw(values []float32, src *rng.Stream, stats []float64, _ int32) {
	l.turn(stats)
	for k, s := range l.turned {
		total := l.lambda[k] + float64(stats[0]*l.scale2)
		l.turned[k] = float64(l.scale2*s/total) + float64(src.Normal()*math.Sqrt(l.scale2*l.lambda[k]/total))
	}
	for j := range values {
		sum := 0.0
		for k, v := range l.turned {
			sum += float64(l.vectors[j*l.q+k] * v)
		}
		values[j] = float32(sum)
	}
}

func (*manyLeaf) remove(dst, values []float32) {
	for i, v := range values {
		dst[i] = -v
	}
}

// part copies the values of one response.
func (l *manyLeaf) part(dst, values []float32, k int) []float32 {
	if values == nil {
		return nil
	}
	n := len(values) / l.q
	for i := range n {
		dst[i] = values[i*l.q+k]
	}
	return dst[:n]
}

// fuse has the kernel make two passes for each response: one that takes the new values of the tree before
// out, and one that puts the old ones of this tree in and sums.
func (l *manyLeaf) fuse(e *ensemble, prev []byte, removal []float32, rows []byte, add []float32, leaves, _ int, queries []int32) {
	units, width := leaves+len(queries)/2, 1
	if e.weights != nil {
		width = 2
	}
	for k := range l.q {
		sums := l.sums[:width*units]
		own := rows
		if add == nil {
			own = nil
		} else if prev != nil {
			e.kernel.Settle(l.resid[k], nil, prev, l.part(l.removal, removal, k))
		}
		e.kernel.Fuse(sums, e.counts[:len(queries)/2], l.resid[k], e.weights, own, l.part(l.add, add, k), nil,
			rows, leaves, -1, e.columns, queries)
		for u := range units {
			at := u * (1 + l.q)
			if e.weights != nil {
				e.sums[at] = sums[2*u]
			}
			e.sums[at+1+k] = sums[width*u+width-1]
		}
	}
	if e.weights == nil {
		l.countRows(e, rows, leaves, len(queries)/2)
	}
}

// countRows sets the first sums to the numbers of rows.
func (l *manyLeaf) countRows(e *ensemble, rows []byte, leaves, queries int) {
	for q := range queries {
		e.sums[(leaves+q)*(1+l.q)] = float64(e.counts[q])
	}
	if leaves == 0 {
		return
	}
	for leaf := range leaves {
		e.sums[leaf*(1+l.q)] = 0
	}
	for _, leaf := range rows {
		e.sums[int(leaf)*(1+l.q)]++
	}
}

// settle removes the last tree's values and collects the products of residuals.
func (l *manyLeaf) settle(e *ensemble, rows []byte, removal []float32) float64 {
	total := 0.0
	for k := range l.q {
		total += e.kernel.Settle(l.resid[k], e.weights, rows, l.part(l.removal, removal, k))
	}
	for j := range l.q {
		for k := range j + 1 {
			sum := 0.0
			for i, a := range l.resid[j] {
				w := 1.0
				if e.weights != nil {
					w = float64(e.weights[i])
				}
				sum += float64(w * (float64(a) * float64(l.resid[k][i])))
			}
			l.cross[j*l.q+k], l.cross[k*l.q+j] = sum, sum
		}
	}
	return total
}

// eigen writes the eigenvectors of a symmetric matrix to the columns of vectors and the eigenvalues to
// values, by Jacobi's rotations (Golub and Van Loan 2013, section 8.5).
func eigen(vectors, values, matrix []float64) {
	n := len(values)
	a := append([]float64(nil), matrix...)
	clear(vectors)
	for i := range n {
		vectors[i*n+i] = 1
	}
	for range 60 {
		off := 0.0
		for p := range n {
			for q := p + 1; q < n; q++ {
				off = max(off, math.Abs(a[p*n+q])/math.Sqrt(math.Abs(float64(a[p*n+p]*a[q*n+q]))+math.SmallestNonzeroFloat64))
				rotate(a, vectors, n, p, q)
			}
		}
		if off < 1e-15 {
			break
		}
	}
	for i := range n {
		values[i] = a[i*n+i]
	}
}

// rotate makes element (p, q) of a zero.
func rotate(a, vectors []float64, n, p, q int) {
	if a[p*n+q] == 0 {
		return
	}
	theta := (a[q*n+q] - a[p*n+p]) / (2 * a[p*n+q])
	t := 1 / (math.Abs(theta) + math.Sqrt(float64(theta*theta)+1))
	if theta < 0 {
		t = -t
	}
	cos := 1 / math.Sqrt(float64(t*t)+1)
	sin := t * cos
	for k := range n {
		x, y := a[k*n+p], a[k*n+q]
		a[k*n+p], a[k*n+q] = float64(cos*x)-float64(sin*y), float64(sin*x)+float64(cos*y)
	}
	for k := range n {
		x, y := a[p*n+k], a[q*n+k]
		a[p*n+k], a[q*n+k] = float64(cos*x)-float64(sin*y), float64(sin*x)+float64(cos*y)
		x, y = vectors[k*n+p], vectors[k*n+q]
		vectors[k*n+p], vectors[k*n+q] = float64(cos*x)-float64(sin*y), float64(sin*x)+float64(cos*y)
	}
}
