package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const bank = `
until: 480
replications: 5
resources: {teller: 2}
flows:
  customers:
    steps:
      - arrive: exponential(3)
      - seize: teller
      - hold: exponential(5)
      - release: teller
      - depart
`

// simulate writes a model and runs the program on it.
func simulate(t *testing.T, model string, args ...string) (outcome, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bank.yaml")
	if err := os.WriteFile(file, []byte(model), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd, stdout, stderr := command(append([]string{"sim", "run", file}, args...)...)
	code := ended(t, cmd.Run())
	return outcome{code, stdout.String(), stderr.String()}, file
}

func TestSimRun_TableAndFolder(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	got, _ := simulate(t, bank, "--seed", "3", "--out", out)
	if got.code != 0 || !strings.Contains(got.stdout, "teller.wait") || !strings.Contains(got.stdout, "5 replications") {
		t.Fatalf("%+v", got)
	}
	for _, name := range []string{"table.txt", "outcomes.csv", "trace.csv", "trace.jsonl", "gantt.svg", "queues.svg", "animation.html"} {
		if info, err := os.Stat(filepath.Join(out, name)); err != nil || info.Size() < 100 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if again, _ := simulate(t, bank, "--seed", "3", "--workers", "1"); again.stdout != got.stdout {
		t.Errorf("with one worker:\n%s\nwant\n%s", again.stdout, got.stdout)
	}
	if again, _ := simulate(t, bank, "--out", out); again.code != int(inOutput) {
		t.Errorf("results of an earlier run: %+v", again)
	}
	more, _ := simulate(t, bank, "--precision", "customers.departed=0.02")
	if more.code != 0 || strings.Contains(more.stdout, "\n5 replications") {
		t.Errorf("%+v", more)
	}
}

func TestSimRun_MistakesHaveExitCodes(t *testing.T) {
	for _, c := range []struct {
		old, new string
		args     []string
		code     kind
		want     string
	}{
		{"seize: teller", "seize: tailor", nil, inModel, `bank.yaml:9:16: there is no resource "tailor"`},
		{"until: 480", "", nil, usage, "--until"},
		{"- depart", "- goto: x\n      - label: x\n      - goto: x", nil, inSampling, "endless loop"},
		{"exponential(5)", "\"-1\"", nil, inSampling, "bank.yaml:10:9), event 1: a delay of -1"},
		{"", "", []string{"--precision", "x"}, usage, "--precision"},
		{"", "", []string{"--reps=-3"}, usage, "--reps"},
		{"", "", []string{"--until=Inf"}, usage, "--until must be finite"},
	} {
		got, _ := simulate(t, strings.Replace(bank, c.old, c.new, 1), c.args...)
		if got.code != int(c.code) || !strings.Contains(got.stderr, c.want) {
			t.Errorf("%q: %+v, want code %d and %q", c.new, got, c.code, c.want)
		}
	}
	cmd, _, stderr := command("sim", "check", filepath.Join(t.TempDir(), "none.yaml"))
	if code := ended(t, cmd.Run()); code != int(inData) {
		t.Errorf("a file that is not there: code %d, %s", code, stderr)
	}
}

func TestSimFit_TableAndPicture(t *testing.T) {
	dir := t.TempDir()
	file, out := filepath.Join(dir, "times.csv"), filepath.Join(dir, "fit.svg")
	var b strings.Builder
	b.WriteString("day,time\n")
	for i := range 100 { // the quantiles of an exponential law
		fmt.Fprintf(&b, "1,%g\n", -7*math.Log(1-(float64(i)+0.5)/100))
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd, stdout, stderr := command("sim", "fit", file, "--column", "time", "--out", out)
	if code := ended(t, cmd.Run()); code != 0 || !strings.HasPrefix(strings.Split(stdout.String(), "\n")[1], "exponential(6.9") {
		t.Errorf("code %d, %s%s", code, stdout, stderr)
	}
	if svg, err := os.ReadFile(out); err != nil || !strings.Contains(string(svg), "exponential(6.9") {
		t.Errorf("the picture: %v", err)
	}
	cmd, _, stderr = command("sim", "fit", file, "--column", "tim")
	if code := ended(t, cmd.Run()); code != int(inData) || !strings.Contains(stderr.String(), "there are day, time") {
		t.Errorf("code %d, %s", code, stderr)
	}
}

// uncertain is a queue without waiting whose service time is a parameter.
const uncertain = `
parameters: {service: 2, servers: 1}
until: 1000 * service
resources: {desk: servers}
flows:
  customers:
    steps:
      - arrive: 100
      - seize: desk
      - hold: service + 0
      - release: desk
      - depart
`

// TestSimRun_DrawsOfParametersDriveReplications gives each replication another
// service time, which is then its time in the system.
func TestSimRun_DrawsOfParametersDriveReplications(t *testing.T) {
	dir := t.TempDir()
	draws := filepath.Join(dir, "draws.csv")
	if err := os.WriteFile(draws, []byte("# a comment\nlp__,service,other\n0,1,9\n0,2,9\n0,3,9\n0,6,9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	got, _ := simulate(t, uncertain, "--reps", "4", "--draws", draws, "--out", out)
	if got.code != 0 {
		t.Fatalf("%+v", got)
	}
	table, err := os.ReadFile(filepath.Join(out, "outcomes.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var times []string
	for _, line := range strings.Split(strings.TrimSpace(string(table)), "\n")[1:] {
		times = append(times, strings.Split(line, ",")[1])
	}
	slices.Sort(times)
	if !slices.Equal(times, []string{"1", "2", "3", "6"}) {
		t.Errorf("times in the system %v, want those of the draws", times)
	}
	if got, _ := simulate(t, uncertain, "--set", "service=5", "--set", "servers=2", "--reps", "2"); got.code != 0 || !strings.Contains(strings.Join(strings.Fields(got.stdout), " "), "customers.time 5 0 0 5 5 2") {
		t.Errorf("%+v", got)
	}
	for _, c := range []struct {
		args []string
		code kind
		want string
	}{
		{[]string{"--set", "servise=5"}, inModel, `no parameter "servise": did you mean "service"?`},
		{[]string{"--set", "servers=-1"}, inModel, `bank.yaml:4:19: the capacity of "desk" must be`},
		{[]string{"--draws", filepath.Join(dir, "none.csv")}, inData, "none.csv"},
		{[]string{"--draws", draws, "--set", "service=1"}, usage, "none of its columns"},
	} {
		if got, _ := simulate(t, uncertain, c.args...); got.code != int(c.code) || !strings.Contains(got.stderr, c.want) {
			t.Errorf("%q: %+v, want code %d and %q", c.args, got, c.code, c.want)
		}
	}
}
