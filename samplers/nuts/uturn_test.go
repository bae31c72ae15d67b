package nuts

import (
	"testing"

	"github.com/quatre-ppl/quatre/rng"
)

// TestTurnsJoined_AgreesWithDefinition compares the fused loop with the
// criterion as it is written down, and the pair with the general case.
func TestTurnsJoined_AgreesWithDefinition(t *testing.T) {
	src := rng.NewKey(41).Stream()
	turnedPairs, turnedJoined := 0, 0
	for round := range 2000 {
		dim := 1 + round%5
		m := newMemory(dim)
		state := func() *Point {
			z := m.point()
			for i := range dim {
				// Drift keeps the momenta from being random signs only.
				z.P[i] = src.Normal() + 0.7
				z.V[i] = z.P[i] * (0.5 + float64(i))
			}
			return z
		}
		a, b := state(), state()
		left, right := tree{a, a, a.P}, tree{b, b, b.P}
		pair := turnsPair(m.sum(), a, b)
		if want := turnsByDefinition(&left, &right); pair != want {
			t.Fatalf("round %d: pair turns %v, definition %v", round, pair, want)
		}
		c, d := state(), state()
		first, second := tree{a, b, momenta(a, b)}, tree{c, d, momenta(c, d)}
		want := turnsByDefinition(&first, &second)
		total := momenta(a, b, c, d)
		if got := turnsJoined(&first, &second); got != want {
			t.Fatalf("round %d: joined turns %v, definition %v", round, got, want)
		}
		for i, sum := range first.rho {
			// Four numbers added in another order.
			if diff := sum - total[i]; diff > 1e-14 || diff < -1e-14 {
				t.Fatalf("round %d: sum of momenta %g, want %g", round, sum, total[i])
			}
		}
		turnedPairs += count(pair)
		turnedJoined += count(want)
	}
	if turnedPairs < 200 || turnedPairs > 1800 || turnedJoined < 200 || turnedJoined > 1800 {
		t.Errorf("%d pairs and %d joined trees of 2000 turn: the test does not see both outcomes", turnedPairs, turnedJoined)
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func momenta(points ...*Point) []float64 {
	sum := make([]float64, len(points[0].P))
	for _, z := range points {
		for i, p := range z.P {
			sum[i] += p
		}
	}
	return sum
}

// turnsByDefinition writes the three conditions out.
func turnsByDefinition(a, b *tree) bool {
	goesOn := func(begin, end *Point, rho []float64) bool { return dot(begin.V, rho) > 0 && dot(end.V, rho) > 0 }
	sum := func(x, y []float64) []float64 {
		s := make([]float64, len(x))
		for i := range s {
			s[i] = x[i] + y[i]
		}
		return s
	}
	return !(goesOn(a.begin, b.end, sum(a.rho, b.rho)) &&
		goesOn(a.begin, b.begin, sum(a.rho, b.begin.P)) &&
		goesOn(a.end, b.end, sum(b.rho, a.end.P)))
}
