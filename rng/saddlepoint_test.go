package rng

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
)

// The wanted values of this file are differences of log Γ at 60 digits.

func TestLogPoisson_KnownValues(t *testing.T) {
	for _, c := range []struct{ k, mean, want float64 }{
		{0, 3.5, -3.5},
		{1, 3.5, -2.2472370315046320043},
		{20, 12.25, -4.4750977209387652021},
		{1000, 900.5, -9.6780138721525798513},
		{1e15, 1e15 + 3e7, -18.638326721660015658},
		{1e15, 2e15, -306852819440072.87891},
		{5, 1e6, -999935.70993895296068},
	} {
		check.Close(t, logPoisson(c.k, c.mean), c.want, check.Rel, c.k, c.mean)
	}
}

func TestLogBinomial_KnownValues(t *testing.T) {
	for _, c := range []struct{ k, n, p, want float64 }{
		{0, 10, 0.25, -2.8768207245178092744},
		{10, 10, 0.25, -13.862943611198906188},
		{3, 10, 0.25, -1.3851658477400923543},
		{400, 1000, 0.5, -23.795035434399945708},
		{1e9 + 1e5, 1e12, 0x1p-10, -281691.8298420518366},
		{1, 1e15, 0x1p-50, -1.0067610527867049492},
		{0x1p51 + 0x1p25, 0x1p52, 0.5, -18.74761804720330544},
		{-1, 10, 0.25, math.Inf(-1)},
		{11, 10, 0.25, math.Inf(-1)},
	} {
		check.Close(t, logBinomial(c.k, c.n, c.p, 1-c.p), c.want, check.Rel, c.k, c.n, c.p)
	}
}

func TestLogHypergeometric_KnownValues(t *testing.T) {
	for _, c := range []struct{ k, draws, good, total, want float64 }{
		{0, 5, 4, 10, -3.7376696182833683059},
		{2, 5, 4, 10, -0.74193734472937731248},
		{60, 100, 500, 1000, -4.6934968829467238312},
		{25e10 + 1e5, 5e11, 5e11, 1e12, -13.42815473004964836},
		{5, 5, 4, 10, math.Inf(-1)},
	} {
		check.Close(t, logHypergeometric(c.k, c.draws, c.good, c.total), c.want, check.Rel, c.k, c.draws, c.good, c.total)
	}
}

func TestStirlingError_TableMeetsSeries(t *testing.T) {
	// At 15 the first omitted term, 691/360360 n^-11, is 2e-16, so the series
	// reaches the table to that.
	series := stirlingErrors[15]
	x := 1.0 / 225
	want := (1.0/12 - x*(1.0/360-x*(1.0/1260-x*(1.0/1680-x/1188)))) / 15
	check.Close(t, series, want, check.Rel.Scaled(1e-5))
	for n := 2.0; n < 40; n++ {
		logFactorial, _ := math.Lgamma(n + 1)
		stirling := halfLog2Pi + (n+0.5)*math.Log(n) - n
		check.Close(t, stirlingError(n), logFactorial-stirling, check.Rel.Scaled(logFactorial), "n =", n)
	}
}
