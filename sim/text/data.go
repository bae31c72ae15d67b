package text

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/input"
)

// recorded reads {file, column, as: trace|cycle|empirical}: numbers of a CSV file
// beside the model.
func (b *builder) recorded(n *yaml.Node) sim.Law {
	file, column, as := "", "", "trace"
	mistakes := len(b.errors)
	b.fields(n, "a source from a file", map[string]func(*yaml.Node){
		"file":   func(v *yaml.Node) { file = b.text(v, "the file") },
		"column": func(v *yaml.Node) { column = b.text(v, "the column") },
		"as":     func(v *yaml.Node) { as = b.text(v, "as") },
	})
	if file == "" && len(b.errors) == mistakes {
		b.complain(n, 0, "a source is a law, or has a file, a law with its autocorrelation, or laws with their correlations")
	}
	law, ok := map[string]func([]float64) (sim.Law, error){"trace": input.Trace, "cycle": input.Cycle, "empirical": input.Empirical}[as]
	if !ok {
		b.complain(n, 0, "numbers of a file are taken as trace, cycle or empirical, not as %q", as)
	}
	if len(b.errors) > mistakes {
		return nil
	}
	numbers, err := b.model.numbers(file, column)
	if err == nil {
		var l sim.Law
		if l, err = law(numbers); err == nil {
			return l
		}
	}
	b.complain(n, 0, "%s", strings.TrimPrefix(err.Error(), "input: "))
	return nil
}

// numbers returns a column of a file, which is read once for all models that are
// built from the text.
func (m *Model) numbers(file, column string) ([]float64, error) {
	if !filepath.IsAbs(file) {
		file = filepath.Join(filepath.Dir(m.file), file)
	}
	key := file + "\x00" + column
	if x, ok := m.files[key]; ok {
		return x, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	x, err := readColumn(f, file, column)
	if err != nil {
		return nil, err
	}
	m.files[key] = x
	return x, nil
}

// readColumn reads a column of a CSV file; the first if none is named. A first
// line whose field is no number is one of names.
func readColumn(r io.Reader, file, column string) (x []float64, err error) {
	rows := csv.NewReader(r)
	rows.Comment, rows.ReuseRecord, rows.TrimLeadingSpace, rows.FieldsPerRecord = '#', true, true, -1
	at := 0
	for first := true; ; first = false {
		row, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF) && len(x) == 0:
			return nil, fmt.Errorf("%s has no numbers", file)
		case errors.Is(err, io.EOF):
			return x, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if first && column != "" {
			if at = slices.Index(row, column); at < 0 {
				return nil, fmt.Errorf("%s has no column %q: there are %s", file, column, strings.Join(row, ", "))
			}
			continue
		}
		if at >= len(row) {
			line, _ := rows.FieldPos(0)
			return nil, fmt.Errorf("%s:%d: the line ends before column %q", file, line, column)
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(row[at]), 64)
		if err != nil && first {
			continue
		}
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			line, place := rows.FieldPos(at)
			return nil, fmt.Errorf("%s:%d:%d: %q is not a finite number", file, line, place, row[at])
		}
		x = append(x, v)
	}
}
