package bench

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre/stream"
)

// own returns a harness whose workers are the test's own program.
func own(t *testing.T) *Bench {
	t.Helper()
	t.Setenv(asWorker, "1")
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &Bench{List: list(t), Quatre: program, Python: program}
}

func TestCold_TimesProcesses(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	b := own(t)
	entries, err := b.List.Choose([]string{"eight_schools"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := RunCold(context.Background(), b, ColdPlan{
		Entry: entries[0], Systems: []string{"quatre", "honest", "absent", "dying"}, Repeats: 2, Chains: 2, Warmup: 100, Draws: 100, Cores: 1, Limit: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range c.Rows[:2] {
		if !(row.Empty.Median > 0 && row.Filled.Median > 0) || row.Missing != "" || row.Failed != "" {
			t.Errorf("%+v", row)
		}
	}
	if quatre := c.Rows[0]; quatre.Empty.Median < 0.05 {
		t.Errorf("a process of 50 ms took %v s", quatre.Empty.Median)
	}
	if c.Rows[2].Missing != "not installed" || c.Rows[3].Failed == "" {
		t.Errorf("%+v", c.Rows[2:])
	}
}

func TestMemory_WeighsProcesses(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("resident memory is known on Linux only")
	}
	m, err := RunMemory(context.Background(), own(t), 10, 20, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !(m.PeakMiB > 1) || !(m.BaseMiB > 1) || float64(m.DrawsMiB) != 1600.0/(1<<20) {
		t.Errorf("%+v", m)
	}
}

func TestGrowth_MeasuresPoints(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	var g Growth
	for _, s := range AllSeries() {
		size := 30
		if s.Name == "chains" {
			size = 2
		}
		p, err := MeasurePoint(context.Background(), s.Name, size)
		if err != nil {
			t.Fatal(s.Name, err)
		}
		if p.Size != size || p.Dim < 10 || (s.Name != "chains" && !(p.NsPerGradient > 0)) || (s.Name != "rows" && !(p.NsPerLeapfrog > 0 && p.DrawsPerSec > 0)) {
			t.Errorf("%s: %+v", s.Name, p)
		}
		g.Series = append(g.Series, GrowthSeries{Name: s.Name, What: s.What, Unit: s.Unit, Points: []Point{*p, *p}})
	}
	dir := t.TempDir()
	if err := Save(dir, "growth", &g); err != nil {
		t.Fatal(err)
	}
	for _, s := range g.Series {
		wellFormed(t, filepath.Join(dir, "growth-"+s.Name+".svg"))
	}
	if _, err := MeasurePoint(context.Background(), "no such", 1); err == nil {
		t.Error("no error for what does not grow")
	}
}

func TestRenderPage_IsTheSameFromTheSameResults(t *testing.T) {
	dir := t.TempDir()
	results := map[string]Result{
		"a": &Memory{Parameters: 10}, "b": &Growth{Series: []GrowthSeries{{Name: "rows", Points: []Point{{Size: 10, NsPerGradient: 5}}}}},
		"c": &Cold{Rows: []ColdRow{{System: "quatre", Empty: Spread{1, stream.Number(2), 3}}, {System: "x", Missing: "not there"}}},
		"d": &Comparison{Systems: []string{"quatre"}}, "e": &Adaptation{Configs: []ConfigName{{Baseline, "w"}}},
	}
	for _, s := range Suites() {
		results[s.Name] = &SuiteResult{Suite: s.Name, Columns: s.Columns}
	}
	for name, r := range results {
		if err := Save(filepath.Join(dir, "results"), name, r); err != nil {
			t.Fatal(err)
		}
	}
	var pages [2][]byte
	for i := range pages {
		page := filepath.Join(dir, "page.md")
		if err := RenderPage(filepath.Join(dir, "results"), page); err != nil {
			t.Fatal(err)
		}
		var err error
		if pages[i], err = os.ReadFile(page); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(pages[0], pages[1]) {
		t.Error("two renderings differ")
	}
	for _, h := range headings() {
		if !strings.Contains(string(pages[0]), "## "+h.heading) {
			t.Errorf("the page lacks %q", h.heading)
		}
	}
	wellFormed(t, filepath.Join(dir, "page", "c-start.svg"))
}

// TestCommittedPage_FollowsTheResults compares docs/benchmarks.md with a fresh
// rendering of the committed results.
func TestCommittedPage_FollowsTheResults(t *testing.T) {
	page := filepath.Join(t.TempDir(), "benchmarks.md")
	if err := RenderPage("results", page); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile(filepath.Join("..", "docs", "benchmarks.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(fresh, committed) {
		t.Error("docs/benchmarks.md does not follow bench/results: run quatre bench render")
	}
}
