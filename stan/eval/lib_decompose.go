package eval

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/stan/types"
)

// decompositions are those that matrices of numbers have; for matrices of parameters they have no derivative here.
func decompositions() map[string]entry {
	table := map[string]entry{}
	for name, f := range map[string]func(c *call) (*Value, error){
		"qr_thin_Q":        func(c *call) (*Value, error) { q, _, err := c.qr(true); return q, err },
		"qr_thin_R":        func(c *call) (*Value, error) { _, r, err := c.qr(true); return r, err },
		"qr_Q":             func(c *call) (*Value, error) { q, _, err := c.qr(false); return q, err },
		"qr_R":             func(c *call) (*Value, error) { _, r, err := c.qr(false); return r, err },
		"qr_thin":          func(c *call) (*Value, error) { return c.bothOf(c.qr(true)) },
		"qr":               func(c *call) (*Value, error) { return c.bothOf(c.qr(false)) },
		"eigenvalues_sym":  func(c *call) (*Value, error) { v, _, err := c.eigen(); return v, err },
		"eigenvectors_sym": func(c *call) (*Value, error) { _, u, err := c.eigen(); return u, err },
		"eigendecompose_sym": func(c *call) (*Value, error) {
			v, u, err := c.eigen()
			return c.bothOf(u, v, err)
		},
		"singular_values": singularValues,
	} {
		table[name] = entry{eval: func(c *call) (*Value, error) {
			if !c.known() {
				return nil, c.errorf("", "it cannot be used with parameters yet")
			}
			return f(c)
		}}
	}
	return table
}

func (c *call) bothOf(x, y *Value, err error) (*Value, error) {
	if err != nil {
		return nil, err
	}
	return &Value{Type: c.result, Parts: []*Value{x, y}}, nil
}

// newMatrix returns a known matrix.
func newMatrix(rows, cols int, x []float64) *Value {
	return newReals(types.Type{Base: types.Matrix}, []int{rows, cols}, x)
}

// qr factors a matrix A = Q·R by Householder reflections (Golub and Van Loan 2013, algorithm 5.2.1), with the signs that
// make the diagonal of R positive. The thin form keeps as many columns of Q as A has, or rows if those are fewer.
func (c *call) qr(thin bool) (q, r *Value, err error) {
	m, n := c.args[0].Dims[0], c.args[0].Dims[1]
	if m*n == 0 {
		return nil, nil, c.errorf("", "the matrix has no elements")
	}
	a := slices.Clone(c.args[0].Reals)
	full := identity(m)
	steps := min(m, n)
	for k := range steps {
		reflect(a, full, m, n, k)
	}
	keep := m
	if thin {
		keep = steps
	}
	// full is Qᵀ.
	qx, rx := make([]float64, m*keep), make([]float64, keep*n)
	for i := range keep {
		flip := 1.0
		if i < steps && a[i+i*m] < 0 {
			flip = -1
		}
		for j := range m {
			qx[j+i*m] = flip * full[i+j*m]
		}
		for j := i; j < n; j++ {
			rx[i+j*keep] = flip * a[i+j*m]
		}
	}
	return newMatrix(m, keep, qx), newMatrix(keep, n, rx), nil
}

// reflect applies the reflection that clears column k of a below the diagonal to a and to q, which has m columns.
func reflect(a, q []float64, m, n, k int) {
	v := slices.Clone(a[k*m+k : (k+1)*m])
	norm := euclidean(v)
	if norm == 0 {
		return
	}
	v[0] += math.Copysign(norm, v[0])
	scale := 2 / squares(v)
	apply := func(column []float64) {
		dot := 0.0
		for i, x := range v {
			dot = math.FMA(x, column[i], dot)
		}
		for i, x := range v {
			column[i] = math.FMA(-scale*dot, x, column[i])
		}
	}
	for j := k; j < n; j++ {
		apply(a[j*m+k : (j+1)*m])
	}
	for j := range m {
		apply(q[j*m+k : (j+1)*m])
	}
	for i := k + 1; i < m; i++ {
		a[i+k*m] = 0
	}
}

// eigen returns the eigenvalues of a symmetric matrix in increasing order and the eigenvectors as columns, each with its
// largest element positive.
func (c *call) eigen() (values, vectors *Value, err error) {
	if err := c.square(0); err != nil {
		return nil, nil, err
	}
	if err := c.symmetric(0); err != nil {
		return nil, nil, err
	}
	n := c.args[0].Dims[0]
	a := slices.Clone(c.args[0].Reals)
	u := identity(n)
	jacobi(a, u, n)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		if a[i*(n+1)] < a[j*(n+1)] {
			return -1
		}
		return 1
	})
	x, w := make([]float64, n), make([]float64, n*n)
	for k, i := range order {
		x[k] = a[i*(n+1)]
		column := u[i*n:][:n]
		largest := slices.MaxFunc(column, func(p, q float64) int {
			if math.Abs(p) < math.Abs(q) {
				return -1
			}
			return 1
		})
		for j, e := range column {
			w[j+k*n] = math.Copysign(1, largest) * e
		}
	}
	return newVector(x), newMatrix(n, n, w), nil
}

// jacobi makes a symmetric matrix diagonal by rotations, cyclically by rows, and applies them to the columns of u (Golub and
// Van Loan 2013, algorithm 8.5.3).
func jacobi(a, u []float64, n int) {
	const sweeps = 60
	for range sweeps {
		off := 0.0
		for p := range n {
			for q := p + 1; q < n; q++ {
				if x := math.Abs(a[p+q*n]); x > 0x1p-54*math.Sqrt(math.Abs(a[p*(n+1)]))*math.Sqrt(math.Abs(a[q*(n+1)])) {
					off = max(off, x)
					rotate(a, u, n, p, q)
				}
			}
		}
		if off == 0 {
			return
		}
	}
}

// rotate makes element [p, q] zero.
func rotate(a, u []float64, n, p, q int) {
	tau := (a[q*(n+1)] - a[p*(n+1)]) / (2 * a[p+q*n])
	t := math.Copysign(1, tau) / (math.Abs(tau) + math.Sqrt(1+float64(tau*tau)))
	c := 1 / math.Sqrt(1+float64(t*t))
	s := t * c
	turn := func(x, y *float64) {
		*x, *y = float64(c**x)-float64(s**y), float64(s**x)+float64(c**y)
	}
	for k := range n {
		turn(&a[k+p*n], &a[k+q*n])
	}
	for k := range n {
		turn(&a[p+k*n], &a[q+k*n])
		turn(&u[k+p*n], &u[k+q*n])
	}
	a[p+q*n], a[q+p*n] = 0, 0
}

// singularValues makes the columns orthogonal by rotations from the right (one-sided Jacobi; Hestenes 1958); their lengths
// are the singular values, in decreasing order.
func singularValues(c *call) (*Value, error) {
	m, n := c.args[0].Dims[0], c.args[0].Dims[1]
	a := slices.Clone(c.args[0].Reals)
	if m < n {
		a = take(a, rowsOf(m, n))
		m, n = n, m
	}
	for rotated, sweep := true, 0; rotated && sweep < 60; sweep++ {
		rotated = false
		for p := range n {
			for q := p + 1; q < n; q++ {
				rotated = orthogonalise(a[p*m:][:m], a[q*m:][:m]) || rotated
			}
		}
	}
	x := make([]float64, n)
	for j := range x {
		x[j] = euclidean(a[j*m:][:m])
	}
	slices.SortFunc(x, func(p, q float64) int {
		if p > q {
			return -1
		}
		return 1
	})
	return newVector(x), nil
}

// orthogonalise rotates two columns in their plane until they are orthogonal, and reports whether they were not.
func orthogonalise(x, y []float64) bool {
	dot := 0.0
	for i, v := range x {
		dot = math.FMA(v, y[i], dot)
	}
	a, b := squares(x), squares(y)
	if math.Abs(dot) <= 0x1p-52*math.Sqrt(a)*math.Sqrt(b) {
		return false
	}
	tau := (b - a) / (2 * dot)
	t := math.Copysign(1, tau) / (math.Abs(tau) + math.Sqrt(1+float64(tau*tau)))
	c := 1 / math.Sqrt(1+float64(t*t))
	s := t * c
	for i := range x {
		x[i], y[i] = float64(c*x[i])-float64(s*y[i]), float64(s*x[i])+float64(c*y[i])
	}
	return true
}
