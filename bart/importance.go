package bart

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/tensor"
)

// Inclusion tells how often a column is split.
type Inclusion struct {
	// Column is its name.
	Column string
	// Proportion is the mean over draws of its share of all splits, Low and High the 5 %
	// and 95 % quantiles of that share.
	Proportion, Low, High float64
	// Probability is the share of draws in which some tree splits it, and
	// ProbabilityError the Monte Carlo standard error of that, NaN with too few draws.
	Probability, ProbabilityError float64
}

// Importance returns the inclusion of every column, in the order of the fit.
func (p *Posterior) Importance() []Inclusion {
	features := len(p.grid.features)
	n := p.shortest()
	shares := make([][][]float64, features) // feature, chain, draw
	used := make([][][]float64, features)
	for f := range features {
		shares[f], used[f] = matrix(len(p.chains), n), matrix(len(p.chains), n)
	}
	counts := make([]float64, features)
	for c := range p.chains {
		for draw := range n {
			clear(counts)
			total := p.chains[c].forests.countSplits(counts, draw)
			for f, k := range counts {
				if k > 0 {
					shares[f][c][draw], used[f][c][draw] = k/total, 1
				}
			}
		}
	}
	all := make([]Inclusion, features)
	for f := range all {
		pooled := slices.Concat(shares[f]...)
		in := &all[f]
		in.Column, in.Proportion = p.grid.features[f].name, tensor.Mean(pooled)
		slices.Sort(pooled)
		in.Low, in.High = tensor.Quantile(pooled, 0.05), tensor.Quantile(pooled, 0.95)
		in.Probability, in.ProbabilityError = diag.Mean(used[f]), diag.MCSEMean(used[f])
		if in.Probability == 0 || in.Probability == 1 {
			in.ProbabilityError = 0
		}
	}
	return all
}

// countSplits adds the splits of a draw by feature and returns their number.
func (f *forests) countSplits(counts []float64, draw int) float64 {
	for _, s := range f.splits[f.splitAt[draw]:f.splitAt[draw+1]] {
		counts[s.feature]++
	}
	return float64(f.splitAt[draw+1] - f.splitAt[draw])
}

// Interaction tells how often two columns are split on one way from a root to a leaf.
type Interaction struct {
	// First and Second are the names of the columns.
	First, Second string
	// Count is the mean number of such pairs of splits in a draw, and Probability the
	// share of draws that have one.
	Count, Probability float64
}

// Interactions returns the pairs of different columns that meet on a way from a
// root to a leaf in some draw, most frequent first.
func (p *Posterior) Interactions() []Interaction {
	type pair struct{ a, b int32 }
	counts, draws := map[pair]float64{}, map[pair]float64{}
	above := make([][]int32, maxLeaves) // the features on the way to each leaf
	for c := range p.chains {
		f := p.chains[c].forests
		for draw := range f.draws() {
			seen := map[pair]bool{}
			f.eachTree(draw, func(_ int, splits []split, _ []float32) {
				above[0] = above[0][:0]
				for s := range splits {
					way := above[splits[s].leaf]
					for _, other := range way {
						if other != splits[s].feature {
							q := pair{min(other, splits[s].feature), max(other, splits[s].feature)}
							counts[q]++
							seen[q] = true
						}
					}
					way = append(slices.Clone(way), splits[s].feature)
					above[splits[s].leaf], above[s+1] = way, way
				}
			})
			for q := range seen {
				draws[q]++
			}
		}
	}
	all := make([]Interaction, 0, len(counts))
	total := float64(p.Draws())
	for q, k := range counts {
		all = append(all, Interaction{p.grid.features[q.a].name, p.grid.features[q.b].name, k / total, draws[q] / total})
	}
	slices.SortFunc(all, func(a, b Interaction) int {
		switch {
		case a.Count != b.Count:
			return int(math.Copysign(1, b.Count-a.Count))
		case a.First != b.First && a.First < b.First, a.First == b.First && a.Second < b.Second:
			return -1
		}
		return 1
	})
	return all
}
