package stan

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/stan/syntax"
)

// readAll returns the files below a folder with an extension, by path. A folder that does not exist has none.
func readAll(t testing.TB, folder, extension string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != extension {
			return nil
		}
		text, err := os.ReadFile(path)
		out[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// All programs of this repository are correct.
func TestParse_Programs(t *testing.T) {
	programs := readAll(t, "testdata/valid", ".stan")
	if len(programs) == 0 {
		t.Fatal("no test programs")
	}
	for _, folder := range []string{"../examples", "../bench"} {
		for path, text := range readAll(t, folder, ".stan") {
			programs[path] = text
		}
	}
	for path, text := range programs {
		if _, err := Parse(path, text); err != nil {
			t.Errorf("%v", err)
		}
	}
}

// A text that is no program gives errors with a place inside it; nothing panics and nothing runs for ever. Programs that
// are accepted survive printing.
func FuzzParse(f *testing.F) {
	for _, seeds := range []map[string]string{
		readAll(f, "testdata/valid", ".stan"), readAll(f, "syntax/testdata", ".txt"), readAll(f, "types/testdata", ".txt"),
	} {
		for _, text := range seeds {
			program, _, _ := strings.Cut(text, "---- messages ----")
			f.Add(program)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		program, err := Parse("fuzz.stan", text)
		if err != nil {
			errs, ok := err.(syntax.Errors)
			if !ok || len(errs) == 0 {
				t.Fatalf("error of type %T with %d parts", err, len(errs))
			}
			for _, d := range errs {
				if d.Span.Start < 0 || d.Span.End > len(text) || d.Span.Start > d.Span.End || d.Line < 1 || d.Column < 1 {
					t.Fatalf("place outside of the program: %+v", d)
				}
			}
			_ = err.Error()
			return
		}
		printed := program.Canonical()
		again, err := Parse("fuzz.stan", printed)
		if err != nil {
			t.Fatalf("printed program is refused: %v\n%s", err, printed)
		}
		if again.Canonical() != printed {
			t.Fatalf("printing is not stable:\n%s", printed)
		}
	})
}
