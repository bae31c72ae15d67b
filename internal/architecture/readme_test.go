package architecture

import (
	"os"
	"strings"
	"testing"
)

// TestReadme_ShowsCodeThatIsTested compares the Go code of the README with the
// example that the tests run.
func TestReadme_ShowsCodeThatIsTested(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../../example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(readme), "```go\n")[1:]
	if len(blocks) == 0 {
		t.Fatal("the README has no Go code")
	}
	for _, b := range blocks {
		code, _, _ := strings.Cut(b, "```")
		if !strings.Contains(string(example), code) {
			t.Errorf("this code of the README is not in example_test.go:\n%s", code)
		}
	}
}
