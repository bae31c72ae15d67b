package interp

import (
	"math"

	"github.com/quatre-ppl/quatre/graph/ir"
)

type (
	choleskyStep     ir.Cholesky
	choleskyGradStep ir.CholeskyGrad
	triSolveStep     ir.TriSolve
	scanStep         ir.Scan
	linearStep       ir.Linear
)

func (m *machine) at(p ir.Place, n int) []float64 { return m.bufs[p.Buf][p.Off : p.Off+n] }

func (s *linearStep) run(m *machine) {
	n := s.N
	ir.RunLinear((*ir.Linear)(s), m.at(s.Dst, n), m.at(s.Own, n), m.at(s.Weight, n), m.regs[s.Init])
}

// run factorises column by column; every inner product is summed in order by
// fma, starting from the element of the source.
func (s *choleskyStep) run(m *machine) {
	n := s.N
	src, l := m.at(s.Src, n*n), m.at(s.Dst, n*n)
	for j := range n {
		for i := range j {
			l[i+j*n] = 0
		}
		d := src[j+j*n]
		for k := range j {
			d = math.FMA(-l[j+k*n], l[j+k*n], d)
		}
		d = math.Sqrt(d)
		if !(d > 0) { // also NaN: not positive definite
			d = math.NaN()
		}
		l[j+j*n] = d
		for i := j + 1; i < n; i++ {
			v := src[i+j*n]
			for k := range j {
				v = math.FMA(-l[i+k*n], l[j+k*n], v)
			}
			l[i+j*n] = v / d
		}
	}
}

// run reverses the factorisation column by column (Smith 1995).
func (s *choleskyGradStep) run(m *machine) {
	n := s.N
	l, adj, f := m.at(s.L, n*n), m.at(s.Adj, n*n), m.at(s.Dst, n*n)
	for j := range n {
		for i := range n {
			if i < j {
				f[i+j*n] = 0
			} else {
				f[i+j*n] = adj[i+j*n]
			}
		}
	}
	for j := n - 1; j >= 0; j-- {
		d := l[j+j*n]
		for i := n - 1; i > j; i-- {
			f[i+j*n] /= d
			v := f[i+j*n]
			f[j+j*n] = math.FMA(-v, l[i+j*n], f[j+j*n])
			for k := range j {
				f[j+k*n] = math.FMA(-v, l[i+k*n], f[j+k*n])
				f[i+k*n] = math.FMA(-v, l[j+k*n], f[i+k*n])
			}
		}
		f[j+j*n] = f[j+j*n] * 0.5 / d
		v := 2 * f[j+j*n]
		for k := range j {
			f[j+k*n] = math.FMA(-v, l[j+k*n], f[j+k*n])
		}
	}
}

// run substitutes forward, or backward for the transpose, column by column.
func (s *triSolveStep) run(m *machine) {
	n := s.N
	l, b, x := m.at(s.L, n*n), m.at(s.B, n*s.M), m.at(s.Dst, n*s.M)
	for c := range s.M {
		col, rhs := x[c*n:(c+1)*n], b[c*n:(c+1)*n]
		if s.Trans {
			for i := n - 1; i >= 0; i-- {
				v := rhs[i]
				for k := i + 1; k < n; k++ {
					v = math.FMA(-l[k+i*n], col[k], v)
				}
				col[i] = v / l[i+i*n]
			}
			continue
		}
		for i := range n {
			v := rhs[i]
			for k := range i {
				v = math.FMA(-l[i+k*n], col[k], v)
			}
			col[i] = v / l[i+i*n]
		}
	}
}

// run executes the iterations in order. All carries are read before any is
// written, since one may hand on another.
func (s *scanStep) run(m *machine) {
	r := m.regs
	for _, c := range s.Carry {
		r[c.In] = r[c.Init]
	}
	for step := range s.N {
		i := step
		if s.Reverse {
			i = s.N - 1 - step
		}
		for k := range s.Body {
			m.scalar(&s.Body[k], i)
		}
		for _, c := range s.Carry {
			r[c.Final] = r[c.Out]
		}
		for _, c := range s.Carry {
			r[c.In] = r[c.Final]
		}
	}
	if s.N == 0 {
		for _, c := range s.Carry {
			r[c.Final] = r[c.Init]
		}
	}
}
