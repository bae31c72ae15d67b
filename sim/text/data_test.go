package text_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/text"
)

// TestRead_NumbersOfFiles reads arrivals and services from files beside the model.
func TestRead_NumbersOfFiles(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "m.yaml")
	for name, content := range map[string]string{
		"gaps.csv": "# seconds\n1\n2\n\n3\n", "table.csv": "day, time\n1, 0.5\n1, 1.5\n",
		"bad.csv": "time\n1\n2\n3.x\n", "nan.csv": "1\nNaN\n", "short.csv": "a,b\n1,2\n3\n", "none.csv": "time\n", "quote.csv": "\"1\n2\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(service string) (*text.Model, error) {
		return text.Read(model, []byte(`
sources:
  gap: {file: gaps.csv}
  service: `+service+`
flows:
  f:
    steps:
      - arrive: gap
      - hold: service
      - depart
`))
	}
	m, err := read("{file: table.csv, column: time, as: cycle}")
	if err != nil {
		t.Fatal(err)
	}
	// Three tokens arrive and take 0.5, 1.5 and 0.5.
	out := outcomes(t, m, 100)
	if n, mean := sim.Find(out, "f.departed"), sim.Find(out, "f.time"); n != 3 || math.Abs(mean-2.5/3) > 1e-12 {
		t.Errorf("%v tokens take %v", n, mean)
	}
	for service, want := range map[string]string{
		"{file: bad.csv}":                 `bad.csv:4:1: "3.x" is not a finite number`,
		"{file: nan.csv}":                 `nan.csv:2:1: "NaN" is not a finite number`,
		"{file: short.csv, column: b}":    `short.csv:3: the line ends before column "b"`,
		"{file: table.csv, column: tim}":  `table.csv has no column "tim": there are day, time`,
		"{file: none.csv}":                `none.csv has no numbers`,
		"{file: quote.csv}":               `quote.csv: record on line 1`,
		"{file: gone.csv}":                `gone.csv: no such file`,
		"{file: gaps.csv, as: histogram}": `not as "histogram"`,
		"{column: b}":                     `a source is a law, or has a file`,
		"{files: b}":                      `has no field "files": did you mean "file"?`,
	} {
		if _, err := read(service); err == nil || !strings.HasPrefix(err.Error(), model+":4:") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant %s", service, err, want)
		}
	}
}

// TestRead_TokensGoFromFlowToFlow sends tokens through three flows; attributes and
// the time of birth stay with them.
func TestRead_TokensGoFromFlowToFlow(t *testing.T) {
	m, err := text.Read("m.yaml", []byte(`
flows:
  home:
    attributes: [n]
    steps:
      - arrive: {every: 10, limit: 4}
      - assign: {n: number}
      - transfer: [away, in, 2]
  away:
    attributes: [k, x]
    steps:
      - label: in
      - hold: k
      - transfer: [other, x]
  other:
    attributes: [a, b]
    steps: [label: x, assign: {a: 10 * a}, depart]
`))
	if err != nil {
		t.Fatal(err)
	}
	out := outcomes(t, m, 100)
	for name, want := range map[string]float64{
		"home.to away.departed": 4, "away.arrived": 4, "away.to other.departed": 4, "other.departed": 4,
		"other.time": 4.5, // 2 on the way and 1 to 4 in the other place
	} {
		if got := sim.Find(out, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}
