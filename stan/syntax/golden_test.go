package syntax

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expected messages")

// expected separates a program from what the parser should say about it.
const expected = "---- messages ----\n"

func TestParse_Messages(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			program, want, _ := strings.Cut(string(data), expected)
			_, parseErr := Parse(NewSource("model.stan", program))
			if parseErr == nil {
				t.Fatal("accepted")
			}
			got := parseErr.Error() + "\n"
			if *update {
				if err := os.WriteFile(file, []byte(program+expected+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
