package table

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
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
// decimal commas is one of numbers. The cells NA, N/A, NaN, null, None, a dot, ? and the empty one are missing
// values. Dates such as 2006-01-31, also with a time, are numbers of days, see Dates. The text is UTF-8, or UTF-16 with a mark of the byte order; lines end in any of the usual ways.
func ReadCSV(r io.Reader) (*Table, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	if text, err = decode(text); err != nil {
		return nil, err
	}
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
		if errors.Is(err, csv.ErrFieldCount) {
			line, _ := reader.FieldPos(0)
			return nil, fmt.Errorf("table: line %d has another number of cells than the row of names: %d, want %d", line, len(record), len(names))
		}
		if err != nil {
			return nil, fmt.Errorf("table: %w", err)
		}
		for j, cell := range record {
			cells[j] = append(cells[j], cell)
		}
	}
}

// decode returns a text as UTF-8 without a mark of the byte order, its lines ended by line feeds.
func decode(text []byte) ([]byte, error) {
	for mark, order := range map[string]binary.ByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian} {
		if rest, ok := bytes.CutPrefix(text, []byte(mark)); ok {
			units := make([]uint16, len(rest)/2)
			for i := range units {
				units[i] = order.Uint16(rest[2*i:])
			}
			text = []byte(string(utf16.Decode(units)))
			break
		}
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(text) {
		line := 1
		for rest := text; ; line++ {
			this, after, _ := bytes.Cut(rest, []byte("\n"))
			if !utf8.Valid(this) {
				return nil, fmt.Errorf("table: line %d is not in UTF-8: save the file in that encoding", line)
			}
			rest = after
		}
	}
	if !bytes.ContainsRune(text, '\n') {
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	}
	return text, nil
}
