package file

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/stream"
	"github.com/quatre-ppl/quatre/stream/sinktest"
)

// cmdstan is a file as CmdStan lays it out, with its marks of default values.
const cmdstan = `# stan_version_major = 2
# stan_version_minor = 36
# stan_version_patch = 0
# model = coin_model
# method = sample (Default)
#   sample
#     num_samples = 5
#     num_warmup = 4
#     save_warmup = true
#     thin = 2
#     adapt
#       engaged = true (Default)
#     algorithm = hmc (Default)
# id = 1 (Default)
lp__,accept_stat__,theta.1,theta.2,z.real,z.imag,m.1.1,m.2.1
-7.1,0.9,0.25,0.5,1,2,3,4
-7.2,1,0.26,0.51,1,2,3,4
# Adaptation terminated
# Step size = 0.93
# Diagonal elements of inverse mass matrix:
# 0.5, 0.25
-7.3,1,0.27,0.52,1,2,3,4
-7.4,1,0.28,nan,1,2,3,4
-7.5,1,0.29,-inf,1,2,3,4
# 
#  Elapsed Time: 1e-05 seconds (Warm-up)
#                0.25 seconds (Sampling)
#                0.25001 seconds (Total)
# 
`

func readText(t *testing.T, text string) (*Run, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "coin.csv")
	must(t, os.WriteFile(path, []byte(text), 0o644))
	return Read(path)
}

func TestRead_CmdStanFile(t *testing.T) {
	run, err := readText(t, cmdstan)
	must(t, err)
	c := run.Chains[0]
	if !c.Complete || c.Warmup != 2 || c.Draws != 3 || c.StepSize != 0.93 || !slices.Equal(c.InverseMetric, []float64{0.5, 0.25}) {
		t.Errorf("chain reads as %+v", c)
	}
	want := &stream.Schema{
		Values: []stream.Field{{Name: "theta", Shape: []int{2}}, {Name: "z.real"}, {Name: "z.imag"}, {Name: "m", Shape: []int{2, 1}}},
		Stats:  []string{"lp__", "accept_stat__"},
	}
	if !run.Sampling.Schema.Equal(want) {
		t.Errorf("schema is %v, want %v", run.Sampling.Schema, want)
	}
	column, _ := run.Sampling.Value("theta[1]")
	if !slices.Equal(column[0], []float64{0.27, 0.28, 0.29}) {
		t.Errorf("theta[1] = %v", column)
	}
}

func TestRead_CutAnywhereIsNeverWhole(t *testing.T) {
	for n := range len(cmdstan) - 1 {
		chain, _, sampling, err := parse(strings.NewReader(cmdstan[:n]), "cut.csv")
		if err != nil {
			var damage *ParseError
			if !errors.As(err, &damage) || strings.Contains(cmdstan[:n], "lp__") {
				t.Errorf("cut at byte %d: %v", n, err)
			}
			continue
		}
		// From the line of the total time on, all has been said.
		if whole := strings.Contains(cmdstan[:n], "(Total)\n") && chain.Torn == 0; chain.Complete != whole {
			t.Errorf("cut at byte %d: complete is %v", n, chain.Complete)
		}
		if lines := strings.Count(cmdstan[:n], "\n-7."); sampling.Schema != nil && sampling.Rows > lines {
			t.Errorf("cut at byte %d: %d rows of %d", n, sampling.Rows, lines)
		}
	}
}

func TestRead_TornLastLineIsDroppedWithAWarning(t *testing.T) {
	cut := strings.Index(cmdstan, "-inf,1,2") + 2
	run, err := readText(t, cmdstan[:cut])
	must(t, err)
	if run.Sampling.Len(0) != 2 || len(run.Warnings) != 2 || !strings.Contains(run.Warnings[0], "coin.csv:24: the last line has no end") {
		t.Errorf("%d rows, warnings %q", run.Sampling.Len(0), run.Warnings)
	}
}

func TestRead_DamageIsNamedByLine(t *testing.T) {
	for name, test := range map[string]struct{ old, new, want string }{
		"short row":       {"-7.4,1,0.28,nan,1,2,3,4", "-7.4,1", ":23: row has 2 numbers, the header names 8 columns"},
		"no number":       {"0.28", "0.2x", `:23: column 3: "0.2x" is no number`},
		"too large":       {"0.28", "1e999", ":23: column 3"},
		"step size":       {"size = 0.93", "size = big", `:19: step size "big"`},
		"metric":          {"0.5, 0.25", "0.5, ?", `:21: element "?"`},
		"time":            {"0.25 seconds", "-1 seconds", ":27: elapsed time"},
		"column twice":    {"z.imag", "z.real", `:15: bad line of column names: stream: schema has two columns called "z.real"`},
		"column nameless": {"z.imag", "", ":15: bad line of column names"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readText(t, strings.Replace(cmdstan, test.old, test.new, 1))
			var damage *ParseError
			if !errors.As(err, &damage) || !strings.Contains(err.Error(), "coin.csv"+test.want) {
				t.Errorf("Read returns %v, want %q", err, test.want)
			}
		})
	}
	if _, err := readText(t, "a,b\n1,2\n"); err != nil {
		t.Errorf("plain CSV, named by the user: %v", err)
	}
	if _, err := readText(t, "# just a comment\n"); err == nil || !strings.Contains(err.Error(), "no file of draws") {
		t.Errorf("no draws: %v", err)
	}
}

func TestRead_WithoutLineBetweenPhases(t *testing.T) {
	begin := strings.Index(cmdstan, "# Adaptation")
	end := strings.Index(cmdstan, "-7.3")
	text := cmdstan[:begin] + cmdstan[end:]
	for name, test := range map[string]struct {
		old, new      string
		warmup, draws int
	}{
		"no adaptation":    {"", "", 2, 3},
		"warmup not saved": {"save_warmup = true", "save_warmup = false", 0, 5},
		"fixed parameters": {"algorithm = hmc", "algorithm = fixed_param", 0, 5},
		"still in warmup":  {"num_warmup = 4", "num_warmup = 1000", 5, 0},
	} {
		run, err := readText(t, strings.Replace(text, test.old, test.new, 1))
		must(t, err)
		if c := run.Chains[0]; c.Warmup != test.warmup || c.Draws != test.draws {
			t.Errorf("%s: %d rows of warmup, %d draws, want %d, %d", name, c.Warmup, c.Draws, test.warmup, test.draws)
		}
	}
}

func TestRead_FolderOfCmdStan(t *testing.T) {
	dir := t.TempDir()
	for id := range 3 {
		text := strings.Replace(cmdstan, "id = 1 ", fmt.Sprintf("id = %d ", 3-id), 1)
		text = strings.Replace(text, "-7.3", fmt.Sprint(3-id), 1)
		must(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("coin_%d.csv", id)), []byte(text), 0o644))
	}
	must(t, os.WriteFile(filepath.Join(dir, "data.csv"), []byte("x,y\n1,2\n"), 0o644))
	run, err := Read(dir)
	must(t, err)
	lp, _ := run.Sampling.Stat("lp__")
	if len(run.Chains) != 3 || lp[0][0] != 1 || lp[1][0] != 2 || lp[2][0] != 3 || !run.Complete() {
		t.Errorf("%d chains, lp__ %v, complete %v", len(run.Chains), lp, run.Complete())
	}
	for want, text := range map[string]string{
		"different columns":   strings.Replace(cmdstan, "z.imag", "other", 1),
		"model \"die_model\"": strings.Replace(cmdstan, "coin_model", "die_model", 1),
	} {
		must(t, os.WriteFile(filepath.Join(dir, "x.csv"), []byte(text), 0o644))
		if _, err := Read(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Read returns %v, want %q", err, want)
		}
	}
}

func TestRead_NothingThere(t *testing.T) {
	if _, err := Read(filepath.Join(t.TempDir(), "absent")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent folder: %v", err)
	}
	if _, err := Read(t.TempDir()); err == nil || !strings.Contains(err.Error(), "holds no results") {
		t.Errorf("empty folder: %v", err)
	}
}

func TestFields_FindsOnlyWholeArrays(t *testing.T) {
	for names, want := range map[string]string{
		"a":                        "[{a []}]",
		"a.1":                      "[{a [1]}]",
		"a.1,a.2,b.1.1,b.2.1":      "[{a [2]} {b [2 1]}]",
		"a.2,a.3":                  "[{a.2 []} {a.3 []}]",
		"a.1.1,a.1.2,a.2.1,a.2.2":  "[{a.1.1 []} {a.1.2 []} {a.2.1 []} {a.2.2 []}]",
		"a.1,a.01":                 "[{a.1 []} {a.01 []}]",
		".1,x":                     "[{.1 []} {x []}]",
		"t:1.1,t:1.2":              "[{t:1 [2]}]",
		"a.9223372036854775807,b":  "[{a.9223372036854775807 []} {b []}]",
		"a.3.3.3,a.3.3.3,a.99.9.9": "[{a.3.3.3 []} {a.3.3.3 []} {a.99.9.9 []}]",
	} {
		if got := fmt.Sprint(fields(strings.Split(names, ","))); got != want {
			t.Errorf("%s: %s, want %s", names, got, want)
		}
	}
}

// FuzzParse checks that no bytes make the reader panic or contradict itself.
func FuzzParse(f *testing.F) {
	f.Add([]byte(cmdstan))
	f.Add([]byte(cmdstan[:len(cmdstan)/2]))
	golden, err := filepath.Glob(filepath.Join("testdata", "*.csv"))
	if err != nil || len(golden) == 0 {
		f.Fatalf("no golden files: %v", err)
	}
	for _, path := range golden {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("lp__,a.1,a.2\r\n1,2,3\r\n\n#\n# x = \n# Adaptation terminated\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		chain, warmup, sampling, err := parse(bytes.NewReader(text), "fuzz.csv")
		if err != nil {
			var damage *ParseError
			if !errors.As(err, &damage) || damage.Line < 1 || damage.Line > bytes.Count(text, []byte{'\n'})+1 {
				t.Fatalf("error without a place: %v", err)
			}
			return
		}
		if chain.Complete != (chain.Missing == "") {
			t.Fatalf("complete %v, missing %q", chain.Complete, chain.Missing)
		}
		if sampling.Schema == nil {
			return
		}
		for _, frame := range []*stream.Frame{warmup, sampling} {
			if err := frame.Validate(); err != nil {
				t.Fatal(err)
			}
		}
		if rows := bytes.Count(text, []byte{'\n'}); warmup.Rows+sampling.Rows > rows {
			t.Fatalf("%d rows out of %d lines", warmup.Rows+sampling.Rows, rows)
		}
		header := strings.Join(append(slices.Clone(sampling.Schema.Stats), sampling.Schema.CSVNames()...), ",")
		if !bytes.Contains(text, []byte(header)) {
			t.Fatalf("column names %q are not in the file", header)
		}
	})
}

func TestRead_MissingChainOfListedRun(t *testing.T) {
	dir := t.TempDir()
	writeRun(t, create(t, Options{Dir: dir, Header: testHeader()}), diagonal)
	info := &RunInfo{Status: StatusComplete}
	for chain := range sinktest.Chains {
		info.Chains = append(info.Chains, ChainInfo{Chain: chain + 1, File: ChainFile("chain", chain)})
	}
	must(t, WriteRunInfo(dir, info))
	run, err := Read(dir)
	must(t, err)
	if !run.Complete() || run.Info == nil {
		t.Errorf("complete %v with info %v", run.Complete(), run.Info)
	}
	must(t, os.Remove(filepath.Join(dir, "chain-2.csv")))
	if _, err := Read(dir); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "chain-2.csv") {
		t.Errorf("missing chain: %v", err)
	}
	info.Chains[0].File = "../elsewhere.csv"
	must(t, WriteRunInfo(dir, info))
	if _, err := Read(dir); err == nil || !strings.Contains(err.Error(), "not a file of its folder") {
		t.Errorf("file outside the folder: %v", err)
	}
}
