package types_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

var update = flag.Bool("update", false, "rewrite the expected messages")

// expected separates a program from what the checker should say about it.
const expected = "---- messages ----\n"

func TestCheck_Messages(t *testing.T) {
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
			text, want, _ := strings.Cut(string(data), expected)
			tree, err := syntax.Parse(syntax.NewSource("model.stan", text))
			if err != nil {
				t.Fatalf("the program cannot be read: %v", err)
			}
			_, checkErr := types.Check(tree)
			if checkErr == nil {
				t.Fatal("accepted")
			}
			got := checkErr.Error() + "\n"
			if *update {
				if err := os.WriteFile(file, []byte(text+expected+got), 0o644); err != nil {
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
