package text_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/text"
)

// TestExamples_Run runs the examples and the model in the documentation.
func TestExamples_Run(t *testing.T) {
	models := map[string]string{}
	files, err := filepath.Glob("../../examples/sim/*.yaml")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d examples: %v", len(files), err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		models[file] = string(b)
	}
	docs, err := os.ReadFile("../../docs/sim.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(docs), "```yaml\n")
	models["docs/sim.md"], _, _ = strings.Cut(rest, "```")
	for file, source := range models {
		m, err := text.Read(file, []byte(source))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		s := sim.New(rng.NewKey(1), sim.Options{})
		if err := m.Build(s, 0); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if err := s.Run(context.Background(), sim.Until{Time: m.Until}); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if s.Events() < 100 || len(s.Warnings()) > 0 {
			t.Errorf("%s: %d events, warnings %q", file, s.Events(), s.Warnings())
		}
	}
}

// TestDocs_ShowCodeThatIsTested compares the Go code of the documentation with the
// example that the tests run.
func TestDocs_ShowCodeThatIsTested(t *testing.T) {
	docs, err := os.ReadFile("../../docs/sim.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../example_styles_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(docs), "```go\n")[1:]
	if len(blocks) != 3 {
		t.Errorf("%d blocks of code", len(blocks))
	}
	for _, b := range blocks {
		if code, _, _ := strings.Cut(b, "```"); !strings.Contains(string(example), code) {
			t.Errorf("this code is not in example_styles_test.go:\n%s", code)
		}
	}
}
