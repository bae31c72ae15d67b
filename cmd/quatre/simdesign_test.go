package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// tills is M/M/1, or more servers, with named parameters.
const tills = `
parameters: {gap: 4, service: 3, servers: 1}
until: 3000
warmup: 200
resources: {till: servers}
flows:
  customers:
    steps:
      - arrive: exponential(gap)
      - seize: till
      - hold: exponential(service)
      - release: till
      - depart
`

// simOn runs a command of simulation on that model.
func simOn(t *testing.T, model, verb string, args ...string) outcome {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tills.yaml")
	if err := os.WriteFile(file, []byte(model), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd, stdout, stderr := command(append([]string{"sim", verb, file}, args...)...)
	code := ended(t, cmd.Run())
	return outcome{code, stdout.String(), stderr.String()}
}

func TestSimCompare_UsesCommonRandomNumbers(t *testing.T) {
	got := simOn(t, tills, "compare", "--against", "service=2.8", "--reps", "20")
	fields := regexp.MustCompile(`(?m)^ *till\.wait +\S+ +\S+ +(\S+) +(\S+) +(0\.9\d)$`).FindStringSubmatch(strings.ReplaceAll(got.stdout, " \n", "\n"))
	if got.code != 0 || fields == nil || strings.HasPrefix(fields[1], "-") {
		t.Errorf("no correlation of at least 0.9: %+v", got)
	}
	if got := simOn(t, tills, "compare"); got.code != int(usage) || !strings.Contains(got.stderr, "--against") {
		t.Errorf("%+v", got)
	}
	other := filepath.Join(t.TempDir(), "other.yaml")
	if err := os.WriteFile(other, []byte(strings.Replace(tills, "until: 3000", "until: 500", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := simOn(t, tills, "compare", other); got.code != int(usage) || !strings.Contains(got.stderr, "say --warmup and --until") {
		t.Errorf("%+v", got)
	}
}

func TestSimSelect_FindsTheBestOfAGrid(t *testing.T) {
	for _, args := range [][]string{{"--indifference", "0.5"}, {"--budget", "120"}} {
		got := simOn(t, tills, "select", append([]string{"--grid", "servers=1,2", "--grid", "service=3,2.5,2", "--outcome", "till.wait"}, args...)...)
		if got.code != 0 || !regexp.MustCompile(`tills.yaml servers=2 service=2 +\S+ +\d+ +the best\n`).MatchString(got.stdout) {
			t.Errorf("%q: %+v", args, got)
		}
	}
	for want, args := range map[string][]string{
		"there are customers.time":      {"--grid", "servers=1,2", "--outcome", "wait"},
		"a choice is between several":   {"--outcome", "till.wait"},
		`"two" is not a number`:         {"--grid", "servers=1,two", "--outcome", "till.wait"},
		`has no parameter "server"`:     {"--grid", "server=1,2", "--outcome", "till.wait"},
		"2 models with 10 replicat":     {"--grid", "servers=1,2", "--outcome", "till.wait", "--budget", "12"},
		"the capacity of \"till\" must": {"--grid", "servers=1,-2", "--outcome", "till.wait"},
	} {
		if got := simOn(t, tills, "select", args...); got.code == 0 || !strings.Contains(got.stderr, want) {
			t.Errorf("%q: %+v, want %q", args, got, want)
		}
	}
}

// TestSimWarmup_FindsTheEnd looks at a queue that begins empty and settles within
// some tens of time units.
func TestSimWarmup_FindsTheEnd(t *testing.T) {
	svg := filepath.Join(t.TempDir(), "warmup.svg")
	got := simOn(t, tills, "warmup", "--outcome", "customers.number", "--until", "2000", "--reps", "100", "--out", svg)
	if got.code != 0 || !regexp.MustCompile(`^customers.number: warm-up until [1-9]\d{0,2}, mean `).MatchString(got.stdout) {
		t.Errorf("%+v", got)
	}
	if b, err := os.ReadFile(svg); err != nil || !strings.Contains(string(b), "warm-up until") {
		t.Errorf("%v", err)
	}
	if got := simOn(t, tills, "warmup", "--outcome", "customers.number", "--set", "service=5", "--until", "2000"); got.code != 0 || !strings.Contains(got.stdout, "has not settled") {
		t.Errorf("%+v", got)
	}
}

func TestSimRun_BatchesAndAntitheticPairs(t *testing.T) {
	for want, args := range map[string][]string{
		"20 batches of one run": {"--batches", "20"},
		"12 replications":       {"--antithetic", "--reps", "11"},
	} {
		if got := simOn(t, tills, "run", args...); got.code != 0 || !strings.Contains(got.stdout, want) {
			t.Errorf("%q: %+v", args, got)
		}
	}
	for _, args := range [][]string{{"--batches", "1"}, {"--batches", "20", "--reps", "3"}, {"--batches", "20", "--antithetic"}} {
		if got := simOn(t, tills, "run", args...); got.code != int(usage) || !strings.Contains(got.stderr, "--batches") {
			t.Errorf("%q: %+v", args, got)
		}
	}
	if got := simOn(t, tills, "run", "--precision", "till.weight=0.1"); got.code != int(inSampling) || !strings.Contains(got.stderr, "till.wait") {
		t.Errorf("%+v", got)
	}
}

func TestSimFactorial_EffectsOfTheFactors(t *testing.T) {
	out := filepath.Join(t.TempDir(), "points.csv")
	got := simOn(t, tills, "factorial", "--grid", "servers=1,2", "--grid", "service=2,3", "--outcome", "till.wait,customers.departed", "--out", out)
	for _, want := range []string{`\n +2 +3 +0\.\d+ +0\.`, `4 points with 10 replications`, `\nservers 1 → 2 +till.wait +-\d`, `\nservice 2 → 3 +till.wait +\d`,
		`\nservers 1 → 2 × service 2 → 3 +till.wait +-\d`, `customers.departed`} {
		if got.code != 0 || !regexp.MustCompile(want).MatchString(got.stdout) {
			t.Errorf("%+v, want %q", got, want)
		}
	}
	if b, err := os.ReadFile(out); err != nil || strings.Count(string(b), "\n") != 41 || !strings.HasPrefix(string(b), "point,servers,service,replication,customers.time,") {
		t.Errorf("%v: %d lines", err, strings.Count(string(b), "\n"))
	}
	for want, args := range map[string][]string{
		"missing flags: --grid":         {"--outcome", "till.wait"},
		"--outcome wait: there are ":    {"--grid", "servers=1,2", "--outcome", "wait"},
		`has no parameter "server"`:     {"--grid", "server=1,2", "--outcome", "till.wait"},
		"the capacity of \"till\" must": {"--grid", "servers=1,0.5", "--outcome", "till.wait"},
		"point 2: experiment: all 10":   {"--grid", "slack=0,-5", "--outcome", "till.wait"},
	} {
		if got := simOn(t, strings.Replace(strings.Replace(tills, "servers: 1}", "servers: 1, slack: 0}", 1), "hold: exponential(service)", "hold: slack + exponential(service)", 1), "factorial", args...); got.code == 0 || !strings.Contains(got.stderr, want) {
			t.Errorf("%q: %+v, want %q", args, got, want)
		}
	}
}

func TestSimLHS_RankCorrelations(t *testing.T) {
	got := simOn(t, tills, "lhs", "--range", "servers=1..2", "--range", "service=2:3", "--points", "10", "--outcome", "till.wait")
	if got.code != 0 || !regexp.MustCompile(`\nservers +-0\.[6-9]\d\nservice +0\.`).MatchString(got.stdout) || !strings.Contains(got.stdout, "10 points") {
		t.Errorf("%+v", got)
	}
	for want, args := range map[string][]string{
		"want LOW:HIGH":    {"--range", "service=3:2", "--outcome", "till.wait"},
		"for whole number": {"--range", "servers=1..2.5", "--outcome", "till.wait"},
		"--points 1":       {"--range", "service=2:3", "--outcome", "till.wait", "--points", "1"},
	} {
		if got := simOn(t, tills, "lhs", args...); got.code != int(usage) || !strings.Contains(got.stderr, want) {
			t.Errorf("%q: %+v, want %q", args, got, want)
		}
	}
}

// TestSimHistory_TellsTheModelFromAnother takes the outcomes of a run for history, and
// compares them with the model itself under another seed and with a slower one. The
// test of the model itself has a false alarm of 1e-3.
func TestSimHistory_TellsTheModelFromAnother(t *testing.T) {
	dir := t.TempDir()
	if got := simOn(t, tills, "run", "--reps", "60", "--out", dir); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	history, svg := filepath.Join(dir, "outcomes.csv"), filepath.Join(dir, "history.svg")
	p := func(args ...string) float64 {
		t.Helper()
		got := simOn(t, tills, "history", append([]string{history, "--seed", "2", "--outcome", "till.wait=till.wait"}, args...)...)
		fields := regexp.MustCompile(`(?m)^ *till\.wait .* (\S+) *$`).FindStringSubmatch(got.stdout)
		if got.code != 0 || fields == nil {
			t.Fatalf("%+v", got)
		}
		x, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	if x := p("--out", svg); x < 1e-3 {
		t.Errorf("p = %v of the model itself", x)
	}
	if x := p("--set", "service=3.3"); x > 1e-6 {
		t.Errorf("p = %v of a slower one", x)
	}
	if b, err := os.ReadFile(svg); err != nil || !strings.Contains(string(b), "simulated till.wait") {
		t.Errorf("the picture: %v", err)
	}
	for want, args := range map[string][]string{
		`no column "wait": there are`:  {"--outcome", "till.wait=wait"},
		"--outcome wait: there are":    {"--outcome", "wait=till.wait"},
		"a picture is of one outcome,": {"--out", svg},
	} {
		if got := simOn(t, tills, "history", append([]string{history}, args...)...); got.code == 0 || !strings.Contains(got.stderr, want) {
			t.Errorf("%q: %+v, want %q", args, got, want)
		}
	}
}
