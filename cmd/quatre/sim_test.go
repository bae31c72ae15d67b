package main

import (
	"os"
	"path/filepath"
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
