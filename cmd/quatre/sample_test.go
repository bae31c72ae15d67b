package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/stream/file"
)

func TestSample_FolderSummaryAndDiagnose(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "run")
	o := want(t, 0, sample(example("eight_schools"), "--seed", "1", "--target-accept", "0.95", "--out", dir)...)
	for _, name := range []string{"lp__", "mu", "tau", "theta[8]", "r_hat", "seed 1", "eight_schools: 4 chains of 1000 draws"} {
		if !strings.Contains(o.stdout, name) {
			t.Errorf("no %q in the summary:\n%s", name, o.stdout)
		}
	}
	run, err := file.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !run.Complete() || len(run.Warnings) > 0 || run.Sampling.MinLen() != 1000 || run.Sampling.Chains() != 4 {
		t.Errorf("complete %v, %d chains of %d, warnings %v", run.Complete(), run.Sampling.Chains(), run.Sampling.MinLen(), run.Warnings)
	}
	checkRecord(t, run.Info)

	again := want(t, 0, "summary", dir)
	if table(again.stdout) != table(o.stdout) {
		t.Errorf("summary of the folder is\n%s\nthat of the run was\n%s", again.stdout, o.stdout)
	}
	if !strings.Contains(o.stderr, "8 latents sampled in coordinates fitted to the data") {
		t.Errorf("nothing is said of the latents: %s", o.stderr)
	}
	want(t, 0, "diagnose", dir)
}

// TestDiagnose_FindsWhatStansWarmupLeaves: the centred hierarchy, sampled as it is
// written, diverges, which must not go unnoticed.
func TestDiagnose_FindsWhatStansWarmupLeaves(t *testing.T) {
	dir := t.TempDir()
	o := want(t, 0, sample(example("eight_schools"), "--seed", "1", "--adaptation", "stan", "--no-map", "--no-summary", "--out", dir)...)
	if strings.Contains(o.stderr, "latents") {
		t.Errorf("stderr: %s", o.stderr)
	}
	d := want(t, 7, "diagnose", dir)
	if !strings.Contains(d.stdout, "diverged") || !strings.Contains(d.stdout, "R-hat") {
		t.Errorf("diagnose says\n%s", d.stdout)
	}
	run, err := file.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if c := run.Info.Chains[0]; c.Warmup != 1000 || c.Latents != nil || run.Info.Options["adaptation"] != "stan" {
		t.Errorf("chain %+v, options %v", c, run.Info.Options)
	}
}

// TestSample_OtherSamplers: WALNUTS from points that Pathfinder found, and what is
// refused.
func TestSample_OtherSamplers(t *testing.T) {
	dir := t.TempDir()
	want(t, 0, sample(example("eight_schools"), "--seed", "1", "--sampler", "walnuts", "--init", "pathfinder", "--quiet", "--no-summary", "--out", dir)...)
	run, err := file.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if o := run.Info.Options; o["sampler"] != "walnuts" || o["init"] != "pathfinder" {
		t.Errorf("options %v", o)
	}
	o := want(t, 2, sample(example("eight_schools"), "--sampler", "hmc")...)
	if !strings.Contains(o.stderr, "walnuts") {
		t.Errorf("stderr: %s", o.stderr)
	}
	want(t, 2, sample(example("eight_schools"), "--max-step-error", "0")...)
}

// checkRecord checks what run.json says of a run of eight schools.
func checkRecord(t *testing.T, info *file.RunInfo) {
	t.Helper()
	if info == nil {
		t.Fatal("no run.json")
	}
	if info.Seed != 1 || info.Status != file.StatusComplete || info.Error != "" || info.Finished.Before(info.Started) {
		t.Errorf("seed %d, status %s, error %q, %v to %v", info.Seed, info.Status, info.Error, info.Started, info.Finished)
	}
	hash := regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	if !hash.MatchString(info.Model.Hash) || !hash.MatchString(info.Data.Hash) || info.Model.Name != "eight_schools" {
		t.Errorf("model %+v, data %+v", info.Model, info.Data)
	}
	if info.Versions["quatre"] == "" || info.Versions["go"] == "" || info.Options["target_accept"] != 0.95 || len(info.Command) < 3 {
		t.Errorf("versions %v, options %v, command %v", info.Versions, info.Options, info.Command)
	}
	var report compilerReport
	if err := json.Unmarshal(info.Compiler, &report); err != nil {
		t.Fatal(err)
	}
	if report.Dim != 10 || report.Evaluated.Instructions == 0 || !hash.MatchString(report.Program) || report.Native.State == "" {
		t.Errorf("compiler's report %+v", report)
	}
	for i, c := range info.Chains {
		if c.Chain != i+1 || !c.Complete || c.Draws != 1000 || c.Warmup < 100 || c.Warmup > 1000 || c.Latents == nil || c.Latents.All != 8 || c.Leapfrogs < 1000 || c.StepSize <= 0 {
			t.Errorf("chain %d: %+v", i+1, c)
		}
	}
}

// table returns the lines of a summary's table.
func table(text string) string {
	_, text, _ = strings.Cut(text, "\n\n")
	text, _, _ = strings.Cut(text, "\n\n")
	return strings.TrimSpace(text)
}

func TestSample_CleanModelHasNoFindings(t *testing.T) {
	dir := t.TempDir()
	o := want(t, 0, sample(normal, "--seed", "3", "--target-accept", "0.95", "--out", dir)...)
	if strings.Contains(o.stdout, "warning") {
		t.Errorf("warnings:\n%s", o.stdout)
	}
	d := want(t, 0, "diagnose", dir)
	if !strings.Contains(d.stdout, "No problems found.") {
		t.Errorf("diagnose says\n%s", d.stdout)
	}
	var found diagnosis
	if err := json.Unmarshal([]byte(want(t, 0, "diagnose", dir, "--json").stdout), &found); err != nil {
		t.Fatal(err)
	}
	if !found.OK || found.Chains != 4 || found.Draws != 1000 || found.RHat == nil {
		t.Errorf("diagnose --json says %+v", found)
	}
}

func TestSample_SameDrawsHoweverTheyAreMade(t *testing.T) {
	for name, model := range map[string][]string{"eight schools": example("eight_schools"), "with random quantities": normal} {
		t.Run(name, func(t *testing.T) { sameDraws(t, model) })
	}
}

// sameDraws runs a model in all the ways that must not matter.
func sameDraws(t *testing.T, model []string) {
	t.Helper()
	model = sample(model, "--seed", "7", "--draws", "300", "--warmup", "300", "--save-warmup", "--quiet", "--no-summary")
	dir := t.TempDir()
	drawn := func(name string, env []string, args ...string) string {
		t.Helper()
		out := filepath.Join(dir, name)
		cmd, _, stderr := command(append(append(model[:len(model):len(model)], args...), "--out", out)...)
		cmd.Env = append(os.Environ(), env...)
		if code := ended(t, cmd.Run()); code != 0 {
			t.Fatalf("%s: exit code %d\n%s", name, code, stderr)
		}
		return draws(t, out)
	}
	first := drawn("first", nil)
	for name, other := range map[string]string{
		"again":       drawn("again", nil),
		"interpreted": drawn("interpreted", nil, "--backend", "interp"),
		"one by one":  drawn("one by one", nil, "--parallel", "1"),
		"all at once": drawn("all at once", nil, "--parallel", "4"),
		"no compiler": drawn("no compiler", []string{"PATH=", "CC="}),
		"one thread":  drawn("one thread", []string{"GOMAXPROCS=1"}),
		"no cache":    drawn("no cache", []string{"XDG_CACHE_HOME=/dev/null/nowhere"}),
		"broken cc":   drawn("broken cc", []string{"CC=false", "XDG_CACHE_HOME=" + t.TempDir()}),
	} {
		if other != first {
			t.Errorf("%s: other draws", name)
		}
	}
	if drawn("other seed", nil, "--seed", "8") == first {
		t.Error("another seed gives the same draws")
	}
	if canCompile(t) {
		if drawn("compiled", nil, "--backend", "cpu") != first {
			t.Error("compiled: other draws")
		}
	}
}

// canCompile reports whether the program can use a C compiler here.
func canCompile(t *testing.T) bool {
	o := quatreRun(t, sample(normal, "--backend", "cpu", "--draws", "1", "--quiet", "--no-summary")...)
	return o.code == 0 || !strings.Contains(o.stderr, "unavailable")
}

func TestSample_ChoosesAndTellsASeed(t *testing.T) {
	seeds := map[string]bool{}
	for range 2 {
		dir := filepath.Join(t.TempDir(), "run")
		o := want(t, 0, sample(normal, "--draws", "10", "--warmup", "10", "--out", dir)...)
		info, err := file.ReadRunInfo(dir)
		if err != nil {
			t.Fatal(err)
		}
		seed := regexp.MustCompile(`seed (\d+)`).FindStringSubmatch(o.stderr)
		text, _ := json.Marshal(info.Seed)
		if seed == nil || seed[1] != string(text) {
			t.Errorf("stderr tells %v, run.json has %s", seed, text)
		}
		seeds[string(text)] = true
	}
	if len(seeds) != 2 {
		t.Error("two runs with one seed")
	}
}

func TestSample_PlainLinesWhereThereIsNoTerminal(t *testing.T) {
	o := want(t, 0, sample(normal, "--seed", "1", "--chains", "2", "--draws", "3000")...)
	if strings.ContainsAny(o.stderr, "\x1b\r") {
		t.Errorf("control characters: %q", o.stderr)
	}
	for _, chain := range []string{"chain 1: ", "chain 2: "} {
		if n := strings.Count(o.stderr, chain); n < 1 || n > 10 {
			t.Errorf("%d lines of %s:\n%s", n, chain, o.stderr)
		}
		if !strings.Contains(o.stderr, chain+"100 %, sampling 3000/3000") {
			t.Errorf("no last line of %s:\n%s", chain, o.stderr)
		}
	}
	quiet := want(t, 0, sample(normal, "--seed", "1", "--quiet")...)
	if quiet.stderr != "" || !strings.Contains(quiet.stdout, "mu ") {
		t.Errorf("quiet: stderr %q, stdout %q", quiet.stderr, quiet.stdout)
	}
	silent := want(t, 0, sample(normal, "--seed", "1", "--quiet", "--no-summary")...)
	if silent.stderr+silent.stdout != "" {
		t.Errorf("quiet without summary: %q, %q", silent.stderr, silent.stdout)
	}
}

func TestSample_JSON(t *testing.T) {
	o := want(t, 0, sample(normal, "--seed", "1", "--json")...)
	if o.stderr != "" {
		t.Errorf("stderr: %s", o.stderr)
	}
	count := map[string]int{}
	var last string
	for line := range strings.Lines(o.stdout) {
		var event struct {
			Event     string
			Exit      *int
			Seed      uint64
			Summaries []map[string]any
			Chains    json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		count[event.Event]++
		last = event.Event
		switch {
		case event.Event == "start" && event.Seed != 1:
			t.Errorf("seed %d", event.Seed)
		case event.Event == "summary" && len(event.Summaries) != 4: // lp__, mu, sigma, ahead
			t.Errorf("%d summaries", len(event.Summaries))
		case event.Event == "end" && (event.Exit == nil || *event.Exit != 0):
			t.Errorf("end: %s", line)
		}
	}
	if last != "end" || count["start"] != 1 || count["summary"] != 1 || count["chains"] != 1 || count["end"] != 1 || count["progress"] < 4 {
		t.Errorf("events %v, the last one %q", count, last)
	}

	bad := want(t, 4, "sample", "testdata/normal.stan", "--json")
	var end struct {
		Event, Status, Error string
		Exit                 int
	}
	if err := json.Unmarshal([]byte(bad.stdout), &end); err != nil {
		t.Fatal(err)
	}
	if end.Event != "end" || end.Status != "failed" || end.Exit != 4 || end.Error == "" {
		t.Errorf("end of a failure: %+v", end)
	}
}

func TestSample_Thinned(t *testing.T) {
	dir := t.TempDir()
	want(t, 0, sample(normal, "--seed", "1", "--chains", "1", "--warmup", "30", "--draws", "10", "--thin", "3", "--save-warmup", "--out", dir)...)
	run, err := file.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if run.Sampling.Len(0) != 4 || run.Warmup.Len(0) != 10 || !run.Complete() {
		t.Errorf("%d draws, %d of warmup, warnings %v", run.Sampling.Len(0), run.Warmup.Len(0), run.Warnings)
	}
}

func TestSample_Metrics(t *testing.T) {
	for _, metric := range []string{"diag", "dense", "unit"} {
		dir := filepath.Join(t.TempDir(), metric)
		want(t, 0, sample(normal, "--seed", "1", "--metric", metric, "--chains", "2", "--out", dir)...)
		text := draws(t, dir)
		if !strings.Contains(text, "metric = "+metric+"_e") || !strings.Contains(text, "# Step size = ") {
			t.Errorf("%s: the files begin with\n%.2000s", metric, text)
		}
	}
}

func TestSample_StartsWhereItIsTold(t *testing.T) {
	// Without warmup and with a tiny step the chains stay where they begin.
	still := []string{"--warmup", "0", "--draws", "1", "--step-size", "1e-9", "--max-depth", "1", "--seed", "1", "--quiet", "--chains", "2", "--json"}
	for name, c := range map[string]struct {
		args []string
		mu   []float64 // of chains 1 and 2
	}{
		"zeros":         {[]string{"--init", "0"}, []float64{0, 0}},
		"radius 0":      {[]string{"--init-radius", "0"}, []float64{0, 0}},
		"unconstrained": {[]string{"--init", writeTemp(t, "a.json", "[3, 0]")}, []float64{3, 3}},
		"of each chain": {[]string{"--init", writeTemp(t, "b.json", "[[3, 0], [4, 1]]")}, []float64{3, 4}},
		"values":        {[]string{"--init", writeTemp(t, "c.json", `{"mu": 5, "sigma": 2}`)}, []float64{5, 5}},
		"values each":   {[]string{"--init", writeTemp(t, "d.json", `[{"mu": 5, "sigma": 2}, {"mu": 6, "sigma": 1, "other": 3}]`)}, []float64{5, 6}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "run")
			want(t, 0, sample(normal, append(append(still, "--out", dir), c.args...)...)...)
			run, err := file.Read(dir)
			if err != nil {
				t.Fatal(err)
			}
			mu, _ := run.Sampling.Value("mu")
			for chain, x := range c.mu {
				if got := mu[chain][0]; got < x-1e-6 || got > x+1e-6 {
					t.Errorf("chain %d is at %v, want %v", chain+1, got, x)
				}
			}
		})
	}
}

func TestSample_StartsOfManyShapes(t *testing.T) {
	const init = `{"v": [[1, 2, 3], [4, 5, 6]], "m": [[7, 8], [9, 10], [11, 12]], "p": [[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]], "c": [-1, 0, 2.5]}`
	dir := t.TempDir()
	want(t, 0, "sample", "testdata/shapes.stan", "--init", writeTemp(t, "init.json", init), "--out", dir,
		"--warmup", "0", "--draws", "1", "--step-size", "1e-9", "--max-depth", "1", "--quiet", "--no-summary", "--chains", "1")
	run, err := file.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]float64{
		"v[1,2]": 2, "v[2,1]": 4, "v[2,3]": 6, "m[1,2]": 8, "m[3,1]": 11, "p[1,3]": 0.2, "p[2,3]": 0.7, "c[1]": -1, "c[3]": 2.5,
	} {
		column, ok := run.Sampling.Value(name)
		if !ok || math.Abs(column[0][0]-x) > 1e-6 {
			t.Errorf("%s is %v, want %v", name, column, x)
		}
	}
}

func TestSample_OverwriteOnlyWhenTold(t *testing.T) {
	dir := t.TempDir()
	short := sample(normal, "--draws", "20", "--warmup", "20", "--seed", "1", "--quiet", "--no-summary", "--out", dir)
	want(t, 0, short...)
	before := draws(t, dir)
	o := want(t, 6, append(short, "--chains", "2")...)
	if !strings.Contains(o.stderr, "--overwrite") || draws(t, dir) != before {
		t.Errorf("refused with %q, or files changed", o.stderr)
	}
	want(t, 0, append(short, "--chains", "2", "--overwrite")...)
	run, err := file.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Chains) != 2 || !run.Complete() {
		t.Errorf("%d chains, complete %v", len(run.Chains), run.Complete())
	}
}
