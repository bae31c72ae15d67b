package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// ReadFile reads a file by the end of its name: .parquet is Parquet, everything else CSV.
func ReadFile(path string) (*Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	defer f.Close()
	var t *Table
	if strings.EqualFold(filepath.Ext(path), ".parquet") {
		info, statErr := f.Stat()
		if statErr != nil {
			return nil, fmt.Errorf("table: %w", statErr)
		}
		t, err = ReadParquet(f, info.Size())
	} else {
		t, err = ReadCSV(f)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// ReadCSV reads comma-separated rows below a row of names. A semicolon or a tab is taken
// for the comma if the row of names has one and no comma; with semicolons, a column whose numbers all have
// decimal commas is one of numbers. The cells NA, NaN, null,
// None, ? and the empty one are missing values.
func ReadCSV(r io.Reader) (*Table, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	first, _, _ := bytes.Cut(text, []byte("\n"))
	reader := csv.NewReader(bytes.NewReader(text))
	reader.ReuseRecord = true
	if !bytes.ContainsRune(first, ',') {
		for _, comma := range []rune{';', '\t'} {
			if bytes.ContainsRune(first, comma) {
				reader.Comma = comma
				break
			}
		}
	}
	reader.TrimLeadingSpace = reader.Comma != '\t' // else it would take an empty cell for a space
	names, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("table: the file is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	names = append([]string(nil), names...)
	for j := range names {
		names[j] = strings.TrimSpace(names[j])
	}
	cells := make([][]string, len(names))
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return newTable(names, cells, reader.Comma == ';'), nil
		}
		if err != nil {
			return nil, fmt.Errorf("table: %w", err)
		}
		for j, cell := range record {
			cells[j] = append(cells[j], cell)
		}
	}
}
