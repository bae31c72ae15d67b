package bart

import (
	"fmt"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
)

// enumeration lists all trees of a small data set with their posterior weights.
// It shares no code with the sampler but the grid.
type enumeration struct {
	d           *Data
	g           *grid
	alpha, beta float64
	minLeaf     int
	scale2      float64
	noise2      float64
	weights     []float64
	leaf        func(rows []int) float64 // another marginal likelihood, if not nil
}

// weighted is a subtree and the product of its prior and its leaves' marginal
// likelihoods.
type weighted struct {
	text   string
	weight float64
}

// reach is what comes down to a node: rows, and what is left of each feature.
type reach struct {
	rows      []int
	low, high []int
	levels    [][]bool
	depth     int
}

func (e *enumeration) trees() []weighted {
	s := reach{}
	for i := range e.d.Rows() {
		s.rows = append(s.rows, i)
	}
	for f := range e.g.features {
		s.low, s.high = append(s.low, 0), append(s.high, e.g.features[f].cutCount()-1)
		levels := make([]bool, e.g.features[f].levels)
		for i := range levels {
			levels[i] = true
		}
		s.levels = append(s.levels, levels)
	}
	return e.below(s)
}

// rules lists the rules of a feature at a node with their probabilities.
func (e *enumeration) rules(s reach, f int) (rules []rule, p []float64) {
	feature := &e.g.features[f]
	if feature.kind != Unordered {
		for c := s.low[f]; c <= s.high[f]; c++ {
			each := 1 / float64(s.high[f]-s.low[f]+1)
			r := rule{feature: int32(f), cut: int32(c)}
			if feature.missing && c < len(feature.cuts) {
				left := r
				left.missingLeft = true
				rules, p = append(rules, r, left), append(p, each/2, each/2)
				continue
			}
			rules, p = append(rules, r), append(p, each)
		}
		return rules, p
	}
	for bits := range 1 << feature.levels {
		in, out := 0, 0
		for level, here := range s.levels[f] {
			if here && bits>>level&1 != 0 {
				in++
			} else if here {
				out++
			}
		}
		if in > 0 && out > 0 {
			rules = append(rules, rule{feature: int32(f), set: levelSet{uint64(bits)}})
		}
	}
	for range rules {
		p = append(p, 1/float64(len(rules)))
	}
	return rules, p
}

func (e *enumeration) below(s reach) []weighted {
	usable, split := 0.0, e.alpha*math.Pow(float64(1+s.depth), -e.beta)
	for f := range e.g.features {
		if rules, _ := e.rules(s, f); len(rules) > 0 {
			usable += e.weights[f]
		}
	}
	if usable == 0 {
		split = 0
	}
	var list []weighted
	if len(s.rows) >= e.minLeaf {
		list = append(list, weighted{".", (1 - split) * e.marginal(s.rows)})
	}
	if usable == 0 || len(s.rows) < 2*e.minLeaf {
		return list
	}
	for f := range e.g.features {
		rules, p := e.rules(s, f)
		for k := range rules {
			left, right := e.children(s, &rules[k])
			lefts, rights := e.below(left), e.below(right)
			text := ruleText(&rules[k], &e.g.features[f])
			for _, l := range lefts {
				for _, r := range rights {
					list = append(list, weighted{fmt.Sprintf("(%s %s %s)", text, l.text, r.text),
						split * e.weights[f] / usable * p[k] * l.weight * r.weight})
				}
			}
		}
	}
	return list
}

func (e *enumeration) children(s reach, r *rule) (left, right reach) {
	copyOf := func() reach {
		c := reach{depth: s.depth + 1, low: append([]int(nil), s.low...), high: append([]int(nil), s.high...)}
		for _, l := range s.levels {
			c.levels = append(c.levels, append([]bool(nil), l...))
		}
		return c
	}
	left, right = copyOf(), copyOf()
	f := r.feature
	left.high[f], right.low[f] = int(r.cut)-1, int(r.cut)+1
	for level := range s.levels[f] {
		if r.set[0]>>level&1 != 0 {
			right.levels[f][level] = false
		} else {
			left.levels[f][level] = false
		}
	}
	for _, i := range s.rows {
		x := e.d.Columns[f].Values[i]
		goes := false
		switch feature := &e.g.features[f]; {
		case feature.kind == Unordered:
			goes = r.set[0]>>int(x)&1 != 0
		case math.IsNaN(x):
			goes = r.missingLeft
		default:
			goes = int(r.cut) == len(feature.cuts) || x <= feature.cuts[r.cut]
		}
		if goes {
			left.rows = append(left.rows, i)
		} else {
			right.rows = append(right.rows, i)
		}
	}
	return left, right
}

// marginal is the density of the rows' responses as one leaf, as the product of
// normal predictive densities, relative to the density without a leaf value.
func (e *enumeration) marginal(rows []int) float64 {
	if e.leaf != nil {
		return e.leaf(rows)
	}
	mean, variance, logp := 0.0, e.scale2, 0.0
	for _, i := range rows {
		y, noise := e.d.Y[i], e.noise2
		if e.d.Weights != nil {
			noise /= e.d.Weights[i]
		}
		total := variance + noise
		logp += -0.5*math.Log(total/noise) - (y-mean)*(y-mean)/(2*total) + y*y/(2*noise)
		mean += variance / total * (y - mean)
		variance = variance * noise / total
	}
	return math.Exp(logp)
}

// tiny returns n rows of three columns with few values.
func tiny(n int, weights bool) *Data {
	d := &Data{Columns: []Column{
		{Name: "a", Values: make([]float64, n)},
		{Name: "b", Values: make([]float64, n)},
		{Name: "c", Kind: Unordered, Values: make([]float64, n)},
	}, Y: make([]float64, n)}
	if weights {
		d.Weights = make([]float64, n)
	}
	for i := range n {
		d.Columns[0].Values[i] = float64(i % 3)
		d.Columns[1].Values[i] = float64(i / 3 % 2)
		d.Columns[2].Values[i] = float64(i / 2 % 3)
		if i%5 == 4 {
			d.Columns[1].Values[i] = math.NaN()
		}
		d.Y[i] = 0.8*float64(i%3) - 0.5*float64(i/2%3) + 0.3*math.Sin(float64(i))
		if weights {
			d.Weights[i] = 0.5 + float64(i%4)
		}
	}
	return d
}

// TestTree_HasTheExactPosterior counts how often a single tree's chain is in
// each of all possible trees. A right program fails with probability 1e-6 in each case.
func TestTree_HasTheExactPosterior(t *testing.T) {
	for name, c := range map[string]struct {
		moves     Moves
		proposals int
		minLeaf   int
		weights   bool
		features  []float64
		exact     bool
	}{
		"grow and prune":             {moves: Moves{GrowPrune: 1}, proposals: 1, minLeaf: 1},
		"the default moves":          {moves: Moves{GrowPrune: 1, Perturb: 3}, proposals: 2, minLeaf: 1},
		"all moves, three proposals": {moves: allMoves, proposals: 3, minLeaf: 1},
		"larger leaves, weights":     {moves: allMoves, proposals: 2, minLeaf: 2, weights: true, features: []float64{1, 2, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			draws := effort(300, 2000, 6000)
			d := tiny(12, c.weights)
			o := Options{Trees: 1, Moves: c.moves, Proposals: c.proposals, FeatureWeights: c.features,
				Prior: Prior{MinLeaf: c.minLeaf, Alpha: 0.7, Beta: 1.5}}
			ch := testChain(d, o, 3)
			ch.leaf.noise2 = 0.5
			e := enumeration{d: d, g: ch.grid, alpha: 0.7, beta: 1.5, minLeaf: c.minLeaf, scale2: 1, noise2: 0.5, weights: c.features}
			if e.weights == nil {
				e.weights = []float64{1, 1, 1}
			}
			all := e.trees()
			total, index := 0.0, map[string]int{}
			for k, w := range all {
				total += w.weight
				index[w.text] = k
			}
			counts, expected := make([]int, len(all)), make([]float64, len(all))
			for k, w := range all {
				expected[k] = w.weight / total * float64(draws)
			}
			for range draws {
				for range 25 {
					ch.mean.sweep(ch.src)
				}
				ch.mean.settle()
				k, ok := index[describe(&ch.mean.trees[0], ch.grid, 0)]
				if !ok {
					t.Fatal("a tree that is not possible: ", describe(&ch.mean.trees[0], ch.grid, 0))
				}
				counts[k]++
			}
			statistic, p := check.ChiSquare(counts, expected)
			check.PValue(t, p, 1e-6, "seed 3,", len(all), "trees, chi-square", statistic)
		})
	}
}
