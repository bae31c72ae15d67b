package file

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre/stream"
)

func testInfo() *RunInfo {
	return &RunInfo{
		Status:   StatusInterrupted,
		Versions: map[string]string{"quatre": "0.0.1", "go": "1.26"},
		Command:  []string{"quatre", "sample", "a b.stan"},
		Seed:     1<<64 - 1,
		Options:  map[string]any{"chains": 2.0, "metric": "diag_e"},
		Model:    Source{Name: "coin", File: "coin.stan", Hash: "sha256:00ff"},
		Data:     Source{File: "coin.json"},
		Started:  time.Date(2024, 2, 29, 12, 0, 0, 5, time.UTC),
		Compiler: json.RawMessage(`{"reduced":["y"]}`),
		Chains: []ChainInfo{
			{Chain: 1, File: "coin-1.csv", Complete: true, Warmup: 10, Draws: 20, StepSize: 0.5, Divergences: 3, SamplingSeconds: 0.25},
			{Chain: 2, File: "coin-2.csv", StepSize: stream.Number(math.Inf(1))},
		},
	}
}

func TestRunInfo_ReadsBack(t *testing.T) {
	dir := t.TempDir()
	want := testInfo()
	must(t, WriteRunInfo(dir, want))
	got, err := ReadRunInfo(dir)
	must(t, err)
	var compiler map[string]any
	must(t, json.Unmarshal(got.Compiler, &compiler))
	if len(compiler) != 1 {
		t.Errorf("compiler's report reads back as %s", got.Compiler)
	}
	want.Format, got.Compiler = runInfoFormat, want.Compiler
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read back\n%+v, want\n%+v", got, want)
	}
	want.Status, want.Finished = StatusComplete, want.Started.Add(time.Minute)
	must(t, WriteRunInfo(dir, want)) // replaces the first
	if got, err = ReadRunInfo(dir); err != nil || got.Status != StatusComplete || !got.Finished.Equal(want.Finished) {
		t.Errorf("after the second write: %+v, %v", got, err)
	}
	entries, err := os.ReadDir(dir)
	must(t, err)
	if len(entries) != 1 {
		t.Errorf("folder holds %v, want run.json alone", entries)
	}
}

func TestRunInfo_FailedWriteKeepsTheOldFile(t *testing.T) {
	dir := t.TempDir()
	must(t, WriteRunInfo(dir, testInfo()))
	bad := testInfo()
	bad.Options["x"] = math.NaN()
	if err := WriteRunInfo(dir, bad); err == nil || !strings.Contains(err.Error(), RunInfoName) {
		t.Errorf("NaN among the options: %v", err)
	}
	if got, err := ReadRunInfo(dir); err != nil || got.Seed != testInfo().Seed {
		t.Errorf("old file: %+v, %v", got, err)
	}
	if err := WriteRunInfo(filepath.Join(dir, "absent"), testInfo()); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), RunInfoName) {
		t.Errorf("absent folder: %v", err)
	}
}

func TestReadRunInfo_BadFiles(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadRunInfo(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	for text, want := range map[string]string{
		`{"format": 1, "chains": [`: "run.json is damaged",
		`{"format": 99}`:            "use a newer version",
		`{}`:                        "has format 0",
	} {
		must(t, os.WriteFile(filepath.Join(dir, RunInfoName), []byte(text), 0o644))
		if _, err := ReadRunInfo(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
