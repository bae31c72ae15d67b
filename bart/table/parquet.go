package table

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/parquet-go/parquet-go"
)

// ReadParquet reads a Parquet file of size bytes whose columns are flat: numbers,
// truth values (as 0 and 1), dates and times (as days, see Dates) and texts. Null is a missing value.
func ReadParquet(r io.ReaderAt, size int64) (t *Table, err error) {
	defer func() {
		// The reader of a damaged file may run out of bounds.
		if fault := recover(); fault != nil {
			t, err = nil, fmt.Errorf("table: the Parquet file is damaged: %v", fault)
		}
	}()
	f, err := parquet.OpenFile(r, size)
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	t = &Table{rows: int(f.NumRows())}
	for _, field := range f.Schema().Fields() {
		if !field.Leaf() || field.Repeated() {
			return nil, fmt.Errorf("table: column %q is not flat: leave it out", field.Name())
		}
		t.names = append(t.names, field.Name())
	}
	t.columns = make([]column, len(t.names))
	for _, group := range f.RowGroups() {
		for j, chunk := range group.ColumnChunks() {
			if err := t.columns[j].readChunk(chunk); err != nil {
				return nil, fmt.Errorf("table: column %q: %w", t.names[j], err)
			}
		}
	}
	for j, field := range f.Schema().Fields() {
		t.columns[j].asDates(field.Type())
	}
	return t, nil
}

// readChunk appends the values of a row group.
func (c *column) readChunk(chunk parquet.ColumnChunk) error {
	pages := chunk.Pages()
	defer pages.Close()
	values := make([]parquet.Value, 1024)
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		reader := page.Values()
		for {
			n, err := reader.ReadValues(values)
			for _, v := range values[:n] {
				if err := c.add(v, chunk.Type().Kind()); err != nil {
					return err
				}
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
		}
	}
}

// add appends one value of a kind.
func (c *column) add(v parquet.Value, kind parquet.Kind) error {
	if kind == parquet.ByteArray || kind == parquet.FixedLenByteArray {
		text := ""
		if !v.IsNull() {
			text = string(v.ByteArray())
		}
		c.texts, c.missing = append(c.texts, text), append(c.missing, v.IsNull())
		return nil
	}
	x := math.NaN()
	if !v.IsNull() {
		switch kind {
		case parquet.Boolean:
			x = 0
			if v.Boolean() {
				x = 1
			}
		case parquet.Int32:
			x = float64(v.Int32())
		case parquet.Int64:
			x = float64(v.Int64())
		case parquet.Float:
			x = float64(v.Float())
		case parquet.Double:
			x = v.Double()
		default:
			return fmt.Errorf("its type %v is not supported", kind)
		}
	}
	c.numbers = append(c.numbers, x)
	return nil
}
