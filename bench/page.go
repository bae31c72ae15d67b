package bench

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// pageHead is what the page of results says before them.
//
//go:embed page.md
var pageHead string

// section is a part of the page.
type section struct{ kind, heading string }

// headings returns those of the kinds of measurement, in the order of the page.
func headings() []section {
	all := []section{
		{"compare", "Effective draws per second, against other systems"},
		{"adaptation", "Effective draws per gradient, settings against each other"},
		{"cold", "From nothing to draws in files"},
		{"growth", "Growth"},
		{"memory", "Memory"},
	}
	for _, s := range Suites() {
		all = append(all, section{s.Name, s.Heading})
	}
	return all
}

// RenderPage writes the page of all results in a folder, with their pictures in
// a folder of the page's name beside it. The same results give the same page.
func RenderPage(results, page string) error {
	paths, err := filepath.Glob(filepath.Join(results, "*.json"))
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	slices.Sort(paths)
	pictures := strings.TrimSuffix(page, filepath.Ext(page))
	if err := os.MkdirAll(pictures, 0o777); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	byKind := map[string]*bytes.Buffer{}
	for _, path := range paths {
		r, err := Load(path)
		if err != nil {
			return err
		}
		b := byKind[r.Kind()]
		if b == nil {
			b = new(bytes.Buffer)
			byKind[r.Kind()] = b
		}
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		fmt.Fprintf(b, "### `%s`\n\n", name)
		if err := r.WriteMarkdown(b); err != nil {
			return err
		}
		if err := savePictures(pictures, name, r); err != nil {
			return err
		}
		for _, p := range r.Pictures() {
			fmt.Fprintf(b, "\n![%s](%s/%s-%s.svg)\n", p.Name, filepath.Base(pictures), name, p.Name)
		}
		b.WriteString("\n")
	}
	out := bytes.NewBufferString(pageHead)
	for _, h := range headings() {
		if b := byKind[h.kind]; b != nil {
			fmt.Fprintf(out, "\n## %s\n\n%s", h.heading, b.String())
		}
	}
	if err := os.WriteFile(page, append(bytes.TrimRight(out.Bytes(), "\n"), '\n'), 0o666); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}
