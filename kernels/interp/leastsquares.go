package interp

import (
	"math"

	"github.com/quatre-ppl/quatre/graph/ir"
)

type leastSquaresStep ir.LeastSquares

// run factorises the rows twice: with y to find the origin b0, and with what
// is left of y there.
func (s *leastSquaresStep) run(m *machine) {
	f := newFactorer(s, m)
	out := m.bufs[s.Dst.Buf][s.Dst.Off : s.Dst.Off+s.Size()]
	tail := f.factorise(out)
	f.origins(out, tail)
	f.subtractFit(out)
	f.finish(out, f.factorise(out))
}

// factorer reduces rows of width K + 1, of which the last element is y.
type factorer struct {
	ir.LeastSquaresShape
	x     []lane
	y     []float64
	order []int32 // rows sorted by group, in order within each
	start []int   // where each group begins in order; J + 1 entries
	width int
	leaf  int // rows that are reflected at once
	work  []float64
}

// lane is a column of numbers at equal distances.
type lane struct {
	values []float64
	stride int
}

func (l lane) at(i int) float64 { return l.values[l.stride*i] }

func newFactorer(s *leastSquaresStep, m *machine) *factorer {
	f := &factorer{LeastSquaresShape: s.LeastSquaresShape, width: s.K + 1, leaf: max(64, 4*(s.K+1))}
	column := func(c ir.Column) lane { return lane{m.bufs[c.At.Buf][c.At.Off:], c.Stride} }
	for _, c := range s.X {
		f.x = append(f.x, column(c))
	}
	y := column(s.Y)
	f.y = make([]float64, s.N)
	for i := range f.y {
		f.y[i] = y.at(i)
	}
	f.work = make([]float64, f.leaf*f.width)
	f.order, f.start = make([]int32, s.N), make([]int, s.J+1)
	if s.Idx < 0 {
		for i := range f.order {
			f.order[i] = int32(i)
		}
		f.start[s.J] = s.N
		return f
	}
	group := m.ints[s.Idx]
	for _, j := range group {
		f.start[j+1]++
	}
	for j := range s.J {
		f.start[j+1] += f.start[j]
	}
	next := append([]int(nil), f.start...)
	for i, j := range group {
		f.order[next[j]] = int32(i)
		next[j]++
	}
	return f
}

// factorise writes the head rows of every group, and with Separate the
// remainders, and returns the triangle of the tail, of width Tail + 1. The
// element of a row that belongs to y goes to where t is kept.
func (f *factorer) factorise(out []float64) []float64 { return f.groups(out, 0, f.J) }

// groups does so for groups lo ≤ j < hi and combines their tails in pairs.
func (f *factorer) groups(out []float64, lo, hi int) []float64 {
	w := f.Tail() + 1
	if hi-lo > 1 {
		mid := lo + (hi-lo)/2
		return f.combine(f.groups(out, lo, mid), f.groups(out, mid, hi), w)
	}
	if lo == hi {
		return make([]float64, w*w)
	}
	j := lo
	tri := f.rows(f.start[j], f.start[j+1])
	for r := range f.Head {
		for c := r; c < f.K; c++ {
			out[f.R(r, c)+j] = tri[r+c*f.width]
		}
		out[f.T(r)+j] = tri[r+f.K*f.width]
	}
	if f.Separate {
		out[f.Rho()+j] = math.Abs(tri[f.K+f.K*f.width])
	}
	tail := make([]float64, w*w)
	for c := range w {
		for r := 0; r <= c; r++ {
			tail[r+c*w] = tri[f.Head+r+(f.Head+c)*f.width]
		}
	}
	return tail
}

// rows returns the triangle of rows order[lo:hi], width × width column-major
// with zeros below the diagonal.
func (f *factorer) rows(lo, hi int) []float64 {
	if hi-lo > f.leaf {
		mid := lo + (hi-lo)/2
		return f.combine(f.rows(lo, mid), f.rows(mid, hi), f.width)
	}
	n := max(hi-lo, f.width)
	a := f.work[:n*f.width]
	clear(a)
	for p, i := range f.order[lo:hi] {
		for k, c := range f.x {
			a[p+k*n] = c.at(int(i))
		}
		a[p+f.K*n] = f.y[i]
	}
	reflect(a, n, f.width)
	return triangle(a, n, f.width)
}

// combine returns the triangle of two triangles on top of each other.
func (f *factorer) combine(upper, lower []float64, w int) []float64 {
	n := 2 * w
	a := f.work[:n*w]
	for c := range w {
		copy(a[c*n:], upper[c*w:(c+1)*w])
		copy(a[c*n+w:], lower[c*w:(c+1)*w])
	}
	reflect(a, n, w)
	return triangle(a, n, w)
}

func triangle(a []float64, n, w int) []float64 {
	tri := make([]float64, w*w)
	for c := range w {
		copy(tri[c*w:c*w+c+1], a[c*n:])
	}
	return tri
}

// reflect makes an n × w column-major matrix, n ≥ w, upper triangular by
// Householder reflections (Golub & Van Loan 2013, algorithm 5.2.1). What is
// below the diagonal afterwards has no meaning. NaN and infinities spread to all
// that they touch. A column is divided by its size first: the digits that numbers
// lack near the end of their range would make a reflection that does not keep
// lengths.
func reflect(a []float64, n, w int) {
	for k := range w {
		v := a[k+k*n : (k+1)*n]
		size := 0.0
		for _, x := range v {
			size += math.Abs(x)
		}
		if size == 0 {
			continue
		}
		sum := 0.0
		for i := range v {
			v[i] /= size
			sum = math.FMA(v[i], v[i], sum)
		}
		beta := -math.Copysign(math.Sqrt(sum), v[0])
		scale := v[0] - beta
		tau := -scale / beta
		for i := 1; i < len(v); i++ {
			v[i] /= scale
		}
		v[0] = float64(beta * size)
		for c := k + 1; c < w; c++ {
			col := a[k+c*n : (c+1)*n]
			dot := col[0]
			for i := 1; i < len(v); i++ {
				dot = math.FMA(v[i], col[i], dot)
			}
			dot = float64(dot * tau)
			col[0] -= dot
			for i := 1; i < len(v); i++ {
				col[i] = math.FMA(-dot, v[i], col[i])
			}
		}
	}
}

// dependent is how small the part of a column that is perpendicular to the
// columns before it may be, relative to its length, for its coefficient to have
// an origin other than 0.
const dependent = 1e-4

// origins solves for the least-squares coefficients, from the last to the
// first. Any origin is right; one near the solution keeps all digits there.
func (f *factorer) origins(out, tail []float64) {
	k, w := f.Tail(), f.Tail()+1
	common := out[f.TailOrigin() : f.TailOrigin()+k]
	for c := k - 1; c >= 0; c-- {
		rhs := tail[c+k*w]
		for d := c + 1; d < k; d++ {
			rhs = math.FMA(-tail[c+d*w], common[d], rhs)
		}
		common[c] = solution(rhs, tail[c+c*w], f.columnLength(f.Head+c))
	}
	for j := range f.J {
		for r := f.Head - 1; r >= 0; r-- {
			rhs := out[f.T(r)+j]
			for c := r + 1; c < f.K; c++ {
				rhs = math.FMA(-out[f.R(r, c)+j], f.coefficient(out, c, j), rhs)
			}
			sum := 0.0
			for i := 0; i <= r; i++ {
				x := out[f.R(i, r)+j]
				sum = math.FMA(x, x, sum)
			}
			out[f.Origin(r)+j] = solution(rhs, out[f.R(r, r)+j], math.Sqrt(sum))
		}
	}
}

// minPivot is the size below which a column counts as zero: products with it
// could lack digits.
const minPivot = 0x1p-400

func solution(rhs, pivot, length float64) float64 {
	if b := rhs / pivot; math.Abs(pivot) > max(dependent*length, minPivot) && math.Abs(b) <= math.MaxFloat64 {
		return b
	}
	return 0
}

func (f *factorer) columnLength(c int) float64 {
	sum := 0.0
	for i := range f.N {
		sum = math.FMA(f.x[c].at(i), f.x[c].at(i), sum)
	}
	return math.Sqrt(sum)
}

// coefficient returns the origin of coefficient c in group j.
func (f *factorer) coefficient(out []float64, c, j int) float64 {
	if c < f.Head {
		return out[f.Origin(c)+j]
	}
	return out[f.TailOrigin()+c-f.Head]
}

// subtractFit replaces y by y − Σ x·b0, summed with twice the digits (Ogita,
// Rump & Oishi 2005, algorithm 5.3).
func (f *factorer) subtractFit(out []float64) {
	for j := range f.J {
		for _, i := range f.order[f.start[j]:f.start[j+1]] {
			sum, low := f.y[i], 0.0
			for c := range f.K {
				x, b := f.x[c].at(int(i)), -f.coefficient(out, c, j)
				p := float64(x * b)
				next := sum + p
				part := next - sum
				low += math.FMA(x, b, -p) + ((sum - (next - part)) + (p - part))
				sum = next
			}
			f.y[i] = sum + low
		}
	}
}

// finish writes the tail.
func (f *factorer) finish(out, tail []float64) {
	if f.Separate {
		return
	}
	k, w := f.Tail(), f.Tail()+1
	for c := range k {
		copy(out[f.TailR(c):f.TailR(c)+k], tail[c*w:])
	}
	copy(out[f.TailT():f.TailT()+k], tail[k*w:])
	out[f.Rho()] = math.Abs(tail[k+k*w])
}
