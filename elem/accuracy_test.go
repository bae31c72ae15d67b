package elem_test

import (
	"math"
	"math/big"
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

// near adds n points at distances 10^-12 to 10^-1 of x.
func (p *points) near(n int, x float64) *points {
	for range n {
		p.xs = append(p.xs, x+math.Copysign(math.Pow(10, -1-11*p.r.Float64()), p.r.NormFloat64()))
	}
	return p
}

// accuracy is one line of the table in the documentation of the package.
type accuracy struct {
	name  string
	f     func(float64) float64
	ref   func(*big.Float) *big.Float
	limit float64 // in units of the last place, the documented error
	xs    []float64
}

func accuracies() []accuracy {
	return []accuracy{
		{"Exp", elem.Exp, bigExp, 1.0, newPoints().uniform(1000, -745.2, 709.8).uniform(1000, -1, 1).xs},
		{"Expm1", elem.Expm1, bigExpm1, 0.9, newPoints().uniform(500, -40, 709).uniform(1500, -2, 2).decades(500, -20, 0, true).xs},
		{"Log", elem.Log, bigLog, 0.8, newPoints().uniform(1500, 0.3, 3).decades(500, -323, 308, false).xs},
		{"Log1p", elem.Log1p, bigLog1p, 0.8, newPoints().uniform(1500, -1, 3).decades(500, -20, 0, true).decades(300, 0, 308, false).xs},
		{"Log1pExp", elem.Log1pExp, bigLog1pExp, 1.5, newPoints().uniform(1000, -10, 10).uniform(500, -740, 800).xs},
		{"InvLogit", elem.InvLogit, bigInvLogit, 2.5, newPoints().uniform(1000, -10, 10).uniform(500, -740, 800).xs},
		{"Sin", elem.Sin, bigSin, 0.75, angles().xs},
		{"Cos", elem.Cos, bigCos, 0.75, angles().xs},
		{"Tan", elem.Tan, bigTan, 0.8, angles().xs},
		{"Asin", elem.Asin, bigAsin, 0.7, newPoints().uniform(1000, -1, 1).decades(300, -18, 0, true).near(300, 0.5).xs},
		{"Acos", elem.Acos, bigAcos, 0.7, newPoints().uniform(1000, -1, 1).decades(300, -18, 0, true).near(300, 0.5).xs},
		{"Atan", elem.Atan, bigAtan, 0.7, newPoints().uniform(1500, -4, 4).decades(500, -18, 100, true).xs},
		{"Sinh", elem.Sinh, bigSinh, 0.8, newPoints().uniform(1500, -3, 3).uniform(300, -710, 710).decades(300, -18, 0, true).xs},
		{"Cosh", elem.Cosh, bigCosh, 0.65, newPoints().uniform(1500, -3, 3).uniform(300, -710, 710).decades(300, -18, 0, true).xs},
		{"Tanh", elem.Tanh, bigTanh, 0.8, newPoints().uniform(1500, -3, 3).uniform(300, -25, 25).decades(300, -18, 0, true).xs},
		{"Erf", elem.Erf, bigErf, 1.0, newPoints().uniform(600, -1, 1).uniform(300, -6, 6).decades(200, -18, 0, true).xs},
		{"Erfc", elem.Erfc, bigErfc, 1.2, newPoints().uniform(400, -3, 3).uniform(200, 3, 27).xs},
		{"NormCDF", elem.NormCDF, bigNormCDF, 1.3, newPoints().uniform(400, -5, 5).uniform(200, -38, -5).xs},
		{"LogNormCDF", elem.LogNormCDF, bigLogNormCDF, 2.0, newPoints().uniform(400, -4, 4).uniform(100, -600, -4).uniform(50, 4, 12).xs},
		{"Lgamma", elem.Lgamma, bigLgamma, 1.0, gammaPoints().xs},
		{"Digamma", elem.Digamma, bigDigamma, 0.9, gammaPoints().near(100, 1.4616321449683623).xs},
		{"Trigamma", elem.Trigamma, bigTrigamma, 1.2, gammaPoints().xs},
		{"Trigamma-", elem.Trigamma, reflectedTrigamma, 1.0, newPoints().uniform(150, -20, 0).xs},
	}
}

// angles are moderate, huge, and close to multiples of pi/2.
func angles() *points {
	p := newPoints().uniform(800, -8, 8).uniform(200, -1e5, 1e5).decades(300, -18, 0, true).decades(200, 5, 308, true)
	for k := range 200 {
		p.xs = append(p.xs, float64(k*k)*(math.Pi/2))
	}
	// the double closest to a multiple of pi/2, from below 2^850
	p.xs = append(p.xs, 0x1.6ac5b262ca1ffp+849)
	return p
}

// gammaPoints are positive, many around the zeros at 1 and 2 of lgamma.
func gammaPoints() *points {
	return newPoints().uniform(200, 0, 3).uniform(200, 0, 30).decades(60, -100, 0, false).decades(100, 1, 100, false).near(60, 1).near(60, 2)
}

func TestAccuracy_AsDocumented(t *testing.T) {
	for _, c := range accuracies() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			worst, at := 0.0, 0.0
			for i, x := range c.xs {
				if testing.Short() && i%5 != 0 {
					continue
				}
				if e := ulpError(c.f(x), c.ref(bf(x))); !(e <= worst) {
					worst, at = e, x
				}
			}
			t.Logf("%d points, worst error %.3f ulp at %v", len(c.xs), worst, at)
			if !(worst <= c.limit) {
				t.Errorf("%s(%v) = %v: error of %.3f ulp, documented %v", c.name, at, c.f(at), worst, c.limit)
			}
		})
	}
}

// TestReflection_AbsoluteAccuracy: near the zeros between the negative integers only the
// absolute error is small.
func TestReflection_AbsoluteAccuracy(t *testing.T) {
	for _, x := range newPoints().uniform(150, -30, 0).xs {
		for _, c := range []struct {
			name string
			got  float64
			want *big.Float
		}{
			{"Lgamma", elem.Lgamma(x), reflectedLgamma(bf(x))},
			{"Digamma", elem.Digamma(x), reflectedDigamma(bf(x))},
		} {
			size, _ := c.want.Float64()
			if e, _ := sub(bf(c.got), c.want).Float64(); math.Abs(e) > 0x1p-52*max(1, math.Abs(size)) {
				t.Errorf("%s(%v) = %v, want %.17g", c.name, x, c.got, size)
			}
		}
	}
}

func TestPow_AccuracyAsDocumented(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	worst := 0.0
	for range 1500 {
		x := []float64{math.Pow(10, 600*r.Float64()-300), 3 * r.Float64(), 1 + r.NormFloat64()*1e-4}[r.IntN(3)]
		y := (1450*r.Float64() - 740) / math.Log(x)
		worst = max(worst, ulpError(elem.Pow(x, y), bigPow(bf(x), bf(y))))
	}
	t.Logf("worst error %.3f ulp", worst)
	if worst > 1 { // 0.6 and half an ulp more where the result is denormal
		t.Errorf("Pow: error of %.3f ulp, documented 1", worst)
	}
}
