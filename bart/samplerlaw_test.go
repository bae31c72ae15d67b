package bart

import (
	"math"
	"os"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
)

// TestSampler_RanksOfTheTruthAreUniformWithAnOffset draws a level u ~ N(0, 1) of the second half of the rows in a sampler of its own, which
// knows the response and f, and no latent response, and f by Step. QUATRE_SBC=1 makes it longer.
func TestSampler_RanksOfTheTruthAreUniformWithAnOffset(t *testing.T) {
	runs, cells, apart := 60, 4, 4
	if testing.Short() {
		t.Skip("draws many times")
	}
	if os.Getenv("QUATRE_SBC") != "" {
		runs, cells, apart = 1000, 20, 25
	}
	logDensity := map[Family]func(y, f float64) float64{
		Probit:   func(y, f float64) float64 { return elem.LogNormCDF((2*y - 1) * f) },
		Logistic: func(y, f float64) float64 { return float64(y*f) - elem.Log1pExp(f) },
	}
	for family, logp := range logDensity {
		t.Run(family.String(), func(t *testing.T) {
			calibrated(t, runs, cells, apart, func(run uint64) (step func(), now func() []float64) {
				c := familyChain(family, run)
				s := &Sampler{c, len(c.target)}
				u, offset, f := c.src.Normal(), make([]float64, s.rows), make([]float64, s.rows)
				setOffset := func() {
					for i := range offset {
						offset[i] = u * float64(2*i/s.rows)
					}
					s.SetOffset(offset)
				}
				setOffset()
				familyPrior(c)
				familyResponse(c)
				step = func() {
					s.Fitted(f)
					u = slice(c.src, u, 2, func(u float64) float64 {
						sum := -u * u / 2
						for i := s.rows / 2; i < s.rows; i++ {
							sum += logp(c.response[i], f[i]+u)
						}
						return sum
					})
					setOffset()
					s.Step()
				}
				return step, func() []float64 { return []float64{u, c.fromTrees(7)} }
			})
		})
	}
}

// TestSampler_RanksOfTheTruthAreUniformWithClasses is the multinomial logit of the example of SetOffset: three logistic samplers
// in turn. It looks at a probability and at f of a class. QUATRE_SBC=1 makes it longer.
func TestSampler_RanksOfTheTruthAreUniformWithClasses(t *testing.T) {
	runs, cells, apart := 40, 4, 4
	if testing.Short() {
		t.Skip("draws many times")
	}
	if os.Getenv("QUATRE_SBC") != "" {
		runs, cells, apart = 1000, 20, 25
	}
	calibrated(t, runs, cells, apart, func(run uint64) (step func(), now func() []float64) {
		m := newClasses(3, run)
		return m.step, m.quantities
	})
}

// classes are the samplers of a multinomial logit, and f of each.
type classes struct {
	samplers []*Sampler
	f        [][]float64
	offset   []float64
}

// newClasses draws trees from their prior and classes from the trees.
func newClasses(count int, seed uint64) *classes {
	m := &classes{samplers: make([]*Sampler, count), f: make([][]float64, count)}
	for k := range m.samplers {
		c := familyChain(Logistic, seed*uint64(count)+uint64(k))
		familyPrior(c)
		c.mean.settle()
		c.refresh()
		clear(c.response)
		m.samplers[k] = &Sampler{c, len(c.target)}
		m.f[k] = m.samplers[k].Fitted(nil)
	}
	m.offset = make([]float64, len(m.f[0]))
	src := m.samplers[0].chain.src
	for i := range m.offset {
		best, at := math.Inf(-1), 0
		for k := range m.f { // the largest of f with Gumbel noise
			if v := m.f[k][i] - elem.Log(src.Exponential()); v > best {
				best, at = v, k
			}
		}
		m.samplers[at].chain.response[i] = 1
	}
	return m
}

// others is Σ_{j≠k} exp(f_j) of a row.
func (m *classes) others(k, row int) float64 {
	sum := 0.0
	for j := range m.f {
		if j != k {
			sum += elem.Exp(m.f[j][row])
		}
	}
	return sum
}

func (m *classes) step() {
	for k, s := range m.samplers {
		for i := range m.offset {
			m.offset[i] = -elem.Log(m.others(k, i))
		}
		s.SetOffset(m.offset)
		s.Step()
		s.Fitted(m.f[k])
	}
}

func (m *classes) quantities() []float64 {
	own := elem.Exp(m.f[0][7])
	return []float64{own / (own + m.others(0, 7)), m.f[1][4]}
}
