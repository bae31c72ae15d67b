package stream

import (
	"context"
	"fmt"
	"slices"
)

// Draws holds the rows of one phase of several chains. Chains may differ in
// length while a run is going on or after it was cut short.
type Draws struct {
	// Schema names the columns; nil as long as there are no rows.
	Schema *Schema
	values [][]float64 // per chain, rows × width, row-major
	stats  [][]float64 // per chain, rows × number of statistics
	rows   []int       // per chain

	expected int // rows of a chain
}

// mostExpected bounds the numbers of a chain that room is made for ahead.
const mostExpected = 1 << 20

// Expect makes room for so many rows of each chain when its first ones come, as
// long as that takes little memory. More of them find room too.
func (d *Draws) Expect(rows int) { d.expected = rows }

// reserve makes room for the expected rows of a chain whose first ones are f's.
func (d *Draws) reserve(f *Frame) {
	width, stats := f.Schema.Width(), len(f.Schema.Stats)
	rows := min(d.expected, mostExpected/max(1, width+stats))
	if rows > f.Rows {
		d.values[f.Chain], d.stats[f.Chain] = make([]float64, 0, rows*width), make([]float64, 0, rows*stats)
	}
}

// Append adds the frame's rows to its chain. The frame must have the schema of
// the rows before it and begin where its chain ends; the phase is not looked at.
func (d *Draws) Append(f *Frame) error {
	if err := f.Validate(); err != nil {
		return err
	}
	if d.Schema == nil {
		d.Schema = f.Schema
	}
	if !d.Schema.Equal(f.Schema) {
		return fmt.Errorf("stream: frame of chain %d has other columns than the rows before it", f.Chain)
	}
	if have := d.Len(f.Chain); f.First != have {
		return fmt.Errorf("stream: frame of chain %d begins at row %d, but %d rows came before", f.Chain, f.First, have)
	}
	for len(d.rows) <= f.Chain {
		d.values, d.stats, d.rows = append(d.values, nil), append(d.stats, nil), append(d.rows, 0)
	}
	if d.rows[f.Chain] == 0 && d.expected > 0 {
		d.reserve(f)
	}
	d.values[f.Chain] = append(d.values[f.Chain], f.Values...)
	d.stats[f.Chain] = append(d.stats[f.Chain], f.Stats...)
	d.rows[f.Chain] += f.Rows
	return nil
}

// Chains is the number of chains, that is one more than the highest chain number
// seen.
func (d *Draws) Chains() int { return len(d.rows) }

// Len is the number of rows of a chain, 0 for a chain that is not there.
func (d *Draws) Len(chain int) int {
	if chain < 0 || chain >= len(d.rows) {
		return 0
	}
	return d.rows[chain]
}

// MinLen is the number of rows that every chain has at least.
func (d *Draws) MinLen() int {
	if len(d.rows) == 0 {
		return 0
	}
	return slices.Min(d.rows)
}

// Row returns the values and statistics of one row, as windows into d.
func (d *Draws) Row(chain, row int) (values, stats []float64) {
	w, s := d.Schema.Width(), len(d.Schema.Stats)
	return d.values[chain][row*w : (row+1)*w : (row+1)*w], d.stats[chain][row*s : (row+1)*s : (row+1)*s]
}

// Column returns a copy of value column i, by its place in the row, as
// [chain][row].
func (d *Draws) Column(i int) [][]float64 {
	if i < 0 || d.Schema == nil || i >= d.Schema.Width() {
		panic(fmt.Sprintf("stream: no value column %d", i))
	}
	return d.extract(d.values, i, d.Schema.Width())
}

// Stat returns a copy of the statistic called name as [chain][row]; ok is false
// if the rows have no such statistic.
func (d *Draws) Stat(name string) (column [][]float64, ok bool) {
	if d.Schema == nil {
		return nil, false
	}
	i := d.Schema.StatIndex(name)
	if i < 0 {
		return nil, false
	}
	return d.extract(d.stats, i, len(d.Schema.Stats)), true
}

// Value returns a copy of the value column called name, written as ColumnNames
// or CSVNames write it, as [chain][row]; ok is false if there is no such column.
func (d *Draws) Value(name string) (column [][]float64, ok bool) {
	if d.Schema == nil {
		return nil, false
	}
	i := slices.Index(d.Schema.ColumnNames(), name)
	if i < 0 {
		i = slices.Index(d.Schema.CSVNames(), name)
	}
	if i < 0 {
		return nil, false
	}
	return d.Column(i), true
}

func (d *Draws) extract(from [][]float64, i, width int) [][]float64 {
	column := make([][]float64, len(d.rows))
	for chain, rows := range d.rows {
		column[chain] = make([]float64, rows)
		for row := range column[chain] {
			column[chain][row] = from[chain][row*width+i]
		}
	}
	return column
}

// Memory is a Sink that keeps every row it gets. What it holds may be read
// whenever no Write runs: after Close, or after a Fanout's Flush as long as
// nothing more is written.
type Memory struct {
	// Sampling holds the draws from the posterior.
	Sampling Draws
	// Warmup holds the rows of warmup, as far as they were written.
	Warmup Draws
	closed bool
}

// NewMemory returns a Memory without rows.
func NewMemory() *Memory { return new(Memory) }

// Write copies the frame's rows.
func (m *Memory) Write(_ context.Context, f *Frame) error {
	if m.closed {
		return ErrClosed
	}
	if f.Phase == Warmup {
		return m.Warmup.Append(f)
	}
	return m.Sampling.Append(f)
}

// Close ends the writing; the rows stay.
func (m *Memory) Close() error {
	m.closed = true
	return nil
}

// Func makes a function a Sink, with a Close that does nothing.
type Func func(ctx context.Context, f *Frame) error

// Write calls the function.
func (fn Func) Write(ctx context.Context, f *Frame) error { return fn(ctx, f) }

// Close returns nil.
func (fn Func) Close() error { return nil }

// Discard is a Sink that drops every frame.
type Discard struct{}

// Write returns nil.
func (Discard) Write(context.Context, *Frame) error { return nil }

// Close returns nil.
func (Discard) Close() error { return nil }
