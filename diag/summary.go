package diag

import (
	"encoding/json"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/stream"
	"github.com/quatre-ppl/quatre/tensor"
)

// Summary describes the draws of one quantity. The functions of the same names
// say how each number is defined.
type Summary struct {
	// Name is the quantity's name, with its indices.
	Name string
	// Mean, SD and MAD describe location and spread.
	Mean, SD, MAD float64
	// Q5, Median and Q95 are the quantiles of 5, 50 and 95 %.
	Q5, Median, Q95 float64
	// The standard errors of the numbers above (of all but MAD).
	MCSEMean, MCSESD, MCSEQ5, MCSEMedian, MCSEQ95 float64
	// ESSBulk, ESSTail and RHat tell how well the chains mixed.
	ESSBulk, ESSTail, RHat float64
	// NotFinite counts draws that are NaN or infinite.
	NotFinite int
	// Constant is set if all draws are equal, as for a quantity that is fixed.
	// Then RHat is NaN, which is no reason for concern.
	Constant bool
}

// Summarize describes the draws of one quantity, given as [chain][draw].
func Summarize(name string, draws [][]float64) Summary {
	c := flatten(draws)
	return summarize(name, c, blomTable(c.splitSize()))
}

// summarize is Summarize; the table is blomTable of the number of draws of the split
// chains, which quantities share.
func summarize(name string, c chains, table []float64) Summary {
	// One sort serves all numbers. It is that of the split chains: they have the same
	// draws, unless a middle one is left out.
	split := c.split()
	halves := newPool(split.x)
	all := halves
	if c.n%2 == 1 {
		all = newPool(c.x)
	}
	s := Summary{
		Name: name, Mean: tensor.Mean(c.x), SD: math.Sqrt(tensor.Variance(c.x)), MAD: all.mad(),
		Q5: quantile(all.values, lowTail), Median: quantile(all.values, 0.5), Q95: quantile(all.values, highTail),
		Constant: len(c.x) > 0 && all.values[0] == all.values[len(c.x)-1],
	}
	for _, x := range c.x {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			s.NotFinite++
		}
	}
	s.diagnose(c, split, halves, all.values, table)
	return s
}

// diagnose fills in the numbers that need enough draws.
func (s *Summary) diagnose(c, split chains, halves *pool, sorted, table []float64) {
	for _, number := range []*float64{
		&s.MCSEMean, &s.MCSESD, &s.MCSEQ5, &s.MCSEMedian, &s.MCSEQ95, &s.ESSBulk, &s.ESSTail, &s.RHat,
	} {
		*number = math.NaN()
	}
	if !c.enough(1) {
		return
	}
	scores := split.with(halves.order.scores(table)).deviations()
	s.ESSBulk = scores.ess()
	if c.enough(2) {
		s.RHat = rankRHat(split, halves, table, scores)
	}
	low, middle, high := split.essUpTo(s.Q5), split.essUpTo(s.Median), split.essUpTo(s.Q95)
	s.ESSTail = min(low, high)
	s.MCSEQ5 = mcseQuantile(sorted, lowTail, low)
	s.MCSEMedian = mcseQuantile(sorted, 0.5, middle)
	s.MCSEQ95 = mcseQuantile(sorted, highTail, high)
	s.MCSESD = mcseSD(c.squaredDeviations())
	s.MCSEMean = s.SD / math.Sqrt(split.deviations().ess()) // replaces the draws
}

// summaryJSON is the form of a Summary in JSON, under the names that ArviZ and
// R's posterior use.
type summaryJSON struct {
	Name      string        `json:"name"`
	Mean      stream.Number `json:"mean"`
	MCSEMean  stream.Number `json:"mcse_mean"`
	SD        stream.Number `json:"sd"`
	MCSESD    stream.Number `json:"mcse_sd"`
	MAD       stream.Number `json:"mad"`
	Q5        stream.Number `json:"q5"`
	MCSEQ5    stream.Number `json:"mcse_q5"`
	Q50       stream.Number `json:"q50"`
	MCSEQ50   stream.Number `json:"mcse_q50"`
	Q95       stream.Number `json:"q95"`
	MCSEQ95   stream.Number `json:"mcse_q95"`
	ESSBulk   stream.Number `json:"ess_bulk"`
	ESSTail   stream.Number `json:"ess_tail"`
	RHat      stream.Number `json:"r_hat"`
	NotFinite int           `json:"not_finite,omitempty"`
	Constant  bool          `json:"constant,omitempty"`
}

// MarshalJSON writes the summary with snake_case names; numbers that JSON lacks
// are written as stream.Number does.
func (s Summary) MarshalJSON() ([]byte, error) {
	n := func(x float64) stream.Number { return stream.Number(x) }
	return json.Marshal(summaryJSON{
		Name: s.Name, Mean: n(s.Mean), MCSEMean: n(s.MCSEMean), SD: n(s.SD), MCSESD: n(s.MCSESD), MAD: n(s.MAD),
		Q5: n(s.Q5), MCSEQ5: n(s.MCSEQ5), Q50: n(s.Median), MCSEQ50: n(s.MCSEMedian), Q95: n(s.Q95), MCSEQ95: n(s.MCSEQ95),
		ESSBulk: n(s.ESSBulk), ESSTail: n(s.ESSTail), RHat: n(s.RHat), NotFinite: s.NotFinite, Constant: s.Constant,
	})
}

// worst returns the names of the summaries that are worse than a limit, the
// worst first, and the worst value. badness is larger for worse values; NaN
// counts as good.
func worst(summaries []Summary, limit float64, badness func(*Summary) float64) (names []string, value float64) {
	var bad []*Summary
	for i := range summaries {
		if badness(&summaries[i]) > limit {
			bad = append(bad, &summaries[i])
		}
	}
	slices.SortStableFunc(bad, func(a, b *Summary) int {
		switch x, y := badness(a), badness(b); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	for _, s := range bad {
		names = append(names, s.Name)
	}
	if len(bad) > 0 {
		value = badness(bad[0])
	}
	return names, value
}
