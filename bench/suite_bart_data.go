package bench

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/quatre-ppl/quatre/bart"
)

// The data of the suite of trees come from uniform numbers that are a hash of
// their place, so that bench/peers/bart_cases.py has the same ones; the two
// agree up to the rounding of elementary functions.

const golden = 0x9E3779B97F4A7C15

// hash is the finalizer of SplitMix64 (Steele, Lea and Flood 2014).
func hash(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// place is a sequence of uniform numbers.
type place uint64

// newPlace returns one of four sequences of a seed: columns and noise of the rows to fit,
// columns and noise of those to test.
func newPlace(seed uint64, sequence int) place {
	return place(hash(bits.RotateLeft64(seed, 8)*golden + uint64(sequence)))
}

// uniform is number k, in [0, 1).
func (p place) uniform(k int) float64 {
	return float64(hash(uint64(p)+uint64(k+1)*golden)>>11) * 0x1p-53
}

// normal is standard normal number k (Box and Muller 1958).
func (p place) normal(k int) float64 {
	return math.Sqrt(-2*math.Log1p(-p.uniform(2*k))) * math.Cos(2*math.Pi*p.uniform(2*k+1))
}

// generator is the law of a problem's rows.
type generator struct {
	low, high []float64 // of the columns; the last pair stands for all that follow
	f         func(x []float64) float64
	sd        float64
	// relative makes sd a multiple of the standard deviation of f over the rows to fit;
	// logs makes it that of log y, f being the mean of y.
	relative, logs bool
}

var generators = map[string]generator{
	"friedman1": {low: []float64{0}, high: []float64{1}, sd: 1, f: func(x []float64) float64 {
		return 10*math.Sin(math.Pi*x[0]*x[1]) + 20*(x[2]-0.5)*(x[2]-0.5) + 10*x[3] + 5*x[4]
	}},
	"sparse": {low: []float64{0}, high: []float64{10}, sd: 0.5, f: func(x []float64) float64 {
		return 3*x[0] + 2*x[1] - 1.5*x[2] + 0.8*x[3] + 0.3*x[4]
	}},
	"sin": {low: []float64{0}, high: []float64{1}, sd: 0.2, f: func(x []float64) float64 {
		return math.Sin(2*math.Pi*x[0]) + math.Cos(2*math.Pi*x[1]) + 2*x[2]*x[2] + x[3]
	}},
	"linear": {low: []float64{0}, high: []float64{10}, sd: 0.5, f: func(x []float64) float64 { return 3 * x[0] }},
	"friedman2": {
		low: []float64{0, 40 * math.Pi, 0, 1}, high: []float64{100, 560 * math.Pi, 1, 11}, sd: 0.1, relative: true,
		f: func(x []float64) float64 { return math.Hypot(x[0], x[1]*x[2]-1/(x[1]*x[3])) },
	},
	"california": {
		low: []float64{1, 1, 1, 1, 1, 1, 32, -124}, high: []float64{51, 51, 11, 6, 35001, 7, 37, -114}, sd: 0.3, logs: true,
		f: func(x []float64) float64 {
			g := 0.4*math.Log(x[0]+1) - 0.1*math.Log(x[4]+1) + 0.2*math.Log(x[2]+1) - 0.05*math.Abs(x[6]-37) - 0.03*math.Abs(x[7]+120) +
				0.01*x[1] - 0.1*x[5]
			return math.Exp(g+0.045) / 100
		},
	},
}

// bartRows are rows with their response and the truth.
type bartRows struct {
	bart.Data
	f []float64
}

// generate returns the rows to fit and those to test of a round.
func (p *bartParams) generate(seed uint64) (train, test *bartRows, err error) {
	g, ok := generators[p.Data]
	if !ok {
		return nil, nil, fmt.Errorf("bench: no generator %q", p.Data)
	}
	train, test = g.rows(seed, 0, p.Rows, p.Columns), g.rows(seed, 2, p.Tests, p.Columns)
	sd := g.sd
	if g.relative {
		mean, square := 0.0, 0.0
		for _, f := range train.f {
			mean += f / float64(p.Rows)
		}
		for _, f := range train.f {
			square += (f - mean) * (f - mean) / float64(p.Rows)
		}
		sd *= math.Sqrt(square)
	}
	for k, r := range []*bartRows{train, test} {
		noise := newPlace(seed, 2*k+1)
		r.Y = make([]float64, len(r.f))
		for i, f := range r.f {
			if e := sd * noise.normal(i); g.logs {
				r.Y[i] = f * math.Exp(e-sd*sd/2)
			} else {
				r.Y[i] = f + e
			}
		}
	}
	return train, test, nil
}

// rows returns columns and f.
func (g *generator) rows(seed uint64, sequence, n, columns int) *bartRows {
	at := newPlace(seed, sequence)
	r := &bartRows{f: make([]float64, n)}
	for j := range columns {
		r.Columns = append(r.Columns, bart.Column{Name: fmt.Sprintf("x%d", j+1), Values: make([]float64, n)})
	}
	x := make([]float64, columns)
	for i := range n {
		for j := range x {
			k := min(j, len(g.low)-1)
			x[j] = g.low[k] + (g.high[k]-g.low[k])*at.uniform(i*columns+j)
			r.Columns[j].Values[i] = x[j]
		}
		r.f[i] = g.f(x)
	}
	return r
}
