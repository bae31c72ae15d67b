package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Result is the outcome of a measurement.
type Result interface {
	// Kind names the kind of measurement.
	Kind() string
	// WriteMarkdown writes tables.
	WriteMarkdown(w io.Writer) error
	// Pictures returns the pictures that go with the tables.
	Pictures() []Picture
}

// Picture is a drawing.
type Picture struct {
	Name string // of its file, without extension
	SVG  []byte
}

// resultFile is the form of a Result in a file.
type resultFile struct {
	Kind   string `json:"kind"`
	Result any    `json:"result"`
}

// blank returns an empty result of a kind; nil if there is no such kind.
func blank(kind string) Result {
	for _, r := range []Result{&Adaptation{}, &Comparison{}, &Cold{}, &Growth{}, &Memory{}} {
		if r.Kind() == kind {
			return r
		}
	}
	if _, err := FindSuite(kind); err == nil {
		return &SuiteResult{Suite: kind}
	}
	return nil
}

// Save writes a result to the folder: NAME.json, NAME.md and its pictures.
func Save(dir, name string, r Result) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	text, err := json.MarshalIndent(resultFile{r.Kind(), r}, "", " ")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path+".json", append(text, '\n'), 0o666); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	f, err := os.Create(path + ".md")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer f.Close()
	if err := r.WriteMarkdown(f); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return savePictures(dir, name, r)
}

func savePictures(dir, name string, r Result) error {
	for _, p := range r.Pictures() {
		if err := os.WriteFile(filepath.Join(dir, name+"-"+p.Name+".svg"), p.SVG, 0o666); err != nil {
			return fmt.Errorf("bench: %w", err)
		}
	}
	return nil
}

// Load reads a result that Save wrote.
func Load(path string) (Result, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	var f struct {
		Kind   string          `json:"kind"`
		Result json.RawMessage `json:"result"`
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, fmt.Errorf("bench: %s: %w", path, err)
	}
	r := blank(f.Kind)
	if r == nil {
		return nil, fmt.Errorf("bench: %s: there is no kind of measurement %q", path, f.Kind)
	}
	if err := json.Unmarshal(f.Result, r); err != nil {
		return nil, fmt.Errorf("bench: %s: %w", path, err)
	}
	return r, nil
}
