package nuts

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// recursive builds a tree as the papers write it, with copies instead of shared
// points and no proposal. It counts the states that it visits.
func recursive(s *Sampler, depth int, from *Point, visited *int) (begin, end *Point, rho []float64, result outcome) {
	if depth == 0 {
		z := newMemory(len(from.Q)).point()
		*visited++
		if err := Leapfrog(s.target, s.metric, z, from, s.step); err != nil {
			return nil, nil, nil, failed
		}
		if z.Energy-s.startEnergy > s.maxEnergyError {
			return nil, nil, nil, diverging
		}
		return z, z, z.P, complete
	}
	aBegin, aEnd, aRho, result := recursive(s, depth-1, from, visited)
	if result != complete {
		return nil, nil, nil, result
	}
	bBegin, bEnd, bRho, result := recursive(s, depth-1, aEnd, visited)
	if result != complete {
		return nil, nil, nil, result
	}
	if turnsByDefinition(&tree{aBegin, aEnd, aRho}, &tree{bBegin, bEnd, bRho}) {
		return nil, nil, nil, turning
	}
	rho = make([]float64, len(aRho))
	for i := range rho {
		rho[i] = aRho[i] + bRho[i]
	}
	return aBegin, bEnd, rho, complete
}

// TestBuild_AgreesWithRecursion runs loop and recursion from the same points:
// same outcome after the same number of states, same ends, same sum.
func TestBuild_AgreesWithRecursion(t *testing.T) {
	seen := map[outcome]int{}
	key := rng.NewKey(51)
	for round := range 1000 {
		src := key.Child("round", uint64(round)).Stream()
		dim := 1 + src.Intn(4)
		// Short steps in few dimensions make deep trees, long ones diverge.
		step := math.Exp(3.5*src.Float64() - 3)
		if src.Float64() < 0.5 {
			step = -step
		}
		depth := src.Intn(6)
		s := newSampler(t, newNormal(dim), NewDiag(dim), math.Abs(step), Options{MaxEnergyError: 0.5})
		state := transition.NewState(dim)
		for i := range state.Q {
			state.Q[i] = src.Normal()
		}
		if err := s.Init(state, state.Q); err != nil {
			t.Fatal(err)
		}
		s.src, s.step = src, step
		from, err := s.start(state)
		if err != nil {
			t.Fatal(err)
		}
		got, result := s.expand(depth, from)
		visited := 0
		begin, end, rho, want := recursive(s, depth, from, &visited)
		seen[result]++
		if result != want || s.leapfrogs != visited {
			t.Fatalf("round %d: outcome %d after %d states, recursion %d after %d", round, result, s.leapfrogs, want, visited)
		}
		if result != complete {
			continue
		}
		check.CloseSlice(t, got.begin.Q, begin.Q, check.Exact, "round", round, "first state")
		check.CloseSlice(t, got.end.Q, end.Q, check.Exact, "round", round, "last state")
		check.CloseSlice(t, got.rho, rho, check.Exact, "round", round, "sum of momenta")
	}
	for _, result := range []outcome{complete, turning, diverging} {
		if seen[result] < 50 {
			t.Errorf("outcome %d was seen %d times only", result, seen[result])
		}
	}
}

// TestChoice_ChoosesByWeight offers weights of all sizes and counts.
func TestChoice_ChoosesByWeight(t *testing.T) {
	for name, logs := range map[string][]float64{
		"even":        {0, 0, 0, 0, 0},
		"uneven":      {-1, 0, 1, 0.5, -0.3},
		"large":       {600, 601, 600.5, 0},
		"small":       {-700, -701, -699, -700},
		"huge range":  {-2000, 0, 1e300, -1e300},
		"last counts": {0, 700, -700, 701},
		"both sides":  {499.9, 500.1, 499, 501},
	} {
		const draws = 20000
		const seed = 61
		s := newSampler(t, newNormal(1), NewDiag(1), 1, Options{})
		s.src = rng.NewKey(seed).Child(name).Stream()
		counts := make([]int, len(logs))
		for range draws {
			s.memory.reset()
			s.choice = choice{}
			chosen := map[*Point]int{}
			for i, l := range logs {
				w, _ := newWeight(l)
				z := s.memory.point()
				chosen[z] = i
				s.choice.offer(s, z, w)
			}
			counts[chosen[s.choice.proposal]]++
		}
		largest, total := math.Inf(-1), 0.0
		for _, l := range logs {
			largest = max(largest, l)
		}
		expected := make([]float64, len(logs))
		for i, l := range logs {
			expected[i] = math.Exp(l - largest)
			total += expected[i]
		}
		positive := 0
		for i := range expected {
			expected[i] *= draws / total
			if expected[i] > 0 {
				positive++
			} else if counts[i] > 0 {
				t.Errorf("%s: a state of no weight was chosen", name)
			}
		}
		if positive < 2 {
			continue
		}
		statistic, p := check.ChiSquare(counts, expected)
		check.PValue(t, p, 1e-6, "seed", seed, name, "chi-square", statistic)
	}
}

// TestWeight_AddsAcrossShifts compares with sums on the log scale.
func TestWeight_AddsAcrossShifts(t *testing.T) {
	logs := []float64{-1e300, -5000, -1000, -501, -500, -499, -1, 0, 1, 499, 500, 501, 900, 5000, 1e300}
	logSum := func(a, b float64) float64 { return max(a, b) + math.Log1p(math.Exp(-math.Abs(a-b))) }
	for _, a := range logs {
		for _, b := range logs {
			wa, accept := newWeight(a)
			wb, _ := newWeight(b)
			check.Close(t, accept, min(1, math.Exp(a)), check.Rel.Scaled(1e-300), "acceptance of", a)
			sum := wa.plus(wb)
			want := logSum(a, b)
			check.Close(t, math.Log(sum.sum)+sum.shift, want, check.Rel.Scaled(1), "exp of", a, "and of", b)
			if got := wa.exceeds(wb); got != (a > b) {
				t.Errorf("exp(%g) > exp(%g) is %v", a, b, got)
			}
		}
	}
}
