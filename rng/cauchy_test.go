package rng

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
)

func TestCauchy_FollowsItsDistributionFunction(t *testing.T) {
	c := continuousCase{
		"Cauchy(-1, 2)",
		func(s *Stream) float64 { return Cauchy(s, -1, 2) },
		func(x float64) float64 { return 0.5 + math.Atan((x+1)/2)/math.Pi },
	}
	expectContinuous(t, c)
	s := NewKey(1).Stream()
	if n := testing.AllocsPerRun(20, func() { c.draw(s) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

// The quarter points, where the tangent is 1, fix the sign of both halves.
func TestCauchy_GrowsWithItsWord(t *testing.T) {
	s := NewKey(2).Stream()
	for range 100 {
		place := s.Position()
		u := s.Float64()
		s.Seek(place)
		want := math.Tan(math.Pi * (u - 0.5))
		// The reference loses digits beside the poles of the tangent.
		check.Close(t, Cauchy(s, 0, 1), want, check.Rel.Scaled(math.Abs(want*want)))
	}
}

func TestCauchy_PanicsOutsideItsDomain(t *testing.T) {
	s := NewKey(1).Stream()
	check.Panics(t, "rng: Cauchy", func() { Cauchy(s, math.Inf(1), 1) })
	check.Panics(t, "rng: Cauchy", func() { Cauchy(s, 0, 0) })
}
