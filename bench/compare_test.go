package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

// asWorker makes the test's own program play the workers of systems.
const asWorker = "QUATRE_BENCH_TEST_AS_WORKER"

func TestMain(m *testing.M) {
	if os.Getenv(asWorker) != "" {
		if err := playWorker(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// playWorker is Quatre, or a peer with a way of its own to be wrong.
func playWorker() error {
	if slices.Contains(os.Args, "--params") {
		return playRival(os.Args[1:])
	}
	option := map[string]string{}
	for i := 1; i+1 < len(os.Args); i++ {
		option[strings.TrimPrefix(os.Args[i], "--")] = os.Args[i+1]
	}
	number := func(name string) int {
		n, _ := strconv.Atoi(option[name])
		return n
	}
	t := Task{Program: option["program"], Data: option["data"], Chains: number("chains"), Warmup: number("warmup"), Draws: number("draws"), Cores: 1}
	c, err := FindConfig(Default)
	if err != nil {
		return err
	}
	if os.Args[1] == "sample" { // a whole command: something to time and to weigh
		time.Sleep(50 * time.Millisecond)
		return os.MkdirAll(option["out"], 0o777)
	}
	switch option["system"] {
	case "absent":
		return json.NewEncoder(os.Stdout).Encode(message{Event: "missing", Reason: "not installed"})
	case "dying":
		return fmt.Errorf("out of memory")
	case "sleeping":
		_, err := io.Copy(io.Discard, os.Stdin)
		return err
	case "shifted":
		c.Set = nil
		return serveShifted(os.Stdin, os.Stdout, &t)
	}
	return Serve(context.Background(), os.Stdin, os.Stdout, t, c)
}

// serveShifted answers with independent draws of the wrong distribution, faster
// than anybody.
func serveShifted(in io.Reader, out io.Writer, t *Task) error {
	m, err := Read(t.Program, t.Data)
	if err != nil {
		return err
	}
	names := ParameterNames(m)
	for lines := json.NewDecoder(in); lines.More(); {
		var o order
		if err := lines.Decode(&o); err != nil {
			return err
		}
		schema := &stream.Schema{}
		for _, name := range names {
			schema.Values = append(schema.Values, stream.Field{Name: name})
		}
		values := make([]float64, t.Draws*len(names))
		for i, src := 0, rng.NewKey(o.Seed).Stream(); i < len(values); i++ {
			values[i] = 1000 + src.Normal()
		}
		d := &stream.Draws{}
		for chain := range t.Chains {
			if err := d.Append(&stream.Frame{Schema: schema, Chain: chain, Phase: stream.Sampling, Rows: t.Draws, Values: values}); err != nil {
				return err
			}
		}
		f, err := os.Create(o.Draws)
		if err != nil {
			return err
		}
		if err := writeDraws(f, d); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
		answers := json.NewEncoder(out)
		answers.Encode(message{Event: "drawn"})
		answers.Encode(message{Event: "done", Names: names, Seconds: 1e-9})
	}
	return nil
}

func quickComparison(t *testing.T, systems []string, limit time.Duration) *Comparison {
	t.Helper()
	l := list(t)
	t.Setenv(asWorker, "1")
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := l.Choose([]string{"simple"})
	if err != nil {
		t.Fatal(err)
	}
	b := &Bench{List: l, Quatre: own, Python: own}
	c, err := RunCompare(context.Background(), b, ComparePlan{
		Entries: entries, Systems: systems, Seeds: 4, HardSeeds: 4, Chains: 1, Warmup: 300, Draws: 800, Cores: 1, Limit: limit,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCompare_JudgesEverySystem runs the whole harness with peers that go wrong
// in every way: whoever is not there, fails, or is wrong does not win, and is
// not beaten either.
func TestCompare_JudgesEverySystem(t *testing.T) {
	systems := []string{"quatre", "honest", "shifted", "absent", "dying"}
	c := quickComparison(t, systems, time.Minute)
	row := &c.Rows[0]
	if row.Skipped != "" {
		t.Fatal(row.Skipped)
	}
	for _, k := range []int{0, 1} {
		x := &row.Cells[k]
		if !x.trusted() || !(x.Bulk.Median > 0) || !(x.Cold > 0) || len(x.Runs) != 4 || !(x.Gradients > 1000) || !(x.NsPerGrad > 0) {
			t.Errorf("%s: %+v", systems[k], x)
		}
	}
	// Same seeds and settings, so the same draws through two files.
	for i := range row.Cells[0].Runs {
		if x, y := row.Cells[0].Runs[i], row.Cells[1].Runs[i]; x.Score.MinBulk != y.Score.MinBulk || x.Gradients != y.Gradients {
			t.Errorf("seed %d: %+v and %+v", x.Seed, x, y)
		}
	}
	if shifted := &row.Cells[2]; shifted.trusted() || !(shifted.Error > 100) || !(shifted.Bulk.Median > row.Cells[0].Bulk.Median) {
		t.Errorf("a fast wrong answer: %+v", shifted)
	}
	if absent := &row.Cells[3]; absent.Missing != "not installed" || absent.took() {
		t.Errorf("a peer that is not there: %+v", absent)
	}
	if dying := &row.Cells[4]; !strings.Contains(dying.Failed, "out of memory") || dying.took() {
		t.Errorf("a peer that fails: %+v", dying)
	}
	if v := row.Verdict(); v.Best != "honest" || !(v.Ratio > 0) || !strings.HasSuffix(v.Text, "; without absent, dying") {
		t.Errorf("verdict %+v", v)
	}
	var text bytes.Buffer
	if err := c.WriteMarkdown(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"missing: not installed", "failed: ", "MCSE", "honest"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the tables do not say %q:\n%s", want, text.String())
		}
	}
	dir := t.TempDir()
	if err := Save(dir, "c", c); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, filepath.Join(dir, "c-ess.svg"))
}

func TestCompare_EndsWhatTakesTooLong(t *testing.T) {
	c := quickComparison(t, []string{"sleeping"}, 300*time.Millisecond)
	if x := c.Rows[0].Cells[0]; x.took() || !strings.Contains(x.Failed, "not done in") {
		t.Errorf("%+v", x)
	}
}

func TestCompare_WithoutPython(t *testing.T) {
	b := &Bench{List: list(t), Python: filepath.Join(t.TempDir(), "python")}
	_, err := b.start("stanli", Task{}, t.TempDir())
	if err == nil || err.Error() != NoEnvironment {
		t.Errorf("without an environment: %v", err)
	}
}

// TestVerdict goes through the cases of trust.
func TestVerdict(t *testing.T) {
	cell := func(system string, bulk float64, doubts ...string) SystemCell {
		c := blankCell(system)
		c.Bulk.Median, c.Doubts = stream.Number(bulk), doubts
		return c
	}
	for _, test := range []struct {
		cells []SystemCell
		ratio float64 // 0 for none
		text  string
	}{
		{[]SystemCell{cell("quatre", 10), cell("a", 5), cell("b", 4)}, 2, "won"},
		{[]SystemCell{cell("quatre", 10), cell("a", 20), cell("b", 4)}, 0.5, "**lost**"},
		{[]SystemCell{cell("quatre", 10), cell("a", 20, "R-hat"), cell("b", 5)}, 2, "won"},
		{[]SystemCell{cell("quatre", 10, "ESS"), cell("a", 5)}, 0, "**lost**: ESS"},
		{[]SystemCell{cell("quatre", 10), cell("a", 5, "R-hat")}, 0, "won: no peer to be trusted"},
		{[]SystemCell{cell("quatre", 10, "ESS"), cell("a", 5, "ESS")}, 0, "nobody"},
		{[]SystemCell{cell("quatre", 10), {System: "a", Missing: "not there"}}, 0, "no peer took part"},
		{[]SystemCell{cell("quatre", 10), cell("quatre:stan", 50)}, 0, "no peer took part"},
	} {
		v := (&CompareRow{Cells: test.cells}).Verdict()
		if !strings.HasPrefix(v.Text, test.text) || (test.ratio != 0 && v.Ratio != test.ratio) || (test.ratio == 0 && v.Ratio == v.Ratio) {
			t.Errorf("%+v: verdict %+v", test, v)
		}
	}
}

// TestJudge_Constrains sends positions through the model's transforms.
func TestJudge_Constrains(t *testing.T) {
	l := list(t)
	entries, err := l.Choose([]string{"eight_schools"})
	if err != nil {
		t.Fatal(err)
	}
	j, err := newJudge(context.Background(), l, &entries[0])
	if err != nil {
		t.Fatal(err)
	}
	defer j.posterior.Close()
	schema := &stream.Schema{Values: []stream.Field{{Name: "q", Shape: []int{10}}}}
	q := []float64{1, 0, 3, 4, 5, 6, 7, 8, 9, 10}
	d := &stream.Draws{}
	if err := d.Append(&stream.Frame{Schema: schema, Phase: stream.Sampling, Rows: 1, Values: q}); err != nil {
		t.Fatal(err)
	}
	out, err := j.constrain(d)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := out.Row(0, 0)
	q[1] = 1 // the second is a scale, on the log scale
	if !slices.Equal(got, q) {
		t.Errorf("constrained to %v, want %v", got, q)
	}
}
