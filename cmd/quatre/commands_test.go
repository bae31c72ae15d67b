package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/internal/check"
)

// oracle is a file of an example, or what log-density prints.
type oracle struct {
	Points []struct {
		Q    []float64
		LP   *float64
		Grad []*float64
	}
}

func TestLogDensity_AgreesWithStan(t *testing.T) {
	for _, name := range []string{"eight_schools", "linear_regression", "logistic"} {
		model := example(name)
		points := filepath.Join(filepath.Dir(model[0]), "oracle.json")
		text, err := os.ReadFile(points)
		if err != nil {
			t.Fatal(err)
		}
		var expected, got oracle
		if err := json.Unmarshal(text, &expected); err != nil {
			t.Fatal(err)
		}
		o := want(t, 0, append(append([]string{"log-density"}, model...), "--points", points)...)
		if err := json.Unmarshal([]byte(o.stdout), &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(got.Points) != len(expected.Points) {
			t.Fatalf("%s: %d points of %d", name, len(got.Points), len(expected.Points))
		}
		for i, p := range got.Points {
			// Constants may differ, so the log density counts from the first point.
			check.Close(t, *p.LP-*got.Points[0].LP, *expected.Points[i].LP-*expected.Points[0].LP, check.Rel, name, i)
			for j := range p.Grad {
				check.Close(t, *p.Grad[j], *expected.Points[i].Grad[j], check.Rel, name, i, j)
			}
		}
	}
}

func TestLogDensity_NullWhereNotFinite(t *testing.T) {
	points := writeTemp(t, "points.json", `{"points": [{"q": [0.5, 0.1]}, {"q": [1e200, -400]}]}`)
	o := want(t, 0, append(append([]string{"log-density"}, normal...), "--points", points)...)
	var got oracle
	if err := json.Unmarshal([]byte(o.stdout), &got); err != nil {
		t.Fatalf("%v in %s", err, o.stdout)
	}
	if got.Points[0].LP == nil || got.Points[1].LP != nil || len(got.Points[1].Grad) != 2 {
		t.Errorf("printed %s", o.stdout)
	}
}

func TestLogDensity_BadPoints(t *testing.T) {
	for text, expected := range map[string]string{
		`{"points": [{"q": [1, 2]}, {"q": [1]}]}`: "points.json: point 2 has 1 numbers, the model has 2",
		`{"points": [{"q": [1, null]}]}`:          "points.json: point 1: number 2 is null",
		`{"points": []}`:                          "points.json: no points",
		`{"points": [{"q": "x"}]}`:                "points.json: json: cannot unmarshal",
		`{`:                                       "points.json: unexpected end",
	} {
		o := want(t, 4, append(append([]string{"log-density"}, normal...), "--points", writeTemp(t, "points.json", text))...)
		if !strings.Contains(o.stderr, expected) || o.stdout != "" {
			t.Errorf("%s: stderr %q, stdout %q", text, o.stderr, o.stdout)
		}
	}
}

func TestLogDensity_FromStdin(t *testing.T) {
	cmd, stdout, stderr := command(append(append([]string{"log-density"}, normal...), "--points", "-")...)
	cmd.Stdin = strings.NewReader(`{"points": [{"q": [0.5, 0.1]}]}`)
	if code := ended(t, cmd.Run()); code != 0 || !strings.Contains(stdout.String(), `"lp":-`) {
		t.Errorf("exit code %d, stdout %s, stderr %s", code, stdout, stderr)
	}
}

func TestSummary_Chosen(t *testing.T) {
	dir := t.TempDir()
	want(t, 0, sample(example("eight_schools"), "--seed", "1", "--adaptation", "stan", "--no-map", "--quiet", "--no-summary", "--out", dir)...)
	o := want(t, 0, "summary", dir, "--params", "tau,theta[2]", "--params", "mu")
	names := []string{}
	for line := range strings.Lines(table(o.stdout)) {
		names = append(names, strings.Fields(line)[0])
	}
	if strings.Join(names[1:], " ") != "mu tau theta[2]" {
		t.Errorf("rows %v", names)
	}
	o = want(t, 2, "summary", dir, "--params", "nu")
	if !strings.Contains(o.stderr, `no quantity "nu"; it has lp__, mu, tau, theta`) {
		t.Errorf("stderr: %s", o.stderr)
	}
	var report struct {
		Summaries []struct{ Name string }
		Warnings  []diag.Warning
	}
	if err := json.Unmarshal([]byte(want(t, 0, "summary", dir, "--params", "theta", "--json").stdout), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Summaries) != 8 || report.Summaries[0].Name != "theta[1]" || len(report.Warnings) == 0 {
		t.Errorf("report %+v", report)
	}
	// One file of a run is a run of one chain.
	o = want(t, 0, "summary", filepath.Join(dir, "chain-2.csv"))
	if !strings.Contains(o.stdout, "1 chain of 1000 draws") {
		t.Errorf("summary of one file:\n%s", o.stdout)
	}
}

func TestCheck(t *testing.T) {
	o := want(t, 0, "check", "testdata/normal.stan")
	if !strings.Contains(o.stdout, "testdata/normal.stan: ") {
		t.Errorf("without data:\n%s", o.stdout)
	}
	o = want(t, 0, append([]string{"check"}, normal...)...)
	if !strings.Contains(o.stdout, "2 parameters") {
		t.Errorf("with data:\n%s", o.stdout)
	}
	o = want(t, 0, append(append([]string{"check"}, normal...), "--explain", "--program")...)
	for _, text := range []string{"sigma", "lower", "line 13", "ahead", "each evaluation: ", "once for the data: ", "\nprogram dim=2\n", "reduce\n    y"} {
		if !strings.Contains(o.stdout, text) {
			t.Errorf("no %q in\n%s", text, o.stdout)
		}
	}
	o = want(t, 0, append(append([]string{"check"}, normal...), "--explain", "--no-reduce", "--without", "dead-code,algebra")...)
	for _, text := range []string{"reduce: left out\n", "algebra: left out\n", "dead-code: left out\n", "fold-constants\n"} {
		if !strings.Contains(o.stdout, text) {
			t.Errorf("no %q in\n%s", text, o.stdout)
		}
	}
	o = want(t, 3, "check", "testdata/unsupported.stan")
	if !strings.Contains(o.stderr, "complex numbers") {
		t.Errorf("unsupported:\n%s", o.stderr)
	}
	want(t, 5, "check", "testdata/improper.stan", "--data", writeTemp(t, "data.json", "{}"))
}

func TestVersion(t *testing.T) {
	o := want(t, 0, "version")
	if !strings.HasPrefix(o.stdout, "quatre ") || !strings.Contains(o.stdout, runtime.Version()) {
		t.Errorf("version says\n%s", o.stdout)
	}
	var v versionInfo
	if err := json.Unmarshal([]byte(want(t, 0, "version", "--json").stdout), &v); err != nil || v.Quatre == "" {
		t.Errorf("version --json says %+v: %v", v, err)
	}
}

func TestHelp_NamesTheExitCodes(t *testing.T) {
	o := want(t, 0, "--help")
	for _, text := range []string{"  5  sampling failed", "130  interrupted", "log-density"} {
		if !strings.Contains(o.stdout, text) {
			t.Errorf("no %q in\n%s", text, o.stdout)
		}
	}
	for _, name := range []string{"sample", "summary", "diagnose", "check", "log-density", "version"} {
		if o := want(t, 0, name, "--help"); !strings.Contains(o.stdout, "Usage: quatre "+name) {
			t.Errorf("%s --help says\n%s", name, o.stdout)
		}
	}
}

// TestTerminal_Bars runs the program on a pseudo-terminal, which util-linux's
// script makes.
func TestTerminal_Bars(t *testing.T) {
	script, err := exec.LookPath("script")
	if err != nil || runtime.GOOS != "linux" {
		t.Skip("needs util-linux's script")
	}
	line := strings.Join(append([]string{"stty cols 90 rows 20;", built}, sample(normal, "--seed", "1", "--draws", "20000")...), " ")
	cmd := exec.Command(script, "-q", "-e", "-c", line, "/dev/null")
	cmd.Env = append(os.Environ(), "TERM=xterm", "LC_ALL=C.UTF-8", "NO_COLOR=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, text := range []string{"█", "\x1b[4A", "done in", "chain 4", "sigma "} {
		if !strings.Contains(string(out), text) {
			t.Errorf("no %q on the terminal:\n%q", text, out)
		}
	}
}
