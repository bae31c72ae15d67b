package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// cases is a small epidemic in 2000 heads.
const cases = "cases\n1\n0\n2\n3\n1\n4\n6\n5\nNA\n9\n14\n12\n"

func writeCases(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cases.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// lastLine returns the numbers of the last line of a table, by name.
func lastLine(t *testing.T, table string) map[string]float64 {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(table), "\n")
	names, fields := strings.Split(lines[0], ","), strings.Split(lines[len(lines)-1], ",")
	if len(names) != len(fields) {
		t.Fatalf("%d names, %d fields", len(names), len(fields))
	}
	out := map[string]float64{}
	for i, name := range names {
		v, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = v
	}
	return out
}

func TestSMCFilter_FollowsStates(t *testing.T) {
	data, svg := writeCases(t, cases), filepath.Join(t.TempDir(), "state.svg")
	args := []string{
		"smc", "filter", "--model", "seir", "--data", data, "--population", "2000", "--param", "beta=0.5", "--param", "sigma=0.3",
		"--param", "gamma=0.1", "--seed", "3", "--particles", "2000", "--svg", svg,
	}
	first := quatreRun(t, args...)
	if first.code != 0 {
		t.Fatalf("exit %d: %s", first.code, first.stderr)
	}
	last := lastLine(t, first.stdout)
	if total := last["S"] + last["E"] + last["I"] + last["R"]; math.Abs(total-2000) > 0.1 {
		t.Errorf("%v heads, want 2000", total)
	}
	if !strings.Contains(first.stderr, "log evidence") || last["time"] != 12 {
		t.Errorf("last line %v, notes %s", last, first.stderr)
	}
	if picture, err := os.ReadFile(svg); err != nil || !strings.Contains(string(picture), "</svg>") {
		t.Errorf("picture %v, %d bytes", err, len(picture))
	}
	if again := quatreRun(t, append(args, "--workers", "3")...); again.stdout != first.stdout {
		t.Error("results depend on the number of workers")
	}
}

// TestSMCFilter_HasTheExactEvidence compares with the Kalman filter of a state that starts in equilibrium; the standard
// deviation of the estimate is .02, measured over seeds. Times that are unevenly spaced are told of.
func TestSMCFilter_HasTheExactEvidence(t *testing.T) {
	const phi, q, r = 0.9, 0.5, 0.3
	y := []float64{-2.4, -1.1, -0.3, math.NaN(), 0.4, 1.7, 0.2}
	text, exact, mean, variance := "time,y\n", 0.0, 0.0, q/(1-phi*phi)
	for i, v := range y {
		text += fmt.Sprintf("%d,%v\n", i+i/5, v) // a gap before the sixth
		if i > 0 {
			mean, variance = phi*mean, phi*phi*variance+q
		}
		if !math.IsNaN(v) {
			s := variance + r
			exact -= (math.Log(2*math.Pi*s) + (v-mean)*(v-mean)/s) / 2
			mean, variance = mean+variance/s*(v-mean), variance*r/s
		}
	}
	run := want(t, 0, "smc", "filter", "--model", "autoregression", "--data", writeCases(t, text), "--param", "phi=0.9", "--param", "q=0.5", "--param", "r=0.3", "--seed", "1")
	if last := lastLine(t, run.stdout); math.Abs(last["log_evidence"]-exact) > 0.09 || math.Abs(last["x"]-mean) > 0.05 {
		t.Errorf("log evidence %v and mean %v, want %v and %v", last["log_evidence"], last["x"], exact, mean)
	}
	if !strings.Contains(run.stderr, "line 7: 2 after the time before, not 1") {
		t.Error(run.stderr)
	}
}

// TestSMCRun_SeesThatAFileIsReplaced follows a file that is written anew.
func TestSMCRun_SeesThatAFileIsReplaced(t *testing.T) {
	path := writeCases(t, cases)
	cmd, _, stderr := command("smc", "run", "--model", "sir", "--population", "2000", "--seed", "6", "--n-theta", "20", "--n-x", "20", "--follow", "--data", path)
	cmd.Stdout = nil
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	answers := bufio.NewScanner(out)
	for range strings.Count(cases, "\n") {
		if !answers.Scan() {
			t.Fatal(stderr)
		}
	}
	if err := os.WriteFile(path, []byte("cases\n4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for answers.Scan() {
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(stderr.String(), "was made shorter or replaced") {
		t.Errorf("ended with %v: %s", err, stderr)
	}
}

func TestSMCRun_LearnsAndResumesToTheSameNumbers(t *testing.T) {
	saved := filepath.Join(t.TempDir(), "saved")
	flags := []string{"smc", "run", "--model", "sir", "--population", "2000", "--seed", "4", "--n-theta", "60", "--n-x", "40", "--window", "6"}
	whole := quatreRun(t, append(flags, "--data", writeCases(t, cases), "--svg", filepath.Join(t.TempDir(), "a.svg"))...)
	if whole.code != 0 {
		t.Fatalf("exit %d: %s", whole.code, whole.stderr)
	}
	lines := strings.SplitAfter(cases, "\n")
	begin := quatreRun(t, append(flags, "--data", writeCases(t, strings.Join(lines[:7], "")), "--save", saved)...)
	if begin.code != 0 {
		t.Fatalf("exit %d: %s", begin.code, begin.stderr)
	}
	rest := quatreRun(t, append(flags, "--data", writeCases(t, lines[0]+strings.Join(lines[7:], "")), "--resume", saved)...)
	if rest.code != 0 {
		t.Fatalf("exit %d: %s", rest.code, rest.stderr)
	}
	other := quatreRun(t, append(flags, "--n-theta", "70", "--data", writeCases(t, cases), "--resume", saved, "--continue")...)
	if other.code != int(inData) || !strings.Contains(other.stderr, "it was begun with --n-theta 60, not 70") {
		t.Errorf("exit %d: %s", other.code, other.stderr)
	}
	want, got := lastLine(t, whole.stdout), lastLine(t, rest.stdout)
	for name, v := range want {
		if got[name] != v {
			t.Errorf("%s is %v after resuming, want %v", name, got[name], v)
		}
	}
}

// TestSMCRun_GoesOnAfterAKill kills runs that save after each observation, at
// moments all over their way: there is always a whole state or none, and going
// on from it ends with the numbers of a run that was left alone.
func TestSMCRun_GoesOnAfterAKill(t *testing.T) {
	text, saved := cases+strings.Repeat("13\n9\n8\n7\n6\n2\n", 3), filepath.Join(t.TempDir(), "saved")
	flags := []string{"smc", "run", "--model", "sir", "--population", "2000", "--n-theta", "60", "--n-x", "40", "--window", "6", "--data"}
	longer := writeCases(t, text+"4\n")
	whole := want(t, 0, append(flags, longer, "--seed", "9")...)
	begin := append(flags, writeCases(t, text), "--save", saved, "--save-every", "0s", "--seed", "9")
	resume := append(begin, "--resume", saved, "--continue")
	args, kills, resumed := begin, 0, 0
	for wait := 10 * time.Millisecond; kills < 12 || resumed < 4; wait += 5 * time.Millisecond {
		if _, err := os.Stat(saved); err == nil {
			args = resume
			resumed++
		}
		cmd, _, stderr := command(args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(wait)
		_ = cmd.Process.Kill() // it may be at its end
		_ = cmd.Wait()
		kills++
		if strings.Contains(stderr.String(), "cannot go on") || kills > 200 {
			t.Fatalf("after %d kills: %s", kills, stderr)
		}
	}
	rest := want(t, 0, append(flags, longer, "--resume", saved, "--continue")...)
	wanted, got := lastLine(t, whole.stdout), lastLine(t, rest.stdout)
	for name, v := range wanted {
		if got[name] != v {
			t.Errorf("%s is %v after %d kills, want %v", name, got[name], kills, v)
		}
	}
	shorter := want(t, int(inData), append(flags, writeCases(t, "cases\n"), "--resume", saved, "--continue")...)
	if !strings.Contains(shorter.stderr, "ends at line 1,") {
		t.Errorf("said of data that are too short: %s", shorter.stderr)
	}
}

// TestSMCFilter_KnowsEndemicModels: waning immunity, a reservoir, small steps
// and Poisson reports of a part of the cases keep the population whole, and
// other laws of the reports give other evidences.
func TestSMCFilter_KnowsEndemicModels(t *testing.T) {
	args := []string{
		"smc", "filter", "--model", "sirs", "--data", writeCases(t, cases), "--population", "2000", "--param", "beta=0.5", "--param", "gamma=0.2",
		"--param", "waning=0.05", "--reservoir", "0.0005", "--step", "0.25", "--reported", "0.5", "--seed", "3", "--particles", "500",
	}
	evidence := map[float64]bool{}
	for _, more := range [][]string{nil, {"--size", "0"}, {"--reported", "0.3"}, {"--reservoir", "0.01"}} {
		last := lastLine(t, want(t, 0, append(args, more...)...).stdout)
		if total := last["S"] + last["I"] + last["R"]; math.Abs(total-2000) > 0.1 {
			t.Errorf("%v heads, want 2000", total)
		}
		evidence[last["log_evidence"]] = true
	}
	if len(evidence) != 4 {
		t.Errorf("log evidences %v, want four different ones", evidence)
	}
}

// TestSMCRun_KeepsWhatItLearntBeforeABadLine: the run ends, and goes on once the
// line is mended, with the numbers of a run without the fault.
func TestSMCRun_KeepsWhatItLearntBeforeABadLine(t *testing.T) {
	saved := filepath.Join(t.TempDir(), "saved")
	flags := []string{"smc", "run", "--model", "sir", "--population", "2000", "--n-theta", "30", "--n-x", "30", "--data"}
	whole := want(t, 0, append(flags, writeCases(t, cases), "--seed", "2")...)
	bad := want(t, int(inData), append(flags, writeCases(t, strings.Replace(cases, "\n5\n", "\n-5\n", 1)), "--seed", "2", "--save", saved)...)
	if !strings.Contains(bad.stderr, `line 9: "-5" is no count`) {
		t.Errorf("said of a negative count: %s", bad.stderr)
	}
	rest := want(t, 0, append(flags, writeCases(t, cases), "--resume", saved, "--continue")...)
	wanted, got := lastLine(t, whole.stdout), lastLine(t, rest.stdout)
	for name, v := range wanted {
		if got[name] != v {
			t.Errorf("%s is %v, want %v", name, got[name], v)
		}
	}
	for want, args := range map[string][]string{"--model sir": {"--model", "seir"}, "--population 2000": {"--population", "3000"}, "--seed 2": {"--seed", "3"}} {
		r := quatreRun(t, append(append(flags, writeCases(t, cases), "--resume", saved), args...)...)
		if r.code != int(inData) || !strings.Contains(r.stderr, want) {
			t.Errorf("exit %d, %q, want %q", r.code, r.stderr, want)
		}
	}
}

// TestSMCRun_FollowsAGrowingFile writes lines one by one, a bad one among
// them, and waits for each answer.
func TestSMCRun_FollowsAGrowingFile(t *testing.T) {
	path := writeCases(t, "cases\n")
	cmd, _, stderr := command("smc", "run", "--model", "sir", "--population", "2000", "--seed", "5", "--n-theta", "20", "--n-x", "20", "--data", path, "--follow")
	cmd.Stdout = nil
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	answers := bufio.NewScanner(out)
	answers.Scan() // the header
	for i, line := range []string{"3\n", "oops\n5\n", "-1\n7\n"} {
		fmt.Fprint(file, line)
		if !answers.Scan() || !strings.HasPrefix(answers.Text(), strconv.Itoa(i+1)+",") {
			t.Fatalf("answer %q to line %d; %s", answers.Text(), i+1, stderr)
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("did not end after the signal")
	}
	if text := stderr.String(); strings.Count(text, "left out") != 2 {
		t.Errorf("two bad lines were to be named: %s", text)
	}
}

// TestSMCRun_ReadsStandardInput sends lines through a pipe that stays open, and
// ends the program by a signal while it waits for more.
func TestSMCRun_ReadsStandardInput(t *testing.T) {
	cmd, _, stderr := command("smc", "run", "--model", "autoregression", "--seed", "6", "--n-theta", "20", "--n-x", "20", "--data", "-")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = nil
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	fmt.Fprint(in, "y\n0.3\n-0.5\n")
	answers := bufio.NewScanner(out)
	for range 3 {
		if !answers.Scan() {
			t.Fatalf("no answer: %s", stderr)
		}
	}
	if !strings.HasPrefix(answers.Text(), "2,-0.5,") {
		t.Errorf("answer %q", answers.Text())
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended with %v: %s", err, stderr)
	}
}

// TestSMC_ReadsWhatSpreadsheetsWrite: a byte order mark, carriage returns,
// quotes, columns of no interest and the words for what is missing.
func TestSMC_ReadsWhatSpreadsheetsWrite(t *testing.T) {
	args := []string{"smc", "run", "--model", "sir", "--population", "1000", "--seed", "1", "--n-theta", "10", "--n-x", "10", "--data"}
	plain := quatreRun(t, append(args, writeCases(t, "time,cases\n1,3\n2,\n4,5\n5,NA\n7,2\n"))...)
	if plain.code != 0 {
		t.Fatalf("exit %d: %s", plain.code, plain.stderr)
	}
	odd := "\ufefftime,note,\"cases\"\r\n1,a,3\r\n2,\"b, or c\",.\r\n\r\n4,, 5 \r\n5,\"said \"\"no\"\"\",nan\r\n7,,\"2\"\r\n"
	if got := quatreRun(t, append(args, writeCases(t, odd))...); got.stdout != plain.stdout {
		t.Errorf("exit %d, %s%s, want %s", got.code, got.stdout, got.stderr, plain.stdout)
	}
}

func TestSMC_NamesWhatIsWrong(t *testing.T) {
	good := writeCases(t, cases)
	base := []string{"smc", "run", "--model", "seir", "--seed", "1", "--n-theta", "20", "--n-x", "20", "--data"}
	for _, c := range []struct {
		want string
		code kind
		args []string
	}{
		{"line 3: 1 fields under a header of 2", inData, append(base, writeCases(t, "time,cases\n1,2\n3\n"))},
		{`line 2: "-4" is no count`, inData, append(base, writeCases(t, "time,cases\n1,-4\n"))},
		{"time 1 after 2: times must increase", inData, append(base, writeCases(t, "time,cases\n2,1\n1,1\n"))},
		{"no column \"z\"", inData, append(base, good, "--column", "z")},
		{"has no names but numbers", inData, append(base, writeCases(t, "1\n2\n"))},
		{`two columns are called "cases"`, inData, append(base, writeCases(t, "cases,cases\n1,2\n"))},
		{"line 2: its quotes are not closed", inData, append(base, writeCases(t, "note,cases\n\"a,2\n"))},
		{"which column", inData, append(base, writeCases(t, "a,b\n1,2\n"))},
		{"no observations", inData, append(base, writeCases(t, "cases\n"))},
		{"is no law", usage, append(base, good, "--prior", "beta=foo(1)")},
		{"is no law", usage, append(base, good, "--prior", "beta=uniform(0.1,0.5")},
		{"cannot write", inOutput, append(base, good, "--svg", filepath.Join(t.TempDir(), "nowhere", "a.svg"))},
		{"reaches outside", usage, append(base, good, "--prior", "beta=normal(0,1)")},
		{"no parameter delta", usage, append(base, good, "--prior", "delta=uniform(0,1)")},
		{"is no state", inData, append(base, good, "--resume", good)},
		{"--continue needs --resume", usage, append(base, good, "--continue")},
		{"--param gamma=VALUE is missing", usage, []string{"smc", "filter", "--model", "sir", "--data", good, "--param", "beta=1"}},
		{"want a share above 0", usage, append(base, good, "--reported", "2")},
		{"in a population of 10", usage, append(base, good, "--population", "10", "--infected", "20")},
		{"phi=2: the parameter makes sense from -1 to 1", usage, []string{"smc", "filter", "--model", "volatility", "--data", good, "--param", "mu=0", "--param", "phi=2", "--param", "sigma=1"}},
		{"is empty: its first line", inData, append(base, writeCases(t, ""))},
		{"cannot write", inOutput, append(base, good, "--save", filepath.Join(t.TempDir(), "nowhere", "state"))},
		{"no such file", inData, append(base, filepath.Join(t.TempDir(), "nowhere"))},
	} {
		if r := quatreRun(t, c.args...); r.code != int(c.code) || !strings.Contains(r.stderr, c.want) {
			t.Errorf("exit %d with %q, want %d with %q", r.code, r.stderr, c.code, c.want)
		}
	}
}
