package elem_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
)

// points collects test arguments from a fixed random stream.
type points struct {
	r  *rand.Rand
	xs []float64
}

func newPoints() *points { return &points{r: rand.New(rand.NewPCG(1, 2))} }

// uniform adds n points of [lo, hi).
func (p *points) uniform(n int, lo, hi float64) *points {
	for range n {
		p.xs = append(p.xs, lo+(hi-lo)*p.r.Float64())
	}
	return p
}

// decades adds n points of random sign (or positive) with |x| log-uniform in 10^lo..10^hi.
func (p *points) decades(n int, lo, hi float64, signed bool) *points {
	for range n {
		x := math.Pow(10, lo+(hi-lo)*p.r.Float64())
		if signed && p.r.IntN(2) == 0 {
			x = -x
		}
		p.xs = append(p.xs, x)
	}
	return p
}

// add adds the given points.
func (p *points) add(xs ...float64) *points {
	p.xs = append(p.xs, xs...)
	return p
}

func TestExponentials_NearCorrectlyRounded(t *testing.T) {
	checkULP(t, "Exp", elem.Exp, bigExp, 1, newPoints().uniform(1000, -745.2, 709.8).uniform(1000, -1, 1).xs)
	checkULP(t, "Expm1", elem.Expm1, bigExpm1, 1,
		newPoints().uniform(500, -40, 709).uniform(1500, -2, 2).decades(500, -20, 0, true).xs)
}

func TestLogarithms_NearCorrectlyRounded(t *testing.T) {
	checkULP(t, "Log", elem.Log, bigLog, 1, newPoints().uniform(1500, 0.3, 3).decades(500, -323, 308, false).xs)
	checkULP(t, "Log1p", elem.Log1p, bigLog1p, 1,
		newPoints().uniform(1500, -1, 3).decades(500, -20, 0, true).decades(300, 0, 308, false).xs)
}

// values lists argument and exact result pairs.
type values [][2]float64

func checkExact(t *testing.T, name string, f func(float64) float64, table values) {
	t.Helper()
	for _, row := range table {
		got := f(row[0])
		if math.Float64bits(got) != math.Float64bits(row[1]) && !(math.IsNaN(got) && math.IsNaN(row[1])) {
			t.Errorf("%s(%v) = %v, want %v", name, row[0], got, row[1])
		}
	}
}

var (
	inf     = math.Inf(1)
	nan     = math.NaN()
	negZero = math.Copysign(0, -1)
)

func TestSpecialValues_ExpLog(t *testing.T) {
	checkExact(t, "Exp", elem.Exp, values{
		{0, 1}, {negZero, 1}, {inf, inf}, {-inf, 0}, {nan, nan}, {709.782712893384, 0x1.fffffffffff2ap+1023},
		{709.7827128933841, inf}, {-745.1332191019411, 0x1p-1074}, {-745.1332191019412, 0}, {0x1p-1074, 1},
	})
	checkExact(t, "Expm1", elem.Expm1, values{
		{0, 0}, {negZero, negZero}, {inf, inf}, {-inf, -1}, {nan, nan}, {0x1p-1074, 0x1p-1074}, {-800, -1},
		{709.7827128933841, inf}, {-1e-300, -1e-300},
	})
	checkExact(t, "Log", elem.Log, values{
		{0, -inf}, {negZero, -inf}, {1, 0}, {inf, inf}, {-inf, nan}, {nan, nan}, {-1, nan}, {-0x1p-1074, nan},
		{0x1p-1074, -744.4400719213812}, {math.MaxFloat64, 709.782712893384},
	})
	checkExact(t, "Log1p", elem.Log1p, values{
		{0, 0}, {negZero, negZero}, {-1, -inf}, {-1.0000000000000002, nan}, {inf, inf}, {-inf, nan}, {nan, nan},
		{0x1p-1074, 0x1p-1074}, {math.MaxFloat64, 709.782712893384},
	})
	checkExact(t, "NormQuantile", elem.NormQuantile, values{
		{0, -inf}, {negZero, -inf}, {1, inf}, {0.5, 0}, {-0x1p-1074, nan}, {1.0000000000000002, nan}, {nan, nan}, {inf, nan}, {-inf, nan},
	})
}
