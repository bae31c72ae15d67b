package file

import (
	"bytes"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/quatre-ppl/quatre/stream"
	"github.com/quatre-ppl/quatre/stream/sinktest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func testHeader() Header {
	return Header{
		Model: "test_model", DataFile: "test.json", Version: "0.0.1", Started: time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC),
		Chains: sinktest.Chains, NumSamples: 7, NumWarmup: 5, SaveWarmup: true, Seed: 1<<64 - 1,
		AdaptEngaged: true, Delta: 0.8, MaxDepth: 10, InitRadius: 2,
		Extra: []KeyValue{{"note", "one\nline"}},
	}
}

func create(t *testing.T, o Options) *CSV {
	t.Helper()
	s, err := Create(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// must is for calls whose failure is none of the test's business.
func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// writeRun writes the frames of sinktest with all events.
func writeRun(t *testing.T, s *CSV, metric func(chain int) *stream.Adaptation) {
	t.Helper()
	told := map[int]bool{}
	for _, f := range sinktest.Frames() {
		if f.Phase == stream.Sampling && !told[f.Chain] {
			told[f.Chain] = true
			must(t, s.Adapted(t.Context(), metric(f.Chain)))
		}
		must(t, s.Write(t.Context(), f))
	}
	for chain := range sinktest.Chains {
		must(t, s.Completed(t.Context(), &stream.Completion{Chain: chain, Warmup: 1250 * time.Millisecond, Sampling: 30 * time.Microsecond}))
	}
	must(t, s.Close())
}

func diagonal(chain int) *stream.Adaptation {
	return &stream.Adaptation{Chain: chain, StepSize: 0.1 + float64(chain), Dim: 3, InverseMetric: []float64{1, 1.0 / 3, 1e-9}}
}

func dense(chain int) *stream.Adaptation {
	return &stream.Adaptation{Chain: chain, StepSize: 0.25, Dim: 2, InverseMetric: []float64{2, 0.5, 0.5, 1}}
}

func unit(chain int) *stream.Adaptation { return &stream.Adaptation{Chain: chain, StepSize: 1, Dim: 2} }

func TestCSV_KeepsTheContract(t *testing.T) {
	dirs := map[stream.Sink]string{}
	sinktest.Run(t, sinktest.Case{
		New: func(t *testing.T) stream.Sink {
			dir := t.TempDir()
			s := create(t, Options{Dir: dir, Header: testHeader()})
			dirs[s] = dir
			return s
		},
		Read: func(t *testing.T, s stream.Sink) (warmup, sampling *stream.Draws) {
			run, err := Read(dirs[s])
			if err != nil {
				t.Fatal(err)
			}
			return &run.Warmup, &run.Sampling
		},
	})
}

func TestCSV_GoldenFiles(t *testing.T) {
	for _, test := range []struct {
		name       string
		metric     Metric
		saveWarmup bool
		adaptation func(int) *stream.Adaptation
	}{
		{"diagonal", MetricDiagonal, true, diagonal},
		{"dense", MetricDense, false, dense},
		{"unit", MetricUnit, false, unit},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			h := testHeader()
			h.Metric, h.SaveWarmup = test.metric, test.saveWarmup
			writeRun(t, create(t, Options{Dir: dir, Prefix: test.name, Header: h}), test.adaptation)
			name := ChainFile(test.name, 1)
			got, err := os.ReadFile(filepath.Join(dir, name))
			must(t, err)
			golden := filepath.Join("testdata", name)
			if *update {
				must(t, os.WriteFile(golden, got, 0o644))
			}
			want, err := os.ReadFile(golden)
			must(t, err)
			if !bytes.Equal(got, want) {
				t.Errorf("%s differs from the golden file:\n%s", name, got)
			}
		})
	}
}

func TestCSV_WholeRunReadsBack(t *testing.T) {
	dir := t.TempDir()
	s := create(t, Options{Dir: dir, Prefix: "x", Header: testHeader()})
	writeRun(t, s, diagonal)
	run, err := Read(dir)
	must(t, err)
	if !run.Complete() || len(run.Warnings) != 0 || len(run.Chains) != sinktest.Chains {
		t.Errorf("complete %v, %d chains, warnings %q", run.Complete(), len(run.Chains), run.Warnings)
	}
	if !run.Sampling.Schema.Equal(sinktest.Schema()) {
		t.Errorf("schema read back is %v", run.Sampling.Schema)
	}
	c := run.Chains[2]
	if c.StepSize != 2.1 || len(c.InverseMetric) != 3 || c.InverseMetric[1] != 1.0/3 || c.Warmup != 5 || c.Draws != 7 {
		t.Errorf("chain 3 reads back as %+v", c)
	}
	if c.WarmupTime != 1250*time.Millisecond || c.SamplingTime != 30*time.Microsecond {
		t.Errorf("times %v, %v", c.WarmupTime, c.SamplingTime)
	}
	for key, want := range map[string]string{
		"model": "test_model", "seed": "18446744073709551615", "id": "3", "save_warmup": "true",
		"metric": "diag_e", "algorithm": "hmc", "delta": "0.8", "note": "one line", "file": "test.json",
	} {
		if got := c.Settings[key]; got != want {
			t.Errorf("setting %s = %q, want %q", key, got, want)
		}
	}
}

func TestCSV_UnfinishedRunDoesNotLookWhole(t *testing.T) {
	frames := sinktest.Frames()
	for n := range len(frames) + 1 {
		dir := t.TempDir()
		s := create(t, Options{Dir: dir, Header: testHeader()})
		for _, f := range frames[:n] {
			must(t, s.Write(t.Context(), f))
		}
		must(t, s.Flush(t.Context()))
		run, err := Read(dir) // as a crash would leave it
		if n == 0 {
			if err == nil || !strings.Contains(err.Error(), "no chain has begun") {
				t.Errorf("without rows: %v", err)
			}
		} else if err != nil {
			t.Fatalf("after %d frames: %v", n, err)
		} else if run.Complete() || len(run.Warnings) != sinktest.Chains {
			t.Errorf("after %d frames: complete %v, warnings %q", n, run.Complete(), run.Warnings)
		}
		must(t, s.Close())
	}
}

func TestCSV_CompletedNeedsAllRows(t *testing.T) {
	s := create(t, Options{Dir: t.TempDir(), Header: testHeader()})
	err := s.Completed(t.Context(), &stream.Completion{Chain: 0})
	if err == nil || !strings.Contains(err.Error(), "chain-1.csv: chain is said to be complete with 0 rows of 7") {
		t.Errorf("Completed returns %v", err)
	}
	if closing := s.Close(); !errors.Is(closing, err) {
		t.Errorf("Close returns %v", closing)
	}
}

func TestCreate_NamesWhatIsInTheWay(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "plain"), nil, 0o644))
	if _, err := Create(Options{Dir: filepath.Join(dir, "plain", "out"), Header: testHeader()}); !errors.Is(err, syscall.ENOTDIR) || !strings.Contains(err.Error(), "plain") {
		t.Errorf("folder under a file: %v", err)
	}
	must(t, os.Mkdir(filepath.Join(dir, "p-2.csv"), 0o755))
	if _, err := Create(Options{Dir: dir, Prefix: "p", Header: testHeader()}); !errors.Is(err, ErrExists) || !strings.Contains(err.Error(), "p-2.csv") {
		t.Errorf("earlier result: %v", err)
	}
	if _, err := Create(Options{Dir: dir, Prefix: "a/b", Header: testHeader()}); err == nil {
		t.Error("a prefix with a folder passes")
	}
	many := testHeader()
	many.Chains = 10
	empty := t.TempDir()
	if _, err := Create(Options{Dir: empty, Prefix: strings.Repeat("p", 249), Header: many}); !errors.Is(err, syscall.ENAMETOOLONG) {
		t.Errorf("a name that is too long for the tenth chain: %v", err)
	}
	if left, _ := os.ReadDir(empty); len(left) > 0 {
		t.Errorf("Create failed and left %v", left)
	}
	h := testHeader()
	h.Metric = "funny"
	if _, err := Create(Options{Dir: dir, Header: h}); err == nil {
		t.Error("an unknown metric passes")
	}
	if os.Geteuid() != 0 { // root may write everywhere
		must(t, os.Chmod(dir, 0o555))
		if _, err := Create(Options{Dir: dir, Prefix: "q", Header: testHeader()}); !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), "q-1.csv") {
			t.Errorf("folder without permission: %v", err)
		}
		must(t, os.Chmod(dir, 0o755))
	}
}

func TestCreate_OverwritesOnlyItsOwnFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"p-1.csv", "p-9.csv", "p-x.csv", "q-1.csv", "p-2.txt"} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o644))
	}
	must(t, create(t, Options{Dir: dir, Prefix: "p", Overwrite: true, Header: testHeader()}).Close())
	var left []string
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if got, want := strings.Join(left, " "), "p-1.csv p-2.csv p-2.txt p-3.csv p-x.csv q-1.csv"; got != want {
		t.Errorf("folder holds %s, want %s", got, want)
	}
}

// tightDisk is a file on a disk with room for so many bytes.
type tightDisk struct {
	*os.File
	room int
}

func (d *tightDisk) Write(b []byte) (int, error) {
	if len(b) <= d.room {
		d.room -= len(b)
		return d.File.Write(b)
	}
	n, _ := d.File.Write(b[:d.room])
	d.room = 0
	return n, &os.PathError{Op: "write", Path: d.Name(), Err: syscall.ENOSPC}
}

func TestCSV_FullDiskLeavesWholeLines(t *testing.T) {
	for room := 0; room < 900; room += 37 {
		dir := t.TempDir()
		s := create(t, Options{Dir: dir, Header: testHeader()})
		s.chains[1].file = &tightDisk{File: s.chains[1].file.(*os.File), room: room}
		var failure error
		for _, f := range sinktest.Frames() {
			must(t, s.Write(t.Context(), f))
		}
		failure = s.Flush(t.Context())
		if !errors.Is(failure, syscall.ENOSPC) || !strings.Contains(failure.Error(), "chain-2.csv") {
			t.Fatalf("room for %d bytes: Flush returns %v", room, failure)
		}
		if err := s.Write(t.Context(), sinktest.Frames()[0]); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("Write after the failure returns %v", err)
		}
		if err := s.Close(); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("Close returns %v", err)
		}
		text, err := os.ReadFile(filepath.Join(dir, "chain-2.csv"))
		must(t, err)
		if text[len(text)-1] != '\n' {
			t.Errorf("room for %d bytes: file ends with a torn line %q", room, text[bytes.LastIndexByte(text, '\n')+1:])
		}
		run, err := Read(dir)
		must(t, err)
		if run.Complete() || run.Sampling.Len(0) != 7 {
			t.Errorf("room for %d bytes: complete %v, chain 1 has %d rows", room, run.Complete(), run.Sampling.Len(0))
		}
	}
}

func TestCSV_RefusesWrongFrames(t *testing.T) {
	schema := sinktest.Schema()
	bad := func(change func(f *stream.Frame)) *stream.Frame {
		f := sinktest.Frames()[0]
		change(f)
		return f
	}
	comma := &stream.Schema{Values: []stream.Field{{Name: "a,b"}}}
	for want, f := range map[string]*stream.Frame{
		"no chain 9":               bad(func(f *stream.Frame) { f.Chain = 9 }),
		"begin at 4, but 0":        bad(func(f *stream.Frame) { f.First = 4 }),
		"rows need":                bad(func(f *stream.Frame) { f.Values = nil }),
		`name "a,b" cannot stand`:  {Schema: comma, Rows: 1, Values: []float64{1}},
		"rows without columns":     {Schema: &stream.Schema{}, Rows: 1},
		"column without a name":    {Schema: &stream.Schema{Stats: []string{""}}, Rows: 1, Stats: []float64{1}},
		"two columns called \"a\"": {Schema: &stream.Schema{Stats: []string{"a", "a"}}, Rows: 1, Stats: []float64{1, 2}},
	} {
		s := create(t, Options{Dir: t.TempDir(), Header: testHeader()})
		if err := s.Write(t.Context(), f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Write returns %v, want %q", err, want)
		}
		_ = s.Close()
	}
	s := create(t, Options{Dir: t.TempDir(), Header: testHeader()})
	must(t, s.Write(t.Context(), sinktest.Frames()[0]))
	other := &stream.Frame{Schema: &stream.Schema{Values: schema.Values}, Rows: 1, Values: make([]float64, schema.Width())}
	if err := s.Write(t.Context(), other); err == nil || !strings.Contains(err.Error(), "other columns") {
		t.Errorf("other columns: %v", err)
	}
	_ = s.Close()
}

func TestCSV_AllocatesNothingPerRow(t *testing.T) {
	h := testHeader()
	h.SaveWarmup = false
	s := create(t, Options{Dir: t.TempDir(), Header: h})
	schema := &stream.Schema{Values: []stream.Field{{Name: "x", Shape: []int{40}}}, Stats: []string{"lp__"}}
	f := &stream.Frame{Schema: schema, Phase: stream.Sampling, Rows: 1, Values: make([]float64, 40), Stats: []float64{-1.5}}
	for i := range f.Values {
		f.Values[i] = math.Sqrt(float64(i)) - 2
	}
	ctx := t.Context()
	write := func() {
		if err := s.Write(ctx, f); err != nil {
			t.Fatal(err)
		}
		f.First++
	}
	for range 200 {
		write() // let the buffer grow to its size
	}
	if allocs := testing.AllocsPerRun(1000, write); allocs != 0 {
		t.Errorf("%v allocations per row, want 0", allocs)
	}
	must(t, s.Close())
}

func BenchmarkCSV_Row(b *testing.B) {
	h := testHeader()
	s, err := Create(Options{Dir: b.TempDir(), Header: h})
	if err != nil {
		b.Fatal(err)
	}
	f := sinktest.Frames()[0]
	f.Phase, f.Rows = stream.Sampling, 1
	f.Values, f.Stats = f.Values[:f.Schema.Width()], f.Stats[:len(f.Schema.Stats)]
	for i := range f.Values {
		f.Values[i] = math.Sqrt(float64(i)) - 2
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Write(b.Context(), f); err != nil {
			b.Fatal(err)
		}
		f.First++
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}
