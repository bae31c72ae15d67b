package bart

import (
	"math"
	"slices"
	"sort"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
)

// sortedCuts is cutFinder.cuts of a sorted sample, straight from its definition.
func sortedCuts(sorted []float64, limit int) []float64 {
	var all, cuts []float64
	for i := 1; i < len(sorted); i++ {
		if sorted[i] != sorted[i-1] {
			all = append(all, middle(sorted[i-1], sorted[i]))
		}
	}
	if len(all) <= limit {
		return all
	}
	for k := 1; k <= limit; k++ {
		low := sorted[quantileRank(k, limit, len(sorted))]
		next := sort.Search(len(sorted), func(i int) bool { return sorted[i] > low })
		if next == len(sorted) {
			break
		}
		if c := middle(low, sorted[next]); len(cuts) == 0 || c > cuts[len(cuts)-1] {
			cuts = append(cuts, c)
		}
	}
	return cuts
}

// TestCutFinder_FindsTheCutsOfASortedSample goes through laws with ties, tails, gaps and ranges that
// have no bins of equal width, and checks the codes against a search through the cuts.
func TestCutFinder_FindsTheCutsOfASortedSample(t *testing.T) {
	laws := map[string]func(src *rng.Stream) float64{
		"uniform":     func(src *rng.Stream) float64 { return src.Float64() },
		"normal":      func(src *rng.Stream) float64 { return src.Normal() },
		"heavy tails": func(src *rng.Stream) float64 { return math.Exp(8 * src.Normal()) },
		"rounded":     func(src *rng.Stream) float64 { return math.Round(20 * src.Normal()) },
		"many equal":  func(src *rng.Stream) float64 { return max(src.Normal(), 0) },
		"constant":    func(*rng.Stream) float64 { return 3 },
		"two":         func(src *rng.Stream) float64 { return float64(src.Intn(2)) },
		"all there is": func(src *rng.Stream) float64 {
			return math.Float64frombits(src.Uint64()>>63<<63 | uint64(src.Intn(2046))<<52 | src.Uint64()>>12)
		},
		"denormal": func(src *rng.Stream) float64 {
			return math.Float64frombits(src.Uint64()>>63<<63 | uint64(src.Intn(500)))
		},
		"few missing": func(src *rng.Stream) float64 {
			if src.Float64() < 0.1 {
				return math.NaN()
			}
			return src.Normal()
		},
	}
	q := &cutFinder{}
	for name, law := range laws {
		for _, n := range []int{0, 1, 2, 7, 255, 256, 257, 1000, 20000} {
			src := rng.NewKey(uint64(n)).Stream()
			values := make([]float64, n)
			var sorted []float64
			for i := range values {
				if values[i] = law(src); !math.IsNaN(values[i]) {
					sorted = append(sorted, values[i])
				}
			}
			slices.Sort(sorted)
			for _, limit := range []int{1, 10, 254, maxNarrow, n} {
				if limit == 0 {
					continue
				}
				q.span(values)
				cuts := q.cuts(values, limit)
				if want := sortedCuts(sorted, limit); !slices.Equal(cuts, want) {
					t.Fatalf("%s, %d values, at most %d: cuts %v, want %v", name, n, limit, cuts, want)
				}
				f := feature{cuts: cuts, missing: q.missing}
				d := &Data{Columns: []Column{{Values: values}}}
				column := (&grid{features: []feature{f}}).encode(d).columns[0]
				for i, x := range values {
					if got, want := column.at(i), f.code(x); got != want {
						t.Fatalf("%s, %d values, at most %d: code %d of %v, want %d", name, n, limit, got, x, want)
					}
				}
			}
		}
	}
}

func TestEncode_TakesNegativeZeroForZero(t *testing.T) {
	negative := math.Copysign(0, -1)
	for _, cut := range []float64{0, negative} {
		f := feature{cuts: []float64{cut}}
		c := (&grid{features: []feature{f}}).encode(&Data{Columns: []Column{{Values: []float64{0, negative, -1, 5e-324}}}})
		if want := []byte{0, 0, 0, 1}; !slices.Equal(c.columns[0].narrow, want) {
			t.Errorf("codes %v, want %v", c.columns[0].narrow, want)
		}
	}
}
