package diag

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/stream"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// run makes draws: row computes the values and statistics of a draw.
func run(t *testing.T, schema *stream.Schema, lengths []int, row func(chain, draw int) (values, stats []float64)) *stream.Draws {
	t.Helper()
	draws := new(stream.Draws)
	for chain, n := range lengths {
		for draw := range max(n, 1) {
			f := &stream.Frame{Schema: schema, Phase: stream.Sampling, Chain: chain, First: draw, Rows: min(n, 1)}
			if n > 0 {
				f.Values, f.Stats = row(chain, draw)
			}
			if err := draws.Append(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	return draws
}

var goodSchema = &stream.Schema{
	Values: []stream.Field{{Name: "mu"}, {Name: "L", Shape: []int{2}}},
	Stats:  []string{"lp__", "treedepth__", "divergent__", "energy__"},
}

// goodRow gives independent draws, with L[2] fixed.
func goodRow(r *rand.Rand) func(int, int) ([]float64, []float64) {
	return func(int, int) ([]float64, []float64) {
		return []float64{r.NormFloat64(), 3 + r.NormFloat64(), 1}, []float64{-r.ExpFloat64(), 3, 0, r.NormFloat64()}
	}
}

func kinds(warnings []Warning) (out []Kind) {
	for _, w := range warnings {
		out = append(out, w.Kind)
	}
	return out
}

func TestDiagnose_GoodRunHasNoWarnings(t *testing.T) {
	draws := run(t, goodSchema, []int{500, 500, 500, 500}, goodRow(rand.New(rand.NewPCG(1, 2))))
	r := Diagnose(draws, Facts{MaxDepth: 10, Stats: []string{"lp__", "absent__"}})
	if w := r.Warnings(); len(w) != 0 {
		t.Errorf("warnings %v", w)
	}
	var names []string
	for _, s := range r.Summaries {
		names = append(names, s.Name)
	}
	if want := []string{"lp__", "mu", "L[1]", "L[2]"}; !slices.Equal(names, want) {
		t.Errorf("quantities %q, want %q", names, want)
	}
	if r.Chains != 4 || r.Draws != 500 || len(r.EBFMI) != 4 || !r.Summaries[3].Constant {
		t.Errorf("report %+v", r)
	}
	// The report's numbers are those of the functions.
	x, _ := draws.Value("mu")
	s := r.Summaries[1]
	for name, pair := range map[string][2]float64{
		"mean": {s.Mean, Mean(x)}, "sd": {s.SD, SD(x)}, "mad": {s.MAD, MAD(x)},
		"q5": {s.Q5, Quantile(x, 0.05)}, "median": {s.Median, Quantile(x, 0.5)}, "q95": {s.Q95, Quantile(x, 0.95)},
		"mcse mean": {s.MCSEMean, MCSEMean(x)}, "mcse sd": {s.MCSESD, MCSESD(x)}, "mcse q5": {s.MCSEQ5, MCSEQuantile(x, 0.05)},
		"mcse median": {s.MCSEMedian, MCSEQuantile(x, 0.5)}, "mcse q95": {s.MCSEQ95, MCSEQuantile(x, 0.95)},
		"ess bulk": {s.ESSBulk, ESSBulk(x)}, "ess tail": {s.ESSTail, ESSTail(x)}, "r-hat": {s.RHat, RHat(x)},
	} {
		check.Close(t, pair[0], pair[1], check.Exact, name)
	}
}

func TestWarnings_EachCauseIsNamed(t *testing.T) {
	draws := run(t, goodSchema, []int{200, 180, 3, 200, 0}, func() func(int, int) ([]float64, []float64) {
		r := rand.New(rand.NewPCG(3, 4))
		walk := make([]float64, 5)
		return func(chain, draw int) ([]float64, []float64) {
			walk[chain] += r.NormFloat64()
			mu, divergent, depth := r.NormFloat64(), 0.0, 4.0
			if draw%50 == 10 {
				mu, divergent = -4-r.Float64(), 1
			}
			if draw%20 == 0 {
				depth = 8
			}
			third := 1 / float64(draw%100) // one in a hundred is infinite
			return []float64{mu, walk[chain], third}, []float64{-1, depth, divergent, walk[chain]}
		}
	}())
	r := Diagnose(draws, Facts{MaxDepth: 8, Recovered: 2})
	got := r.Warnings()
	want := []Kind{KindRecovered, KindLeftOut, KindNotFinite, KindDivergences, KindRHat, KindESSBulk, KindESSTail, KindEBFMI, KindTreeDepth}
	if !slices.Equal(kinds(got), want) {
		t.Fatalf("warnings %v, want %v", kinds(got), want)
	}
	for i, sentence := range []string{
		"2 transitions were ended by a fault",
		"left out: chain 3 with 3 draws, chain 5 with 0 draws.",
		"Draws that are NaN or infinite: L[2] (6 of 540).",
		"12 of 540 transitions diverged: there the posterior bends too sharply for the step size, and the draws miss part of it. They gather where mu is low (",
		"R-hat is above 1.01 for 1 of 3 quantities, so the chains have not come together: L[1] (",
		"Bulk effective sample size is below 300, 100 per chain, for ",
		"Tail effective sample size is below 300, 100 per chain, for ",
		"E-BFMI is below 0.3 in 3 chains (least ",
		"27 of 540 transitions reached the greatest tree depth, 8, and ended",
	} {
		if !strings.Contains(got[i].Problem, sentence) {
			t.Errorf("problem %q, want %q in it", got[i].Problem, sentence)
		}
		if !strings.HasSuffix(got[i].Problem, ".") || !strings.HasSuffix(got[i].Advice, ".") {
			t.Errorf("%q and %q are not sentences", got[i].Problem, got[i].Advice)
		}
	}
	if last := r.Divergent[len(r.Divergent)-1]; last != (Place{Chain: 3, Draw: 160}) {
		t.Errorf("last divergence at %v", last)
	}
}

func TestWarnings_OfShortAndSingleChains(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, test := range []struct {
		lengths []int
		want    []Kind
	}{
		{nil, []Kind{KindFewDraws}},
		{[]int{0, 0}, []Kind{KindLeftOut, KindFewDraws}},
		{[]int{3, 3}, []Kind{KindFewDraws}},
		{[]int{400}, []Kind{KindOneChain}},
	} {
		r := Diagnose(run(t, goodSchema, test.lengths, goodRow(random)), Facts{})
		if got := kinds(r.Warnings()); !slices.Equal(got, test.want) {
			t.Errorf("chains of %v: warnings %v, want %v", test.lengths, got, test.want)
		}
	}
}

func TestDiagnose_StuckChainsAreReported(t *testing.T) {
	schema := &stream.Schema{Values: []stream.Field{{Name: "x"}}}
	draws := run(t, schema, []int{50, 50}, func(chain, _ int) ([]float64, []float64) { return []float64{float64(chain)}, nil })
	r := Diagnose(draws, Facts{MaxDepth: 10})
	if got, want := kinds(r.Warnings()), []Kind{KindRHat, KindESSBulk, KindESSTail}; !slices.Equal(got, want) {
		t.Errorf("warnings %v, want %v", got, want)
	}
	if !math.IsInf(r.Summaries[0].RHat, 1) {
		t.Errorf("R-hat %v", r.Summaries[0].RHat)
	}
}

func TestReport_JSON(t *testing.T) {
	schema := &stream.Schema{Values: []stream.Field{{Name: "x"}}, Stats: []string{"energy__"}}
	draws := run(t, schema, []int{50, 50}, func(chain, _ int) ([]float64, []float64) {
		return []float64{float64(chain)}, []float64{1}
	})
	var text bytes.Buffer
	if err := Diagnose(draws, Facts{}).WriteJSON(&text); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Chains    int
		Summaries []struct {
			Name string
			RHat string  `json:"r_hat"`
			Mean float64 `json:"mean"`
			Tail float64 `json:"ess_tail"`
		}
		EBFMI    []string `json:"e_bfmi"`
		Warnings []Warning
	}
	if err := json.Unmarshal(text.Bytes(), &back); err != nil {
		t.Fatalf("%v in %s", err, text.String())
	}
	if s := back.Summaries[0]; back.Chains != 2 || s.Name != "x" || s.RHat != "inf" || s.Mean != 0.5 || s.Tail == 0 {
		t.Errorf("read back %+v", back)
	}
	if !slices.Equal(back.EBFMI, []string{"nan", "nan"}) || back.Warnings[0].Kind != KindRHat || back.Warnings[0].Names[0] != "x" {
		t.Errorf("read back %+v", back)
	}
}
