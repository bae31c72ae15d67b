package elem_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
)

// relative returns |got - want|/|want|.
func relative(got float64, want *big.Float) float64 {
	if want.Sign() == 0 {
		return math.Abs(got)
	}
	e, _ := quo(sub(bf(got), want), want).Float64()
	return math.Abs(e)
}

// worst keeps the largest relative error of a function and where it was.
type worst struct {
	error float64
	at    [3]float64
}

func (w *worst) see(got float64, want *big.Float, at ...float64) {
	if e := relative(got, want); !(e <= w.error) {
		w.error = e
		copy(w.at[:], at)
	}
}

func (w *worst) check(t *testing.T, name string, limit float64) {
	t.Helper()
	t.Logf("%s: worst relative error %.2g at %v", name, w.error, w.at)
	if !(w.error <= limit) {
		t.Errorf("%s%v: relative error %.2g, documented %.2g", name, w.at, w.error, limit)
	}
}

// gammaCases returns shapes and arguments around the bulk and in both tails.
func gammaCases(n int) (cases [][2]float64) {
	r := rand.New(rand.NewPCG(7, 8))
	for range n {
		a := math.Pow(10, 6*r.Float64()-3)
		cases = append(cases, [2]float64{a, math.Abs(a + 4*math.Sqrt(a)*r.NormFloat64())})
		if a < 500 {
			cases = append(cases, [2]float64{a, a * math.Pow(10, 1.6*r.Float64()-0.8)})
		}
	}
	return cases
}

func TestGammaIncomplete_AccuracyAsDocumented(t *testing.T) {
	var p, q, da worst
	for _, c := range gammaCases(160) {
		a, x := c[0], c[1]
		lower, upper := bigGammaP(bf(a), bf(x)), bigGammaQ(bf(a), bf(x))
		if size, _ := lower.Float64(); size > 1e-300 {
			p.see(elem.GammaP(a, x), lower, a, x)
		}
		if size, _ := upper.Float64(); size > 1e-60 {
			q.see(elem.GammaQ(a, x), upper, a, x)
			slope := bigSlope(func(shape *big.Float) *big.Float { return bigGammaP(shape, bf(x)) }, a)
			if size, _ := slope.Float64(); math.Abs(size) > 1e-14 {
				da.see(elem.GammaPDa(a, x), slope, a, x)
			}
		}
	}
	p.check(t, "GammaP", 3e-14)
	q.check(t, "GammaQ", 3e-14)
	da.check(t, "GammaPDa", 1e-12)
}

// TestGammaIncomplete_SmallShape: the upper tail keeps its digits where P is nearly 1.
func TestGammaIncomplete_SmallShape(t *testing.T) {
	var q worst
	for _, a := range []float64{1e-12, 1e-6, 1e-3, 0.3} {
		for _, x := range []float64{1e-10, 1e-3, 0.2, 0.7, 0.99, 1, 1.5} {
			q.see(elem.GammaQ(a, x), bigGammaQ(bf(a), bf(x)), a, x)
		}
	}
	q.check(t, "GammaQ", 1e-14)
}

// betaCases returns shapes and arguments around the bulk and over the unit interval.
func betaCases(n int, top float64) (cases [][3]float64) {
	r := rand.New(rand.NewPCG(9, 10))
	for range n {
		a, b := math.Pow(10, (top+2)*r.Float64()-2), math.Pow(10, (top+2)*r.Float64()-2)
		mean := a / (a + b)
		x := mean + 3*math.Sqrt(mean*(1-mean)/(a+b+1))*r.NormFloat64()
		if x > 0 && x < 0.999 {
			cases = append(cases, [3]float64{a, b, x})
		}
		cases = append(cases, [3]float64{a, b, 0.98 * r.Float64()})
	}
	return cases
}

func TestBetaInc_AccuracyAsDocumented(t *testing.T) {
	var value worst
	for _, c := range betaCases(60, 3) {
		a, b, x := c[0], c[1], c[2]
		want := bigBetaInc(bf(a), bf(b), bf(x))
		if size, _ := want.Float64(); size > 1e-300 {
			value.see(elem.BetaInc(a, b, x), want, a, b, x)
		}
	}
	value.check(t, "BetaInc", 2e-13)
}

func TestBetaInc_DerivativesAgainstDifferences(t *testing.T) {
	var da, db worst
	for _, c := range betaCases(25, 2) {
		a, b, x := c[0], c[1], c[2]
		slopeA := bigSlope(func(s *big.Float) *big.Float { return bigBetaInc(s, bf(b), bf(x)) }, a)
		slopeB := bigSlope(func(s *big.Float) *big.Float { return bigBetaInc(bf(a), s, bf(x)) }, b)
		if size, _ := slopeA.Float64(); math.Abs(size) > 1e-14 {
			da.see(elem.BetaIncDa(a, b, x), slopeA, a, b, x)
		}
		if size, _ := slopeB.Float64(); math.Abs(size) > 1e-14 {
			db.see(elem.BetaIncDb(a, b, x), slopeB, a, b, x)
		}
	}
	da.check(t, "BetaIncDa", 1e-11)
	db.check(t, "BetaIncDb", 1e-11)
}

// TestBetaInc_LargeShapes: the fraction and the uniform expansion meet, and I_1/2(a, a) = 1/2.
func TestBetaInc_LargeShapes(t *testing.T) {
	for _, a := range []float64{1e3, 1e6, 1.9e9, 2.1e9, 1e12, 1e100} {
		if got := elem.BetaInc(a, a, 0.5); math.Abs(got-0.5) > 1e-11 {
			t.Errorf("BetaInc(%v, %v, 1/2) = %v", a, a, got)
		}
	}
	for _, z := range []float64{-4, -1, -0.01, 0.3, 3} {
		const b = 1e10
		at := func(a float64) float64 {
			mean := a / (a + b)
			return elem.BetaInc(a, b, mean+z*math.Sqrt(mean*(1-mean)/(a+b)))
		}
		below, above := at(1.11111111e9), at(1.11111112e9) // on either side of ab/(a+b) = 1e9
		if math.Abs(below-above) > 1e-11*below {
			t.Errorf("BetaInc jumps from %v to %v at z = %v", below, above, z)
		}
	}
}

func TestLogBeta_AccuracyAsDocumented(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 300 {
		a, b := math.Pow(10, 9*r.Float64()-3), math.Pow(10, 9*r.Float64()-3)
		want := bigLogBeta(bf(a), bf(b))
		size, _ := want.Float64()
		if e, _ := sub(bf(elem.LogBeta(a, b)), want).Float64(); math.Abs(e) > 0x1p-52*max(0.5, math.Abs(size)) {
			t.Errorf("LogBeta(%v, %v) = %v, want %.17g", a, b, elem.LogBeta(a, b), size)
		}
	}
}

func TestIncomplete_Edges(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"GammaP(2, 0)", elem.GammaP(2, 0), 0},
		{"GammaP(2, inf)", elem.GammaP(2, inf), 1},
		{"GammaP(0, 2)", elem.GammaP(0, 2), 1},
		{"GammaP(inf, 2)", elem.GammaP(inf, 2), 0},
		{"GammaP(-1, 2)", elem.GammaP(-1, 2), nan},
		{"GammaP(1, -2)", elem.GammaP(1, -2), nan},
		{"GammaP(1, nan)", elem.GammaP(1, nan), nan},
		{"GammaP(1, 1)", elem.GammaP(1, 1), 0.6321205588285577},
		{"GammaQ(1, 700)", elem.GammaQ(1, 700), elem.Exp(-700)},
		{"GammaQ(2, 0)", elem.GammaQ(2, 0), 1},
		{"GammaP(1e300, 1e300)", elem.GammaP(1e300, 1e300), 0.5},
		{"GammaP(1e300, 2e300)", elem.GammaP(1e300, 2e300), 1},
		{"GammaPDa(2, 0)", elem.GammaPDa(2, 0), 0},
		{"GammaPDa(-2, 1)", elem.GammaPDa(-2, 1), nan},
		{"BetaInc(2, 3, 0)", elem.BetaInc(2, 3, 0), 0},
		{"BetaInc(2, 3, 1)", elem.BetaInc(2, 3, 1), 1},
		{"BetaInc(2, 3, 1.1)", elem.BetaInc(2, 3, 1.1), nan},
		{"BetaInc(-2, 3, 0.5)", elem.BetaInc(-2, 3, 0.5), nan},
		{"BetaInc(0, 3, 0.5)", elem.BetaInc(0, 3, 0.5), 1},
		{"BetaInc(3, 0, 0.5)", elem.BetaInc(3, 0, 0.5), 0},
		{"BetaInc(1, 1, 0.25)", elem.BetaInc(1, 1, 0.25), 0.25},
		{"BetaIncDa(2, 3, 1)", elem.BetaIncDa(2, 3, 1), 0},
		{"BetaIncDb(2, nan, 0.5)", elem.BetaIncDb(2, nan, 0.5), nan},
		{"LogBeta(0, 1)", elem.LogBeta(0, 1), inf},
		{"LogBeta(inf, 1)", elem.LogBeta(inf, 1), -inf},
		{"LogBeta(-1, 1)", elem.LogBeta(-1, 1), nan},
	} {
		if math.Abs(c.got-c.want) <= 0x1p-52*math.Abs(c.want) || c.got == c.want || math.IsNaN(c.got) && math.IsNaN(c.want) {
			continue
		}
		t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
	}
}

// TestIncomplete_TinyArguments takes closed forms at arguments far below the shape, where
// x - a rounds to -a.
func TestIncomplete_TinyArguments(t *testing.T) {
	for _, x := range []float64{5e-17, 1e-20, 1e-60, 1e-200, 1e-300} {
		root := math.Sqrt(x)
		for _, c := range []struct {
			name      string
			got, want float64
		}{
			{"GammaP(1, x)", elem.GammaP(1, x), x},
			{"GammaQ(1, x)", elem.GammaQ(1, x), 1},
			{"GammaP(1/2, x)", elem.GammaP(0.5, x), 2 / math.Sqrt(math.Pi) * root},
			{"BetaInc(1, 1, x)", elem.BetaInc(1, 1, x), x},
			{"BetaInc(1, 5, x)", elem.BetaInc(1, 5, x), 5 * x},
			{"BetaInc(1/2, 1, x)", elem.BetaInc(0.5, 1, x), root},
			{"BetaInc(1/2, 1/2, x)", elem.BetaInc(0.5, 0.5, x), 2 / math.Pi * root},
		} {
			if !(math.Abs(c.got-c.want) <= 1e-14*c.want) {
				t.Errorf("%s at %v: %v, want %v", c.name, x, c.got, c.want)
			}
		}
	}
}
