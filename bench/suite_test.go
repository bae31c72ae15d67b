package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre/stream"
)

// playRival is a system of the suite that the tests run, told by its script's
// name what to do. Rounds give figures of 100 + the round.
func playRival(args []string) error {
	value := func(name string) string { return args[slices.Index(args, "--"+name)+1] }
	if args[0] == "bench" && value("suite") != "test" {
		t := Trial{Case: value("case"), Seed: 1, Cores: 1, Params: json.RawMessage(value("params"))}
		return RunTrial(context.Background(), os.Stdout, value("suite"), &t)
	}
	round, err := strconv.Atoi(value("seed"))
	if err != nil {
		return err
	}
	speed, score, err := 1.0, stream.Number(1), error(nil)
	switch filepath.Base(args[0]) {
	case "fast":
		speed = 2
	case "wrong":
		speed, score = 10, 5
	case "careless":
		speed = 0.1
	case "absent":
		return json.NewEncoder(os.Stdout).Encode(Report{Missing: "not installed"})
	case "dying":
		return fmt.Errorf("out of memory")
	case "mumbling":
		_, err := fmt.Println("done")
		return err
	case "sleeping":
		time.Sleep(time.Hour)
	}
	fmt.Println("a remark of some library")
	figures := map[string]stream.Number{"rate": stream.Number(speed * float64(100+round)), "z": score, "error": 1}
	if filepath.Base(args[0]) == "careless" {
		figures["error"] = 0.1
	}
	return json.NewEncoder(os.Stdout).Encode(Report{Figures: figures, Versions: map[string]string{"rival": "1.0"}})
}

// testSuite has a peer for each script name.
func testSuite(scripts ...string) *Suite {
	s := &Suite{
		Name: "test", Rivals: []Rival{{Name: "quatre"}},
		Columns: []Column{{Name: "rate", Better: More}, {Name: "z", Score: true}, {Name: "error", Slack: 2}},
		Cases:   []Case{{Name: "one", Title: "a case", Targets: []Target{{"rate", 100}}}, {Name: "two", Targets: []Target{{"rate", 1e6}}}},
	}
	for _, name := range scripts {
		s.Rivals = append(s.Rivals, Rival{Name: name, Script: name})
	}
	return s
}

func runTest(t *testing.T, s *Suite, limit time.Duration) *SuiteResult {
	t.Helper()
	r, err := RunSuite(context.Background(), own(t), s, SuitePlan{Rounds: 3, Limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestSuite_JudgesEverySystem runs the harness with systems that go wrong in
// every way: whoever is not there, fails, or is wrong neither wins nor is beaten.
func TestSuite_JudgesEverySystem(t *testing.T) {
	r := runTest(t, testSuite("absent", "dying", "mumbling", "wrong"), time.Minute)
	row := &r.Rows[0]
	quatre := &row.Cells[0]
	if len(quatre.Runs) != 3 || quatre.Figures["rate"] != (Spread{101.5, 102, 102.5}) || math.Abs(float64(quatre.Scores["z"])-math.Sqrt(3)) > 1e-12 {
		t.Errorf("%+v", quatre)
	}
	if r.About.Versions["rival"] != "1.0" {
		t.Errorf("versions %v", r.About.Versions)
	}
	if c := row.Cells[1]; c.Missing != "not installed" || c.took() {
		t.Errorf("%+v", c)
	}
	for _, c := range row.Cells[2:4] {
		if c.Failed == "" || c.took() {
			t.Errorf("%+v", c)
		}
	}
	if c := row.Cells[4]; !c.took() || len(c.Doubts) != 1 || !strings.HasPrefix(c.Doubts[0], "z 8.7") {
		t.Errorf("%+v", c)
	}
	if v := r.Verdict(row); v.Best != "" || v.Text != "no peer to be trusted took part; without absent, dying, mumbling" {
		t.Errorf("%+v", v)
	}
	if _, met := r.reached(row); !met {
		t.Error("100 of 100 is not enough")
	}
	if texts, met := r.reached(&r.Rows[1]); met || texts[0] != "rate ≥ 1M: **missed**" {
		t.Error(texts)
	}
}

func TestSuite_CallsWinsAndLosses(t *testing.T) {
	for _, c := range []struct{ peer, verdict string }{
		{"fast", "**lost**"}, {"equal", "undecided: within the spread of the rounds"},
		{"careless", "undecided: error is 10.0 times that of careless"},
	} {
		r := runTest(t, testSuite(c.peer), time.Minute)
		if v := r.Verdict(&r.Rows[0]); v.Text != c.verdict || v.Best != c.peer {
			t.Errorf("%s: %+v, want %s", c.peer, v, c.verdict)
		}
	}
	// The other way round the careful one is ten times slower, but wins nothing.
	r := runTest(t, testSuite("careless"), time.Minute)
	r.Columns[2].Slack = 20
	if v := r.Verdict(&r.Rows[0]); v.Text != "won" || math.Abs(v.Ratio-10) > 1e-9 {
		t.Errorf("%+v", v)
	}
	r.Columns[0].Better = Less
	if v := r.Verdict(&r.Rows[0]); v.Text != "**lost**" || math.Abs(v.Ratio-0.1) > 1e-9 {
		t.Errorf("%+v", v)
	}
}

func TestSuite_EndsProcessesThatAreLate(t *testing.T) {
	began := time.Now()
	r := runTest(t, testSuite("sleeping"), 300*time.Millisecond)
	if c := r.Rows[0].Cells[1]; !strings.Contains(c.Failed, "not done in") || time.Since(began) > 20*time.Second {
		t.Errorf("%+v after %v", c, time.Since(began))
	}
}

func TestSuite_ResultsSurviveFilesAndPages(t *testing.T) {
	r := runTest(t, testSuite("fast", "absent"), time.Minute)
	r.Suite = "sim" // a kind that there is
	dir := t.TempDir()
	if err := Save(dir, "sim", r); err != nil {
		t.Fatal(err)
	}
	again, err := Load(filepath.Join(dir, "sim.json"))
	if err != nil {
		t.Fatal(err)
	}
	var before, after bytes.Buffer
	if err := r.WriteMarkdown(&before); err != nil {
		t.Fatal(err)
	}
	if err := again.WriteMarkdown(&after); err != nil || before.String() != after.String() {
		t.Errorf("%v\n%s\n%s", err, before.String(), after.String())
	}
	for _, want := range []string{"Won 0, lost 2", "| `one` | rate | 102 | fast 204 | 0.5 | **lost**; without absent | rate ≥ 100: met |", "absent is missing: not installed"} {
		if !strings.Contains(before.String(), want) {
			t.Errorf("no %q in\n%s", want, before.String())
		}
	}
	page := filepath.Join(dir, "page.md")
	if err := RenderPage(dir, page); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(text), "## Simulation, against other engines") {
		t.Errorf("%v: %s", err, text)
	}
}

// TestSimSuite_RunsEveryCase is the quick form of the suite, without peers.
func TestSimSuite_RunsEveryCase(t *testing.T) {
	if testing.Short() || runtime.GOOS != "linux" {
		t.Skip("a few seconds")
	}
	s, err := FindSuite("sim")
	if err != nil {
		t.Fatal(err)
	}
	r, err := RunSuite(context.Background(), own(t), s, SuitePlan{Rounds: 1, Quick: true, Limit: time.Minute, Rivals: []string{"quatre", "ross"}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Rows {
		row := &r.Rows[i]
		if c := &row.Cells[0]; !c.took() || len(c.Doubts) > 0 || !(c.Figures[row.Main].Median > 0) {
			t.Errorf("%s: %+v", row.Case, c)
		}
		if row.Cells[1].Missing == "" {
			t.Errorf("%+v", row.Cells[1])
		}
	}
}
