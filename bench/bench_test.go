package bench

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/stream"
)

func list(t *testing.T) *List {
	t.Helper()
	l, err := ReadList("..")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestList_HasWhatItNames(t *testing.T) {
	l := list(t)
	for i := range l.Entries {
		e := &l.Entries[i]
		program, data, reference, err := l.files(e)
		if err != nil {
			continue // in the shared collections, which are not here
		}
		for _, path := range []string{program, data, reference} {
			if _, err := os.Stat(path); path != "" && err != nil {
				t.Errorf("%s: %v", e.Name, err)
			}
		}
	}
	adaptation, err := l.Choose([]string{"adaptation"})
	if err != nil {
		t.Fatal(err)
	}
	if len(adaptation) < 40 {
		t.Errorf("settings are compared on %d posteriors, want 40 or more", len(adaptation))
	}
	if _, err := l.Choose([]string{"no such"}); err == nil || !strings.Contains(err.Error(), "hierarchical") {
		t.Errorf("an unknown name gives %v, want an error that lists the sets", err)
	}
}

// TestOwnPosteriors_AgreeWithTheirReferences checks that every posterior with a
// folder here can be read, and that its reference speaks of its parameters.
func TestOwnPosteriors_AgreeWithTheirReferences(t *testing.T) {
	l := list(t)
	for i := range l.Entries {
		e := &l.Entries[i]
		if !strings.HasPrefix(e.Dir, "bench/") {
			continue
		}
		program, data, reference, err := l.files(e)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Read(program, data)
		if err != nil {
			t.Errorf("%s: %v", e.Name, err)
			continue
		}
		if reference == "" {
			t.Errorf("%s has no reference", e.Name)
			continue
		}
		known, err := ReadReference(reference)
		if err != nil {
			t.Fatal(err)
		}
		names := ParameterNames(m)
		for name := range known {
			if !slices.Contains(names, name) {
				t.Errorf("%s: the reference has %s, the model has not", e.Name, name)
			}
		}
		if len(known) != len(names) {
			t.Errorf("%s: %d parameters and %d references", e.Name, len(names), len(known))
		}
	}
}

// normals are independent draws of n quantities, by a fixed seed.
func normals(chains, draws int, names ...string) *Table {
	src := rng.NewKey(7).Stream()
	x := make([][][]float64, len(names))
	for i := range x {
		for range chains {
			chain := make([]float64, draws)
			for j := range chain {
				chain[j] = src.Normal()
			}
			x[i] = append(x[i], chain)
		}
	}
	return &Table{names, func(i int) [][]float64 { return x[i] }}
}

func TestScore(t *testing.T) {
	table := normals(4, 1000, "a", "b")
	exact := Known{Q05: -1.6448536269514722, Q95: 1.6448536269514722}
	shifted := exact
	shifted.Mean = 0.2 // 12 standard errors of 4000 draws
	s := NewScore(table, Reference{"a": exact, "b": exact})
	if !(s.Error < MostError && s.MinBulk > 3000 && s.MinTail > 3000 && s.RHat < MostRHat) {
		t.Errorf("score of independent draws: %+v", s)
	}
	s = NewScore(table, Reference{"a": exact, "b": shifted})
	if !(s.MeanError > 8 && s.Error == s.MeanError && s.ErrorOf == "b, mean") {
		t.Errorf("a mean that is 12 standard errors off: %+v", s)
	}
	// A chain that stays where it is has no effective draws.
	stuck := &Table{[]string{"a"}, func(int) [][]float64 { return [][]float64{make([]float64, 100)} }}
	if s := NewScore(stuck, nil); s.MinBulk != 0 || !math.IsNaN(float64(s.Error)) {
		t.Errorf("score of a chain that does not move: %+v", s)
	}
	spoilt := normals(1, 100, "a")
	spoilt.Column(0)[0][50] = math.NaN()
	if s := NewScore(spoilt, nil); s.MinBulk != 0 {
		t.Errorf("score of draws with a NaN: %+v", s)
	}
}

func quickAdaptation(t *testing.T, workers int) *Adaptation {
	t.Helper()
	l := list(t)
	entries, err := l.Choose([]string{"ci"})
	if err != nil {
		t.Fatal(err)
	}
	entries = append(entries, Entry{Name: "elsewhere", Program: "shared:none.stan", Data: "shared:none.json"})
	l.Shared = ""
	plan := AdaptationPlan{Entries: entries, Seeds: 2, Chains: 1, Warmup: 150, Draws: 200, Workers: workers, Limit: time.Minute}
	for _, name := range []string{Baseline, "stan-0.9"} {
		c, err := FindConfig(name)
		if err != nil {
			t.Fatal(err)
		}
		plan.Configs = append(plan.Configs, c)
	}
	a, err := RunAdaptation(context.Background(), l, plan)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAdaptation_CountsAndRepeats(t *testing.T) {
	a := quickAdaptation(t, 2)
	if n := len(a.Rows); n != 3 {
		t.Fatalf("%d rows", n)
	}
	if a.Rows[2].Skipped == "" {
		t.Error("a posterior whose data are not here was not skipped")
	}
	for _, r := range a.Rows[:2] {
		for c, cell := range r.Cells {
			for _, run := range cell.Runs {
				// One leapfrog step per iteration is the least.
				if run.Failed != "" || run.Gradients < 350 || run.WarmupGradients < 150 || run.Gradients <= run.WarmupGradients {
					t.Errorf("%s, setting %d: %+v", r.Posterior, c, run)
				}
			}
			if !(cell.Low <= cell.ESSPerKilo && cell.ESSPerKilo <= cell.High && cell.ESSPerKilo > 0) {
				t.Errorf("%s, setting %d: quartiles %v %v %v", r.Posterior, c, cell.Low, cell.ESSPerKilo, cell.High)
			}
		}
	}
	again := quickAdaptation(t, 1)
	for i := range a.Rows {
		for c := range a.Rows[i].Cells {
			for k := range a.Rows[i].Cells[c].Runs {
				x, y := a.Rows[i].Cells[c].Runs[k], again.Rows[i].Cells[c].Runs[k]
				if x.Gradients != y.Gradients || x.Score.MinBulk != y.Score.MinBulk {
					t.Errorf("the number of workers changes a run: %+v and %+v", x, y)
				}
			}
		}
	}
}

func TestAdaptation_IsSavedAndRendered(t *testing.T) {
	a := quickAdaptation(t, 2)
	dir := t.TempDir()
	if err := Save(dir, "x", a); err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(filepath.Join(dir, "x.json"))
	if err != nil {
		t.Fatal(err)
	}
	var before, after bytes.Buffer
	if err := a.WriteMarkdown(&before); err != nil {
		t.Fatal(err)
	}
	if err := loaded.WriteMarkdown(&after); err != nil {
		t.Fatal(err)
	}
	if before.String() != after.String() || !strings.Contains(before.String(), "eight_schools") || !strings.Contains(before.String(), "skipped") {
		t.Errorf("rendered before:\n%s\nand after:\n%s", before.String(), after.String())
	}
	wellFormed(t, filepath.Join(dir, "x-ratios.svg"))
}

// TestAdaptation_RatiosKnown renders numbers that are known.
func TestAdaptation_RatiosKnown(t *testing.T) {
	cells := func(base, other float64) []SettingCell {
		var c [2]SettingCell
		c[0].summariseKnown(base)
		c[1].summariseKnown(other)
		return c[:]
	}
	a := &Adaptation{Configs: []ConfigName{{Baseline, ""}, {"new", ""}}, Rows: []AdaptationRow{
		{Posterior: "p", Cells: cells(10, 40)}, {Posterior: "q", Cells: cells(10, 5)}, {Posterior: "r", Cells: cells(1, 3)},
	}}
	ratios, baseline := a.Ratios()
	median, least, below := summary(ratios[1])
	if baseline != 0 || median != 3 || !reflect.DeepEqual(least, Ratio{"q", 0.5}) || below != 1 {
		t.Errorf("median %g, least %v, below 0.8: %d", median, least, below)
	}
}

func (c *SettingCell) summariseKnown(essPerKilo float64) {
	r := SettingRun{Gradients: 2000}
	r.Score.MinBulk = stream.Number(2 * essPerKilo)
	c.Runs = []SettingRun{r, r, r}
	c.summarise(100)
}

func TestReferences_BothForms(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"plain":   `{"a": {"mean": 1, "sd": 2, "q05": 0, "q50": 1, "q95": 2, "draws": 10000}}`,
		"wrapped": `{"model": "m", "parameters": {"a": {"mean": 1, "sd": 2, "q05": 0, "q50": 1, "q95": 2, "mcse_mean": 0.02}}}`,
		"partly":  `{"parameters": {"a": {"mean": 1, "sd": 2, "mcse_mean": 0.02}}}`,
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		r, err := ReadReference(path)
		if err != nil {
			t.Fatal(err)
		}
		if k := r["a"]; k.Mean != 1 || k.MCSEMean != 0.02 || (name == "partly") != math.IsNaN(k.Q95) {
			t.Errorf("%s: %+v", name, k)
		}
	}
}

// wellFormed checks that a picture is XML.
func wellFormed(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(bytes.NewReader(text)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
}

func TestNewConfig(t *testing.T) {
	c, err := NewConfig("mine", `{"Adaptation": "fisher", "TargetAccept": 0.7}`)
	if err != nil {
		t.Fatal(err)
	}
	o := quatre.Options{Sampler: quatre.DefaultSampler()}
	o.Sampler.Draws = 77
	c.Set(&o)
	if o.Sampler.TargetAccept != 0.7 || o.Sampler.Adaptation != samplers.FisherAdaptation || o.Sampler.Draws != 77 {
		t.Errorf("%+v", o.Sampler)
	}
	if _, err := NewConfig("wrong", `{"NoSuch": 1}`); err == nil {
		t.Error("a field that does not exist is accepted")
	}
}
