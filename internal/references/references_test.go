// Package references compares whole runs with trusted posteriors. It takes
// minutes and needs the collections beside the checkout, so it runs only when
// it is asked for: make references.
package references

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/stan"
	"github.com/quatre-ppl/quatre/stan/data"
)

// bound is the largest deviation allowed, in combined Monte Carlo standard
// errors.
const bound = 4

// expected is what a reference says of one quantity.
type expected struct {
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"`
	Q05  float64 `json:"q05"`
	Q50  float64 `json:"q50"`
	Q95  float64 `json:"q95"`

	MCSEMean float64 `json:"mcse_mean"`
	MCSESD   float64 `json:"mcse_sd"`
	MCSEQ05  float64 `json:"mcse_q05"`
	MCSEQ50  float64 `json:"mcse_q50"`
	MCSEQ95  float64 `json:"mcse_q95"`

	Draws float64 `json:"draws"` // independent draws behind the numbers
}

// independent fills in the standard errors of numbers made from independent
// draws, for quantiles with the density of a normal.
func (e *expected) independent() {
	if e.Draws == 0 {
		return
	}
	n := math.Sqrt(e.Draws)
	tail := math.Sqrt(0.05*0.95) / (0.1031356 / e.SD)
	e.MCSEMean, e.MCSESD = e.SD/n, e.SD/n/math.Sqrt2
	e.MCSEQ05, e.MCSEQ95, e.MCSEQ50 = tail/n, tail/n, 0.5/(0.3989423/e.SD)/n
}

func shared(t *testing.T) string {
	t.Helper()
	if os.Getenv("QUATRE_REFERENCES") == "" {
		t.Skip("takes minutes; run make references")
	}
	dir := os.Getenv("QUATRE_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no collections of references: set QUATRE_SHARED to their folder")
	}
	return dir
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(path, err)
	}
}

func posterior(t *testing.T, program, dataFile string) *quatre.Posterior {
	t.Helper()
	text, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	p, err := stan.Parse(program, string(text))
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(dataFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	set, err := data.Read(f, dataFile)
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.Model(set, stan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	post, err := quatre.Compile(context.Background(), m, quatre.CompileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { post.Close() })
	return post
}

// compare samples with default options and holds the draws against the
// reference. A posterior that is known to be hard may be reported as not
// converged; then the numbers are shown and not judged.
func compare(t *testing.T, p *quatre.Posterior, want map[string]expected, hard bool) {
	t.Helper()
	began := time.Now()
	fit, err := quatre.SampleProblem(context.Background(), p, quatre.Options{Seed: 20261122})
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	var names []string
	for name := range want {
		names = append(names, name)
	}
	sort.Strings(names)
	worst, worstName, maxRHat, minESS := 0.0, "", 0.0, math.Inf(1)
	for _, name := range names {
		e := want[name]
		e.independent()
		x, ok := fit.Draws.Value(name)
		if !ok {
			t.Errorf("no draws of %s", name)
			continue
		}
		s := diag.Summarize(name, x)
		if s.RHat > maxRHat {
			maxRHat = s.RHat
		}
		minESS = math.Min(minESS, math.Min(s.ESSBulk, s.ESSTail))
		for _, c := range []struct {
			what                 string
			got, mcse, want, ref float64
		}{
			{"mean", s.Mean, s.MCSEMean, e.Mean, e.MCSEMean}, {"sd", s.SD, s.MCSESD, e.SD, e.MCSESD},
			{"q05", s.Q5, s.MCSEQ5, e.Q05, e.MCSEQ05}, {"q50", s.Median, s.MCSEMedian, e.Q50, e.MCSEQ50}, {"q95", s.Q95, s.MCSEQ95, e.Q95, e.MCSEQ95},
		} {
			if z := math.Abs(c.got-c.want) / math.Hypot(c.mcse, c.ref); z > worst {
				worst, worstName = z, name+" "+c.what
			}
		}
	}
	report := diag.Diagnose(fit.Draws, diag.Facts{MaxDepth: 10})
	var problems []string
	for _, w := range report.Warnings() {
		problems = append(problems, string(w.Kind))
	}
	t.Logf("%s: largest |z| %.2f (%s), R-hat %.4f, min ESS %.0f, %v, problems %v", t.Name(), worst, worstName, maxRHat, minESS, took.Round(time.Millisecond), problems)
	flagged := slices.ContainsFunc(problems, func(kind string) bool { return kind != string(diag.KindDivergences) })
	switch {
	case hard && len(problems) > 0:
	case flagged:
		t.Errorf("the run reports %v", problems)
	case worst > bound:
		t.Errorf("%s is %.1f standard errors off", worstName, worst)
	case maxRHat >= 1.01:
		t.Errorf("R-hat %.4f", maxRHat)
	}
}

func TestBenchmarkModels(t *testing.T) {
	dir := filepath.Join(shared(t), "bench", "mcmc")
	hard := map[string]bool{"eight_schools": true, "funnel": true, "sv": true}
	for _, name := range []string{"simple", "medium", "stress", "eight_schools", "funnel", "logistic", "sv"} {
		t.Run(name, func(t *testing.T) {
			var ref struct {
				Parameters map[string]expected `json:"parameters"`
			}
			readJSON(t, filepath.Join(dir, name, "reference.json"), &ref)
			p := posterior(t, filepath.Join(dir, name, "model.stan"), filepath.Join(dir, name, "data.json"))
			compare(t, p, ref.Parameters, hard[name])
		})
	}
}

func TestPosteriorDB(t *testing.T) {
	dir := filepath.Join(shared(t), "posteriordb")
	references, err := filepath.Glob(filepath.Join(dir, "reference", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range references {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		dataName, model, _ := strings.Cut(name, "-")
		program := fmt.Sprintf("../../examples/posteriordb/%s.stan", model)
		if _, err := os.Stat(program); err != nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			var ref map[string]expected
			readJSON(t, path, &ref)
			compare(t, posterior(t, program, filepath.Join(dir, "data", dataName+".json")), ref, false)
		})
	}
}
