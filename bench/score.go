package bench

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/stream"
)

// Limits beyond which a figure is not believed.
const (
	// LeastESS is the effective sample size below which its estimate, and so
	// every figure made from it, means little.
	LeastESS = 50
	// MostRHat is the limit of Vehtari et al. 2021 for chains that agree.
	MostRHat = 1.01
	// MostError is the largest deviation from a reference, in standard errors.
	// With 400 numbers compared, chance alone exceeds it in 2.5 % of cases.
	MostError = 4
)

// Table holds the draws of a run for scoring.
type Table struct {
	Names  []string
	Column func(i int) [][]float64 // of name i, as [chain][draw]
}

// TableOf is the table of the named columns of draws in memory.
func TableOf(d *stream.Draws, names []string) (*Table, error) {
	place := map[string]int{}
	if d.Schema == nil {
		return nil, fmt.Errorf("bench: the run has no draws")
	}
	for i, name := range d.Schema.ColumnNames() {
		place[name] = i
	}
	for _, name := range names {
		if _, ok := place[name]; !ok {
			return nil, fmt.Errorf("bench: the draws have no column %s", name)
		}
	}
	return &Table{names, func(i int) [][]float64 { return d.Column(place[names[i]]) }}, nil
}

// Score is what the draws of a run say of themselves.
type Score struct {
	// MinBulk and MinTail are the smallest effective sample sizes over all
	// quantities that vary; MinBulkOf names where.
	MinBulk   stream.Number `json:"min_bulk"`
	MinTail   stream.Number `json:"min_tail"`
	MinBulkOf string        `json:"min_bulk_of"`
	// RHat is the largest R-hat; NaN for a single chain.
	RHat stream.Number `json:"rhat"`
	// MeanError is the largest deviation of a mean from its reference in
	// standard errors of the difference, Error that of a mean or a quantile.
	// Both are NaN without a reference.
	MeanError stream.Number `json:"mean_error"`
	Error     stream.Number `json:"error"`
	ErrorOf   string        `json:"error_of"`
}

// NewScore scores the draws of a run against a reference, which may be nil.
// Draws that are not finite score zero effective draws.
func NewScore(t *Table, known Reference) Score {
	nan := stream.Number(math.NaN())
	s := Score{MinBulk: nan, MinTail: nan, RHat: nan, MeanError: nan, Error: nan}
	for i, name := range t.Names {
		q := diag.Summarize(name, t.Column(i))
		if q.Constant {
			continue
		}
		bulk, tail := q.ESSBulk, q.ESSTail
		if q.NotFinite > 0 || math.IsNaN(bulk) || math.IsNaN(tail) {
			bulk, tail = 0, 0
		}
		if !(bulk >= float64(s.MinBulk)) {
			s.MinBulk, s.MinBulkOf = stream.Number(bulk), name
		}
		if !(tail >= float64(s.MinTail)) {
			s.MinTail = stream.Number(tail)
		}
		if !(q.RHat <= float64(s.RHat)) && !math.IsNaN(q.RHat) {
			s.RHat = stream.Number(q.RHat)
		}
		if k, ok := known[name]; ok {
			s.compare(&q, &k)
		}
	}
	if math.IsNaN(float64(s.MinBulk)) { // nothing moved
		s.MinBulk, s.MinTail = 0, 0
	}
	return s
}

// compare takes the deviations of one quantity into account.
func (s *Score) compare(q *diag.Summary, k *Known) {
	for i, c := range []struct {
		what                  string
		got, mcse, want, unit float64
	}{
		{"mean", q.Mean, q.MCSEMean, k.Mean, k.MCSEMean},
		{"5 % quantile", q.Q5, q.MCSEQ5, k.Q05, k.MCSEQ05},
		{"median", q.Median, q.MCSEMedian, k.Q50, k.MCSEQ50},
		{"95 % quantile", q.Q95, q.MCSEQ95, k.Q95, k.MCSEQ95},
	} {
		z := math.Abs(c.got-c.want) / math.Hypot(c.mcse, c.unit)
		if math.IsNaN(z) {
			continue
		}
		if i == 0 && !(z <= float64(s.MeanError)) {
			s.MeanError = stream.Number(z)
		}
		if !(z <= float64(s.Error)) {
			s.Error, s.ErrorOf = stream.Number(z), q.Name+", "+c.what
		}
	}
}
